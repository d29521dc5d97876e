import { keys, type Usage } from '@tallystick/chaincode/model';
import { PayloadError } from '../payload/port.js';
import type { CustodyEntry, OwnerHeader } from '../state/port.js';
import { doubtUse } from './evidence.js';
import type { Custody } from './parts.js';
import { recordAt } from './projected.js';

/** Why a request that is genuine gets no header. */
type Obstacle = 'NOT_SEALED' | 'OWNER_HEADER_UNKNOWN' | 'KEY_MISMATCH' | 'RECIPIENT_INVALID';

/**
 * From SEEN to PREPARED: judge the request, then wrap the version's key to the consumer's one-time recipient and keep the result at
 * home. A doubtful request ends as WITHHELD, before any key is touched.
 */
export async function prepareHeader(
  custody: Custody,
  entry: CustodyEntry,
  usage: Usage,
): Promise<CustodyEntry> {
  const { state, projection, failpoints, payloads } = custody;
  const doubt = await doubtUse({ projection, offers: state.offers, mspId: custody.mspId }, usage);
  if (doubt !== undefined) return withhold(custody, entry, doubt);
  const owner = await state.ownerHeaders.get(usage.version);
  const header = await wrapped(custody, usage, owner);
  if (typeof header === 'string') return fail(custody, entry, header);
  const change = { header, headerCid: payloads.headerCid(header) };
  const prepared = await state.custody.move(entry.usageId, 'SEEN', 'PREPARED', change);
  await failpoints.reach('custody.prepared');
  return prepared;
}

async function wrapped(
  { projection, payloads, age }: Custody,
  usage: Usage,
  owner: OwnerHeader | undefined,
): Promise<Uint8Array | Obstacle> {
  const version = await recordAt(projection, keys.version(usage.version));
  if (version?.delivery.mode !== 'SEALED') return 'NOT_SEALED';
  if (owner === undefined) return 'OWNER_HEADER_UNKNOWN';
  if (owner.keyCommitment !== version.delivery.keyCommitment) return 'KEY_MISMATCH';
  try {
    return payloads.rewrap(owner.header, age.identity, usage.recipient);
  } catch (error) {
    if (error instanceof PayloadError && error.code === 'RECIPIENT_INVALID') return error.code;
    throw error;
  }
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
