import { expect } from 'chai';
import { keys, type Id, type Usage } from '@tallystick/chaincode/model';
import {
  acknowledging,
  answer,
  answering,
  ask,
  buyerKey,
  place,
  registration,
  steelKey,
  type Granted,
} from '../../chaincode/test/rights.js';
import { regulator, steel } from '../../chaincode/test/world.js';
import { reconciliation } from '../src/audit/index.js';
import { readBlock } from '../src/fabric/block.js';
import { audited, firstOf, metadata, withBlock, withoutFlags } from './audit-cases.js';
import { grantedLedger, type Collusion, type LedgerWorld } from './audit-ledger.js';

type Setting = Granted & { readonly world: LedgerWorld };

const reason = 'because';

/** Writes a usage as allowed, whatever the rules decide. */
const allowing =
  (at: Setting, usageId: Id<'usage'>): Collusion['writes'] =>
  (writes) => {
    const key = keys.usage(usageId).text;
    const usage = JSON.parse(writes.get(key) ?? at.world.state.get(key) ?? '{}') as Usage;
    const { code: _code, ...answered } = usage.answer ?? ({} as NonNullable<Usage['answer']>);
    const allowed = { ...usage, state: 'ALLOWED', answer: { ...answered, outcome: 'ALLOWED' } };
    writes.set(key, JSON.stringify(allowed));
  };

