import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { textOf } from '../bytes/protobuf.js';
import { Rejection } from '../rejection.js';
import { InputError, type Standing } from './audit.js';
import type { Counts } from './auditor.js';
import { Findings, type Recorded } from './findings.js';
import { UsageHistory, type Breach, type UsageStep } from './usage-history.js';
import { WorldState, type Update } from './world-state.js';

/** Version of the form below. A reader takes no other. */
export const CHECKPOINT_FORMAT = 'tallystick-audit-checkpoint/1';

/** A value as text where it is text, else hexadecimal. */
type Value = readonly ['t' | 'x', string];

interface Head {
  readonly format: string;
  /** Digest of the trust file: under another one everything is to be judged anew. */
  readonly trust: string;
  readonly chaincode: string;
  readonly counts: Counts;
  readonly header: string;
  readonly commit: { readonly block: string; readonly hash: string } | null;
  readonly ledgerTime: string;
}

/** A key of the state: namespace, key, the version's block and index, value, and the policy of the key where it has one. */
type KeyParts = readonly [string, string, number, number, Value, string?];

type Line =
  | { readonly config: string }
  | { readonly ids: readonly string[] }
  | { readonly key: KeyParts }
  | { readonly usage: readonly [key: string, steps: readonly UsageStep[]] }
  | { readonly breaches: readonly Breach[] }
  | { readonly findings: Recorded }
  | { readonly end: number };

const IDS_PER_LINE = 1000;

/**
 * Where an audit stands, as lines of JSON, so that no text grows with the ledger. It is as good as the place it is kept in: whoever
 * resumes from a file that others can write lets them choose the state. @param trust digest of the trust file
 */
export function* checkpointLines(standing: Standing, trust: string, chaincode: string): Generator<string> {
  yield JSON.stringify(headOf(standing, trust, chaincode));
  let count = 0;
  for (const line of bodyOf(standing)) {
    count += 1;
    yield JSON.stringify(line);
  }
  yield JSON.stringify({ end: count } satisfies Line);
}

function headOf({ progress }: Standing, trust: string, chaincode: string): Head {
  const { counts, header, commit, ledgerTime } = progress;
  return {
    format: CHECKPOINT_FORMAT,
    trust,
    chaincode,
    counts,
    header: bytesToHex(header),
    commit: commit ? { block: `${commit.block}`, hash: bytesToHex(commit.hash) } : null,
    ledgerTime,
  };
}

function* bodyOf({ progress, configBlocks }: Standing): Generator<Line> {
  const { findings, state, history, seen } = progress;
  for (const block of configBlocks) yield { config: bytesToHex(block) };
  for (const ids of inLists(seen, IDS_PER_LINE)) yield { ids };
  for (const { space, key, entry } of state.entries()) {
    const { version, value, policy } = entry;
    const place = [space, key, version.block, version.index] as const;
    yield { key: policy ? [...place, spelled(value), bytesToHex(policy)] : [...place, spelled(value)] };
  }
  const { steps, breaches } = history.recorded();
  for (const usage of steps) yield { usage };
  yield { breaches };
  yield { findings: findings.recorded() };
}

function* inLists(ids: Iterable<string>, size: number): Generator<readonly string[]> {
  let list: string[] = [];
  for (const id of ids) {
    if (list.push(id) < size) continue;
    yield list;
    list = [];
  }
  yield list;
}

function spelled(value: Uint8Array): Value {
  try {
    return ['t', textOf(value)];
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return ['x', bytesToHex(value)];
  }
}

const utf8 = new TextEncoder();
const bytesOf = ([form, text]: Value): Uint8Array => (form === 't' ? utf8.encode(text) : hexToBytes(text));

/** Puts lines together again. */
class Reading {
  readonly configBlocks: Uint8Array[] = [];
  readonly seen = new Set<string>();
  readonly steps: (readonly [string, readonly UsageStep[]])[] = [];
  readonly state = new WorldState();
  breaches: readonly Breach[] = [];
  findings: Recorded | undefined;
  #count = 0;
  #isComplete = false;

  get isComplete(): boolean {
    return this.#isComplete;
  }

  take(line: Line): void {
    if ('end' in line) this.#isComplete = line.end === this.#count;
    this.#count += 1;
    if ('config' in line) this.configBlocks.push(hexToBytes(line.config));
    else if ('ids' in line) for (const id of line.ids) this.seen.add(id);
    else if ('key' in line) this.state.apply([updateIn(line.key)]);
    else if ('usage' in line) this.steps.push(line.usage);
    else if ('breaches' in line) this.breaches = line.breaches;
    else if ('findings' in line) this.findings = line.findings;
  }
}

function updateIn([space, key, block, index, value, policy]: KeyParts): Update {
  const entry = {
    version: { block, index },
    value: bytesOf(value),
    ...(policy !== undefined && { policy: hexToBytes(policy) }),
  };
  return { space, key, entry };
}

/**
 * Reads what `checkpointLines` wrote. @param trust digest of the trust file that is used now
 * @throws InputError CHECKPOINT_UNUSABLE: of another trust file or form, or not whole
 */
export async function readCheckpoint(lines: AsyncIterable<string>, trust: string): Promise<Standing> {
  const reading = new Reading();
  let head: Head | undefined;
  for await (const text of lines) {
    const line = parsed(text);
    if (head === undefined) head = headIn(line as Head, trust);
    else reading.take(line as Line);
  }
  if (!head || !reading.isComplete) throw unusable('it is not whole');
  return standingOf(head, reading);
}

const unusable = (why: string, options?: ErrorOptions): InputError =>
  new InputError('CHECKPOINT_UNUSABLE', `the checkpoint cannot be used: ${why}`, options);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable('it is not lines of JSON', { cause });
  }
}

function headIn(head: Head, trust: string): Head {
  if (head.format !== CHECKPOINT_FORMAT) throw unusable(`its form is not ${CHECKPOINT_FORMAT}`);
  if (head.trust !== trust) throw unusable('it belongs to another trust file');
  return head;
}

function standingOf(head: Head, reading: Reading): Standing {
  const { counts, header, commit, ledgerTime, chaincode } = head;
  const { configBlocks, seen, state, steps, breaches, findings } = reading;
  return {
    progress: {
      counts,
      findings: new Findings(findings),
      state,
      history: new UsageHistory(chaincode, { steps, breaches }),
      seen,
      commit: commit ? { block: BigInt(commit.block), hash: hexToBytes(commit.hash) } : undefined,
      header: hexToBytes(header),
      ledgerTime,
    },
    configBlocks,
  };
}
