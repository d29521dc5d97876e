import * as z from 'zod';
import { encode, type Json } from './canonical.js';

/** What a caller can do about a refusal. */
export type Advice = 'retry' | 'change the request' | 'give up';

interface Entry {
  readonly meaning: string;
  /** HTTP status a gateway answers with. */
  readonly status: number;
  readonly advice: Advice;
}

const change = 'change the request';
const giveUp = 'give up';
const entry = (status: number, advice: Advice, meaning: string): Entry => ({ meaning, status, advice });

/** Every reason for which a transaction is refused: nothing is written. */
export const refusals = {
  MALFORMED: entry(
    400,
    change,
    'The argument is not canonical JSON or does not fit the transaction’s schema.',
  ),
  LIMIT_EXCEEDED: entry(
    413,
    change,
    'The argument, a record, or all that is read, written or answered is larger than the limit named.',
  ),
  UNKNOWN_TRANSACTION: entry(400, change, 'No transaction has this name.'),
  PROPOSAL_AMBIGUOUS: entry(
    400,
    change,
    'The header of the proposal holds a field twice or in another form, which readers take differently.',
  ),
  TIME_INVALID: entry(400, change, 'The transaction time is none that a timestamp may say.'),
  NOT_DIRECT: entry(403, change, 'The signed proposal calls another chaincode, which called this one.'),
  NOT_AUTHORISED: entry(403, change, 'The certificate lacks the role this transaction needs.'),
  KEY_COMPROMISED: entry(
    403,
    giveUp,
    'The key that signed, or one that is to be certified, has been declared compromised.',
  ),
  NOT_A_PARTICIPANT: entry(403, giveUp, 'The caller’s organisation unit has not been admitted.'),
  PARTICIPANT_NOT_ACTIVE: entry(403, giveUp, 'A participant is not active.'),
  SPACE_NOT_CONSTITUTED: entry(409, 'retry', 'The space has not been constituted yet.'),
  SPACE_PAUSED: entry(409, 'retry', 'The space is paused; only oversight may write.'),
  NOT_FOUND: entry(404, change, 'No record has this id.'),
  ALREADY_EXISTS: entry(409, giveUp, 'The record was written before; the same request has the same id.'),
  ILLEGAL_STATE: entry(409, giveUp, 'The record’s state does not allow this transition.'),
  TIME_REGRESSION: entry(
    409,
    'retry',
    'The transaction time lies more than five minutes before the last event of its subject.',
  ),
  CLOCK_SKEW: entry(
    409,
    'retry',
    'The transaction time is further from the endorser’s own clock than it allows.',
  ),
  PERIOD_INVALID: entry(422, change, 'A period or expiry lies in the past or is longer than allowed.'),
  NOT_OPERATOR: entry(403, giveUp, 'Only the operator of the space may do this.'),
  NOT_REGULATOR: entry(403, giveUp, 'Only a regulator may do this.'),
  NOT_REGISTRAR: entry(403, giveUp, 'Only a registrar may do this.'),
  NOT_CERTIFIER: entry(403, giveUp, 'Only the certifier, or a regulator, may do this.'),
  NOT_HOLDER: entry(403, giveUp, 'Only a holder of the claim may do this.'),
  NOT_PROVIDER: entry(403, giveUp, 'Only the grant’s provider may do this.'),
  NOT_CONSUMER: entry(403, giveUp, 'Only the grant’s consumer may do this.'),
  NOT_CUSTODIAN: entry(403, giveUp, 'Only the dataset’s custodian may do this.'),
  NOT_PARTY: entry(403, giveUp, 'Only a party to the record may do this.'),
  NOT_SELF: entry(403, giveUp, 'Only the participant itself may do this.'),
  CONFLICT_OF_INTEREST: entry(
    403,
    giveUp,
    'Nobody certifies, registers or adjudicates in a matter of its own.',
  ),
  LEVEL_PAIR: entry(422, change, 'This pair of trust level or profile and assurance cannot be certified.'),
  RULEBOOK_CHANGED: entry(409, change, 'The rulebook version accepted is not the one in force.'),
  AMENDMENT_STALE: entry(409, giveUp, 'The space has changed since the amendment was proposed.'),
  NOT_APPROVER: entry(403, giveUp, 'The participant does not approve this amendment, or already has.'),
  GRANTS_OPEN: entry(409, change, 'The provider still has open grants.'),
  DUTIES_OPEN: entry(409, change, 'The consumer may still owe duties under its grants.'),
  CLASSIFICATION_FORBIDS: entry(422, giveUp, 'The classification does not allow this.'),
  NOT_ADMISSIBLE: entry(422, change, 'A right of this kind cannot be claimed for data of this origin.'),
  DERIVATION_NOT_PERMITTED: entry(422, change, 'No allowed use permits deriving from this input.'),
  VERSION_OUT_OF_ORDER: entry(409, 'retry', 'Version numbers are taken in order, each once.'),
  OWNER_SIGNATURE_INVALID: entry(
    422,
    change,
    'The EIP-712 signature is not one of a holder’s registered owner key over this claim.',
  ),
  CLAIM_NOT_IN_FORCE: entry(409, giveUp, 'The claim is not in force.'),
  RIGHT_NOT_HELD: entry(422, change, 'The claim does not include the right this needs.'),
  CONSENT_MISSING: entry(
    409,
    'retry',
    'Co-holders whose consent the share rule asks for have not consented.',
  ),
  ALREADY_CONSENTED: entry(409, giveUp, 'The participant has consented already, or is not asked.'),
  TERMS_CHANGED: entry(409, change, 'The terms on the table are not the ones named.'),
  OWN_PROPOSAL: entry(
    409,
    giveUp,
    'The side that proposed terms cannot accept, decline or counter them itself.',
  ),
  POLICY_UNENFORCEABLE: entry(
    422,
    change,
    'The policy holds something the ledger cannot enforce, attest or detect.',
  ),
  POLICY_TOO_COSTLY: entry(
    422,
    change,
    'Reading, judging or comparing the policy would take an endorser more steps than one transaction may.',
  ),
  SELECTOR_MISMATCH: entry(422, change, 'Dataset, version, claim and grant do not belong together.'),
  HOLD_IN_EFFECT: entry(409, giveUp, 'A hold forbids this.'),
  SUBLICENCE_NOT_PERMITTED: entry(422, giveUp, 'The parent grant does not permit this sub-licence.'),
  NOT_COMPONENT_KEY: entry(403, change, 'The transaction is not signed by a key of the named component.'),
  COMPONENT_NOT_CERTIFIED: entry(403, giveUp, 'No certified component of the caller has this id.'),
  SLOT_OUT_OF_ORDER: entry(409, 'retry', 'Quota slots are taken in order, each once.'),
  HEADER_MISSING: entry(422, change, 'The answer lacks the header CID or token its delivery mode needs.'),
  HEADER_MISMATCH: entry(422, change, 'The delivered header does not have the CID the answer named.'),
  ANSWER_TOO_LATE: entry(409, giveUp, 'The request is older than the rulebook allows an answer to be.'),
  NOT_YET_LAPSED: entry(409, 'retry', 'The time for an answer has not passed.'),
  WINDOW_CLOSED: entry(409, giveUp, 'The window for this has closed.'),
  COMMITMENT_MISMATCH: entry(422, giveUp, 'What was received does not match the version’s commitment.'),
  KEY_NOT_ACKNOWLEDGED: entry(
    422,
    change,
    'The key of a version is not handed over, or the new custodian has not proven that it has it.',
  ),
  OPENING_MISSING: entry(422, change, 'A sealed field must be judged and its opening was not sent.'),
  OPENING_MISMATCH: entry(422, change, 'The opening does not match the commitment of the sealed field.'),
  METHOD_UNKNOWN: entry(422, change, 'No valuation method has this name and version.'),
  INPUTS_INVALID: entry(422, change, 'The inputs do not fit the valuation method.'),
  RESULT_WRONG: entry(422, change, 'The stated result is not what the method yields for the inputs.'),
  DUTY_NOT_FOUND: entry(422, change, 'The grant’s policy has no such duty for this use or period.'),
  NOT_ATTESTING_PARTY: entry(403, giveUp, 'Only the party the duty names may state that it was done.'),
  NOT_CONSENTING_PARTY: entry(
    403,
    giveUp,
    'The grant’s policy does not ask for the consent of this participant.',
  ),
  NOT_OVERDUE: entry(409, 'retry', 'The duty is not overdue.'),
  NO_LEASE: entry(409, giveUp, 'The use has no lease that could be renewed.'),
  LEASE_OUT_OF_ORDER: entry(409, 'retry', 'Leases of a use are taken in order, each once.'),
  NOT_DIVERGENT: entry(
    409,
    giveUp,
    'What stands under the key is not what the proof says stands there against the rules.',
  ),
  RESTORATION_UNPROVEN: entry(
    422,
    change,
    'The proof does not lead from the root of the checkpoint to this text under this key.',
  ),
  WITNESSES_MISSING: entry(
    403,
    change,
    'Fewer of the named witnesses than needed have signed the checkpoint.',
  ),
  CLASS_NOT_PERMITTED: entry(403, change, 'A statutory valuation needs an appraiser.'),
} as const satisfies Record<string, Entry>;
export type RefusalCode = keyof typeof refusals;

