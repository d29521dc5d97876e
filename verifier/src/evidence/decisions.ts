import {
  decode,
  digestOf,
  encode,
  Refusal,
  type Digest,
  type Fact,
  type Json,
  type Opening,
  type Usage,
} from '@tallystick/chaincode/model';
import { editionNamed, execute, openingDigest, type Edition } from '@tallystick/chaincode/rules';
import type { Checklist } from '../checklist.js';
import { evaluableIf, NotEvaluated, Rejection, rejectUnless, type Facts } from '../rejection.js';
import type { EvidencedTransaction, World } from './transactions.js';

/** What a decision is run again with. */
export interface ReplaySetting {
  readonly openings: readonly Opening[];
  /** Versions of the rules that the trust file accepts. */
  readonly rules: readonly string[];
}

/**
 * The decision on a use: every fact that the effective answer names has its text, and the rules come from these texts alone to the very
 * record that took effect.
 */
export async function checkDecision(
  usage: Usage,
  world: World,
  setting: ReplaySetting,
  list: Checklist,
): Promise<void> {
  const { answer } = usage;
  const key = `usage/${usage.id}`;
  const answering = world.transactions.find((each) => each.name === 'usage:Answer' && each.writes.has(key));
  if (answer === undefined || answering === undefined) return;
  await list.run('decision.facts', answering.txId, () => {
    const missing = answer.facts.filter((fact) => textOf(fact, world) === undefined);
    evaluableIf(missing.length === 0, 'PART_MISSING', { keys: missing.map((fact) => fact.key).join(' ') });
    return { value: true, facts: { facts: `${answer.facts.length}` } };
  });
  await list.run('decision.replay', answering.txId, async () => ({
    value: true,
    facts: await decideAgain(answering, usage, world, setting),
  }));
}

/** `null` where nothing stood, `undefined` where the file does not say. */
const textOf = ({ key, value }: Fact, world: World): string | null | undefined =>
  value === null ? null : world.textOf(key, value);

/** @throws Rejection WRITES_DIFFER, RULES_REFUSE, MALFORMED; NotEvaluated RULES_UNKNOWN, READ_NOT_EVIDENCED, OPENING_MISSING */
async function decideAgain(
  answering: EvidencedTransaction,
  usage: Usage,
  world: World,
  setting: ReplaySetting,
): Promise<Facts> {
  const key = `usage/${usage.id}`;
  const text = answering.writes.get(key) ?? '';
  const { rules: version } = JSON.parse(text) as { rules: string };
  const edition = setting.rules.includes(version) ? editionNamed(version) : undefined;
  evaluableIf(edition !== undefined, 'RULES_UNKNOWN', { rules: version });
  const facts = new Map(usage.answer?.facts.map((fact) => [fact.key, fact]));
  const written = await executed(answering, usage.id, edition, setting, (asked) =>
    readOf(asked, facts, world),
  );
  rejectUnless(written.get(key) === text, 'WRITES_DIFFER', { key });
  const report = usage.answer?.policy?.report;
  return {
    transaction: answering.name,
    rules: version,
    text: digestOf(text),
    ...(report !== undefined && { reports: report }),
  };
}

async function executed(
  { name, argument, caller }: EvidencedTransaction,
  usageId: string,
  edition: Edition,
  { openings }: ReplaySetting,
  read: (key: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const call = {
    transaction: name,
    argument: encode(requestIn(argument, usageId)),
    caller,
    openings: new Map<Digest, Opening>(openings.map((each) => [openingDigest(each), each])),
  };
  try {
    return (await execute(edition, call, read)).writes;
  } catch (error) {
    throw asRejection(error);
  }
}

/** The one request among those of the call that is about the use. @throws Rejection SUBJECT_MISSING */
function requestIn(argument: string, usageId: string): Json {
  const requests = [decode(argument)].flat() as readonly Json[];
  const meant = requests.find((each) => (each as { readonly usageId?: Json } | null)?.usageId === usageId);
  rejectUnless(meant !== undefined, 'SUBJECT_MISSING', { what: 'a request about the use', usageId });
  return meant;
}

function readOf(key: string, facts: ReadonlyMap<string, Fact>, world: World): Promise<string | undefined> {
  const fact = facts.get(key);
  const text = fact && textOf(fact, world);
  if (text === undefined) return Promise.reject(new NotEvaluated('READ_NOT_EVIDENCED', { key }));
  return Promise.resolve(text ?? undefined);
}

function asRejection(error: unknown): Error {
  if (error instanceof Rejection || error instanceof NotEvaluated) return error;
  if (!(error instanceof Refusal)) {
    const what = error instanceof Error ? error.message : String(error);
    return new Rejection('MALFORMED', { what: what.slice(0, 200) }, { cause: error });
  }
  // The opening of a sealed field travels beside a transaction and is not recorded: whoever has it can hand it in.
  if (error.code === 'OPENING_MISSING') return new NotEvaluated('OPENING_MISSING');
  return new Rejection('RULES_REFUSE', { refusal: error.code }, { cause: error });
}
