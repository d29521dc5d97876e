import {
  digestOf,
  encode,
  type Digest,
  type Instant,
  type Json,
  type Policy,
  type Usage,
} from '@tallystick/chaincode/model';
import { explain, readPolicy, reportDigest, type Explanation } from '@tallystick/chaincode/policy';
import { attemptOf, judgeUse, type Judged } from '@tallystick/chaincode/rules';
import { comparePolicyDocuments, lintPolicy } from './linting.js';
import { PolicyError, type Language, type WrittenTerms } from './port.js';
import { readAt, type Inherited } from './reading.js';

type Answer = NonNullable<Usage['answer']>;
/** What the answer of a use and each of its leases say alike. */
export type Decided = Pick<Answer, 'outcome' | 'code' | 'facts' | 'policy'>;

interface Telling {
  readonly usage: Usage;
  readonly policy: Policy;
  readonly decided: Decided;
  readonly language: Language;
}

/** The policy judged again, to the report that the answer names. */
function judgedAgain({ usage, policy, decided }: Telling): Judged | undefined {
  if (decided.policy === undefined) return undefined;
  const { report, world } = decided.policy;
  const again = judgeUse(policy, usage, world);
  const digest = reportDigest(again.report);
  if (digest === report) return again;
  throw new PolicyError('REPORT_DIFFERS', 'The report made again is not the one recorded', {
    recorded: report,
    made: digest,
  });
}

function tell(telling: Telling): Explanation {
  const { usage, policy, decided, language } = telling;
  const judged = judgedAgain(telling);
  return explain(
    {
      policy,
      attempt: attemptOf(usage),
      denial: decided.code,
      permissions: (decided.outcome === 'ALLOWED' && judged?.decision.permissions) || [],
      facts: decided.facts,
      ...(decided.policy && judged && { world: decided.policy.world, report: judged.report }),
    },
    language,
  );
}

/** As rules/grants digests terms: over their canonical form; `undefined` for a policy that cannot be read. */
function digestOfTerms(terms: WrittenTerms, inherited: Inherited): Digest | undefined {
  const read = readPolicy(terms.enforced, inherited);
  return 'policy' in read ? digestOf(encode({ ...terms, enforced: read.policy })) : undefined;
}

/** What policies cost time for. Arguments and results can be cloned into another thread. */
const TASKS = {
  lint: (document: Json, inherited: Inherited, at: Instant) => lintPolicy(document, inherited, at),
  compare: comparePolicyDocuments,
  read: readAt,
  terms: digestOfTerms,
  tell,
} as const;

export type Tasks = typeof TASKS;
export type TaskName = keyof Tasks;

export interface Task<Name extends TaskName = TaskName> {
  readonly name: Name;
  readonly args: Parameters<Tasks[Name]>;
}

/** A result, or the error that was thrown for a reason that a caller has to know. */
export type Done =
  | { readonly result: unknown }
  | { readonly refused: Pick<PolicyError, 'code' | 'message' | 'details'> };

/** @throws what is nobody's decision */
export function perform({ name, args }: Task): Done {
  try {
    const work = TASKS[name] as (...values: readonly unknown[]) => unknown;
    return { result: work(...args) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const { code, message, details } = error;
    return { refused: { code, message, details } };
  }
}
