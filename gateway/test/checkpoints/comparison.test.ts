import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyDigest, digestOf, instantOf, type Checkpoint } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { signBody } from '../../src/features/checkpoints/signing.js';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import { pointOfCertificate } from '../../src/features/checkpoints/register.js';
import { Timeliness } from '../../src/features/checkpoints/timeliness.js';
import { ToldChannel } from './channel.js';
import { acquaint, ToldGateway, type GatewayOptions } from './gateways.js';
import { ToldTrees, type ToldBlock } from './told-trees.js';

const [STEEL, BANK, COURT] = ['SteelMSP', 'BankMSP', 'CourtMSP'] as const;

/** A checkpoint as somebody signs it who may say what he likes. */
async function signedBy(
  identity: EnrolledIdentity,
  trees: ToldTrees,
  height: number,
  signedAt = Date.now(),
): Promise<Checkpoint> {
  const body = (await trees.body(height))!;
  const { witnessing } = signBody(body, {
    identity,
    software: digestOf('software'),
    now: () => instantOf(signedAt),
  });
  return { body, witnesses: [witnessing] };
}

describe('checkpoints of several members', () => {
  let channel: ToldChannel;
  let open: ToldGateway[];

  beforeEach(async () => {
    open = [];
    channel = new ToldChannel();
    for (const mspId of [STEEL, BANK, COURT]) await channel.admit(mspId);
  });
  afterEach(async () => {
    await Promise.all(open.map((gateway) => gateway.close()));
  });

  const gateway = async (
    mspId: string,
    trees: ToldTrees,
    options: GatewayOptions & { readonly identity?: EnrolledIdentity } = {},
  ): Promise<ToldGateway> => {
    const made = await ToldGateway.open(
      trees,
      channel,
      options.identity ?? (await channel.enroll(mspId)),
      options,
    );
    open.push(made);
    return made.start();
  };
  /** Steel and the bank over histories of this length; the bank's is another one from a height on. */
  const pair = async (
    length: number,
    differing?: { readonly from: number } & ToldBlock,
  ): Promise<{ readonly steel: ToldGateway; readonly bank: ToldGateway }> => {
    const trees = new ToldTrees(length);
    if (differing !== undefined) trees.refold(differing.from, differing);
    const steel = await gateway(STEEL, new ToldTrees(length));
    const bank = await gateway(BANK, trees);
    acquaint({ [STEEL]: steel, [BANK]: bank });
    return { steel, bank };
  };
  const silenceOf = async (made: ToldGateway, mspId: string): Promise<string | undefined> =>
    (await made.checkpoints.status()).members.find((each) => each.mspId === mspId)?.silence;

  it('agree, and keep each other’s word', async () => {
    const trees = [5, 8, 6].map((length) => new ToldTrees(length));
    const [steel, bank, court] = [
      await gateway(STEEL, trees[0]!),
      await gateway(BANK, trees[1]!),
      await gateway(COURT, trees[2]!),
    ];
    acquaint({ [STEEL]: steel, [BANK]: bank, [COURT]: court });
    await steel.comparison.round();
    expect(await steel.checkpoints.status()).to.deep.include({ signed: 4, witnessed: 4, lies: 0 });
    const signatures = await steel.checkpoints.witnessed(4);
    expect(signatures.map(({ mspId }) => mspId).sort()).to.deep.equal([BANK, COURT, STEEL]);
    expect(signatures[0]?.mspId).to.equal(STEEL);
    expect((await steel.checkpoints.witnessed(2, [COURT])).map(({ mspId }) => mspId)).to.deep.equal([COURT]);
    expect(await bank.checkpoints.commonHeight(1)).to.equal(7);
    expect(await bank.checkpoints.commonHeight(2)).to.equal(5);
    expect(await bank.checkpoints.commonHeight(3)).to.equal(4);
    expect(await bank.checkpoints.commonHeight(4)).to.equal(undefined);
    steel.trees.grow(3);
    await steel.witness.idle();
    expect(await bank.checkpoints.commonHeight(2, 7)).to.equal(
      5,
      'a round has just been: others are not asked without end',
    );
    expect(steel.alarms.concat(bank.alarms, court.alarms)).to.deep.equal([]);
  });

  const MINUTES = 60_000;

  /** What steel makes of a signature of the bank's that states a time so many minutes from now. */
  async function toldAt(minutes: number, { isNew, lag = 0 }: { isNew: boolean; lag?: number }) {
    const trees = new ToldTrees(6);
    const steel = await gateway(STEEL, trees, { lag: () => Promise.resolve(lag) });
    const identity = await channel.enroll(BANK);
    await steel.comparison.round();
    if (isNew) trees.grow(1);
    const height = isNew ? 6 : 5;
    const said = await signedBy(identity, trees, height, Date.now() + minutes * MINUTES);
    const silence = await steel.comparison.take(BANK, said);
    const isCounted = (await steel.state.checkpoints.witnessed(height, bodyDigest(said.body))).length > 0;
    expect(isCounted).to.equal(silence === undefined);
    return isCounted;
  }

  it('count no signature from ahead of the clock, nor an old one under a new height', async () => {
    expect(await toldAt(14, { isNew: true })).to.equal(true);
    expect(await toldAt(16, { isNew: true })).to.equal(false);
    expect(await toldAt(16, { isNew: false })).to.equal(false);
    expect(await toldAt(-14, { isNew: true })).to.equal(true);
    expect(await toldAt(-16, { isNew: true })).to.equal(false);
    expect(await toldAt(-60 * 24, { isNew: false }), 'fetched later').to.equal(true);
    expect(await toldAt(-60 * 24, { isNew: true, lag: 3 }), 'while catching up').to.equal(true);
  });

  it('take one from ahead of the clock under another body for the proof it is', async () => {
    const steel = await gateway(STEEL, new ToldTrees(6));
    const identity = await channel.enroll(BANK);
    const other = new ToldTrees(5).grow(1, { word: 'forged' });
    await steel.comparison.take(BANK, await signedBy(identity, other, 5, Date.now() + 60 * MINUTES));
    expect(await steel.checkpoints.lies()).to.have.length(1);
  });

  it('forget after minutes that a height was new', () => {
    const timeliness = new Timeliness();
    const at = (minutes: number): string => instantOf(Date.UTC(2026, 10, 24) + minutes * MINUTES);
    timeliness.note(5, at(0));
    expect(timeliness.isTimely(6, at(-10), at(9))).to.equal(false);
    expect(timeliness.isTimely(5, at(-10), at(9))).to.equal(true);
    expect(timeliness.isTimely(6, at(-10), at(10))).to.equal(true);
    expect(timeliness.isTimely(6, at(26), at(10))).to.equal(false);
  });

  it('find the first differing leaf when one folds another history', async () => {
    const { steel } = await pair(40, { from: 23, word: 'forged' });
    await steel.comparison.round();
    expect(steel.alarms).to.have.length(1);
    const [lie] = await steel.checkpoints.lies();
    expect(lie).to.deep.include({ kind: 'CONTRADICTION', mspId: BANK, height: 39 });
    const first = lie?.kind === 'CONTRADICTION' ? lie.first : undefined;
    expect(first).to.deep.include({ height: 23, position: 46, members: ['block', 'log'] });
    expect(first?.ours?.block).to.equal(23);
    expect(first?.ours?.envelope).not.to.equal(first?.theirs?.envelope);
    expect(await silenceOf(steel, BANK)).to.equal('LIES');
    expect(await steel.checkpoints.commonHeight(2)).to.equal(undefined);
    expect(steel.trees.kept).to.deep.equal(new Set([39]));
  });

  it('name what differs when the logs agree', async () => {
    const { steel } = await pair(12, { from: 9, word: 'honest', map: 'another' });
    await steel.comparison.round();
    const [lie] = await steel.checkpoints.lies();
    expect(lie?.kind === 'CONTRADICTION' ? lie.first : undefined).to.deep.equal({
      height: 9,
      members: ['map'],
    });
  });

  it('say it once for as long as it lasts, also over a restart, and anew after it was over', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'comparison-'));
    const file = join(directory, 'state.sqlite');
    const identity = await channel.enroll(STEEL);
    const trees = new ToldTrees(10);
    const first = await gateway(STEEL, trees, { file, identity });
    const bank = await gateway(BANK, new ToldTrees(8).grow(2, { word: 'forged' }));
    acquaint({ [STEEL]: first, [BANK]: bank });
    const next = async (made: ToldGateway, word = 'honest'): Promise<void> => {
      trees.grow(1);
      bank.trees.grow(1, { word });
      await Promise.all([bank.witness.idle(), made.witness.idle()]);
      await made.comparison.round();
    };
    await first.comparison.round();
    await next(first);
    expect(first.alarms).to.have.length(1);
    open = open.filter((each) => each !== first);
    await first.close();

    const second = await gateway(STEEL, trees, { file, identity });
    acquaint({ [STEEL]: second, [BANK]: bank });
    await next(second);
    expect(await second.checkpoints.lies()).to.have.length(1);
    bank.trees.refold(8, { word: 'honest' });
    await next(second);
    expect(await silenceOf(second, BANK)).to.equal(undefined);
    await next(second, 'forged');
    expect(await second.checkpoints.lies()).to.have.length(2);
    await rm(directory, { recursive: true, force: true });
  });

  it('keep both bodies of one who signs two, and believe nothing of that height any more', async () => {
    const { steel, bank } = await pair(6);
    const identity = await channel.enroll(BANK);
    const [honest, forged] = [new ToldTrees(6), new ToldTrees(3).grow(3, { word: 'forged' })];
    bank.instead.at = (height) => signedBy(identity, honest, height);
    bank.instead.latest = () => signedBy(identity, honest, 5);
    await steel.comparison.round();
    expect(await steel.checkpoints.witnessed(5, [BANK])).to.have.length(1);
    bank.instead.latest = () => signedBy(identity, forged, 5);
    await steel.comparison.round();
    expect(steel.alarms[0]).to.match(/two bodies/);
    const lies = await steel.checkpoints.lies();
    const lie = lies.find(({ kind }) => kind === 'EQUIVOCATION');
    const both = lie?.kind === 'EQUIVOCATION' ? lie.both : undefined;
    expect(both?.map(({ body }) => bodyDigest(body))).to.deep.equal([
      bodyDigest((await honest.body(5))!),
      bodyDigest((await forged.body(5))!),
    ]);
    // Saying the right thing again explains, and restores nothing.
    bank.instead.latest = () => signedBy(identity, honest, 5);
    await steel.comparison.round();
    expect(await steel.checkpoints.witnessed(5, [BANK])).to.deep.equal([]);
    expect(await steel.checkpoints.witnessed(4, [BANK])).to.have.length(1);
  });

  it('count what is not retracted: a member that retracts has no word there', async () => {
    const { steel, bank } = await pair(6);
    bank.trees.refold(4, { word: 'forged' });
    await bank.witness.idle();
    expect(await steel.checkpoints.witnessed(5, [BANK])).to.deep.equal([]);
    expect(await steel.checkpoints.witnessed(3, [BANK])).to.have.length(1);
    expect(await silenceOf(steel, BANK)).to.equal(undefined);
    expect(bank.alarms).to.have.length(2);
  });

  const doubtful: Readonly<Record<string, () => Promise<EnrolledIdentity>>> = {
    'another role': () => channel.enroll(BANK, { role: 'officer' }),
    'no role': () => channel.enroll(BANK, { role: '' }),
    'an authority that is none of the channel': async () => {
      const stranger = new ToldChannel();
      await stranger.admit(BANK);
      return stranger.enroll(BANK);
    },
    'a certificate that has ended': () =>
      channel.enroll(BANK, { notBefore: Date.now() - 2_000_000, notAfter: Date.now() - 1_000_000 }),
    'a certificate that is revoked': async () => {
      const identity = await channel.enroll(BANK, { serial: '4a11' });
      await channel.revoke(BANK, '4a11');
      return identity;
    },
    'an organisation that has left': async () => {
      const identity = await channel.enroll(BANK);
      await channel.remove(BANK);
      return identity;
    },
    'an organisation that came back under another authority': async () => {
      const identity = await channel.enroll(BANK);
      await channel.remove(BANK);
      await channel.admit(BANK);
      return identity;
    },
  };
  for (const [what, identity] of Object.entries(doubtful))
    it(`do not take for a witness: ${what}`, async () => {
      const steel = await gateway(STEEL, new ToldTrees(4));
      const forged = new ToldTrees(2).grow(2, { word: 'forged' });
      const bank = await gateway(BANK, forged, { identity: await identity() });
      acquaint({ [STEEL]: steel, [BANK]: bank });
      await steel.comparison.round();
      expect(await silenceOf(steel, BANK)).to.equal('NOT_A_WITNESS');
      expect(await steel.checkpoints.lies()).to.deep.equal([], 'anybody may say anything');
      expect(await steel.state.checkpoints.newestWitnessed()).to.deep.equal([]);
    });

  it('believe no more who is revoked after signing', async () => {
    const steel = await gateway(STEEL, new ToldTrees(4));
    const bank = await gateway(BANK, new ToldTrees(4), {
      identity: await channel.enroll(BANK, { serial: '4b22' }),
    });
    acquaint({ [STEEL]: steel, [BANK]: bank });
    expect(await steel.checkpoints.witnessed(3)).to.have.length(2);
    await channel.revoke(BANK, '4b22');
    expect(await steel.checkpoints.witnessed(3)).to.have.length(1);
    expect(await steel.checkpoints.commonHeight(2)).to.equal(undefined);
  });

  it('take a key that the space names, without the role', async () => {
    const identity = await channel.enroll(BANK, { role: '' });
    const pinned = new Set([pointOfCertificate(identity.certificate)!]);
    const steel = await gateway(STEEL, new ToldTrees(4), { pinned });
    const bank = await gateway(BANK, new ToldTrees(4), { identity });
    acquaint({ [STEEL]: steel, [BANK]: bank });
    expect(await steel.checkpoints.witnessed(3)).to.have.length(2);
  });

  it('do not take a signature that is over something else, or of somebody else', async () => {
    const { steel, bank } = await pair(5);
    const stranger = await channel.enroll(COURT);
    const honest = await bank.checkpoints.at(4);
    const other = await bank.checkpoints.at(3);
    bank.instead.latest = () => Promise.resolve({ ...honest, witnesses: other.witnesses });
    await steel.comparison.round();
    expect(await silenceOf(steel, BANK)).to.equal('UNSIGNED');
    bank.instead.latest = () => signedBy(stranger, new ToldTrees(5), 4);
    await steel.comparison.round();
    expect(await silenceOf(steel, BANK)).to.equal('UNSIGNED', 'what the court says the court has to say');
    expect(await steel.state.checkpoints.newestWitnessed()).to.deep.equal([]);
  });

  it('notice another ledger of the same name, and one who is far behind or plays an old height', async () => {
    const { steel, bank } = await pair(5);
    const { body, witnesses } = await bank.checkpoints.at(4);
    bank.instead.latest = () => Promise.resolve({ body: { ...body, genesis: digestOf('other') }, witnesses });
    await steel.comparison.round();
    expect(await silenceOf(steel, BANK)).to.equal('OTHER_LEDGER');
    bank.instead.latest = () => bank.checkpoints.at(4);
    await steel.comparison.round();
    expect((await steel.checkpoints.status()).witnessed).to.equal(4);
    bank.instead.latest = () => bank.checkpoints.at(1);
    await steel.comparison.round();
    expect((await steel.checkpoints.status()).witnessed).to.equal(4, 'an old height takes nothing back');
    steel.trees.grow(1500);
    await steel.comparison.round();
    expect(await silenceOf(steel, BANK)).to.equal('BEHIND');
  });

  it('go on when a member or the own peer is down', async () => {
    const { steel, bank } = await pair(5);
    bank.isUp = false;
    await steel.comparison.round();
    expect(await silenceOf(steel, BANK)).to.equal('DOWN');
    expect(await steel.checkpoints.witnessed(3)).to.have.length(1);
    bank.isUp = true;
    channel.isReachable = false;
    await steel.comparison.round();
    channel.isReachable = true;
    await steel.comparison.round();
    expect(await silenceOf(steel, BANK)).to.equal(undefined);
  });

  it('know the highest height of so many when one of them has gone', async () => {
    const { steel, bank } = await pair(5);
    const court = await gateway(COURT, new ToldTrees(3));
    acquaint({ [STEEL]: steel, [BANK]: bank, [COURT]: court });
    await steel.comparison.round();
    expect(await steel.checkpoints.commonHeight(3)).to.equal(2);
    steel.trees.grow(4);
    bank.trees.grow(4);
    await Promise.all([steel.witness.idle(), bank.witness.idle()]);
    await steel.comparison.round();
    court.isUp = false;
    expect(await steel.checkpoints.commonHeight(2)).to.equal(8);
    expect(await steel.checkpoints.commonHeight(3)).to.equal(2);
  });
});
