import type { JsonSchema } from '../jsonSchema.js';
import type { Answer, Document, MediaType, Operation } from '../openapi.js';
import { curlOf, exampleOf, resolve } from './example.js';
import { html, inline, markdown, type Html } from './html.js';
import { layout, type Page } from './layout.js';
import { fieldTable, parameterTable, typeOf } from './schemaTable.js';
import { SEARCH_SCRIPT } from './searchScript.js';

interface Entry {
  path: string;
  method: string;
  operation: Operation;
}

/** The whole API on one page, by subject, with a box that narrows it down. */
export function docsPage(document: Document): Page {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = document.tags.map((tag) => ({
    ...tag,
    entries: entries.filter(({ operation }) => operation.tags[0] === tag.name),
  }));
  const body = html`<div class="split">
    <div class="index">
      <label for="filter-box">Search (press / to get here)</label>
      <input id="filter-box" type="search" autocomplete="off" spellcheck="false" aria-describedby="filter-count" />
      <div id="filter-count" class="soft" role="status"></div>
      <nav aria-label="Operations">${groups.map(indexOf)}</nav>
    </div>
    <main id="main" tabindex="-1">
      <h1>The API</h1>
      ${markdown(String(document.info['description']))}
      ${groups.map(
        ({ name, description, entries: those }) =>
          html`<section data-group aria-labelledby="tag-${name}">
            <h2 id="tag-${name}">${titled(name)}</h2>
            <p class="soft">${description}.</p>
            ${those.map((entry) => operationCard(document, entry))}
          </section>`,
      )}
      <section data-group aria-labelledby="schemas">
        <h2 id="schemas">Schemas</h2>
        ${Object.entries(document.components.schemas).map(([name, schema]) => schemaCard(name, schema))}
      </section>
    </main>
  </div>`;
  return layout({ title: 'MoltNet API', body, script: SEARCH_SCRIPT });
}

const titled = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);
const wordsOf = ({ path, method, operation }: Entry) =>
  [method, path, operation.operationId, operation.summary, ...operation.tags].join(' ').toLowerCase();

function indexOf({ name, entries }: { name: string; entries: Entry[] }): Html {
  return html`<div data-group>
    <h2>${titled(name)}</h2>
    <ul>
      ${entries.map(
        (entry) =>
          html`<li data-words="${wordsOf(entry)}">
            <a href="#${entry.operation.operationId}" title="${entry.method.toUpperCase()} ${entry.path}"
              >${entry.operation.summary}</a
            >
          </li>`,
      )}
    </ul>
  </div>`;
}

function operationCard(document: Document, entry: Entry): Html {
  const { path, method, operation } = entry;
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return html`<article class="card" id="${operationId}" data-words="${wordsOf(entry)}">
    <h3>
      <span class="method ${method}">${method.toUpperCase()}</span> <a href="#${operationId}"><code>${path}</code></a>
    </h3>
    <p>${inline(summary)}. <span class="soft">${accessOf(operation)}</span></p>
    ${description !== undefined && markdown(description)}
    ${
      parameters &&
      html`<h4>Parameters</h4>
        ${parameterTable(parameters)}`
    }
    ${requestBody && bodyOf(document, requestBody.content)}
    <h4>Answers</h4>
    <div class="scroll" tabindex="0" role="region" aria-label="Answers">
      <table>
        <tbody>
          ${Object.entries(responses).map(([status, answer]) => answerRow(document, status, answer))}
        </tbody>
      </table>
    </div>
    <h4>Try it</h4>
    <pre tabindex="0"><code>${curlOf(document, path, method, operation)}</code></pre>
  </article>`;
}

function accessOf({ security, tags }: Operation): string {
  if (security.length === 0) return 'For anyone.';
  if (security.some((one) => one['client'])) return 'With client credentials.';
  return tags.includes('operators') ? 'For operators.' : 'For agents, with a token.';
}

function bodyOf(document: Document, content: Record<string, MediaType>): Html[] {
  return Object.entries(content).map(([mediaType, { schema = {} }]) => {
    const example = mediaType === 'application/json' && JSON.stringify(exampleOf(document, schema), null, 2);
    return html`<h4>Body (${mediaType})</h4>
      ${schema['$ref'] === undefined ? '' : html`<p>${typeOf(schema)}</p>`}
      ${fieldTable(resolve(document, schema), 'required')}
      ${example !== false && html`<pre tabindex="0"><code>${example}</code></pre>`}`;
  });
}

function answerRow(document: Document, status: string, answer: Answer | { $ref: string }): Html {
  const whole = '$ref' in answer ? document.components.responses[answer.$ref.split('/').at(-1) ?? ''] : answer;
  if (!whole) return html``;
  const isFailure = Number(status) >= 400 && '$ref' in answer;
  return html`<tr>
    <td><code>${status}</code></td>
    <td>
      ${isFailure ? linkProblems(whole.description) : markdown(whole.description)}
      ${
        !isFailure &&
        whole.headers &&
        html`<span class="soft"
          >${Object.entries(whole.headers).map(([name, { description }]) => html`${name}: ${description} `)}</span
        >`
      }
    </td>
    <td>${isFailure ? '' : Object.values(whole.content ?? {}).map(({ schema }) => schema && typeOf(schema))}</td>
  </tr>`;
}

/** The names of failures, each a link to what to do about it. */
function linkProblems(description: string): Html[] {
  return description.split('\n\n').map((line) => {
    const [, name = '', title = ''] = /^`(\w+)`: (.*)$/.exec(line) ?? [];
    return html`<p><a href="/problems#${name}">${name}</a>: ${title}</p>`;
  });
}

function schemaCard(name: string, schema: JsonSchema): Html {
  const description = schema['description'];
  return html`<article class="card" id="schema-${name}" data-words="schema ${name.toLowerCase()}">
    <h3><a href="#schema-${name}">${name}</a></h3>
    ${typeof description === 'string' && markdown(description)}
    ${fieldTable(schema, 'optional') ?? html`<p>${typeOf({ ...schema, description: undefined })}</p>`}
  </article>`;
}
