import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import {
  digestOfHash,
  encode,
  hashOfText,
  headOf,
  LogFrontier,
  TreeError,
  type CheckpointBody,
  type MapEntry,
  type RecordEntry,
} from '@tallystick/chaincode/model';
import { textOf } from '../bytes/protobuf.js';
import { MemoryTrees, type InForce } from '../fold/index.js';
import { Rejection } from '../rejection.js';
import { InputError, type Standing } from './audit.js';
import type { Counts, Progress } from './auditor.js';
import { EffectiveRecords } from './effective-records.js';
import { Findings, type Recorded } from './findings.js';
import type { Folded } from './ledger-fold.js';
import { UsageHistory, type Breach, type UsageStep } from './usage-history.js';
import { spaceOf, WorldState, type Update } from './world-state.js';

/** Version of the form below. A reader takes no other. */
export const RESUME_FORMAT = 'tallystick-audit-resume/2';

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
  readonly body: CheckpointBody | null;
  readonly log: Frontier;
  /** The definition in force, and the newest edition that has decided; `null` for none. */
  readonly inForce: { readonly version: string | null; readonly decided: string | null };
  /** Version of the definition at which folding ended; `null`: it has not. */
  readonly unknown: string | null;
}

/** A log: its size, and its hashes in hexadecimal. */
type Frontier = readonly [size: number, peaks: readonly string[]];

/** A key of the state: namespace, key, the version's block and index, value, and the policy of the key where it has one. */
type KeyParts = readonly [string, string, number, number, Value, string?];

type Line =
  | { readonly config: string }
  | { readonly ids: readonly string[] }
  | { readonly key: KeyParts }
  /** A record by the rules, and its block; without a text where Fabric has the same. */
  | { readonly record: readonly [key: string, block: number, text?: string] }
  | { readonly map: readonly [MapEntry['space'], key: string, MapEntry['value']] }
  | { readonly list: readonly [key: string, Frontier] }
  | { readonly usage: readonly [key: string, steps: readonly UsageStep[]] }
  | { readonly breaches: readonly Breach[] }
  | { readonly findings: Recorded }
  | { readonly end: number };

const IDS_PER_LINE = 1000;

/**
 * Where an audit stands, as lines of JSON, so that no text grows with the ledger. It is as good as the place it is kept in: whoever
 * resumes from a file that others can write lets them choose the state. @param trust digest of the trust file
 */
export function* resumeLines(standing: Standing, trust: string, chaincode: string): Generator<string> {
  yield JSON.stringify(headLineOf(standing, trust, chaincode));
  let count = 0;
  for (const line of bodyOf(standing, chaincode)) {
    count += 1;
    yield JSON.stringify(line);
  }
  yield JSON.stringify({ end: count } satisfies Line);
}

function headLineOf({ progress }: Standing, trust: string, chaincode: string): Head {
  const { counts, header, commit, ledgerTime, folded } = progress;
  return {
    format: RESUME_FORMAT,
    trust,
    chaincode,
    counts,
    header: bytesToHex(header),
    commit: commit ? { block: `${commit.block}`, hash: bytesToHex(commit.hash) } : null,
    ledgerTime,
    body: folded.body ?? null,
    log: frontierOf(folded.trees.log()),
    inForce: spelledOut(folded.records.inForce()),
    unknown: folded.unknown ?? null,
  };
}

const spelledOut = ({ version, decided }: InForce): Head['inForce'] => ({
  version,
  decided: decided ?? null,
});

const frontierOf = ({ size, peaks }: LogFrontier): Frontier => [size, peaks.map((hash) => bytesToHex(hash))];

function logOf([size, peaks]: Frontier): LogFrontier {
  try {
    return new LogFrontier(size, peaks.map(hashOfText));
  } catch (cause) {
    if (!(cause instanceof TreeError)) throw cause;
    throw unusable('a log is none', { cause });
  }
}

function* bodyOf({ progress, configBlocks }: Standing, chaincode: string): Generator<Line> {
  const { findings, state, history, seen } = progress;
  for (const block of configBlocks) yield { config: bytesToHex(block) };
  for (const ids of inLists(seen, IDS_PER_LINE)) yield { ids };
  for (const { space, key, entry } of state.entries()) {
    const { version, value, policy } = entry;
    const place = [space, key, version.block, version.index] as const;
    yield { key: policy ? [...place, spelled(value), bytesToHex(policy)] : [...place, spelled(value)] };
  }
  yield* foldedOf(progress, chaincode);
  const { steps, breaches } = history.recorded();
  for (const usage of steps) yield { usage };
  yield { breaches };
  yield { findings: findings.recorded() };
}

