import { keys, type Obligation } from '@tallystick/chaincode/model';
import { recordAt } from '../custody/port.js';
import { DELETE, ours } from './due.js';
import { digestOfNotice, isSignedBy, signedNotice, type SignedNotice } from './notice.js';
import type { ObligationParts } from './parts.js';
import { ObligationError, type Deletion, type DutyWorker, type Obligations } from './port.js';
import { JournalingWorker } from './worker.js';

/** Duties of one organisation. The worker has to be started; without it, only what is asked for is done. */
export function newObligations(parts: ObligationParts): {
  readonly obligations: Obligations;
  readonly worker: DutyWorker;
} {
  const worker = new JournalingWorker(parts);
  return {
    worker,
    obligations: {
      deleteUse: (usageId) => deleteUse(parts, worker, usageId),
      receive: (notice) => receive(parts, worker, notice),
    },
  };
}

async function deleteUse(
  parts: ObligationParts,
  worker: JournalingWorker,
  usageId: string,
): Promise<Deletion> {
  const { projection, participant: debtor, duties, useCases } = parts;
  const owed = (await ours(projection, { usage: usageId, debtor, action: DELETE })).filter(
    ({ state }) => state !== 'FULFILLED',
  );
  // Written down first: when the process dies in between, the deletion is done at the next start.
  for (const { id } of owed) await duties.open(id, 'DELETE');
  const { wasKeyHere } = await useCases.eraseUse(usageId);
  worker.wake();
  return { usageId, wasKeyHere, obligations: owed.map(({ id }) => id) };
}

async function receive(
  parts: ObligationParts,
  worker: JournalingWorker,
  body: unknown,
): Promise<{ readonly obligationId: Obligation['id'] }> {
  const parsed = signedNotice.safeParse(body);
  if (!parsed.success) throw new ObligationError('NOTICE_INVALID', 'It is no signed notice');
  const obligation = await informedBy(parts, parsed.data);
  const change = { notice: JSON.stringify(parsed.data), evidence: digestOfNotice(parsed.data) };
  await parts.duties.open(obligation.id, 'ACKNOWLEDGE', 'DONE', change);
  worker.wake();
  return { obligationId: obligation.id };
}

/** The obligation that a notice is about, when it comes from its debtor and we are who has to be informed. */
async function informedBy(parts: ObligationParts, signed: SignedNotice): Promise<Obligation> {
  const { projection, participant, now } = parts;
  const { notice } = signed;
  const obligation = await recordAt(projection, keys.obligation(notice.obligation));
  if (obligation === undefined)
    throw new ObligationError('OBLIGATION_UNKNOWN', 'Our peer does not show it yet');
  const isForUs = obligation.attester === participant && notice.to === participant;
  if (!isForUs || obligation.debtor !== notice.from) {
    throw new ObligationError('NOTICE_INVALID', 'It is not from the debtor to us');
  }
  const component = await recordAt(projection, keys.component(notice.component));
  if (!isSignedBy(signed, component, now())) {
    throw new ObligationError('NOTICE_INVALID', 'No certified component of the debtor signed it');
  }
  return obligation;
}
