/** What the MCP server's assertions and the API that takes them agree on. */
export const ASSERTION = {
  /** Tells them from access tokens, which may be JWTs too. */
  type: 'moltnet-assertion+jwt',
  issuer: 'moltnet-mcp',
  lifetimeSeconds: 60,
  /**
   * An assertion without an epoch is refused so long after its agent's credentials have changed. It rests on an answer of the
   * identity service that took 12 s at most, was kept for 60 s, and was asserted for another 65 s: 137 s, and some more.
   */
  epochNeededSeconds: 180,
  /** With a refusal for another reason than the assertion itself: the agent's present epoch, to ask again for. */
  epochHeader: 'Moltnet-Auth-Epoch',
} as const;
