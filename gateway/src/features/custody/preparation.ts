import { keys, type Usage } from '@tallystick/chaincode/model';
import { PayloadError } from '../../payload/port.js';
import type { CustodyEntry } from './stores/port.js';
import { doubtTerms, doubtUse, type Archive } from './evidence.js';
import type { Custody } from './parts.js';
import { recordAt } from './projected.js';

/**
 * To PREPARED: judge the request, wrap the version's key to the consumer's one-time recipient, and keep the result at home.
 * A forged request ends as WITHHELD before any key is touched. A genuine one for which there is nothing to give (its terms are
 * not ours, the key is not here) is PREPARED without a header, and with the reason: the ledger may deny it, which must be
 * written, and cannot allow it without one.
 */
export async function prepareHeader(
  custody: Custody,
  entry: CustodyEntry,
  usage: Usage,
): Promise<CustodyEntry> {
  const { state, failpoints, payloads } = custody;
  const archive = archiveOf(custody);
  const doubt = (await doubtUse(archive, usage)) ?? (await isElsewhere(custody, usage));
  if (doubt !== undefined) return withhold(custody, entry, doubt);
  const header = (await doubtTerms(archive, usage.grant)) ?? (await wrapped(custody, usage));
  const change =
    typeof header === 'string' ? { reason: header } : { header, headerCid: payloads.headerCid(header) };
  const prepared = await state.custody.move(entry.usageId, entry.state, 'PREPARED', change);
  await failpoints.reach('custody.prepared');
  return prepared;
}

const archiveOf = ({ projection, state, mspId, signers, memberships }: Custody): Archive => ({
  projection,
  offers: state.offers,
  mspId,
  enrolled: [...signers.values()].map(({ certificate }) => certificate),
  memberships,
});

/** What is pulled or computed on is answered by whoever serves it, through the routes; nothing is wrapped for it. */
async function isElsewhere({ projection }: Custody, usage: Usage): Promise<'NOT_SEALED' | undefined> {
  const version = await recordAt(projection, keys.version(usage.version));
  return version?.delivery.mode === 'SEALED' ? undefined : 'NOT_SEALED';
}

type Obstacle = 'OWNER_HEADER_UNKNOWN' | 'KEY_MISMATCH' | 'RECIPIENT_INVALID';

/** Obstacles that an operator can remove, by restoring a backup of the state. */
const REPAIRABLE: ReadonlySet<string> = new Set(['OWNER_HEADER_UNKNOWN', 'KEY_MISMATCH']);

async function wrapped(
  { state, projection, payloads, age }: Custody,
  usage: Usage,
): Promise<Uint8Array | Obstacle> {
  const owner = await state.ownerHeaders.get(usage.version);
  if (owner === undefined) return 'OWNER_HEADER_UNKNOWN';
  const version = await recordAt(projection, keys.version(usage.version));
  const committed = version?.delivery.mode === 'SEALED' ? version.delivery.keyCommitment : undefined;
  if (owner.keyCommitment !== committed) return 'KEY_MISMATCH';
  try {
    return payloads.rewrap(owner.header, age.identity, usage.recipient);
  } catch (error) {
    if (error instanceof PayloadError && error.code === 'RECIPIENT_INVALID') return error.code;
    throw error;
  }
}

/** The end of a request that the rules would allow, and for which there is no header. */
export function giveUp(custody: Custody, entry: CustodyEntry): Promise<CustodyEntry> {
  const { reason = 'HEADER_MISSING' } = entry;
  return REPAIRABLE.has(reason) ? fail(custody, entry, reason) : withhold(custody, entry, reason);
}

/** The end of a request for which nothing may be released. */
export function withhold(custody: Custody, entry: CustodyEntry, reason: string): Promise<CustodyEntry> {
  const { usageId, grantId, state, txId } = entry;
  custody.log.warn({ usageId, grantId, txId, reason }, 'Nothing is released for this request');
  return custody.state.custody.move(usageId, state, 'WITHHELD', { reason });
}

/** An operator can put it right and start it again. */
export function fail(custody: Custody, entry: CustodyEntry, reason: string): Promise<CustodyEntry> {
  const { usageId, grantId, state } = entry;
  custody.log.error({ usageId, grantId, reason }, 'This request cannot be answered');
  return custody.state.custody.move(usageId, state, 'FAILED', { reason });
}
