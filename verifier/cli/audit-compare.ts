import { readFile } from 'node:fs/promises';
import {
  checkpoint as checkpointSchema,
  encode,
  witnessedBytes,
  type Checkpoint,
  type CheckpointBody,
  type Witnessing,
} from '@tallystick/chaincode/model';
import type { Signatures } from '../src/crypto/signature.js';
import { Rejection } from '../src/rejection.js';
import { parsePem } from '../src/x509/certificate.js';
import { Unusable, unreadable } from './usage.js';

/** What a checkpoint came to, beside the body that was computed from the blocks. */
export interface Comparison {
  readonly height: number;
  /** Members in which both bodies differ: none where they are the same. */
  readonly differences: readonly {
    readonly member: string;
    readonly given: string;
    readonly computed: string;
  }[];
  /** Whose signatures under the given body hold, and whose do not. */
  readonly witnesses: readonly {
    readonly mspId: string;
    readonly signedAt: string;
    readonly holds: boolean;
  }[];
}

/** @param given path of a file, or JSON itself @throws Unusable */
export async function readGiven(given: string): Promise<Checkpoint> {
  const isInline = given.trimStart().startsWith('{');
  const text = isInline
    ? given
    : await readFile(given, 'utf8').catch((cause: unknown) => {
        throw unreadable(given, cause);
      });
  const { data } = checkpointSchema.safeParse(parsed(text));
  if (!data) throw new Unusable(`${isInline ? 'what is to be compared' : given} is no checkpoint`);
  return data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Compares bodies; says of each signature whether its certificate's key made it. Whose certificate it is, is for trust files. */
export async function comparisonOf(
  given: Checkpoint,
  computed: CheckpointBody,
  signatures: Signatures,
): Promise<Comparison> {
  const members = Object.keys(computed) as (keyof CheckpointBody)[];
  const differences = members
    .filter((member) => encode(given.body[member]) !== encode(computed[member]))
    .map((member) => ({ member, given: `${given.body[member]}`, computed: `${computed[member]}` }));
  const witnesses = await Promise.all(
    given.witnesses.map(async (witnessing) => ({
      mspId: witnessing.mspId,
      signedAt: witnessing.statement.signedAt,
      holds: await holds(witnessing, given.body, signatures),
    })),
  );
  return { height: given.body.height, differences, witnesses };
}

async function holds(
  { certificate, signature, statement }: Witnessing,
  body: CheckpointBody,
  signatures: Signatures,
): Promise<boolean> {
  try {
    const signer = parsePem(Buffer.from(certificate));
    await signatures.verify(
      signer,
      witnessedBytes(body, statement),
      new Uint8Array(Buffer.from(signature, 'base64')),
    );
    return true;
  } catch (error) {
    if (error instanceof Rejection) return false;
    throw error;
  }
}

export const isSame = ({ differences, witnesses }: Comparison): boolean =>
  differences.length === 0 && witnesses.every((witness) => witness.holds);

/** For people. */
export function comparisonText({ height, differences, witnesses }: Comparison): string {
  const lines = [
    ...differences.map(
      ({ member, given, computed }) =>
        `CHECKPOINT DIFFERS at height ${height}: ${member} is ${given}, the blocks give ${computed}`,
    ),
    ...(differences.length === 0 ? [`The checkpoint of height ${height} is what the blocks give.`] : []),
    ...witnesses.map(({ mspId, signedAt, holds: isHeld }) =>
      isHeld ? `signed by ${mspId} at ${signedAt}` : `NOT SIGNED by ${mspId}: its signature does not hold`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
