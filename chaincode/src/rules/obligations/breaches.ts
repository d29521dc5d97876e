import { keys, obligationId, refuseUnless, type Grant, type Id, type Obligation } from '../../model/index.js';
import { MAX_BREACHES } from '../../model/records/index.js';
import { write, type Ledger, type Write } from '../ledger.js';
import { dutiesOf } from '../../policy/index.js';
import type { Occurrence } from './plan.js';

type Known = ReadonlyMap<Id<'obligation'>, Obligation['state']>;

/** The list of what is broken under a grant, with more on it. No use writes it; every use of the grant reads it. */
export async function openBreaches(
  ledger: Ledger,
  grant: Id<'grant'>,
  added: readonly Id<'obligation'>[],
): Promise<Write> {
  const before = (await ledger.get(keys.breaches(grant)))?.open ?? [];
  // A remedy has stood here since it was imposed, and may be overdue besides.
  const open = [...new Set([...before, ...added])];
  refuseUnless(open.length <= MAX_BREACHES, 'ILLEGAL_STATE', { grantId: grant, breaches: before.length });
  return write(keys.breaches(grant), { grant, open });
}

/**
 * What an obligation that has just been done makes good: itself, and the one it is a consequence of, each when it and
 * all of its consequences are done. Nothing is written when nothing was broken.
 */
export async function closeBreaches(
  ledger: Ledger,
  grant: Grant,
  { id, duty, usage, period }: Pick<Obligation, 'id' | 'duty' | 'usage' | 'period'>,
): Promise<readonly Write[]> {
  const open = (await ledger.get(keys.breaches(grant.id)))?.open ?? [];
  const [root = duty] = duty.split('/consequence/');
  const known: Known = new Map([[id, 'FULFILLED']]);
  const candidates = [...new Set([duty, root])];
  const closed = await Promise.all(
    candidates.map(async (pointer) => {
      const candidate = obligationId(grant.id, pointer, { usage, period });
      const isBroken = open.includes(candidate);
      return isBroken && (await isMadeGood(ledger, grant, pointer, { usage, period }, known))
        ? [candidate]
        : [];
    }),
  );
  const left = open.filter((each) => !closed.flat().includes(each));
  return left.length === open.length ? [] : [write(keys.breaches(grant.id), { grant: grant.id, open: left })];
}

async function isMadeGood(
  ledger: Ledger,
  { id, terms }: Grant,
  pointer: string,
  occurrence: Occurrence,
  known: Known,
): Promise<boolean> {
  const plan = dutiesOf(terms.enforced).find((each) => each.pointer === pointer);
  const wanted = [pointer, ...(plan?.consequences ?? [])].map((each) => obligationId(id, each, occurrence));
  const states = await Promise.all(
    wanted.map(async (each) => known.get(each) ?? (await ledger.get(keys.obligation(each)))?.state),
  );
  return states.every((state) => state === 'FULFILLED');
}
