import { attestationRules } from './attestations/index.js';
import { claimRules } from './claims/index.js';
import { componentRules, componentRulesOfSecond } from './components/index.js';
import { compromiseRules } from './compromises/index.js';
import { consentRules } from './consents/index.js';
import { datasetRules } from './datasets/index.js';
import { disputeRules } from './disputes/index.js';
import { eventRules } from './events/index.js';
import { grantRules } from './grants/index.js';
import { holdRules } from './holds/index.js';
import { obligationRules } from './obligations/index.js';
import { participantRules } from './participants/index.js';
import type { AnyRule, Edition } from './rule.js';
import { spaceRules } from './space/index.js';
import { transformationRules } from './transformations/index.js';
import { usageRules } from './usage/index.js';
import { valuationRules } from './valuations/index.js';

const byName = (rules: readonly AnyRule[]): ReadonlyMap<string, AnyRule> =>
  new Map(rules.map((rule) => [rule.descriptor.name, rule]));

/** The edition that follows another: what is named here replaces or adds, everything else stays. */
const following = (
  before: Edition,
  name: string,
  { rules, forms }: { readonly rules: readonly AnyRule[]; readonly forms: Edition['forms'] },
): Edition => ({
  name,
  rules: new Map([...before.rules, ...byName(rules)]),
  forms: { ...before.forms, ...forms },
});

const FIRST: Edition = {
  name: 'tallystick-rules/1',
  rules: byName([
    ...spaceRules,
    ...participantRules,
    ...componentRules,
    ...datasetRules,
    ...claimRules,
    ...grantRules,
    ...usageRules,
    ...attestationRules,
    ...consentRules,
    ...eventRules,
    ...transformationRules,
    ...obligationRules,
    ...valuationRules,
    ...holdRules,
    ...disputeRules,
    ...compromiseRules,
  ]),
  forms: {},
};

/** Components: no key that is declared compromised is certified, and it is recorded since when a component has the keys it has. */
const SECOND = following(FIRST, 'tallystick-rules/2', {
  rules: componentRulesOfSecond,
  forms: { component: 2 },
});

/** Every edition that this code decides by, in their order. */
export const EDITIONS: readonly [Edition, ...Edition[]] = [FIRST, SECOND];

/** What new spaces begin with. */
export const NEWEST: Edition = SECOND;

/** `undefined` where this code does not know it: that is "not evaluated", never guessed. */
export const editionNamed = (name: string): Edition | undefined =>
  EDITIONS.find((edition) => edition.name === name);

/** Names of the editions that this code decides by. Gateways and verifiers must know an edition before a definition brings it in force. */
export const KNOWN_RULES: ReadonlySet<string> = new Set(EDITIONS.map(({ name }) => name));

/** Name of the newest edition. */
export const RULES_VERSION = NEWEST.name;
