import { ACTIONS, dutyKindOf, type DutyKind } from '../vocabulary/index.js';
import type { DutyRole } from './place.js';
import type { Enforcement } from './plan.js';
import type { Timing } from './timing.js';

/** Actions that the ledger can see to as duties. */
export const DUTY_ACTIONS: readonly string[] = ACTIONS.filter((each) => dutyKindOf(each) !== undefined);

/** Kind an action has as a duty, before its timing is looked at. */
export const usualKindOf = (action: string): DutyKind => dutyKindOf(action) ?? 'AFTER';

/**
 * Kind of a duty. What somebody does at a time of their own (`compensate`, `inform`, ...) comes before or after the use
 * as the duty says; of a duty that is tied to no use, there is no before.
 */
export function kindOf(action: string, role: DutyRole, { order, due }: Timing): DutyKind {
  const usual = usualKindOf(action);
  if (usual !== 'BEFORE' && usual !== 'AFTER') return usual;
  if (role !== 'PERMISSION') return 'AFTER';
  if (order !== undefined) return order;
  return due !== undefined && 'after' in due ? 'AFTER' : usual;
}

const ENFORCEMENT: Readonly<Record<DutyKind, Enforcement>> = {
  RECEIPT: 'TECHNICAL',
  CONSENT: 'TECHNICAL',
  ONWARD: 'TECHNICAL',
  BEFORE: 'ATTESTED',
  TRANSFORMATION: 'ATTESTED',
  AFTER: 'DETECTIVE',
};

export const enforcementOfKind = (kind: DutyKind): Enforcement => ENFORCEMENT[kind];

/** Duties that follow a use, are its receipt, or bind who it is handed on to, do not stand before it. */
const DEFERRABLE: ReadonlySet<DutyKind> = new Set<DutyKind>(['AFTER', 'RECEIPT', 'ONWARD']);

export const isDeferrableKind = (kind: DutyKind): boolean => DEFERRABLE.has(kind);
