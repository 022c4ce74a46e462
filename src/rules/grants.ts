import { canonicalJson, sha256Hex } from '@moltnet/protocol';
import { refused, type ChangeOutcome } from './changes.js';
import { may, type GrantedRole, type Role } from './permissions.js';

/** What an agent's access to a diary is to become, as a door hands it on: complete, so that running it twice changes once. */
export interface GrantChange {
  /** Names the request. */
  id: string;
  diaryId: string;
  agentId: string;
  /** Null ends the access. */
  role: GrantedRole | null;
  actorId: string;
  /** RFC 3339 UTC with milliseconds. */
  at: string;
  /** Of a grant: the version of the agent's access that the door saw, 0 for none yet. */
  expectedVersion?: number;
}

/** What a change of access meets, read under the diary's lock. */
export interface GrantSituation {
  ownerId: string;
  isDeleted: boolean;
  actorRole: Role | null;
  /** Of the agent whose access is to change. */
  role: GrantedRole | null;
  version: number;
  /** What the request did when it ran before. */
  before: (Pick<GrantChange, 'diaryId' | 'agentId' | 'role' | 'actorId'> & { version: number }) | undefined;
}

/**
 * What becomes of a change; undefined: it is to be made. A grant is made only on what the door saw, so that one which
 * runs late (a crash, an operator's retry) never gives back what was taken away meanwhile. A revocation is always made.
 */
export function judgeGrantChange(change: GrantChange, situation: GrantSituation): ChangeOutcome | undefined {
  const { before, version } = situation;
  if (before) return repeatGrantChange(change, before, version);
  const refusal = refuseGrantChange(change, situation);
  if (refusal || change.role === null) return refusal;
  if (situation.role === change.role) return { outcome: 'already', version };
  if (version === change.expectedVersion) return undefined;
  return refused('Conflict', `The access of agent ${change.agentId} has changed meanwhile: look, and decide again.`);
}

function repeatGrantChange(
  change: GrantChange,
  before: NonNullable<GrantSituation['before']>,
  version: number,
): ChangeOutcome {
  const isSame = (['diaryId', 'agentId', 'role', 'actorId'] as const).every((field) => before[field] === change[field]);
  if (!isSame) return refused('IdempotencyKeyReused', 'Another change of access was made under this key before.');
  if (change.role === null || before.version === version) return { outcome: 'already', version };
  return refused(
    'Gone',
    'This grant was made before, and has been revoked or replaced: grant anew, under another key.',
  );
}

function refuseGrantChange(
  { diaryId, agentId, actorId, role }: GrantChange,
  situation: GrantSituation,
): ChangeOutcome | undefined {
  const { actorRole, ownerId } = situation;
  if (situation.isDeleted || actorRole === null) {
    return refused('NotFound', `There is no diary ${diaryId} that you may read.`);
  }
  const isLeaving = agentId === actorId && role === null && actorRole !== 'owner';
  if (isLeaving) return situation.role === null ? { outcome: 'already', version: situation.version } : undefined;
  if (!may(actorRole, 'share')) {
    return refused('Forbidden', `The diary ${diaryId} is not yours to share: ask its owner or a manager.`);
  }
  if (agentId === ownerId) return refused('Conflict', `Agent ${agentId} owns the diary, and needs no grant.`);
  const isAboutManager = role === 'manager' || situation.role === 'manager';
  if (isAboutManager && !may(actorRole, 'appointManagers')) {
    return refused('Forbidden', `Only the owner of the diary ${diaryId} makes and unmakes managers.`);
  }
  return undefined;
}

/** What the log keeps of a change: SHA-256 of `["moltnet:grant:v1", diaryId, agentId, role or "none", version, actorId, at]`. */
export function grantHash(change: GrantChange, version: number): string {
  const { diaryId, agentId, role, actorId, at } = change;
  return sha256Hex(canonicalJson(['moltnet:grant:v1', diaryId, agentId, role ?? 'none', version, actorId, at]));
}
