import { expect } from 'chai';
import { capText, MAX_EMBEDDED_CHARS, passageText } from '../../src/rules/passageText.js';

describe('the text of a passage', () => {
  it('puts title and tags before the content', () => {
    const text = passageText({ title: 'Deploy', tags: ['ops', 'postgres'], content: 'It took a lock.' });
    expect(text).to.equal('Deploy\nops, postgres\nIt took a lock.');
  });

  it('leaves no empty line for an absent title or no tags', () => {
    expect(passageText({ title: '', tags: [], content: 'alone' })).to.equal('alone');
    expect(passageText({ title: '', tags: ['x'], content: '' })).to.equal('x');
  });

  it('keeps a text that just fits', () => {
    const text = 'x'.repeat(MAX_EMBEDDED_CHARS);
    expect(capText(text)).to.deep.equal({ text, cut: false });
  });

  it('cuts a longer one and says so', () => {
    const capped = capText('x'.repeat(MAX_EMBEDDED_CHARS + 1));
    expect(capped.text).to.have.length(MAX_EMBEDDED_CHARS);
    expect(capped.cut).to.equal(true);
  });

  it('never leaves half of an emoji at the end', () => {
    const capped = capText('x' + '😀'.repeat(MAX_EMBEDDED_CHARS));
    expect(capped.text).to.match(/^x(😀)+$/u);
    expect(capped.text).to.have.length(MAX_EMBEDDED_CHARS - 1);
  });
});
