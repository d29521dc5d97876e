import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerBlock } from '../../gateway/src/ledger/port.js';
import { templateOf } from '../../chaincode/src/rules/policy/templates/index.js';
import type { Usage } from '../../chaincode/src/model/index.js';
import type { Client } from '../../scripts/demo/client.js';
import { digestOf, inDays } from '../../scripts/demo/requests.js';
import { ledgerOf } from '../../scripts/faults/projections.js';
import { grant, termsOf, Trial } from './classes/trial.js';
import { Outlaw, type Held } from './held.js';
import { onStage, type Software, type Stage } from './stage.js';

/** Nothing opens with it: these answers are about the decision. */
const HEADER = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
const USE = { permission: [{ action: ['use', 'distribute'] }] };
const LICENCE = { sublicence: { maxDepth: 1 }, lease: 3600 };

async function trialOf(stage: Stage, policy: unknown, changes: object = {}): Promise<Trial> {
  const terms = termsOf(policy, { lease: 3600, ...changes });
  const [offered] = await grant(stage, [terms]);
  return new Trial(stage, terms, offered!);
}

/** A sub-grant to the regulator, on the terms of its parent. */
async function subGrant({ stage, grantId, terms }: Trial): Promise<string> {
  const { supplier, regulator } = stage.cast;
  const { result } = await supplier.officer.submit('grants:Sublicense', {
    parentId: grantId,
    consumer: regulator.participant,
    terms: { ...terms, sublicence: undefined },
  });
  const { grantId: child, termsDigest } = result;
  await regulator.officer.submit('grants:Accept', { grantId: child, termsDigest });
  return child!;
}

interface Answered {
  readonly block: bigint;
  readonly grant: string;
  readonly outcome: string;
}

/** Every valid answer in the blocks up to a height. */
async function answersUpTo({ space }: Stage, height: bigint): Promise<readonly Answered[]> {
  const ledger = await ledgerOf(space, space.gateways['RegulatorMSP']!);
  const answers: Answered[] = [];
  try {
    for await (const block of ledger.blocks(0n, AbortSignal.timeout(30_000))) {
      answers.push(...answersIn(block));
      if (block.number >= height) break;
    }
  } finally {
    ledger.close();
  }
  return answers;
}

function answersIn({ number, transactions }: LedgerBlock): Answered[] {
  return transactions
    .filter(({ code, call }) => code === 'VALID' && call?.transaction === 'usage:Answer')
    .flatMap(({ call }) => call?.writes ?? [])
    .filter(({ key, value }) => key.startsWith('usage/') && value !== null)
    .map(({ value }) => JSON.parse(value!) as Usage)
    .map(({ grant: of, answer }) => ({
      block: number,
      grant: of,
      outcome: answer?.code ?? answer?.outcome ?? '',
    }));
}

/** Something that must stop the next decision, however long ago the one before it was endorsed. */
interface Cause {
  readonly title: string;
  readonly code: string;
  readonly policy: (stage: Stage) => unknown;
  readonly before?: (trial: Trial) => Promise<unknown>;
  readonly act: (trial: Trial, steel: Outlaw) => Promise<unknown>;
  readonly component?: (stage: Stage) => Software;
  readonly after?: (trial: Trial) => Promise<unknown>;
}

