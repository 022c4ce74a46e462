/**
 * Compiles every TypeScript file to JavaScript beside its package, one file to one file, so that what is tested is what
 * runs. Types are checked elsewhere (`npm run types`). Files are written only when they change, and outputs whose source
 * is gone are removed, so a build next to a running server is safe.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const ASSET = /\.(html|css|svg|sql)$/;

/** Every file below `folder`, as paths from the root. */
function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !relative(root, entry.parentPath).split('/').includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function writeIfChanged(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  return true;
}

/**
 * Code for browsers in one file, which pages carry in themselves. Without Node's conditions the protocol takes noble for
 * its primitives; an import of a Node module fails the build.
 */
async function bundleForBrowsers({ source, globalName, outfile }) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: join(root, 'packages/protocol/src') },
    absWorkingDir: root,
    alias: { '#primitives': join(root, 'packages/protocol/src/primitivesWeb.ts') },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    globalName,
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  });
  return [join(root, outfile), Buffer.from(outputFiles[0].contents)];
}

async function compile({ folders, outbase, outdir, bundles = [] }) {
  const files = folders.flatMap(filesBelow);
  const result = await build({
    entryPoints: files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .map((file) => join(root, file)),
    absWorkingDir: root,
    outbase,
    outdir,
    bundle: false,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'linked',
    logLevel: 'error',
  });
  const outputs = new Map(result.outputFiles.map((file) => [file.path, Buffer.from(file.contents)]));
  for (const file of files.filter((name) => ASSET.test(name))) {
    outputs.set(join(root, outdir, relative(outbase, file)), readFileSync(join(root, file)));
  }
  for (const bundle of bundles) outputs.set(...(await bundleForBrowsers(bundle)));
  let changed = 0;
  for (const [path, contents] of outputs) if (writeIfChanged(path, contents)) changed++;
  for (const old of filesBelow(outdir)) if (!outputs.has(join(root, old))) rmSync(join(root, old));
  return changed;
}

const targets = [
  {
    folders: ['src', 'migrations', 'test', 'bench'],
    outbase: '.',
    outdir: 'dist',
    bundles: [
      {
        source: "export { createBundleVerifier, parseNoteKey } from './index.js';",
        globalName: 'moltnet',
        outfile: 'dist/src/http/pages/verifier.browser.js',
      },
    ],
  },
  ...readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'src')))
    .map((name) => ({
      folders: [`packages/${name}/src`],
      outbase: `packages/${name}/src`,
      outdir: `packages/${name}/dist`,
    })),
];

const changed = (await Promise.all(targets.map(compile))).reduce((sum, count) => sum + count, 0);
if (process.argv.includes('--verbose')) console.log(`${changed} files written`);
