import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { z } from 'zod';
import { ERRORS } from '../../src/errors.js';
import { createDocument, type Operation, type Parameter } from '../../src/http/openapi.js';
import { defineRoute } from '../../src/http/route.js';
import { VERSION } from '../../src/version.js';
import { describedRoutes, documentFiles } from '../support/documentFiles.js';
import { repositoryRoot } from '../support/repository.js';

const routes = describedRoutes();
const document = createDocument(routes);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const find = (operationId: string): Operation =>
  operations.find(({ operation }) => operation.operationId === operationId)!.operation;

/** Everything in a document that is an object, with where it is. */
function* objectsIn(value: unknown, at = '#'): Generator<[at: string, object: Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>];
  for (const [key, item] of Object.entries(value)) yield* objectsIn(item, `${at}/${key.replaceAll('/', '~1')}`);
}

describe('the OpenAPI document', () => {
  it('is, with what is made from it, what the repository has', async () => {
    for (const [path, text] of Object.entries(await documentFiles())) {
      expect(readFileSync(new URL(path, repositoryRoot), 'utf8'), `${path}: npm run openapi`).to.equal(text);
    }
  });

  it('has every route that is not hidden, each with a name of its own', () => {
    const shown = routes.filter((route) => !route.hidden);
    expect(operations.map(({ path, method }) => `${method} ${path}`)).to.have.members(
      shown.map((route) => `${route.method} ${route.path}`),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids).to.deep.equal([...new Set(ids)]);
    expect(document.info['version']).to.equal(VERSION);
    for (const { operation } of operations) {
      expect(document.tags.map((tag) => tag.name)).to.include.members(operation.tags);
      expect(document.tags.find((tag) => tag.name === operation.tags[0])?.description).not.to.equal(operation.tags[0]);
    }
  });

  it('points only at what it has', () => {
    for (const [at, { $ref }] of objectsIn(document)) {
      if (typeof $ref !== 'string') continue;
      const steps = $ref.slice(2).split('/');
      const target = steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], document);
      expect(target, `${at} -> ${$ref}`).to.be.an('object');
    }
  });

  it('describes each parameter of a path, and no other', () => {
    for (const { path, operation } of operations) {
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(declared.map((parameter) => parameter.name)).to.have.members(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      );
      expect(declared.every((parameter) => parameter.required)).to.equal(true);
    }
  });

  it('holds schemas that compile, and examples that they let through', () => {
    const ajv = addFormats.default(new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }));
    ajv.addVocabulary(['example', 'components', 'openapi', 'info', 'servers', 'tags', 'paths']);
    ajv.addSchema({ $id: 'https://moltnet.test/', components: document.components } as object);
    const absolute = (schema: object) =>
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"https://moltnet.test/#/components'));
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const check = ajv.compile(absolute(schema));
      for (const example of (schema['examples'] as unknown[] | undefined) ?? []) {
        expect(check(example), `${name}: ${ajv.errorsText(check.errors)}`).to.equal(true);
      }
    }
    for (const { operation } of operations) {
      for (const parameter of operation.parameters ?? []) ajv.compile(absolute(parameter.schema));
    }
  });

  it('forbids unknown fields where the server refuses them, and nowhere in an answer', () => {
    const entry = document.components.schemas;
    expect(entry['NewEntry']).to.include({ additionalProperties: false });
    expect(entry['Entry']).not.to.have.property('additionalProperties');
    expect(entry['NewEntry']!['required']).to.deep.equal(['content']);
  });

  it('says how each operation can fail, by name', () => {
    const { responses } = find('createEntry');
    expect(responses['422']).to.deep.equal({ $ref: '#/components/responses/IdempotencyKeyReused' });
    expect(document.components.responses['IdempotencyKeyReused']!.content).to.have.keys('application/problem+json');
    expect(find('listWorkflows').responses).to.have.property('404');
    expect(
      Object.keys(document.components.responses).flatMap((name) => name.replace('OAuth_', '').split('_')),
    ).to.satisfy((names: string[]) => names.every((name) => name in ERRORS));
    const token = find('issueToken').responses['401'] as { $ref: string };
    expect(token.$ref).to.equal('#/components/responses/OAuth_Unauthenticated');
    expect(document.components.responses['OAuth_Unauthenticated']!.content).to.have.keys('application/json');
  });

  it('says who may call: anyone, an agent, or a client with its secret', () => {
    expect(find('getAuthorizationServerMetadata').security).to.deep.equal([]);
    expect(find('whoami').security).to.deep.equal([{ bearer: [] }, { oauth2: ['agent'] }]);
    expect(find('issueToken').security).to.deep.equal([{ client: [] }, {}]);
  });

  it('documents the headers that a request takes and an answer brings', () => {
    const { parameters, responses } = find('createEntry');
    const names = (place: Parameter['in']) => parameters!.filter((one) => one.in === place).map((one) => one.name);
    expect(names('header')).to.deep.equal(['Idempotency-Key', 'Prefer']);
    expect(find('updateEntry').parameters!.map((one) => one.name)).to.include('If-Match');
    expect((responses['201'] as { headers: object }).headers).to.include.keys('Location', 'ETag', 'Workflow-Id');
  });

  it('leaves hidden routes out, and describes an answer that is no JSON', () => {
    const page = { method: 'get' as const, summary: 'x', tags: ['service'], access: 'public' as const };
    const ok = { 200: { description: 'ok', contentType: 'text/plain' } } as const;
    const made = createDocument([
      defineRoute({ ...page, path: '/a', operationId: 'a', hidden: true, responses: ok, handler: () => reply }),
      defineRoute({ ...page, path: '/b', operationId: 'b', responses: ok, handler: () => reply }),
    ]);
    expect(Object.keys(made.paths)).to.deep.equal(['/b']);
    const answer = made.paths['/b']!['get']!.responses['200'] as { content: object };
    expect(answer.content).to.deep.equal({ 'text/plain': { schema: { type: 'string' } } });
  });

  it('refuses two schemas under one name', () => {
    const [one, other] = [z.string(), z.number()].map((field) => z.object({ field }).meta({ id: 'Clash' }));
    const route = (path: string, schema: z.ZodType) =>
      defineRoute({
        method: 'get',
        path,
        operationId: path.slice(1),
        summary: 'x',
        tags: ['service'],
        access: 'public',
        responses: { 200: { description: 'ok', schema } },
        handler: () => reply,
      });
    expect(() => createDocument([route('/one', one!), route('/other', other!)])).to.throw('Clash');
  });
});

const reply = { status: 200, body: 'x' } as const;