function* foldedOf({ state, folded: { records, trees } }: Progress, chaincode: string): Generator<Line> {
  const own = spaceOf(chaincode);
  for (const { key, text, block } of records.all()) {
    const isSame = records.standing(key) === undefined && state.get(own, key) !== undefined;
    yield { record: isSame ? [key, block] : [key, block, text] };
  }
  const { lists, entries } = trees.planted();
  for (const { space, key, value } of entries) yield { map: [space, key, value] };
  for (const [key, frontier] of lists) yield { list: [key, frontierOf(frontier)] };
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
  readonly records = new EffectiveRecords();
  readonly entries: MapEntry[] = [];
  readonly lists: (readonly [string, LogFrontier])[] = [];
  breaches: readonly Breach[] = [];
  findings: Recorded | undefined;
  readonly #own: string;
  #count = 0;
  #isComplete = false;

  constructor(chaincode: string) {
    this.#own = spaceOf(chaincode);
  }

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
    else this.#takeFolded(line);
  }

  #takeFolded(line: Line): void {
    if ('record' in line) this.#takeRecord(line.record);
    else if ('map' in line) this.#takeEntry(line.map);
    else if ('list' in line) this.lists.push([line.list[0], logOf(line.list[1])]);
  }

  /** Lines of Fabric's state come before. */
  #takeRecord([key, block, text]: readonly [string, number, string?]): void {
    const value = text ?? this.state.get(this.#own, key)?.value;
    if (value === undefined) throw unusable('a record without a text');
    this.records.put({ key, block, text: typeof value === 'string' ? value : textOf(value) });
    if (typeof value !== 'string') this.records.share(key, value);
  }

  #takeEntry([space, key, value]: readonly [MapEntry['space'], string, MapEntry['value']]): void {
    this.entries.push({ space, key, value });
    if (space !== 'record') return;
    const { standing } = value as RecordEntry;
    if (standing !== undefined) this.records.stand(key, standing);
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
 * Reads what `resumeLines` wrote. @param trust digest of the trust file that is used now
 * @throws InputError RESUME_UNUSABLE: of another trust file or form, or not whole
 */
export async function readResume(lines: AsyncIterable<string>, trust: string): Promise<Standing> {
  let reading: Reading | undefined;
  let head: Head | undefined;
  for await (const text of lines) {
    const line = parsed(text);
    if (!head || !reading) {
      head = headIn(line as Head, trust);
      reading = new Reading(head.chaincode);
    } else reading.take(line as Line);
  }
  if (!head || reading?.isComplete !== true) throw unusable('it is not whole');
  return standingOf(head, reading);
}

const unusable = (why: string, options?: ErrorOptions): InputError =>
  new InputError('RESUME_UNUSABLE', `the file to resume from cannot be used: ${why}`, options);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable('it is not lines of JSON', { cause });
  }
}

function headIn(head: Head, trust: string): Head {
  if (head.format !== RESUME_FORMAT) throw unusable(`its form is not ${RESUME_FORMAT}`);
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
      folded: foldedIn(head, reading),
      history: new UsageHistory(chaincode, { steps, breaches }),
      seen,
      commit: commit ? { block: BigInt(commit.block), hash: hexToBytes(commit.hash) } : undefined,
      header: hexToBytes(header),
      ledgerTime,
    },
    configBlocks,
  };
}

/** The map is built again of its entries, and must come out as it was; the lists must be those that it has. */
function foldedIn({ log, body, inForce, unknown }: Head, { records, entries, lists }: Reading): Folded {
  const trees = new MemoryTrees({ planted: { log: logOf(log), lists, entries } });
  const heads = new Map(lists.map(([key, frontier]) => [key, encode(headOf(frontier) ?? null)]));
  const listed = entries.filter(({ space }) => space === 'list');
  const isSame =
    (body === null ||
      (digestOfHash(trees.mapRoot()) === body.map && digestOfHash(trees.log().root()) === body.log)) &&
    listed.length === heads.size &&
    listed.every(({ key, value }) => heads.get(key) === encode(value));
  if (!isSame) throw unusable('its trees are not those of its last block');
  records.define({ version: inForce.version, decided: inForce.decided ?? undefined });
  return { records, trees, body: body ?? undefined, unknown: unknown ?? undefined };
}
