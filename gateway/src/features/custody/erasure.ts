import { keys, type Instant, type Usage, type Version } from '@tallystick/chaincode/model';
import type { Payloads } from '../../payload/port.js';
import type { Projection } from '../../projection/port.js';
import type { OneTimeKeys, OwnerHeaders } from './stores/port.js';
import { refuseDeletion } from './deletion-holds.js';
import { CustodyError } from './errors.js';
import { recordAt, recordsOf } from './projected.js';
import type { Servings } from './servings.js';

export interface Erasing {
  readonly projection: Projection;
  readonly oneTimeKeys: OneTimeKeys;
  readonly ownerHeaders: OwnerHeaders;
  readonly payloads: Payloads;
  readonly servings: Servings;
  /** Our participant id. */
  readonly participant: string;
  readonly now: () => Instant;
}

/** What was forgotten of a use. */
export interface Erased {
  readonly usageId: string;
  readonly at: Instant;
  readonly wasKeyHere: boolean;
  /** CIDs of the copies that are not kept any more. */
  readonly discarded: readonly string[];
}

/**
 * `UseCases.eraseUse`: what is served of it ends, its one-time key is overwritten, and our copies are let go. Without the key nothing
 * opens, so it goes first; all of it may be done twice. What was sent out before is not ours to delete.
 * @throws CustodyError NOT_FOUND, NOT_OURS, HOLD_IN_EFFECT
 */
export async function eraseUse(erasing: Erasing, usageId: string): Promise<Erased> {
  const { projection, oneTimeKeys, servings, participant, now } = erasing;
  const usage = await recordAt(projection, keys.usage(usageId as Usage['id']));
  if (usage === undefined) throw new CustodyError('NOT_FOUND', `No use ${usageId}`);
  if (usage.consumer !== participant) throw new CustodyError('NOT_OURS', 'The use is another organisation’s');
  await refuseDeletion(projection, usage, now());
  const wasKeyHere = (await oneTimeKeys.get(usageId)) !== undefined;
  await oneTimeKeys.forget(usageId);
  servings.end(usageId, new CustodyError('KEY_UNKNOWN', 'The use was deleted while it was served'));
  return { usageId, at: now(), wasKeyHere, discarded: await discard(erasing, usage) };
}

async function discard(erasing: Erasing, usage: Usage): Promise<readonly string[]> {
  const payload = await unneededPayload(erasing, usage);
  const copies = [usage.answer?.header, payload].flatMap((cid) => cid ?? []);
  for (const cid of copies) await erasing.payloads.discard(cid);
  return copies;
}

/** The ciphertext, unless it is our own or another use of ours can still open it. */
async function unneededPayload(
  { projection, ownerHeaders, oneTimeKeys, participant }: Erasing,
  { version: id }: Usage,
): Promise<string | undefined> {
  const version: Version | undefined = await recordAt(projection, keys.version(id));
  if (version?.delivery.mode !== 'SEALED' || (await ownerHeaders.get(id)) !== undefined) return undefined;
  const others = await usesOf(projection, { version: id, consumer: participant });
  return (await oneTimeKeys.among(others)).length === 0 ? version.delivery.cid : undefined;
}

/** Ids of the uses with these members. */
export async function usesOf(
  projection: Pick<Projection, 'list'>,
  where: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  return (await recordsOf(projection, { kind: 'usage', where })).map(({ id }) => id);
}
