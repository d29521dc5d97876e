import {
  descriptors,
  digestOf,
  encode,
  keys,
  type Digest,
  type Obligation,
} from '@tallystick/chaincode/model';
import { usesOf } from '../custody/port.js';
import { recordAt } from '../custody/port.js';
import { componentOf } from '../custody/port.js';
import { submitWithRetry } from '../../ledger/port-retry.js';
import type { DutyEntry } from './stores/port.js';
import { noticeOf, signNotice } from './notice.js';
import type { ObligationParts } from './parts.js';

/** How long a committed statement may take to be seen. */
const SEEN_WITHIN_MS = 10_000;

/** A step that cannot be taken now. */
class StepError extends Error {
  override readonly name = 'StepError';
  readonly code: 'COMPONENT_UNKNOWN' | 'OBLIGATION_UNKNOWN' | 'PARTICIPANT_UNKNOWN';
  constructor(code: StepError['code']) {
    super(code);
    this.code = code;
  }
}

export const obligationOf = async (
  { projection }: Pick<ObligationParts, 'projection'>,
  obligationId: string,
): Promise<Obligation> => {
  const record = await recordAt(projection, keys.obligation(obligationId as Obligation['id']));
  if (record === undefined) throw new StepError('OBLIGATION_UNKNOWN');
  return record;
};

async function ownComponent({ projection, participant, signer }: ObligationParts): Promise<string> {
  const found = await componentOf(projection, { participant, keyDigest: signer.keyDigest } as Parameters<
    typeof componentOf
  >[1]);
  if (found === undefined) throw new StepError('COMPONENT_UNKNOWN');
  return found;
}

/** Forget the use, or all uses of the grant where the duty is the grant's. Returns the digest of what was done. */
export async function erase(parts: ObligationParts, { usage, grant }: Obligation): Promise<Digest> {
  const { projection, participant, useCases } = parts;
  const uses = usage === undefined ? await usesOf(projection, { grant, consumer: participant }) : [usage];
  const erased = [];
  for (const usageId of uses) erased.push(await useCases.eraseUse(usageId));
  return digestOf(encode(erased));
}

/** Send the notice of an obligation to the gateway of the party that has to be informed. */
export async function inform(parts: ObligationParts, obligation: Obligation): Promise<void> {
  const informed = await recordAt(parts.projection, keys.participant(obligation.attester));
  if (informed === undefined) throw new StepError('PARTICIPANT_UNKNOWN');
  const component = (await ownComponent(parts)) as Parameters<typeof noticeOf>[1];
  const notice = noticeOf(obligation, component, parts.now());
  await parts.send(informed.mspId, signNotice(notice, parts.signer));
}

/** State on the ledger that a duty was done. The ledger takes it once. */
export async function fulfil(
  parts: ObligationParts,
  { grant, duty, usage, period }: Obligation,
  { evidence }: DutyEntry,
): Promise<void> {
  const argument = encode({
    grant,
    duty,
    ...(usage !== undefined && { usage }),
    ...(period !== undefined && { period }),
    component: await ownComponent(parts),
    ...(evidence !== undefined && { evidence }),
  });
  const submission = {
    identity: parts.signer.name,
    transaction: descriptors.obligations.Fulfil.name,
    argument,
  };
  const { blockNumber } = await submitWithRetry(parts.ledger, submission);
  // Else it would be stated again, and refused. When the projection is stopped, the next pass looks.
  await parts.projection.reached(blockNumber, AbortSignal.timeout(SEEN_WITHIN_MS)).catch(() => undefined);
}
