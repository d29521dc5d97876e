import {
  encode,
  id,
  keys,
  listKey,
  MAX_USES,
  MAX_USES_BYTES,
  USES_FORMAT,
  USES_MEDIA_TYPE,
  usesFile,
  type UsesEnd,
  type UsesFile,
} from '@tallystick/chaincode/model';
import { ProjectionError, type Projection, type TransactionLog, type Trees } from '../../projection/port.js';
import { BytesWriter } from './bytes-writer.js';
import type { ConfigChain } from '../channel/port.js';
import { EvidenceError } from './errors.js';
import { blockForm, checkpointForm, headerForm } from './forms.js';
import type { SignedCheckpoint, CheckpointChoice } from './checkpoint-choice.js';
import type { UsesQuestion, UsesRows } from './port.js';

export type Lists = Pick<Projection, 'height' | 'texts'> &
  Pick<TransactionLog, 'firstBlockFrom' | 'lastBlockBefore'> &
  Pick<Trees, 'listHeadAt' | 'listRange' | 'mapProof'>;

export interface UsesParts {
  readonly projection: Lists;
  readonly grounds: Pick<CheckpointChoice, 'ground' | 'newest'>;
  readonly configuration: ConfigChain;
  readonly channel: string;
  readonly chaincode: string;
}

/** Records asked for at a time. */
const TOGETHER = 100;

/** Heights between which uses were requested: after the one, up to the other. -1: from the beginning. */
interface Heights {
  readonly from: number;
  readonly to: number;
}

/**
 * Days select heights, since blocks have no time that anybody signed. No use whose transaction claims a time in the range is left out, whatever
 * others claim: everything in effect up to `from` claims an earlier time than the range begins with, and everything after `to` one that
 * is not before its end. In between there may be uses of other days, where somebody's clock was wrong.
 */
async function heightsOf(projection: Lists, { from, to }: UsesQuestion): Promise<Heights> {
  const newest = Number(await projection.height());
  const first = from === undefined ? 0 : ((await projection.firstBlockFrom(from)) ?? newest + 1);
  const last = to === undefined ? newest : ((await projection.lastBlockBefore(to)) ?? 0);
  return { from: Math.min(first - 1, last), to: last };
}

/** Uses of a list as rows, those that one page holds. @throws ProjectionError */
export async function usesRows(
  projection: Lists,
  question: UsesQuestion,
  { skip, limit }: { readonly skip: number; readonly limit: number },
): Promise<UsesRows> {
  const list = listKey(question.list.kind, question.list.id);
  const { from, to } = await heightsOf(projection, question);
  const [first, last] = await Promise.all([countAt(projection, list, from), countAt(projection, list, to)]);
  const begin = Math.min(first + skip, last);
  const end = Math.min(begin + limit, last);
  const { usages } = await projection.listRange(list, begin, end);
  const texts = await textsOf(projection, usages, Number(await projection.height()));
  const items = texts.map((text) => JSON.parse(text) as UsesRows['items'][number]);
  return { from, to, count: last - first, items, ...(end < last && { next: end - first }) };
}

async function countAt(projection: Lists, list: string, height: number): Promise<number> {
  return height < 0 ? 0 : ((await projection.listHeadAt(list, height))?.count ?? 0);
}

/**
 * The completeness file of a list, canonical text. It says at least what is asked: where the map of a height is not kept any more, or too few
 * have signed it, the range begins with the ledger, or ends at the newest height.
 * @throws EvidenceError PENDING, TOO_LARGE @throws ProjectionError, LedgerError
 */
export async function provenUses(
  parts: UsesParts,
  question: UsesQuestion,
  signal?: AbortSignal,
): Promise<string> {
  const { projection } = parts;
  const asked = await heightsOf(projection, question);
  const key = listKey(question.list.kind, question.list.id);
  const to = (await endAt(parts, key, asked.to)) ?? (await newestEnd(parts, key, asked.to));
  // Block 0 has no use, and nobody signs it.
  const from = asked.from <= 0 ? undefined : await endAt(parts, key, asked.from);
  const [first, last] = [from?.count ?? 0, to.count];
  if (last - first > MAX_USES) throw tooMany(last - first);
  const range = await projection.listRange(key, first, last);
  const members = range.usages.map((usage) => usageKey(usage));
  const { height } = to.ground.body;
  const proof = await projection.mapProof(
    height,
    members.map((member) => ({ space: 'record', key: member })),
  );
  const texts = await textsOf(projection, range.usages, height, signal);
  return assemble(parts, question, { from, to, range, members: { proof, texts } });
}

