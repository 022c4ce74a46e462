import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import type { Implementation } from './operations.js';

/**
 * The package as a browser gets it: bundled without Node's conditions, so with noble. The bundler fails on any import of
 * a Node module.
 */
export async function loadBrowserBuild(): Promise<Implementation> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../../packages/protocol/dist/index.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  });
  const source = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return (await import(`data:text/javascript;base64,${source}`)) as Implementation;
}
