/** Markup that may be put into a page as it is. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = Html | string | number | undefined | false | Part[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function render(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.markup;
  return Array.isArray(part) ? part.map(render).join('') : escape(String(part));
}

/** Builds markup; whatever is put in is escaped, unless it is markup already. Our indentation is not sent. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, i) => text.replaceAll(/\n\s+/g, '\n') + render(parts[i])).join(''));
}

/** The part of Markdown that our descriptions use: paragraphs, lists, `code`, **bold** and [links](/problems). */
export function markdown(text: string): Html[] {
  return text.split(/\n\n+/).map((block) => {
    if (!block.startsWith('- ')) return html`<p>${inline(block)}</p>`;
    const items = block.split(/\n?^- /m).filter(Boolean);
    return html`<ul>
      ${items.map((item) => html`<li>${inline(item)}</li>`)}
    </ul>`;
  });
}

export function inline(text: string): Html[] {
  return [...text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((\/[^)\s]*)\)|[^`*[]+|[`*[]/g)].map(
    ([all, code, bold, words, target]) => {
      if (code !== undefined) return html`<code>${code}</code>`;
      if (bold !== undefined) return html`<strong>${bold}</strong>`;
      if (target !== undefined) return html`<a href="${target}">${words}</a>`;
      return html`${all}`;
    },
  );
}
