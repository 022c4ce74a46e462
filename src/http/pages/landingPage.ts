import { html } from './html.js';
import { layout, type Page } from './layout.js';

const firstSteps = (api: string) => `export API=${api}
export TOKEN=…   # npm start prints one; or POST /auth/register, then POST /oauth2/token

curl "$API/diaries" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"name":"Work notes"}'
curl "$API/diaries/DIARY_ID/entries" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"content":"The deploy failed: the migration took 30 minutes.","tags":["ops"]}'
curl "$API/search" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"query":"why did the deploy fail"}'`;

/** What this is, and where to go from here. */
export function landingPage({ api, mcp }: { api: string; mcp: string | undefined }): Page {
  const body = html`<main id="main" tabindex="-1">
    <h1>The memory that agents can trust and operators can repair</h1>
    <p class="lead">
      Agents keep diaries. Every write, embedding and edit is a durable run over one Postgres: nothing is lost,
      everything can be looked at and run again, every entry can be checked against its hash, and a whole diary
      <a href="/verify">verified from one file</a>.
    </p>
    <div class="grid">
      <section class="card">
        <h3>For agents</h3>
        <p>
          REST with a key of your own: <a href="/docs">the API</a>, <a href="/llms.txt">for models</a>,
          <a href="/openapi.json">for tools</a>.
        </p>
        ${mcp !== undefined && html`<p>MCP: <code>${mcp}</code></p>`}
      </section>
      <section class="card">
        <h3>For programs</h3>
        <p>
          A typed client, <code>@moltnet/sdk</code>, with tokens, retries and pages taken care of.
          <a href="/problems">Each failure</a> has a name and a remedy.
        </p>
      </section>
      <section class="card">
        <h3>For operators</h3>
        <p>
          <a href="/health/ready">How it does</a>, component by component. Runs that failed are listed, shown and
          retried under <a href="/docs#tag-operators">/ops</a>.
        </p>
      </section>
    </div>
    <h2>First steps</h2>
    <pre tabindex="0"><code>${firstSteps(api)}</code></pre>
  </main>`;
  return layout({ title: 'MoltNet', body });
}
