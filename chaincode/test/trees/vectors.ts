import { readFileSync } from 'node:fs';
import { TreeError, type TreeErrorCode } from '@tallystick/chaincode/model';

/** A vector file of test/vectors/trees, made by scripts/vectors/trees.ts. */
export function vectors(name: string): unknown {
  const file = new URL(`../../../test/vectors/trees/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
export const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

/** Why something was refused; another error than ours is none that a reader may have. */
export function refusalOf(act: () => unknown): TreeErrorCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof TreeError) return error.code;
    throw error;
  }
}
