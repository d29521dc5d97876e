import { expect } from 'chai';
import {
  LedgerClosed,
  LedgerInvalid,
  LedgerUnavailable,
  OutcomeUnknown,
} from '../../src/ledger/port-errors.js';
import { submitPersistently } from '../../src/ledger/port-persistence.js';
import type { Ledger, Outcome, Prepared } from '../../src/ledger/port.js';
import { failure, submission } from './opened-ledger.js';

const PATIENCE = { attempts: 4, pause: 1 };
const COMMITTED: Outcome = { state: 'VALID', blockNumber: 7n, result: '{}' };
const UNKNOWN: Outcome = { state: 'UNKNOWN' };
const away = new LedgerUnavailable('no peer answers', {});

/** A ledger of which nobody knows what became of a transaction, until one of these answers to a look tells. */
function doubtful(looks: readonly (Outcome | Error)[]): { ledger: Ledger; made: string[]; looked: string[] } {
  const [made, looked]: [string[], string[]] = [[], []];
  const left = [...looks];
  const prepare = (): Prepared => {
    const txId = `t${made.length}`;
    made.push(txId);
    return { txId, submit: () => Promise.reject(new OutcomeUnknown(txId, 'COMMIT')) };
  };
  const outcome = (txId: string): Promise<Outcome> => {
    looked.push(txId);
    const next = left.shift() ?? UNKNOWN;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  return { ledger: { prepare, outcome } as unknown as Ledger, made, looked };
}

describe('a transaction that nobody waits for, of which the outcome is unknown', () => {
  it('is looked up until a peer tells, while none answers as well as while none has it', async () => {
    const { ledger, made, looked } = doubtful([away, UNKNOWN, away, COMMITTED]);
    const receipt = await submitPersistently(ledger, submission, PATIENCE);
    expect(receipt).to.deep.equal({ txId: 't0', blockNumber: 7n });
    expect([made, looked]).to.deep.equal([['t0'], ['t0', 't0', 't0', 't0']]);
  });

  it('is not made anew while nobody knows: that could do it twice', async () => {
    const { ledger, made, looked } = doubtful([away, away, away, away, COMMITTED]);
    expect(await failure(submitPersistently(ledger, submission, PATIENCE))).to.be.instanceOf(OutcomeUnknown);
    expect([made.length, looked.length]).to.deep.equal([1, 4]);
  });

  it('is made anew once it is known to be invalid', async () => {
    const invalid: Outcome = { state: 'INVALID', blockNumber: 6n, code: 'MVCC_READ_CONFLICT' };
    const { ledger, made } = doubtful([away, invalid, COMMITTED]);
    expect(await submitPersistently(ledger, submission, PATIENCE)).to.include({ txId: 't1' });
    expect(made).to.deep.equal(['t0', 't1']);
  });

  it('is given up at once where looking again cannot help', async () => {
    for (const final of [new LedgerClosed(), new LedgerInvalid('BAD_PAYLOAD', {})]) {
      const { ledger, looked } = doubtful([final, COMMITTED]);
      expect(await failure(submitPersistently(ledger, submission, PATIENCE))).to.equal(final);
      expect(looked).to.have.length(1);
    }
  });
});
