import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { programArguments } from '../../../test/programs.js';
import { newPemPair } from '../identities/certificates.js';

const SECRET = `tsk_${'k'.repeat(43)}`;

/** The gateway as a process of its own, with what it said. */
class Run {
  readonly process: ChildProcessWithoutNullStreams;
  out = '';
  err = '';
  readonly ended: Promise<number | null>;

  constructor(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
    this.process = spawn(process.execPath, [...programArguments('gateway/src/main.ts'), ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...environment },
    });
    this.process.stdout.on('data', (data: Buffer) => (this.out += data.toString()));
    this.process.stderr.on('data', (data: Buffer) => (this.err += data.toString()));
    this.ended = once(this.process, 'close').then(([code]) => code as number | null);
  }

  async ready(): Promise<{ ready: boolean; url: string; mspId: string }> {
    while (!this.out.includes('\n')) await Promise.race([once(this.process.stdout, 'data'), this.#early()]);
    return JSON.parse(this.out) as { ready: boolean; url: string; mspId: string };
  }

  async #early(): Promise<never> {
    throw new Error(`ended with ${String(await this.ended)}: ${this.err}`);
  }
}

describe('the gateway as a process', () => {
  let directory: string;
  let environment: Record<string, string>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-gateway-'));
    for (const name of ['connector', 'operator', 'officer']) {
      const { certificate, privateKey } = await newPemPair(name);
      const msp = join(directory, 'users', name, 'msp');
      for (const [part, pem] of [
        ['signcerts', certificate],
        ['keystore', privateKey],
      ] as const) {
        await mkdir(join(msp, part), { recursive: true });
        await writeFile(join(msp, part, 'one.pem'), pem);
      }
    }
    const seeds = [{ name: 'officer', secret: SECRET, identity: 'officer', scopes: ['*'] }];
    await writeFile(join(directory, 'keys.json'), JSON.stringify(seeds));
    environment = {
      TALLYSTICK_DATA_DIR: join(directory, 'data'),
      TALLYSTICK_LISTEN: '127.0.0.1:0',
      TALLYSTICK_MSP_ID: 'Org1MSP',
      // Nobody listens there: the ledger is out of reach.
      TALLYSTICK_PEER: '127.0.0.1:1',
      TALLYSTICK_IDENTITIES: join(directory, 'users'),
      TALLYSTICK_API_KEYS: join(directory, 'keys.json'),
    };
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('says in one line where it serves, stays alive without a ledger, and drains on SIGTERM', async () => {
    const run = new Run({ ...environment, TALLYSTICK_MISSPELT: 'x' });
    const { url, ...line } = await run.ready();
    expect(line).to.deep.equal({ ready: true, mspId: 'Org1MSP' });
    expect((await fetch(`${url}/livez`)).status).to.equal(200);
    const unready = await fetch(`${url}/readyz`);
    expect(unready.status).to.equal(503);
    expect(await unready.json()).to.have.nested.property('checks.ledger', 'the peer cannot be reached');
    const us = await fetch(`${url}/organisation`, { headers: { authorization: `Bearer ${SECRET}` } });
    expect(await us.json())
      .to.have.property('recipient')
      .that.matches(/^age1/);

    run.process.kill('SIGTERM');
    expect(await run.ended, run.err).to.equal(0);
    expect(run.out.trim().split('\n')).to.have.length(1);
    const logged = run.err
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(logged.map(({ msg }) => msg)).to.include.members(['serving', 'stopping', 'stopped']);
    expect(run.err)
      .to.contain('TALLYSTICK_MISSPELT')
      .and.not.contain(SECRET)
      .and.not.contain('AGE-SECRET-KEY');
    expect(await readdir(join(directory, 'data'))).to.include.members([
      'state.sqlite',
      'age-identity.txt',
      'blocks',
    ]);
  });

  it('starts again from what it kept', async () => {
    const run = new Run({ ...environment, TALLYSTICK_API_KEYS: join(directory, 'keys.json') });
    const { url } = await run.ready();
    const us = await fetch(`${url}/keys`, { headers: { authorization: `Bearer ${SECRET}` } });
    expect(await us.text()).to.contain('"officer"');
    run.process.kill('SIGINT');
    expect(await run.ended).to.equal(0);
  });

  it('names what is wrong with its configuration, and exits with 2', async () => {
    const run = new Run({ TALLYSTICK_LISTEN: 'nowhere' });
    expect(await run.ended).to.equal(2);
    expect(run.out).to.equal('');
    expect(run.err)
      .to.contain('TALLYSTICK_LISTEN: must be host:port')
      .and.contain('TALLYSTICK_PEER: is not set');
  });

  it('does not start half: exits with 1 and leaves nothing running', async () => {
    const bad = [
      { TALLYSTICK_IDENTITIES: join(directory, 'nowhere') },
      { TALLYSTICK_COMPONENT_IDENTITY: 'nobody' },
      { TALLYSTICK_OPERATOR_IDENTITY: 'nobody' },
      { TALLYSTICK_FAILPOINT: 'nowhere' },
      { TALLYSTICK_API_KEYS: join(directory, 'users') },
    ];
    const codes = await Promise.all(
      bad.map((change, index) => {
        const data = join(directory, `bad-${index}`);
        return new Run({ ...environment, TALLYSTICK_DATA_DIR: data, ...change }).ended;
      }),
    );
    expect(codes).to.deep.equal([1, 1, 1, 1, 1]);
  });

  it('shows its configuration and its help', async () => {
    const shown = new Run(environment, '--print-config');
    expect(await shown.ended).to.equal(0);
    expect(JSON.parse(shown.out)).to.have.property('mspId', 'Org1MSP');
    const help = new Run({}, '--help');
    expect(await help.ended).to.equal(0);
    expect(help.out).to.contain('TALLYSTICK_DATA_DIR');
    expect(await new Run({}, '--nonsense').ended).to.equal(2);
  });
});
