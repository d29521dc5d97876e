import { descriptors, keys, refuseUnless } from '../../model/index.js';
import { needOversight } from '../governance.js';
import { write } from '../ledger.js';
import { refuseOwnMatter } from '../powers/index.js';
import { accept, rule } from '../rule.js';
import { refuseValidity } from './validity.js';

/** An operational environment is certified for at most three years (IDS Rules of Participation). */
const MAX_YEARS = 3;

/** Certifies a participant's operational environment; a later certificate replaces the one before. */
export const certify = rule(
  descriptors.participants.Certify,
  async ({ participantId: id, ...levels }, ledger, caller) => {
    await needOversight(ledger, caller, 'NOT_CERTIFIER');
    await refuseOwnMatter(ledger, caller, [id], { participantId: id });
    const { trustLevel, assurance, validUntil } = levels;
    // Self-assessment alone cannot carry trust-building services (IDS-RAM 4).
    refuseUnless(!(trustLevel === 3 && assurance === 1), 'LEVEL_PAIR', { trustLevel, assurance });
    refuseValidity(validUntil, caller, MAX_YEARS);
    const participant = await ledger.need(keys.participant(id));
    const { state } = participant;
    refuseUnless(state !== 'EXITED', 'ILLEGAL_STATE', { id, from: state, to: state });
    const certification = { ...levels, certifiedBy: caller.participant };
    return accept(
      [write(keys.participant(id), { ...participant, certification })],
      { name: 'participant.certified', participantId: id },
      { participantId: id, state },
    );
  },
);
