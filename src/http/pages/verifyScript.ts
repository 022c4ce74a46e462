/**
 * Runs in the reader's browser, behind the verifier that is `moltnet` there: reads the file piece by piece and shows what
 * comes of it, as text only, since all of it may be an adversary's.
 */
export const VERIFY_SCRIPT = `
const byId = (id) => document.getElementById(id);
const result = byId('result');
const progress = byId('progress');
let current;
function make(name, text, kind) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (kind !== undefined) element.className = kind;
  return element;
}
function list(title, findings, count) {
  if (count === 0) return [];
  const items = make('ul');
  for (const { line, check, entryId, message } of findings) {
    const where = 'line ' + line + (entryId === undefined ? '' : ', entry ' + entryId);
    items.append(make('li', where + ': ' + message + ' (' + check + ')'));
  }
  if (count > findings.length) items.append(make('li', 'and ' + (count - findings.length) + ' more'));
  return [make('h3', title), items];
}
function contents({ log, diaryId, counts }) {
  if (!log) return [];
  const table = make('table');
  const rows = [
    ['Diary', diaryId],
    ['Entries', counts.entries + ' and ' + counts.revisions + ' revisions; ' + counts.signed + ' signed, ' + counts.erased + ' erased'],
    ['Authors', String(counts.authors)],
    ['Log', log.origin + ', ' + log.treeSize + ' leaves'],
    ['Its key', log.key],
    ['Its root', log.rootHash],
  ];
  for (const [name, value] of rows) {
    const row = make('tr');
    const cell = make('td');
    cell.append(make('code', value));
    row.append(make('th', name), cell);
    table.append(row);
  }
  const scroll = make('div', undefined, 'scroll');
  scroll.append(table);
  return [scroll];
}
function show(report, name) {
  const words = {
    trusted: 'Trusted: all is as it was logged, by the log whose key you gave.',
    consistent: 'Consistent: nothing is wrong in itself. Whether the log is the one that it says, only its key from elsewhere can tell.',
    broken: 'Broken: ' + report.findingCount + (report.findingCount === 1 ? ' check failed.' : ' checks failed.'),
  };
  result.replaceChildren(
    make('p', words[report.verdict], 'verdict ' + report.verdict),
    make('p', name, 'soft'),
    ...list('What is wrong', report.findings, report.findingCount),
    ...list('To be known', report.notices, report.noticeCount),
    ...contents(report),
  );
}
async function read(file, verifier) {
  const reader = file.stream().getReader();
  let read = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || current !== file) return current === file;
    verifier.push(value);
    read += value.length;
    progress.value = file.size === 0 ? 1 : read / file.size;
    // Lets the browser draw, and take another file.
    await new Promise((resolve) => setTimeout(resolve));
  }
}
async function verify(file) {
  current = file;
  result.replaceChildren();
  progress.hidden = false;
  try {
    const key = byId('key').value.trim();
    const trustedKeys = key === '' ? [] : [moltnet.parseNoteKey(key, 'The key')];
    const verifier = moltnet.createBundleVerifier({ trustedKeys });
    if (await read(file, verifier)) show(verifier.end(), file.name);
  } catch (error) {
    result.replaceChildren(make('p', error.message + '.', 'verdict broken'));
  }
  if (current === file) progress.hidden = true;
}
const drop = byId('drop');
byId('file').addEventListener('change', ({ target }) => target.files[0] && verify(target.files[0]));
byId('key').addEventListener('change', () => current && verify(current));
drop.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  if (event.dataTransfer.files[0]) verify(event.dataTransfer.files[0]);
});
`;
