import type { ComparisonPhrases, RuleMode } from '../phrases.js';

const MODES: Readonly<Record<RuleMode, string>> = {
  Permission: 'permission',
  Prohibition: 'prohibition',
  Duty: 'obligation',
};

export const ENGLISH_COMPARISON: ComparisonPhrases = {
  identical: 'The two policies are the same.',
  direction: {
    same: 'no difference in what is permitted',
    narrower: 'narrower: it permits nothing that was not permitted before',
    wider: 'wider: it permits all that was permitted before',
    undetermined: 'neither narrower nor wider can be shown',
  },
  overall: {
    same: 'As a whole, the new policy permits what the old one permits.',
    narrower: 'As a whole, the new policy is narrower: it permits nothing that the old one does not permit.',
    wider: 'As a whole, the new policy is wider: it permits all that the old one permits.',
    undetermined: 'That the new policy as a whole is narrower or wider than the old one cannot be shown.',
  },
  beyond: 'Where the new policy goes beyond the old one, or cannot be shown not to:',
  beyondIn: {
    '/conflict': 'Permissions prevail over prohibitions, which they did not before.',
    '/permission': 'The number of uses is not kept within that of the old policy.',
    '/prohibition': 'A prohibition of the old policy is not kept in full.',
    '/obligation': 'An obligation of the old policy is not kept in full.',
  },
  beyondRule: (number) => `Rule ${number} of the new policy.`,
  added: (what) => `Added: ${what}`,
  removed: (what) => `Removed: ${what}`,
  changedRule: (mode, before, after, direction) =>
    `Changed: ${MODES[mode]}, rule ${before} before, rule ${after} now (${direction}).`,
  addedRule: (number, direction) => `Added as rule ${number} (${direction}):`,
  removedRule: (number, direction) => `Removed, rule ${number} before (${direction}):`,
  changed: (label, before, after) => `Changed, ${label}. Before: ${before}. Now: ${after}.`,
  within: (label, sentence) => `Changed, ${label}: ${sentence}`,
  moved: 'The rules and their conditions are the same, in another order or under other names.',
  unstated: 'not stated',
  labels: {
    type: 'type of the policy',
    uid: 'identifier',
    profile: 'profile',
    conflict: 'where a permission meets a prohibition',
    action: 'action',
    target: 'data',
    assigner: 'party that grants or demands this',
    assignee: 'party to which this applies',
    constraint: 'condition',
    duty: 'duty',
    consequence: 'consequence',
    remedy: 'remedy',
  },
};
