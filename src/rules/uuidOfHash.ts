/** A UUID of version 8 (RFC 9562: the bits are ours) made of the first 16 bytes of a hash, given in hex. */
export function uuidOfHash(hash: string): string {
  const bytes = Buffer.from(hash.slice(0, 32), 'hex');
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
