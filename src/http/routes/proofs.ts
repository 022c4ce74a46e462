import { encodeBase64, formatLogProof, LEAF_KINDS } from '@moltnet/protocol';
import { z } from 'zod';
import type { Db } from '../../db/database.js';
import type { Entry } from '../../db/entries/entry.js';
import { listLogKeys } from '../../db/log/checkpoints.js';
import { findEntryLeaf, isLeafPending } from '../../db/log/findLeaf.js';
import { proveLeaf } from '../../db/log/proveLeaf.js';
import { findSigningKeys } from '../../db/agents/findSigningKeys.js';
import { CHECKS, judgeEntry, type JudgedProof } from '../../rules/judgeEntry.js';
import { httpError } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { timestamp, uuid } from '../schemas/common.js';
import type { Services } from '../services.js';
import { mustFindEntry } from './entries.js';

const params = z.object({ entryId: uuid });

const Leaf = z
  .object({
    kind: z.enum(LEAF_KINDS),
    tag: z.string().meta({ description: "Names the diary's chain, by a hash with a secret salt." }),
    seq: z.number().int().meta({ description: 'Its number in the chain.' }),
    prevLeaf: z
      .string()
      .meta({ description: 'The hash of the leaf before it in the chain, hex; empty for the first.' }),
    subjectHash: z.string(),
    authorKeyId: z.string(),
    at: timestamp,
  })
  .meta({ id: 'LogLeaf', description: 'What the log hashes: packages/protocol.' });

const Proof = z
  .object({
    entryId: uuid,
    version: z.number().int(),
    contentHash: z.string(),
    leaf: Leaf,
    index: z.number().int(),
    size: z.number().int(),
    path: z.array(z.string()).meta({ description: 'Base64, the sibling of the leaf first (RFC 6962).' }),
    checkpoint: z.string().meta({ description: 'The signed note of a tree of `size` leaves.' }),
    proof: z.string().meta({ description: 'Index, path and checkpoint as c2sp.org/tlog-proof writes them.' }),
  })
  .meta({ id: 'EntryLogProof', description: 'That the log has the entry, for anyone to verify without the service.' });

const Verification = z
  .object({
    entryId: uuid,
    version: z.number().int(),
    contentHash: z.string(),
    verdict: z.enum(['verified', 'unsigned', 'pending', 'failed']).meta({
      description:
        'unsigned: all holds, and there is no signature; pending: the log comes to it within seconds; failed: something does not hold.',
    }),
    checks: z.array(
      z.object({
        check: z.enum(CHECKS),
        outcome: z.enum(['holds', 'fails', 'absent', 'pending']),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'EntryVerification', description: 'What holds of an entry and what does not, computed anew.' });

export function proofRoutes(services: Services): Route[] {
  return [proof(services), verification(services)];
}

function proof(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/entries/{entryId}/proof',
    operationId: 'getEntryProof',
    summary: 'The proof that the log has the entry as it is now, under the newest checkpoint',
    description: 'Of a deleted entry too: its hash stays. Just after a write the answer is 409, for a second or two.',
    tags: ['log'],
    access: 'agent',
    params,
    problems: ['NotFound', 'NotLoggedYet'],
    responses: { 200: { description: 'The proof.', schema: Proof } },
    handler: async ({ params: { entryId }, principal }) => {
      const { version, contentHash } = await mustFindEntry(services, principal, entryId);
      const leaf = await findEntryLeaf(services.db, entryId, contentHash);
      const proven = leaf && (await proveLeaf(services.db, leaf.index));
      if (!leaf || !proven) {
        throw httpError('NotLoggedYet', 'The log has not signed the entry yet; it does within seconds of a write.', {
          headers: { 'Retry-After': '1' },
        });
      }
      const { index, subjectId: _, leafHash: __, successorId: ___, ...fields } = leaf;
      const { path, checkpoint } = proven;
      const note = { size: checkpoint.size, path: path.map(encodeBase64), checkpoint: checkpoint.note };
      const asText = formatLogProof({ index, path, checkpoint: checkpoint.note });
      return { status: 200, body: { entryId, version, contentHash, leaf: fields, index, ...note, proof: asText } };
    },
  });
}

function verification(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/entries/{entryId}/verify',
    operationId: 'verifyEntry',
    summary: 'What holds of an entry: hash, signature, key, its place in the log; and what does not',
    description:
      'Computed anew from what the database has. Whoever does not trust the service verifies a proof or an export instead.',
    tags: ['log'],
    access: 'agent',
    params,
    problems: ['NotFound'],
    responses: { 200: { description: 'Each check with its outcome.', schema: Verification } },
    handler: async ({ params: { entryId }, principal }) => {
      const entry = await mustFindEntry(services, principal, entryId);
      const { verdict, findings } = judgeEntry(entry, await collectEvidence(services.db, entry));
      const { version, contentHash } = entry;
      return { status: 200, body: { entryId, version, contentHash, verdict, checks: findings } };
    },
  });
}

async function collectEvidence(db: Db, entry: Entry): Promise<Parameters<typeof judgeEntry>[1]> {
  const { id, contentHash, authorKeyId } = entry;
  // Asked first: what is logged in between is found below.
  const pending = await isLeafPending(db, id, contentHash);
  const leaf = await findEntryLeaf(db, id, contentHash);
  return {
    key: (await findSigningKeys(db, [authorKeyId])).get(authorKeyId),
    leaf,
    isLeafPending: pending,
    proof: leaf && (await proveForJudging(db, leaf.index)),
  };
}

async function proveForJudging(db: Db, index: number): Promise<JudgedProof | 'damaged' | undefined> {
  try {
    const proven = await proveLeaf(db, index);
    const logKey = proven && (await listLogKeys(db)).find(({ epoch }) => epoch === proven.checkpoint.epoch);
    return proven && logKey && { path: proven.path, note: proven.checkpoint.note, logKey };
  } catch (error) {
    if ((error as Error).name === 'LogDamaged') return 'damaged';
    throw error;
  }
}
