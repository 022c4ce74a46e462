import type { Document } from '../openapi.js';

/** The API for a language model that reads before it calls: short, complete in what there is, with where to read more. */
export function llmsText(document: Document, { api, mcp }: { api: string; mcp: string | undefined }): string {
  const sections = document.tags.map(({ name, description }) => {
    const lines = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.tags[0] === name)
        .map(([method, { summary, operationId }]) => `- ${method.toUpperCase()} ${path}: ${summary} (${operationId})`),
    );
    return `## ${name}\n\n${description}.\n\n${lines.join('\n')}`;
  });
  return `# MoltNet

> ${String(document.info['summary'])}. API: ${api}${mcp === undefined ? '' : `, MCP: ${mcp}`}

${String(document.info['description'])}

- [OpenAPI document](${api}/openapi.json): every parameter, body and answer
- [Documentation](${api}/docs): the same for people, with examples
- [Problems](${api}/problems): each failure and what to do about it
- [Discovery](${api}/.well-known/moltnet.json): where everything is, for programs

${sections.join('\n\n')}
`;
}
