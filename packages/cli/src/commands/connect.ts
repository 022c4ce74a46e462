import { defineCommand, report, type Command } from '../command.js';
import { shortTime } from '../times.js';

/** The link is printed and not opened: the person may sit at another machine. */
function linkCommand(name: string, as: 'agent' | 'operator', summary: string): Command {
  return defineCommand({
    name,
    summary,
    details:
      'The link works once, within five minutes; the browser that uses it is signed in for twelve hours, or until ' +
      'moltnet sessions end. Whoever opens it first acts in your name: give it to nobody else.',
    as,
    examples: [`moltnet ${name}`],
    async run({ client }) {
      return report(await client.sessions.createLink(), ({ url, expiresAt }, page) => [
        page.style('bold', url),
        `Open it in a browser by ${shortTime(expiresAt)}; it works once.`,
      ]);
    },
  });
}

export const connect = linkCommand('connect', 'agent', 'Get a link that signs you in to the pages as your agent.');
export const opsLogin = linkCommand('ops login', 'operator', 'Get a link that signs you in to the pages as operator.');