/** Why a use was denied. Unlike a refusal, a denial is committed: it is the provider’s half of the receipt. */
export const denials = {
  SPACE_PAUSED: 'The space was paused.',
  CONSUMER_NOT_ACTIVE: 'The consumer was not active.',
  CONSUMER_NOT_CERTIFIED: 'The consumer’s certification was missing or had expired.',
  PROVIDER_NOT_ACTIVE: 'The provider was not active.',
  PROVIDER_NOT_CERTIFIED: 'The provider’s certification was missing or had expired.',
  CONSUMER_COMPONENT:
    'The consumer’s component was suspended, revoked or expired, or did not sign the request.',
  KEY_COMPROMISED: 'The key that signed the request had been declared compromised.',
  PROVIDER_COMPONENT: 'The provider’s component was suspended, revoked or expired.',
  CLAIM_NOT_IN_FORCE: 'The claim the grant rests on was not in force.',
  RIGHT_NOT_COVERED: 'The rights granted do not cover the action.',
  HOLD: 'A hold with the effect NO_USE was in force.',
  GRANT_NOT_ACTIVE: 'The grant, or one it descends from, was not active.',
  GRANT_TERM: 'The grant, or one it descends from, was outside its term.',
  CLASSIFICATION: 'The classification of the data does not allow this delivery.',
  EFFORT: 'Judging the use by its policy and all that was stated takes more steps than an answer may.',
  ACTION: 'No permission covers the action.',
  PURPOSE: 'No permission covers the purpose.',
  TIME_WINDOW: 'No permission covers this time.',
  TERRITORY: 'No permission covers this territory.',
  RECIPIENT: 'No permission covers this recipient.',
  COMPONENT_PROFILE: 'The component’s profile or assurance is below what the policy asks.',
  CONSTRAINT: 'No permission’s other constraints are all met.',
  TARGET: 'No permission covers this asset.',
  CONSENT: 'Not enough of the parties whose consent the policy asks for have consented.',
  DUTY: 'A duty that had to be done first has not been done.',
  BREACH: 'A breach of duty recorded under the grant has not been made good.',
  CONFLICT: 'A permission and a prohibition of the policy both apply, which makes it void.',
  PROHIBITED: 'A prohibition covers the use.',
  QUOTA: 'All uses the grant allows have been made.',
} as const;
export type DenialCode = keyof typeof denials;
export const denialCode = z.enum(Object.keys(denials) as [DenialCode, ...DenialCode[]]);

/** A transaction that the rules refuse. Only its message crosses Fabric, so the message is one JSON object. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly details: Json;

  constructor(code: RefusalCode, details: Json = {}) {
    super(encode({ refusal: code, details }));
    this.code = code;
    this.details = details;
  }
}

const wire = z.strictObject({ refusal: z.string(), details: z.json() });

/** Refuse unless a condition holds. */
export function refuseUnless(condition: boolean, code: RefusalCode, details: Json = {}): asserts condition {
  if (!condition) throw new Refusal(code, details);
}

/**
 * The refusal inside an error message that came through Fabric, which puts words of its own before it;
 * `undefined` when there is none, for example when a peer itself failed.
 */
export function decodeRefusal(message: string): Refusal | undefined {
  const start = message.indexOf('{"details":');
  if (start < 0) return undefined;
  try {
    const { refusal, details } = wire.parse(JSON.parse(message.slice(start)));
    return Object.hasOwn(refusals, refusal) ? new Refusal(refusal as RefusalCode, details) : undefined;
  } catch {
    return undefined;
  }
}
