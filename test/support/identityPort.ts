import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { ActiveToken, Identity, IssuedToken, OAuthClient } from '../../src/ports/identity.js';

const AUDIENCE = 'https://api.example';

export function newClient(changes: Partial<OAuthClient> = {}): OAuthClient & { clientSecret: string } {
  const clientId = randomUUID();
  return {
    clientId,
    clientSecret: randomBytes(32).toString('base64url'),
    name: 'a test client',
    scope: 'agent other',
    audience: [AUDIENCE, 'https://mcp.example/mcp'],
    metadata: { agent_id: clientId },
    ...changes,
  };
}

async function issue(identity: Identity, client: OAuthClient & { clientSecret: string }): Promise<IssuedToken> {
  const issued = await identity.tokens.issue({ ...client, scope: 'agent', audience: [AUDIENCE] });
  if ('refused' in issued) throw new Error(`refused: ${issued.refused}`);
  return issued;
}

/** What the identity service must do, whoever it is: run against the embedded server, and against a real Ory project. */
export function identityPortTests(open: () => Identity): void {
  it('issues a token for the asked audience and scope, and tells about it', async () => {
    const client = newClient();
    expect(await open().clients.create(client)).to.equal('created');
    const { accessToken, expiresIn, scope } = await issue(open(), client);
    expect(scope).to.equal('agent');
    expect(expiresIn).to.equal(3600);
    const token = (await open().tokens.introspect(accessToken)) as ActiveToken;
    expect(token).to.include({ clientId: client.clientId, scope: 'agent' });
    expect(token.audience).to.deep.equal([AUDIENCE]);
    expect(token.expiresAt).to.be.within(Date.now() / 1000 + 3500, Date.now() / 1000 + 3700);
    await open().clients.delete(client.clientId);
  });

  it('takes a client id once, and says so to the second', async () => {
    const client = newClient();
    const outcomes = await Promise.all([open().clients.create(client), open().clients.create(client)]);
    expect(outcomes.sort()).to.deep.equal(['created', 'exists']);
    await open().clients.delete(client.clientId);
  });

  it('refuses a wrong secret, an unknown client, a scope and an audience that the client may not have', async () => {
    const client = newClient();
    await open().clients.create(client);
    const ask = (changes: object) => open().tokens.issue({ ...client, audience: [AUDIENCE], ...changes });
    expect(await ask({ clientSecret: 'wrong-secret', scope: 'agent' })).to.deep.equal({ refused: 'invalid_client' });
    expect(await ask({ clientId: randomUUID(), scope: 'agent' })).to.deep.equal({ refused: 'invalid_client' });
    expect(await ask({ scope: 'admin' })).to.deep.equal({ refused: 'invalid_scope' });
    expect(await ask({ scope: 'agent', audience: ['https://other.example'] })).to.have.property('refused');
    await open().clients.delete(client.clientId);
  });

  it('ends the former secret when a client is replaced, and knows no client that was never there', async () => {
    const client = newClient();
    await open().clients.create(client);
    const replaced = { ...client, clientSecret: 'another-secret-of-some-length' };
    expect(await open().clients.replace(replaced)).to.equal('replaced');
    const audience = [AUDIENCE];
    expect(await open().tokens.issue({ ...client, scope: 'agent', audience })).to.deep.equal({
      refused: 'invalid_client',
    });
    await issue(open(), replaced);
    await open().clients.delete(client.clientId);
    expect(await open().clients.replace(replaced)).to.equal('absent');
  });

  it('keeps the former secret valid after a rotation until it is told to forget it', async () => {
    const client = newClient();
    await open().clients.create(client);
    const rotated = await open().clients.rotateSecret(client.clientId);
    if (!rotated) throw new Error('The client is not there');
    await issue(open(), client);
    await issue(open(), { ...client, ...rotated });
    expect(await open().clients.forgetRotatedSecrets(client.clientId)).to.equal('forgotten');
    expect(await open().tokens.issue({ ...client, scope: 'agent', audience: [AUDIENCE] })).to.deep.equal({
      refused: 'invalid_client',
    });
    await issue(open(), { ...client, ...rotated });
    await open().clients.delete(client.clientId);
    expect(await open().clients.rotateSecret(client.clientId)).to.equal(undefined);
    expect(await open().clients.forgetRotatedSecrets(client.clientId)).to.equal('absent');
  });

  it('ends tokens: one by its owner, all of a client, and those of a deleted client', async () => {
    const client = newClient();
    await open().clients.create(client);
    const tokens = [await issue(open(), client), await issue(open(), client)].map((issued) => issued.accessToken);
    const active = async () => {
      const found = await Promise.all(tokens.map((token) => open().tokens.introspect(token)));
      return found.map((token) => token !== undefined);
    };
    expect(await open().tokens.revoke({ ...client, token: tokens[0]! })).to.equal('revoked');
    expect(await active()).to.deep.equal([false, true]);
    await open().tokens.revokeAll(client.clientId);
    expect(await active()).to.deep.equal([false, false]);
    tokens.push((await issue(open(), client)).accessToken);
    expect(await open().clients.delete(client.clientId)).to.equal('deleted');
    expect(await open().clients.delete(client.clientId)).to.equal('absent');
    expect(await active()).to.deep.equal([false, false, false]);
  });

  it('revokes a token only for the client that it belongs to', async () => {
    const [owner, stranger] = [newClient(), newClient()];
    await open().clients.create(owner);
    await open().clients.create(stranger);
    const { accessToken: token } = await issue(open(), owner);
    await open().tokens.revoke({ ...stranger, token });
    expect(await open().tokens.introspect(token)).to.not.equal(undefined);
    const refused = await open().tokens.revoke({ ...owner, clientSecret: 'wrong-secret', token });
    expect(refused).to.deep.equal({ refused: 'invalid_client' });
    await open().clients.delete(owner.clientId);
    await open().clients.delete(stranger.clientId);
  });

  it('knows nothing of a token that it has not issued', async () => {
    expect(await open().tokens.introspect('moltnet_at_never-issued')).to.equal(undefined);
  });

  it('creates one identity for an external id, however often, and finds and deletes it', async () => {
    const externalId = randomBytes(32).toString('hex');
    const given = { externalId, traits: { public_key: 'ed25519:abc' } };
    const first = await open().identities.create(given);
    const second = await open().identities.create(given);
    expect(second.id).to.equal(first.id);
    expect(await open().identities.find(externalId)).to.deep.equal({ ...given, id: first.id });
    const traits = { public_key: 'ed25519:def' };
    expect(await open().identities.setTraits(first.id, traits)).to.equal('set');
    expect(await open().identities.find(externalId)).to.deep.equal({ externalId, traits, id: first.id });
    expect(await open().identities.delete(first.id)).to.equal('deleted');
    expect(await open().identities.delete(first.id)).to.equal('absent');
    expect(await open().identities.setTraits(first.id, traits)).to.equal('absent');
    expect(await open().identities.find(externalId)).to.equal(undefined);
  });

  it('is healthy', async () => {
    await open().checkHealth();
  });
}
