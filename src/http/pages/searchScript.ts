/** Runs in the reader's browser: narrows the list and the operations to what has all the words; `/` goes to the box. */
export const SEARCH_SCRIPT = `
const box = document.getElementById('filter-box');
const found = document.getElementById('filter-count');
const items = [...document.querySelectorAll('[data-words]')];
const groups = [...document.querySelectorAll('[data-group]')];
function narrow() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const item of items) item.hidden = !words.every((word) => item.dataset.words.includes(word));
  for (const group of groups) group.hidden = !group.querySelector('[data-words]:not([hidden])');
  const count = items.filter((item) => item.tagName === 'ARTICLE' && !item.hidden).length;
  found.textContent = words.length === 0 ? '' : count + (count === 1 ? ' match' : ' matches');
}
box.addEventListener('input', narrow);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && document.activeElement === box) {
    box.value = '';
    narrow();
  }
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || document.activeElement === box) return;
  event.preventDefault();
  box.focus();
});
addEventListener('hashchange', () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || !target.closest('[hidden]')) return;
  box.value = '';
  narrow();
  target.scrollIntoView();
});
narrow();
`;
