import { PayloadError } from '../../payload/port.js';
import type { CustodyEntry } from './stores/port.js';
import { needRules } from './decision.js';
import type { Custody } from './parts.js';
import { withhold } from './preparation.js';
import { judge, type Waiting } from './verdict.js';

const NOTHING = new Uint8Array();

/**
 * The end of a request that our own peer shows as answered: publish the header, or never; or nothing yet, until what its answer wrote is
 * restored. The journal says RELEASED only after
 * the store has it; a crash in between publishes the same block again. @throws CustodyError RULES_UNKNOWN
 */
export async function settle(custody: Custody, entry: CustodyEntry): Promise<CustodyEntry | Waiting> {
  const { usageId } = entry;
  needRules(custody.projection);
  const verdict = await judge(custody, entry);
  switch (verdict.state) {
    case 'WITHHELD':
      return withhold(custody, entry, verdict.reason);
    case 'DENIED': {
      const discarded = entry.header === undefined ? {} : { header: NOTHING };
      const change = { ...discarded, reason: verdict.reason };
      return custody.state.custody.move(usageId, entry.state, 'DENIED', change);
    }
    case 'WAITING':
      return verdict;
    case 'RELEASED':
      return release(custody, await submitted(custody, entry, verdict.txId), verdict.txId);
  }
}

/** An answer that was thought lost, and came: its id is written down before anything leaves the house. */
async function submitted({ state }: Custody, entry: CustodyEntry, txId: string): Promise<CustodyEntry> {
  if (entry.state === 'SUBMITTED') return entry;
  return state.custody.move(entry.usageId, entry.state, 'SUBMITTED', { txId });
}

async function release(
  { state, payloads, failpoints, log }: Custody,
  { usageId, grantId, header = NOTHING, headerCid }: CustodyEntry,
  txId: string,
): Promise<CustodyEntry> {
  await failpoints.reach('custody.before-release');
  const { cid } = await payloads.publishHeader(header);
  if (cid !== headerCid)
    throw new PayloadError('STORE_FAILED', `the content store names ${cid} what is ${headerCid}`);
  await failpoints.reach('custody.released');
  const released = await state.custody.move(usageId, 'SUBMITTED', 'RELEASED', { txId });
  await failpoints.reach('custody.recorded');
  log.info({ usageId, grantId, txId, header: cid }, 'Released');
  return released;
}
