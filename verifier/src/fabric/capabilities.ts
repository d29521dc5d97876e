import { Message } from '../bytes/protobuf.js';
import type { ConfigGroup } from './config-groups.js';

/** How MSPs of a channel behave, by the first capability that gives it (fabric:common/capabilities/channel.go, MSPVersion). */
const VERSIONS = [
  ['V3_0', '3.0'],
  ['V2_0', '1.4.3'],
  ['V1_4_3', '1.4.3'],
  ['V1_4_2', '1.3'],
  ['V1_3', '1.3'],
  ['V1_1', '1.1'],
] as const;

export type MspVersion = (typeof VERSIONS)[number][1] | '1.0';

/** @param capabilities names of those that the channel has, not those of its groups */
export const mspVersionOf = (capabilities: readonly string[]): MspVersion =>
  VERSIONS.find(([name]) => capabilities.includes(name))?.[1] ?? '1.0';

/** Names in the common.Capabilities of a group. @throws Rejection MALFORMED, DUPLICATE_FIELD */
export function capabilitiesOf({ values }: ConfigGroup): string[] {
  const message = Message.readKnown(values.get('Capabilities') ?? new Uint8Array(), {
    fields: [],
    repeated: [1],
  });
  return message.repeated(1).map((entry) => Message.readKnown(entry, { fields: [1] }).text(1));
}
