import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Space } from '../space.js';
import { Client, type Horizon } from './client.js';

/** The three organisations of the story, each with its people and its software. */
export interface Member {
  readonly mspId: string;
  readonly legalName: string;
  readonly participant: string;
  /** age recipient of its gateway. */
  readonly recipient: string;
  readonly officer: Client;
  readonly operator: Client;
  readonly connector: Client;
  /** Further identities, by name: software that nobody certified. */
  client(identity: string): Client;
  /** `sha256:<hex>` of an identity's public key, as a component record names it. */
  keyDigest(identity: string): Promise<string>;
  /** Public key of its witness as the space names it: a compressed P-256 point, hex. */
  witnessKey(): Promise<string>;
}

export interface Cast {
  readonly steel: Member;
  readonly supplier: Member;
  readonly regulator: Member;
}

const NAMES: Readonly<Record<keyof Cast, readonly [mspId: string, legalName: string]>> = {
  steel: ['SteelMSP', 'Baoshan Strip Steel Co.'],
  supplier: ['ComponentMSP', 'Songjiang Drive Components Co.'],
  regulator: ['RegulatorMSP', 'Industrial Data Registry'],
};

export async function castOf(space: Space): Promise<Cast> {
  const horizon: Horizon = { block: 0 };
  const [steel, supplier, regulator] = await Promise.all([
    memberOf(space, horizon, ...NAMES.steel),
    memberOf(space, horizon, ...NAMES.supplier),
    memberOf(space, horizon, ...NAMES.regulator),
  ]);
  return { steel, supplier, regulator };
}

async function memberOf(space: Space, horizon: Horizon, mspId: string, legalName: string): Promise<Member> {
  const gateway = space.gateways[mspId];
  if (!gateway) throw new Error(`no gateway for ${mspId}`);
  const client = (identity: string): Client => {
    const key = gateway.keys[identity];
    if (key === undefined) throw new Error(`no API key for ${identity} of ${mspId}`);
    return new Client(gateway.url, key, horizon);
  };
  const { participantId, recipient } = await client('officer').get<{
    participantId: string;
    recipient: string;
  }>('/organisation');
  return {
    mspId,
    legalName,
    participant: participantId,
    recipient,
    officer: client('officer'),
    operator: client('operator'),
    connector: client('connector'),
    client,
    ...keysIn(gateway.identitiesDir),
  };
}

/** What a directory of identities says of their public keys. */
export const keysIn = (identities: string): Pick<Member, 'keyDigest' | 'witnessKey'> => ({
  keyDigest: async (identity) => keyDigestOf(await publicKeyOf(identities, identity)),
  witnessKey: async () => compressed(await publicKeyOf(identities, 'witness')),
});

async function publicKeyOf(identities: string, name: string): Promise<KeyObject> {
  const certificate = await readFile(join(identities, name, 'msp', 'signcerts', 'cert.pem'));
  return new X509Certificate(certificate).publicKey;
}

const keyDigestOf = (key: KeyObject): string =>
  `sha256:${createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')}`;

/** A point of P-256 as SEC 1, section 2.3.3, compresses it. */
function compressed(key: KeyObject): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const isOdd = ((Buffer.from(y, 'base64url').at(-1) ?? 0) & 1) === 1;
  return `${isOdd ? '03' : '02'}${Buffer.from(x, 'base64url').toString('hex')}`;
}
