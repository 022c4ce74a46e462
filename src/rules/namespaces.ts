/**
 * Who may be in a relation: the objects of a namespace themselves, or (`['Network', 'members']`) whoever has a relation to
 * one of its objects.
 */
export type SubjectType = string | readonly [namespace: string, relation: string];

/** One kind of object at the identity service: what can be stored about it, and what follows from that. */
export interface Namespace {
  /** Each relation with who may be in it. */
  related: Readonly<Record<string, readonly SubjectType[]>>;
  /** Each permission with the relations that give it; any one of them is enough. */
  permits: Readonly<Record<string, readonly string[]>>;
}

export type Namespaces = Readonly<Record<string, Namespace>>;

/** What is listed under a name that came from outside; `constructor` and its like are no names of ours. */
export function named<T>(of: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return of && Object.hasOwn(of, name) ? of[name] : undefined;
}

/** The caller without a name, as a subject: what `Agent:anonymous` may do, anyone may. */
export const ANONYMOUS = 'anonymous';

const ROLES = ['visitors', 'readers', 'writers', 'managers', 'owners'];

export const NAMESPACES: Namespaces = {
  Agent: { related: {}, permits: {} },
  Network: { related: { members: ['Agent'] }, permits: {} },
  Diary: {
    related: {
      visitors: ['Agent', ['Network', 'members']],
      ...Object.fromEntries(ROLES.slice(1).map((role) => [role, ['Agent']])),
    },
    permits: { read: ROLES, write: ROLES.slice(2) },
  },
};
