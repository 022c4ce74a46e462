import type { PermissionApi, Relationship, RelationshipApi } from '@ory/client';
import { z } from 'zod';
import { AppError } from '../../errors.js';
import type { CheckOutcome, RelationTuple, RelationTuples, Subject, SubjectTree, TupleFilter } from '../identity.js';
import type { Call } from './call.js';

/** Ory's limit for one request. */
const CHECKS_AT_ONCE = 10;

const set = z.object({ namespace: z.string(), object: z.string(), relation: z.string() });
const relationship = z
  .union([set.extend({ subject_set: set }), set.extend({ subject_id: z.string() })])
  .transform(fromOry);
const nothing = z.unknown();
const checked = z.object({ allowed: z.boolean() });
const checkedMany = z.object({ results: z.array(checked.extend({ error: z.string().optional() })) });
const listed = z.object({ relation_tuples: z.array(relationship), next_page_token: z.string().optional() });
const namespaces = z.object({ namespaces: z.array(z.object({ name: z.string() })) });
/** A node of an expanded tree carries its subject in a tuple that is empty otherwise. */
const tree: z.ZodType<SubjectTree> = z.lazy(() =>
  z
    .object({ tuple: relationship, children: z.array(tree).nullish() })
    .transform((node) => ({ subject: node.tuple.subject, children: node.children ?? [] })),
);

function fromOry(
  given: z.output<typeof set> & ({ subject_set: z.output<typeof set> } | { subject_id: string }),
): RelationTuple {
  const { namespace, object, relation } = given;
  const subject: Subject = 'subject_set' in given ? given.subject_set : { id: given.subject_id };
  return { namespace, object, relation, subject };
}

function toOry({ subject, ...of }: RelationTuple): Relationship {
  return { ...of, ...('id' in subject ? { subject_id: subject.id } : { subject_set: subject }) };
}

/** The client library's names for a filter's parts; an empty relation is a part, and not an absent one. */
function toQuery({ subject, ...of }: TupleFilter) {
  if (subject === undefined) return of;
  if ('id' in subject) return { ...of, subjectId: subject.id };
  const { namespace, object, relation } = subject;
  return { ...of, subjectSetNamespace: namespace, subjectSetObject: object, subjectSetRelation: relation };
}

const unusable = (what: string) => new AppError('IdentityUnavailable', `The identity service ${what}.`);

/** Keto reads at one address (permissions, relations) and writes at another (changes) where it is self-hosted. */
interface TupleApis {
  permissions: PermissionApi;
  relations: RelationshipApi;
  changes: RelationshipApi;
  call: Call;
}

export function createTuples(apis: TupleApis): RelationTuples {
  return { ...permissionCalls(apis), ...readingCalls(apis), ...writingCalls(apis) };
}

function permissionCalls({ permissions, call }: TupleApis): Pick<RelationTuples, 'check' | 'checkMany' | 'expand'> {
  async function checkTen(tuples: RelationTuple[], options: { maxDepth?: number }): Promise<CheckOutcome[]> {
    const answer = await call({ name: 'batchCheckPermission', shape: checkedMany }, (request) =>
      permissions.batchCheckPermission(
        { ...options, batchCheckPermissionBody: { tuples: tuples.map(toOry) } },
        request,
      ),
    );
    const results = answer.ok ? answer.body.results : [];
    if (results.length !== tuples.length) throw unusable('answered another number of checks than it was asked');
    return results.map(({ allowed, error }) => (error ? 'undecided' : allowed ? 'allowed' : 'denied'));
  }

  return {
    async check(tuple, options = {}) {
      const answer = await call({ name: 'postCheckPermission', shape: checked, alsoExpected: [422] }, (request) =>
        permissions.postCheckPermission({ ...options, postCheckPermissionBody: toOry(tuple) }, request),
      );
      if (!answer.ok) return 'undecided';
      return answer.body.allowed ? 'allowed' : 'denied';
    },
    async checkMany(tuples, options = {}) {
      const outcomes: CheckOutcome[] = [];
      for (let at = 0; at < tuples.length; at += CHECKS_AT_ONCE) {
        outcomes.push(...(await checkTen(tuples.slice(at, at + CHECKS_AT_ONCE), options)));
      }
      return outcomes;
    },
    async expand(of, options = {}) {
      const answer = await call({ name: 'expandPermissions', shape: tree, alsoExpected: [404] }, (request) =>
        permissions.expandPermissions({ ...of, ...options }, request),
      );
      return answer.ok ? answer.body : undefined;
    },
  };
}

function readingCalls({ relations, call }: TupleApis): Pick<RelationTuples, 'list' | 'listNamespaces'> {
  return {
    async list(filter, { pageSize, pageToken }) {
      const answer = await call({ name: 'getRelationships', shape: listed }, (request) =>
        relations.getRelationships(
          { ...toQuery(filter), pageSize, ...(pageToken === undefined ? {} : { pageToken }) },
          request,
        ),
      );
      if (!answer.ok) throw unusable('listed nothing');
      const nextPageToken = answer.body.next_page_token || undefined;
      // Whoever reads to the end would never get there.
      if (nextPageToken !== undefined && nextPageToken === pageToken) throw unusable('repeats a page of its tuples');
      return { tuples: answer.body.relation_tuples, nextPageToken };
    },
    async listNamespaces() {
      const answer = await call({ name: 'listRelationshipNamespaces', shape: namespaces }, (request) =>
        relations.listRelationshipNamespaces(request),
      );
      return answer.ok ? answer.body.namespaces.map(({ name }) => name) : [];
    },
  };
}

function writingCalls({ changes, call }: TupleApis): Pick<RelationTuples, 'create' | 'patch' | 'deleteAll'> {
  return {
    async create(tuple) {
      await call({ name: 'createRelationship', shape: nothing }, (request) =>
        changes.createRelationship({ createRelationshipBody: toOry(tuple) }, request),
      );
    },
    async patch({ insert, remove }) {
      const relationshipPatch = [
        ...insert.map((tuple) => ({ action: 'insert' as const, relation_tuple: toOry(tuple) })),
        ...remove.map((tuple) => ({ action: 'delete' as const, relation_tuple: toOry(tuple) })),
      ];
      if (relationshipPatch.length === 0) return;
      await call({ name: 'patchRelationships', shape: nothing }, (request) =>
        changes.patchRelationships({ relationshipPatch }, request),
      );
    },
    async deleteAll(filter) {
      const query = toQuery(filter);
      if (Object.keys(query).length === 0) {
        throw new AppError('InternalError', 'A deletion of tuples names nothing, and would delete everything.');
      }
      await call({ name: 'deleteRelationships', shape: nothing }, (request) =>
        changes.deleteRelationships(query, request),
      );
    },
  };
}
