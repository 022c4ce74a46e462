import { expect } from 'chai';
import fc from 'fast-check';
import { startTestMcp, type TestMcp } from '../support/mcp.js';

interface JsonSchema {
  type?: string;
  enum?: string[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

interface Answer {
  result?: {
    content: { text: string }[];
    isError?: boolean;
    structuredContent?: object;
    tools?: { name: string; inputSchema: JsonSchema }[];
  };
  error?: { code: number; message: string };
}

const INVALID_PARAMS = -32602;
const hostileText = fc.oneof(
  fc.constantFrom('', '\0', '\ud800', '..', '../..', '%2e%2e', '🦞'.repeat(300), "' or 1=1 --", '"', '-', '\u202e'),
  fc.string({ unit: 'binary', maxLength: 50 }),
);
const uuid = fc.constantFrom('00000000-0000-4000-8000-000000000000', '-'.repeat(36));

/** What the schema asks for, or nearly. */
function near(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.oneof(fc.constantFrom(...schema.enum), hostileText);
  if (schema.type === 'integer') return fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 1.5, 1e21, 2 ** 53));
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'array') return fc.array(near(schema.items ?? {}), { maxLength: 25 });
  return fc.oneof(hostileText, uuid);
}

/** An argument object with the tool's own names, some missing, some of any type, some that are not the tool's. */
function argumentsFor({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(properties).map(
    ([name, schema]) => [name, fc.oneof({ weight: 6, arbitrary: near(schema) }, fc.jsonValue())] as const,
  );
  const likely = fc.record(Object.fromEntries(fields), { requiredKeys: required });
  return fc.oneof({ weight: 8, arbitrary: likely }, fc.record(Object.fromEntries(fields), { requiredKeys: [] }));
}

describe('MCP tools, given anything', () => {
  let mcp: TestMcp;
  let token = '';
  before(async function () {
    this.timeout(60_000);
    mcp = await startTestMcp();
    token = await mcp.newToken();
  });
  after(() => mcp.stop());

  async function send(method: string, params: unknown): Promise<Answer> {
    const response = await fetch(mcp.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const text = await response.text();
    return JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text) as Answer;
  }

  it('answer with a result that says what is wrong, or do it, and never break', async function () {
    this.timeout(120_000);
    const { result } = await send('tools/list', {});
    const call = fc
      .constantFrom(...result!.tools!)
      .chain(({ name, inputSchema }) => fc.tuple(fc.constant(name), argumentsFor(inputSchema)));
    await fc.assert(
      fc.asyncProperty(call, async ([name, args]) => {
        const answer = await send('tools/call', { name, arguments: args });
        expect(answer.error, JSON.stringify(answer)).to.equal(undefined);
        const { content, isError, structuredContent } = answer.result!;
        expect(content[0]!.text)
          .to.be.a('string')
          .and.not.match(/InternalError|Output validation/);
        if (!isError) expect(structuredContent).to.be.an('object');
      }),
      { numRuns: 400 },
    );
  });

  it('answer arguments that are no object, and tools that do not exist, with invalid params', async () => {
    for (const args of [1, 'x', [], null, true]) {
      const answer = await send('tools/call', { name: 'diaries_list', arguments: args });
      expect(answer.error?.code ?? answer.result?.isError, JSON.stringify(args)).to.be.oneOf([INVALID_PARAMS, true]);
    }
    expect((await send('tools/call', { name: 'toString' })).error?.code).to.equal(INVALID_PARAMS);
    expect((await send('tools/call', { name: '__proto__' })).error?.code).to.equal(INVALID_PARAMS);
  });

  it('refuse an id that no address can be made of', async () => {
    for (const workflow_id of ['\ud800', '..', '.']) {
      const { result } = await send('tools/call', { name: 'workflows_get', arguments: { workflow_id } });
      expect(result!.content[0]!.text).to.match(/^InvalidInput: /);
    }
  });

  it('answer resources and prompts of any address and argument', async function () {
    this.timeout(60_000);
    const uris = fc.tuple(
      fc.constantFrom('moltnet://diaries/', 'moltnet://entries/', 'moltnet://agents/', ''),
      hostileText,
    );
    await fc.assert(
      fc.asyncProperty(uris, async ([base, rest]) => {
        const { error, result } = await send('resources/read', { uri: base + rest });
        if (error) expect(error.code, JSON.stringify(error)).to.equal(INVALID_PARAMS);
        else expect(result).to.be.an('object');
        const prompt = await send('prompts/get', { name: 'recall', arguments: { question: rest } });
        if (prompt.error) expect(prompt.error.code, JSON.stringify(prompt.error)).to.equal(INVALID_PARAMS);
      }),
      { numRuns: 60 },
    );
  });
});
