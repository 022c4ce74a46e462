import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { SETTINGS } from '../src/config.js';
import { repositoryRoot } from './support/repository.js';

const read = (path: string): string => readFileSync(new URL(path, repositoryRoot), 'utf8');
const exists = (path: string): boolean => existsSync(new URL(path, repositoryRoot));

/** What is committed or would be, by path; binaries and the lock file's checksums are no text to look through. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: repositoryRoot })
  .toString()
  .split('\n')
  .filter((path) => path !== '' && exists(path) && !/\.(png|jpg|ico|woff2?|onnx)$/.test(path));
const pages = files.filter((path) => path.endsWith('.md'));
type Service = { build?: string; command?: string[]; environment: Record<string, string> };
const services = (): Service[] => Object.values(parse(read('compose.yaml')).services);

const manifest = JSON.parse(read('package.json'));

/** Where a pattern occurs, as `path:line: text`. */
function findAll(pattern: RegExp, paths = files): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .map((line, i) => ({ line, at: `${path}:${i + 1}: ${line.trim().slice(0, 120)}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ at }) => at),
  );
}

/** KEY=value lines, those commented out as well: an example is a promise too. */
function envLines(path: string): [key: string, value: string][] {
  return [...read(path).matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(([, key, value]) => [key!, value!]);
}

// The patterns are put together from pieces, so that this file does not find itself.
describe('The repository', () => {
  const own = 'test/repository.test.ts';
  const others = files.filter((path) => path !== own);

  it('names no folder of the machine that it was written on', () => {
    expect(findAll(/(?<![\w.*$}~-])\/(work|home|root|Users)\/\w/, others)).to.deep.equal([]);
    expect(findAll(/[A-Z]:\\Users\\/, others)).to.deep.equal([]);
  });

  it('names no package registry, so that every machine uses its own', () => {
    const configured = execFileSync('npm', ['config', 'get', 'registry'], { cwd: repositoryRoot }).toString().trim();
    const hosts = ['registry.npm' + 'js.org', 'deb.deb' + 'ian.org'];
    if (URL.canParse(configured)) hosts.push(new URL(configured).host);
    expect(files.filter((path) => hosts.some((host) => read(path).includes(host)))).to.deep.equal([]);
    expect(findAll(/"resolved": "http/, ['package-lock.json'])).to.deep.equal([]);
  });

  it('needs nothing from beside it, but for the database that .ci/run starts', () => {
    const outside = new RegExp('\\.\\./' + 'shared\\b');
    expect(files.filter((path) => outside.test(read(path)))).to.deep.equal(['.ci/run']);
  });

  it('holds no key and no token', () => {
    const kinds = ['BEGIN [A-Z ]*PRIVATE KEY', 'gh[pousr]_\\w{30}', 'AKIA[A-Z0-9]{16}', 'npm_\\w{36}'];
    const vendors = ['ory_(pat|at|rt)_\\w{20}', 'xaa[tp]t?-[0-9a-f-]{30}', 'FlyV1 fm', 'sk-[A-Za-z0-9-]{32}'];
    expect(findAll(new RegExp(`(${[...kinds, ...vendors].join('|')})`), others)).to.deep.equal([]);
    const shipped = files.filter((path) => !/^(test|packages\/protocol\/vectors)\//.test(path));
    expect(findAll(/(secret|password|token|api_?key)['"]?\s*[:=]\s*['"][\w+/-]{24,}['"]/i, shipped)).to.deep.equal([]);
  });

  it('leaves no test alone on stage, no work for later, and no word on how it came to be', () => {
    expect(findAll(new RegExp('\\b(it|describe|context)\\.' + 'only\\b'), others)).to.deep.equal([]);
    expect(findAll(new RegExp('\\b(TO' + 'DO|FIX' + 'ME|XX' + 'X)\\b'), others)).to.deep.equal([]);
    expect(findAll(/\bissue #?\d+\b/i, others)).to.deep.equal([]);
  });
});

describe('The documents', () => {
  for (const page of pages) {
    it(`link in ${page} to what is there, and name commands that exist`, () => {
      const text = read(page);
      const targets = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
      const relative = targets.filter((target) => !/^[a-z]+:/.test(target));
      const broken = relative.filter((target) => !exists(posix.join(posix.dirname(page), target)));
      expect(broken, 'links').to.deep.equal([]);
      const commands = [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name]) => name!);
      expect(commands.filter((name) => !manifest.scripts[name], 'commands')).to.deep.equal([]);
    });
  }

  it('give every decision its number, context and consequences', () => {
    const decisions = pages.filter((page) => page.startsWith('docs/adr/'));
    const numbers = decisions.map((page) => /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1]);
    expect(numbers)
      .to.deep.equal([...new Set(numbers)])
      .and.not.to.include(undefined);
    for (const page of decisions) {
      const headings = [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
      expect(headings[0], page).to.match(new RegExp(`^${Number(posix.basename(page).slice(0, 4))}\\. `));
      expect(headings.slice(1), page).to.deep.equal(['Context', 'Decision', 'Consequences']);
    }
  });

  it('say why each dependency is there', () => {
    const reasons = read('docs/adr/0002-dependencies.md');
    const names = ['.', ...manifest.workspaces].flatMap((folder: string) => {
      const { dependencies, devDependencies } = JSON.parse(read(`${folder}/package.json`));
      return Object.keys({ ...dependencies, ...devDependencies });
    });
    expect(names.filter((name) => !name.startsWith('@moltnet/') && !reasons.includes(`\`${name}\``))).to.deep.equal([]);
  });
});

