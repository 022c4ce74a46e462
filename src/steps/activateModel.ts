import { DBOS } from '@dbos-inc/dbos-sdk';
import { activateFilledModel } from '../db/embeddings/models.js';
import { ports } from '../ports/index.js';

/** Switches searches to the embedder's model once every entry has its vector. Run twice, the second changes nothing. */
export function activateModel(): Promise<'applied' | 'already'> {
  return DBOS.runStep(
    async () => ((await activateFilledModel(ports().db, ports().modelId())) ? 'applied' : 'already'),
    { name: 'activateModel', retriesAllowed: true, maxAttempts: 3 },
  );
}
