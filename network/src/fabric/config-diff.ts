import { common } from '@hyperledger/fabric-protos';
import { implicitThreshold } from '../embedded/policy.js';
import { ROOT, rootOf } from './config-elements.js';
import { policyTextOf } from './config-policies.js';
import { printable, valueLines } from './config-values.js';
import { decode } from '../wire/index.js';

/** One thing that would be another than it is. */
export interface ConfigChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Where in the configuration, as in `/Channel/Application/SteelMSP/MSP`. */
  readonly path: string;
  /** Lines that only the configuration in force has, and those that only the new one would have. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

type Path = readonly string[];
type Lines = readonly string[];

const textOf = (path: Path): string => `/${path.join('/')}`;

const modification = (policy: string): string =>
  `modified by ${policy === '' ? 'nobody' : printable(policy)}`;

const linesOfValue = (name: string, value: common.ConfigValue): string[] => [
  ...valueLines(name, value.getValue_asU8()),
  modification(value.getModPolicy()),
];

const linesOfPolicy = (_: string, policy: common.ConfigPolicy): string[] => [
  printable(`Policy: ${policyTextOf(policy.getPolicy())}`),
  modification(policy.getModPolicy()),
];

const only = (lines: Lines, others: Lines): string[] => lines.filter((line) => !others.includes(line));

/** The same lines in another order, or what no line shows, still is a change. */
function changed(path: Path, before: Lines, after: Lines): ConfigChange {
  const [gone, come] = [only(before, after), only(after, before)];
  const isShown = gone.length + come.length > 0;
  return {
    kind: 'changed',
    path: textOf(path),
    before: isShown ? gone : before,
    after: isShown ? come : after,
  };
}

const namesOf = (
  ...maps: readonly { forEach(visit: (value: unknown, name: string) => void): void }[]
): string[] => {
  const names = new Set<string>();
  for (const map of maps) map.forEach((_, name) => names.add(name));
  return [...names].sort();
};

interface Leaf {
  getVersion(): number;
  setVersion(version: number): unknown;
  serializeBinary(): Uint8Array;
}

interface LeafMap<T> {
  get(name: string): T | undefined;
  forEach(visit: (value: T, name: string) => void): void;
}

/** The bytes without the version, which goes up by itself. */
function bare(leaf: Leaf): Buffer {
  const version = leaf.getVersion();
  leaf.setVersion(0);
  const bytes = Buffer.from(leaf.serializeBinary());
  leaf.setVersion(version);
  return bytes;
}

function leafChanges<T extends Leaf>(
  [before, after]: readonly [LeafMap<T>, LeafMap<T>],
  path: Path,
  lines: (name: string, leaf: T) => string[],
): ConfigChange[] {
  return namesOf(before, after).flatMap((name): ConfigChange[] => {
    const [old, wanted] = [before.get(name), after.get(name)];
    const at = [...path, name];
    if (old === undefined) {
      return wanted === undefined
        ? []
        : [{ kind: 'added', path: textOf(at), before: [], after: lines(name, wanted) }];
    }
    if (wanted === undefined)
      return [{ kind: 'removed', path: textOf(at), before: lines(name, old), after: [] }];
    return bare(old).equals(bare(wanted)) ? [] : [changed(at, lines(name, old), lines(name, wanted))];
  });
}

const USUAL = modification('Admins');

/** A group that comes or goes as a whole is shown with everything in it; that its administrators may modify it goes without saying. */
function groupLines(group: common.ConfigGroup, path: Path): string[] {
  const lines = [modification(group.getModPolicy())];
  const add = (name: string, more: readonly string[]): void => {
    lines.push(...more.filter((line) => line !== USUAL).map((line) => `${name}: ${line}`));
  };
  for (const name of namesOf(group.getValuesMap())) {
    const value = group.getValuesMap().get(name);
    if (value !== undefined) add(name, linesOfValue(name, value));
  }
  for (const name of namesOf(group.getPoliciesMap())) {
    const policy = group.getPoliciesMap().get(name);
    if (policy !== undefined) add(name, linesOfPolicy(name, policy));
  }
  for (const name of namesOf(group.getGroupsMap())) {
    const inner = group.getGroupsMap().get(name);
    if (inner !== undefined)
      lines.push(...groupLines(inner, [...path, name]).map((line) => `${name}/${line}`));
  }
  return lines;
}

