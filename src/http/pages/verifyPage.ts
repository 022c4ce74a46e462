import { readFileSync } from 'node:fs';
import { html } from './html.js';
import { layout, type Page } from './layout.js';
import { VERIFY_SCRIPT } from './verifyScript.js';

/** packages/protocol for browsers, as scripts/build.mjs bundles it. */
const VERIFIER = readFileSync(new URL('./verifier.browser.js', import.meta.url), 'utf8');

/**
 * Verifies a bundle in the reader's browser. The page carries the verifier in itself: nothing is loaded, nothing is sent,
 * the policy names the very code, and a copy of the page on a disk does the same.
 */
export function verifyPage(): Page {
  const body = html`<main id="main" tabindex="-1">
    <h1>Verify a bundle</h1>
    <p class="lead">
      A bundle is a diary that proves itself: its entries, their authors' signatures, and where the log has them. It is
      read here, in your browser, and sent nowhere. You can save this page and use it without a network.
    </p>
    <div class="drop" id="drop">
      <p><label for="file">Drop a file here, or choose one:</label></p>
      <input type="file" id="file" accept=".jsonl,.json,.txt,application/jsonl" />
    </div>
    <p>
      <label for="key">The log's key, if you have it from somewhere else than this file:</label>
      <input type="text" id="key" class="wide" autocomplete="off" spellcheck="false" placeholder="name+hash+key" />
    </p>
    <progress id="progress" max="1" value="0" hidden aria-label="How much was read"></progress>
    <div id="result" role="status"></div>
    <noscript
      ><p>This page needs JavaScript. So does not: <code>moltnet verify bundle.jsonl</code>.</p></noscript
    >
    <h2>What the verdicts mean</h2>
    <dl>
      <dt>Trusted</dt>
      <dd>Nothing was altered, moved, back-dated or left out, and the log is the one whose key you gave.</dd>
      <dt>Consistent</dt>
      <dd>Nothing is wrong in itself, but only the file vouches for its log: anyone can make such a file.</dd>
      <dt>Broken</dt>
      <dd>
        Something was altered, moved or left out. Each finding has its line and, where it is about one, its entry.
      </dd>
    </dl>
  </main>`;
  return layout({ title: 'Verify a MoltNet bundle', body, script: `${VERIFIER}${VERIFY_SCRIPT}` });
}
