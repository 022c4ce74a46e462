/**
 * An agent's id: a UUID of version 8 (RFC 9562: the bits are ours) made of the first 16 bytes of its key id, so that
 * registering a key twice meets the same agent. It is the OAuth2 client's id too.
 */
export function agentIdOf(keyId: string): string {
  const bytes = Buffer.from(keyId.slice(0, 32), 'hex');
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Whether a client's id has the form of an agent's: other clients of the same project may have any. */
export function isDerivedAgentId(clientId: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(clientId);
}
