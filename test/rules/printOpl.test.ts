import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import ts from 'typescript';
import { NAMESPACES } from '../../src/rules/namespaces.js';
import { LEAST_ROLE, may, ROLES, type Action } from '../../src/rules/permissions.js';
import { printOpl } from '../../src/rules/printOpl.js';
import { repositoryRoot } from '../support/repository.js';

const folder = fileURLToPath(new URL('infra/ory/', repositoryRoot));

/** What is wrong with the file by TypeScript, with this text in its place. */
function typeFaults(text: string): string[] {
  const { config } = ts.readConfigFile(`${folder}tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: object };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => (path.endsWith('infra/ory/permissions.ts') ? text : readFile(path));
  const program = ts.createProgram(fileNames, options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe("the permission model in Ory's language", () => {
  const committed = readFileSync(`${folder}permissions.ts`, 'utf8');

  it('is committed as the model prints it (npm run opl)', () => {
    expect(committed).to.equal(printOpl(NAMESPACES));
  });

  it('has the types that it says, and would not have others', () => {
    expect(typeFaults(committed)).to.deep.equal([]);
    expect(typeFaults(committed.replace('this.related.owners', 'this.related.owner'))).to.not.deep.equal([]);
    expect(typeFaults(committed.replace('SubjectSet<Network', 'SubjectSet<Net'))).to.not.deep.equal([]);
  }).timeout(60_000);

  it('gives each role what the model gives it, and no other', () => {
    for (const action of Object.keys(LEAST_ROLE) as Action[]) {
      for (const role of ROLES) {
        expect(NAMESPACES['Diary']?.permits[action]?.includes(`${role}s`), `${role}: ${action}`).to.equal(
          may(role, action),
        );
      }
    }
  });
});
