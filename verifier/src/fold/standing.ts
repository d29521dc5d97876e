import { digestOf, encode, EncodingError, type Digest } from '@tallystick/chaincode/model';
import type { NamespaceWrites } from './namespaces.js';
import type { EffectiveState } from './state.js';

const MAX_KEY = 400;

/**
 * Whether the map can hold the key. No key of a record is empty, longer, or has no canonical form: what colluding endorsers write under
 * such a one is in nobody's way.
 */
export function isMapKey(key: string): boolean {
  if (key.length === 0 || key.length > MAX_KEY) return false;
  try {
    return encode(key) !== '';
  } catch (error) {
    if (error instanceof EncodingError) return false;
    throw error;
  }
}

/** What endorsers wrote in our namespace, as far as the map can hold it. */
export const endorsedWrites = (
  namespaces: readonly NamespaceWrites[],
  ours: string,
): ReadonlyMap<string, Uint8Array | null> =>
  new Map(
    namespaces
      .filter(({ namespace }) => namespace === ours)
      .flatMap(({ writes }) => [...writes])
      .filter(([key]) => isMapKey(key)),
  );

/**
 * Changes of what stands on Fabric beside the effective text: endorsers' values stand where they wrote, and what stood there stays where
 * only the rules did. @param state before the transaction @param writes effective ones
 */
export async function standingChanges(
  state: EffectiveState,
  endorsed: ReadonlyMap<string, Uint8Array | null>,
  writes: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Digest | null | undefined>> {
  const changes = new Map<string, Digest | null | undefined>();
  for (const key of new Set([...endorsed.keys(), ...writes.keys()])) {
    const before = await state.standing(key);
    const effective = digestOrNull(writes.get(key) ?? (await state.text(key)));
    const value = endorsed.get(key);
    const stands = value === undefined ? await stood(state, key, before) : digestOrNull(value ?? undefined);
    const after = stands === effective ? undefined : stands;
    if (after !== before) changes.set(key, after);
  }
  return changes;
}

const digestOrNull = (value: string | Uint8Array | undefined): Digest | null =>
  value === undefined ? null : digestOf(value);

async function stood(
  state: EffectiveState,
  key: string,
  standing: Digest | null | undefined,
): Promise<Digest | null> {
  return standing === undefined ? digestOrNull(await state.text(key)) : standing;
}

/** The same for a transaction that wrote what the rules write: where something else stood, both agree again. */
export async function agreementChanges(
  state: EffectiveState,
  writes: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, undefined>> {
  const changes = new Map<string, undefined>();
  for (const key of writes.keys()) if ((await state.standing(key)) !== undefined) changes.set(key, undefined);
  return changes;
}
