import type { NamespaceWrites } from './namespaces.js';
import { Message, shape, Unreadable } from './wire.js';

/** The namespace of chaincode definitions (fabric:core/chaincode/lifecycle). */
const LIFECYCLE = '_lifecycle';

const STATE_DATA = shape({ 2: 'bytes' });
const ENDORSEMENT_INFO = shape({ 1: 'string' });

/** A definition of our chaincode that was committed; `null`: one that no peer can read, and nobody can be called under. */
export interface Defined {
  readonly version: string | null;
}

/**
 * The definition among what a valid transaction wrote, whoever it called: peers look at nothing but the state. The commit of a definition
 * writes the fields that changed, and the version stands in this one.
 */
export function definedIn(namespaces: readonly NamespaceWrites[], chaincode: string): Defined | undefined {
  const key = `namespaces/fields/${chaincode}/EndorsementInfo`;
  let defined: Defined | undefined;
  for (const { namespace, writes } of namespaces) {
    const value = namespace === LIFECYCLE ? writes.get(key) : undefined;
    if (value !== undefined) defined = { version: value === null ? null : versionIn(value) };
  }
  return defined;
}

function versionIn(value: Uint8Array): string | null {
  const lint = new Set<string>();
  try {
    return Message.read(Message.read(value, STATE_DATA, lint).bytes(2), ENDORSEMENT_INFO, lint).text(1);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}
