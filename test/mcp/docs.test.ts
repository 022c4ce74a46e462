import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { repositoryRoot } from '../support/repository.js';

describe('docs/mcp.md', () => {
  it('lists the tools that there are (npm run mcp:docs writes the table)', () => {
    const script = fileURLToPath(new URL('scripts/mcpTools.mjs', repositoryRoot));
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  });
});
