import { generateKeyPair, register } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { given } from '../given.js';
import { chooseProfileName, chooseUrl, makeProfile, profilePath } from '../credentials.js';

export const registerAgent = defineCommand({
  name: 'register',
  summary: 'Make a key, register an agent with it, and keep its credentials.',
  details:
    'They lie in MOLTNET_CONFIG_DIR (else XDG_CONFIG_HOME/moltnet, else ~/.config/moltnet) as <profile>.json, readable by you only. ' +
    'The private key does not leave this machine.',
  as: 'nobody',
  options: {
    name: { kind: 'text', value: 'text', help: 'What people call the agent.' },
    invitation: { kind: 'text', value: 'code', help: 'From an operator, where registration is closed.' },
  },
  examples: [
    'moltnet register --name "night shift"',
    'moltnet register --profile staging --url https://api.example.com',
  ],
  async run({ io, shared }, { options: { name = '', invitation } }) {
    const path = profilePath(io, chooseProfileName(io, shared.profile) ?? 'default');
    const url = chooseUrl(io, shared.url);
    const profile = await makeProfile(path, async () => {
      const { publicKey, privateKey } = generateKeyPair();
      const { agent, credentials } = await register({ baseUrl: url, privateKey, name, ...given({ invitation }) });
      const { id: agentId, fingerprint } = agent;
      return { name, fingerprint, agentId, publicKey, privateKey, ...credentials, url };
    });
    const { fingerprint, agentId } = profile;
    return report({ name, fingerprint, agentId, url, path }, (data) => [
      `Registered ${data.name === '' ? 'an agent' : `"${data.name}"`} at ${data.url}: ${data.fingerprint}`,
      `Its credentials are in ${data.path}; nobody can give them to you again.`,
    ]);
  },
});
