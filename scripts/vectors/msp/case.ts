import { msp } from '@hyperledger/fabric-protos';
import { issue, name, pem, type Party, type Wanted } from './certificate.js';
import type { Bytes } from './der.js';

/** An organisational unit, maybe of one authority only (its PEM). */
type Unit = readonly [string, Bytes?];

/** What an organisation's MSP is configured with; certificates as PEM, or as whatever the case is about. */
export interface Configuration {
  readonly roots: readonly Bytes[];
  readonly intermediates?: readonly Bytes[];
  readonly admins?: readonly Bytes[];
  readonly revocationLists?: readonly Bytes[];
  readonly units?: readonly Unit[];
  readonly tlsRoots?: readonly Bytes[];
  readonly tlsIntermediates?: readonly Bytes[];
  readonly hashes?: readonly [string, string];
  /** `undefined` leaves the member out of the configuration. */
  readonly roles?: Roles | undefined;
}

export interface Roles {
  readonly off?: boolean;
  readonly client?: Unit;
  readonly peer?: Unit;
  readonly admin?: Unit;
  readonly orderer?: Unit;
}

/** One case without what Fabric says to it. */
export interface Case {
  readonly name: string;
  /** Capabilities of the channel, which give the version of the MSP. */
  readonly capabilities: readonly string[];
  /** msp.MSPConfig, base64. */
  readonly config: string;
  /** msp.SerializedIdentity, base64. */
  readonly identity: string;
}

export const ALL_ROLES: Roles = { client: ['client'], peer: ['peer'], admin: ['admin'], orderer: ['orderer'] };
const MSP_ID = 'OrgMSP';

function unitMessage([unit, certificate]: Unit): msp.FabricOUIdentifier {
  const message = new msp.FabricOUIdentifier();
  message.setOrganizationalUnitIdentifier(unit);
  if (certificate !== undefined) message.setCertificate(certificate);
  return message;
}

function rolesMessage({ off = false, client, peer, admin, orderer }: Roles): msp.FabricNodeOUs {
  const message = new msp.FabricNodeOUs();
  message.setEnable(!off);
  if (client !== undefined) message.setClientOuIdentifier(unitMessage(client));
  if (peer !== undefined) message.setPeerOuIdentifier(unitMessage(peer));
  if (admin !== undefined) message.setAdminOuIdentifier(unitMessage(admin));
  if (orderer !== undefined) message.setOrdererOuIdentifier(unitMessage(orderer));
  return message;
}

function cryptoMessage([family, identifiers]: readonly [string, string]): msp.FabricCryptoConfig {
  const message = new msp.FabricCryptoConfig();
  message.setSignatureHashFamily(family);
  message.setIdentityIdentifierHashFunction(identifiers);
  return message;
}

function configBytes(wanted: Configuration): Uint8Array {
  const message = new msp.FabricMSPConfig();
  message.setName(MSP_ID);
  message.setRootCertsList([...wanted.roots]);
  message.setIntermediateCertsList([...(wanted.intermediates ?? [])]);
  message.setAdminsList([...(wanted.admins ?? [])]);
  message.setRevocationListList([...(wanted.revocationLists ?? [])]);
  message.setOrganizationalUnitIdentifiersList((wanted.units ?? []).map(unitMessage));
  message.setTlsRootCertsList([...(wanted.tlsRoots ?? [])]);
  message.setTlsIntermediateCertsList([...(wanted.tlsIntermediates ?? [])]);
  if (wanted.hashes !== undefined) message.setCryptoConfig(cryptoMessage(wanted.hashes));
  const roles = 'roles' in wanted ? wanted.roles : ALL_ROLES;
  if (roles !== undefined) message.setFabricNodeOus(rolesMessage(roles));
  const outer = new msp.MSPConfig();
  outer.setConfig(message.serializeBinary());
  return outer.serializeBinary();
}

function identityBytes(certificate: Uint8Array): Uint8Array {
  const message = new msp.SerializedIdentity();
  message.setMspid(MSP_ID);
  message.setIdBytes(certificate);
  return message.serializeBinary();
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export const caseOf = (
  title: string,
  configuration: Configuration,
  identity: Uint8Array,
  capability = 'V3_0',
): Case => ({
  name: title,
  capabilities: capability === '' ? [] : capability.split(' '),
  config: base64(configBytes(configuration)),
  identity: base64(identityBytes(identity)),
});

export const root: Party = issue({ name: name('root'), authority: true });
export const member: Party = issue({ name: name('member', ['peer']), issuer: root });
export const memberOf = (issuer: Party, wanted: Partial<Wanted> = {}): Party =>
  issue({ name: name('member', ['peer']), issuer, ...wanted });
export const authority = (title: string, wanted: Partial<Wanted> = {}): Party =>
  issue({ name: name(title), authority: true, ...wanted });

/** A member of one root: the case that most others are a change of. */
export const under = (title: string, top: Party, who: Party, capability?: string): Case =>
  caseOf(title, { roots: [pem(top.der)] }, pem(who.der), capability);
