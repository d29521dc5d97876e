import { common } from '@hyperledger/fabric-protos';
import { rootOf } from './config-elements.js';
import { decode } from '../wire/index.js';

// `configtxlator compute_update` does the same, and is the measure: a test compares the two. It is done here because nothing else of a
// network needs that program, and because the message that is shown for review is the very one that was computed.

/** A leaf of a configuration: a value or a policy. */
interface Leaf {
  getVersion(): number;
  setVersion(version: number): unknown;
  serializeBinary(): Uint8Array;
}

interface LeafMap<T> {
  get(name: string): T | undefined;
  has(name: string): boolean;
  set(name: string, value: T): unknown;
  keys(): Iterator<string>;
}

/** What an update reads (must be so) and writes (will be so). */
interface Sets<T> {
  readonly read: T;
  readonly write: T;
}

interface Comparison {
  /** Something came or went: the group itself changes, and must list all that it keeps. */
  readonly isMembershipChanged: boolean;
  /** Adds what stayed the same to both sets, by version alone. */
  readonly keepSame: () => void;
}

const namesOf = (map: { keys(): Iterator<string> }): string[] => {
  const names: string[] = [];
  const keys = map.keys();
  for (let next = keys.next(); next.done !== true; next = keys.next()) names.push(next.value);
  return names;
};

const isSameMembership = (before: LeafMap<unknown>, after: LeafMap<unknown>): boolean => {
  const names = namesOf(before);
  return names.length === namesOf(after).length && names.every((name) => after.has(name));
};

function isSame<T extends Leaf>(copy: (leaf: T) => T, a: T, b: T): boolean {
  const bare = (leaf: T): Uint8Array => {
    const content = copy(leaf);
    content.setVersion(0);
    return content.serializeBinary();
  };
  return Buffer.from(bare(a)).equals(bare(b));
}

/** How leaves of a kind are made. */
interface Maker<T> {
  readonly make: () => T;
  readonly copy: (leaf: T) => T;
}

const VALUES: Maker<common.ConfigValue> = {
  make: () => new common.ConfigValue(),
  copy: (leaf) => decode(common.ConfigValue, leaf.serializeBinary()),
};
const POLICIES: Maker<common.ConfigPolicy> = {
  make: () => new common.ConfigPolicy(),
  copy: (leaf) => decode(common.ConfigPolicy, leaf.serializeBinary()),
};

function compareLeaves<T extends Leaf>(
  [before, after]: readonly [LeafMap<T>, LeafMap<T>],
  { read, write }: Sets<LeafMap<T>>,
  { make, copy }: Maker<T>,
): Comparison {
  const same: [string, number][] = [];
  for (const name of namesOf(after)) {
    const [old, wanted] = [before.get(name), after.get(name)];
    if (wanted === undefined) continue;
    if (old !== undefined && isSame(copy, old, wanted)) {
      same.push([name, old.getVersion()]);
      continue;
    }
    const written = copy(wanted);
    written.setVersion(old === undefined ? 0 : old.getVersion() + 1);
    write.set(name, written);
  }
  const keepSame = (): void => {
    for (const [name, version] of same) {
      for (const set of [read, write]) {
        const stub = make();
        stub.setVersion(version);
        set.set(name, stub);
      }
    }
  };
  return { isMembershipChanged: !isSameMembership(before, after), keepSame };
}

const groupAt = (version: number): common.ConfigGroup => {
  const group = new common.ConfigGroup();
  group.setVersion(version);
  return group;
};

interface GroupUpdate extends Sets<common.ConfigGroup> {
  readonly isChanged: boolean;
}

function compareGroups(
  before: common.ConfigGroup,
  after: common.ConfigGroup,
  { read, write }: Sets<common.ConfigGroup>,
): Comparison {
  const [olds, wanteds] = [before.getGroupsMap(), after.getGroupsMap()];
  const same: [string, GroupUpdate][] = [];
  for (const [name, wanted] of wanteds.entries()) {
    const old = olds.get(name);
    const update = groupUpdate(old ?? groupAt(0), wanted);
    if (old === undefined) {
      // Its parts are all new, and it is so itself.
      update.write.setVersion(0);
      update.write.setModPolicy(wanted.getModPolicy());
      write.getGroupsMap().set(name, update.write);
    } else if (update.isChanged) {
      read.getGroupsMap().set(name, update.read);
      write.getGroupsMap().set(name, update.write);
    } else same.push([name, update]);
  }
  const keepSame = (): void => {
    for (const [name, update] of same) {
      read.getGroupsMap().set(name, update.read);
      write.getGroupsMap().set(name, update.write);
    }
  };
  return { isMembershipChanged: !isSameMembership(olds, wanteds), keepSame };
}

const isEmpty = (group: common.ConfigGroup): boolean =>
  group.getGroupsMap().getLength() + group.getValuesMap().getLength() + group.getPoliciesMap().getLength() ===
  0;

function groupUpdate(before: common.ConfigGroup, after: common.ConfigGroup): GroupUpdate {
  const version = before.getVersion();
  const sets = { read: groupAt(version), write: groupAt(version) };
  const of = <T>(map: (group: common.ConfigGroup) => T): [[T, T], Sets<T>] => [
    [map(before), map(after)],
    { read: map(sets.read), write: map(sets.write) },
  ];
  const comparisons = [
    compareLeaves(...of((group) => group.getValuesMap()), VALUES),
    compareLeaves(...of((group) => group.getPoliciesMap()), POLICIES),
    compareGroups(before, after, sets),
  ];
  const isOwnChange =
    before.getModPolicy() !== after.getModPolicy() || comparisons.some((each) => each.isMembershipChanged);
  if (isOwnChange) {
    for (const { keepSame } of comparisons) keepSame();
    sets.write.setVersion(version + 1);
    sets.write.setModPolicy(after.getModPolicy());
  }
  return { ...sets, isChanged: isOwnChange || !isEmpty(sets.write) };
}

/**
 * The update that turns one configuration of a channel into another; `undefined` when they are equal. A leaf that changes
 * gets the next version, and so does a group when something in it comes or goes or its modification policy changes; what is
 * new starts at version 0; a changed group lists by version what it keeps. Versions in `wanted` are not looked at.
 * (fabric:internal/configtxlator/update; what a peer makes of it: fabric:common/configtx/update.go)
 */
export function computeUpdate(
  channel: string,
  current: common.Config,
  wanted: common.Config,
): common.ConfigUpdate | undefined {
  const { read, write, isChanged } = groupUpdate(rootOf(current), rootOf(wanted));
  if (!isChanged) return undefined;
  const update = new common.ConfigUpdate();
  update.setChannelId(channel);
  update.setReadSet(read);
  update.setWriteSet(write);
  return update;
}
