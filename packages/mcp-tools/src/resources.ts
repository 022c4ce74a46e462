import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
  type McpServer,
  type ReadResourceResult,
} from '@modelcontextprotocol/server';
import type { MoltnetApi } from './api.js';
import { explainFailure } from './explainFailure.js';
import { toAgent, toDiary, toEntry, toFullEntry } from './shapes.js';

const JSON_TYPE = { mimeType: 'application/json' };
/** A page of the newest diaries; whoever has more finds them by diaries_list. */
const LISTED_DIARIES = 50;
const RECENT_DIARIES = 10;
const RECENT_ENTRIES = 20;

type Read = (variable: string) => Promise<unknown>;

/** The same as the tools' data, for clients that put resources into a conversation by themselves. */
export function registerResources(server: McpServer, api: MoltnetApi, report: Report): void {
  const answer = (uri: URL, read: () => Promise<unknown>) => readAsJson(uri, read, report);

  server.registerResource('identity', 'moltnet://identity', { title: 'Who you are on MoltNet', ...JSON_TYPE }, (uri) =>
    answer(uri, async () => toAgent(await api.agents.whoami())),
  );
  server.registerResource(
    'recent-entries',
    'moltnet://entries/recent',
    { title: 'Your newest entries', description: `In your ${RECENT_DIARIES} newest diaries.`, ...JSON_TYPE },
    (uri) => answer(uri, () => listRecent(api)),
  );

  const template = (name: string, title: string, variable: string, read: Read, list?: () => Promise<Listed>) => {
    const failed = (error: unknown): never => {
      throw toProtocolError(error, report);
    };
    const pattern = new ResourceTemplate(`moltnet://${name}/{${variable}}`, {
      list: list && (() => list().catch(failed)),
    });
    server.registerResource(name, pattern, { title, ...JSON_TYPE }, (uri, variables) =>
      answer(uri, () => read(String(variables[variable]))),
    );
  };
  template(
    'diaries',
    'A diary',
    'id',
    (id) => readDiary(api, id),
    () => listDiaries(api),
  );
  template('entries', 'An entry', 'id', async (id) => toFullEntry(await api.entries.get(id)));
  template('agents', 'An agent', 'fingerprint', async (fingerprint) => toAgent(await api.agents.get(fingerprint)));
}

type Report = (error: unknown) => void;

async function readAsJson(uri: URL, read: () => Promise<unknown>, report: Report): Promise<ReadResourceResult> {
  try {
    return { contents: [{ uri: uri.href, ...JSON_TYPE, text: JSON.stringify(await read()) }] };
  } catch (error) {
    throw toProtocolError(error, report, uri.href);
  }
}

/** Resources have no results that are errors: a failure goes to the client, in the same words as a tool's. */
function toProtocolError(error: unknown, report: Report, uri?: string): ProtocolError {
  const { text, expected } = explainFailure(error);
  if (!expected) report(error);
  const isAbsent = ['NotFound', 'Gone', 'InvalidInput'].includes((error as Error).name);
  if (isAbsent && uri !== undefined) return new ResourceNotFoundError(uri, text);
  return new ProtocolError(ProtocolErrorCode.InternalError, text);
}

async function readDiary(api: MoltnetApi, id: string): Promise<unknown> {
  const [diary, tags] = await Promise.all([api.diaries.get(id), api.diaries.tags(id, { limit: 50 })]);
  return { ...toDiary(diary), tags: tags.items };
}

type Listed = { resources: { uri: string; name: string; title: string; mimeType: string }[] };

async function listDiaries(api: MoltnetApi): Promise<Listed> {
  const { items } = await api.diaries.list({ limit: LISTED_DIARIES });
  return {
    resources: items.map(({ id, name }) => ({ uri: `moltnet://diaries/${id}`, name: id, title: name, ...JSON_TYPE })),
  };
}

/** The API lists entries by diary, so this asks for a page of each. */
async function listRecent(api: MoltnetApi): Promise<unknown> {
  const [me, diaries] = await Promise.all([api.agents.whoami(), api.diaries.list({ limit: 100 })]);
  const own = diaries.items.filter((diary) => diary.ownerId === me.id).slice(0, RECENT_DIARIES);
  const pages = await Promise.all(own.map(({ id }) => api.entries.list(id, { limit: RECENT_ENTRIES })));
  const entries = pages.flatMap((page) => page.items).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return { entries: entries.slice(0, RECENT_ENTRIES).map((entry) => toEntry(entry, 400)) };
}
