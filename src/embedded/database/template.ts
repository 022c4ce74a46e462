/**
 * A prepared data directory (initdb done, the vector extension made), kept as a compressed tar file in node_modules/.cache:
 * a first start takes 1.3 s with it and 4.2 s without. Losing the file costs one initdb.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Engine, readPgliteVersion } from './engine.js';

/** Raise when what is prepared changes; versions of PGlite are in the name by themselves. */
const RECIPE = 1;

/** The prepared directory as a tar file, from the cache or made now. */
export async function loadTemplate(onCrash: (error: Error) => void): Promise<Buffer> {
  return (await readCached()) ?? (await makeTemplate(onCrash));
}

async function readCached(): Promise<Buffer | undefined> {
  try {
    return await promisify(gunzip)(await readFile(cachePath()));
  } catch {
    return undefined; // absent, or damaged: gzip has a checksum
  }
}

async function makeTemplate(onCrash: (error: Error) => void): Promise<Buffer> {
  const engine = await Engine.open({ onCrash });
  await engine.exec('CREATE EXTENSION IF NOT EXISTS vector');
  await engine.exec('CHECKPOINT');
  const tar = await engine.dump();
  await engine.close();
  await writeCached(tar).catch(() => undefined); // a read-only installation works too, it is slower at each first start
  return tar;
}

/** Written aside and renamed: two processes that start at once each put a whole file there. */
async function writeCached(tar: Buffer): Promise<void> {
  const path = cachePath();
  const draft = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(draft, await promisify(gzip)(tar, { level: 1 }));
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

function cachePath(): string {
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const nodeModules = pglite.slice(0, pglite.lastIndexOf('node_modules') + 'node_modules'.length);
  return join(nodeModules, '.cache', 'moltnet', `database-${readPgliteVersion()}-${RECIPE}.tar.gz`);
}
