import {
  deriveId,
  heldAs,
  keys,
  refuseUnless,
  descriptors,
  isWithin,
  MAX_HOLDS,
  type HoldEffect,
  type Holds,
  type Id,
  type Instant,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger } from '../ledger.js';
import { capacitiesIn, enders, imposers, needCapacity, partiesOf } from '../powers/index.js';
import { accept, isAhead, rule, type AnyRule } from '../rule.js';

type Subject = Id<'dataset' | 'claim' | 'grant'>;
const { Place, Release } = descriptors.holds;

/** Effects that stop what a right is for. */
export const STOPPING = ['NO_TRANSFER', 'NO_NEW_GRANT', 'NO_USE'] as const satisfies readonly HoldEffect[];

/** True when an unreleased hold with this effect is in force at the time. A lapsed hold needs no transaction. */
export function isHeld(holds: Holds | undefined, effect: HoldEffect, at: Instant): boolean {
  return (
    holds?.holds.some(
      (hold) => hold.released === undefined && hold.effects.includes(effect) && isWithin(at, hold.term),
    ) ?? false
  );
}

/** Refuse what a hold on any of the subjects forbids. */
export async function refuseHeld(
  ledger: Ledger,
  subjects: readonly Subject[],
  effect: HoldEffect,
  at: Instant,
): Promise<void> {
  for (const subject of subjects) {
    const holds = await ledger.get(keys.holds(subject));
    refuseUnless(!isHeld(holds, effect, at), 'HOLD_IN_EFFECT', { subject, effect });
  }
}

const placeHold = rule(Place, async (request, ledger, caller) => {
  const { subject: named, nonce: _nonce, ...order } = request;
  const subject = await subjectOf(ledger, named);
  needCapacity(await capacitiesOver(ledger, named, caller), imposers('holdPlaced'), 'NOT_REGULATOR', {
    subject,
  });
  refuseUnless(isAhead(order.term.until, caller), 'PERIOD_INVALID', { until: order.term.until });
  const holdId = deriveId('hold', caller, request);
  const before = (await ledger.get(keys.holds(subject)))?.holds ?? [];
  refuseUnless(!before.some(({ id }) => id === holdId), 'ALREADY_EXISTS', { id: holdId });
  refuseUnless(before.length < MAX_HOLDS, 'ILLEGAL_STATE', { subject, holds: before.length });
  const holds = [...before, { id: holdId, enteredBy: caller.participant, ...order }];
  return accept(
    [write(keys.holds(subject), { subject, holds })],
    { name: 'hold.placed', subject, holdId },
    { subject, holdId },
  );
});

/** Released by the office that enters holds, and not by whoever entered it and has left that office since. */
const releaseHold = rule(Release, async ({ subject: named, holdId, reason }, ledger, caller) => {
  const subject = await subjectOf(ledger, named);
  const record = await ledger.need(keys.holds(subject));
  const hold = record.holds.find(({ id }) => id === holdId);
  refuseUnless(hold !== undefined, 'NOT_FOUND', { id: holdId });
  const capacities = await capacitiesOver(ledger, named, caller);
  needCapacity(capacities, enders('holdPlaced', 'REGULATOR'), 'NOT_REGULATOR', { subject });
  refuseUnless(hold.released === undefined, 'ILLEGAL_STATE', {
    id: holdId,
    from: 'RELEASED',
    to: 'RELEASED',
  });
  const released = { by: caller.participant, at: caller.time, reason };
  const holds = record.holds.map((other) => (other === hold ? { ...hold, released } : other));
  return accept(
    [write(keys.holds(subject), { ...record, holds })],
    { name: 'hold.released', subject, holdId },
    { subject, holdId },
  );
});

const capacitiesOver = (ledger: Ledger, subject: Subject, caller: Caller): ReturnType<typeof capacitiesIn> =>
  capacitiesIn(ledger, caller, { parties: () => partiesOf(ledger, subject) });

/** What holds on a subject are recorded under: a claim's go with the right itself, whoever holds it after transfers. */
async function subjectOf(ledger: Ledger, subject: Subject): Promise<Subject> {
  if (subject.startsWith('claim-')) return heldAs(await ledger.need(keys.claim(subject as Id<'claim'>)));
  if (subject.startsWith('dataset-')) await ledger.need(keys.dataset(subject as Id<'dataset'>));
  else await ledger.need(keys.grant(subject as Id<'grant'>));
  return subject;
}

export const holdRules: readonly AnyRule[] = [placeHold, releaseHold];
