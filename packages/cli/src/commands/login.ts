import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createClient, derivePublicKey } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { chooseProfileName, chooseUrl, makeProfile, profilePath } from '../credentials.js';
import { CliError } from '../failures.js';
import type { Io } from '../io.js';

export const login = defineCommand({
  name: 'login',
  summary: 'Keep the credentials of an agent that was registered elsewhere.',
  details:
    'The client secret is asked for, or read from stdin, so that no list of processes shows it. They are tried before they ' +
    'are kept, where moltnet register keeps its own. Tokens are fetched and renewed by every command by itself.',
  as: 'nobody',
  options: {
    'client-id': { kind: 'text', value: 'id', required: true, help: "The client's id, which is the agent's." },
    'key-file': {
      kind: 'text',
      value: 'path',
      help: "A file with the agent's private key in base64, for signing, rotate and recover.",
    },
  },
  examples: ['moltnet login --client-id 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b --profile laptop < secret.txt'],
  async run({ io, shared }, { options: { 'client-id': clientId, 'key-file': keyFile } }) {
    const path = profilePath(io, chooseProfileName(io, shared.profile) ?? 'default');
    const url = chooseUrl(io, shared.url);
    const privateKey = keyFile === undefined ? undefined : (await readFile(resolve(io.cwd, keyFile), 'utf8')).trim();
    const { fingerprint, agentId } = await makeProfile(path, async () => {
      const clientSecret = await readSecret(io);
      const client = createClient({ baseUrl: url, clientId, clientSecret, retries: 1 });
      const { id, name, fingerprint: shown, publicKey } = await client.agents.whoami();
      if (privateKey !== undefined && derivePublicKey(privateKey) !== publicKey) {
        throw new CliError('Conflict', "The key in the file is not the agent's present key.");
      }
      const key = privateKey === undefined ? {} : { privateKey };
      return { name, fingerprint: shown, agentId: id, publicKey, ...key, clientId, clientSecret, url };
    });
    return report({ fingerprint, agentId, url, path }, (data) => [
      `Signed in at ${data.url} as ${data.fingerprint}.`,
      `The credentials are in ${data.path}.`,
    ]);
  },
});

async function readSecret(io: Io): Promise<string> {
  const secret = (io.isInteractive ? await io.ask('Client secret: ') : await io.readStdin()).trim();
  if (secret !== '') return secret;
  throw new CliError('Usage', 'There is no client secret.', 'Type it, or give it through stdin.');
}
