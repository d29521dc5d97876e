import type { DutyRole } from './place.js';
import type { DutyKind, Enforcement } from './plan.js';
import type { Timing } from './timing.js';

const kinds = (kind: DutyKind, ...actions: readonly string[]): readonly (readonly [string, DutyKind])[] =>
  actions.map((action) => [action, kind] as const);

/** What the ledger can see to as a duty, and how. An action that is not here is no duty it accepts. */
const KINDS: ReadonlyMap<string, DutyKind> = new Map([
  ...kinds('BEFORE', 'compensate'),
  ...kinds('CONSENT', 'obtainConsent'),
  ...kinds(
    'AFTER',
    'inform',
    'delete',
    'uninstall',
    'attribute',
    'reviewPolicy',
    'ensureExclusivity',
    'archive',
  ),
  ...kinds('AFTER', 'annotate', 'cc:Attribution', 'cc:Notice', 'cc:ShareAlike', 'cc:SourceCode'),
  ...kinds(
    'TRANSFORMATION',
    'anonymize',
    'watermark',
    'idsc:REPLACE',
    'idsc:MPC',
    'idsc:HASH',
    'idsc:SHUFFLE',
  ),
  ...kinds('TRANSFORMATION', 'idsc:AGGREGATE_BY_CONSUMER', 'idsc:ENCRYPT'),
  ...kinds('RECEIPT', 'acceptTracking', 'idsc:LOG', 'idsc:TRACK_PROVENANCE', 'idsc:INCREMENT_COUNTER'),
  ...kinds('ONWARD', 'nextPolicy'),
]);

export const DUTY_ACTIONS: readonly string[] = [...KINDS.keys()];

/** Kind an action has as a duty, before its timing is looked at. */
export const usualKindOf = (action: string): DutyKind => KINDS.get(action) ?? 'AFTER';

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
