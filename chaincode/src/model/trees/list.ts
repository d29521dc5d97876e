import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { digest } from '../schema.js';
import { digestOfHash, hashOfText, hashText, proveUnless, type Hash } from './hash.js';
import { LogFrontier, logLeafHash } from './log.js';

/** What the map holds of a list: how many usages, and the root over them. */
export const listHead = z.strictObject({ count: z.int().min(1), root: digest });
export type ListHead = z.infer<typeof listHead>;

/** Key of a list in the map: of a dataset, a grant or a participant, by its id. */
export const listKey = (kind: 'dataset' | 'grant' | 'participant', id: string): string => `${kind}/${id}`;

/** Hash of a usage in a list. @throws TreeError PROOF_INVALID of what shares its bytes with another text */
export function listLeafHash(usageId: string): Hash {
  proveUnless(usageId.isWellFormed(), 'a usage that is no text');
  return logLeafHash(utf8ToBytes(usageId));
}

/** Members of a list from one count to another: hashes of what came before, then every member. */
export const listRange = z.strictObject({
  from: z.int().min(0),
  /** Hashes of the complete subtrees of the first `from` members, largest first. */
  before: z.array(hashText).max(64),
  usages: z.array(z.string().min(1).max(100)).max(100_000),
});
export type ListRange = z.infer<typeof listRange>;

/**
 * The heads at both ends of a range; equal to what the map says at both heights, they show that no member is missing, doubled or
 * swapped. The head of no members is `undefined`: the map holds none. @throws TreeError PROOF_INVALID
 */
export function headsOfRange({ from, before, usages }: ListRange): {
  readonly first: ListHead | undefined;
  readonly last: ListHead | undefined;
} {
  const frontier = new LogFrontier(from, before.map(hashOfText));
  const first = headOf(frontier);
  proveUnless(new Set(usages).size === usages.length, 'a usage twice');
  for (const usage of usages) frontier.append(listLeafHash(usage));
  return { first, last: headOf(frontier) };
}

/** Head of a list; `undefined` of one without members. */
export const headOf = (frontier: LogFrontier): ListHead | undefined =>
  frontier.size === 0 ? undefined : { count: frontier.size, root: digestOfHash(frontier.root()) };
