import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { down } from '../../src/cli/down.js';
import { CliError } from '../../src/cli/errors.js';
import { hasEnded, identify, isSame, signal } from '../../src/cli/process-identity.js';
import { claimRecord, liveRecord, writeRecord } from '../../src/cli/run-record.js';
import { heightIn, statusText } from '../../src/cli/status.js';
import { inDirectory } from '../identity-fixture.js';

/** A process that does nothing until it is ended. */
async function withSleeper(use: (pid: number, ended: Promise<unknown>) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  try {
    await use(child.pid!, ended);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

describe('cli: a process by its number and start', () => {
  it('is known again, and not when it has ended', () =>
    withSleeper(async (pid) => {
      const identity = (await identify(pid))!;
      expect(await isSame(identity)).to.equal(true);
      expect(await hasEnded(identity, 50)).to.equal(false);
      await signal(identity, 'SIGKILL');
      expect(await hasEnded(identity, 5_000)).to.equal(true);
      expect(await identify(pid)).to.equal(undefined);
    }));

  it('is sent no signal when the number is that of another', () =>
    withSleeper(async (pid) => {
      await signal({ pid, started: 'another time' }, 'SIGKILL');
      expect(await isSame((await identify(pid))!)).to.equal(true);
    }));
});

describe('cli: down', () => {
  it('spares a stranger who has the recorded number', () =>
    inDirectory(async (directory) =>
      withSleeper(async (pid) => {
        const node = { name: 'peer0', kind: 'peer' as const, mspId: 'A', restarts: 0, logFile: '', port: 1 };
        const stranger = { pid, started: 'another time' };
        await writeRecord(directory, {
          version: 1,
          ...stranger,
          isReady: true,
          nodes: [{ ...node, ...stranger }],
        });
        const said: string[] = [];
        await down(directory, (line) => said.push(line));
        expect(said).to.deep.equal(['Nothing runs']);
        expect(await identify(pid)).not.to.equal(undefined);
      }),
    ));

  it('ends what a killed run has left', () =>
    inDirectory(async (directory) =>
      withSleeper(async (pid, ended) => {
        const node = { name: 'peer0', kind: 'peer' as const, mspId: 'A', restarts: 0, logFile: '', port: 1 };
        const left = (await identify(pid))!;
        const gone = { pid: 2 ** 22 + 1, started: 'long ago' };
        await writeRecord(directory, { version: 1, ...gone, isReady: true, nodes: [{ ...node, ...left }] });
        await down(directory, () => undefined);
        expect(await ended).to.deep.equal([null, 'SIGKILL']);
        expect(await liveRecord(directory)).to.equal(undefined);
      }),
    ));

  it('does nothing where nothing runs', () =>
    inDirectory(async (directory) => {
      await down(directory, () => undefined);
    }));
});

describe('cli: the record of a run', () => {
  it('is claimed by one process at a time', () =>
    inDirectory(async (directory) => {
      expect((await claimRecord(directory)).pid).to.equal(process.pid);
      const error = await claimRecord(directory).catch((each: unknown) => each);
      expect(error).to.be.instanceOf(CliError).with.property('code', 'ALREADY_RUNNING');
    }));

  it('of a process that has ended counts as none', () =>
    inDirectory(async (directory) => {
      await claimRecord(directory);
      const file = join(directory, 'run.json');
      const record = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...record, started: 'another time' }));
      expect(await liveRecord(directory)).to.equal(undefined);
      expect((await claimRecord(directory)).pid).to.equal(process.pid);
    }));
});

describe('cli: status', () => {
  it('reads the height of its channel in the metrics of a node', () => {
    const metrics = [
      '# HELP ledger_blockchain_height Height of the chain in blocks.',
      'ledger_blockchain_height{channel="space"} 42',
      'ledger_blockchain_height{channel="spaces"} 7',
    ].join('\n');
    expect(heightIn(metrics, 'space')).to.equal(42);
    expect(heightIn(metrics, 'other')).to.equal(undefined);
  });

  it('has a line for each process, in columns', () => {
    const base = { restarts: 0, memory: undefined, cpu: undefined, uptime: undefined };
    const text = statusText([
      { ...base, name: 'peer0.A', pid: 1, health: 'well', height: 5 },
      {
        ...base,
        name: 'chaincode.peer0.A',
        pid: 23,
        health: 'gone',
        height: undefined,
        memory: 2 ** 26,
        cpu: '00:01',
      },
    ]);
    expect(text.split('\n')).to.deep.equal([
      'peer0.A            pid 1   well  height 5  restarts 0',
      'chaincode.peer0.A  pid 23  gone            restarts 0  64 MiB  cpu 00:01',
    ]);
  });
});