describe('The files for deployments', () => {
  it('set only what the configuration knows', () => {
    for (const path of ['env.public', 'env.local.example']) {
      for (const [key] of envLines(path)) expect(SETTINGS, path).to.include(key);
    }
    for (const service of services()) {
      if (service.build) expect(SETTINGS).to.include.members(Object.keys(service.environment));
    }
    const image = [...read('Dockerfile').matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs]) => pairs!.split(' '));
    expect(SETTINGS).to.include.members(image.map((pair) => pair.split('=')[0]!));
  });

  it('publish no secret', () => {
    for (const [key, value] of envLines('env.public')) {
      expect(key).not.to.match(/SECRET|TOKEN|PASSWORD|PASSPHRASE|(?<!PUBLIC)_KEY|DATABASE_URL/);
      expect(value, key).not.to.match(/\/\/[^/]*:[^/]*@|[A-Za-z0-9+/_-]{32,}/);
    }
    const written = [...read('compose.yaml').matchAll(/(?:PASSWORD|SECRET|TOKEN|KEY): (.*)$/gm)].map(
      ([, value]) => value,
    );
    expect(written).not.to.be.empty;
    for (const value of written) expect(value).to.match(/^\$\{[A-Z_]+:\?/);
  });

  it('start only programs that are there', () => {
    const commands = services().flatMap((service) => service.command ?? []);
    const programs = [...commands, ...read('Dockerfile').split(/[\s"]+/)].filter((word) =>
      /^(dist|scripts)\/\S+js$/.test(word),
    );
    expect(programs).to.include.members(['dist/src/main.js', 'dist/src/modelFetch.js', 'scripts/start.mjs']);
    expect(programs.filter((path) => !exists(path))).to.deep.equal([]);
  });

  it('build the image with every package of the workspace', () => {
    for (const folder of manifest.workspaces) {
      expect(read('Dockerfile')).to.include(`COPY ${folder}/package.json ${folder}/`);
    }
  });

  it('run third-party actions by commit, with read access', () => {
    for (const path of files.filter((file) => file.startsWith('.github/workflows/'))) {
      const { permissions, jobs } = parse(read(path));
      expect(permissions, path).to.deep.equal({ contents: 'read' });
      for (const job of Object.values<{ steps: { uses?: string }[] }>(jobs)) {
        const used = job.steps.flatMap((step) => step.uses ?? []);
        for (const action of used) expect(action, path).to.match(/@[0-9a-f]{40}$/);
      }
    }
  });
});
