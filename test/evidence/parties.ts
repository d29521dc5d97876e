import { KeyObject, X509Certificate } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { addSeconds, type Digest } from '@tallystick/chaincode/model';
import { callerFrom } from '@tallystick/chaincode/rules';
import { signLowS } from '../../network/src/embedded/ecdsa.js';
import { ATTRIBUTES_OID, encodeAttributes } from '../../network/src/identity/attributes.js';
import { START } from '../../chaincode/test/world.js';
import { Extension, issue, type Holder, type Wanted } from '../../verifier/test/certificates-fixture.js';
import { concat, type Party } from '../../verifier/test/fabric-parties.js';
import { mspConfig, serialized } from '../../verifier/test/organisation-fixture.js';

/** Somebody with a certificate of their organisation, who signs as Fabric's clients and nodes do. */
export interface Person extends Party {
  readonly holder: Holder;
  readonly keyDigest: Digest;
  /** Serial number of the certificate, hex. */
  readonly serial: string;
}

export type Role = 'officer' | 'operator' | 'connector' | 'witness' | 'peer' | 'orderer';

const YEAR = 365 * 86_400;
const at = (seconds: number): number => Date.parse(addSeconds(START, seconds));
export const PERIOD = { notBefore: at(-YEAR), notAfter: at(10 * YEAR) };

const isNode = (role: Role): role is 'peer' | 'orderer' => role === 'peer' || role === 'orderer';

function attributesOf(role: Role): Extension[] {
  if (isNode(role) || role === 'connector') return [];
  return [new Extension(ATTRIBUTES_OID, false, encodeAttributes({ 'tallystick.role': role }))];
}

/** Issues a certificate for somebody of an organisation. */
export async function person(
  mspId: string,
  issuer: Holder,
  role: Role,
  changes: Partial<Wanted> = {},
): Promise<Person> {
  const unit = isNode(role) ? role : 'client';
  const holder = await issue({
    name: `${role}.${mspId}`,
    units: [unit],
    issuer,
    extensions: attributesOf(role),
    ...PERIOD,
    ...changes,
  });
  return personOf(mspId, unit, holder);
}

/** The same key and certificate, presented as another text. */
function personOf(mspId: string, role: Party['role'], holder: Holder): Person {
  const pem = new TextDecoder().decode(holder.pem);
  const key = KeyObject.from(holder.keys.privateKey);
  return {
    mspId,
    role,
    holder,
    pem,
    serial: new X509Certificate(holder.pem).serialNumber,
    keyDigest: callerFrom({ mspId, certificate: pem }, START).keyDigest,
    serialized: serialized(mspId, holder.pem),
    sign: (...parts) => new Uint8Array(signLowS(key, concat(...parts))),
  };
}

/** An organisation with its authority and everybody who acts in it. */
export interface Organisation {
  readonly mspId: string;
  readonly root: Holder;
  /** Authorities beside it. */
  readonly further?: readonly Holder[];
  readonly people: Readonly<Record<Role, Person>>;
}

export async function organisation(mspId: string): Promise<Organisation> {
  const root = await issue({ name: `ca.${mspId}`, authority: true, ...PERIOD });
  const roles: readonly Role[] = ['officer', 'operator', 'connector', 'witness', 'peer', 'orderer'];
  const people = await Promise.all(
    roles.map(async (role) => [role, await person(mspId, root, role)] as const),
  );
  return { mspId, root, people: Object.fromEntries(people) as Record<Role, Person> };
}

/** msp.FabricMSPConfig of an organisation, with NodeOUs. */
export function membership(
  { mspId, root, further = [] }: Organisation,
  revocationLists: readonly Uint8Array[] = [],
): msp.FabricMSPConfig {
  const outer = mspConfig({
    mspId,
    roots: [root, ...further],
    roles: ['client', 'peer', 'admin', 'orderer'],
    revocationLists,
  });
  return msp.FabricMSPConfig.deserializeBinary(msp.MSPConfig.deserializeBinary(outer).getConfig_asU8());
}
