import { utf8ToBytes } from '@noble/hashes/utils.js';
import { encode } from '../../model/index.js';
import { isLogical, operandOf, type Constraint, type Policy, type Rule } from '../../model/odrl/index.js';
import { dutyPlaces } from '../duties/place.js';
import { pointed, problemAt, under } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';
import { PROFILES_KNOWN } from '../vocabulary/index.js';
import { conditionsOf } from './coverage.js';
import { deadPermissions } from './dead.js';
import { dutyFaults } from './duty-faults.js';
import { usageRuleFaults } from './rule-faults.js';

/**
 * Everything in a policy that the ledger cannot enforce, attest or detect, with its place. A policy is published as a whole
 * or not at all: dropping what is not understood would widen it.
 */
export function admit(policy: Policy): readonly PolicyProblem[] {
  const excessive = sizeFaults(policy);
  if (excessive.length > 0) return excessive;
  const faults = enforceabilityFaults(policy);
  // What a policy with faults permits is not known.
  return faults.length > 0 ? faults : deadPermissions(policy);
}

/** What of a policy the ledger cannot see to, whatever it permits. */
export const enforceabilityFaults = (policy: Policy): readonly PolicyProblem[] => [
  ...(policy['@type'] === 'Request' ? problemAt('/@type', 'a request grants nothing') : []),
  ...profileFaults(policy),
  ...pointed(policy.permission, '/permission').flatMap(([at, rule]) =>
    under(at, usageRuleFaults(rule, true)),
  ),
  ...pointed(policy.prohibition, '/prohibition').flatMap(([at, rule]) =>
    under(at, usageRuleFaults(rule, false)),
  ),
  ...countsIn(policy)
    .slice(1)
    .flatMap((at) => problemAt(at, 'a policy holds one count')),
  ...dutyFaults(policy),
];

/** Who does not know a profile must stop (ODRL 2.2 information model, section 4.1). */
const profileFaults = ({ profile }: Policy): readonly PolicyProblem[] =>
  pointed(profile, '/profile').flatMap(([at, name]) =>
    PROFILES_KNOWN.has(name) ? [] : problemAt(at, 'the ledger does not know this profile'),
  );

const countsIn = ({ permission }: Policy): readonly string[] =>
  pointed(permission, '/permission').flatMap(([at, { constraint }]) =>
    pointed(constraint, `${at}/constraint`).flatMap(([pointer, of]) =>
      !isLogical(of) && of.leftOperand === 'count' ? [pointer] : [],
    ),
  );

/** What an endorser looks at in one decision is bounded, however a policy is written. */
const MAX_CONSTRAINTS = 600;
const MAX_BYTES = 65_536;

export function sizeFaults(policy: Policy): readonly PolicyProblem[] {
  const bytes = utf8ToBytes(encode(policy)).length;
  if (bytes > MAX_BYTES) return problemAt('', `holds ${bytes} bytes, more than ${MAX_BYTES}`);
  const constraints = constraintsIn(policy);
  return constraints > MAX_CONSTRAINTS
    ? problemAt('', `holds ${constraints} constraints, more than ${MAX_CONSTRAINTS}`)
    : [];
}

const constraintsIn = (policy: Policy): number =>
  [...(policy.permission ?? []), ...(policy.prohibition ?? []), ...dutyPlaces(policy).map(({ duty }) => duty)]
    .map((rule: Rule) =>
      conditionsOf(rule)
        .map(([, of]) => sizeOf(of))
        .reduce(sum, 0),
    )
    .reduce(sum, 0);

const sum = (left: number, right: number): number => left + right;

const sizeOf = (of: Constraint): number => (isLogical(of) ? operandOf(of)[1].map(sizeOf).reduce(sum, 1) : 1);
