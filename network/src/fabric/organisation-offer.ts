import { X509Certificate } from 'node:crypto';
import { common, msp, peer } from '@hyperledger/fabric-protos';
import { z } from 'zod';
import { readMspConfig } from '../embedded/msp-directory.js';
import { createMsp } from '../embedded/msp.js';
import { MSP_ID } from '../identity/names.js';
import type { RoleName } from '../embedded/signature-policy.js';
import { anyOf } from './config-policies.js';
import { MembershipError } from './membership-errors.js';

const PEM = /^\s*-----BEGIN (CERTIFICATE|X509 CRL)-----[\s\S]+-----END \1-----\s*$/;
const ADDRESS = /^(?<host>[A-Za-z0-9.-]{1,253}):(?<port>\d{1,5})$/;

const pem = z.string().max(16_384).regex(PEM, 'is no certificate in PEM');
const pems = z.array(pem).max(64).default([]);
const address = z.string().regex(ADDRESS, 'is no host:port');
const unit = z.strictObject({ unit: z.string().min(1).max(64), issuer: pem.optional() });

const schema = z.strictObject({
  version: z.literal(1),
  mspId: z.string().regex(MSP_ID, 'is no MSP id'),
  rootCertificates: pems.refine((list) => list.length > 0, 'an organisation has an authority'),
  intermediateCertificates: pems,
  tlsRootCertificates: pems.refine((list) => list.length > 0, 'an organisation has a TLS authority'),
  tlsIntermediateCertificates: pems,
  revocationLists: pems,
  /** Which organisational unit of a certificate makes which role. */
  roles: z.strictObject({ client: unit, peer: unit, admin: unit, orderer: unit }),
  /** Where other organisations find its peers. */
  anchorPeers: z.array(address).min(1).max(16),
});

/** All that an organisation shows of itself when it asks to join: public certificates and where its peers are. */
export type OrganisationOffer = z.output<typeof schema>;

const invalid = (why: string, cause?: unknown): MembershipError =>
  new MembershipError('OFFER_INVALID', `the offer is refused: ${why}`, {}, { cause });

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function unitOf(identifier: msp.FabricOUIdentifier | undefined): z.output<typeof unit> {
  if (identifier === undefined) throw new Error('an MSP directory has all four roles');
  const issuer = identifier.getCertificate_asU8();
  return {
    unit: identifier.getOrganizationalUnitIdentifier(),
    ...(issuer.length > 0 && { issuer: textOf(issuer) }),
  };
}

/**
 * What an organisation offers, from its public MSP directory. It reads nothing but that, and refuses a directory with a private key.
 * @throws EmbeddedNodeError MSP_INVALID
 */
export async function offerOf(
  mspDirectory: string,
  mspId: string,
  anchorPeers: readonly string[],
): Promise<OrganisationOffer> {
  const config = await readMspConfig(mspDirectory, mspId);
  const units = config.getFabricNodeOus();
  return {
    version: 1,
    mspId,
    rootCertificates: config.getRootCertsList_asU8().map(textOf),
    intermediateCertificates: config.getIntermediateCertsList_asU8().map(textOf),
    tlsRootCertificates: config.getTlsRootCertsList_asU8().map(textOf),
    tlsIntermediateCertificates: config.getTlsIntermediateCertsList_asU8().map(textOf),
    revocationLists: config.getRevocationListList_asU8().map(textOf),
    roles: {
      client: unitOf(units?.getClientOuIdentifier()),
      peer: unitOf(units?.getPeerOuIdentifier()),
      admin: unitOf(units?.getAdminOuIdentifier()),
      orderer: unitOf(units?.getOrdererOuIdentifier()),
    },
    anchorPeers: [...anchorPeers],
  };
}

function checkAuthority(text: string, now: Date): void {
  const certificate = new X509Certificate(text);
  const subject = certificate.subject.replaceAll('\n', ', ');
  if (!certificate.ca) throw invalid(`${subject} is no authority`);
  if (new Date(certificate.validTo) <= now) throw invalid(`${subject} has expired`);
}

