import { decode, digestOf, EncodingError, keyText } from '@tallystick/chaincode/model';
import type { Difference } from './folded.js';
import type { EffectiveState } from './state.js';

/** Brings Fabric's state back to the effective one. */
export const RESTORE = 'records:Restore';

interface Restoration {
  readonly key: string;
  readonly text: string | null;
}

/**
 * Why a `records:Restore` is none: it writes exactly one key, one where something else stood, and gives back the effective text.
 * `undefined`: it is one. @param state before it
 */
export async function restorationFault(
  argument: string,
  endorsed: ReadonlyMap<string, Uint8Array | null>,
  state: EffectiveState,
): Promise<Difference | undefined> {
  const asked = restorationIn(argument);
  if (!asked) return unfounded('the request cannot be read');
  const { key, text } = asked;
  const written = endorsed.get(key);
  if (endorsed.size !== 1 || written === undefined || !isSame(written, text))
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

function restorationIn(argument: string): Restoration | undefined {
  try {
    const { key, text } = decode(argument) as { readonly key?: unknown; readonly text?: unknown };
    const isKey = typeof key === 'string' && keyText.test(key);
    const isText = typeof text === 'string' || text === null;
    return isKey && isText ? { key, text } : undefined;
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}
