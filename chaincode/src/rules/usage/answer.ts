import {
  addSeconds,
  descriptors,
  keys,
  refuseUnless,
  type DenialCode,
  type Fact,
  type RequestOf,
  type Space,
  type Usage,
  type Version,
} from '../../model/index.js';
import { usageType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger, type Write } from '../ledger.js';
import { accept, move, rule } from '../rule.js';
import { circumstancesOf, type Circumstances } from './circumstances.js';
import { verdictOn } from './decision.js';
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
  const circumstances = await circumstancesOf(ledger, usage, component, caller);
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
    facts: inOrder(ledger.facts()),
    policy,
    rulebook: circumstances.space.rulebook.version,
    ...(code === undefined && releaseOf(circumstances.version, request)),
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

async function decide(ledger: Ledger, circumstances: Circumstances, request: Answering): Promise<Decided> {
  const { denial, policy } = verdictOn(circumstances);
  if (denial !== undefined) return { code: denial, policy, writes: [] };
  const [grant] = circumstances.lineage;
  if (!grant) throw new Error('a lineage holds at least the grant itself');
  const { isExhausted, writes } = await takeSlot(ledger, grant, request.usageId, request.slot);
  return { code: isExhausted ? 'QUOTA' : undefined, policy, writes };
}

/** What an allowed answer releases, by the version's delivery. A denied one releases nothing, whatever was sent. */
function releaseOf({ delivery }: Version, request: Answering): Partial<Answer> {
  const { header, pullToken, slot } = request;
  const taken = slot === undefined ? {} : { slot };
  switch (delivery.mode) {
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

/** Facts are read at once and answered in any order; peers must write them in one. */
const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
