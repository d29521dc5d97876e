import { keys, refuseUnless, type Id } from '../../model/index.js';
import type { Ledger } from '../ledger.js';

/** Refuse to bind a participant other than the caller that is not a member in good standing now. */
export async function needActive(ledger: Ledger, participant: Id<'participant'>): Promise<void> {
  const { state } = await ledger.need(keys.participant(participant));
  refuseUnless(state === 'ACTIVE', 'PARTICIPANT_NOT_ACTIVE', { participant, state });
}