/** Checks an offer that came from elsewhere. @throws MembershipError OFFER_INVALID */
export async function parseOffer(value: unknown, now = new Date()): Promise<OrganisationOffer> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim());
    throw invalid(problems.join('; '), parsed.error);
  }
  const offer = parsed.data;
  try {
    const authorities = [
      offer.rootCertificates,
      offer.intermediateCertificates,
      offer.tlsRootCertificates,
      offer.tlsIntermediateCertificates,
    ];
    for (const text of authorities.flat()) checkAuthority(text, now);
    await createMsp(offeredMsp(offer));
  } catch (cause) {
    if (cause instanceof MembershipError) throw cause;
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
  return offer;
}

const asBytes = (text: string): Uint8Array => Buffer.from(text);

function identifierOf({ unit: name, issuer }: z.output<typeof unit>): msp.FabricOUIdentifier {
  const identifier = new msp.FabricOUIdentifier();
  identifier.setOrganizationalUnitIdentifier(name);
  if (issuer !== undefined) identifier.setCertificate(asBytes(issuer));
  return identifier;
}

function offeredUnits({ client, peer: node, admin, orderer }: OrganisationOffer['roles']): msp.FabricNodeOUs {
  const units = new msp.FabricNodeOUs();
  units.setEnable(true);
  units.setClientOuIdentifier(identifierOf(client));
  units.setPeerOuIdentifier(identifierOf(node));
  units.setAdminOuIdentifier(identifierOf(admin));
  units.setOrdererOuIdentifier(identifierOf(orderer));
  return units;
}

function offeredMsp(offer: OrganisationOffer): msp.FabricMSPConfig {
  const hashes = new msp.FabricCryptoConfig();
  hashes.setSignatureHashFamily('SHA2');
  hashes.setIdentityIdentifierHashFunction('SHA256');
  const config = new msp.FabricMSPConfig();
  config.setName(offer.mspId);
  config.setRootCertsList(offer.rootCertificates.map(asBytes));
  config.setIntermediateCertsList(offer.intermediateCertificates.map(asBytes));
  config.setTlsRootCertsList(offer.tlsRootCertificates.map(asBytes));
  config.setTlsIntermediateCertsList(offer.tlsIntermediateCertificates.map(asBytes));
  config.setRevocationListList(offer.revocationLists.map(asBytes));
  config.setCryptoConfig(hashes);
  config.setFabricNodeOus(offeredUnits(offer.roles));
  return config;
}

interface Serializable {
  serializeBinary(): Uint8Array;
}

function valueOf(message: Serializable): common.ConfigValue {
  const value = new common.ConfigValue();
  value.setValue(message.serializeBinary());
  value.setModPolicy('Admins');
  return value;
}

function anchorPeersOf({ anchorPeers }: OrganisationOffer): peer.AnchorPeers {
  const list = new peer.AnchorPeers();
  list.setAnchorPeersList(
    anchorPeers.map((text) => {
      const { host = '', port = '' } = ADDRESS.exec(text)?.groups ?? {};
      const anchor = new peer.AnchorPeer();
      anchor.setHost(host);
      anchor.setPort(Number(port));
      return anchor;
    }),
  );
  return list;
}

const READERS: readonly RoleName[] = ['admin', 'peer', 'orderer', 'client'];

/** An organisation as the channel's configuration has it; the same as `configtxgen` makes for one of the first hour. */
export function organisationGroup(offer: OrganisationOffer): common.ConfigGroup {
  const wrapped = new msp.MSPConfig();
  wrapped.setConfig(offeredMsp(offer).serializeBinary());
  const group = new common.ConfigGroup();
  group.setModPolicy('Admins');
  const values = group.getValuesMap();
  values.set('MSP', valueOf(wrapped));
  values.set('AnchorPeers', valueOf(anchorPeersOf(offer)));
  const policies = group.getPoliciesMap();
  policies.set('Readers', anyOf(offer.mspId, READERS));
  // Peers only read.
  policies.set('Writers', anyOf(offer.mspId, ['admin', 'client']));
  policies.set('Admins', anyOf(offer.mspId, ['admin']));
  policies.set('Endorsement', anyOf(offer.mspId, ['peer']));
  return group;
}
