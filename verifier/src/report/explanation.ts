import type { Grant, Policy, Usage } from '@tallystick/chaincode/model';
import {
  explain,
  passage,
  plainLines,
  reportDigest,
  withNames,
  type Explanation,
} from '@tallystick/chaincode/policy';
import { attemptOf, judgeUse, KNOWN_RULES } from '@tallystick/chaincode/rules';
import type { Verdict } from '../verdict.js';
import { holdLines, outcomeOfContest } from './account.js';
import { namesIn } from './names.js';
import type { Catalogue, Language } from './wording/texts.js';

/**
 * Why a use was allowed or denied, in words: the policy of the evidenced grant judged again in the world that the answer recorded. Nothing is
 * told of a decision by other rules, or whose report does not come out again: the replay says what is wrong with that one.
 */
export function explanationOf(verdict: Verdict, texts: Catalogue): Explanation | undefined {
  const { usage, grant } = decided(verdict);
  if (usage?.answer === undefined || grant === undefined || !KNOWN_RULES.has(usage.rules)) return undefined;
  const explanation = explained(usage, usage.answer, grant.terms.enforced, texts.language);
  return explanation && withWhatFollowed(withNames(explanation, namesIn(verdict)), usage, verdict, texts);
}

/** What came of the answer first, where it was contested; and holds by the court and the order that stand behind them. */
function withWhatFollowed(
  explanation: Explanation,
  usage: Usage,
  verdict: Verdict,
  texts: Catalogue,
): Explanation {
  const { account } = texts;
  const holds = holdLines(usage, verdict, texts).map((line) => passage(`${account.labels.hold}: ${line}`));
  const since = outcomeOfContest(usage, verdict, texts);
  const answer = since === undefined ? [] : [passage(account.answered(explanation.summary))];
  const passages = [...answer, ...holds, ...explanation.passages];
  return {
    ...explanation,
    summary: since ?? explanation.summary,
    passages,
    lines: plainLines(passages),
  };
}

interface Decided {
  readonly usage?: Usage;
  readonly grant?: Grant;
}

/** Texts were decoded as canonical JSON of their record when they were evidenced. */
function decided({ subject, records }: Verdict): Decided {
  const text = subject?.kind === 'usage' ? records[`usage/${subject.id}`] : undefined;
  if (text === undefined) return {};
  const usage = JSON.parse(text) as Usage;
  const grant = records[`grant/${usage.grant}`];
  return { usage, ...(grant !== undefined && { grant: JSON.parse(grant) as Grant }) };
}

function explained(
  usage: Usage,
  { code, facts, policy: judgement }: NonNullable<Usage['answer']>,
  policy: Policy,
  language: Language,
): Explanation | undefined {
  const judged = judgement && judgeUse(policy, usage, judgement.world);
  if (judged && reportDigest(judged.report) !== judgement.report) return undefined;
  const { report, decision } = judged ?? {};
  const { permissions = [] } = decision ?? {};
  const attempt = attemptOf(usage);
  return explain(
    { policy, attempt, denial: code, permissions, facts, world: judgement?.world, report },
    language,
  );
}
