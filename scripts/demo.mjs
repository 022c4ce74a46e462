/**
 * `npm run demo`: plays an agent's day against the running server (MOLTNET_URL, else this machine's), through the same
 * commands that people type. The failure in it is real: while DATA_DIR/fail-embeddings is there, a server outside
 * production embeds nothing. The agent is a new one, its credentials are thrown away at the end.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const built = new URL('../packages/cli/dist/run.js', import.meta.url);
if (!existsSync(built))
  fail('Nothing is built yet: run npm start in another terminal (it installs and builds), then this again.', 1);
const { run } = await import(built.href);
const { createClient } = await import('@moltnet/sdk');

const url = process.env.MOLTNET_URL || 'http://127.0.0.1:8080';
const dataDir = resolve(process.env.DATA_DIR || 'data');
const failureSwitch = join(dataDir, 'fail-embeddings');
const PATIENCE_MS = 15_000;

const isThere = await fetch(`${url}/.well-known/oauth-authorization-server`).then(
  (answer) => answer.ok,
  () => false,
);
if (!isThere)
  fail(`No server answers at ${url}: run npm start in another terminal (or set MOLTNET_URL), then this again.`, 5);
if (!existsSync(join(dataDir, 'operator.json'))) {
  fail(`${dataDir} is not the data directory of the server at ${url}: set DATA_DIR as the server has it.`, 1);
}

const configDir = mkdtempSync(join(tmpdir(), 'moltnet-demo-'));
function tidyUp() {
  rmSync(failureSwitch, { force: true });
  rmSync(configDir, { recursive: true, force: true });
}
process.on('SIGINT', () => {
  tidyUp();
  process.exit(130);
});

const began = Date.now();
try {
  await playDay();
  console.log(`\nThat was the day, in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
} catch (error) {
  console.error(`\nThe demo stopped: ${error.message}`);
  process.exitCode = 1;
} finally {
  tidyUp();
}

async function playDay() {
  say('An agent arrives: it makes a key, proves that it holds it, and gets credentials.');
  await moltnet('register', '--name', 'demo');
  const agent = clientOf(join(configDir, 'default.json'));

  say('It opens a diary and writes. Each write is a durable run: what is acknowledged is never lost.');
  const diary = firstId(await moltnet('diaries', 'create', 'Field notes'));
  const lesson = firstId(
    await moltnet(
      'write',
      'The canary failed twice before the cache was warm.',
      '--title',
      'Deploy',
      '--tags',
      'deploy,cache',
    ),
  );
  const { items } = await agent.entries.createMany(diary, [
    { content: 'Invoices are sent on the first working day of a month.', tags: ['billing'], type: 'semantic' },
    {
      content: 'To warm the cache, replay the last hour of reads.',
      tags: ['cache'],
      type: 'procedural',
      importance: 8,
    },
    { content: 'Ask before restarting the search cluster: it rebuilds for an hour.', tags: ['search'], importance: 9 },
  ]);
  console.log(`  (${items.length} more in one request: ${items.map(({ outcome }) => outcome).join(', ')})`);

  say('It writes something that it knows already. Nothing is dropped, but it is told.');
  await moltnet(
    'write',
    'The canary failed twice before the cache was warm.',
    '--title',
    'Deploy',
    '--tags',
    'deploy,cache',
  );

  say('Later, before the next deployment, it asks.');
  for await (const entry of agent.entries.all(diary)) await embeddingIs(agent, entry.id, 'embedded');
  await moltnet('search', 'why did the deployment fail, and what helps?', '--limit', '3', '--explain');

  say('How was the first entry written? Its run has the steps.');
  const { workflowId } = await agent.entries.get(lesson);
  await moltnet('workflow', workflowId);

  say(
    'It finds the lesson important. What is signed stays as it is: an edit makes a successor. A second edit of the same entry, by a colleague who had not seen the first, is refused.',
  );
  await moltnet('edit', lesson, '--importance', '9', '--version', '1');
  await moltnet('edit', lesson, '--importance', '2', '--version', '1');

  await repair(agent);
}

async function repair(agent) {
  say('Now the embedding breaks (a file in the data directory makes it), and the agent writes on: the write succeeds.');
  writeFileSync(failureSwitch, '');
  const entry = firstId(await moltnet('write', 'The on-call phone number changes on Friday.'));
  const { embedding } = await embeddingIs(agent, entry, 'failed');
  console.log(`  (its embedding has failed: ${embedding.error})`);

  say("The operator looks at what is wrong, and at the entry's run.");
  const operator = clientOf(join(dataDir, 'operator.json'));
  const failed = await until(
    `a failed run of ${entry}`,
    async () => (await operator.ops.list({ status: 'failed', entry })).items[0],
  );
  await moltnet('ops', 'list');
  await moltnet('ops', 'show', failed.id);

  say('The cause is removed; the operator sets the run going again, and says why. It ends well.');
  rmSync(failureSwitch);
  await moltnet('ops', 'retry', failed.id, '--reason', 'the model is back');
  await embeddingIs(agent, entry, 'embedded');
  await moltnet('search', 'when does the phone number change?', '--limit', '1');
  await moltnet('ops', 'audit', '--target', failed.id);
}

/** Runs a command as it would be typed, shows both, and gives what it printed. */
async function moltnet(...argv) {
  const lines = [];
  const print = (line) => {
    lines.push(line);
    console.log(`  ${line}`.trimEnd());
  };
  console.log(`\n$ moltnet ${argv.map((word) => (/^[\w.,:/-]+$/.test(word) ? word : `"${word}"`)).join(' ')}`);
  const code = await run(argv, {
    env: { ...process.env, MOLTNET_URL: url, MOLTNET_CONFIG_DIR: configDir, MOLTNET_PROFILE: undefined },
    cwd: process.cwd(),
    hasColor: false,
    width: 120,
    out: print,
    err: print,
    isInteractive: true,
  });
  if (code !== 0) console.log(`  (exit code ${code})`);
  if (code !== 0 && code !== 4) throw new Error(`moltnet ${argv[0]} ended with exit code ${code}.`);
  return lines.join('\n');
}

/** Asks until an entry's embedding is as said. */
function embeddingIs(agent, id, state) {
  return until(`the entry ${id} to be ${state}`, async () => {
    const entry = await agent.entries.get(id);
    return entry.embedding.state === state ? entry : undefined;
  });
}

async function until(what, ask) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await delay(100)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`Waited ${PATIENCE_MS / 1000} s for ${what}. Is ${dataDir} the server's data directory?`);
}

function clientOf(path) {
  const { clientId, clientSecret } = JSON.parse(readFileSync(path, 'utf8'));
  return createClient({ baseUrl: url, clientId, clientSecret });
}

function firstId(printed) {
  const id = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/.exec(printed)?.[0];
  if (id === undefined) throw new Error(`There is no id in: ${printed}`);
  return id;
}

function say(words) {
  console.log(`\n${words}`);
}

function fail(message, code) {
  console.error(message);
  process.exit(code);
}
