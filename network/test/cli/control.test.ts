import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { askToDeploy, serveControl, type Control, type DeployRequest } from '../../src/cli/control.js';
import { CliError } from '../../src/cli/errors.js';

const REQUEST = { version: '0.2.0', bundle: '/bundle.cjs' };

async function failure(attempt: Promise<unknown>): Promise<CliError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof CliError) return error;
  throw new Error('a CliError was expected', { cause: error });
}

describe('cli: requests to a running network', () => {
  let dataDir: string;
  let control: Control;
  let asked: DeployRequest[];

  const start = (deploy: (request: DeployRequest) => Promise<string>): Promise<Control> =>
    serveControl({
      dataDir,
      deploy: (request, say) => {
        asked.push(request);
        say('a step');
        return deploy(request);
      },
    });
  const file = async (): Promise<{ port: number; token: string }> =>
    JSON.parse(await readFile(join(dataDir, 'control.json'), 'utf8')) as { port: number; token: string };

  beforeEach(async () => {
    asked = [];
    dataDir = await mkdtemp(join(tmpdir(), 'tallystick-control-'));
    control = await start(({ version }) =>
      version === '0.2.0' ? Promise.resolve('done') : Promise.reject(new Error('refused: why')),
    );
  });
  afterEach(async () => {
    await control.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('are passed on, with their steps and their end', async () => {
    const said: string[] = [];
    expect(await askToDeploy(dataDir, REQUEST, (line) => said.push(line))).to.equal('done');
    expect([asked, said]).to.deep.equal([[REQUEST], ['a step']]);
  });

  it('fail as the network says', async () => {
    const error = await failure(askToDeploy(dataDir, { ...REQUEST, version: '9' }, () => undefined));
    expect([error.code, error.message]).to.deep.equal(['NOT_DEPLOYED', 'refused: why']);
  });

  it('come only from who can read the file, which is its owner', async () => {
    expect((await stat(join(dataDir, 'control.json'))).mode & 0o777).to.equal(0o600);
    const { port, token } = await file();
    const body = JSON.stringify(REQUEST);
    const post = (authorization: string, path = '/deploy'): Promise<number> =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers: { authorization } }).then(
        ({ status }) => status,
      );
    expect(await post('')).to.equal(401);
    expect(await post(`Bearer ${token.slice(1)}`)).to.equal(401);
    expect(await post(`Bearer ${token.replace(/.$/, '!')}`)).to.equal(401);
    expect(await post(`Bearer ${token}`, '/other')).to.equal(404);
    expect(asked).to.deep.equal([]);
  });

  it('are refused when they are none', async () => {
    const { port, token } = await file();
    for (const body of ['', '{}', '{"version":1,"bundle":"b"}', '{"version":"1","bundle":"b","more":1}']) {
      const { status } = await fetch(`http://127.0.0.1:${port}/deploy`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${token}` },
      });
      expect(status, body).to.equal(400);
    }
    expect(asked).to.deep.equal([]);
  });

  it('are taken by nobody when the network has ended', async () => {
    await control.close();
    const error = await failure(askToDeploy(dataDir, REQUEST, () => undefined));
    expect(error.code).to.equal('NOT_RUNNING');
  });
});
