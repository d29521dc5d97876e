import { descriptors, keys, type Claim, type Grant } from '@tallystick/chaincode/model';
import type { ProjectedTransaction, Projection } from '../../projection/port.js';
import type { Memberships } from '../channel/port.js';
import { issuerOf } from './authority.js';
import { doubtTransaction, isSignedBy, type GrantVersion, type Ourselves } from './guards.js';
import { versionsOf, type Version } from './history.js';
import { callerBy } from './signers.js';

export interface Estate {
  readonly projection: Pick<Projection, 'history' | 'transaction'>;
  readonly memberships: Memberships;
  readonly ourselves: Ourselves;
}

const { AcceptTransfer, OfferTransfer, Consent } = descriptors.claims;
/** Hands through which a claim can have come. */
const MAX_HANDS = 100;

/**
 * Whether the terms of a grant were signed by a holder of the claim it rests on, and that claim came to us, from hand to hand and always
 * together with its grants: whoever signs the acceptance of such a transfer takes over what was promised. The holder is known by the
 * certificate by which it offered the transfer, or consented to it.
 */
export async function isPassedOn(
  estate: Estate,
  grant: Grant,
  written: readonly GrantVersion[],
): Promise<boolean> {
  const history = await versionsOf(estate.projection, keys.claim(grant.claim));
  const holder = certificatesOf(grant.provider, history);
  const [first] = holder;
  if (first === undefined) return false;
  const memberships = await estate.memberships(first.blockNumber);
  const known = { mspId: first.mspId, certificates: holder.map(({ certificate }) => certificate) };
  const giver = { mspId: first.mspId, isOurs: issuerOf(known, memberships) };
  return isSignedBy(giver, grant, written) && isTakenOver(estate, history);
}

/** Transactions by which a holder agreed to the transfer of its claim. */
const certificatesOf = (
  holder: Grant['provider'],
  history: readonly Version[],
): readonly ProjectedTransaction[] =>
  history.flatMap(({ transaction }) =>
    transaction !== undefined &&
    doubtTransaction(transaction) === undefined &&
    [OfferTransfer.name, Consent.name].some((name) => name === transaction.transaction) &&
    callerBy(transaction, transaction.time).participant === holder
      ? [transaction]
      : [],
  );

/** From successor to successor, until an acceptance that is ours. */
async function isTakenOver(
  { projection, ourselves }: Estate,
  history: readonly Version<Claim>[],
): Promise<boolean> {
  let hand = handOf(history);
  for (let hands = 1; hand !== undefined && hands < MAX_HANDS; hands += 1) {
    const { accepted, successor } = hand;
    if (accepted.mspId === ourselves.mspId && ourselves.isOurs(accepted.certificate)) return true;
    hand = handOf(await versionsOf(projection, keys.claim(successor)));
  }
  return false;
}

/** The acceptance that took a claim and its grants to a successor, if that is how it ended. */
function handOf(
  versions: readonly Version<Claim>[],
): { readonly accepted: ProjectedTransaction; readonly successor: Claim['id'] } | undefined {
  const last = versions.at(-1);
  const { successor, transfer } = last?.record.value ?? {};
  const accepted = last?.transaction;
  if (successor === undefined || transfer?.grants !== 'PASS') return undefined;
  if (accepted?.transaction !== AcceptTransfer.name) return undefined;
  return doubtTransaction(accepted) === undefined ? { accepted, successor } : undefined;
}
