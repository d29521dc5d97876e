import { deriveId, descriptors, keys, refuseUnless, type Event, type Id } from '../../model/index.js';
import { eventType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger } from '../ledger.js';
import { accept, move, rule, type AnyRule, type Decision } from '../rule.js';

const { Declare, Open, Close } = descriptors.events;

const declareEvent = rule(Declare, async (request, ledger, caller) => {
  const id = deriveId('event', caller, request);
  refuseUnless((await ledger.get(keys.event(id))) === undefined, 'ALREADY_EXISTS', { id });
  const declared = { id, state: 'AHEAD' as const, name: request.name, declaredBy: caller.participant };
  return accept(
    [write(keys.event(id), declared)],
    { name: 'event.declared', eventId: id },
    { eventId: id, state: 'AHEAD' },
  );
});

const openEvent = rule(Open, async ({ eventId }, ledger, caller) => {
  const event = await needOwn(ledger, eventId, caller);
  return changed({ ...move(eventType, event, 'OPEN'), openedAt: caller.time }, 'event.opened');
});

const closeEvent = rule(Close, async ({ eventId }, ledger, caller) => {
  const event = await needOwn(ledger, eventId, caller);
  return changed({ ...move(eventType, event, 'CLOSED'), closedAt: caller.time }, 'event.closed');
});

/** The parties to a policy take the word of who declared the event, and of nobody else. */
async function needOwn(ledger: Ledger, eventId: Id<'event'>, { participant }: Caller): Promise<Event> {
  const event = await ledger.need(keys.event(eventId));
  refuseUnless(event.declaredBy === participant, 'NOT_PARTY', { eventId });
  return event;
}

const changed = (event: Event, name: string): Decision<{ eventId: Id<'event'>; state: Event['state'] }> =>
  accept(
    [write(keys.event(event.id), event)],
    { name, eventId: event.id },
    { eventId: event.id, state: event.state },
  );

export const eventRules: readonly AnyRule[] = [declareEvent, openEvent, closeEvent];
