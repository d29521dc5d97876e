import * as z from 'zod';
import {
  addSeconds,
  descriptors,
  keys,
  rawCid,
  refuseUnless,
  type Id,
  type Usage,
} from '../../model/index.js';
import { usageType } from '../../model/records/index.js';
import { write, type Ledger } from '../ledger.js';
import { capacitiesIn, enders, needCapacity, partiesOf } from '../powers/index.js';
import { accept, move, rule } from '../rule.js';

const { Contest, Deliver, Adjudicate } = descriptors.usage;

export const contestUse = rule(Contest, async ({ usageId, reason, statement }, ledger, caller) => {
  const [space, usage] = await Promise.all([ledger.need(keys.space()), ledger.need(keys.usage(usageId))]);
  const { state: from, answer } = usage;
  refuseUnless(usage.consumer === caller.participant, 'NOT_CONSUMER', { usageId });
  refuseUnless(from === 'ALLOWED' && answer !== undefined, 'ILLEGAL_STATE', {
    id: usageId,
    from,
    to: 'CONTESTED',
  });
  const until = addSeconds(answer.at, space.rulebook.contestWithin);
  refuseUnless(caller.time <= until, 'WINDOW_CLOSED', { usageId, until });
  const contest = { at: caller.time, reason, ...(statement !== undefined && { statement }) };
  return accept(
    [write(keys.usage(usageId), { ...move(usageType, usage, 'CONTESTED'), contest })],
    { name: 'usage.contested', usageId, reason },
    { usageId, state: 'CONTESTED' },
  );
});

/** Who answered puts the wrapped key where nobody can deny having seen it. It is of use to the one-time key only. */
export const deliverUse = rule(Deliver, async ({ usageId, header }, ledger, caller) => {
  const usage = await needContested(ledger, usageId);
  refuseUnless(usage.answer?.provider === caller.participant, 'NOT_CUSTODIAN', { usageId });
  refuseUnless(isNamed(usage, header), 'HEADER_MISMATCH', { usageId });
  return accept(
    [write(keys.usage(usageId), { ...usage, contest: { ...usage.contest, header } })],
    { name: 'usage.delivered', usageId },
    { usageId, state: 'CONTESTED' },
  );
});

/** The finding of a regulator that is no party to the use. */
export const adjudicateUse = rule(Adjudicate, async (request, ledger, caller) => {
  const { usageId, finding: outcome, reason, statement } = request;
  const capacities = await capacitiesIn(ledger, caller, { parties: () => partiesOf(ledger, usageId) });
  needCapacity(capacities, enders('useContested', 'CLAIMANT'), 'NOT_REGULATOR', { usageId });
  const { contest, ...contested } = await needContested(ledger, usageId);
  const finding = {
    by: caller.participant,
    at: caller.time,
    reason,
    ...(statement !== undefined && { statement }),
  };
  const adjudicated = { ...move(usageType, contested, outcome), contest: { ...contest, finding } };
  return accept(
    [write(keys.usage(usageId), adjudicated)],
    { name: 'usage.adjudicated', usageId, finding: outcome },
    { usageId, state: outcome },
  );
});

type Contested = Usage & { readonly contest: NonNullable<Usage['contest']> };

async function needContested(ledger: Ledger, usageId: Id<'usage'>): Promise<Contested> {
  const usage = await ledger.need(keys.usage(usageId));
  const { state: from, contest } = usage;
  refuseUnless(from === 'CONTESTED' && contest !== undefined, 'ILLEGAL_STATE', {
    id: usageId,
    from,
    to: 'CONTESTED',
  });
  return { ...usage, contest };
}

const isNamed = ({ answer }: Usage, header: string): boolean =>
  answer?.header === rawCid(z.util.base64ToUint8Array(header));
