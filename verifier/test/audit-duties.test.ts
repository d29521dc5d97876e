import { encode, type Id, type Lease, type Usage } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { escalate } from '../../chaincode/test/duties.js';
import {
  answer,
  answering,
  ask,
  buyerKey,
  permitting,
  steelKey,
  terms,
} from '../../chaincode/test/rights.js';
import { component as buyer, RULEBOOK, steel } from '../../chaincode/test/world.js';
import { reconciliation, usesReport, type Audit, type ReconciliationRow } from '../src/audit/index.js';
import { audited } from './audit-cases.js';
import { grantedLedger } from './audit-ledger.js';
import type { Setting } from './audit-stage.js';

const rowsOf = (result: Audit, ...findings: string[]): ReconciliationRow[] =>
  reconciliation(result).filter(({ finding }) => findings.includes(finding));

/** What colluding peers endorse in place of a record. */
const instead =
  <T extends Usage | Lease>(kind: T['kind'], change: (record: T) => object) =>
  (writes: Map<string, string>): void => {
    for (const [key, text] of writes)
      if (key.startsWith(`${kind}/`)) writes.set(key, encode(change(JSON.parse(text) as T)));
  };

const allowedUse = instead<Usage>('usage', ({ answer: given, ...usage }) => {
  const { code: _code, ...others } = given!;
  return { ...usage, state: 'ALLOWED', answer: { ...others, outcome: 'ALLOWED' } };
});

const allowedLease = instead<Lease>('lease', ({ code: _code, ...lease }) => ({
  ...lease,
  outcome: 'ALLOWED',
  until: '2027-01-01T00:00:00.000Z',
}));

describe('Audit: duties and leases', () => {
  let at: Setting;
  let used: Id<'usage'>;
  before(async () => {
    const enforced = permitting({ duty: [{ action: 'delete' }] });
    at = await grantedLedger({ terms: terms({ enforced, lease: 600 }) });
    used = await ask(at);
    await answer(at, used);
  });
  after(() => at.world.end());

  const whole = (): Promise<Audit> => audited(at.world.blocks(), at.world.trust(), { keepGoing: true });
  const collude = async (
    by: typeof buyerKey,
    transaction: string,
    request: unknown,
    writes: (writes: Map<string, string>) => void,
  ): Promise<void> => at.world.commit(await at.world.prepare(by, transaction, request, [], { writes }));

  it('names the compliance report of each use', async () => {
    const [row] = usesReport(await whole(), {});
    const { answer: given } = JSON.parse(at.world.state.get(`usage/${used}`)!) as Usage;
    expect(row?.report)
      .match(/^sha256:/)
      .and.equals(given?.policy?.report);
  });

  it('tells what is owed, when it is overdue and when somebody wrote that down', async () => {
    const [due] = rowsOf(await whole(), 'DUTY_DUE', 'DUTY_BREACHED');
    expect(due).deep.include({ finding: 'DUTY_DUE', usage: used, isOverdue: false });
    expect([due?.consumer, due?.custodian]).deep.equals([buyer.participant, buyer.participant]);
    expect(due?.detail).match(/^delete obligation-/);

    at.world.later(RULEBOOK.matchWithin + 1);
    await ask(at);
    const [overdue] = rowsOf(await whole(), 'DUTY_DUE');
    expect(overdue?.isOverdue).equals(true);

    await escalate(at, '/permission/0/duty/0', { usage: used }, steel);
    const [breached] = rowsOf(await whole(), 'DUTY_DUE', 'DUTY_BREACHED');
    expect(breached).deep.include({ finding: 'DUTY_BREACHED', usage: used, at: at.world.now });
  });

  it('catches a use and a window that were allowed although a duty was broken, without the rules', async () => {
    const id = await ask(at);
    await collude(steelKey, 'usage:Answer', answering(at, id), allowedUse);
    const renewal = { usageId: used, component: at.buyerComponent, number: 1 };
    await collude(buyerKey, 'usage:Renew', renewal, allowedLease);
    const rows = rowsOf(await whole(), 'ALLOWED_DESPITE_BREACH');
    expect(rows.map(({ usage }) => usage)).deep.equals([id, used]);
    expect(rows[0]?.detail).match(new RegExp(`^${at.grantId} obligation-`));
  });

  it('catches a window that was allowed after the grant was ended', async () => {
    await at.world.run(steel, 'grants:Revoke', { grantId: at.grantId, reason: 'because' });
    const renewal = { usageId: used, component: at.buyerComponent, number: 2 };
    await collude(buyerKey, 'usage:Renew', renewal, allowedLease);
    const [row, ...more] = rowsOf(await whole(), 'ALLOWED_WITHOUT_ACTIVE_GRANT');
    expect([row?.usage, row?.detail, more.length]).deep.equals([used, `${at.grantId} REVOKED`, 0]);
  });

  it('replays none of them', async () => {
    const { departures } = await whole();
    expect(
      departures.map(({ reason, facts }) => [facts['transaction'], facts['verdict'], reason]),
    ).deep.equals([
      ['usage:Answer', 'CORRECTED', 'WRITES_DIFFER'],
      ['usage:Renew', 'CORRECTED', 'WRITES_DIFFER'],
      // By the rules the first renewal was denied, and there is no second.
      ['usage:Renew', 'VOID', 'RULES_REFUSE'],
    ]);
  });
});
