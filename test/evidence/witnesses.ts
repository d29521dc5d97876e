import {
  addSeconds,
  digestOf,
  witnessedBytes,
  type CheckpointBody,
  type WitnessStatement,
} from '@tallystick/chaincode/model';
import { START } from '../../chaincode/test/world.js';
import type { Blocks } from './blocks.js';
import type { DraftCheckpoint, DraftWitness } from './draft.js';
import type { Person } from './parties.js';

/** Ten days after the first transaction: every contest window of the tests is over by then. */
export const SIGNED_AT = addSeconds(START, 10 * 86_400);

const SOFTWARE = digestOf('tallystick 0.1.0');

/** What an honest witness says with its signature. */
export const stating = (changes: Partial<WitnessStatement> = {}): WitnessStatement => ({
  signedAt: SIGNED_AT,
  replayedFrom: 0,
  software: SOFTWARE,
  ...changes,
});

/** A signature under a checkpoint, by whoever it is. */
export function witness(
  by: Person,
  body: CheckpointBody,
  changes: Partial<WitnessStatement> = {},
): DraftWitness {
  const statement = stating(changes);
  return { statement, signer: by.serialized, signature: by.sign(witnessedBytes(body, statement)) };
}

export const witnessed = (
  body: CheckpointBody,
  by: readonly Person[],
  changes: Partial<WitnessStatement> = {},
): DraftCheckpoint => ({ body, witnesses: by.map((each) => witness(each, body, changes)) });

/** Witnesses of the first organisations. */
export const witnessesOf = ({ members }: Blocks, count = 2): readonly Person[] =>
  members.organisations.slice(0, count).map(({ people }) => people.witness);
