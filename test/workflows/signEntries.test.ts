import { DBOS } from '@dbos-inc/dbos-sdk';
import { generateKeyPair, messageSigningInput, sha256Hex, sign, signatureHash } from '@moltnet/protocol';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { findEntry } from '../../src/db/entries/findEntry.js';
import { findSigningRequest, type SigningRequest } from '../../src/db/signing/signingRequests.js';
import type { NewSigningRequest, SigningAnswer } from '../../src/rules/signingRequest.js';
import { verifyEntry } from '../../src/rules/verifyEntry.js';
import { startRun } from '../../src/runtime/startRun.js';
import { deleteEntry } from '../../src/workflows/deleteEntry.js';
import { expireRequests } from '../../src/workflows/expireRequests.js';
import { openSigningRequest } from '../../src/workflows/openSigningRequest.js';
import { signEntries } from '../../src/workflows/signEntries.js';
import { writeEntries } from '../../src/workflows/writeEntries.js';
import { draft, forkFromStart, now, startWorld, type Author, type World } from '../support/world.js';

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

describe('signEntries', () => {
  let world: World;
  let author: Author;
  let diary: string;

  before(async () => {
    world = await startWorld();
  });
  beforeEach(async () => {
    author = await world.agent();
    diary = await world.diary(author);
  });
  after(() => world.stop());

  async function writeSome(count: number): Promise<string[]> {
    const entries = Array.from({ length: count }, (_, i) => draft(author, diary, `Note ${i}.`));
    await writeEntries('run', entries);
    return entries.map((entry) => entry.id);
  }

  const requestFor = (subject: NewSigningRequest['subject'], more: Partial<NewSigningRequest> = {}) => ({
    id: randomUUID(),
    agentId: author.agentId,
    subject,
    requestHash: 'r',
    createdAt: now(),
    expiresAt: inSeconds(300),
    ...more,
  });

  async function open(entryIds: string[], more: Partial<NewSigningRequest> = {}): Promise<SigningRequest> {
    const request = requestFor({ entryIds }, more);
    expect(await openSigningRequest(request)).to.deep.equal({ outcome: 'applied' });
    return find(request.id);
  }

  const find = async (id: string) =>
    (await findSigningRequest(world.db, { id, agentId: author.agentId })) as SigningRequest;

  const answerTo = (request: SigningRequest, more: Partial<SigningAnswer> = {}): SigningAnswer => ({
    requestId: request.id,
    agentId: author.agentId,
    signature: sign(author.keys.privateKey, request.signingInput),
    receivedAt: now(),
    ...more,
  });

  async function isVerified(id: string): Promise<boolean> {
    const entry = await findEntry(world.db, author.agentId, id);
    const { signature, signaturePublicKey: publicKey } = entry!;
    const body = {
      title: entry!.title ?? '',
      content: entry!.content ?? '',
      tags: entry!.tags ?? [],
      salt: entry!.salt ?? '',
    };
    return signature !== null && verifyEntry({ ...entry!, ...body, signature, publicKey: publicKey ?? '' });
  }

  it('signs one entry, or 500 by one signature, each of which can be verified alone, and tells of each', async () => {
    for (const count of [1, 2, 500]) {
      const ids = await writeSome(count);
      const answer = answerTo(await open(ids));
      expect(await signEntries(answer)).to.deep.equal({ outcome: 'applied' });
      expect(await find(answer.requestId)).to.include({ state: 'signed', signature: answer.signature });
      const some = [ids[0]!, ids.at(-1)!, ids[Math.floor(count / 2)]!];
      for (const id of some) expect(await isVerified(id), `${id} of ${count}`).to.equal(true);
      const events = await world.db('outbox').where({ kind: 'entry.signed' }).whereIn('subject_id', ids);
      expect(events).to.have.length(count);
      const entry = await findEntry(world.db, author.agentId, ids[0]!);
      const hash = signatureHash({ contentHash: entry!.contentHash, signature: answer.signature });
      expect(events.find((event) => event.subject_id === ids[0]).subject_hash).to.equal(hash);
    }
  });

  it('signs a message, of which only the hash is kept', async () => {
    const message = 'A text that nobody else has: walrus-48213';
    const nonce = randomUUID();
    const request = requestFor({
      messageHash: sha256Hex(message),
      signingInput: messageSigningInput({ nonce, message }),
    });
    await openSigningRequest(request);
    const answer = answerTo(await find(request.id));
    expect(await signEntries(answer)).to.deep.equal({ outcome: 'applied' });
    const { rows } = await world.db.raw(`select row_to_json(s)::text as text from signing_requests s`);
    expect(JSON.stringify(rows)).to.include(sha256Hex(message)).and.not.include('walrus-48213');
    expect(await world.db('outbox').where({ kind: 'message.signed', subject_id: request.id })).to.have.length(1);
  });

  it('refuses a wrong answer with what to do, and takes the right one after it', async () => {
    const [mine = '', other = ''] = await writeSome(2);
    const request = await open([mine]);
    const wrong = [
      sign(author.keys.privateKey, (await open([other])).signingInput),
      sign(generateKeyPair().privateKey, request.signingInput),
    ];
    for (const signature of wrong) {
      const outcome = await signEntries(answerTo(request, { signature }));
      expect(outcome).to.include({ outcome: 'refused', reason: 'InvalidInput' });
    }
    expect(await find(request.id)).to.include({ state: 'open' });
    expect(await signEntries(answerTo(request))).to.deep.equal({ outcome: 'applied' });
  });

  it('answers the same when it runs twice or is forked, and signs once for two answers at the same moment', async () => {
    const request = await open(await writeSome(3));
    const answer = answerTo(request);
    const run = await startRun(signEntries, { agents: [author.agentId] }, answer);
    const both = await Promise.all([run.result, signEntries(answer)]);
    expect(both.map(({ outcome }) => outcome).sort()).to.deep.equal(['already', 'applied']);
    expect(await forkFromStart(run.workflowId)).to.deep.equal({ outcome: 'already' });
    expect(
      await world.db('outbox').where({ kind: 'entry.signed' }).whereIn('subject_id', request.entryIds),
    ).to.have.length(3);
  });

  it('counts an answer that came in time, however late its run goes on, and none that came after', async () => {
    const [inTime = '', late = ''] = await writeSome(2);
    const [first, second] = [await open([inTime]), await open([late])];
    const answers = [answerTo(first), answerTo(second, { receivedAt: inSeconds(400) })];
    await world
      .db('signing_requests')
      .whereIn('id', [first.id, second.id])
      .update({ created_at: new Date(Date.now() - 60_000), expires_at: new Date(Date.now() - 1) });
    expect(await find(first.id)).to.include({ state: 'expired' });
    await expireRequests(new Date());
    expect(await world.db('signing_requests').where('id', second.id).pluck('state')).to.deep.equal(['expired']);
    const received = new Date(Date.now() - 1_000).toISOString();
    expect(await signEntries({ ...answers[0]!, receivedAt: received })).to.deep.equal({ outcome: 'applied' });
    expect(await signEntries(answers[1]!)).to.include({ outcome: 'refused', reason: 'Gone' });
  });

  it('is void, and signs nothing of many, when one of its entries was changed in between', async () => {
    const ids = await writeSome(3);
    const request = await open(ids);
    await deleteEntry({ entryId: ids[1]!, agentId: author.agentId, reason: '' });
    expect(await signEntries(answerTo(request))).to.include({ outcome: 'refused', reason: 'Conflict' });
    expect(await find(request.id)).to.include({ state: 'void' });
    expect(await world.db('entries').whereIn('id', ids).whereNotNull('signature')).to.deep.equal([]);
  });

  it('refuses a key that ended after the request was opened, also when an operator runs an old answer again', async () => {
    const request = await open(await writeSome(1));
    const answer = answerTo(request);
    await world
      .db('agent_keys')
      .where('key_id', author.keyId)
      .update({ valid_until: new Date(Date.now() - 1) });
    const run = await startRun(signEntries, { agents: [author.agentId] }, answer);
    expect(await run.result).to.include({ outcome: 'refused', reason: 'InvalidInput' });
    expect(await forkFromStart(run.workflowId)).to.include({ outcome: 'refused' });
    const handle = await DBOS.forkWorkflow(run.workflowId, 1);
    expect(await handle.getResult()).to.include({ outcome: 'refused' });
  });

  it("opens none for another's entry, one that is signed, deleted or not there", async () => {
    const [signed = '', deleted = ''] = await writeSome(2);
    await signEntries(answerTo(await open([signed])));
    await deleteEntry({ entryId: deleted, agentId: author.agentId, reason: '' });
    const stranger = await world.agent();
    const theirs = draft(stranger, await world.diary(stranger), 'Theirs.');
    await writeEntries('run', [theirs]);
    const reasonFor = async (id: string) => {
      const outcome = await openSigningRequest(requestFor({ entryIds: [id] }));
      return outcome.outcome === 'refused' ? outcome.reason : outcome.outcome;
    };
    expect(await reasonFor(theirs.id)).to.equal('NotFound');
    expect(await reasonFor(randomUUID())).to.equal('NotFound');
    expect(await reasonFor(signed)).to.equal('Conflict');
    expect(await reasonFor(deleted)).to.equal('Gone');
  });

  it('opens fifty at most, however many are asked for at once, and more once their time is up', async () => {
    const message = { messageHash: 'ab'.repeat(32), signingInput: 'x' };
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => openSigningRequest(requestFor(message))));
    expect(outcomes.filter(({ outcome }) => outcome === 'applied')).to.have.length(50);
    const refusals = outcomes.filter(
      (outcome) => outcome.outcome === 'refused' && outcome.reason === 'TooManyRequests',
    );
    expect(refusals).to.have.length(10);
    await world
      .db('signing_requests')
      .where('agent_id', author.agentId)
      .update({
        created_at: new Date(Date.now() - 60_000),
        expires_at: new Date(Date.now() - 1),
      });
    expect(await openSigningRequest(requestFor(message))).to.deep.equal({ outcome: 'applied' });
  });

  it('opens one for the same request sent twice, and refuses another under its id', async () => {
    const request = requestFor({ entryIds: await writeSome(1) });
    expect(await openSigningRequest(request)).to.deep.equal({ outcome: 'applied' });
    expect(await openSigningRequest(request)).to.deep.equal({ outcome: 'already' });
    const other = await openSigningRequest({ ...request, requestHash: 'other' });
    expect(other).to.include({ outcome: 'refused', reason: 'IdempotencyKeyReused' });
  });
});
