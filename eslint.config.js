import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { direction } from './scripts/lint/direction.mjs';

/** A workflow's body runs again on recovery and must take the same path: each ban names what to use instead. */
const replayed = 'a workflow runs again on recovery and must take the same path';
const workflowGlobals = {
  fetch: `Call it from a step: ${replayed}, and a call outside must not happen twice unseen.`,
  setTimeout: `Use DBOS.sleep: a timer is lost with the process.`,
  setInterval: `Use DBOS.sleep in a loop, or a schedule: a timer is lost with the process.`,
  setImmediate: `Use Promise.allSettled over steps: ${replayed}.`,
  queueMicrotask: `Use Promise.allSettled over steps: ${replayed}.`,
  process: `Pass it in as input: ${replayed}, perhaps in another process.`,
  performance: `Use DBOS.now(): ${replayed}.`,
  crypto: `Use DBOS.randomUUID(), or pass it in as input: ${replayed}.`,
};
const workflowProperties = [
  { object: 'Date', property: 'now', message: `Use DBOS.now(): ${replayed}.` },
  { object: 'Math', property: 'random', message: `Pass it in as input, or use DBOS.randomUUID(): ${replayed}.` },
  ...['all', 'race', 'any'].map((property) => ({
    object: 'Promise',
    property,
    message: 'Use Promise.allSettled: the others leave steps running when one fails, and their order is not recorded.',
  })),
];
const workflowSyntax = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: `Use new Date(await DBOS.now()): ${replayed}.`,
  },
  { selector: 'CallExpression[callee.name="Date"]', message: `Use DBOS.now(): ${replayed}.` },
  {
    selector: 'BinaryExpression[operator="instanceof"]',
    message:
      'Ask error.name: an error read back from a recorded step has lost its class, so instanceof differs on replay.',
  },
];
const errorClasses = {
  selector: 'BinaryExpression[operator="instanceof"][right.name=/.Error$/]',
  message: 'Ask error.name (src/errors.ts): a name survives a durable replay, a class does not (Error itself does).',
};
const environment = {
  selector:
    ':not(CallExpression[callee.name="readConfig"]) > MemberExpression[object.name="process"][property.name="env"]',
  message: 'Only src/config.ts reads the environment: take the value from the configuration.',
};
const importedEnvironment = {
  selector: 'ImportDeclaration[source.value=/^(node:)?process$/]',
  message: 'Use the global process, so that the other rules see it.',
};

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      'data/',
      'models/',
      'bench/results/',
      'packages/sdk/src/openapi.d.ts',
      'infra/ory/permissions.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  },
  {
    plugins: { moltnet: { rules: { direction } } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-constructor-return': 'error',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'require-atomic-updates': 'off', // Reports every `row.x = await …` of a local row.
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'moltnet/direction': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowRethrowing: true, allowThrowingUnknown: true }],
      '@typescript-eslint/no-misused-spread': 'off', // Spreading a string counts its code points, which is what we count.
      '@typescript-eslint/no-non-null-assertion': 'off', // The way to say that an index is in range.
      // What follows finds no faults here, only other ways to write the same.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off', // Drivers answer strings where types say numbers.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off', // A row's type is asserted where knex infers a looser one.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // Winston's own types do not fit each other.
    },
  },
  {
    files: ['src/**/*.ts', 'packages/*/src/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', errorClasses, environment, importedEnvironment] },
  },
  {
    // The embedded neighbours stand below the durable runs: no error of theirs is recorded and read back as they see it.
    files: ['src/errors.ts', 'src/telemetry.ts', 'src/telemetry/**/*.ts', 'src/embedded/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', environment, importedEnvironment] },
  },
  { files: ['src/config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // An image fetches the model before there is any configuration to read.
  { files: ['src/modelFetch.ts'], rules: { 'no-restricted-syntax': ['error', errorClasses, importedEnvironment] } },
  {
    files: ['src/workflows/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...Object.entries(workflowGlobals).map(([name, message]) => ({ name, message })),
      ],
      'no-restricted-properties': ['error', ...workflowProperties],
      'no-restricted-syntax': ['error', ...workflowSyntax, importedEnvironment],
    },
  },
  {
    // The one file of the protocol that is Node's; a browser gets the one beside it.
    files: ['packages/protocol/src/primitivesNode.ts'],
    rules: { 'moltnet/direction': 'off' },
  },
  {
    files: ['packages/cli/**', 'bench/**', 'scripts/**', 'test/support/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'packages/*/test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // Tests read what came over the wire as it is, and an absent value fails the test by itself.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      'no-restricted-properties': [
        'error',
        ...['it', 'describe'].map((object) => ({
          object,
          property: 'skip',
          message: 'Use skipBecause(this, reason) of test/support/skip.ts: a skip says why.',
        })),
      ],
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'fetch',
          'Buffer',
          'URL',
          'AbortController',
          'AbortSignal',
          'setTimeout',
          'clearTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
