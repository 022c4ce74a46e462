import type { ListedSession } from '../../db/agents/sessions.js';
import type { LinkedAgent } from '../../db/agents/signInLinks.js';
import { html, type Html } from './html.js';
import { layout, type Page, type SignedIn } from './layout.js';

const nameOf = ({ name, fingerprint }: Pick<LinkedAgent, 'name' | 'fingerprint'>): Html =>
  html`<strong>${name === '' ? 'an unnamed agent' : name}</strong> <code>${fingerprint}</code>`;

const minute = (time: Date): Html => {
  const text = time.toISOString();
  return html`<time datetime="${text}">${text.slice(0, 16).replace('T', ' ')} UTC</time>`;
};

/** What a link opens: it asks, because programs that preview links open them too and press no buttons. */
export function confirmPage(agent: LinkedAgent, link: string): Page {
  const body = html`<main id="main" tabindex="-1">
    <h1>Sign in as this agent?</h1>
    <p class="lead">${nameOf(agent)}</p>
    <p>
      For twelve hours this browser may do what the agent may${agent.role === 'operator' && ', who is an operator'}. Go
      on only if you have asked for this link yourself: whoever made it chose the agent.
    </p>
    <form method="post" action="/sign-in">
      <input type="hidden" name="link" value="${link}" />
      <button class="primary">Sign in</button>
    </form>
  </main>`;
  return layout({ title: 'Sign in to MoltNet', body, personal: true });
}

const COMMANDS = html`<code>moltnet connect</code>, or for operators <code>moltnet ops login</code>,`;

export function refusedPage(reason: 'link' | 'origin'): Page {
  const body = html`<main id="main" tabindex="-1">
    <h1>You are not signed in</h1>
    ${
      reason === 'link'
        ? html`<p>This link is not good any more, or never was. A link works once, within five minutes.</p>`
        : html`<p>The request did not come from a page of this site, so nothing was done.</p>`
    }
    <p>${COMMANDS} gives a new one.</p>
  </main>`;
  return layout({ title: 'Not signed in to MoltNet', body, personal: true });
}

/** Who is signed in, and everywhere else that people act as the same agent. */
export function sessionPage(signedIn: SignedIn | undefined, sessions: ListedSession[]): Page {
  const body = html`<main id="main" tabindex="-1">
    ${
      signedIn
        ? html`<h1>You are signed in</h1>
            <p class="lead">${nameOf(signedIn)}</p>
            <p>As ${signedIn.role === 'operator' ? 'an operator' : 'an agent'}, until ${minute(signedIn.expiresAt)}.</p>
            ${endForm(signedIn.sessionId, 'Sign out', true)}
            <h2>Sessions of this agent</h2>
            ${sessions.map((session) => sessionCard(session, signedIn))}`
        : html`<h1>You are not signed in</h1>
            <p>${COMMANDS} gives a link that signs you in.</p>`
    }
  </main>`;
  return layout({ title: 'MoltNet session', body, personal: true });
}

function sessionCard({ id, browser, createdAt, expiresAt }: ListedSession, { sessionId }: SignedIn): Html {
  return html`<article class="card">
    <p>
      ${id === sessionId && html`<strong>This one.</strong>`} Since ${minute(createdAt)}, until ${minute(expiresAt)}.
    </p>
    <p class="soft">${browser === '' ? 'A browser that does not say what it is.' : browser}</p>
    ${id !== sessionId && endForm(id, 'End it', false)}
  </article>`;
}

function endForm(id: string, words: string, primary: boolean): Html {
  return html`<form method="post" action="/session/end">
    <input type="hidden" name="session" value="${id}" />
    <button ${primary && html`class="primary"`}>${words}</button>
  </form>`;
}
