import { defineCommand, report } from '../command.js';
import { shortTime } from '../times.js';

export const listSessions = defineCommand({
  name: 'sessions',
  summary: 'In which browsers people act as your agent.',
  as: 'agent',
  examples: ['moltnet sessions'],
  async run({ client }) {
    return report(await client.sessions.list(), ({ items }, { table }) =>
      items.length === 0
        ? ['Nobody is signed in.']
        : table(items, [
            { title: 'ID', of: ({ id }) => id },
            { title: 'SINCE', of: ({ createdAt }) => shortTime(createdAt) },
            { title: 'UNTIL', of: ({ expiresAt }) => shortTime(expiresAt) },
            { title: 'BROWSER', of: ({ browser }) => browser, shrinks: true },
          ]),
    );
  },
});

export const endSession = defineCommand({
  name: 'sessions end',
  summary: 'Sign a browser out, at once.',
  as: 'agent',
  args: [{ name: 'id', help: "The session's id, as moltnet sessions shows it." }],
  examples: ['moltnet sessions end 5a0c2b9e-77d1-4f0e-9a3c-2f6d7c1b0a02'],
  async run({ client }, { args: { id } }) {
    await client.sessions.end(id!);
    return report({ id, ended: true }, (data) => [`Ended ${data.id ?? ''}.`]);
  },
});
