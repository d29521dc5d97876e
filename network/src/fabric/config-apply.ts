import { common } from '@hyperledger/fabric-protos';
import { elementKey, elementsOf, ROOT, rootOf, type Element } from './config-elements.js';
import { MembershipError } from './membership-errors.js';
import { decode } from '../wire/index.js';

/** What an update does to a configuration. */
export interface AppliedUpdate {
  /** The configuration that it would bring into force. */
  readonly config: common.Config;
  /** The elements that it writes: as they are in force, or `undefined` for what is new. */
  readonly written: readonly { readonly before: Element | undefined; readonly after: Element }[];
}

type Elements = ReadonlyMap<string, Element>;

const versionOf = (element: Element | undefined): number | undefined => element?.message.getVersion();

function refuseOutdated(outdated: readonly string[]): void {
  if (outdated.length === 0) return;
  const text = `the channel has changed since the update was made (${outdated.join(', ')}): propose it again`;
  throw new MembershipError('BASE_OUTDATED', text, { elements: outdated });
}

const setOf = (group: common.ConfigGroup | undefined): Elements =>
  group === undefined ? new Map<string, Element>() : elementsOf(group);

/** Everything that the update has read must be as it was. */
const readsOutdated = (read: Elements, current: Elements): string[] =>
  [...read].flatMap(([key, element]) => (versionOf(current.get(key)) === versionOf(element) ? [] : [key]));

/** What is written differs in version from what was read; the rest of a write set only lists what stays. */
const deltaOf = (read: Elements, write: Elements): [string, Element][] =>
  [...write].filter(([key, element]) => versionOf(read.get(key)) !== versionOf(element));

const isNextVersion = (before: Element | undefined, after: Element): boolean =>
  versionOf(after) === (before === undefined ? 0 : before.message.getVersion() + 1);

function checkDelta(delta: readonly [string, Element][], current: Elements): void {
  if (delta.length === 0) throw new MembershipError('UPDATE_INVALID', 'the update writes nothing');
  refuseOutdated(delta.flatMap(([key, after]) => (isNextVersion(current.get(key), after) ? [] : [key])));
  for (const [key, { message }] of delta) {
    if (message.getModPolicy() !== '') continue;
    throw new MembershipError('UPDATE_INVALID', `${key} would have no modification policy`);
  }
}

/** The tree as its groups name their members, each member as the latest word on it has it. */
function rebuilt(path: readonly string[], elements: Elements): common.ConfigGroup {
  const find = <K extends Element['kind']>(kind: K, at: readonly string[]): Extract<Element, { kind: K }> => {
    const found = elements.get(elementKey(kind, at));
    if (found?.kind === kind) return found as Extract<Element, { kind: K }>;
    throw new Error('what a group lists is in force, or was written');
  };
  const { message } = find('group', path);
  const group = new common.ConfigGroup();
  group.setVersion(message.getVersion());
  group.setModPolicy(message.getModPolicy());
  for (const [name] of message.getValuesMap().entries())
    group.getValuesMap().set(name, find('value', [...path, name]).message);
  for (const [name] of message.getPoliciesMap().entries())
    group.getPoliciesMap().set(name, find('policy', [...path, name]).message);
  for (const [name] of message.getGroupsMap().entries())
    group.getGroupsMap().set(name, rebuilt([...path, name], elements));
  return group;
}

/** What a write set lists must be part of the result: nothing is written past the group that would hold it. */
function refuseUnreachable(write: Elements, result: Elements): void {
  const lost = [...write.keys()].filter((key) => !result.has(key));
  if (lost.length === 0) return;
  throw new MembershipError(
    'UPDATE_INVALID',
    `the update writes ${lost.join(', ')} into a group that does not list it`,
  );
}

/**
 * What an update would make of a configuration, by the rules of Fabric's orderers and peers, signatures apart
 * (fabric:common/configtx/update.go, configmap.go).
 * @throws MembershipError BASE_OUTDATED when it was made for another state of the channel, UPDATE_INVALID
 */
export function applyUpdate(current: common.Config, update: common.ConfigUpdate): AppliedUpdate {
  const now = elementsOf(rootOf(current));
  const [read, write] = [setOf(update.getReadSet()), setOf(update.getWriteSet())];
  refuseOutdated(readsOutdated(read, now));
  const delta = deltaOf(read, write);
  checkDelta(delta, now);
  const group = rebuilt([ROOT], new Map([...now, ...delta]));
  refuseUnreachable(write, elementsOf(group));
  const config = new common.Config();
  config.setSequence(current.getSequence() + 1);
  config.setChannelGroup(decode(common.ConfigGroup, group.serializeBinary()));
  return { config, written: delta.map(([key, after]) => ({ before: now.get(key), after })) };
}
