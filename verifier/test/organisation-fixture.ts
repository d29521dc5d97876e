import { webcrypto } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { newSignatures } from '../src/crypto/signature.js';
import type { Identity, NodeRole } from '../src/fabric/identity.js';
import { readMsp } from '../src/fabric/msp.js';
import { ALGORITHMS } from '../src/trust/trust.js';
import { parsePem } from '../src/x509/certificate.js';
import type { Holder } from './certificates-fixture.js';

export const signatures = newSignatures(webcrypto.subtle, ALGORITHMS);

/** What an organisation's MSP is configured with; encoded by Fabric's own library. */
export interface Organisation {
  readonly mspId?: string;
  readonly roots: readonly Holder[];
  readonly intermediates?: readonly Holder[];
  readonly admins?: readonly Holder[];
  readonly revocationLists?: readonly Uint8Array[];
  /** Roles off when left out. */
  readonly roles?: readonly NodeRole[];
  /** The one authority whose members have this role. */
  readonly bound?: Readonly<Partial<Record<NodeRole, Holder>>>;
  readonly units?: readonly (readonly [string, Holder])[];
  readonly hashFamily?: string;
}

function unit(name: string, authority?: Holder): msp.FabricOUIdentifier {
  const identifier = new msp.FabricOUIdentifier();
  identifier.setOrganizationalUnitIdentifier(name);
  if (authority !== undefined) identifier.setCertificate(authority.pem);
  return identifier;
}

function nodeOus({ roles = [], bound = {} }: Organisation): msp.FabricNodeOUs {
  const config = new msp.FabricNodeOUs();
  config.setEnable(true);
  if (roles.includes('client')) config.setClientOuIdentifier(unit('client', bound.client));
  if (roles.includes('peer')) config.setPeerOuIdentifier(unit('peer', bound.peer));
  if (roles.includes('admin')) config.setAdminOuIdentifier(unit('admin', bound.admin));
  if (roles.includes('orderer')) config.setOrdererOuIdentifier(unit('orderer', bound.orderer));
  return config;
}

const pems = (holders: readonly Holder[] = []): Uint8Array[] => holders.map(({ pem }) => pem);

/** msp.MSPConfig */
export function mspConfig(organisation: Organisation): Uint8Array {
  const config = new msp.FabricMSPConfig();
  config.setName(organisation.mspId ?? 'OrgMSP');
  config.setRootCertsList(pems(organisation.roots));
  config.setIntermediateCertsList(pems(organisation.intermediates));
  config.setAdminsList(pems(organisation.admins));
  config.setRevocationListList([...(organisation.revocationLists ?? [])]);
  config.setOrganizationalUnitIdentifiersList(
    (organisation.units ?? []).map(([name, authority]) => unit(name, authority)),
  );
  const crypto = new msp.FabricCryptoConfig();
  crypto.setSignatureHashFamily(organisation.hashFamily ?? 'SHA2');
  crypto.setIdentityIdentifierHashFunction('SHA256');
  config.setCryptoConfig(crypto);
  if (organisation.roles !== undefined) config.setFabricNodeOus(nodeOus(organisation));
  const outer = new msp.MSPConfig();
  outer.setConfig(config.serializeBinary());
  return outer.serializeBinary();
}

export const identify = (organisation: Organisation, { pem }: Pick<Holder, 'pem'>): Promise<Identity> =>
  readMsp(mspConfig(organisation), signatures, '3.0').identify(parsePem(pem));

/** msp.SerializedIdentity */
export function serialized(mspId: string, pem: Uint8Array): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(pem);
  return identity.serializeBinary();
}
