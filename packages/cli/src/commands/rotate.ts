import { rotateKey, rotateSecret } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { requireKey, saveProfile } from '../credentials.js';
import { given } from '../given.js';
import { adoptNextKey, keepNextKey } from '../nextKey.js';
import { usage } from '../parse.js';

export const rotate = defineCommand({
  name: 'rotate',
  summary: 'Give your agent a new key, or its client a new secret.',
  details:
    'The old key ends at once, what it has signed stays verifiable. The new one is on the disk before the server hears of it. ' +
    'With --secret the key stays; the former secret is good for another day, unless --grace says otherwise.',
  as: 'agent',
  options: {
    secret: { kind: 'flag', help: 'The client secret, not the key.' },
    grace: { kind: 'whole', value: 'seconds', help: 'How long the former secret stays good; 0 ends all tokens too.' },
  },
  examples: ['moltnet rotate', 'moltnet rotate --secret --grace 3600'],
  async run({ client, baseUrl, path, profile }, { options: { secret, grace } }) {
    const privateKey = requireKey({ path, profile });
    if (secret) {
      const { credentials } = await rotateSecret(client, { privateKey, ...given({ graceSeconds: grace }) });
      await saveProfile(path, { ...profile, ...credentials });
      return report({ rotated: 'secret', path }, () => [`The new secret is in ${path}.`]);
    }
    if (grace !== undefined) throw usage({ name: 'rotate' }, '--grace is for --secret: a key ends at once.');
    const next = await keepNextKey(path);
    const { key } = await rotateKey({ baseUrl, privateKey, newPrivateKey: next.privateKey });
    await adoptNextKey({ path, profile }, next);
    const { epoch, keyId } = key;
    return report({ rotated: 'key', epoch, keyId, path }, () => [`The new key (epoch ${epoch}) is in ${path}.`]);
  },
});
