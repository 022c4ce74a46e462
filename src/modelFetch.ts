/**
 * `npm run model:fetch [-- --check | --from URL | --dir FOLDER]`: brings the embedding model, verified, to where the
 * server looks for it. An entry of its own, so that an image can be built with it before anything is configured.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL_DIR } from './ports/embedder/chooseEmbedder.js';
import { DEFAULT_HUB, fetchModel, type FetchOptions } from './ports/embedder/fetchModel.js';
import { modelFolder, verifyModel } from './ports/embedder/modelFolder.js';

const USAGE = `Usage: npm run model:fetch -- [options]
  --check       verify the files that are there; fetch nothing
  --from URL    a mirror of the hub (or HF_ENDPOINT)
  --dir FOLDER  where to put it (or EMBEDDING_MODEL_DIR; default: models/ beside package.json)`;

const print = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);

function readOptions(): { check: boolean; hub: string; modelDir: string } {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      from: { type: 'string' },
      dir: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(USAGE);
    process.exit(0);
  }
  const hub = values.from || process.env['HF_ENDPOINT'] || DEFAULT_HUB;
  if (!URL.canParse(hub)) throw Object.assign(new Error(`${hub} is not an address`), { code: 'ERR_INVALID_URL' });
  return {
    check: values.check,
    hub,
    modelDir: values.dir || process.env['EMBEDDING_MODEL_DIR'] || DEFAULT_MODEL_DIR,
  };
}

/** A bar that redraws itself for a person, a line at each quarter of a large file for a log. */
function progressPrinter(output: NodeJS.WriteStream): FetchOptions['onProgress'] {
  let printed = '';
  return ({ path, received, size }) => {
    const percent = size === 0 ? 100 : Math.floor((received / size) * 100);
    const shown = output.isTTY ? percent : percent - (percent % 25);
    const line = `${path}  ${shown} % of ${size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`}`;
    if (line === printed) return;
    printed = line;
    if (!output.isTTY) output.write(`${line}\n`);
    else output.write(`\r\x1b[K${line}${received === size ? '\n' : ''}`);
  };
}

async function main(): Promise<void> {
  const { check, hub, modelDir } = readOptions();
  const model = check
    ? await verifyModel(modelDir)
    : await fetchModel({
        modelDir,
        hub,
        pause,
        onProgress: progressPrinter(process.stdout),
        onRetry: (reason, ms) => complain(`${reason}; next try in ${ms / 1_000} s`),
      });
  print(`${model.name} is complete in ${modelFolder(modelDir)} (fingerprint ${model.fingerprint.slice(0, 16)})`);
}

try {
  await main();
} catch (error) {
  const { message, code } = error as Error & { code?: string };
  const misused = code?.startsWith('ERR_PARSE_ARGS') || code === 'ERR_INVALID_URL';
  complain(misused ? `${message}\n${USAGE}` : message);
  process.exitCode = misused ? 2 : 1;
}
