import {
  deriveId,
  descriptors,
  digestOf,
  encode,
  keys,
  refuseUnless,
  type Amendment,
  type Id,
  type Space,
  type Unstamped,
} from '../../model/index.js';
import { needActive } from '../claims/active.js';
import { write, type Ledger } from '../ledger.js';
import { accept, rule, type Decision } from '../rule.js';

type Participant = Id<'participant'>;
type Changes = Amendment['changes'];

/**
 * Any active participant may propose; only those who govern when it is proposed may approve, each once. A
 * proposer who governs approves by proposing.
 */
export const proposeAmendment = rule(descriptors.space.ProposeAmendment, async (request, ledger, caller) => {
  const { participant } = caller;
  const { nonce: _nonce, changes, reason } = request;
  const id = deriveId('amendment', caller, request);
  refuseUnless((await ledger.get(keys.amendment(id))) === undefined, 'ALREADY_EXISTS', { id });
  const space = await ledger.need(keys.space());
  refuseSkippedRulebook(changes, space);
  await refuseNobody(ledger, changes);
  const approvers = approversOf(space);
  const amendment = {
    id,
    state: 'PROPOSED' as const,
    proposedBy: participant,
    reason,
    changes,
    base: digestOfSpace(space),
    approvers,
    approvals: approvers.filter((approver) => approver === participant),
  };
  const { writes, event } = settle(amendment, space, 'amendment.proposed');
  return accept(writes, event, { amendmentId: id });
});

/** The last approval carries the amendment out, and only over the very space it was proposed against. */
export const approveAmendment = rule(
  descriptors.space.ApproveAmendment,
  async ({ amendmentId }, ledger, { participant }) => {
    const amendment = await ledger.need(keys.amendment(amendmentId));
    refuseUnless(amendment.state === 'PROPOSED', 'ILLEGAL_STATE', {
      id: amendmentId,
      from: amendment.state,
      to: 'EFFECTIVE',
    });
    const { approvers, approvals } = amendment;
    const mayApprove = approvers.includes(participant) && !approvals.includes(participant);
    refuseUnless(mayApprove, 'NOT_APPROVER', { id: amendmentId, participant });
    const space = await needBase(ledger, amendment);
    // Who was a member in good standing when it was proposed may have left since.
    await refuseNobody(ledger, amendment.changes);
    const approved = { ...amendment, approvals: [...approvals, participant] };
    return settle(approved, space, 'amendment.approved');
  },
);

/** The operator and every regulator, each once: one organisation may be both. */
function approversOf({ operator, regulators }: Space): Participant[] {
  return [...new Set([operator, ...regulators])];
}

/**
 * Whoever is named for an office is a member in good standing, and somebody oversees: an office that nobody can fill is empty for good,
 * because what it governs can be amended with its approval only.
 */
async function refuseNobody(ledger: Ledger, changes: Changes): Promise<void> {
  const { operator, regulators, registrars = [], auditors = [] } = changes;
  refuseUnless(regulators === undefined || regulators.length > 0, 'ILLEGAL_STATE', {
    from: 'space',
    to: 'space',
    regulators: 0,
  });
  const named = [operator ?? [], regulators ?? [], registrars, auditors].flat();
  for (const participant of new Set(named)) await needActive(ledger, participant);
}

/** A rulebook takes the next number, so that what a participant accepted on activation stays unambiguous. */
function refuseSkippedRulebook({ rulebook }: Changes, { rulebook: present }: Space): void {
  if (rulebook === undefined) return;
  const needs = present.version + 1;
  refuseUnless(rulebook.version === needs, 'RULEBOOK_CHANGED', { version: rulebook.version, needs });
}

/** Canonical text is what the ledger holds, so this is the digest of the committed bytes. */
const digestOfSpace = (space: Space): Amendment['base'] => digestOf(encode(space));

async function needBase(ledger: Ledger, { id, base }: Amendment): Promise<Space> {
  const space = await ledger.need(keys.space());
  const present = digestOfSpace(space);
  refuseUnless(present === base, 'AMENDMENT_STALE', { id, base, present });
  return space;
}

type Settled = Decision<{ amendmentId: Id<'amendment'>; state: Amendment['state'] }>;

/** Write the amendment, and the space it changes once nobody's approval is missing. */
function settle(amendment: Unstamped<Amendment>, space: Space, name: string): Settled {
  const { id, approvers, approvals, changes } = amendment;
  const key = keys.amendment(id);
  if (approvals.length < approvers.length) {
    return accept([write(key, amendment)], { name, amendmentId: id }, { amendmentId: id, state: 'PROPOSED' });
  }
  const state = 'EFFECTIVE';
  return accept(
    [write(key, { ...amendment, state }), write(keys.space(), { ...space, ...changes })],
    { name: 'amendment.effective', amendmentId: id },
    { amendmentId: id, state },
  );
}
