import { ERRORS, type ErrorName } from '../../errors.js';
import { REMEDIES, TITLES } from '../problemTable.js';
import { html, inline } from './html.js';
import { layout, type Page } from './layout.js';

/** What `type` in problem+json points at: each failure, what it means and what to do. */
export function problemsPage(): Page {
  const names = (Object.keys(ERRORS) as ErrorName[]).sort((a, b) => ERRORS[a].status - ERRORS[b].status);
  const body = html`<main id="main" tabindex="-1">
    <h1>Problems</h1>
    <p>
      Every failure of the API is <code>application/problem+json</code> (RFC 9457). Programs branch on
      <code>name</code>; <code>retryable</code> says whether the same request can succeed later;
      <code>errors</code> points at each fault of a request; <code>requestId</code> is what an operator finds it by.
    </p>
    ${names.map(
      (name) =>
        html`<article class="card" id="${name}">
          <h3>
            <a href="#${name}">${name}</a>
            <span class="soft">${ERRORS[name].status}${ERRORS[name].retryable && ', try again'}</span>
          </h3>
          <p>${TITLES[name].endsWith('?') ? TITLES[name] : `${TITLES[name]}.`}</p>
          <p>${inline(REMEDIES[name])}</p>
        </article>`,
    )}
  </main>`;
  return layout({ title: 'MoltNet problems', body });
}
