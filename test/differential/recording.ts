import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { declaredCases, edgeCases } from './edge-cases/index.js';
import { generatePrograms } from './generator.js';
import type { ProgramOutcome } from './outcome.js';
import type { Program } from './program.js';

export type Ordering = 'bft' | 'raft';

/** Which programs were played: all hand-written ones, and those of `count` seeds from `seed`. */
export interface Selection {
  readonly seed: number;
  readonly count: number;
}

export const DEFAULT_SELECTION: Selection = { seed: 1, count: 1000 };

/** What a real Fabric network made of the programs. The programs follow from the selection and are not kept. */
export interface Recording extends Selection {
  readonly fabric: string;
  readonly ordering: Ordering;
  readonly outcomes: readonly ProgramOutcome[];
}

export function programsOf({ seed, count }: Selection): Program[] {
  return [...edgeCases, ...declaredCases, ...generatePrograms(seed, count)];
}

export function recordingFile(ordering: Ordering): string {
  return fileURLToPath(new URL(`../vectors/fabric/${ordering}.json`, import.meta.url));
}

export async function readRecording(ordering: Ordering): Promise<Recording> {
  return JSON.parse(await readFile(recordingFile(ordering), 'utf8')) as Recording;
}

/** Writes one line for each program, so that a new recording can be read as a change. */
export async function writeRecording({ outcomes, ...head }: Recording): Promise<void> {
  const lines = outcomes.map((outcome) => JSON.stringify(outcome)).join(',\n');
  const opening = JSON.stringify(head).slice(0, -1);
  await writeFile(recordingFile(head.ordering), `${opening},"outcomes":[\n${lines}\n]}\n`);
}
