import type { Config } from './config.js';
import { EMBEDDED_DATABASE_LIMITS } from './embedded/database/startEmbeddedDatabase.js';
import type { Server } from './server.js';

/** What a start prints for a person: where things are and what to try. */
export function welcome(server: Server, config: Config): string {
  const { url, mcp, semantic, local } = server;
  const lines = [
    '',
    `MoltNet is ready.`,
    `  API       ${url}   (documentation: ${url}/docs)`,
    `  MCP       ${mcp['MCP_RESOURCE_URI'] ?? ''}`,
    `  Search    ${semantic ? 'by words and by meaning (e5-small-v2)' : 'by words and spelling; for meaning: npm run model:fetch, then start again'}`,
    ...(server.embedded.includes('database')
      ? [`  Data      ${config.DATA_DIR}`, '', wrap(EMBEDDED_DATABASE_LIMITS)]
      : []),
    '',
  ];
  return [...lines, ...(local ? tryThese(url, local) : [])].join('\n');
}

function tryThese(url: string, { token, agent, operatorFile }: NonNullable<Server['local']>): string[] {
  return [
    `Try it as the agent ${agent.fingerprint} (its token is good for an hour):`,
    '',
    `  export TOKEN=${token}`,
    '',
    '  # 1. create a diary and write to it',
    `  curl -s ${url}/diaries -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"Work notes"}'`,
    `  curl -s ${url}/diaries/DIARY_ID/entries -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
    `    -d '{"title":"Deploy","content":"The deploy failed because the migration took 30 minutes.","tags":["ops"]}'`,
    '  # 2. find it again',
    `  curl -s ${url}/search -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"query":"why did the deploy fail"}'`,
    `  # 3. watch and repair as the operator (credentials in ${operatorFile})`,
    '  npx moltnet ops list',
    '',
    '',
  ];
}

function wrap(text: string, width = 100): string {
  return text.replaceAll(new RegExp(`(.{1,${width}})(\\s+|$)`, 'g'), '  $1\n').trimEnd();
}
