/**
 * The direction rule as a lint rule: who may import whom. One table for all layers, denying by default, so that a new
 * folder has to say where it stands. (`no-restricted-imports` cannot resolve `../`, does not see `import()`, and its
 * later settings replace the earlier ones for the same file without a word.)
 */
import { dirname, relative, resolve, sep } from 'node:path';

/**
 * `may` lists layers, `types` those of which only types may be imported; `packages`, where present, lists all that may be
 * imported from outside. A layer may import itself unless `alone` says why not.
 */
const LAYERS = {
  main: {
    may: [
      'config',
      'errors',
      'telemetry',
      'version',
      'rules',
      'db',
      'ports',
      'embedded',
      'steps',
      'workflows',
      'runtime',
      'http',
      'mcp',
    ],
    why: 'composition happens in main',
  },
  http: {
    may: ['errors', 'telemetry', 'version', 'rules', 'db', 'ports', 'workflows', 'runtime'],
    types: ['config'],
    why: 'a door parses, authorises, starts a workflow or reads the database, and renders',
  },
  mcp: {
    may: ['errors', 'telemetry', 'version', 'rules'],
    types: ['config'],
    why: 'the MCP server is a client of the REST API as any other: it goes through packages/sdk',
  },
  runtime: {
    may: ['errors', 'telemetry', 'rules', 'db', 'ports', 'workflows'],
    types: ['config'],
    why: 'the runtime carries workflows and knows no door; what it needs of the configuration is passed in',
  },
  workflows: {
    may: ['steps', 'rules', 'errors'],
    packages: ['@dbos-inc/dbos-sdk', '@moltnet/protocol'],
    why: 'a workflow decides the order of its steps, and nothing else: its body runs again on recovery',
  },
  steps: {
    may: ['db', 'ports', 'rules', 'errors'],
    alone: 'a step is one act with its own retries: what two steps share belongs in db or rules',
    why: 'a step is one transaction or one call outside: it goes through db or ports, and what it needs comes as input',
  },
  db: {
    may: ['errors', 'telemetry', 'rules'],
    why: 'a database operation takes what it needs as arguments and knows nobody above it',
  },
  ports: {
    may: ['errors', 'telemetry', 'rules', 'db'],
    types: ['config'],
    why: 'a port is the world outside: it is called, and calls nobody in here',
  },
  embedded: {
    may: ['errors', 'telemetry', 'rules', 'db', 'ports'],
    types: ['config'],
    why: 'an embedded neighbour stands in for something outside, and reaches the application as that would',
  },
  rules: {
    may: ['errors'],
    types: ['db', 'ports', 'config'],
    why: 'a rule is a pure decision: it imports types and other rules',
  },
  errors: { may: [], why: 'everybody imports the table of failures, so it imports nobody' },
  version: { may: [], why: 'everybody may say which version this is' },
  telemetry: { may: ['errors', 'version'], types: ['config'], why: 'everybody logs, so the log imports nobody' },
  config: { may: ['errors'], why: 'the configuration is read before anything else exists' },
  migrations: {
    may: [],
    why: 'a migration is frozen when it has run somewhere: code that may change has no place in it',
  },
  protocol: {
    may: [],
    packages: ['@noble/ed25519', '@noble/hashes'],
    why: 'packages/protocol is pure and runs in a browser too',
  },
  sdk: { may: [], why: 'packages/sdk is published: it knows the REST API, not the server' },
  'mcp-tools': { may: [], why: 'packages/mcp-tools is published: it reaches the server through packages/sdk' },
  cli: { may: [], why: 'packages/cli is published: it reaches the server through packages/sdk' },
};

/** The layer that a path from the root belongs to; undefined for what may import everything (tests, scripts). */
function layerOf(path) {
  const [top, second, third] = path.split(sep);
  if (top === 'migrations') return 'migrations';
  if (top === 'packages') return third === 'src' ? second : undefined;
  if (top !== 'src') return undefined;
  const name = second.replace(/\.[jt]s$/, '');
  return Object.hasOwn(LAYERS, name) || third !== undefined ? name : 'main';
}

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** What is wrong with this import, in words; undefined if nothing is. */
function findFault({ root, filename, specifier, typeOnly }) {
  const layer = layerOf(relative(root, filename));
  if (layer === undefined) return undefined;
  const rule = LAYERS[layer];
  if (!rule) return `src/${layer} is not in the table of layers: give it its place in scripts/lint/direction.mjs.`;
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier);
    if (!rule.packages || typeOnly || specifier.startsWith('#') || rule.packages.includes(name)) return undefined;
    return `${layer} does not import ${name}: ${rule.why}.`;
  }
  const path = relative(root, resolve(dirname(filename), specifier));
  const target = layerOf(path);
  if (target === undefined) return `${layer} does not import ${path}: what ships imports nothing of tests and scripts.`;
  if (target === layer) return rule.alone && `${layer} does not import ${layer}: ${rule.alone}.`;
  if (rule.may.includes(target) || (typeOnly && rule.types?.includes(target))) return undefined;
  return `${layer} does not import ${target}: ${rule.why}.`;
}

const isTypeOnly = (node) =>
  node.importKind === 'type' ||
  node.exportKind === 'type' ||
  (node.specifiers?.length > 0 &&
    node.specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type'));

/** The ESLint rule. */
export const direction = {
  meta: { type: 'problem', schema: [], messages: { fault: '{{fault}}' } },
  create(context) {
    function check(node) {
      if (typeof node.source?.value !== 'string') return;
      const fault = findFault({
        root: context.cwd,
        filename: context.filename,
        specifier: node.source.value,
        typeOnly: isTypeOnly(node),
      });
      if (fault) context.report({ node: node.source, messageId: 'fault', data: { fault } });
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
