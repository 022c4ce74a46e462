import * as nodeBuild from '@moltnet/protocol';
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { loadBrowserBuild } from './browserBuild.js';
import { perform, type Vector } from './operations.js';
import { isPythonInstalled, startPythonPeer, type Peer } from './pythonPeer.js';
import { vectorFiles, vectorsFolder, vectorText } from './vectors.js';
import { skipBecause } from '../support/skip.js';

const files = readdirSync(vectorsFolder).sort();
const published = files.flatMap((file) => {
  const vectors = JSON.parse(readFileSync(new URL(file, vectorsFolder), 'utf8')) as Vector[];
  return vectors.map(({ name, operation, input, ...outcome }) => ({
    title: `${file}: ${name}`,
    operation,
    input,
    outcome,
  }));
});

describe('the published vectors', () => {
  it('are those that the cases give: a difference is a changed protocol, or `npm run vectors` is due', () => {
    expect(files).to.deep.equal(Object.keys(vectorFiles).sort());
    for (const [file, vectors] of Object.entries(vectorFiles)) {
      expect(readFileSync(new URL(file, vectorsFolder), 'utf8') === vectorText(vectors), file).to.equal(true);
    }
  });

  it('hold in Node', () => {
    for (const { title, operation, input, outcome } of published) {
      expect(perform(nodeBuild, operation, input), title).to.deep.equal(outcome);
    }
  });

  it('hold in the build for browsers', async () => {
    const browserBuild = await loadBrowserBuild();
    for (const { title, operation, input, outcome } of published) {
      expect(perform(browserBuild, operation, input), title).to.deep.equal(outcome);
    }
  });

  describe('in Python', () => {
    let python: Peer;

    before(function () {
      if (!isPythonInstalled()) skipBecause(this, 'python3 is not installed');
      python = startPythonPeer();
    });
    after(() => python.stop());

    it('hold', async () => {
      for (const { title, operation, input, outcome } of published) {
        expect(await python.perform(operation, input), title).to.deep.equal(outcome);
      }
    });
  });
});
