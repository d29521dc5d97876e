import { expect } from 'chai';
import { templateOf } from '../../chaincode/src/policy/templates/index.js';
import { digestOf, inDays } from '../../scripts/demo/requests.js';
import type { Trial } from './classes/trial.js';
import { HEADER, Outlaw, type Held } from './held.js';
import { leased, USE } from './lineage.js';
import { onStage, type Software, type Stage } from './stage.js';

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

/** What is set up while our gateway still answers. */
interface Pending {
  readonly cause: Cause;
  readonly trial: Trial;
  readonly component: Software;
  /** An allowed use with a lease, and one that waits for its answer. */
  readonly leased: string;
  readonly asked: string;
}

describe('answers that were endorsed before, and ordered after', () => {
  const on = onStage('SteelMSP');
  let steel: Outlaw;
  let supplier: Outlaw;

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

  const pending: Pending[] = [];

  before(async () => {
    const { stage } = on;
    steel = await Outlaw.of(stage.space, 'SteelMSP');
    supplier = await Outlaw.of(stage.space, 'ComponentMSP');
    for (const cause of CAUSES) {
      const trial = await leased(stage, cause.policy(stage));
      await cause.before?.(trial);
      const component = cause.component?.(stage) ?? stage.software.supplier;
      const use = await trial.ask({ component: component.id }, component.client);
      expect(await trial.answered(use)).to.equal('ALLOWED');
      pending.push({ cause, trial, component, leased: use, asked: '' });
    }
    // It would answer by itself, and at once.
    await stage.space.kill('SteelMSP');
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
});