const CAUSES: readonly Cause[] = [
  {
    title: 'a revocation',
    code: 'GRANT_NOT_ACTIVE',
    policy: () => USE,
    act: ({ grantId }, steel) =>
      steel.submit('officer', 'grants:Revoke', { grantId, reason: 'breach of terms' }),
  },
  {
    title: 'a suspension of the grant',
    code: 'GRANT_NOT_ACTIVE',
    policy: () => USE,
    act: ({ grantId }, steel) => steel.submit('officer', 'grants:Suspend', { grantId, reason: 'audit' }),
  },
  {
    title: 'a withdrawn consent',
    code: 'CONSENT',
    policy: ({ cast }) => templateOf('consent')!.make({ parties: [cast.regulator.participant], needed: 1 }),
    before: ({ stage, grantId, termsDigest }) =>
      stage.cast.regulator.officer.submit('consents:Give', { grantId, termsDigest }),
    act: ({ stage, grantId }) =>
      stage.cast.regulator.officer.submit('consents:Withdraw', { grantId, reason: 'changed our mind' }),
  },
  {
    title: 'a hold',
    code: 'HOLD',
    policy: () => USE,
    act: ({ stage, grantId }) =>
      stage.cast.regulator.officer.submit('holds:Place', {
        subject: grantId,
        authority: 'Intermediate People’s Court',
        orderNumber: '2026-0117',
        orderDigest: digestOf('order 2026-0117'),
        effects: ['NO_USE'],
        term: { from: inDays(-1), until: inDays(30) },
      }),
  },
  {
    title: 'a suspended component',
    code: 'CONSUMER_COMPONENT',
    policy: () => USE,
    component: ({ software }) => software.application,
    act: ({ stage }) =>
      stage.cast.regulator.officer.submit('components:Suspend', {
        componentId: stage.software.application.id,
        reason: 'audit overdue',
      }),
    after: ({ stage }) =>
      stage.cast.regulator.officer.submit('components:Reinstate', {
        componentId: stage.software.application.id,
        reason: 'audited',
      }),
  },
];

