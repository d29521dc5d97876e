import { Message } from '../bytes/protobuf.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { ConfigGroup } from './config-groups.js';
import type { Policy } from './identity.js';
import { readSignaturePolicy } from './signature-policy.js';

// Numbers of common.Policy.PolicyType.
const SIGNATURE = 1n;
const IMPLICIT_META = 3n;

/** How many of a number of groups have to agree, by common.ImplicitMetaPolicy.Rule: ANY, ALL, MAJORITY. */
const THRESHOLDS: readonly ((groups: number) => number)[] = [
  () => 1,
  (groups) => groups,
  (groups) => Math.floor(groups / 2) + 1,
];

const NEVER: Policy = { isSatisfiedBy: () => false };

// Each group is asked with all identities. One without the policy counts as a group that does not agree; without any group at all,
// nobody is left to disagree (fabric:common/policies/implicitmeta.go).
function implicitPolicy(bytes: Uint8Array, { groups }: ConfigGroup): Policy {
  const meta = Message.read(bytes, { fields: [1, 2] });
  const thresholdOf = THRESHOLDS[Number(meta.number(2))];
  if (thresholdOf === undefined) throw new Rejection('POLICY_UNKNOWN', { rule: `${meta.number(2)}` });
  const steps = meta.text(1).split('/');
  const parts = [...groups.values()].map((group) => found(group, steps) ?? NEVER);
  const threshold = parts.length === 0 ? 0 : thresholdOf(parts.length);
  return {
    isSatisfiedBy: (identities) => parts.filter((part) => part.isSatisfiedBy(identities)).length >= threshold,
  };
}

function read(bytes: Uint8Array, group: ConfigGroup): Policy {
  const policy = Message.read(bytes, { fields: [1, 2] });
  switch (policy.number(1)) {
    case SIGNATURE:
      return readSignaturePolicy(policy.bytes(2));
    case IMPLICIT_META:
      return implicitPolicy(policy.bytes(2), group);
    default:
      throw new Rejection('POLICY_UNKNOWN', { type: `${policy.number(1)}` });
  }
}

function found(group: ConfigGroup, [step = '', ...rest]: readonly string[]): Policy | undefined {
  if (rest.length > 0) {
    const child = group.groups.get(step);
    return child === undefined ? undefined : found(child, rest);
  }
  const bytes = group.policies.get(step);
  return bytes === undefined ? undefined : read(bytes, group);
}

/**
 * A policy of a channel by its path, such as `/Channel/Application/Endorsement`.
 * @throws Rejection POLICY_UNKNOWN when there is none, or its form is not known
 */
export function policyAt(channel: ConfigGroup, path: string): Policy {
  const [empty, root, ...steps] = path.split('/');
  rejectUnless(empty === '' && root === 'Channel' && steps.length > 0, 'POLICY_UNKNOWN', { path });
  const policy = found(channel, steps);
  if (policy === undefined) throw new Rejection('POLICY_UNKNOWN', { path });
  return policy;
}
