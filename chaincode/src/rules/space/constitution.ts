import { descriptors, keys, refuseUnless } from '../../model/index.js';
import { write } from '../ledger.js';
import { isProfileOf } from '../participants/profile.js';
import { accept, rule } from '../rule.js';

const FIRST_RULEBOOK = 1;

/**
 * Writes the space once. Its transaction is pinned in every trust file, so a second constitution could only
 * serve to replace who governs: it is refused whoever asks.
 */
export const constitute = rule(descriptors.space.Constitute, async (request, ledger, caller) => {
  const { founder, ...named } = request;
  const key = keys.space();
  refuseUnless((await ledger.get(key)) === undefined, 'ALREADY_EXISTS', { key: key.text });
  refuseUnless(isProfileOf(founder, caller), 'NOT_SELF', { mspId: founder.mspId });
  const { version } = named.rulebook;
  refuseUnless(version === FIRST_RULEBOOK, 'RULEBOOK_CHANGED', { version, needs: FIRST_RULEBOOK });
  const operator = caller.participant;
  const participant = { id: operator, state: 'ACTIVE' as const, ...founder, rulebook: version };
  return accept(
    [write(key, { ...named, operator }), write(keys.participant(operator), participant)],
    { name: 'space.constituted', operator },
    { operator },
  );
});
