import { common } from '@hyperledger/fabric-protos';
import { POLICY, type ChannelConfig } from './channel-config.js';
import type { Identities } from './identities.js';
import type { Identity } from './msp.js';
import { validSigners, type SignedBytes } from './policy.js';
import { transactionId, type Proposal } from '../wire/index.js';

/** peer.authentication.timewindow of Fabric's core.yaml. */
export const TIME_WINDOW_MS = 15 * 60 * 1000;

/**
 * Why a proposal is not executed. `filter`: refused before it is looked at (expired certificate, clock);
 * `access`: the client has no right to it, or it is no proper proposal. Texts are Fabric's.
 */
export class NotAdmitted extends Error {
  readonly kind: 'filter' | 'access';

  constructor(kind: 'filter' | 'access', message: string) {
    super(message);
    this.kind = kind;
  }
}

function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The filters in front of an endorser (core/handlers/auth/filter): expiry of the certificate, then the time window. */
function passFilters(proposal: Proposal, identities: Identities, nowMs: number): void {
  const expiry = identities.find(proposal.creator)?.certificate.notAfter;
  if (expiry !== undefined && nowMs > expiry)
    throw new NotAdmitted('filter', 'proposal client identity expired');
  if (Math.abs(nowMs - proposal.timestamp) <= TIME_WINDOW_MS) return;
  const [at, now] = [rfc3339(proposal.timestamp), rfc3339(nowMs)];
  throw new NotAdmitted(
    'filter',
    `request unauthorized due to incorrect timestamp ${at}, peer time ${now}, peer.authentication.timewindow 15m0s`,
  );
}

function refuse(problem: string): never {
  throw new NotAdmitted('access', `error validating proposal: ${problem}`);
}

const TYPE_NAMES = new Map<number, string>(
  Object.entries(common.HeaderType).map(([name, type]) => [type, name]),
);
/** A configuration has no business here, but Fabric lets its type pass; orderers stop it. */
const PROPOSABLE: readonly number[] = [common.HeaderType.ENDORSER_TRANSACTION, common.HeaderType.CONFIG];

function checkForm(proposal: Proposal): void {
  if (!PROPOSABLE.includes(proposal.type))
    refuse(`invalid header type ${TYPE_NAMES.get(proposal.type) ?? proposal.type}`);
  if (proposal.epoch !== 0) refuse('epoch is non-zero');
  if (proposal.nonce.length === 0) refuse('nonce is empty');
  if (proposal.creator.length === 0) refuse('creator is empty');
  const expected = transactionId(proposal.nonce, proposal.creator);
  if (proposal.txId !== expected)
    refuse(`incorrectly computed txid '${proposal.txId}' -- expected '${expected}'`);
  if (proposal.signed.getSignature().length === 0) refuse('empty signature bytes');
}

/** The reasons stay in the log of a real peer: a client learns no more than that it was refused. */
function authenticate(proposal: Proposal, identities: Identities): Identity {
  const { channelId, signed } = proposal;
  const creator = identities.find(proposal.creator);
  if (!creator?.isIssued)
    refuse(`access denied: channel [${channelId}] creator org unknown, creator is malformed`);
  const isProven =
    creator.problem === undefined &&
    creator.verify(signed.getProposalBytes_asU8(), signed.getSignature_asU8());
  if (!isProven) refuse(`access denied: channel [${channelId}] creator org [${creator.mspId}]`);
  return creator;
}

/** Fabric's text for an access policy that is not satisfied (core/aclmgmt/resourceprovider.go). */
export function accessDenied(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    `failed evaluating policy on signed data during check policy [${path}]: [implicit policy evaluation failed - ` +
    `0 sub-policies were satisfied, but this policy requires 1 of the '${name}' sub-policies to be satisfied]`
  );
}

/** True when one signature satisfies the policy at `path`. */
export function isAllowed(signed: SignedBytes, path: string, config: ChannelConfig): boolean {
  return config.policy(path)(validSigners([signed], config.identities));
}

/**
 * Decides whether a proposal may be executed, in Fabric's order (core/endorser/endorser.go, preProcess).
 * @param isKnown tells whether a transaction id is on the ledger already
 * @returns the creator, whose signature held
 * @throws NotAdmitted
 */
export function admit(
  proposal: Proposal,
  config: ChannelConfig,
  isKnown: (txId: string) => boolean,
  nowMs: number,
): Identity {
  passFilters(proposal, config.identities, nowMs);
  if (proposal.problem !== undefined) throw new NotAdmitted('access', proposal.problem);
  checkForm(proposal);
  const creator = authenticate(proposal, config.identities);
  if (isKnown(proposal.txId)) {
    const hex = Buffer.from(proposal.creator).toString('hex');
    throw new NotAdmitted('access', `duplicate transaction found [${proposal.txId}]. Creator [${hex}]`);
  }
  return creator;
}

/**
 * The writers' check of application chaincodes.
 * @throws NotAdmitted
 */
export function admitWriter(creator: Identity, config: ChannelConfig): void {
  if (!config.policy(POLICY.writers)([creator]))
    throw new NotAdmitted('access', accessDenied(POLICY.writers));
}
