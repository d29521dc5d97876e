import { common } from '@hyperledger/fabric-protos';
import { MembershipError } from './membership-errors.js';
import { decode } from '../wire/index.js';

/** A channel's configuration is a tree of groups; values and policies are its leaves. All three have versions of their own. */
export type ElementKind = 'group' | 'value' | 'policy';

interface Place {
  /** From the root, which is `Channel`, down to the element itself. */
  readonly path: readonly string[];
}

export type Element = Place &
  (
    | { readonly kind: 'group'; readonly message: common.ConfigGroup }
    | { readonly kind: 'value'; readonly message: common.ConfigValue }
    | { readonly kind: 'policy'; readonly message: common.ConfigPolicy }
  );

export const ROOT = 'Channel';

// fabric:common/configtx/validator.go, validateConfigID. Names are shown to those who review, and this keeps
// them plain: none can hold a separator, a line break or an escape sequence.
const NAME = /^(?!\.\.?$)[A-Za-z0-9.-]{1,249}$/;

/** Key of an element; a value and a policy of one group may have the same name. */
export const elementKey = (kind: ElementKind, path: readonly string[]): string =>
  `${kind} /${path.join('/')}`;

function checked(name: string): string {
  if (NAME.test(name)) return name;
  throw new MembershipError(
    'UPDATE_INVALID',
    `${JSON.stringify(name)} is no name of a configuration element`,
  );
}

function* walk(group: common.ConfigGroup, path: readonly string[]): Generator<Element> {
  yield { kind: 'group', path, message: group };
  for (const [name, message] of group.getValuesMap().entries())
    yield { kind: 'value', path: [...path, checked(name)], message };
  for (const [name, message] of group.getPoliciesMap().entries())
    yield { kind: 'policy', path: [...path, checked(name)], message };
  for (const [name, message] of group.getGroupsMap().entries())
    yield* walk(message, [...path, checked(name)]);
}

/** All elements below a root, by key. @throws MembershipError UPDATE_INVALID for names that Fabric refuses */
export const elementsOf = (root: common.ConfigGroup): Map<string, Element> =>
  new Map([...walk(root, [ROOT])].map((element) => [elementKey(element.kind, element.path), element]));

/** The root group of a configuration. */
export function rootOf(config: common.Config): common.ConfigGroup {
  const root = config.getChannelGroup();
  if (root === undefined)
    throw new MembershipError('UPDATE_INVALID', 'a configuration without a channel group');
  return root;
}

export const copyOf = (config: common.Config): common.Config =>
  decode(common.Config, config.serializeBinary());
