import { evaluableIf, rejectUnless } from '../rejection.js';
import { assertLedger } from './checkpoint.js';
import type { ShownLedger, VerificationInput } from './ledger.js';
import { assertIncluded } from './proofs.js';
import type { FiledEarlier } from './reading.js';
import { checkTokens, type Clocks, type Earlier } from './time.js';
import { checkWitnesses } from './witnesses.js';

/**
 * The earlier checkpoints of a file. A declaration that a key was compromised is newer than its date, and so is the checkpoint that shows
 * it; only one from before that date says that something was signed before. When something was there is all that is taken from them.
 */
export async function checkEarlier(
  ledger: ShownLedger,
  work: VerificationInput,
): Promise<readonly Earlier[]> {
  const found: Earlier[] = [];
  for (const filed of work.evidence.earlier) {
    const positions = await placesUnder(filed, ledger, work);
    if (positions) found.push({ positions, ...(await clocksOf(filed, ledger, work)) });
  }
  return found;
}

function placesUnder(
  { checkpoint: { body }, paths }: FiledEarlier,
  { transactions, asOf }: ShownLedger,
  { trust, list }: VerificationInput,
): Promise<ReadonlySet<number> | undefined> {
  return list.run('checkpoint.earlier', `height ${body.height}`, () => {
    assertLedger(body, trust);
    evaluableIf(asOf !== undefined, 'NOT_GIVEN', { what: 'a checkpoint' });
    rejectUnless(body.height <= asOf.height, 'CHECKPOINT_DIFFERS', { height: `${body.height}` });
    for (const { position, path } of paths) {
      const transaction = transactions.find((each) => each.position === position);
      rejectUnless(transaction !== undefined, 'UNUSED_MATERIAL', { position: `${position}` });
      assertIncluded({ leaf: transaction.leaf, position, path }, body);
    }
    const value = new Set(paths.map(({ position }) => position));
    rejectUnless(value.size === paths.length, 'NOT_WELL_FORMED', { what: 'a place twice' });
    return { value, facts: { log: body.log, size: `${body.size}`, transactions: `${value.size}` } };
  });
}

async function clocksOf(
  { checkpoint, timestamps }: FiledEarlier,
  { chain, declared }: ShownLedger,
  work: VerificationInput,
): Promise<Pick<Clocks, 'stamps' | 'counted'>> {
  const { trust, signatures, list } = work;
  const stamps = timestamps.length === 0 ? [] : await checkTokens(timestamps, checkpoint.body, work, list);
  const judging = { config: chain.newest, signatures, witnesses: trust.witnesses, stamps, declared };
  return { stamps, counted: await checkWitnesses({ checkpoint, ...judging, isNeeded: false }, list) };
}
