import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { ERRORS } from '../src/errors.js';
import { APP_VERSION, listWorkflowNames } from '../src/runtime/dbos.js';
import '../src/server.js';
import { QUEUES } from '../src/workflows/queues.js';
import { SCHEDULES } from '../src/workflows/schedules.js';
import { repositoryRoot } from './support/repository.js';

/**
 * What is stored or sent is API. A name that changes here strands what was stored under the old one: raise APP_VERSION,
 * or keep the name.
 */
describe('Names that are stored or sent', () => {
  const sources = (folder: string): string =>
    readdirSync(new URL(folder, repositoryRoot), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
      .join('\n');
  const found = (text: string, pattern: RegExp): string[] =>
    [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();

  it('are these workflows', () => {
    expect(APP_VERSION).to.equal('moltnet-1');
    const ours = listWorkflowNames().filter((name) => !/^(fixture|bench|temp_workflow|_dbos)/.test(name));
    expect([...new Set(ours)].sort()).to.deep.equal([
      'backfillEmbeddings',
      'changeRelation',
      'collectWorkflows',
      'compareTuples',
      'consolidateDiary',
      'consolidateDue',
      'createDiary',
      'deleteDiary',
      'deleteEntry',
      'deleteRelation',
      'embedEntry',
      'embedPending',
      'expireRequests',
      'grantAccess',
      'importDiary',
      'mirrorAgent',
      'openSigningRequest',
      'recoverAgent',
      'registerAgent',
      'relateEntries',
      'revertConsolidation',
      'revokeAccess',
      'revokeKey',
      'rotateKey',
      'rotateSecret',
      'signEntries',
      'syncTuples',
      'tendSearch',
      'updateDiary',
      'updateEntry',
      'writeEntries',
    ]);
  });

  it('are these steps', () => {
    const text = sources('src/steps/');
    const names = [
      ...found(text, /\bname: '(\w+)'/g),
      ...found(text, /(?:inOneTransaction|outside)\(\s*'(\w+)'/g),
    ].sort();
    expect(names).to.deep.equal([
      'activateModel',
      'applyGroups',
      'beginRecovery',
      'buildVectorIndex',
      'changeDiary',
      'changeGrant',
      'changeRelation',
      'checkImport',
      'claimEmbeddings',
      'countExtra',
      'createAgentClient',
      'createAgentIdentity',
      'embedText',
      'embedTexts',
      'endImport',
      'endKey',
      'endRecovery',
      'eraseEntry',
      'eraseSomeOfDiary',
      'expireSigningRequests',
      'failEmbedding',
      'failRun',
      'findDue',
      'findModelsToIndex',
      'findRegistration',
      'finishComparison',
      'forgetRuns',
      'forgetSettledRequests',
      'groupSelected',
      'listBehind',
      'listExtra',
      'markMirrored',
      'mirrorClient',
      'mirrorIdentity',
      'mirrorTuples',
      'openSigningRequest',
      'recordMirrorRun',
      'releaseEmbeddings',
      'removeAgentClient',
      'removeAgentIdentity',
      'removeDiary',
      'removeRelation',
      'removeTuples',
      'replaceKey',
      'requeueMissing',
      'reserveSecret',
      'restoreAuthors',
      'restoreEntries',
      'restoreSuccessors',
      'retryFailedEmbeddings',
      'revertRun',
      'reviseEntry',
      'revokeTokens',
      'scrubInputs',
      'scrubRuns',
      'selectSources',
      'settleIndex',
      'settleSecret',
      'sightTuples',
      'startComparison',
      'storeAgent',
      'storeAnswer',
      'storeDiary',
      'storeEntries',
      'storeRelation',
      'storeSuccessor',
      'verifyAnswer',
    ]);
  });

  it('are these queues, and schedules', () => {
    expect(QUEUES.map((queue) => queue.name)).to.deep.equal([
      'embedding',
      'consolidation',
      'maintenance',
      'webhooks',
      'operators',
      'identity',
      'recovery',
    ]);
    expect(SCHEDULES.map((schedule) => schedule.name)).to.deep.equal([
      'backfillEmbeddings',
      'tendSearch',
      'collectWorkflows',
      'syncTuples',
      'compareTuples',
      'expireRequests',
      'consolidateDue',
    ]);
  });

  it('are these events', () => {
    expect(
      found(sources('src/db/'), /'((?:entry|diary|agent|grant|key|message|relation|secret)\.\w+)'/g),
    ).to.deep.equal([
      'agent.recovered',
      'diary.changed',
      'diary.created',
      'diary.deleted',
      'entry.created',
      'entry.erased',
      'entry.restored',
      'entry.revised',
      'entry.signed',
      'entry.superseded',
      'grant.created',
      'grant.revoked',
      'key.revoked',
      'key.rotated',
      'message.signed',
      'relation.changed',
      'relation.created',
      'relation.deleted',
      'secret.rotated',
    ]);
  });

  it('are these failures', () => {
    expect(Object.keys(ERRORS)).to.include.members([
      'InvalidInput',
      'Unauthenticated',
      'NotFound',
      'Conflict',
      'Gone',
      'VersionMismatch',
      'IdempotencyKeyReused',
      'PreconditionRequired',
      'TooManyRequests',
      'DatabaseUnavailable',
      'IdentityUnavailable',
      'EmbedderUnavailable',
      'EmbeddingFailed',
      'StartTimedOut',
      'Stopping',
    ]);
  });
});
