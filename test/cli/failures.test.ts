import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { newPerson, type Person } from '../support/moltnet.js';
import { startTestServer, type TestServer } from '../support/server.js';

const NO_ENTRY = '0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b';

describe('moltnet, when it fails,', () => {
  let server: TestServer;
  let person: Person;
  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
    person = await newPerson(server.url);
    await person.json(['register']);
  });
  after(async () => {
    await person.leave();
    await server.stop();
  });

  /** Writes a profile of its own and gives the arguments that choose it. */
  async function profile(name: string, contents: string): Promise<string[]> {
    await mkdir(join(person.folder, 'config'), { recursive: true });
    await writeFile(join(person.folder, 'config', `${name}.json`), contents);
    return ['--profile', name];
  }

  const cases: [string, string[], number, RegExp][] = [
    ['a command that is none', ['wrte', 'x'], 2, /no command "wrte"/],
    ['a group without its command', ['ops', 'lst'], 2, /no command "ops lst"/],
    ['an option that is none', ['list', '--colour'], 2, /--colour/],
    ['an option without its value', ['list', '--limit'], 2, /--limit/],
    ['a number that is none', ['list', '--limit', 'many'], 2, /whole number/],
    ['a type that is none', ['write', 'x', '--type', 'dream'], 2, /episodic, semantic/],
    ['an argument too few', ['read'], 2, /<entry> is missing/],
    ['an argument too many', ['read', NO_ENTRY, 'more'], 2, /"more"/],
    ['no text', ['write'], 2, /no text/],
    ['a text twice', ['write', 'x', '--file', 'y'], 2, /twice/],
    ['a file that is not there', ['write', '--file', 'nothing.txt'], 2, /nothing\.txt/],
    ['an edit of nothing', ['edit', NO_ENTRY], 2, /nothing to change/],
    ['an ops action without its reason', ['ops', 'retry', 'x'], 2, /--reason is required/],
    ['a value that the server refuses', ['write', 'x', '--importance', '11'], 2, /importance/],
    ['an id that is none', ['read', 'nonsense'], 2, /entryId/],
    ['an entry that is not there', ['read', NO_ENTRY], 3, /NotFound|no entry|not/i],
    ['an address that is none', ['whoami', '--url', 'localhost'], 2, /no address/],
    ['a profile that is not there', ['whoami', '--profile', 'other'], 2, /no profile "other".*register/s],
    ['a profile outside its folder', ['register', '--profile', '../x'], 2, /no name for a profile/],
  ];
  for (const [what, args, exitCode, message] of cases) {
    it(`tells ${what} from other failures (exit code ${exitCode})`, async () => {
      const { code, stdout, stderr } = await person.moltnet(args);
      expect(stderr)
        .to.match(message)
        .and.match(/^moltnet: /);
      expect({ code, stdout }).to.deep.equal({ code: exitCode, stdout: '' });
    });
  }

  it('says where it looked for a server, and how to start one (exit code 5)', async () => {
    const { code, stderr } = await person.moltnet(['whoami', '--url', 'http://127.0.0.1:9']);
    expect(code).to.equal(5);
    expect(stderr).to.include('http://127.0.0.1:9').and.include('npm start');
  });

  it('keeps no profile of a registration that did not happen', async () => {
    const { code } = await person.moltnet(['register', '--profile', 'late', '--url', 'http://127.0.0.1:9']);
    expect(code).to.equal(5);
    expect(await readdir(join(person.folder, 'config'))).not.to.include.members(['late.json']);
  });

  it('says that something else answers at the address (exit code 1)', async () => {
    const other = createServer((_request, response) => response.writeHead(404).end('<h1>Nothing here</h1>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await person.moltnet(['whoami', '--url', `http://127.0.0.1:${port}`]);
    expect(code).to.equal(1);
    expect(stderr).to.include('a MoltNet API?');
    other.close();
  });

  it('says that credentials are wrong, and not what they are (exit code 4)', async () => {
    const known = JSON.parse(await readFile(join(person.folder, 'config', 'default.json'), 'utf8'));
    const wrong = { ...known, clientSecret: 'wrong-wrong-wrong-wrong-wrong-wrong-wrong-w' };
    const { code, stderr } = await person.moltnet(['whoami', ...(await profile('wrong', JSON.stringify(wrong)))]);
    expect(code).to.equal(4);
    expect(stderr).to.include('--profile').and.not.include('wrong-wrong');
  });

  it('names a profile that holds no credentials, and quotes none of it', async () => {
    const { code, stderr } = await person.moltnet([
      'whoami',
      ...(await profile('half', '{"clientSecret": "half-a-sec')),
    ]);
    expect(code).to.equal(1);
    expect(stderr).to.include('half.json').and.not.include('half-a-sec');
  });

  it('tells programs with --json on stderr, and nothing on stdout', async () => {
    const { code, stdout, stderr } = await person.moltnet(['read', NO_ENTRY, '--json']);
    expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
    expect(JSON.parse(stderr).error).to.include({ name: 'NotFound' }).and.have.property('message');
  });

  it('lets an agent do nothing that is the operators’', async () => {
    for (const args of [['list'], ['stranded'], ['show', 'x'], ['retry', 'x', '--reason', 'y'], ['audit']]) {
      const { code, stderr } = await person.moltnet(['ops', ...args, '--profile', 'default']);
      expect(code, args[0]).to.equal(4);
      expect(stderr).to.include('--profile').and.include('operator');
    }
  });
});
