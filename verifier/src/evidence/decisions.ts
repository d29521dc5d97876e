import { digestOf, usageType, type Digest, type Opening, type Usage } from '@tallystick/chaincode/model';
import { openingDigest } from '@tallystick/chaincode/rules';
import type { Checklist, StepCode } from '../checklist.js';
import type { Read } from '../fabric/rwset.js';
import { Rejection, rejectUnless, type Facts } from '../rejection.js';
import { recordedIn } from '../recorded.js';
import { replay, rulesOf, type Recorded, type Replay } from '../replay.js';
import type { EvidencedRecords } from './records.js';
import type { Evidenced } from './transactions.js';

/** What a replay needs beside the transaction itself. */
export interface Setting {
  readonly chaincode: string;
  readonly records: EvidencedRecords;
  readonly openings: readonly Opening[];
  /** Versions of the rules that the trust file accepts. */
  readonly rules: readonly string[];
}

/**
 * Runs the rules again over the evidenced records (ledger.md, "A majority of colluding peers ..."): what a transaction wrote must be
 * what its recorded signer could write over what its endorsed read set says was there.
 */
export async function checkReplay(
  code: StepCode & ('decision.replay' | 'transaction.replay'),
  each: Evidenced,
  setting: Setting,
  list: Checklist,
): Promise<void> {
  const subject = each.tx.txId;
  try {
    const { outcome, facts } = await replayed(each, setting);
    if (outcome.result === 'pass') list.pass(code, subject, facts);
    else if (outcome.result === 'fail')
      list.fail(code, subject, new Rejection(outcome.reason, outcome.facts));
    else list.notEvaluated(code, subject, outcome.reason, outcome.facts);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    list.fail(code, subject, error);
  }
}

async function replayed(each: Evidenced, setting: Setting): Promise<{ outcome: Replay; facts: Facts }> {
  const { recorded, stated } = recordedFrom(each, setting);
  const facts = {
    transaction: recorded.transaction,
    writes: `${recorded.writes.size}`,
    ...reportsIn(recorded),
    ...stated,
  };
  const version = rulesOf([...recorded.writes.values()][0] ?? '');
  if (!setting.rules.includes(version))
    return {
      outcome: { result: 'not-evaluated', reason: 'RULES_UNKNOWN', facts: { rules: version } },
      facts,
    };
  return { outcome: await replay(recorded), facts };
}

/** Digests of the compliance reports that came out again, of the uses that a transaction answered. */
function reportsIn({ transaction, writes }: Recorded): Facts {
  if (transaction !== 'usage:Answer') return {};
  const reports = [...writes].flatMap(([key, text]) => (key.startsWith('usage/') ? reportIn(text) : []));
  return reports.length === 0 ? {} : { reports: reports.join(' ') };
}

/** A colluding majority may have written anything: the replay says so, this says nothing. */
function reportIn(text: string): readonly string[] {
  const { success, data } = usageType.schema.safeParse(parsed(text));
  return success && data.answer?.policy ? [data.answer.policy.report] : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Prepared {
  readonly recorded: Recorded;
  readonly stated: Facts;
}

function recordedFrom(
  { tx, reads: endorsed }: Evidenced,
  { chaincode, records, openings }: Setting,
): Prepared {
  const reads = new Map<string, string | null>();
  const withheld = new Set<string>();
  const stated: string[] = [];
  for (const read of endorsed) {
    const value = records.at(read);
    if (value.kind === 'withheld') withheld.add(read.key);
    else reads.set(read.key, value.kind === 'absent' ? null : value.text);
    if (value.kind === 'stated') stated.push(read.key);
  }
  return {
    recorded: {
      ...recordedIn(tx, chaincode),
      reads,
      withheld,
      openings: new Map<Digest, Opening>(openings.map((opening) => [openingDigest(opening), opening])),
    },
    stated: stated.length === 0 ? {} : { stated: stated.join(' ') },
  };
}

/**
 * Every fact that an answer records must be the digest of what its read set points at; or of what the transaction itself wrote, where it
 * answers several requests and a later one looked at what came of an earlier one. @throws Rejection FACT_DIFFERS
 */
export function factsOf(each: Evidenced, usage: Usage, { records }: Setting): Facts {
  const reads = new Map(each.reads.map((read) => [read.key, read]));
  const recorded = usage.answer?.facts ?? [];
  const compared = recorded.filter(({ key, value }) => {
    const read = reads.get(key);
    const found = read && digestAt(read, records);
    if (found === undefined) return false;
    const isRecorded = found === value || isWritten(each.writes.get(key), value);
    rejectUnless(isRecorded, 'FACT_DIFFERS', { key, recorded: `${value}`, found: `${found}` });
    return true;
  });
  return { facts: `${compared.length} of ${recorded.length}` };
}

const isWritten = (text: string | null | undefined, digest: Digest | null): boolean =>
  typeof text === 'string' && digestOf(text) === digest;

/** `null` where nothing stood, `undefined` where the file does not say. */
function digestAt(read: Read, records: EvidencedRecords): Digest | null | undefined {
  const value = records.at(read);
  switch (value.kind) {
    case 'withheld':
      return undefined;
    case 'absent':
      return null;
    case 'stated':
      return digestOf(value.text);
    case 'evidenced':
      return value.text === null ? null : digestOf(value.text);
  }
}
