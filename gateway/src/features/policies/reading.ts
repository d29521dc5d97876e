import { digestOf, encode, id, keys, type Digest, type Json, type Policy } from '@tallystick/chaincode/model';
import { inheritanceOf, PARENTS, readPolicy } from '@tallystick/chaincode/policy';
import type { Projection } from '../../projection/port.js';
import type { Problem } from './port.js';

/** Policies by the name that others inherit them by. */
export type Inherited = ReadonlyMap<string, Policy>;
export type Reading = { readonly policy: Policy } | { readonly problems: readonly Problem[] };

export const NOTHING_INHERITED: Inherited = new Map();

const grantId = id('grant');

/** The policies of the grants that a document names in `inheritFrom`: what the ledger reads, too. */
export async function inheritedBy(
  projection: Pick<Projection, 'record'>,
  document: Json,
): Promise<Inherited> {
  const found = new Map<string, Policy>();
  // Of a document that names more than are read, none is: it is refused for that.
  for (const name of inheritanceOf(document).slice(0, PARENTS)) {
    const named = grantId.safeParse(name);
    const record = named.success ? await projection.record(keys.grant(named.data)) : undefined;
    if (record !== undefined) found.set(name, record.value.terms.enforced);
  }
  return found;
}

/** A document in canonical form, or what is wrong with it, pointers beginning with `at`. */
export function readAt(document: Json, inherited: Inherited, at: string): Reading {
  const read = readPolicy(document, inherited);
  if ('policy' in read) return read;
  return { problems: read.problems.map(({ pointer, reason }) => ({ pointer: at + pointer, reason })) };
}

export const digestOfPolicy = (policy: Policy): Digest => digestOf(encode(policy));
