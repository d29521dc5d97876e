import { capital } from './phrases.js';
import type { Bearing, DecisionPhrases, Dueness, RuleMode } from '../phrases.js';

const MODES: Readonly<Record<RuleMode, string>> = {
  Permission: 'a permission',
  Prohibition: 'a prohibition',
  Duty: 'an obligation',
};
const BEARINGS: Readonly<Record<Bearing, string>> = {
  carries: 'it permits this use',
  applies: 'it applies to this use',
  doubtful: 'that it applies to this use cannot be excluded',
  lacksDuty: 'it applies to this use, but a duty under it does not stand as it should',
  idle: 'it does not apply to this use',
};

const known = (values: string, sources: string): string => `Known: ${values}, from ${sources}.`;

const premise =
  (label: string, silence: string) =>
  (isMet: boolean, asked: string | undefined, wanted: string): string =>
    asked === undefined
      ? `the rule is about ${wanted}; ${silence}`
      : `the ${label} is ${asked}${relation(isMet, asked, wanted)}`;

/** How what was asked stands to what the rule is about. */
function relation(isMet: boolean, asked: string, wanted: string): string {
  if (isMet && asked === wanted) return ', as the rule says';
  return `${isMet ? ', which is covered by' : '; the rule is about'} ${wanted}`;
}

const DUENESS: Readonly<Record<Dueness, string>> = {
  due: '',
  notDue: ', and it is not due',
  doubtful: ', and whether it is due cannot be told, so it is taken to be due',
};

export const ENGLISH_DECISION: DecisionPhrases = {
  allowed: (rules) => `ALLOWED: ${rules} of the policy permits the use, and no prohibition prevails over it.`,
  denied: (code, reason) => `DENIED (${code}): ${reason}`,
  rule: (number) => `rule ${number}`,
  asked: 'What was asked:',
  askedAction: (action) => `Action: ${action}.`,
  askedParty: (party) => `Party: ${party ?? 'not stated'}.`,
  askedData: (data) => `Data: ${data ?? 'not stated'}.`,
  decidedAt: (instant) => `Judged as of ${instant}.`,
  notJudged: 'The policy was not judged: the decision fell before it.',
  bears: (number, mode, bearing, act) => `Rule ${number}, ${MODES[mode]} (${act}): ${BEARINGS[bearing]}.`,
  noPremise: 'It has no conditions.',
  met: (isMet, statement) => `${isMet ? 'Met' : 'Not met'}: ${statement}`,
  known,
  nothingKnown: 'Nothing is known of it.',
  fromRequest: 'the request or the transaction itself',
  target: premise('data asked for', 'the request names no data'),
  party: premise('party asking', 'the request names no party'),
  action: (isMet, asked, wanted) =>
    `the action asked for is “${asked}”${relation(isMet, `“${asked}”`, `“${wanted}”`)}`,
  needed: {
    Target: (wanted) => `the data asked for is ${wanted} or belongs to it`,
    Party: (wanted) => `the party asking is ${wanted} or belongs to it`,
    Action: (wanted) => `the action asked for is covered by “${wanted}”`,
  },
  neededConditions: {
    Target: 'the data asked for meets the conditions below',
    Party: 'the party asking meets the conditions below',
  },
  dutyState: (act, dueness, performance, deontic) =>
    `${capital(act)}: ${performance}${DUENESS[dueness]}; ${deontic}.`,
  recordedIn: (source) => `Recorded in ${source}.`,
  remains: (number) => `Duty ${number} remains to be performed.`,
  decided: 'What decided:',
  whatChanges: 'What would have to change:',
  failsAt: (number, statement, hasParts) =>
    `Rule ${number} fails at this condition: ${statement}${hasParts ? ':' : '.'}`,
  wouldPermit: (number) => `Rule ${number} would permit the use if these were met, too:`,
  forbids: (number, isDoubtful) =>
    isDoubtful
      ? `Rule ${number} may forbid the use: what is not met of it is not known, or concerns a part of what was asked.`
      : `Rule ${number} forbids the use.`,
  perform: (number, act) => `Duty ${number} has to be fulfilled: ${act}.`,
  noPermission: 'The policy has no permission, and what is not permitted is denied.',
  facts: 'Ledger keys that the decision looked at, with the SHA-256 digest of what stood there:',
  noFacts: 'No ledger keys are recorded with the decision.',
  fact: (key, digest) => `${key}: ${digest ?? 'nothing stood there'}`,
};
