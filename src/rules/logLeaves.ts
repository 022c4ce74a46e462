import {
  appendLeaf,
  canonicalJson,
  chainTag,
  encodeHex,
  generateSalt,
  keyEventHash,
  leafHash,
  leafText,
  sha256Hex,
  tombstoneHash,
  type Frontier,
  type LeafKind,
} from '@moltnet/protocol';

/** Which events become leaves, and of which kind; no other event does. */
export const LEAF_KIND_OF_EVENT: Readonly<Record<string, LeafKind>> = {
  'entry.created': 'entry',
  'entry.imported': 'entry',
  'entry.revised': 'revision',
  'entry.signed': 'signature',
  'entry.superseded': 'supersession',
  'entry.erased': 'tombstone',
  key: 'key',
  'key.rotated': 'key',
  'key.revoked': 'key',
  'grant.created': 'grant',
  'grant.revoked': 'grant',
  'run.applied': 'run',
  'run.reverted': 'run',
  'operator.acted': 'operator',
};

/** The chain of what operators do; a diary's chain has the diary's id, that of an agent's keys the agent's. */
const OPERATORS_CHAIN = '00000000-0000-0000-0000-000000000000';

/** An event that becomes a leaf. */
export interface LeafEvent {
  kind: string;
  diaryId: string | null;
  subjectId: string;
  subjectHash: string | null;
  /** Of a deletion. */
  reason: string | null;
  /** Of a change of keys. */
  key: LoggedKey | null;
  /** Of a supersession. */
  successorId: string | null;
  /** The key of whoever did it, or had then. */
  authorKeyId: string;
  at: Date;
}

/** The key that begins or ends. */
export interface LoggedKey {
  /** The agent's first key, which names it. */
  agentKeyId: string;
  keyId: string;
  epoch: number;
  reason: string | null;
  /** False where it had ended before, and more was said about it afterwards. */
  isEnding: boolean;
}

/** Where a chain ends; `count` 0 and `lastLeaf` '' where it has not begun. Hex. */
export interface Chain {
  chainId: string;
  salt: string;
  count: number;
  lastLeaf: string;
}

/** A leaf as it is stored: what leafText asks for but for the tag, which its chain's salt makes. Hex. */
export interface LeafRow {
  leafIndex: number;
  kind: LeafKind;
  chainId: string;
  seq: number;
  prevLeaf: string;
  subjectId: string;
  subjectHash: string;
  authorKeyId: string;
  at: string;
  leafHash: string;
  successorId: string | null;
}

/** A tile that is full from now on, with the root over its hashes. */
export interface FullTile {
  level: number;
  tile: number;
  root: string;
}

/** What a log must keep to go on; changed by `growLog`. */
export interface Growth {
  frontier: Frontier;
  chains: Map<string, Chain>;
  leaves: LeafRow[];
  tiles: FullTile[];
}

/**
 * The kind of an event's leaf. What is said about a key that had ended already has no place in the chain of keys, which
 * tells when each was good, and goes to the operators'.
 */
function kindOf({ kind, key }: Pick<LeafEvent, 'kind' | 'key'>): LeafKind {
  return kind === 'key.revoked' && !key?.isEnding ? 'operator' : (LEAF_KIND_OF_EVENT[kind] as LeafKind);
}

export function chainOf(event: Pick<LeafEvent, 'kind' | 'key' | 'diaryId' | 'subjectId'>): string {
  return kindOf(event) === 'operator' ? OPERATORS_CHAIN : (event.diaryId ?? event.subjectId);
}

/** Adds a leaf for each event, in order, to the log that `growth` holds. */
export function growLog(growth: Growth, events: readonly LeafEvent[]): void {
  for (const event of events) {
    const leaf = nextLeaf(growth, event);
    growth.leaves.push(leaf);
    growth.frontier = appendLeaf(growth.frontier, Buffer.from(leaf.leafHash, 'hex'), ({ level, index }, hash) => {
      if (level > 0 && level % 8 === 0) growth.tiles.push({ level: level / 8 - 1, tile: index, root: encodeHex(hash) });
    });
  }
}

function nextLeaf({ chains, frontier }: Growth, event: LeafEvent): LeafRow {
  const chainId = chainOf(event);
  const chain = chains.get(chainId) ?? { chainId, salt: generateSalt(), count: 0, lastLeaf: '' };
  const fields = {
    kind: kindOf(event),
    seq: chain.count + 1,
    prevLeaf: chain.lastLeaf,
    subjectHash: subjectHashOf(event),
    authorKeyId: event.authorKeyId,
    at: event.at.toISOString(),
  };
  const hash = encodeHex(leafHash(leafText({ ...fields, tag: chainTag(chainId, chain.salt) })));
  chains.set(chainId, { ...chain, count: fields.seq, lastLeaf: hash });
  return {
    ...fields,
    leafIndex: frontier.size,
    chainId,
    subjectId: event.subjectId,
    leafHash: hash,
    successorId: event.successorId,
  };
}

/**
 * Most events carry their subject's hash; of keys and deletions it is made here, of what they carry. One that carries none
 * is logged by its own words: a log must not stand still for one row.
 */
function subjectHashOf(event: LeafEvent): string {
  const { kind, subjectId, subjectHash, reason, key } = event;
  if (subjectHash === null) return sha256Hex(canonicalJson(['moltnet:event:v1', kind, subjectId]));
  if (kind === 'key') {
    return keyEventHash({ agentKeyId: subjectHash, epoch: 1, keyId: subjectHash, change: 'begins', reason: '' });
  }
  if (key && kindOf(event) === 'key') {
    const { agentKeyId, keyId, epoch } = key;
    const how = kind === 'key.revoked' ? { change: 'ends' as const, reason: key.reason ?? '' } : BEGINS;
    return keyEventHash({ agentKeyId, epoch, keyId, ...how });
  }
  if (kind === 'entry.erased') {
    return tombstoneHash({ entryId: subjectId, contentHash: subjectHash, reason: reason ?? '' });
  }
  return subjectHash;
}

const BEGINS = { change: 'begins', reason: '' } as const;
