import { Refusal, type Digest, type Json, type Opening, type Valuation } from '@tallystick/chaincode/model';
import { needMethod, openingDigest } from '@tallystick/chaincode/rules';
import type { Checklist } from '../checklist.js';
import { evaluableIf, Rejection, rejectUnless } from '../rejection.js';

/**
 * That the result of a valuation follows from its inputs by its method. Whoever folds the ledger has no openings and leaves this out where
 * the inputs are sealed; whoever holds the opening judges it here.
 */
export async function checkValuation(
  { id, method, methodVersion, inputs, result }: Valuation,
  openings: readonly Opening[],
  list: Checklist,
): Promise<void> {
  await list.run('valuation.result', `valuation/${id}`, () => {
    const opened = 'open' in inputs ? inputs.open : openingOf(inputs.sealed.digest, openings);
    const value = valueOf(method, methodVersion, opened);
    const facts = {
      method,
      methodVersion: `${methodVersion}`,
      recorded: result,
      found: `${value ?? 'none'}`,
    };
    rejectUnless(value !== undefined && value.toString() === result, 'WRITES_DIFFER', facts);
    return { value: true, facts };
  });
}

/** @throws NotEvaluated OPENING_MISSING */
function openingOf(digest: Digest, openings: readonly Opening[]): Json {
  const opening = openings.find((each) => openingDigest(each) === digest);
  evaluableIf(opening !== undefined, 'OPENING_MISSING', { digest });
  return opening.value;
}

/** @throws Rejection RULES_REFUSE for a method that the rules do not know */
function valueOf(method: string, version: number, inputs: Json): bigint | undefined {
  try {
    return needMethod(method, version).valueOf(inputs);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Rejection('RULES_REFUSE', { refusal: cause.code }, { cause });
  }
}
