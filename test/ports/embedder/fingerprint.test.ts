import { expect } from 'chai';
import { describeModel } from '../../../src/ports/embedder/fingerprint.js';

const parts = {
  name: 'some/model',
  revision: 'abc',
  dtype: 'q8',
  semantic: true,
  recipe: 'mean;l2',
  files: [
    { path: 'a', sha256: '1' },
    { path: 'b', sha256: '2' },
  ],
};

describe("a model's fingerprint", () => {
  it('is the same for the same parts, in whatever order the files come', () => {
    const again = describeModel({ ...parts, files: [...parts.files].reverse() });
    expect(again).to.deep.equal(describeModel(parts));
  });

  // A literal, because stored vectors are filed under it: a change here makes every installation embed anew.
  it('is what it was', () => {
    expect(describeModel(parts).fingerprint).to.equal(
      '119ed267be2ff02e0466e8e0ed5906401ebfc8f02f1fe25b84232d5219566bd2',
    );
  });

  const CHANGES: Record<string, Partial<typeof parts>> = {
    name: { name: 'other/model' },
    revision: { revision: 'abd' },
    'number format': { dtype: 'fp32' },
    'kind of meaning': { semantic: false },
    recipe: { recipe: 'mean' },
    "file's bytes": {
      files: [
        { path: 'a', sha256: '1' },
        { path: 'b', sha256: '3' },
      ],
    },
    'set of files': { files: [{ path: 'a', sha256: '1' }] },
  };
  for (const [what, change] of Object.entries(CHANGES)) {
    it(`changes with the ${what}`, () => {
      expect(describeModel({ ...parts, ...change }).fingerprint).to.not.equal(describeModel(parts).fingerprint);
    });
  }
});
