import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files that do not exist have no types, so the rules that need types are left out here. */
const byText = new ESLint({
  cwd: root,
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
    { rules: { '@typescript-eslint/no-unused-vars': 'off' } },
  ],
});
const withTypes = new ESLint({ cwd: root });

async function lint(eslint: ESLint, path: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, path) });
  return result!.messages.map((message) => `${message.ruleId ?? 'fatal'}: ${message.message}`);
}

/** In this file, this import: what the message must say, or null where it is allowed. */
const imports: [file: string, code: string, says: RegExp | null][] = [
  ['src/workflows/writeEntries.ts', `import { a } from '../steps/storeEntries.js'; a();`, null],
  ['src/workflows/writeEntries.ts', `import { a } from './embedPending.js'; a();`, null],
  ['src/workflows/writeEntries.ts', `import { a } from '../db/findEntry.js'; a();`, /workflows does not import db/],
  ['src/workflows/writeEntries.ts', `import type { A } from '../db/rows.js'; export type B = A;`, /not import db/],
  ['src/workflows/writeEntries.ts', `import { a } from '../ports/index.js'; a();`, /workflows does not import ports/],
  ['src/workflows/writeEntries.ts', `import { a } from '../config.js'; a();`, /workflows does not import config/],
  ['src/workflows/writeEntries.ts', `import { a } from '../http/app.js'; a();`, /workflows does not import http/],
  ['src/workflows/writeEntries.ts', `import { a } from '../mcp/server.js'; a();`, /workflows does not import mcp/],
  ['src/workflows/writeEntries.ts', `import { a } from '../runtime/launch.js'; a();`, /not import runtime/],
  [
    'src/workflows/writeEntries.ts',
    `import { readFile } from 'node:fs/promises'; readFile('x');`,
    /not import node:fs/,
  ],
  ['src/workflows/writeEntries.ts', `const a = await import('../db/findEntry.js'); a.b();`, /not import db/],
  ['src/workflows/writeEntries.ts', `export { a } from '../db/findEntry.js';`, /not import db/],
  ['src/steps/storeEntries.ts', `import { a } from '../db/storeEntries.js'; a();`, null],
  ['src/steps/storeEntries.ts', `import { a } from './embedText.js'; a();`, /steps does not import steps/],
  ['src/steps/storeEntries.ts', `import { a } from '../workflows/writeEntries.js'; a();`, /not import workflows/],
  ['src/steps/storeEntries.ts', `import { a } from '../runtime/launch.js'; a();`, /not import runtime/],
  ['src/http/entries.ts', `import { a } from '../runtime/start.js'; a();`, null],
  ['src/http/entries.ts', `import { a } from '../workflows/writeEntries.js'; a();`, null],
  ['src/http/entries.ts', `import { a } from '../steps/storeEntries.js'; a();`, /http does not import steps/],
  ['src/http/entries.ts', `import type { Config } from '../config.js'; export type A = Config;`, null],
  ['src/http/entries.ts', `import { readConfig } from '../config.js'; readConfig({});`, /http does not import config/],
  ['src/http/routes/entries.ts', `import { a } from '../../steps/storeEntries.js'; a();`, /http does not import steps/],
  ['src/runtime/launch.ts', `import { a } from '../workflows/triggers.js'; a();`, null],
  ['src/runtime/launch.ts', `import { a } from '../http/app.js'; a();`, /runtime does not import http/],
  ['src/db/findEntry.ts', `import { a } from '../ports/index.js'; a();`, /db does not import ports/],
  ['src/ports/embedder.ts', `import { a } from '../steps/embedText.js'; a();`, /ports does not import steps/],
  ['src/embedded/database.ts', `import { a } from '../runtime/launch.js'; a();`, /embedded does not import runtime/],
  ['src/rules/rank.ts', `import type { Row } from '../db/rows.js'; export type A = Row;`, null],
  ['src/rules/rank.ts', `import { a } from '../db/findEntry.js'; a();`, /rules does not import db/],
  ['src/errors.ts', `import { log } from './telemetry.js'; log.info('');`, /errors does not import telemetry/],
  ['src/mcp/server.ts', `import { a } from '@moltnet/sdk'; a();`, null],
  ['src/mcp/server.ts', `import { a } from '../db/findEntry.js'; a();`, /mcp does not import db/],
  ['src/mcp/server.ts', `import { a } from '../workflows/writeEntries.js'; a();`, /mcp does not import workflows/],
  ['src/newFolder/thing.ts', `import { a } from '../errors.js'; a();`, /not in the table of layers/],
  ['src/http/entries.ts', `import { a } from '../../test/support/a.js'; a();`, /imports nothing of tests/],
  ['migrations/0001_x.ts', `import { a } from '../src/db/database.js'; a();`, /migrations does not import db/],
  ['packages/sdk/src/client.ts', `import { a } from '../../../src/errors.js'; a();`, /sdk does not import errors/],
  [
    'packages/mcp-tools/src/tool.ts',
    `import { a } from '../../../src/mcp/app.js'; a();`,
    /mcp-tools does not import mcp/,
  ],
  ['packages/protocol/src/entry.ts', `import { a } from 'node:crypto'; a();`, /protocol does not import node:crypto/],
];

