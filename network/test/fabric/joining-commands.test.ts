import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseOffer } from '@tallystick/network/fabric';
import { programArguments } from '../../../test/programs.js';

interface Ended {
  readonly code: number;
  readonly said: string;
}

function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...programArguments('network/src/cli/main.ts'), ...args],
      (error, stdout, stderr) => {
        resolve({
          code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
          said: stdout + stderr,
        });
      },
    );
  });
}

describe('tallystick-network join and leave', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-join-commands-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const offer = (mspId: string): Promise<Ended> =>
    run(
      ...['join', 'offer', '--data', join(directory, 'own'), '--msp-id', mspId],
      ...['--name', 'Machine Tools', '--domain', 'machine.example', '--out', join(directory, 'offer.json')],
    );

  it('make an offer that a member takes, keep the keys at home, and make them once', async () => {
    expect(await offer('MachineMSP')).to.include({ code: 0 });
    const text = await readFile(join(directory, 'offer.json'), 'utf8');
    expect((await parseOffer(JSON.parse(text))).mspId).to.equal('MachineMSP');
    expect(text).to.not.include('PRIVATE');
    const key = join(directory, 'own/organisations/MachineMSP/ca/key.pem');
    expect((await stat(key)).mode & 0o777).to.equal(0o600);
    expect(await offer('MachineMSP')).to.include({ code: 0 });
    expect(await readFile(join(directory, 'offer.json'), 'utf8')).to.equal(text);
  });

  it('do not make another organisation in the same directory', async () => {
    const { code, said } = await offer('OtherMSP');
    expect(code).to.equal(2);
    expect(said).to.include('is the directory of MachineMSP');
  });

  it('tell wrong usage, files that are none, and refusals apart', async () => {
    const other = join(directory, 'other.json');
    await writeFile(other, '{}');
    const member = ['--data', join(directory, 'none'), '--as', 'SteelMSP'];
    const out = ['--out', join(directory, 'update.pb')];
    expect(await run('join')).to.have.property('code', 2);
    expect(await run('join', 'bogus')).to.have.property('code', 2);
    expect(await run('leave', 'propose', 'SteelMSP', ...out)).to.include({ code: 2 });
    const unreadable = await run('join', 'propose', join(directory, 'missing.json'), ...member, ...out);
    expect(unreadable.code).to.equal(2);
    expect(unreadable.said).to.include('missing.json cannot be read');
    const refused = await run('join', 'propose', other, ...member, ...out);
    expect(refused.code).to.equal(1);
    expect(refused.said).to.include('the offer is refused');
    const uninvited = await run('join', 'run', other, '--data', join(directory, 'own'));
    expect(uninvited.said).to.include('the invitation is refused');
  });
});
