import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SessionRow } from '../../db/agents/sessions.js';
import { VERSION } from '../../version.js';
import { Html, html } from './html.js';

/** Who a page is shown to, if anybody has signed in. */
export type SignedIn = SessionRow;

export interface Page {
  /** What a route answers; a page that shows somebody is for nobody else to keep. */
  render: (signedIn?: SignedIn) => { body: string; headers: Record<string, string> };
}

const CSS = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
/** Pages change with a deploy only; a reader may be this far behind. */
const MAX_AGE_S = 300;

/** Where the reader's name goes; no escaped text can have it. */
const READER = '<reader>';

interface Parts {
  title: string;
  body: Html;
  script?: string;
  /** Made for one reader: nobody keeps it, and it may send forms to this site. */
  personal?: boolean;
}

/** A whole page. It loads nothing, and runs nothing but the script that is given. */
export function layout({ title, body, script, personal = false }: Parts): Page {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="alternate" type="text/plain" href="/llms.txt" />
        ${element('style', CSS)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <strong><a href="/">MoltNet</a></strong>
          <a href="/docs">API</a> <a href="/problems">Problems</a> <a href="/verify">Verify</a>
          <a href="/openapi.json">OpenAPI</a> <a href="/llms.txt">llms.txt</a> ${new Html(READER)}
          <span class="soft">${VERSION}</span>
        </header>
        ${body} ${script !== undefined && element('script', script)}
      </body>
    </html> `;
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(CSS)}'`,
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
    "base-uri 'none'",
    `form-action ${personal ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
  ];
  const [before = '', after = ''] = markup.split(READER);
  return {
    render: (signedIn) => ({
      body: `${before}${reader(signedIn).markup}${after}`,
      headers: {
        'Content-Security-Policy': policy.join('; '),
        'Cache-Control': personal || signedIn ? 'private, no-store' : `public, max-age=${MAX_AGE_S}`,
        Vary: 'Cookie',
        // Under `no-referrer`, which the rest has, browsers send forms with `Origin: null`.
        ...(personal && { 'Referrer-Policy': 'same-origin' }),
      },
    }),
  };
}

function reader(signedIn: SignedIn | undefined): Html {
  if (!signedIn) return html`<a href="/session">Sign in</a>`;
  const { name, fingerprint, role } = signedIn;
  return html`<a href="/session">${name === '' ? fingerprint : name}${role === 'operator' && ', operator'}</a>`;
}

/** Its text to the letter: the policy lets through only what has this hash. */
const element = (name: string, text: string) => new Html(`<${name}>${text}</${name}>`);
const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
