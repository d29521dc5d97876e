import { descriptors, keys, refuseUnless, type Id, type Usage } from '../../model/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger } from '../ledger.js';
import { accept, rule } from '../rule.js';
import { circumstancesOf, grantOf, inOrder, type Circumstances } from './circumstances.js';
import { verdictOn } from './decision.js';
import { leaseEnd } from './lease.js';
import { refuseSigner } from './request.js';

type Answer = NonNullable<Usage['answer']>;

/**
 * The next lease of a use, decided as the use itself was, at this time. Nobody answers: the key is out already, and what
 * is asked is whether it may still be used. The count is that of the use, which takes no slot again.
 */
export const renewLease = rule(descriptors.usage.Renew, async (request, ledger, caller) => {
  const { usageId, component, number } = request;
  const usage = await ledger.need(keys.usage(usageId));
  const answer = await needLease(ledger, usage, component, caller);
  await refuseOutOfOrder(ledger, usageId, number);
  const circumstances = await circumstancesOf(ledger, {
    usage,
    custodian: answer.provider,
    component: answer.component,
    signedBy: caller.keyDigest,
    at: caller.time,
  });
  const { denial: code, policy } = verdictOn(circumstances, answer.slot, (steps) => ledger.judges(steps));
  const outcome = code === undefined ? ('ALLOWED' as const) : ('DENIED' as const);
  const until = code === undefined ? needEnd(circumstances) : undefined;
  const decided = { outcome, ...(code !== undefined && { code }), ...(until !== undefined && { until }) };
  const lease = {
    usage: usageId,
    number,
    component,
    signedBy: caller.keyDigest,
    at: caller.time,
    ...decided,
    facts: inOrder(await ledger.facts([])),
    ...(policy !== undefined && { policy }),
    rulebook: circumstances.space.rulebook.version,
  };
  return accept(
    [write(keys.lease(usageId, number), lease)],
    { name: 'usage.renewed', usageId, number, outcome },
    { usageId, number, ...decided },
  );
});

/** The answer that gave the first lease, for the component that asked for the use. */
async function needLease(
  ledger: Ledger,
  { id: usageId, state: from, consumer, component: asking, answer }: Usage,
  component: Id<'component'>,
  caller: Caller,
): Promise<Answer> {
  refuseUnless(consumer === caller.participant, 'NOT_CONSUMER', { usageId });
  refuseUnless(asking === component, 'NOT_COMPONENT_KEY', { componentId: component });
  await refuseSigner(ledger, component, caller);
  const isAllowed = from === 'ALLOWED' || from === 'ACKNOWLEDGED';
  refuseUnless(isAllowed, 'ILLEGAL_STATE', { id: usageId, from, to: 'ALLOWED' });
  refuseUnless(answer?.leaseUntil !== undefined, 'NO_LEASE', { usageId });
  return answer;
}

/** Leases are numbered from 1 without a gap. One that has run out may be followed by another, one that was denied not. */
async function refuseOutOfOrder(ledger: Ledger, usageId: Id<'usage'>, number: number): Promise<void> {
  const [before, own] = await Promise.all([
    number === 1 ? undefined : ledger.get(keys.lease(usageId, number - 1)),
    ledger.get(keys.lease(usageId, number)),
  ]);
  const isNext = own === undefined && (number === 1 || before !== undefined);
  refuseUnless(isNext, 'LEASE_OUT_OF_ORDER', { usageId, number });
  refuseUnless(before?.outcome !== 'DENIED', 'NO_LEASE', { usageId, number });
}

function needEnd(circumstances: Circumstances): string {
  const end = leaseEnd(grantOf(circumstances), circumstances.at);
  if (end === undefined) throw new Error('terms do not change once they are accepted');
  return end;
}
