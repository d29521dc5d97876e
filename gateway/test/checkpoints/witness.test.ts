import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { bodyDigest, encode, witnessedBytes } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { CheckpointError } from '../../src/features/checkpoints/port.js';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import { ToldChannel } from './channel.js';
import { ToldGateway, type GatewayOptions } from './gateways.js';
import { ToldTrees } from './told-trees.js';
import { times } from '../../../test/sampling.js';

const MSP = 'SteelMSP';

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof CheckpointError) return error.code;
    throw error;
  }
}

describe('the witness of a gateway', () => {
  let channel: ToldChannel;
  let identity: EnrolledIdentity;
  let directory: string;
  let open: ToldGateway[];

  before(async () => {
    channel = new ToldChannel();
    await channel.admit(MSP);
    identity = await channel.enroll(MSP);
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'witness-'));
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((gateway) => gateway.close()));
    await rm(directory, { recursive: true, force: true });
  });

  const file = (): string => join(directory, 'state.sqlite');
  const gateway = async (
    trees: ToldTrees,
    options: GatewayOptions = {},
    who = identity,
  ): Promise<ToldGateway> => {
    const made = await ToldGateway.open(trees, channel, who, { file: file(), ...options });
    open.push(made);
    return made;
  };
  const closed = async (made: ToldGateway): Promise<void> => {
    open = open.filter((each) => each !== made);
    await made.close();
  };

  it('signs every height, as it comes', async () => {
    const trees = new ToldTrees(3);
    const { checkpoints, witness } = await (await gateway(trees)).start();
    trees.grow(2);
    await witness.idle();
    for (let height = 0; height < 5; height += 1) {
      const { body, witnesses } = await checkpoints.at(height);
      const [signed] = witnesses;
      expect(encode(body)).to.equal(encode((await trees.body(height))!));
      const key = createPublicKey(
        new X509Certificate(signed!.certificate).publicKey.export({ type: 'spki', format: 'pem' }),
      );
      const bytes = witnessedBytes(body, signed!.statement);
      expect(verify('sha256', bytes, key, Buffer.from(signed!.signature, 'base64'))).to.equal(true);
      expect(signed!.statement.replayedFrom).to.equal(0);
    }
    expect((await checkpoints.latest()).body.height).to.equal(4);
    expect(await checkpoints.status()).to.deep.include({
      identity: 'witness',
      signed: 4,
      lies: 0,
      retractions: 0,
    });
  });

  it('misses none that comes in the very moment in which it had nothing left to do', async () => {
    const trees = new ToldTrees(1);
    const { witness, state } = await (await gateway(trees)).start();
    for (let height = 1; height < 50; height += 1) {
      trees.grow(1);
      await witness.idle();
    }
    expect(await state.checkpoints.signedBetween(0, 100)).to.have.length(50);
  });

  it('keeps a signature as it was made, over a restart', async () => {
    const trees = new ToldTrees(3);
    const first = await (await gateway(trees)).start();
    const before = await first.checkpoints.at(1);
    await closed(first);
    const second = await (await gateway(trees)).start();
    expect(await second.checkpoints.at(1)).to.deep.equal(before);
  });

  it('signs nothing without an identity, and says what the trees are all the same', async () => {
    const made = await ToldGateway.open(new ToldTrees(3), channel, undefined);
    open.push(made);
    const { checkpoints } = await made.start();
    expect(await checkpoints.latest()).to.deep.include({ witnesses: [] });
    expect((await checkpoints.status()).identity).to.equal(undefined);
  });

  it('signs the newest heights when it comes late, and an older one when it is asked for', async () => {
    const { checkpoints, state } = await (await gateway(new ToldTrees(200), { backlog: 20 })).start();
    expect((await state.checkpoints.signedBetween(0, 1000)).map(({ height }) => height)).to.deep.equal(
      Array.from({ length: 20 }, (_, index) => 180 + index),
    );
    expect((await checkpoints.at(7)).witnesses).to.have.length(1);
    expect(await state.checkpoints.signedBetween(0, 100)).to.have.length(1);
  });

  it('lets the follower catch up first', async () => {
    let isFar = true;
    const made = await gateway(new ToldTrees(300), { isBehind: () => Promise.resolve(isFar) });
    await made.witness.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await made.state.checkpoints.signedBetween(0, 300)).to.have.length(0);
    isFar = false;
    made.trees.grow(1);
    await made.witness.idle();
    expect(await made.state.checkpoints.signedBetween(0, 300)).to.have.length(301);
  });

  it('does not have what is not kept, nor what is still to come', async () => {
    const trees = new ToldTrees(3);
    const { checkpoints } = await (await gateway(trees)).start();
    expect(await codeOf(checkpoints.at(3))).to.equal('NOT_KEPT');
    trees.gone.add(1);
    expect(await codeOf(checkpoints.at(1))).to.equal(
      'none',
      'a signature outlives the body of the projection',
    );
  });

  it('retracts a height whose body turns out otherwise, for good', async () => {
    const trees = new ToldTrees(6);
    const made = await (await gateway(trees)).start();
    trees.refold(4, { word: 'otherwise' });
    await made.witness.idle();
    const { checkpoints } = made;
    expect(await codeOf(checkpoints.at(3))).to.equal('none');
    expect(await codeOf(checkpoints.at(4))).to.equal('RETRACTED');
    expect(await codeOf(checkpoints.at(5))).to.equal('RETRACTED');
    expect(made.alarms).to.have.length(2);
    expect(await checkpoints.witnessed(5)).to.deep.equal([]);
    trees.refold(4, { word: 'honest' });
    await made.witness.idle();
    expect(await codeOf(checkpoints.at(5))).to.equal('RETRACTED', 'as it was is no reason to serve it again');
    await closed(made);
    const again = await (await gateway(trees)).start();
    expect(await codeOf(again.checkpoints.at(5))).to.equal('RETRACTED');
    expect((await again.checkpoints.retractions()).map(({ height }) => height)).to.deep.equal([4, 5]);
    trees.grow(1);
    await again.witness.idle();
    expect((await again.checkpoints.latest()).body.height).to.equal(6);
  });

  it('notices at the latest when the height is asked for', async () => {
    const trees = new ToldTrees(4);
    const made = await (await gateway(trees)).start();
    await made.witness.stop();
    trees.refold(2, { word: 'otherwise' });
    expect(await codeOf(made.checkpoints.at(3))).to.equal('RETRACTED');
  });

  it('signs anew under a new certificate, and never another body', async () => {
    const trees = new ToldTrees(4);
    const first = await (await gateway(trees)).start();
    await closed(first);
    const renewed = await channel.enroll(MSP);
    const second = await (await gateway(trees, {}, renewed)).start();
    const [signed] = (await second.checkpoints.at(2)).witnesses;
    expect(signed?.certificate).to.equal(renewed.certificate);
    await closed(second);
    const lied = new ToldTrees(2).grow(2, { word: 'otherwise' });
    const third = await (await gateway(lied, {}, await channel.enroll(MSP))).start();
    expect(await codeOf(third.checkpoints.at(1))).to.equal('none');
    expect(await codeOf(third.checkpoints.at(2))).to.equal('RETRACTED');
  });

  it('lets go of old heights, save those that something names', async () => {
    const trees = new ToldTrees(1500);
    const made = await (await gateway(trees, { kept: 100, backlog: 5000 })).start();
    await made.checkpoints.keep(3);
    for (let height = 0; height < 1400; height += 1)
      if (height !== 3 && height !== 60) trees.gone.add(height);
    trees.grow(600);
    await made.witness.idle();
    const kept = (await made.state.checkpoints.signedBetween(0, 600)).map(({ height }) => height);
    expect(kept.filter((height) => height < 400)).to.deep.equal([3, 60]);
    expect(trees.kept).to.deep.equal(new Set([3]));
    expect(kept.length).to.be.lessThan(300);
  });

  for (const point of ['witness.body-read', 'witness.signed', 'witness.kept'] as const)
    it(`serves only what the disk has, killed at ${point}`, async () => {
      const trees = new ToldTrees(2);
      let die = (): void => undefined;
      const death = new Promise<void>((resolve) => (die = resolve));
      const failpoints = {
        reach: (name: string) => {
          if (name !== point) return;
          die();
          return new Promise<void>(() => undefined);
        },
      };
      const dying = await ToldGateway.open(trees, channel, identity, { file: file(), failpoints });
      await dying.witness.start();
      await death;
      const onDisk = await dying.state.checkpoints.signedBetween(0, 10);
      expect(onDisk).to.have.length(point === 'witness.kept' ? 2 : 0);
      // What is gone with the process is its loop; the file is what it left.
      await dying.state.close();
      const after = await (await gateway(trees)).start();
      for (const height of [0, 1]) {
        const { body } = await after.checkpoints.at(height);
        expect(bodyDigest(body)).to.equal(bodyDigest((await trees.body(height))!));
      }
      expect(after.alarms).to.deep.equal([]);
    });

  it('never signs two bodies for a height, whatever happens to the fold', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('grow' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({
        kind: fc.constant('refold' as const),
        from: fc.integer({ min: 0, max: 12 }),
        word: fc.constantFrom('honest', 'a', 'b'),
      }),
      fc.record({ kind: fc.constant('ask' as const), height: fc.integer({ min: 0, max: 15 }) }),
      fc.record({ kind: fc.constant('restart' as const), isRenewed: fc.boolean() }),
    );
    const identities = [identity, await channel.enroll(MSP), await channel.enroll(MSP)];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const trees = new ToldTrees(3);
        const signed = new Map<number, string>();
        const path = join(directory, `${Math.random()}.sqlite`);
        let used = 0;
        let made = await ToldGateway.open(trees, channel, identities[0], { file: path });
        const served = async (): Promise<void> => {
          await made.witness.idle();
          for (let height = 0; height < 20; height += 1) {
            const checkpoint = await made.checkpoints.at(height).catch(() => undefined);
            if (checkpoint === undefined) continue;
            const digest = bodyDigest(checkpoint.body);
            expect(signed.get(height) ?? digest).to.equal(digest);
            signed.set(height, digest);
          }
        };
        await made.start();
        for (const each of steps) {
          if (each.kind === 'grow') trees.grow(each.count, { word: 'honest' });
          if (each.kind === 'refold') trees.refold(each.from, { word: each.word });
          if (each.kind === 'ask') await made.checkpoints.at(each.height).catch(() => undefined);
          if (each.kind === 'restart') {
            await made.close();
            used = each.isRenewed ? (used + 1) % identities.length : used;
            made = await (await ToldGateway.open(trees, channel, identities[used], { file: path })).start();
          }
          await served();
        }
        await made.close();
      }),
      { numRuns: times(25) },
    );
  });
});
