import { anyId, id } from '../../model/index.js';
import type { Subject } from '../../model/odrl/index.js';
import { problemAt } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';

const participant = id('participant');
const asset = anyId('dataset', 'version');

/** Why a party can match nobody. Its refinement is looked at with the other conditions of the rule. */
export const partyFaults = (party: Subject): readonly PolicyProblem[] =>
  namesOf(party).flatMap(([at, name]) =>
    participant.safeParse(name).success ? [] : problemAt(at, 'must be a participant id'),
  );

/** Why an asset can match nothing. A dataset is a collection, too: of its versions. */
export const targetFaults = (target: Subject): readonly PolicyProblem[] =>
  namesOf(target).flatMap(([at, name]) =>
    asset.safeParse(name).success ? [] : problemAt(at, 'must be a dataset id or a version id'),
  );

/** Why a party is not one participant, where the ledger acts on one and asks no facts. */
export function namedPartyFaults(party: Subject): readonly PolicyProblem[] {
  if (party.uid === undefined) return problemAt('', 'must name a participant');
  if (party.source !== undefined || party.refinement !== undefined) {
    return problemAt('', 'must be a single participant, not some of a collection');
  }
  return partyFaults(party);
}

function namesOf({ uid, source }: Subject): readonly (readonly [string, string])[] {
  const names: (readonly [string, string])[] = [];
  if (uid !== undefined) names.push(['/uid', uid]);
  if (source !== undefined) names.push(['/source', source]);
  return names;
}
