import { expect } from 'chai';
import { startIdentityServer, type IdentityServer } from '../../src/embedded/identity/server.js';
import type { Identity } from '../../src/ports/identity.js';
import { createOryIdentity, oryUrls } from '../../src/ports/ory/identity.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { identityPortTests, newClient } from '../support/identityPort.js';
import { tuplePortTests } from '../support/tuplePort.js';
import { contractFaults, operationOf } from '../support/oryContract.js';
import { startRecorder, type Exchange, type Recorder } from '../support/recorder.js';

describe('the identity port on the embedded server', () => {
  let database: FreshDatabase;
  let server: IdentityServer;
  let recorder: Recorder;
  let identity: Identity;

  before(async () => {
    database = await freshDatabase();
    server = await startIdentityServer(database.db);
    recorder = await startRecorder(server.url);
    const urls = oryUrls(recorder.url);
    identity = createOryIdentity({ urls, apiKey: server.apiKey, schemaId: 'agent' });
  });

  after(async () => {
    await recorder.close();
    await server.close();
    await database.drop();
  });

  identityPortTests(() => identity);
  tuplePortTests(() => identity);

  it("has spoken Ory's API only, byte by byte, with every operation that the port uses", () => {
    expect(recorder.exchanges.flatMap(contractFaults)).to.deep.equal([]);
    expect([...new Set(recorder.exchanges.map(operationOf))].sort()).to.deep.equal([
      'batchCheckPermission',
      'createIdentity',
      'createOAuth2Client',
      'createRelationship',
      'deleteIdentity',
      'deleteOAuth2Client',
      'deleteOAuth2Token',
      'deleteRelationships',
      'deleteRotatedOAuth2ClientSecrets',
      'discoverOidcConfiguration',
      'expandPermissions',
      'getIdentityByExternalID',
      'getRelationships',
      'introspectOAuth2Token',
      'listRelationshipNamespaces',
      'oauth2TokenExchange',
      'patchIdentity',
      'patchRelationships',
      'postCheckPermission',
      'revokeOAuth2Token',
      'rotateOAuth2ClientSecret',
      'setOAuth2Client',
    ]);
  });

  it('would have noticed a request or an answer that is not as Ory has it', () => {
    const sample = (operation: string, status: number): Exchange => {
      const found = recorder.exchanges.find((one) => operationOf(one) === operation && one.status === status);
      if (!found) throw new Error(`no exchange of ${operation} with ${status}`);
      return found;
    };
    const change = (exchange: Exchange, changes: Partial<Exchange>) => contractFaults({ ...exchange, ...changes });
    const introspection = sample('introspectOAuth2Token', 200);
    const numbersAsText = introspection.answerBody.replace(/"exp":(\d+)/, '"exp":"$1"');
    expect(change(introspection, { answerBody: numbersAsText })).to.deep.equal([
      'introspectOAuth2Token 200: answer/exp must be integer',
    ]);
    expect(change(introspection, { answerBody: '{}' })).to.have.lengthOf(1);
    expect(change(introspection, { requestBody: 'tokn=x' })).to.have.lengthOf(1);
    expect(change(introspection, { requestType: 'application/json' })).to.have.lengthOf(1);
    const created = sample('createOAuth2Client', 201);
    expect(change(created, { requestBody: '{"audience":"https://api.example"}' })).to.have.lengthOf(1);
    expect(change(created, { answerType: 'text/html' })).to.have.lengthOf(1);
    expect(change(created, { path: '/admin/client' })).to.have.lengthOf(1);
    const identityMade = sample('createIdentity', 201);
    expect(
      change(identityMade, { answerBody: identityMade.answerBody.replace('schema_url', 'schemaUrl') }),
    ).to.have.lengthOf(1);
    expect(change(sample('deleteOAuth2Token', 204), { path: '/admin/oauth2/tokens' })).to.have.lengthOf(1);
    const listed = sample('getRelationships', 200);
    expect(change(listed, { answerBody: listed.answerBody.replace('"object"', '"objekt"') })).to.have.lengthOf(1);
    expect(change(listed, { path: listed.path.replace('page_size', 'pageSize') })).to.have.lengthOf(1);
    const checked = sample('batchCheckPermission', 200);
    expect(change(checked, { answerBody: checked.answerBody.replace('true', '"true"') })).to.have.lengthOf(1);
    expect(change(checked, { requestBody: '{"tuples":[{"namespace":"Diary"}]}' })).to.have.lengthOf(2);
    const patched = sample('patchRelationships', 204);
    expect(change(patched, { requestBody: patched.requestBody.replace('insert', 'upsert') })).to.have.lengthOf(1);
    expect(change(sample('createOAuth2Client', 409), { answerBody: '{"error":{"code":409}}' })).to.have.lengthOf(1);
  });

  it('refuses administration without its key, and the port reports an outage and not a refusal', async () => {
    const urls = oryUrls(server.url);
    const stranger = createOryIdentity({ urls, apiKey: 'not-the-key', schemaId: 'agent' });
    const attempts = [
      stranger.clients.create(newClient()),
      stranger.tokens.introspect('x'),
      stranger.identities.find('x'),
      stranger.tuples.listNamespaces(),
      stranger.tuples.deleteAll({ object: 'x' }),
    ];
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt).to.have.nested.property('reason.name', 'IdentityUnavailable');
    }
  });
});
