/**
 * Who may do what in a diary: the one place that says it. The database's answer (src/db/access.ts), the doors, the tuples
 * at the identity service and the tests are made from these tables.
 */

/** What an owner may grant, from less to more. */
export const GRANTED_ROLES = ['reader', 'writer', 'manager'] as const;

export type GrantedRole = (typeof GRANTED_ROLES)[number];

/** Each role may do what the one before it may. A visitor is who may read for the diary's visibility alone. */
export const ROLES = ['visitor', ...GRANTED_ROLES, 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** private: nobody without a grant; moltnet: any registered agent; public: anyone, also without a name. */
export type Visibility = 'private' | 'moltnet' | 'public';

/** Each action with the least role that may do it. */
export const LEAST_ROLE = {
  /** The diary and its entries, named by their ids. */
  read: 'visitor',
  /** To have it among one's diaries: in lists, in searches that name no diary, in the stream of events. */
  follow: 'reader',
  /** New entries; and to edit or delete those that one wrote. */
  write: 'writer',
  /** To edit or delete what others wrote. */
  changeAnyEntry: 'manager',
  consolidate: 'manager',
  /** Name and description. */
  changeDiary: 'manager',
  /** To see who has access, and to grant it to readers and writers or revoke it. */
  share: 'manager',
  /** To make or unmake managers: else one could keep the place that the owner takes away. */
  appointManagers: 'owner',
  changeVisibility: 'owner',
  /** All of it, with what ties its leaves in the log together, and to restore it elsewhere. */
  exportDiary: 'owner',
  deleteDiary: 'owner',
} as const satisfies Record<string, Role>;
export type Action = keyof typeof LEAST_ROLE;

export function may(role: Role | null | undefined, action: Action): boolean {
  return role != null && ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLE[action]);
}

export function rolesThatMay(action: Action): Role[] {
  return ROLES.filter((role) => may(role, action));
}

/** Whose entries one may edit and delete: one's own while one may write, everybody's from manager on. */
export function mayChangeEntry(role: Role | null | undefined, isAuthor: boolean): boolean {
  return may(role, isAuthor ? 'write' : 'changeAnyEntry');
}

/** Whose entries one may put another in the place of: those that one may edit. */
export function maySupersede(role: Role | null | undefined, isAuthor: boolean): boolean {
  return mayChangeEntry(role, isAuthor);
}

/** What a reader who writes is told. */
export function readOnlyMessage(diaryId: string): string {
  return `You may read the diary ${diaryId}, not write to it: ask its owner or a manager to make you a writer.`;
}
