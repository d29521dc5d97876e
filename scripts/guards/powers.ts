import type { Guard } from './guard.js';

const RULES = 'chaincode/src/rules';
const TABLE = ['chaincode/test/powers-table.test.ts'];
const ESCAPES = ['chaincode/test/escapes.test.ts'];

const guard = (
  name: string,
  file: string,
  [source, without]: readonly [string, string],
  tests: readonly string[],
): Guard => ({ name: `powers: ${name}`, file: `${RULES}/${file}`, source, without, tests });

/** Who may end or lift what, and what nobody sheds. */
export const powerGuards: readonly Guard[] = [
  guard(
    'no office in a matter of its own organisation',
    'powers/capacity.ts',
    ['party?.mspId === mspId', 'party?.mspId === undefined'],
    TABLE,
  ),
  guard(
    'only who may end it does',
    'powers/capacity.ts',
    ['held.includes(capacity)', 'held !== undefined'],
    TABLE,
  ),
  guard(
    'no operator replaces what a regulator certified',
    'participants/certification.ts',
    ["refuseUnless(mayReplace, 'NOT_CERTIFIER', { id, certifiedBy });", 'void mayReplace;'],
    TABLE,
  ),
  guard(
    'registrar is no holder',
    'claims/registration.ts',
    ['await refuseOwnMatter(ledger, caller, holders, { claimId });', ''],
    TABLE,
  ),
  guard(
    'nobody certifies its own component',
    'components/certifier.ts',
    ['refuseOwnMatter(ledger, caller, [owner], { owner })', 'Promise.resolve()'],
    ['chaincode/test/components.test.ts'],
  ),
  guard(
    'a regulator that can lift it is left',
    'participants/suspension.ts',
    ["isWatched, 'ILLEGAL_STATE'", "true, 'ILLEGAL_STATE'"],
    TABLE,
  ),
  guard(
    'superseding lifts no suspension',
    'grants/replacing.ts',
    ["isLiftable, 'ILLEGAL_STATE'", "true, 'ILLEGAL_STATE'"],
    TABLE,
  ),
  guard(
    'superseding makes no breach good',
    'grants/replacing.ts',
    ["breaches === 0, 'ILLEGAL_STATE'", "true, 'ILLEGAL_STATE'"],
    TABLE,
  ),
  guard(
    'superseding sheds no hold',
    'grants/replacing.ts',
    ["['NO_USE', 'NO_NEW_GRANT'] as const", '[] as const'],
    TABLE,
  ),
  guard('holds go with the claim', 'claims/transfer.ts', ['    root: heldAs(claim),\n', ''], ESCAPES),
  guard(
    'every grant of a line is looked at',
    'grants/licence.ts',
    ['await lineageOf(ledger, parent)', '[parent]'],
    ESCAPES,
  ),
  guard(
    'the whole is disposed of together',
    'claims/share-rule.ts',
    ["act === 'GRANT'", 'act.length > 0'],
    ESCAPES,
  ),
  guard(
    'the creditor is the one at the root',
    'grants/parties.ts',
    ['return actingProvider(ledger, root);', 'return actingProvider(ledger, root && grant);'],
    ESCAPES,
  ),
  guard(
    'no duty is left behind',
    'participants/exit.ts',
    ["owing === done, 'DUTIES_OPEN'", "true, 'DUTIES_OPEN'"],
    ESCAPES,
  ),
  guard(
    'nobody holds an office',
    'space/amendments.ts',
    ['for (const participant of new Set(named)) await needActive(ledger, participant);', ''],
    ESCAPES,
  ),
  {
    name: 'contract: the clock of the endorser',
    file: 'chaincode/src/contract/gate.ts',
    source: 'if (this.#clock) refuseSkewed(',
    without: 'if (this.#clock === null) refuseSkewed(',
    tests: ['chaincode/test/contract/gate.test.ts'],
  },
];
