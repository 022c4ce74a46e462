import express, { type ErrorRequestHandler, type Router } from 'express';
import type { Db } from '../../db/database.js';
import { changeTuples, deleteTuples, listTuples } from '../../db/relationTuples.js';
import { named, type Namespaces } from '../../rules/namespaces.js';
import { sendKratosError } from './answers.js';
import { checkTuple, isDeclared } from './checkTuple.js';
import { expandSet } from './expandSet.js';
import {
  batch,
  decodePlace,
  depth,
  encodePlace,
  expandQuery,
  filter,
  fromRow,
  page,
  patch,
  read,
  readDepth,
  Refusal,
  toFilter,
  toNode,
  toRow,
  tuple,
  type Relationship,
} from './tupleShapes.js';

/** A namespace that is not in the model is 404, what its relations do not declare is 400. */
function checkDeclared(namespaces: Namespaces, { subject_set: subject, ...of }: Relationship): void {
  for (const { namespace } of [of, subject]) checkNamespace(namespaces, namespace);
  if (!named(named(namespaces, of.namespace)?.related, of.relation)) {
    throw new Refusal(400, `The namespace ${of.namespace} has no relation ${of.relation}`);
  }
  if (!isDeclared(namespaces, of, subject)) {
    throw new Refusal(400, `${of.namespace}#${of.relation} takes no ${subject.namespace}#${subject.relation}`);
  }
}

function checkNamespace(namespaces: Namespaces, namespace: string | undefined): void {
  if (namespace !== undefined && !named(namespaces, namespace))
    throw new Refusal(404, `Unknown namespace ${namespace}`);
}

/** What each check answers, with Keto's words for what could not be decided. */
async function answerCheck(
  db: Db,
  namespaces: Namespaces,
  { subject_set: subject, ...of }: Relationship,
  maxDepth: number,
): Promise<{ allowed: boolean; error?: string }> {
  const namespace = named(namespaces, of.namespace);
  if (!namespace || !named(namespaces, subject.namespace)) return { allowed: false };
  if (!named(namespace.related, of.relation) && !named(namespace.permits, of.relation)) {
    throw new Refusal(400, `The namespace ${of.namespace} has no relation or permission ${of.relation}`);
  }
  const decision = await checkTuple(db, namespaces, { of, subject, maxDepth });
  if (decision === 'undecided') throw new Refusal(422, 'The check reached the limit of depth or width');
  return { allowed: decision === 'allowed' };
}

const sendRefusal: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (error instanceof Refusal) sendKratosError(res, error.status, error.message);
  else next(error);
};

/** Keto's reading side, below /relation-tuples, and the list of namespaces. */
export function tupleRoutes(db: Db, namespaces: Namespaces): Router {
  const router = express.Router();

  router.get('/', async (req, res) => {
    const { page_size, page_token, ...rest } = req.query;
    const { page_size: size, page_token: token } = read(page, { page_size, page_token });
    const query = read(filter, rest);
    checkNamespace(namespaces, query.namespace);
    const after = token ? decodePlace(token) : undefined;
    const rows = await listTuples(db, toFilter(query), { after, limit: size + 1 });
    const last = rows.length > size ? rows[size - 1] : undefined;
    res.json({
      relation_tuples: rows.slice(0, size).map(fromRow),
      next_page_token: last ? encodePlace(last) : '',
    });
  });

  router.post('/check/openapi', async (req, res) => {
    const asked = read(tuple, req.body);
    res.json(await answerCheck(db, namespaces, asked, readDepth(read(depth, req.query))));
  });

  router.post('/batch/check', async (req, res) => {
    const { tuples } = read(batch, req.body);
    const maxDepth = readDepth(read(depth, req.query));
    const results = [];
    for (const one of tuples) {
      const answer = answerCheck(db, namespaces, one, maxDepth);
      results.push(
        await answer.catch((error: unknown) => {
          if (error instanceof Refusal) return { allowed: false, error: error.message };
          throw error;
        }),
      );
    }
    res.json({ results });
  });

  router.get('/expand', async (req, res) => {
    const { 'max-depth': _, ...of } = read(expandQuery, req.query);
    checkNamespace(namespaces, of.namespace);
    const tree = await expandSet(db, of, readDepth(read(depth, { 'max-depth': req.query['max-depth'] })));
    if (tree === undefined) throw new Refusal(404, 'No relation tuple found');
    if (tree === 'too large') throw new Refusal(422, 'The tree is too large');
    res.json(toNode(tree));
  });

  router.use(sendRefusal);
  return router;
}

/** Keto's writing side, below /admin/relation-tuples. */
export function tupleAdminRoutes(db: Db, namespaces: Namespaces): Router {
  const router = express.Router();

  router.put('/', async (req, res) => {
    const given = read(tuple, req.body);
    checkDeclared(namespaces, given);
    await changeTuples(db, { insert: [toRow(given)], remove: [] });
    res.status(201).json(given);
  });

  router.patch('/', async (req, res) => {
    const changes = read(patch, req.body);
    const inserted = changes.filter((change) => change.action === 'insert').map((change) => change.relation_tuple);
    const removed = changes.filter((change) => change.action === 'delete').map((change) => change.relation_tuple);
    for (const one of inserted) checkDeclared(namespaces, one);
    await changeTuples(db, { insert: inserted.map(toRow), remove: removed.map(toRow) });
    res.status(204).end();
  });

  router.delete('/', async (req, res) => {
    const query = read(filter, req.query);
    checkNamespace(namespaces, query.namespace);
    await deleteTuples(db, toFilter(query));
    res.status(204).end();
  });

  router.use(sendRefusal);
  return router;
}
