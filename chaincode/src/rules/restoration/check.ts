import {
  digestOf,
  digestOfHash,
  ProvenMap,
  recordEntry,
  refuseUnless,
  Refusal,
  TreeError,
  type Digest,
  type Json,
} from '../../model/index.js';
import { parseRestoring, restorationOf, type Restoration, type Restoring } from './argument.js';
import { isWitnessed, type Council } from './witnesses.js';

/** Where a restoration is asked for. */
export interface RestorationContext {
  readonly channel: string;
  /** Each counts by itself: that of the space record may be what was forged, and then the pinned one speaks. */
  readonly councils: () => Promise<readonly Council[]>;
  /** What stands under a key, as bytes: a forger need not write UTF-8. */
  readonly standing: (key: string) => Promise<Uint8Array | undefined>;
}

/**
 * Checks a `records:Restore` whole: what stands is what witnesses say stands there against the rules, and the text is what they say
 * the rules wrote. Refuses with MALFORMED, RESTORATION_UNPROVEN, NOT_DIVERGENT or WITNESSES_MISSING.
 */
export async function restore(argument: string, context: RestorationContext): Promise<Restoration> {
  const request = parseRestoring(argument);
  refuseUnproven(request, context.channel);
  const standing = await context.standing(request.key);
  refuseOther(request, standing === undefined ? null : digestOf(standing));
  refuseUnwitnessed(request, await context.councils());
  return restorationOf(request);
}

/** The map has this root, and holds this text under the key. */
function refuseUnproven({ key, text, checkpoint, proof }: Restoring, channel: string): void {
  const unproven = (reason: string): Json => ({ key, reason });
  refuseUnless(checkpoint.channel === channel, 'RESTORATION_UNPROVEN', unproven('another channel'));
  const { root, entry } = entryIn(proof, key);
  refuseUnless(root === checkpoint.map, 'RESTORATION_UNPROVEN', unproven('another root'));
  const effective = text === null ? null : digestOf(text);
  refuseUnless(entry?.text === effective, 'RESTORATION_UNPROVEN', unproven('another text'));
}

/** Something else stands there, and it is what the proof says. */
function refuseOther({ key, proof }: Restoring, standing: Digest | null): void {
  const expected = entryIn(proof, key).entry?.standing;
  refuseUnless(expected === standing, 'NOT_DIVERGENT', {
    key,
    standing,
    expected: expected ?? null,
  });
}

function refuseUnwitnessed({ key, checkpoint, witnesses }: Restoring, councils: readonly Council[]): void {
  const isEnough = councils.some((council) => isWitnessed(council, checkpoint, witnesses));
  refuseUnless(isEnough, 'WITNESSES_MISSING', { key, needed: councils.map(({ needed }) => needed) });
}

function entryIn(
  proof: Restoring['proof'],
  key: string,
): { readonly root: Digest; readonly entry: ReturnType<typeof recordEntry.parse> | undefined } {
  try {
    const map = ProvenMap.read(proof);
    const { data } = recordEntry.safeParse(map.get('record', key));
    return { root: digestOfHash(map.root), entry: data };
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    throw new Refusal('RESTORATION_UNPROVEN', { key, reason: error.message });
  }
}
