import {
  deriveId,
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
import { isRegulator, needRegulator } from '../governance.js';
import { write, type Ledger } from '../ledger.js';
import { accept, isAhead, rule, type AnyRule } from '../rule.js';

type Subject = Id<'dataset' | 'claim' | 'grant'>;
const { Place, Release } = descriptors.holds;

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
  await needRegulator(ledger, caller);
  const { subject, nonce: _nonce, ...order } = request;
  refuseUnless(isAhead(order.term.until, caller), 'PERIOD_INVALID', { until: order.term.until });
  await needSubject(ledger, subject);
  const holdId = deriveId('hold', caller.mspId, request);
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

const releaseHold = rule(Release, async ({ subject, holdId, reason }, ledger, caller) => {
  const space = await ledger.need(keys.space());
  const record = await ledger.need(keys.holds(subject));
  const hold = record.holds.find(({ id }) => id === holdId);
  refuseUnless(hold !== undefined, 'NOT_FOUND', { id: holdId });
  refuseUnless(
    hold.enteredBy === caller.participant || isRegulator(space, caller.participant),
    'NOT_REGULATOR',
  );
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

async function needSubject(ledger: Ledger, subject: Subject): Promise<void> {
  if (subject.startsWith('dataset-')) await ledger.need(keys.dataset(subject as Id<'dataset'>));
  else if (subject.startsWith('claim-')) await ledger.need(keys.claim(subject as Id<'claim'>));
  else await ledger.need(keys.grant(subject as Id<'grant'>));
}

export const holdRules: readonly AnyRule[] = [placeHold, releaseHold];
