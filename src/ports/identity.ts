/**
 * The identity service: Ory, or the embedded server that speaks Ory's API. One implementation (`ory/`) reaches both.
 *
 * What the caller may see as a refusal is returned. What is the service's or our own fault is thrown:
 * - `IdentityUnavailable` (503): unreachable, slow, rate limiting beyond the deadline, answering nonsense, or refusing our
 *   own key. Never 401 or 403: the caller's credentials may be perfect. A refused key is logged as an error, for it
 *   needs a person.
 * - `Misconfigured` (500): it understood and refused a request of ours; repeating it changes nothing.
 */
export interface Identity {
  clients: OAuthClients;
  tokens: OAuthTokens;
  identities: Identities;
  tuples: RelationTuples;
  /** Resolves when the service answers; throws IdentityUnavailable with the reason. */
  checkHealth(): Promise<void>;
}

export interface OAuthClient {
  clientId: string;
  name: string;
  /** What its tokens may ask for, space-separated. */
  scope: string;
  /** Which resources its tokens may be made for. */
  audience: string[];
  /** Appears as `ext` of its tokens at the embedded server; at Ory the token hook decides. */
  metadata: Record<string, string>;
}

export interface OAuthClients {
  /** Safe to repeat: a client id is taken once, and `exists` tells that it was. The secret is 6 to 72 bytes. */
  create(client: OAuthClient & { clientSecret: string }): Promise<'created' | 'exists'>;
  /** Sets everything about a client, its secret included; the former secret ends at once. Safe to repeat. */
  replace(client: OAuthClient & { clientSecret: string }): Promise<'replaced' | 'absent'>;
  /**
   * The service makes a new secret; the former ones stay valid until `forgetRotatedSecrets`. An answer that gets lost costs
   * a secret that nobody knows, so this is never repeated by itself.
   */
  rotateSecret(clientId: string): Promise<{ clientSecret: string } | undefined>;
  forgetRotatedSecrets(clientId: string): Promise<'forgotten' | 'absent'>;
  /** Its tokens go with it. */
  delete(clientId: string): Promise<'deleted' | 'absent'>;
}

/** RFC 6749 5.2 and RFC 8707: what a token endpoint may answer. */
export const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
] as const;
export type OAuthErrorCode = (typeof OAUTH_ERRORS)[number];

export interface OAuthRefusal {
  refused: OAuthErrorCode;
}

export interface IssuedToken {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  scope: string;
}

export interface ActiveToken {
  clientId: string;
  scope: string;
  audience: string[];
  ext: Record<string, unknown>;
  /** Unix time in seconds, by the identity service's clock. */
  expiresAt: number;
}

export interface ClientSecret {
  clientId: string;
  clientSecret: string;
}

export interface OAuthTokens {
  /** The client_credentials grant. */
  issue(request: ClientSecret & { scope?: string; audience: string[] }): Promise<IssuedToken | OAuthRefusal>;
  /** Undefined for a token that is unknown, expired or revoked. */
  introspect(token: string): Promise<ActiveToken | undefined>;
  /** RFC 7009: an unknown token counts as revoked; only bad client credentials are refused. */
  revoke(request: ClientSecret & { token: string }): Promise<'revoked' | OAuthRefusal>;
  /** Ends all tokens of a client. */
  revokeAll(clientId: string): Promise<void>;
}

export interface FoundIdentity {
  id: string;
  externalId: string;
  traits: Record<string, unknown>;
}

export interface Identities {
  /**
   * `externalId`: the hex SHA-256 of the first public key, unique at the service. Safe to repeat: an identity that exists
   * already is found and returned. Ory refuses two at once, so the callers go through the queue `identity`.
   */
  create(identity: { externalId: string; traits: Record<string, unknown> }): Promise<FoundIdentity>;
  find(externalId: string): Promise<FoundIdentity | undefined>;
  /** Replaces the traits and nothing else. Safe to repeat. */
  setTraits(id: string, traits: Record<string, unknown>): Promise<'set' | 'absent'>;
  delete(id: string): Promise<'deleted' | 'absent'>;
}

/** Whoever has the relation to the object; the object itself where the relation is empty. */
export interface SubjectSet {
  namespace: string;
  object: string;
  relation: string;
}

/** `id`: a subject of the time before strict mode; it can still be found and deleted. */
export type Subject = SubjectSet | { id: string };

/** The subject is in the relation of the object: `Diary:1#readers@Agent:2`. */
export interface RelationTuple extends SubjectSet {
  subject: Subject;
}

/** What is absent may be anything. */
export type TupleFilter = Partial<RelationTuple>;

/** Who is in a set; a set that was not followed (for its depth, or because it occurred before) has no children. */
export interface SubjectTree {
  subject: Subject;
  children: SubjectTree[];
}

export interface TuplePage {
  tuples: RelationTuple[];
  /** Undefined on the last page. */
  nextPageToken: string | undefined;
}

/** `undecided`: a limit of depth or width was reached first; nobody may be let in for that. */
export type CheckOutcome = 'allowed' | 'denied' | 'undecided';

/** Keto's relation tuples: who has which relation to what, and what follows from that by the namespaces' rules. */
export interface RelationTuples {
  /** Whether the subject has the relation or the permission, directly or through sets. */
  check(tuple: RelationTuple, options?: { maxDepth?: number }): Promise<CheckOutcome>;
  /** As many checks, in their order; ten go in one request. */
  checkMany(tuples: RelationTuple[], options?: { maxDepth?: number }): Promise<CheckOutcome[]>;
  /** Undefined where nobody is in the set. */
  expand(set: SubjectSet, options?: { maxDepth?: number }): Promise<SubjectTree | undefined>;
  /** At most 1000 a page. A tuple may occur twice. */
  list(filter: TupleFilter, page: { pageSize: number; pageToken?: string | undefined }): Promise<TuplePage>;
  create(tuple: RelationTuple): Promise<void>;
  /** All or none. Safe to repeat: what is there already, or gone already, is left so. */
  patch(changes: { insert: RelationTuple[]; remove: RelationTuple[] }): Promise<void>;
  /** Everything that the filter fits. An empty filter is refused: it would delete what others keep there too. */
  deleteAll(filter: TupleFilter): Promise<void>;
  /** The names of the namespaces that the service knows. */
  listNamespaces(): Promise<string[]>;
}
