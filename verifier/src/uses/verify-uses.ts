import {
  decodeRecord,
  digestOf,
  headsOfRange,
  listHead,
  listKey,
  recordEntry,
  usageType,
  type CheckpointBody,
  type ListHead,
  type Usage,
  type UsesList,
} from '@tallystick/chaincode/model';
import { Checklist } from '../checklist.js';
import { newSignatures, type Signatures } from '../crypto/signature.js';
import { largeDigest } from '../crypto/sha256.js';
import type { Subtle } from '../crypto/subtle.js';
import { checkBody } from '../evidence/checkpoint.js';
import { asOfIn } from '../evidence/compact.js';
import { checkConfiguration } from '../evidence/configuration.js';
import { proven, provenMap } from '../evidence/proofs.js';
import { assertRecord } from '../evidence/record-kinds.js';
import { areConsistent, checkTokens, readingsOf } from '../evidence/time.js';
import { checkWitnesses } from '../evidence/witnesses.js';
import type { ConfigChain } from '../fabric/config-chain.js';
import { outcomeOf } from '../outcome.js';
import { rejectUnless } from '../rejection.js';
import { interval, Patience, type Stamp } from '../time/index.js';
import type { Trust } from '../trust/trust.js';
import type { AsOf, CountedWitness, Verdict } from '../verdict.js';
import { readUses, type FiledEnd, type FiledUses } from './reading.js';

/** What the verifier says of a completeness file. */
export interface UsesVerdict extends Pick<
  Verdict,
  'outcome' | 'channel' | 'witnesses' | 'steps' | 'fileDigest'
> {
  readonly list: UsesList | undefined;
  /** Height after which the range begins; absent where it begins with the ledger. */
  readonly from: AsOf | undefined;
  /** Height at which it ends, and as of which the uses are told; absent where checking did not come so far. */
  readonly to: AsOf | undefined;
  /** Every use in the range, in the order of the ledger; none where a check failed. */
  readonly uses: readonly Usage[];
}

interface Work {
  readonly file: FiledUses;
  readonly trust: Trust;
  readonly signatures: Signatures;
  readonly subtle: Subtle;
  readonly list: Checklist;
}

/** One end as far as it was checked. */
interface End {
  readonly body: CheckpointBody;
  readonly counted: readonly CountedWitness[];
  readonly head: ListHead | undefined;
  readonly stamps: readonly Stamp[];
}

/**
 * Verifies a completeness file against what the trust file believes, offline: both checkpoints are this ledger's and signed by enough
 * witnesses, the range leads from what the map says of the list at the one to what it says at the other, and each use is as the map at the
 * later one has it. Never throws for a bad file.
 */
export async function verifyUses(bytes: Uint8Array, trust: Trust, subtle: Subtle): Promise<UsesVerdict> {
  const list = new Checklist();
  const file = await list.run('file.form', '', () => {
    const value = readUses(bytes);
    return { value, facts: { bytes: `${bytes.length}`, uses: `${value.range.usages.length}` } };
  });
  const signatures = newSignatures(subtle, trust.algorithms);
  const found = file && (await checkUses({ file, trust, signatures, subtle, list }));
  const outcome = outcomeOf(list.steps);
  return {
    outcome,
    list: file?.list,
    channel: file?.channel,
    ...partsOf(found, trust),
    ...(outcome === 'FAILED' && { uses: [] }),
    steps: list.steps,
    fileDigest: await largeDigest(subtle, bytes),
  };
}

function partsOf(
  found: Found | undefined,
  { witnesses }: Trust,
): Pick<UsesVerdict, 'from' | 'to' | 'uses' | 'witnesses'> {
  if (found === undefined) return { from: undefined, to: undefined, uses: [], witnesses: [] };
  const { from, to, uses = [] } = found;
  const asOf = ({ body, counted }: End): AsOf => asOfIn(body, counted, witnesses);
  return { from: from && asOf(from), to: asOf(to), uses, witnesses: to.counted };
}

interface Found {
  readonly from: End | undefined;
  readonly to: End;
  readonly uses: readonly Usage[] | undefined;
}

async function checkUses(work: Work): Promise<Found | undefined> {
  const { file, trust, signatures, list } = work;
  if (!(await doesApply(work))) return undefined;
  const chain = await checkConfiguration(
    { config: file.config, head: file.to.head },
    trust,
    signatures,
    list,
  );
  if (chain === undefined) return undefined;
  const from = file.from && (await checkStart(file.from, chain, work));
  const to = await checkEnd(file.to, file.timestamps, chain, work);
  if (to === undefined || (file.from !== undefined && from === undefined)) return undefined;
  const isComplete = await checkRange(file, from, to, list);
  const uses = await checkRecords(file, to.body, list);
  checkUsesTime(uses ?? [], to, trust, list);
  return { from, to, uses: isComplete === true ? uses : undefined };
}

async function doesApply({ file: { channel, chaincode }, trust, list }: Work): Promise<boolean> {
  const applies = await list.run('trust.applies', '', () => {
    rejectUnless(channel === trust.channel, 'WRONG_CHANNEL', { channel });
    rejectUnless(chaincode === trust.chaincode, 'WRONG_CHAINCODE', { chaincode });
    return { value: true, facts: { channel, chaincode } };
  });
  return applies === true;
}

