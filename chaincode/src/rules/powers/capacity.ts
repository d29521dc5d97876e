import { keys, Refusal, refuseUnless, type Id, type RefusalCode, type Space } from '../../model/index.js';
import type { Caller } from '../caller.js';
import type { Ledger } from '../ledger.js';
import { OFFICES, type Capacity } from './table.js';

type Participant = Id<'participant'>;

/** Something to be decided: whose matter it is, and what the caller is in it besides the offices it holds. */
export interface Matter {
  /** Asked only for a caller who holds an office. */
  readonly parties: Iterable<Participant> | (() => Promise<Iterable<Participant>>);
  readonly as?: readonly Capacity[];
}

/** What the caller is in a matter, and the offices that it holds but may not use in it. */
export interface Capacities {
  readonly held: readonly Capacity[];
  readonly barred: readonly Capacity[];
}

/** The offices a participant holds now, from the space record and from nowhere else. */
const officesHeld = (
  { regulators, registrars, operator }: Space,
  participant: Participant,
): readonly Capacity[] =>
  OFFICES.filter((office) => {
    if (office === 'OPERATOR') return operator === participant;
    return (office === 'REGULATOR' ? regulators : registrars).includes(participant);
  });

export async function capacitiesIn(
  ledger: Ledger,
  caller: Caller,
  { parties, as = [] }: Matter,
): Promise<Capacities> {
  const offices = officesHeld(await ledger.need(keys.space()), caller.participant);
  if (offices.length === 0) return { held: as, barred: [] };
  const isOwn = await isOwnMatter(ledger, caller, typeof parties === 'function' ? await parties() : parties);
  return isOwn ? { held: as, barred: offices } : { held: [...as, ...offices], barred: [] };
}

/**
 * The strongest of some capacities that the caller has in a matter. Refuses with the code who has none of them, and with
 * CONFLICT_OF_INTEREST whom only its interest keeps from one.
 * @param allowed the strongest first
 */
export function needCapacity<C extends Capacity>(
  { held, barred }: Capacities,
  allowed: readonly C[],
  code: RefusalCode,
  details: Record<string, string | null> = {},
): C {
  const found = allowed.find((capacity) => held.includes(capacity));
  if (found !== undefined) return found;
  const isBarred = allowed.some((capacity) => barred.includes(capacity));
  throw new Refusal(isBarred ? 'CONFLICT_OF_INTEREST' : code, details);
}

/** Whether the caller, or another unit of its organisation, is among the parties. */
async function isOwnMatter(
  ledger: Ledger,
  { participant, mspId }: Pick<Caller, 'participant' | 'mspId'>,
  parties: Iterable<Participant>,
): Promise<boolean> {
  const others = new Set(parties);
  if (others.has(participant)) return true;
  const records = await Promise.all([...others].map((party) => ledger.get(keys.participant(party))));
  return records.some((party) => party?.mspId === mspId);
}

/** Nobody certifies, registers or adjudicates in a matter of its own organisation. */
export async function refuseOwnMatter(
  ledger: Ledger,
  caller: Caller,
  parties: Iterable<Participant>,
  details: Record<string, string> = {},
): Promise<void> {
  refuseUnless(!(await isOwnMatter(ledger, caller, parties)), 'CONFLICT_OF_INTEREST', details);
}
