import { Message } from '../bytes/protobuf.js';
import { rejectUnless } from '../rejection.js';
import type { ChannelConfig, Policy } from './identity.js';
import { readSignaturePolicy } from './signature-policy.js';

/** The namespace of chaincode definitions (fabric:core/chaincode/lifecycle). */
export const LIFECYCLE = '_lifecycle';

/**
 * Which endorsements a definition asks for (peer.ApplicationPolicy): a policy of its own, or one of the channel by its path.
 * @param validationInfo the field of that name as the ledger has it (lifecycle.StateData)
 * @throws Rejection POLICY_UNKNOWN, MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD
 */
export function endorsementPolicy(validationInfo: Uint8Array, config: ChannelConfig): Policy {
  const state = Message.read(validationInfo, { fields: [1, 2, 3] });
  const validation = Message.read(state.bytes(2), { fields: [1, 2] });
  const plugin = validation.text(1);
  rejectUnless(plugin === 'vscc', 'POLICY_UNKNOWN', { plugin });
  const policy = Message.read(validation.bytes(2), { fields: [1, 2] });
  rejectUnless(policy.has(1) !== policy.has(2), 'POLICY_UNKNOWN', { what: 'not one policy' });
  return policy.has(1) ? readSignaturePolicy(policy.bytes(1)) : config.policy(policy.text(2));
}