describe('revocation under load', function () {
  this.timeout(90_000);
  const on = onStage('SteelMSP');

  describe('the stream of uses', () => {
    let [parent, child] = ['', ''];
    let revoked = 0n;
    let answers: readonly Answered[] = [];

    /** Asks without a pause until told to stop; the ids of what was asked. */
    async function stream(trial: Trial, ask: object, by: Client, isOver: () => boolean): Promise<string[]> {
      const asked: string[] = [];
      while (!isOver()) asked.push(await trial.ask(ask, by));
      return asked;
    }

    before(async () => {
      const { stage } = on;
      const { supplier, regulator } = stage.software;
      const trial = await trialOf(stage, USE, LICENCE);
      [parent, child] = [trial.grantId, await subGrant(trial)];
      let isOver = false;
      const streams = [0, 1, 2].flatMap(() => [
        stream(trial, {}, supplier.client, () => isOver),
        stream(trial, { grant: child, component: regulator.id }, regulator.client, () => isOver),
      ]);
      await sleep(1500);
      const { blockNumber } = await stage.cast.steel.officer.submit('grants:Revoke', {
        grantId: parent,
        reason: 'breach of terms',
      });
      revoked = BigInt(blockNumber);
      await sleep(500);
      isOver = true;
      const asked = (await Promise.all(streams)).flat();
      await Promise.all(asked.map((usage) => trial.answered(usage)));
      const ledger = await ledgerOf(stage.space, stage.space.gateways['RegulatorMSP']!);
      const height = await ledger.height();
      ledger.close();
      answers = await answersUpTo(stage, height);
    });

    const outcomesOf = (id: string, isAfter: boolean): readonly string[] =>
      answers
        .filter((each) => each.grant === id && each.block > revoked === isAfter)
        .map(({ outcome }) => outcome);

    it('allows uses under the grant and under its sub-grant before it', () => {
      expect(outcomesOf(parent, false)).to.include('ALLOWED');
      expect(outcomesOf(child, false)).to.include('ALLOWED');
    });

    it('allows none in any block after it, under either', () => {
      for (const id of [parent, child]) {
        const after = outcomesOf(id, true);
        expect(after.length, 'answers after the revocation').to.be.greaterThan(0);
        expect([...new Set(after)]).to.deep.equal(['GRANT_NOT_ACTIVE']);
      }
    });
  });

  describe('answers that were endorsed before, and ordered after', () => {
    let steel: Outlaw;
    let supplier: Outlaw;

    // Our gateway would answer by itself, and at once.
    before(async () => {
      const { space } = on.stage;
      steel = await Outlaw.of(space, 'SteelMSP');
      supplier = await Outlaw.of(space, 'ComponentMSP');
    });
    after(() => {
      steel.close();
      supplier.close();
    });

    const answer = (usageId: string): Promise<Held> =>
      steel.hold('connector', 'usage:Answer', {
        usageId,
        component: on.stage.software.steel.id,
        header: HEADER,
      });

    const renewal = (usageId: string, number: number, component: Software): Promise<Held> => {
      const identity = component === on.stage.software.application ? 'connector-b' : 'connector';
      return supplier.hold(identity, 'usage:Renew', { usageId, number, component: component.id });
    };

    interface Pending {
      readonly cause: Cause;
      readonly trial: Trial;
      readonly component: Software;
      /** An allowed use with a lease, and one that waits for its answer. */
      readonly leased: string;
      readonly asked: string;
    }

    const pending: Pending[] = [];
    let lineage: { readonly parent: string; readonly child: string; readonly asked: readonly string[] };

    before(async () => {
      const { stage } = on;
      const { regulator } = stage.software;
      const trial = await trialOf(stage, USE, LICENCE);
      const child = await subGrant(trial);
      for (const cause of CAUSES) {
        const trial = await trialOf(stage, cause.policy(stage));
        await cause.before?.(trial);
        const component = cause.component?.(stage) ?? stage.software.supplier;
        const leased = await trial.ask({ component: component.id }, component.client);
        expect(await trial.answered(leased)).to.equal('ALLOWED');
        pending.push({ cause, trial, component, leased, asked: '' });
      }
      await stage.space.kill('SteelMSP');
      const ask = { grant: child, component: regulator.id };
      const asked = await Promise.all([0, 1, 2, 3].map(() => trial.ask(ask, regulator.client)));
      lineage = { parent: trial.grantId, child, asked };
      for (const [index, each] of pending.entries()) {
        const asked = await each.trial.ask({ component: each.component.id }, each.component.client);
        pending[index] = { ...each, asked };
      }
    });

    CAUSES.forEach((cause, index) => {
      it(`${cause.title}: the answer held back is void, and the next one and the next lease are denied`, async () => {
        const { trial, component, leased, asked } = pending[index]!;
        const held = await answer(asked);
        expect(held.result).to.include({ state: 'ALLOWED' });
        const first = await (await renewal(leased, 1, component)).order();
        expect(first.code).to.equal('VALID');
        const heldLease = await renewal(leased, 2, component);
        expect(heldLease.result).to.include({ outcome: 'ALLOWED' });
        await cause.act(trial, steel);
        expect(await held.order()).to.include({ code: 'MVCC_READ_CONFLICT' });
        expect(await heldLease.order()).to.include({ code: 'MVCC_READ_CONFLICT' });
        const next = await answer(asked);
        expect(next.result).to.include({ state: 'DENIED', code: cause.code });
        expect(await next.order()).to.include({ code: 'VALID' });
        const lease = await renewal(leased, 2, component);
        expect(lease.result).to.include({ outcome: 'DENIED', code: cause.code });
        expect(await lease.order()).to.include({ code: 'VALID' });
        await cause.after?.(trial);
      });
    });

    it('a revocation of the parent: the answers held back under a sub-grant are void, too', async () => {
      const { stage } = on;
      const { parent, child, asked } = lineage;
      const held = await Promise.all(asked.map((usage) => answer(usage)));
      expect(held.map(({ result }) => result['state'])).to.deep.equal(asked.map(() => 'ALLOWED'));
      expect((await held[0]!.order()).code).to.equal('VALID');
      const { block } = await steel.submit('officer', 'grants:Revoke', {
        grantId: parent,
        reason: 'breach of terms',
      });
      const ordered = await Promise.all(held.slice(1).map((each) => each.order()));
      for (const each of ordered) {
        expect(each.code).to.equal('MVCC_READ_CONFLICT');
        expect(each.block > block).to.equal(true);
      }
      const answers = await answersUpTo(
        stage,
        ordered.map((each) => each.block).reduce((one, other) => (one > other ? one : other)),
      );
      expect(answers.filter((each) => each.grant === child)).to.have.length(1);
    });
  });
});
