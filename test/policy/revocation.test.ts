import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { answersOn, type Answered } from './answers.js';
import type { Held, Ordered } from './held.js';
import { HEADER, Outlaw } from './held.js';
import { lineageOn, type Lineage } from './lineage.js';
import { onStage } from './stage.js';

const REASON = 'breach of terms';
/** A stream of uses: no faster than a slow machine answers, and no longer. */
const PAUSE = 25;
const AT_MOST = 50;

/** Who asks, and under which grant. */
type Asker = () => Promise<string>;

const askersOf = ({ trial, child }: Lineage): readonly [parent: Asker, child: Asker] => {
  const { regulator } = trial.stage.software;
  return [() => trial.ask(), () => trial.ask({ grant: child, component: regulator.id }, regulator.client)];
};

const outcomesOf = (
  answers: readonly Answered[],
  grant: string,
  isWanted: (block: bigint) => boolean,
): readonly string[] =>
  answers.filter((each) => each.grant === grant && isWanted(each.block)).map(({ outcome }) => outcome);

describe('revocation under load', () => {
  const on = onStage('SteelMSP');

  describe('through the gateways', () => {
    let lineage: Lineage;
    let revoked = 0n;
    let answers: readonly Answered[] = [];

    /** Asks one use after the other until told to stop; the ids of what was asked. */
    async function stream(ask: Asker, isOver: () => boolean): Promise<string[]> {
      const asked: string[] = [];
      while (!isOver() && asked.length < AT_MOST) {
        asked.push(await ask());
        await sleep(PAUSE);
      }
      return asked;
    }

    before(async () => {
      const { stage } = on;
      lineage = await lineageOn(stage);
      const { trial, parent } = lineage;
      const askers = askersOf(lineage);
      let isOver = false;
      const streams = [...askers, ...askers, ...askers].map((ask) => stream(ask, () => isOver));
      for (const ask of askers) await trial.answered(await ask());
      await sleep(1000);
      const { steel } = stage.cast;
      const { blockNumber } = await steel.officer.submit('grants:Revoke', {
        grantId: parent,
        reason: REASON,
      });
      revoked = BigInt(blockNumber);
      const last = await Promise.all(askers.map((ask) => ask()));
      isOver = true;
      const asked = [...(await Promise.all(streams)).flat(), ...last];
      await Promise.all(asked.map((usage) => trial.answered(usage)));
      answers = await answersOn(stage);
    });

    it('allows uses under the grant and under its sub-grant before it', () => {
      for (const grant of [lineage.parent, lineage.child])
        expect(outcomesOf(answers, grant, (block) => block < revoked)).to.include('ALLOWED');
    });

    it('allows none in any block after it, under either', () => {
      for (const grant of [lineage.parent, lineage.child]) {
        const after = outcomesOf(answers, grant, (block) => block > revoked);
        expect([...new Set(after)]).to.deep.equal(['GRANT_NOT_ACTIVE']);
      }
    });
  });

  describe('by a custodian that holds its answers back', () => {
    const EACH = 12;
    let lineage: Lineage;
    let steel: Outlaw;
    let asked: readonly string[];
    /** An allowed use under the sub-grant, by lease. */
    let use: string;

    before(async () => {
      const { stage } = on;
      lineage = await lineageOn(stage);
      use = await askersOf(lineage)[1]();
      expect(await lineage.trial.answered(use)).to.equal('ALLOWED');
      steel = await Outlaw.of(stage.space, 'SteelMSP');
      // Our gateway would answer by itself, and at once.
      await stage.space.kill('SteelMSP');
      const askers = askersOf(lineage);
      asked = await Promise.all(Array.from({ length: 2 * EACH }, (_, index) => askers[index % 2]!()));
    });
    after(() => steel.close());

    const answer = (usageId: string): Promise<Held> =>
      steel.hold('connector', 'usage:Answer', {
        usageId,
        component: on.stage.software.steel.id,
        header: HEADER,
      });

    it('those ordered after it are void, and no block after it has one that allows', async () => {
      const { parent, child } = lineage;
      const held = await Promise.all(asked.map(answer));
      expect(new Set(held.map(({ result }) => result['state']))).to.deep.equal(new Set(['ALLOWED']));
      // A third is ordered while the revocation is on its way, and two thirds when it is committed.
      const racing = held.slice(0, 8).map((each) => each.order());
      const { block: revoked } = await steel.submit('officer', 'grants:Revoke', {
        grantId: parent,
        reason: REASON,
      });
      const late = await Promise.all(held.slice(8).map((each) => each.order()));
      expect(late.map(({ code }) => code)).to.deep.equal(late.map(() => 'MVCC_READ_CONFLICT'));
      const valid = (await Promise.all(racing)).filter(({ code }: Ordered) => code === 'VALID');
      expect(valid.filter(({ block }) => block > revoked)).to.deep.equal([]);
      const again = await Promise.all(asked.slice(8).map(answer));
      for (const each of again) expect(each.result).to.include({ state: 'DENIED', code: 'GRANT_NOT_ACTIVE' });
      await Promise.all(again.map((each) => each.order()));
      const answers = await answersOn(on.stage);
      const allowed = [parent, child].flatMap((grant) =>
        outcomesOf(answers, grant, (block) => block <= revoked),
      );
      expect(allowed).to.deep.equal([use, ...valid].map(() => 'ALLOWED'));
      for (const grant of [parent, child]) {
        const after = outcomesOf(answers, grant, (block) => block > revoked);
        expect([...new Set(after)]).to.deep.equal(['GRANT_NOT_ACTIVE']);
      }
    });

    it('and no lease under the sub-grant is renewed', async () => {
      const { id: component, client } = on.stage.software.regulator;
      const { result } = await client.submit('usage:Renew', { usageId: use, component, number: 1 });
      expect(result).to.include({ outcome: 'DENIED', code: 'GRANT_NOT_ACTIVE' });
    });
  });
});
