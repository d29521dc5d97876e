import {
  deriveId,
  descriptors,
  keys,
  refuseUnless,
  type RequestOf,
  type Valuation,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { needSubject } from '../disputes/subject.js';
import { write, type Ledger } from '../ledger.js';
import { accept, rule } from '../rule.js';
import { needMethod } from './methods.js';
import { opened } from './opening.js';

const { Assess } = descriptors.valuations;
type Body = Omit<RequestOf<typeof Assess>, 'nonce'>;

/** A valuation on the ledger is reproducible by construction: the result is recomputed before it is written. */
export const assess = rule(Assess, async (request, ledger, caller) => {
  const { nonce: _nonce, ...body } = request;
  const id = deriveId('valuation', caller, request);
  refuseUnless((await ledger.get(keys.valuation(id))) === undefined, 'ALREADY_EXISTS', { id });
  refusePeriod(body, caller);
  await refuseClass(body, ledger, caller);
  for (const named of [body.subject, ...body.references]) await needSubject(ledger, named);
  await refuseSuperseding(body, ledger, caller);
  refuseWrong(body, ledger);
  const assessment = { assessor: caller.participant, assessedAt: caller.time };
  return accept(
    [write(keys.valuation(id), { id, ...body, ...assessment })],
    { name: 'valuation.assessed', valuationId: id, subject: body.subject },
    { valuationId: id, result: body.result },
  );
});

/** Facts after the assessment cannot have been known to it, and one that never holds misleads. */
function refusePeriod({ asOf, validUntil }: Body, { time }: Caller): void {
  refuseUnless(asOf <= time && asOf < validUntil, 'PERIOD_INVALID', { asOf, validUntil, time });
}

async function refuseClass({ class: named }: Body, ledger: Ledger, { participant }: Caller): Promise<void> {
  if (named === 'INDICATIVE') return;
  const { roles } = await ledger.need(keys.participant(participant));
  refuseUnless(roles.includes('APPRAISER'), 'CLASS_NOT_PERMITTED', { class: named });
}

/** Only the assessor replaces its own valuation: anyone else's is a second opinion beside it. */
async function refuseSuperseding(
  { supersedes, subject }: Body,
  ledger: Ledger,
  { participant }: Caller,
): Promise<void> {
  if (supersedes === undefined) return;
  const before: Valuation = await ledger.need(keys.valuation(supersedes));
  refuseUnless(before.subject === subject, 'SELECTOR_MISMATCH', { supersedes, subject });
  refuseUnless(before.assessor === participant, 'NOT_PARTY', { supersedes });
}

/**
 * Recompute the result, last of all: a replay leaves this out where the inputs are sealed. Inputs may be sealed, and a refusal is seen by every endorser and whoever reads its logs:
 * its details hold only what the request said openly, neither the right result nor where an input is wrong.
 */
function refuseWrong({ method, methodVersion, inputs, result }: Body, ledger: Ledger): void {
  const stated = { method, methodVersion };
  const known = needMethod(method, methodVersion);
  if ('sealed' in inputs && ledger.leavesSealed()) return;
  const value = known.valueOf(opened(ledger, inputs));
  refuseUnless(value !== undefined, 'INPUTS_INVALID', stated);
  refuseUnless(value.toString() === result, 'RESULT_WRONG', { ...stated, result });
}
