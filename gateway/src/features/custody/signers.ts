import type { Component, Id, Unit } from '@tallystick/chaincode/model';
import { callerFrom, type Caller } from '@tallystick/chaincode/rules';
import type { Projection } from '../../projection/port.js';
import { CustodyError } from './errors.js';

/** The public half of an enrolled identity; signing itself is the ledger adapter's. */
export interface Signer {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
}

/** Enrolled identities of this organisation, by name. */
export type Signers = ReadonlyMap<string, Signer>;

function signerOf(signers: Signers, identity: string): Signer {
  const signer = signers.get(identity);
  if (signer !== undefined) return signer;
  throw new CustodyError('UNKNOWN_IDENTITY', `No enrolled identity is named ${JSON.stringify(identity)}`);
}

const KNOWN = 500;
const EPOCH = '1970-01-01T00:00:00.000Z';
const known = new Map<string, Caller>();

/** As `callerFrom`; each certificate is parsed once, because the same few sign everything. */
export function callerBy({ mspId, certificate }: Signer, time: string): Caller {
  const key = `${mspId}/${certificate}`;
  const caller = known.get(key) ?? callerFrom({ mspId, certificate }, EPOCH);
  if (known.size >= KNOWN) known.clear();
  known.set(key, caller);
  return { ...caller, time };
}

/**
 * The organisation unit that an identity speaks for: what ids are bound to.
 * @throws CustodyError UNKNOWN_IDENTITY
 */
export const unitOf = (signers: Signers, identity: string): Unit => unitBy(signerOf(signers, identity));

/** The organisation unit that signed a transaction. */
export const unitBy = (signer: Signer): Unit => callerBy(signer, EPOCH);

/**
 * The caller that a transaction of this identity will have.
 * @throws CustodyError UNKNOWN_IDENTITY
 */
export function callerOf(signers: Signers, identity: string, time: string): Caller {
  return callerBy(signerOf(signers, identity), time);
}

/**
 * The name of an identity that signs for a component: the preferred one if it can, or any other; the preferred one when none can,
 * so that the ledger refuses it in its own words.
 */
export function signerFor(signers: Signers, component: Component | undefined, preferred: string): string {
  const keys: readonly string[] = component?.keys ?? [];
  const isKey = ([, signer]: [string, Signer]): boolean => keys.includes(callerBy(signer, EPOCH).keyDigest);
  const able = [...signers].filter(isKey).map(([name]) => name);
  return able.includes(preferred) ? preferred : (able[0] ?? preferred);
}

const PAGE = 100;

/**
 * Our component that a key belongs to. A certified one is preferred; a suspended or expired one still answers, because its denial
 * is then on the ledger instead of our silence.
 */
export async function componentOf(
  projection: Pick<Projection, 'list'>,
  { participant, keyDigest }: Pick<Caller, 'participant' | 'keyDigest'>,
): Promise<Id<'component'> | undefined> {
  const { items } = await projection.list({
    kind: 'component',
    where: { owner: participant },
    limit: PAGE,
  });
  const ours = items.map(({ value }) => value).filter(({ keys }) => keys.includes(keyDigest));
  return (ours.find(({ state }) => state === 'CERTIFIED') ?? ours[0])?.id;
}
