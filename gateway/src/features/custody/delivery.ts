import { descriptors, encode, keys, type Usage } from '@tallystick/chaincode/model';
import { codeOf } from './answering.js';
import { needRules } from './decision.js';
import type { Custody } from './parts.js';
import { submitPersistently } from '../../ledger/port-persistence.js';
import { recordAt } from './projected.js';

/**
 * True when a consumer says that nothing arrived, and the wrapped key is not on the ledger yet. Other grounds (a wrong key, wrong
 * content) are for an arbiter: publishing the same header again would answer nothing.
 */
export const isUndelivered = ({ state, contest }: Usage): boolean =>
  state === 'CONTESTED' && contest?.reason === 'NOT_DELIVERED' && contest.header === undefined;

/**
 * Answer such a contest with the header that was released: to the content store once more, and onto the ledger. What was
 * withheld stays withheld, whatever a contest says.
 */
export async function deliver(custody: Custody, usageId: Usage['id'], signal: AbortSignal): Promise<boolean> {
  const { state, projection, payloads, ledger, operator, failpoints, log, settings } = custody;
  const entry = await state.custody.get(usageId);
  if (entry?.state !== 'RELEASED' || entry.header === undefined) return false;
  const usage = await recordAt(projection, keys.usage(usageId));
  if (usage === undefined || !isUndelivered(usage)) return false;
  needRules(projection);
  await payloads.publishHeader(entry.header);
  const argument = encode({ usageId, header: Buffer.from(entry.header).toString('base64') });
  const submission = { identity: operator, transaction: descriptors.usage.Deliver.name, argument };
  try {
    const { txId, blockNumber } = await submitPersistently(
      ledger,
      submission,
      settings.acknowledgement,
      signal,
    );
    await failpoints.reach('custody.delivered');
    log.info({ usageId, txId }, 'Delivered on the ledger, because the consumer contested');
    await projection.reached(blockNumber, signal);
    return true;
  } catch (error) {
    log.warn({ usageId, code: codeOf(error) }, 'Could not deliver on the ledger');
    throw error;
  }
}
