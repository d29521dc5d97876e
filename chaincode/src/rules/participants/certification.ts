import { descriptors, keys, refuseUnless, type Id, type Space } from '../../model/index.js';
import { isRegulator, needOversight } from '../governance.js';
import { write } from '../ledger.js';
import { mayEnd, refuseOwnMatter } from '../powers/index.js';
import { accept, rule } from '../rule.js';
import { refuseValidity } from './validity.js';

/** An operational environment is certified for at most three years (IDS Rules of Participation). */
const MAX_YEARS = 3;

type Office = 'OPERATOR' | 'REGULATOR';

/** In which office somebody certifies; what was certified in one that has been left, the operator judges as its own. */
const officeOf = (space: Space, participant: Id<'participant'>): Office =>
  isRegulator(space, participant) ? 'REGULATOR' : 'OPERATOR';

/** Certifies a participant's operational environment; a later certificate replaces the one before, that of a regulator only another one's. */
export const certify = rule(
  descriptors.participants.Certify,
  async ({ participantId: id, ...levels }, ledger, caller) => {
    const space = await needOversight(ledger, caller, 'NOT_CERTIFIER');
    await refuseOwnMatter(ledger, caller, [id], { participantId: id });
    const { trustLevel, assurance, validUntil } = levels;
    // Self-assessment alone cannot carry trust-building services (IDS-RAM 4).
    refuseUnless(!(trustLevel === 3 && assurance === 1), 'LEVEL_PAIR', { trustLevel, assurance });
    refuseValidity(validUntil, caller, MAX_YEARS);
    const participant = await ledger.need(keys.participant(id));
    const { state, certification: before } = participant;
    refuseUnless(state !== 'EXITED', 'ILLEGAL_STATE', { id, from: state, to: state });
    if (before !== undefined && caller.time < before.validUntil) {
      const { certifiedBy } = before;
      const mayReplace = mayEnd(
        'participantCertified',
        officeOf(space, certifiedBy),
        officeOf(space, caller.participant),
      );
      refuseUnless(mayReplace, 'NOT_CERTIFIER', { id, certifiedBy });
    }
    const certification = { ...levels, certifiedBy: caller.participant };
    return accept(
      [write(keys.participant(id), { ...participant, certification })],
      { name: 'participant.certified', participantId: id },
      { participantId: id, state },
    );
  },
);