/** The header of the earlier height is not the last one of the file: orderers signed it under the configuration of that time. */
async function checkStart(start: FiledEnd, chain: ConfigChain, work: Work): Promise<End | undefined> {
  const { head } = start;
  const ordered = await work.list.run('ledger.head', `block ${head.number.toString()}`, async () => {
    const { signers } = await chain.checkHeader(head, head.signatures);
    return { value: true as const, facts: { signers: signers.join(' ') } };
  });
  return ordered && checkEnd(start, [], chain, work);
}

/** That a checkpoint is this ledger's and enough witnesses signed it, and what its map says of the list. */
async function checkEnd(
  { checkpoint, head, list: proof }: FiledEnd,
  tokens: readonly Uint8Array[],
  chain: ConfigChain,
  { file, trust, signatures, subtle, list }: Work,
): Promise<End | undefined> {
  const body = await checkBody({ head, checkpoint }, trust, list);
  if (!body) return undefined;
  const stamps: readonly Stamp[] =
    tokens.length === 0
      ? []
      : await checkTokens(tokens, body, { trust, subtle, patience: new Patience() }, list);
  const counted = await checkWitnesses(
    { checkpoint, config: chain.newest, signatures, witnesses: trust.witnesses, stamps, isNeeded: true },
    list,
  );
  const key = listKey(file.list.kind, file.list.id);
  return list
    .run('uses.complete', `${key} at height ${body.height}`, () => {
      const map = provenMap(proof, body.map);
      rejectUnless(map.entries.length <= 1, 'UNUSED_MATERIAL', { entries: `${map.entries.length}` });
      const value = proven(() => map.get('list', key));
      const parsed = listHead.optional().safeParse(value);
      rejectUnless(parsed.success, 'MALFORMED', { key, what: 'an entry of the map' });
      const { count = 0, root = '' } = parsed.data ?? {};
      return { value: { head: parsed.data }, facts: { count: `${count}`, root } };
    })
    .then((shown) => shown && { body, counted, stamps, head: shown.head });
}

/** That the members between the two counts are those that the roots at both ends were made of. */
function checkRange(
  { range, list: { kind, id } }: FiledUses,
  from: End | undefined,
  to: End,
  list: Checklist,
): Promise<true | undefined> {
  return list.run('uses.complete', listKey(kind, id), () => {
    const heights = { from: `${from?.body.height ?? -1}`, to: `${to.body.height}` };
    rejectUnless((from?.body.height ?? -1) <= to.body.height, 'CHECKPOINT_DIFFERS', heights);
    const { first, last } = proven(() => headsOfRange(range));
    assertSame(first, from?.head, 'the earlier');
    assertSame(last, to.head, 'the later');
    return { value: true as const, facts: { ...heights, uses: `${range.usages.length}` } };
  });
}

function assertSame(made: ListHead | undefined, said: ListHead | undefined, end: string): void {
  const isSame = made?.count === said?.count && made?.root === said?.root;
  rejectUnless(isSame, 'PROOF_INVALID', {
    what: `the list at ${end} height`,
    count: `${made?.count ?? 0}`,
    said: `${said?.count ?? 0}`,
  });
}

/**
 * That the later checkpoint was not seen before the uses that it holds: of an answered one both parties say not before, authorities and
 * witnesses say not after. What one party alone dates ahead spoils no list of others' uses.
 */
function checkUsesTime(
  uses: readonly Usage[],
  to: End,
  { witnesses, clockSkew }: Trust,
  list: Checklist,
): void {
  const made = uses.flatMap(({ consumer, requestedAt, answer }) => {
    if (answer === undefined || answer.provider === consumer) return [];
    const at = requestedAt < answer.at ? requestedAt : answer.at;
    return [{ at, by: [consumer, answer.provider] }];
  });
  const seen = readingsOf(to.counted);
  const bounds = interval({ stamps: to.stamps, made, seen, needed: witnesses.needed, clockSkew });
  areConsistent(bounds, `height ${to.body.height}`, list);
}

/** That each use is told as the map at the later height has it. */
function checkRecords(
  { range: { usages }, members: { proof, texts } }: FiledUses,
  body: CheckpointBody,
  list: Checklist,
): Promise<readonly Usage[] | undefined> {
  return list.run('uses.records', `height ${body.height}`, () => {
    if (usages.length === 0) {
      rejectUnless(proof.leaves.length === 0, 'UNUSED_MATERIAL', { entries: `${proof.leaves.length}` });
      return { value: [], facts: { uses: '0' } };
    }
    const map = provenMap(proof, body.map);
    rejectUnless(map.entries.length === usages.length, 'UNUSED_MATERIAL', {
      entries: `${map.entries.length}`,
      uses: `${usages.length}`,
    });
    const value = usages.map((usage, index) => {
      const entry = recordEntry.safeParse(proven(() => map.get('record', `usage/${usage}`)));
      const text = texts[index] ?? '';
      const isSaid = entry.success && entry.data.text === digestOf(text);
      rejectUnless(isSaid, 'PROOF_INVALID', { what: 'another text than the map has', usage });
      assertRecord(`usage/${usage}`, text);
      const record = decodeRecord(usageType, text);
      rejectUnless(record.id === usage, 'SUBJECT_MISSING', { usage, found: record.id });
      return record;
    });
    return { value, facts: { uses: `${usages.length}` } };
  });
}
