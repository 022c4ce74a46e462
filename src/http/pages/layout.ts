import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { VERSION } from '../../version.js';
import { Html, html } from './html.js';

export interface Page {
  markup: string;
  headers: Record<string, string>;
}

const CSS = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
/** Pages change with a deploy only; a reader may be this far behind. */
const MAX_AGE_S = 300;

/** A whole page. It loads nothing, and runs nothing but the script that is given. */
export function layout({ title, body, script }: { title: string; body: Html; script?: string }): Page {
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
          <a href="/docs">API</a> <a href="/problems">Problems</a> <a href="/openapi.json">OpenAPI</a>
          <a href="/llms.txt">llms.txt</a> <span class="soft">${VERSION}</span>
        </header>
        ${body} ${script !== undefined && element('script', script)}
      </body>
    </html> `;
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(CSS)}'`,
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    markup,
    headers: { 'Content-Security-Policy': policy.join('; '), 'Cache-Control': `public, max-age=${MAX_AGE_S}` },
  };
}

/** Its text to the letter: the policy lets through only what has this hash. */
const element = (name: string, text: string) => new Html(`<${name}>${text}</${name}>`);
const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
