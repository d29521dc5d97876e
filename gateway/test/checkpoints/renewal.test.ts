import { addSeconds, bodyDigest, instantOf } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { ToldChannel } from './channel.js';
import { acquaint, ToldGateway, type GatewayOptions } from './gateways.js';
import { ToldTrees } from './told-trees.js';

const [STEEL, BANK] = ['SteelMSP', 'BankMSP'] as const;
const START = instantOf(Date.now());

describe('the newest checkpoint', () => {
  let channel: ToldChannel;
  let open: ToldGateway[];
  /** Seconds since the start by everybody's clock. */
  let passed: number;
  const now = (): string => addSeconds(START, passed);

  before(async () => {
    channel = new ToldChannel();
    for (const mspId of [STEEL, BANK]) await channel.admit(mspId);
  });
  beforeEach(() => {
    open = [];
    passed = 0;
  });
  afterEach(() => Promise.all(open.map((gateway) => gateway.close())));

  const gateway = async (
    mspId: string,
    trees: ToldTrees,
    options: GatewayOptions = {},
  ): Promise<ToldGateway> => {
    const identity = await channel.enroll(mspId);
    const made = await ToldGateway.open(trees, channel, identity, { now, apart: 0, ...options });
    open.push(made);
    return made.start();
  };
  const said = async (one: ToldGateway, wanted?: 'KEPT') => {
    const { body, witnesses } = await one.checkpoints.latest(wanted);
    return { height: body.height, ...witnesses[0]!.statement };
  };

  it('is signed anew when the own peer was asked and has nothing newer', async () => {
    const trees = new ToldTrees(4);
    const steel = await gateway(STEEL, trees);
    const before = await steel.checkpoints.at(3);
    passed = 5;
    expect(before.witnesses[0]!.statement).not.to.have.property('newest');
    expect(await said(steel, 'KEPT')).not.to.have.property('newest');
    expect(steel.peerAsked).to.equal(0);
    expect(await said(steel)).to.deep.include({ height: 3, newest: 3, signedAt: now() });
    const after = await steel.checkpoints.at(3);
    expect(bodyDigest(after.body)).to.equal(bodyDigest(before.body));
    expect(await steel.register.judge(after.body, after.witnesses[0]!)).to.have.property('key');
    expect((await steel.checkpoints.at(2)).witnesses[0]!.statement).not.to.have.property('newest');
    expect(steel.alarms).to.deep.equal([]);
  });

  it('states the time before the peer was asked', async () => {
    const trees = new ToldTrees(2);
    const peerHeight = (): Promise<bigint> => {
      passed += 30;
      return trees.height();
    };
    const steel = await gateway(STEEL, trees, { peerHeight });
    expect(await said(steel)).to.deep.include({ newest: 1, signedAt: START });
  });

  it('stays as it was signed while the peer is ahead, or behind, or says nothing', async () => {
    const answers = [9n, 1n, new Error('no peer')];
    const trees = new ToldTrees(4);
    const peerHeight = (): Promise<bigint> => {
      const answer = answers.shift()!;
      return typeof answer === 'bigint' ? Promise.resolve(answer) : Promise.reject(answer);
    };
    const steel = await gateway(STEEL, trees, { peerHeight });
    passed = 5;
    for (let asked = 1; asked <= 3; asked += 1) {
      const statement = await said(steel);
      expect(statement).to.deep.include({ height: 3, signedAt: START });
      expect(statement).not.to.have.property('newest');
      expect(steel.peerAsked).to.equal(asked);
    }
  });

  it('stays as it was signed while our own projection is ahead of it', async () => {
    const trees = new ToldTrees(4);
    const steel = await gateway(STEEL, trees, { peerHeight: () => Promise.resolve(3n) });
    await steel.witness.stop();
    trees.grow(1);
    expect(await said(steel)).not.to.have.property('newest');
    expect(steel.peerAsked).to.equal(1);
  });

  it('is signed anew after a minute, and the peer asked at most once a second', async () => {
    const steel = await gateway(STEEL, new ToldTrees(4));
    await said(steel);
    passed = 59;
    expect(await said(steel)).to.deep.include({ signedAt: START });
    expect(steel.peerAsked).to.equal(1);
    passed = 61;
    expect(await said(steel)).to.deep.include({ newest: 3, signedAt: now() });
    const ahead = await gateway(STEEL, new ToldTrees(4), {
      apart: 1000,
      peerHeight: () => Promise.resolve(9n),
    });
    await Promise.all([said(ahead), said(ahead)]);
    await said(ahead);
    expect(ahead.peerAsked).to.equal(1);
  });

  it('is not signed anew where the fold gives another body by now', async () => {
    const trees = new ToldTrees(4);
    const steel = await gateway(STEEL, trees);
    passed = 5;
    await steel.witness.stop();
    trees.refold(3, { word: 'other' });
    await steel.checkpoints.renew();
    expect((await steel.state.checkpoints.signed(3, steel.key))?.witnessing.statement.signedAt).to.equal(
      START,
    );
    await steel.checkpoints.latest().catch(() => undefined);
    expect(await steel.state.checkpoints.signed(3, steel.key)).to.equal(undefined);
    expect((await steel.state.checkpoints.retractions())[0]?.signed.witnessing.statement).to.deep.include({
      signedAt: START,
    });
  });

  it('is taken by others with the later signature, asked for by an export and not by a mere round', async () => {
    const steel = await gateway(STEEL, new ToldTrees(4));
    const bank = await gateway(BANK, new ToldTrees(4));
    acquaint({ [STEEL]: steel, [BANK]: bank });
    const newest = async (): Promise<(number | undefined)[]> =>
      (await steel.checkpoints.witnessed(3)).map(({ statement }) => statement.newest);
    await steel.comparison.round();
    expect(await newest()).to.deep.equal([undefined, undefined]);
    passed = 5;
    await steel.comparison.round();
    expect([steel.peerAsked, bank.peerAsked]).to.deep.equal([0, 0]);
    await steel.checkpoints.renew();
    expect(await newest()).to.deep.equal([3, 3]);
    expect([steel.peerAsked, bank.peerAsked]).to.deep.equal([1, 1]);
    bank.isUp = false;
    await steel.comparison.round();
    const { asked } = bank;
    await steel.comparison.round('RENEWED');
    expect(bank.asked).to.equal(asked, 'nobody waits for a member that is down');
  });
});
