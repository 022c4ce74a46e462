import { expect } from 'chai';
import {
  changesSession,
  findListenCommands,
  isCopyFromStdin,
  splitStatements,
} from '../../../src/embedded/database/sqlText.js';

describe('The text of SQL', () => {
  it('is split at semicolons, but not at those in strings, identifiers, dollar quotes and comments', () => {
    const sql = `SELECT ';', "a;b" /* ; /* nested ; */ ; */; -- one; two
      DO $body$ SELECT 1; $$ ; $$ $body$; SELECT $1, 'it''s;' ;`;
    expect(splitStatements(sql)).to.deep.equal([`SELECT '', "a;b"`, `DO ''`, `SELECT $1, ''`]);
  });

  it('tells which channels are listened to, as Postgres folds their names', () => {
    const sql = `LISTEN Plain; /* no */ listen "Mixed ""Case"";x"; UNLISTEN old; unlisten *`;
    expect(findListenCommands(sql)).to.deep.equal([
      { kind: 'listen', channel: 'plain' },
      { kind: 'listen', channel: 'Mixed "Case";x' },
      { kind: 'unlisten', channel: 'old' },
      { kind: 'unlisten', channel: undefined },
    ]);
    expect(findListenCommands(`INSERT INTO notes VALUES ('; LISTEN carefully; ')`)).to.deep.equal([]);
  });

  it('is a COPY FROM STDIN only when it is nothing else', () => {
    for (const sql of ['COPY t FROM STDIN', '-- load\n copy public.t (a, b) from stdin with (format csv);']) {
      expect(isCopyFromStdin(sql), sql).to.equal(true);
    }
    for (const sql of [
      `SELECT 'COPY t FROM STDIN'`,
      'SELECT 1; COPY t FROM STDIN',
      'COPY t FROM STDIN; SELECT 1',
      'COPY t TO STDOUT',
      `COPY t FROM '/from stdin'`,
      'copyright from stdin',
    ]) {
      expect(isCopyFromStdin(sql), sql).to.equal(false);
    }
  });

  it('changes the session by SET, RESET and DISCARD, but not for one transaction', () => {
    for (const sql of ['SET a = 1', 'BEGIN; set session a to b', 'RESET ALL', 'discard all']) {
      expect(changesSession(sql), sql).to.equal(true);
    }
    for (const sql of ['SET LOCAL a = 1', 'SET TRANSACTION READ ONLY', 'UPDATE t SET a = 1', `SELECT 'SET a = 1'`]) {
      expect(changesSession(sql), sql).to.equal(false);
    }
  });
});
