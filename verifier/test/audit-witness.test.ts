import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkpoint as checkpointSchema, encode, type Checkpoint } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { buyerKey, steelKey } from '../../chaincode/test/rights.js';
import { formatTrust } from '../src/trust/file.js';
import type { LedgerWorld } from './audit-ledger.js';
import { delimited, run, start, type Ended } from './audit-program.js';
import { busyLedger, OPENING } from './audit-stage.js';
import { Folding } from './folding.js';

describe('tallystick-audit: checkpoints and witnesses', () => {
  let world: LedgerWorld;
  let blocks: Uint8Array[] = [];
  let bodies: Folding['bodies'] = [];
  let directory = '';
  before(async () => {
    ({ world } = await busyLedger());
    blocks = world.blocks();
    ({ bodies } = await new Folding().take(blocks));
    directory = await mkdtemp(join(tmpdir(), 'audit-witness-'));
    await writeFile(at('trust.json'), formatTrust(world.trust()));
    await writeFile(at('openings.json'), JSON.stringify([OPENING]));
    await grow('blocks', blocks);
  });
  after(() => rm(directory, { recursive: true, force: true }));
  after(() => world.end());

  const at = (name: string): string => join(directory, name);
  const trusting = (): string[] => ['--trust', at('trust.json'), '--openings', at('openings.json')];
  const signing = (out: string): string[] => [
    ...trusting(),
    ...['--sign', '--identity', world.identityOf('RegulatorMSP', 'officer'), '--out', at(out)],
  ];

  async function grow(name: string, given: readonly Uint8Array[]): Promise<void> {
    await mkdir(at(name), { recursive: true });
    for (const [number, block] of given.entries()) {
      await writeFile(at(`${name}/${number}.block.part`), block);
      await rename(at(`${name}/${number}.block.part`), at(`${name}/${number}.block`));
    }
  }

  const signedIn = (name: string): Promise<string[]> => readdir(at(name)).catch(() => []);

  async function until(name: string, count: number): Promise<void> {
    while ((await signedIn(name)).filter((each) => each.endsWith('.json')).length < count)
      await setTimeout(50);
  }

  const checkpointIn = async (name: string, height: number): Promise<Checkpoint> =>
    checkpointSchema.parse(JSON.parse(await readFile(at(`${name}/${height}.json`), 'utf8')));

  it('prints the body of a height, and of the last', async () => {
    const last = await run([at('blocks'), ...trusting(), '--checkpoint', 'last']);
    expect([last.code, last.out]).deep.equals([0, `${encode(bodies.at(-1))}\n`]);
    const fifth = await run([at('blocks'), ...trusting(), '--checkpoint', '5']);
    expect([fifth.code, fifth.out]).deep.equals([0, `${encode(bodies[5])}\n`]);
    const beyond = await run([at('blocks'), ...trusting(), '--checkpoint', '5000']);
    expect([beyond.code, beyond.err.includes('did not come by height 5000')]).deep.equals([4, true]);
  });

  it('signs what every block comes to, and others compare it', async () => {
    const ended = await run([at('blocks'), ...signing('signed')]);
    expect([ended.code, ended.err]).deep.equals([0, ended.err]);
    expect(await signedIn('signed')).length(blocks.length);
    for (const [height, body] of bodies.entries())
      expect((await checkpointIn('signed', height)).body).deep.equals(body);
    const compare = (given: string): Promise<Ended> => run([at('blocks'), ...trusting(), '--compare', given]);
    const same = await compare(at('signed/5.json'));
    expect([same.code, same.out.split('\n').slice(0, 2)]).deep.equals([
      0,
      [
        'The checkpoint of height 5 is what the blocks give.',
        `signed by RegulatorMSP at ${(await checkpointIn('signed', 5)).witnesses[0]!.statement.signedAt}`,
      ],
    ]);
    const found = await checkpointIn('signed', 5);
    const forged = await compare(encode({ ...found, body: { ...found.body, map: found.body.log } }));
    expect(forged.code).equals(1);
    expect(forged.out).includes(`CHECKPOINT DIFFERS at height 5: map is ${found.body.log}`);
    expect(forged.out).includes('NOT SIGNED by RegulatorMSP');
    expect((await compare('{}')).code).equals(4);
  });

  it('follows a directory that grows, goes on after it was killed, and ends when it is told to', async () => {
    const args = [at('growing'), ...signing('followed'), '--follow', '--resume', at('followed.resume')];
    await grow('growing', blocks.slice(0, 10));
    const first = start([...args, '--resume-every', '4']);
    await until('followed', 10);
    first.child.kill('SIGKILL');
    await first.ended;
    await grow('growing', blocks.slice(0, 20));
    const second = start(args);
    await until('followed', 20);
    const early = await checkpointIn('followed', 3);
    await grow('growing', blocks);
    await until('followed', blocks.length);
    second.child.kill('SIGTERM');
    const { code, out } = await second.ended;
    expect([code, out.includes('Everything is as signatures and rules say.')]).deep.equals([0, true]);
    expect(await checkpointIn('followed', 3)).deep.equals(early);
    for (const [height, body] of bodies.entries())
      expect((await checkpointIn('followed', height)).body).deep.equals(body);
  });

  it('follows a pipe, and holds no block back while no other comes', async () => {
    const running = start(['-', ...signing('piped'), '--follow']);
    running.child.stdin.write(delimited(blocks.slice(0, 5)));
    await until('piped', 5);
    running.child.stdin.end(delimited(blocks.slice(5)));
    expect((await running.ended).code).equals(0);
    expect(await signedIn('piped')).length(blocks.length);
  });

  it('signs on over departures from the rules, and no further than a divergence', async () => {
    const { world: own } = await busyLedger();
    try {
      const writes = (given: Map<string, string>): void => void given.set('space', '{}');
      const declaring = { nonce: own.nonce(), name: 'Fair' };
      const by = { ...steelKey, role: 'officer' as const };
      await own.commit(await own.prepare(by, 'events:Declare', declaring, [], { writes }));
      await own.run(buyerKey, 'usage:Lapse', { usageId: 'none' }).catch(() => undefined);
      const all = own.blocks();
      const trust = formatTrust(own.trust());
      await writeFile(at('own.json'), trust);
      const identity = ['--identity', own.identityOf('SteelMSP', 'officer')];
      const args = ['-', '--trust', at('own.json'), '--openings', at('openings.json'), '--sign', ...identity];
      const departed = await run([...args, '--out', at('departed')], delimited(all));
      expect([departed.code, departed.out.includes('DEPARTURE at block')]).deep.equals([1, true]);
      expect(departed.out).includes('verdict=CORRECTED').and.includes('key=space');
      expect(await signedIn('departed')).length(all.length);
      const broken = all.with(7, blocks[7]!);
      const diverged = await run([...args, '--out', at('diverged')], delimited(broken));
      expect([diverged.code, diverged.out.includes('DIVERGENCE at block 7')]).deep.equals([1, true]);
      expect(await signedIn('diverged')).length(7);
    } finally {
      await own.end();
    }
  });

  it('refuses to sign for another ledger what it signed for one', async () => {
    const identity = ['--identity', world.identityOf('RegulatorMSP', 'officer'), '--out', at('signed')];
    const { world: own } = await busyLedger();
    try {
      await writeFile(at('other.json'), formatTrust(own.trust()));
      const args = ['-', '--trust', at('other.json'), '--sign', ...identity, '--msp', 'RegulatorMSP'];
      const ended = await run(args, delimited(own.blocks()));
      expect([ended.code, ended.err.includes('another body was signed for height 0')]).deep.equals([1, true]);
    } finally {
      await own.end();
    }
  });

  it('names no organisation for a certificate of nobody', async () => {
    const { world: own } = await busyLedger();
    try {
      const identity = ['--identity', own.identityOf('SteelMSP', 'officer'), '--out', at('nobody')];
      const ended = await run(['-', ...trusting(), '--sign', ...identity], delimited(blocks));
      expect([ended.code, ended.err.includes('name it with --msp')]).deep.equals([4, true]);
    } finally {
      await own.end();
    }
  });
});
