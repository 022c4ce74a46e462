import openapiTS, { astToString } from 'openapi-typescript';
import { createDocument, type Document, type Operation } from '../../src/http/openapi.js';
import { listRoutes } from '../../src/http/routes.js';
import type { Services } from '../../src/http/services.js';

/** Describing the routes needs none of what their handlers work with. */
export const describedRoutes = () => listRoutes({} as Services);

const MADE = 'Made from docs/openapi.json by `npm run openapi`.';

/** The files that are made from the routes, by path: the document, and the SDK's types and table of operations. */
export async function documentFiles(): Promise<Record<string, string>> {
  const document = createDocument(describedRoutes());
  const source = document as unknown as Parameters<typeof openapiTS>[0];
  const types = astToString(await openapiTS(source, { defaultNonNullable: false }));
  return {
    'docs/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'packages/sdk/src/openapi.d.ts': `/** ${MADE} */\n${types}`,
    'packages/sdk/src/operations.ts': renderOperations(document),
  };
}

function renderOperations(document: Document): string {
  const lines = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const repeatable = isRepeatable(method, operation);
      return `  ${operation.operationId}: { method: '${method.toUpperCase()}', path: '${path}', repeatable: ${repeatable} },`;
    }),
  );
  const comment = `/** ${MADE} \`repeatable\`: sending it twice does once. */`;
  return `${comment}\nexport const OPERATIONS = {\n${lines.sort().join('\n')}\n} as const;\n`;
}

function isRepeatable(method: string, operation: Operation): boolean {
  const takesKey = operation.parameters?.some((parameter) => parameter.name === 'Idempotency-Key') ?? false;
  return method === 'get' || operation['x-safe'] === true || takesKey;
}
