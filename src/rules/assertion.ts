/** What the MCP server's assertions and the API that takes them agree on. */
export const ASSERTION = {
  /** Tells them from access tokens, which may be JWTs too. */
  type: 'moltnet-assertion+jwt',
  issuer: 'moltnet-mcp',
  lifetimeSeconds: 60,
} as const;
