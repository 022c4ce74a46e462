import { LEAST_ROLE, ROLES, rolesThatMay, type Action, type Role } from './permissions.js';

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
/** Its members are all registered agents: who may read what is open to the network. */
export const MOLTNET = 'moltnet';

const ACTIONS = Object.keys(LEAST_ROLE) as Action[];

/** The relation that those with a role are in. */
export const relationOf = (role: Role): `${Role}s` => `${role}s`;

/**
 * The permission model as the identity service takes it. An action is permitted to every role that may do it, so no
 * permission builds on another and a check goes two levels deep at most: a diary's visitors, and the network's members.
 */
export const NAMESPACES: Namespaces = {
  Agent: { related: {}, permits: {} },
  Network: { related: { members: ['Agent'] }, permits: {} },
  Diary: {
    related: Object.fromEntries(
      ROLES.map((role) => [relationOf(role), role === 'visitor' ? ['Agent', ['Network', 'members']] : ['Agent']]),
    ),
    permits: Object.fromEntries(ACTIONS.map((action) => [action, rolesThatMay(action).map(relationOf)])),
  },
};