/** What a file of this folder must not say: its text, and the rule's message. */
const bans: [file: string, code: string, says: RegExp][] = [
  ['src/workflows/a.ts', 'Date.now();', /DBOS\.now/],
  ['src/workflows/a.ts', 'export const at = new Date();', /DBOS\.now/],
  ['src/workflows/a.ts', 'Math.random();', /DBOS\.randomUUID/],
  ['src/workflows/a.ts', 'fetch("http://localhost");', /from a step/],
  ['src/workflows/a.ts', 'setTimeout(() => 1, 2);', /DBOS\.sleep/],
  ['src/workflows/a.ts', 'process.exit(1);', /Pass it in as input/],
  ['src/workflows/a.ts', 'export const a = (e: unknown): boolean => e instanceof Error;', /Ask error\.name/],
  ['src/workflows/a.ts', 'await Promise.all([]);', /Promise\.allSettled/],
  ['src/http/a.ts', 'export const a = (e: unknown): boolean => e instanceof AppError;', /Ask error\.name/],
  ['src/http/a.ts', 'export const url = process.env.DATABASE_URL;', /src\/config\.ts/],
  ['src/http/a.ts', 'console.log(1);', /console/],
  ['src/http/a.ts', `export function a(b: number): void {\n${'  b++;\n'.repeat(60)}}`, /too many lines/],
  ['src/http/a.ts', 'let a = 1;\n'.repeat(401), /too many lines/],
  ['test/a.test.ts', 'it.skip("does a thing", () => undefined);', /skipBecause/],
];

describe('The linter', function () {
  this.timeout(60_000); // ESLint loads TypeScript; a busy machine takes its time.

  for (const [file, code, says] of imports) {
    it(`${says ? 'refuses' : 'allows'} in ${file}: ${code}`, async () => {
      const messages = (await lint(byText, file, code)).filter((message) => message.startsWith('moltnet/direction'));
      if (says) expect(messages.join('\n')).to.match(says);
      else expect(messages).to.deep.equal([]);
    });
  }

  for (const [file, code, says] of bans) {
    it(`refuses in ${file}: ${code.slice(0, 60).replaceAll('\n', ' ')}`, async () => {
      expect((await lint(byText, file, code)).join('\n')).to.match(says);
    });
  }

  it('lets the configuration read the environment, and nobody else', async () => {
    const code = 'export const env = process.env;';
    expect(await lint(byText, 'src/config.ts', code)).to.deep.equal([]);
    expect(await lint(byText, 'src/main.ts', code)).to.have.length(1);
  });

  it('lets main hand the environment to the configuration', async () => {
    const code = `import { readConfig } from './config.js'; readConfig(process.env);`;
    expect(await lint(byText, 'src/main.ts', code)).to.deep.equal([]);
  });

  it('finds a promise that nobody waits for, and a condition that is always true', async () => {
    const code = [
      'export async function act(): Promise<void> {}',
      'act();',
      'export const both = act() ? 1 : 2;',
      'export const always = both === 1 || both === 2;',
    ].join('\n');
    const messages = await lint(withTypes, 'src/errors.ts', code);
    expect([...new Set(messages.map((message) => message.split(':')[0]))]).to.deep.equal([
      '@typescript-eslint/no-floating-promises',
      '@typescript-eslint/no-misused-promises',
      '@typescript-eslint/no-unnecessary-condition',
    ]);
  });
});

describe('The search for unused code and import cycles', function () {
  this.timeout(60_000);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'moltnet-knip-'));
    const { rules } = JSON.parse(readFileSync(join(root, 'knip.json'), 'utf8'));
    const files = {
      'package.json': '{ "name": "fixture", "type": "module", "dependencies": { "left-alone": "1.0.0" } }',
      'knip.json': JSON.stringify({ entry: ['src/main.ts'], project: ['src/**/*.ts'], rules }),
      'src/main.ts': `import { a } from './a.js'; a();`,
      'src/a.ts': `import { b } from './b.js'; export const a = (): unknown => b; export const nobodysExport = 1;`,
      'src/b.ts': `import { a } from './a.js'; export const b = (): unknown => a;`,
      'src/nobodysFile.ts': 'export const c = 1;',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  function knip(...args: string[]): { status: number | null; output: string } {
    const bin = join(root, 'node_modules', 'knip', 'bin', 'knip.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  }

  it('fails on a cycle and names its files', () => {
    const { status, output } = knip('--cycles');
    expect(status).to.equal(1);
    expect(output).to.match(/src\/[ab]\.ts → src\/[ab]\.ts/);
  });

  it('fails on an unused file, export and dependency', () => {
    const { status, output } = knip();
    expect(status).to.equal(1);
    for (const name of ['nobodysFile.ts', 'nobodysExport', 'left-alone']) expect(output).to.include(name);
  });
});