interface End {
  readonly ground: SignedCheckpoint;
  readonly proof: UsesEnd['list'];
  readonly count: number;
}

/** `undefined` where the height cannot be proven (any more). */
async function endAt(
  { grounds, projection }: UsesParts,
  list: string,
  height: number,
): Promise<End | undefined> {
  try {
    const ground = await grounds.ground(height);
    return ground && (await endOn(projection, list, ground));
  } catch (error) {
    if (error instanceof ProjectionError && error.code === 'HEIGHT_NOT_KEPT') return undefined;
    throw error;
  }
}

const newestEnd = async ({ grounds, projection }: UsesParts, list: string, least: number): Promise<End> =>
  endOn(projection, list, await grounds.newest(least));

async function endOn(projection: Lists, list: string, ground: SignedCheckpoint): Promise<End> {
  const { height } = ground.body;
  const [proof, head] = await Promise.all([
    projection.mapProof(height, [{ space: 'list', key: list }]),
    projection.listHeadAt(list, height),
  ]);
  return { ground, proof, count: head?.count ?? 0 };
}

/** Texts of uses as they stood at a height. */
async function textsOf(
  projection: Lists,
  usages: readonly string[],
  height: number,
  signal?: AbortSignal,
): Promise<string[]> {
  const texts: string[] = [];
  let characters = 0;
  for (let at = 0; at < usages.length; at += TOGETHER) {
    signal?.throwIfAborted();
    const some = usages.slice(at, at + TOGETHER);
    for (const text of await Promise.all(some.map((usage) => textAt(projection, usage, height)))) {
      characters += text.length;
      texts.push(text);
    }
    if (characters > MAX_USES_BYTES) throw tooMany(usages.length);
  }
  return texts;
}

/** Lists hold ids of uses: the fold wrote them. */
const usageKey = (usage: string): string => keys.usage(id('usage').parse(usage)).text;

async function textAt(projection: Lists, usage: string, height: number): Promise<string> {
  const versions = await projection.texts(usageKey(usage));
  const version = versions.findLast(({ blockNumber }) => blockNumber <= height);
  if (version === undefined)
    throw new EvidenceError('NOT_PROJECTED', `${usage} is in a list and has no record`);
  return version.text;
}

async function assemble(
  { configuration, channel, chaincode }: UsesParts,
  { list }: UsesQuestion,
  {
    from,
    to,
    range,
    members,
  }: Pick<UsesFile, 'range' | 'members'> & { readonly from: End | undefined; readonly to: End },
): Promise<string> {
  const writer = new BytesWriter();
  const { head, blocks } = await configuration.at(BigInt(to.ground.body.height));
  const earlier = from && (await configuration.at(BigInt(from.ground.body.height))).head;
  const form = ({ ground: { body, witnesses }, proof }: End, header: typeof head): UsesEnd => ({
    checkpoint: checkpointForm(writer, body, witnesses),
    head: headerForm(writer, header),
    list: proof,
  });
  const file: UsesFile = {
    mediaType: USES_MEDIA_TYPE,
    format: USES_FORMAT,
    channel,
    chaincode,
    list,
    config: blocks.map((block) => blockForm(writer, block)),
    from: from && earlier ? form(from, earlier) : null,
    to: form(to, head),
    range,
    members,
    timestamps: to.ground.tokens.map(({ token }) => ({ token: writer.write(token) })),
    shared: [],
  };
  const text = encode(usesFile.parse({ ...file, shared: [...writer.shared] }));
  if (Buffer.byteLength(text) > MAX_USES_BYTES) throw tooMany(range.usages.length);
  return text;
}

const tooMany = (count: number): EvidenceError =>
  new EvidenceError('TOO_LARGE', `${count} uses do not fit into one file; ask for a shorter time`);
