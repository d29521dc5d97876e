import type { EvidenceFile } from '@tallystick/chaincode/model';
import type { Operation } from 'rfc6902';
import type { StepCode } from '../../../verifier/src/checklist.js';
import { readCall } from '../../../verifier/src/evidence/call.js';
import { draftOf } from '../draft.js';
import { vector } from '../vectors.js';
import { plain } from './edits.js';
import type { Tampering } from './tampering.js';

export const replace = (path: string, value: unknown): Operation => ({ op: 'replace', path, value });
export const add = (path: string, value: unknown): Operation => ({ op: 'add', path, value });
export const remove = (path: string): Operation => ({ op: 'remove', path });
export const copy = (from: string, path: string): Operation => ({ op: 'copy', from, path });
export const move = (from: string, path: string): Operation => ({ op: 'move', from, path });

/** A use with all of its course. */
export const USE = 'use-acknowledged';
export const RULED = 'use-contested-upheld';
export const WHOLE = 'claim-in-a-shared-block-full';

/** Edits of one base that must be seen at one step. */
export const tampering = (
  at: StepCode,
  edit: Tampering['edit'] | readonly Operation[],
  base = USE,
): Tampering => ({ base, at, edit: typeof edit === 'function' ? edit : () => [...edit] });

/** Another valid vector, in the same form. */
export const other = (name: string): EvidenceFile => plain(vector('valid', name).text);

/** Where the transaction stands that called this function, the last of several. */
export function placeOf(base: string, name: string): number {
  const calls = draftOf(vector('valid', base).text).transactions.map(
    ({ envelope }) => readCall(envelope).name,
  );
  const place = calls.lastIndexOf(name);
  if (place < 0) throw new Error(`${base} has no ${name}`);
  return place;
}

/** The same digest but for its last digit. */
export const nearly = (digest: string): string => digest.slice(0, -1) + (digest.endsWith('0') ? '1' : '0');

/** A block's number, so many further on. */
export const shifted = (number: string, by: number): string => `${Number(number) + by}`;
