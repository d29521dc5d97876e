import { common } from '@hyperledger/fabric-protos';
import { EmbeddedNodeError } from './errors.js';
import { newIdentities, type Identities } from './identities.js';
import { createMsp, type Msp } from './msp.js';
import { compileSignaturePolicy, implicitPolicy, type Policy } from './policy.js';
import { decode, mspIn } from '../wire/index.js';

export const POLICY = {
  readers: '/Channel/Application/Readers',
  writers: '/Channel/Application/Writers',
  channelWriters: '/Channel/Writers',
  endorsement: '/Channel/Application/Endorsement',
  lifecycle: '/Channel/Application/LifecycleEndorsement',
} as const;

/** What a channel configuration says about who is a member and which signatures suffice. */
export interface ChannelConfig {
  readonly sequence: number;
  readonly identities: Identities;
  /** Compiled on first use; a path that does not exist is a policy nobody satisfies, as in Fabric. */
  policy(path: string): Policy;
}

const nobody: Policy = () => false;

function compileAt(group: common.ConfigGroup, name: string): Policy {
  const policy = group.getPoliciesMap().get(name)?.getPolicy();
  if (!policy) return nobody;
  if (policy.getType() === common.Policy.PolicyType.SIGNATURE)
    return compileSignaturePolicy(decode(common.SignaturePolicyEnvelope, policy.getValue_asU8()));
  if (policy.getType() !== common.Policy.PolicyType.IMPLICIT_META)
    throw new EmbeddedNodeError('POLICY_INVALID', `policy ${name} has unknown type ${policy.getType()}`);
  const meta = decode(common.ImplicitMetaPolicy, policy.getValue_asU8());
  const below = [...group.getGroupsMap().entries()].map(([, child]) => compileAt(child, meta.getSubPolicy()));
  return implicitPolicy(meta.getRule(), below);
}

function compilePath(root: common.ConfigGroup, path: string): Policy {
  const [, , ...steps] = path.split('/');
  const name = steps.pop() ?? '';
  let group: common.ConfigGroup | undefined = root;
  for (const step of steps) group = group?.getGroupsMap().get(step);
  return group ? compileAt(group, name) : nobody;
}

async function readMsps(root: common.ConfigGroup): Promise<Map<string, Msp>> {
  const msps = new Map<string, Msp>();
  for (const [, section] of root.getGroupsMap().entries())
    for (const [, organisation] of section.getGroupsMap().entries()) {
      const config = mspIn(organisation);
      if (!config) continue;
      const built = await createMsp(config);
      msps.set(built.id, built);
    }
  return msps;
}

/**
 * Reads a channel configuration as a peer does when it applies a config block.
 * @throws EmbeddedNodeError MSP_INVALID, IDENTITY_UNREADABLE, POLICY_INVALID
 */
export async function readChannelConfig(config: common.Config): Promise<ChannelConfig> {
  const root = config.getChannelGroup();
  if (!root) throw new EmbeddedNodeError('CONFIG_INVALID', 'a channel configuration without a channel group');
  const identities = newIdentities(await readMsps(root));
  const compiled = new Map<string, Policy>();
  return {
    sequence: config.getSequence(),
    identities,
    policy(path) {
      const known = compiled.get(path) ?? compilePath(root, path);
      compiled.set(path, known);
      return known;
    },
  };
}