describe('Audit: forgeries', () => {
  let at: Setting;
  let honest: Uint8Array[] = [];
  let first: Id<'usage'>;

  before(async () => {
    at = await grantedLedger();
    first = await ask(at);
    await answer(at, first);
    await at.world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, first));
    honest = at.world.blocks();
  });
  after(() => at.world.end());

  /** Blocks of the shared ledger, and what a forger adds. */
  const last = (): number => at.world.blocks().length - 1;
  const next = (): number => at.world.blocks().length;

  it('passes the honest ledger', async () => {
    const result = await audited(honest, at.world.trust());
    expect(result.divergences).deep.equals([]);
    expect(result.notEvaluated).deep.equals([]);
    expect(result.counts).deep.include({ blocks: honest.length, replayed: honest.length - 2, foreign: 1 });
  });

  it('fails a ledger of one operator unless the trust file allows it', async () => {
    const result = await audited(honest, at.world.trust({ singleOperator: false }));
    expect(firstOf(result)).deep.include({ block: 0, step: 'ledger.operators', reason: 'SINGLE_OPERATOR' });
  });

  it('fails another genesis, another constitution', async () => {
    const genesis = `sha256:${'00'.repeat(32)}`;
    expect(firstOf(await audited(honest, at.world.trust({ genesis })))).deep.include({
      block: 0,
      step: 'ledger.genesis',
      reason: 'GENESIS_DIFFERS',
    });
    const constitution = '11'.repeat(32);
    expect(firstOf(await audited(honest, at.world.trust({ constitution })))).deep.include({
      block: 2,
      step: 'ledger.constitution',
      reason: 'CONSTITUTION_DIFFERS',
    });
  });

  it('fails an envelope swapped for another valid one', async () => {
    const forged = withBlock(honest, 6, (block) =>
      block.getData()?.setDataList([...readBlock(honest[7]!).data]),
    );
    expect(firstOf(await audited(forged, at.world.trust()))).deep.include({
      block: 6,
      step: 'block.integrity',
      reason: 'DATA_HASH_DIFFERS',
    });
  });

  it('fails a header that does not follow, and one that no orderer signed', async () => {
    const broken = withBlock(honest, 6, (block) =>
      block.getHeader()?.setPreviousHash(new Uint8Array(32).fill(1)),
    );
    expect(firstOf(await audited(broken, at.world.trust()))).deep.include({
      block: 6,
      step: 'block.integrity',
      reason: 'PREVIOUS_HASH_DIFFERS',
    });
    const unsigned = withBlock(
      honest,
      6,
      metadata(0, (bytes) => bytes.slice().fill(0, bytes.length - 4)),
    );
    expect(firstOf(await audited(unsigned, at.world.trust()))).deep.include({
      block: 6,
      step: 'block.integrity',
      reason: 'QUORUM_MISSING',
    });
  });

  it('fails a changed commit hash, and says so when there is none', async () => {
    const forged = withBlock(
      honest,
      8,
      metadata(4, (bytes) => bytes.with(5, (bytes[5] ?? 0) ^ 1)),
    );
    const result = await audited(forged, at.world.trust(), { keepGoing: true });
    expect(result.divergences.map(({ block, reason: why }) => [block, why])).deep.equals([
      [8, 'COMMIT_HASH_DIFFERS'],
      [9, 'COMMIT_HASH_DIFFERS'],
    ]);
    const without = withBlock(
      honest,
      last(),
      metadata(4, () => new Uint8Array()),
    );
    expect((await audited(without, at.world.trust())).notEvaluated).deep.equals([
      {
        step: 'block.integrity',
        reason: 'NOT_GIVEN',
        count: 1,
        first: { block: last(), facts: { what: 'a commit hash' } },
      },
    ]);
  });

  it('judges transactions itself where a block has no flags', async () => {
    const result = await audited(withoutFlags(honest), at.world.trust());
    expect(result.counts).deep.include({ replayed: honest.length - 2, valid: honest.length });
    expect(result.notEvaluated.map(({ step }) => step).sort()).deep.equals([
      'block.integrity',
      'transaction.validity',
    ]);
  });

  it('catches a write that a colluding majority made of an honest request', async () => {
    const usage = await ask(at);
    const number = next();
    const forged = await at.world.prepare(steelKey, 'usage:Answer', answering(at, usage), [], {
      writes: (writes) => {
        const key = keys.grant(at.grantId).text;
        writes.set(key, at.world.state.get(key)!.replace('"ACTIVE"', '"REVOKED"'));
      },
    });
    await at.world.commit(forged);
    const result = await audited(at.world.blocks(), at.world.trust());
    expect(result.divergences).deep.equals([]);
    const [departure, ...more] = result.departures;
    expect(more).deep.equals([]);
    expect(departure).deep.include({ block: number, step: 'transaction.replay', reason: 'WRITES_DIFFER' });
    expect(departure?.facts).include({
      verdict: 'CORRECTED',
      key: keys.grant(at.grantId).text,
      transaction: 'usage:Answer',
    });
    expect(result.counts).include({ corrected: 1, void: 0 });
    expect(result.records.text(keys.grant(at.grantId).text)).includes('"ACTIVE"');
  });

  it('catches a use that was allowed under a hold and after the grant was ended, and a false response', async () => {
    const own = await grantedLedger();
    try {
      const [held, revoked, told] = [await ask(own), await ask(own), await ask(own)];
      const hold = (await place(own.world, own.datasetId, 'NO_USE')) as { subject: string; holdId: string };
      const forge = async (usage: Id<'usage'>): Promise<void> => {
        const writes = allowing(own, usage);
        const collusion = writes ? { writes } : {};
        await own.world.commit(
          await own.world.prepare(steelKey, 'usage:Answer', answering(own, usage), [], collusion),
        );
      };
      await forge(held);
      await own.world.run(regulator, 'holds:Release', { ...hold, reason });
      await own.world.run(steel, 'grants:Revoke', { grantId: own.grantId, reason });
      await forge(revoked);
      await own.world.commit(
        await own.world.prepare(steelKey, 'usage:Answer', answering(own, told), [], { result: '{}' }),
      );
      const result = await audited(own.world.blocks(), own.world.trust());
      expect(result.divergences).deep.equals([]);
      expect(result.departures.map(({ step, reason: why }) => [step, why])).deep.equals([
        ['transaction.replay', 'WRITES_DIFFER'],
        ['transaction.replay', 'WRITES_DIFFER'],
        ['transaction.replay', 'WRITES_DIFFER'],
      ]);
      expect(result.departures[2]?.facts).include({ what: 'the response' });
      const rows = reconciliation(result).filter(({ finding }) => finding !== 'UNACKNOWLEDGED');
      expect(rows.map(({ finding, usage }) => [finding, usage])).deep.equals([
        ['ALLOWED_UNDER_HOLD', held],
        ['ALLOWED_WITHOUT_ACTIVE_GRANT', revoked],
        ['FORBIDDEN_WRITE', ''],
        ['FORBIDDEN_WRITE', ''],
        ['FORBIDDEN_WRITE', ''],
      ]);
      expect(rows[1]?.detail).equals(`${own.grantId} REVOKED`);
    } finally {
      await own.world.end();
    }
  });

  it('agrees with the node on conflicts, repeated ids, too few endorsements and foreign signatures', async () => {
    const own = await grantedLedger();
    try {
      const world = own.world;
      const usage = await ask(own);
      const [one, two] = [
        await world.prepare(steelKey, 'usage:Answer', answering(own, usage)),
        await world.prepare(steelKey, 'usage:Answer', answering(own, usage)),
      ];
      const lonely = await world.prepare(steel, 'datasets:Register', registration(world), [], {
        endorsers: 1,
      });
      const broken = { ...lonely, envelope: lonely.envelope.with(-1, (lonely.envelope.at(-1) ?? 0) ^ 1) };
      const alone = { endorsers: 1, isDoubled: true };
      const doubled = await world.prepare(steel, 'datasets:Register', registration(world), [], alone);
      await world.commit(one, two, lonely, broken, one, doubled);
      const blocks = world.blocks();
      const trust = world.trust();
      const result = await audited(blocks, trust);
      expect(result.divergences).deep.equals([]);
      expect(result.counts.invalid).equals(5);
      const number = blocks.length - 1;
      const expected = [
        'MVCC_READ_CONFLICT',
        'ENDORSEMENT_POLICY_FAILURE',
        'BAD_CREATOR_SIGNATURE',
        'DUPLICATE_TXID',
        'ENDORSEMENT_POLICY_FAILURE',
      ];
      for (const [index, code] of expected.entries()) {
        const forged = withBlock(
          blocks,
          number,
          metadata(2, (flags) => flags.with(index + 1, 0)),
        );
        const found = firstOf(await audited(forged, trust));
        expect(found).deep.include({ block: number, reason: 'FLAGS_DIFFER' });
        expect(found?.facts).include({ flag: 'VALID', expected: code });
      }
      await world.commit(lonely);
      expect((await audited(world.blocks(), trust)).divergences).deep.equals([]);
    } finally {
      await own.world.end();
    }
  });
});
