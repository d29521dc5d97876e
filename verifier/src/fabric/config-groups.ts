import { Message } from '../bytes/protobuf.js';
import { rejectUnless } from '../rejection.js';

/** A common.ConfigGroup: what an organisation, the application or the channel is configured with. */
export interface ConfigGroup {
  readonly groups: ReadonlyMap<string, ConfigGroup>;
  /** Values by name, without their version and who may modify them. */
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** common.Policy by name. */
  readonly policies: ReadonlyMap<string, Uint8Array>;
}

/** A channel has three levels (channel, application, organisation), a system channel of old four. */
const MAX_DEPTH = 8;
const FIELD = { version: 1, groups: 2, values: 3, policies: 4, modifiers: 5 } as const;

// A map is a repeated pair, and of two pairs with one key protobuf readers choose in ways of their own.
function readMap<T>(entries: readonly Uint8Array[], read: (value: Uint8Array) => T): Map<string, T> {
  const map = new Map<string, T>();
  for (const bytes of entries) {
    const entry = Message.read(bytes, { fields: [1, 2] });
    const key = entry.text(1);
    rejectUnless(!map.has(key), 'DUPLICATE_FIELD', { key });
    map.set(key, read(entry.bytes(2)));
  }
  return map;
}

/** The content of a common.ConfigValue or common.ConfigPolicy. */
const contentOf = (bytes: Uint8Array): Uint8Array => Message.read(bytes, { fields: [1, 2, 3] }).bytes(2);

/** @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD, TOO_LARGE */
export function readGroup(bytes: Uint8Array, depth = 0): ConfigGroup {
  rejectUnless(depth <= MAX_DEPTH, 'TOO_LARGE', { what: 'the depth of a configuration' });
  const group = Message.read(bytes, {
    fields: [FIELD.version, FIELD.modifiers],
    repeated: [FIELD.groups, FIELD.values, FIELD.policies],
  });
  return {
    groups: readMap(group.repeated(FIELD.groups), (child) => readGroup(child, depth + 1)),
    values: readMap(group.repeated(FIELD.values), contentOf),
    policies: readMap(group.repeated(FIELD.policies), contentOf),
  };
}
