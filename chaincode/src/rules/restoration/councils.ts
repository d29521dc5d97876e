import { bytesToHex } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { keys, schema, spaceType, type RestorationTerms } from '../../model/index.js';
import type { Council } from './witnesses.js';

/** The council that the space record names. `undefined`: none, or what stands there is no space record, as a forger may leave it. */
export function councilOfSpace(bytes: Uint8Array | undefined): Council | undefined {
  const parsed = spaceType.schema.safeParse(jsonOf(bytes));
  const terms: RestorationTerms | undefined = parsed.data?.restoration;
  return terms && { needed: terms.needed, keys: terms.witnesses.map(({ key }) => key) };
}

/** Key under which the space names its council. */
export const COUNCIL_KEY = keys.space().text;

const pinned = z
  .strictObject({ needed: z.int().min(1).max(50), keys: schema.distinct(schema.publicKey, 50).min(1) })
  .refine(({ needed, keys: named }) => needed <= named.length, 'must not need more keys than there are');

/** A council that is pinned beside the ledger: JSON `{"needed":k,"keys":[hex]}`. @throws ZodError, SyntaxError */
export const pinnedCouncil = (text: string): Council => pinned.parse(JSON.parse(text));

function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    // Throws on bytes that are no UTF-8.
    return bytes && JSON.parse(decodeURIComponent(bytesToHex(bytes).replaceAll(/../g, '%$&')));
  } catch {
    return undefined;
  }
}
