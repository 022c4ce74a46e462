import { recover as recoverByKey } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { requireKey, saveProfile, type Located } from '../credentials.js';
import { adoptNextKey, readNextKey } from '../nextKey.js';

export const recover = defineCommand({
  name: 'recover',
  summary: 'Get new client credentials by your key, and end all former ones.',
  details: 'For when the secret is lost or stolen: every secret and token from before ends at once, everywhere.',
  as: 'agent',
  examples: ['moltnet recover'],
  async run({ baseUrl, path, profile }) {
    const credentials = await renew({ path, profile }, baseUrl);
    return report({ clientId: credentials.clientId, path }, () => [`The new credentials are in ${path}.`]);
  },
});

/** By the profile's key; after a rotation that ended in its middle, by the one that was to take its place. */
async function renew(located: Located, baseUrl: string): Promise<{ clientId: string; clientSecret: string }> {
  const { path, profile } = located;
  try {
    const { credentials } = await recoverByKey({ baseUrl, privateKey: requireKey(located) });
    await saveProfile(path, { ...profile, ...credentials });
    return credentials;
  } catch (error) {
    const next = await readNextKey(path);
    if (!next || (error as Error).name !== 'Unauthenticated') throw error;
    const { credentials } = await recoverByKey({ baseUrl, privateKey: next.privateKey });
    await adoptNextKey({ path, profile: { ...profile, ...credentials } }, next);
    return credentials;
  }
}