function groupChanges(before: common.ConfigGroup, after: common.ConfigGroup, path: Path): ConfigChange[] {
  const own = [before, after].map((group) => modification(group.getModPolicy())) as [string, string];
  const groups = namesOf(before.getGroupsMap(), after.getGroupsMap()).flatMap((name): ConfigChange[] => {
    const [old, wanted] = [before.getGroupsMap().get(name), after.getGroupsMap().get(name)];
    const at = [...path, name];
    if (old !== undefined && wanted !== undefined) return groupChanges(old, wanted, at);
    if (wanted !== undefined)
      return [{ kind: 'added', path: textOf(at), before: [], after: groupLines(wanted, at) }];
    return old === undefined
      ? []
      : [{ kind: 'removed', path: textOf(at), before: groupLines(old, at), after: [] }];
  });
  return [
    ...(own[0] === own[1] ? [] : [changed(path, [own[0]], [own[1]])]),
    ...leafChanges([before.getValuesMap(), after.getValuesMap()], path, linesOfValue),
    ...leafChanges([before.getPoliciesMap(), after.getPoliciesMap()], path, linesOfPolicy),
    ...groups,
  ];
}

/** The number of votes that a policy over the groups below asks for, or nothing for other policies. */
function votesOf(group: common.ConfigGroup, name: string): string | undefined {
  const policy = group.getPoliciesMap().get(name)?.getPolicy();
  if (policy?.getType() !== common.Policy.PolicyType.IMPLICIT_META) return undefined;
  const meta = decode(common.ImplicitMetaPolicy, policy.getValue_asU8());
  if (meta.getRule() === common.ImplicitMetaPolicy.Rule.ANY) return undefined;
  const count = group.getGroupsMap().getLength();
  return `${implicitThreshold(meta.getRule(), count)} of ${count}`;
}

function voteChanges(before: common.ConfigGroup, after: common.ConfigGroup, path: Path): ConfigChange[] {
  const own = namesOf(before.getPoliciesMap(), after.getPoliciesMap()).flatMap((name): ConfigChange[] => {
    const [old, wanted] = [votesOf(before, name), votesOf(after, name)];
    if (old === wanted || old === undefined || wanted === undefined) return [];
    return [{ kind: 'changed', path: textOf([...path, name]), before: [old], after: [wanted] }];
  });
  const below = namesOf(before.getGroupsMap()).flatMap((name) => {
    const [old, wanted] = [before.getGroupsMap().get(name), after.getGroupsMap().get(name)];
    return old === undefined || wanted === undefined ? [] : voteChanges(old, wanted, [...path, name]);
  });
  return [...own, ...below];
}

/** Everything in which two configurations of a channel differ, versions apart. */
export const configChanges = (current: common.Config, wanted: common.Config): ConfigChange[] =>
  groupChanges(rootOf(current), rootOf(wanted), [ROOT]);

/**
 * What follows without being written: how many organisations of how many a policy over all of them asks for, where it becomes
 * another number because one joins or leaves.
 */
export const voteConsequences = (current: common.Config, wanted: common.Config): ConfigChange[] =>
  voteChanges(rootOf(current), rootOf(wanted), [ROOT]);

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** A change as lines of text. */
export const changeLines = ({ kind, path, before, after }: ConfigChange): string[] => [
  `${SIGNS[kind]} ${path}`,
  ...before.map((line) => `    - ${line}`),
  ...after.map((line) => `    + ${line}`),
];
