/**
 * The embedding child process: `child.js <model directory> <fingerprint>`. A process and not a thread, because a run is
 * synchronous native code that blocks whoever calls it, and ending a worker thread in the middle of one aborts the
 * whole process, while a child can be killed and replaced.
 */
import { serveTexts } from './serveTexts.js';

const [modelDir = '', fingerprint = ''] = process.argv.slice(2);
// Imported late: loading the runtime takes 0.3 s, and by then serveTexts must be listening for the parent's end.
await serveTexts(async () => (await import('./e5.js')).loadE5(modelDir, fingerprint));
