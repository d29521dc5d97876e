import { descriptors, digestOf, Refusal } from '@tallystick/chaincode/model';
import { restorationIn, type Restoration } from '@tallystick/chaincode/rules';
import type { Difference } from './folded.js';
import { isTouched, type NamespaceWrites } from './namespaces.js';
import type { EffectiveState } from './state.js';

/** Brings Fabric's state back to the effective one. */
export const RESTORE = descriptors.records.Restore.name;

/**
 * Why a `records:Restore` is not a proper one. A proper one writes exactly one key, one where something else stood, and gives back the effective text.
 * `undefined`: it is one.
 * @param namespaces what its endorsers wrote The state is that before it.
 */
export async function restorationFault(
  argument: string,
  namespaces: readonly NamespaceWrites[],
  { state, ours }: { readonly state: EffectiveState; readonly ours: string },
): Promise<Difference | undefined> {
  const restoration = asked(argument);
  if (!restoration) return unfounded('the request cannot be read');
  const { key, text } = restoration;
  const touched = namespaces.filter(isTouched);
  const [written, ...more] = touched.flatMap(({ writes }) => [...writes]);
  const isOne = more.length === 0 && touched.every(({ namespace }) => namespace === ours);
  if (!isOne || written?.[0] !== key || !isSame(written[1], text))
    return unfounded('something else was written', key);
  if ((await state.standing(key)) === undefined) return unfounded('nothing to restore', key);
  const effective = await state.text(key);
  return (effective ?? null) === text ? undefined : unfounded('the text is not the effective one', key);
}

function unfounded(what: string, key?: string): Difference {
  return { reason: 'RESTORATION_UNFOUNDED', facts: { what, ...(key !== undefined && { key }) } };
}

const isSame = (written: Uint8Array | null, text: string | null): boolean =>
  written === null || text === null ? written === text : digestOf(written) === digestOf(text);

function asked(argument: string): Restoration | undefined {
  try {
    return restorationIn(argument);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
