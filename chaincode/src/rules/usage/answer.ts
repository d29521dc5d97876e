import {
  addSeconds,
  descriptors,
  keys,
  refuseUnless,
  type DenialCode,
  type RequestOf,
  type Space,
  type Usage,
} from '../../model/index.js';
import { usageType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger, type Write } from '../ledger.js';
import { accept, move, rule } from '../rule.js';
import { circumstancesOf, grantOf, inOrder, type Circumstances } from './circumstances.js';
import { verdictOn } from './decision.js';
import { leaseEnd } from './lease.js';
import { owedAfter } from './owed.js';
import { takeSlot } from './slots.js';

type Answering = RequestOf<typeof descriptors.usage.Answer>;
type Answer = NonNullable<Usage['answer']>;

/**
 * Decide a request from the ledger's facts at the answer's own time. The custodian chooses when to answer, not what:
 * an outcome other than the one below cannot be written by any request.
 */
export const answerUse = rule(descriptors.usage.Answer, async (request, ledger, caller) => {
  const { usageId, component } = request;
  const usage = await ledger.need(keys.usage(usageId));
  const { state: from } = usage;
  refuseUnless(from === 'REQUESTED', 'ILLEGAL_STATE', { id: usageId, from, to: 'ALLOWED' });
  const circumstances = await circumstancesOf(ledger, {
    usage,
    custodian: caller.participant,
    component,
    signedBy: usage.signedBy,
    at: caller.time,
  });
  refuseAnswerer(circumstances, caller);
  refuseLate(circumstances.space, usage, caller);
  const { code, policy, writes } = await decide(ledger, circumstances, request);
  const answer: Answer = {
    outcome: code === undefined ? 'ALLOWED' : 'DENIED',
    ...(code !== undefined && { code }),
    at: caller.time,
    provider: caller.participant,
    component,
    signedBy: caller.keyDigest,
    facts: inOrder(await ledger.facts(writes)),
    ...(policy !== undefined && { policy }),
    rulebook: circumstances.space.rulebook.version,
    ...(code === undefined && releaseOf(circumstances, request)),
  };
  const answered = { ...move(usageType, usage, answer.outcome), answer };
  return accept(
    [write(keys.usage(usageId), answered), ...writes],
    { name: 'usage.answered', usageId, outcome: answer.outcome },
    { usageId, state: answer.outcome, ...(code !== undefined && { code }) },
  );
});

function refuseAnswerer({ dataset, providerComponent }: Circumstances, caller: Caller): void {
  const { id: componentId, owner, keys: signing } = providerComponent;
  refuseUnless(dataset.custodian === caller.participant, 'NOT_CUSTODIAN', { datasetId: dataset.id });
  refuseUnless(owner === caller.participant, 'COMPONENT_NOT_CERTIFIED', { componentId });
  refuseUnless(signing.includes(caller.keyDigest), 'NOT_COMPONENT_KEY', { componentId });
}

function refuseLate({ rulebook }: Space, { id, requestedAt }: Usage, { time }: Caller): void {
  const due = addSeconds(requestedAt, rulebook.answerWithin);
  refuseUnless(time <= due, 'ANSWER_TOO_LATE', { id, due });
}

interface Decided {
  readonly code: DenialCode | undefined;
  readonly policy: Answer['policy'];
  readonly writes: readonly Write[];
}

/** Exhaustion is shown by the slots and by nothing else, or an answer that names none could deny whom it likes. */
async function decide(ledger: Ledger, circumstances: Circumstances, request: Answering): Promise<Decided> {
  const { denial, policy, permissions } = verdictOn(circumstances, request.slot, (steps) =>
    ledger.judges(steps),
  );
  if (denial !== undefined && denial !== 'QUOTA') return { code: denial, policy, writes: [] };
  const { isExhausted, writes } = await takeSlot(
    ledger,
    grantOf(circumstances),
    request.usageId,
    request.slot,
  );
  if (isExhausted || denial !== undefined) return { code: 'QUOTA', policy, writes: [] };
  const owed = policy === undefined ? [] : owedAfter(circumstances, permissions, policy.world);
  return { code: undefined, policy, writes: [...writes, ...owed] };
}

/** What an allowed answer releases, by the version's delivery. A denied one releases nothing, whatever was sent. */
function releaseOf(circumstances: Circumstances, request: Answering): Partial<Answer> {
  const { header, pullToken, slot } = request;
  const leaseUntil = leaseEnd(grantOf(circumstances), circumstances.at);
  const taken = { ...(slot !== undefined && { slot }), ...(leaseUntil !== undefined && { leaseUntil }) };
  switch (circumstances.version.delivery.mode) {
    case 'SEALED':
      refuseUnless(header !== undefined, 'HEADER_MISSING', { needs: 'header' });
      return { ...taken, header };
    case 'PULL':
      refuseUnless(pullToken !== undefined, 'HEADER_MISSING', { needs: 'pullToken' });
      return { ...taken, pullToken };
    case 'COMPUTE':
      return taken;
  }
}
