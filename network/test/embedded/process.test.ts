import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import { programArguments } from '../../../test/programs.js';
import { times } from '../../../test/sampling.js';
import { blocksOf, checkChain } from './chain-check.js';
import { connectClient, createSpace, ORGANISATIONS, type Client, type Space } from './space.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const KILLS = times(2);
const SEED = 20_241_124;

interface Ready {
  readonly ready: true;
  readonly genesisHash: string;
  readonly height: number;
  readonly organisations: readonly { readonly mspId: string; readonly address: string }[];
}

interface RunningNode {
  readonly child: ChildProcess;
  readonly ready: Ready;
  /** All lines of stderr so far. */
  readonly log: readonly string[];
}

function run(args: readonly string[]): { child: ChildProcess; log: string[] } {
  const child = spawn(process.execPath, [...programArguments('network/src/embedded/main.ts'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  return { child, log };
}

async function start(file: string): Promise<RunningNode> {
  const { child, log } = run(['--config', file]);
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the node ended: ${log.join('\n')}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), ended])) as [
    string,
  ];
  return { child, ready: JSON.parse(line) as Ready, log };
}

/** A small generator with a seed, so that a failing run can be repeated (mulberry32). */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function connectAll(space: Space, { organisations }: Ready): Promise<Client[]> {
  return Promise.all(ORGANISATIONS.map((mspId, i) => connectClient(space, organisations[i]!.address, mspId)));
}

describe('embedded node: its own process', () => {
  let space: Space;
  let file: string;

  beforeEach(async () => {
    space = await createSpace();
    file = join(space.directory, 'node.json');
    writeFileSync(file, JSON.stringify(space.config()));
  });

  afterEach(() => space.remove());

  it('says when it serves, logs JSON lines, and stops on SIGTERM', async () => {
    const { child, ready, log } = await start(file);
    expect(ready).deep.include({ ready: true, channel: 'ledger', height: 2 });
    expect(ready.genesisHash).matches(/^[0-9a-f]{64}$/);
    expect(ready.organisations.map(({ mspId }) => mspId)).deep.equals([...ORGANISATIONS]);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).deep.equals([0, null]);
    const events = log.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).deep.equals(['chaincode.ready', 'node.stopping']);
  });

  it('names every problem of a configuration and ends with 1', async () => {
    writeFileSync(
      file,
      JSON.stringify({ ...space.config(), channel: 'Not A Channel', tls: 'yes', colour: 'blue' }),
    );
    const { child, log } = run(['--config', file]);
    expect(await once(child, 'exit')).deep.equals([1, null]);
    const { code, message } = JSON.parse(log[0]!) as { code: string; message: string };
    expect(code).equals('CONFIG_INVALID');
    for (const part of ['channel', 'tls', 'colour']) expect(message).contains(part);
  });

  it('explains itself with --help', async () => {
    const { child } = run(['--help']);
    const chunks: Buffer[] = [];
    child.stdout!.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await once(child, 'close')).deep.equals([0, null]);
    expect(Buffer.concat(chunks).toString()).contains('--config').contains('single operator');
  });

  it(`survives kill -9 under load, ${KILLS} times (seed ${SEED}): no acknowledged transaction is lost`, async () => {
    const random = randoms(SEED);
    const acknowledged = new Map<string, string>();
    let genesisHash: string | undefined;
    let next = 0;
    for (let kill = 0; kill <= KILLS; kill += 1) {
      const { child, ready } = await start(file);
      genesisHash ??= ready.genesisHash;
      expect(ready.genesisHash).equals(genesisHash);
      const clients = await connectAll(space, ready);
      const [first] = clients;
      const pid = Number(Buffer.from(await first!.tiny.evaluateTransaction('pid')).toString());
      const ledger = await checkChain(await blocksOf(first!, ready.height), genesisHash);
      for (const [txId, key] of acknowledged) {
        expect(ledger.hasTransaction(txId), `transaction ${txId}`).equals(true);
        expect(ledger.get('tiny', key), key).not.equals(undefined);
        expect((await first!.commitStatus(txId)).getResult()).equals(peer.TxValidationCode.VALID);
      }
      let isDead = false;
      const submit = async (client: Client): Promise<void> => {
        while (!isDead) {
          const key = `k${next++}`;
          const transaction = await client.tiny
            .newProposal('put', { arguments: [key, 'v'.repeat(300)] })
            .endorse();
          const status = await (await transaction.submit()).getStatus();
          if (status.successful) acknowledged.set(transaction.getTransactionId(), key);
        }
      };
      const load = Promise.allSettled([...clients, ...clients, ...clients].map(submit));
      // It is killed with something to lose, and in the middle of something, however busy the machine is.
      for (const before = acknowledged.size; acknowledged.size < before + 10;) await delay(10);
      await delay(Math.floor(300 * random()));
      child.kill('SIGKILL');
      await once(child, 'exit');
      isDead = true;
      await load;
      for (const client of clients) client.close();
      // The chaincode notices that its node is gone.
      const gone = Date.now() + 60_000;
      const isAlive = (): boolean => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      while (isAlive() && Date.now() < gone) await delay(20);
      expect(isAlive(), 'the chaincode outlived its node').equals(false);
    }
    expect(acknowledged.size).at.least(KILLS * 10);
  });
});
