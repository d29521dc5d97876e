import { createHash, X509Certificate } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { decode } from '../wire/index.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const nameOf = (multiline: string): string => multiline.split('\n').reverse().join(', ');

/** SHA-256 of a certificate's DER form, or of whatever else is there. */
function fingerprint(pem: Uint8Array): string {
  try {
    return sha256(new X509Certificate(pem).raw);
  } catch {
    return sha256(pem);
  }
}

/** A certificate as people compare it: subject, SHA-256 of its DER form, and end of its validity. */
export function certificateText(pem: Uint8Array): string {
  try {
    const certificate = new X509Certificate(pem);
    const until = new Date(certificate.validTo).toISOString().slice(0, 10);
    return `${nameOf(certificate.subject)}; sha256 ${sha256(certificate.raw)}; valid until ${until}`;
  } catch {
    return `no certificate; ${pem.length} bytes, sha256 ${sha256(pem)}`;
  }
}

function unitText(name: string, unit: msp.FabricOUIdentifier | undefined): string {
  if (unit === undefined) return `Role ${name}: nobody`;
  const issuer = unit.getCertificate_asU8();
  const under =
    issuer.length === 0 ? 'any authority of the organisation' : `authority sha256 ${fingerprint(issuer)}`;
  return `Role ${name}: OU ${unit.getOrganizationalUnitIdentifier()} under ${under}`;
}

function rolesText(units: msp.FabricNodeOUs | undefined): string[] {
  if (units?.getEnable() !== true) return ['Roles: not by organisational units'];
  return [
    unitText('client', units.getClientOuIdentifier()),
    unitText('peer', units.getPeerOuIdentifier()),
    unitText('admin', units.getAdminOuIdentifier()),
    unitText('orderer', units.getOrdererOuIdentifier()),
  ];
}

const each = (what: string, list: readonly Uint8Array[]): string[] =>
  list.map((pem) => `${what}: ${certificateText(pem)}`);

/** What an organisation's MSP says, a line for each certificate and role. */
function mspLines(config: msp.FabricMSPConfig): string[] {
  const hashes = config.getCryptoConfig();
  return [
    `MSP id: ${config.getName()}`,
    ...each('Certificate authority', config.getRootCertsList_asU8()),
    ...each('Intermediate authority', config.getIntermediateCertsList_asU8()),
    ...each('TLS authority', config.getTlsRootCertsList_asU8()),
    ...each('TLS intermediate authority', config.getTlsIntermediateCertsList_asU8()),
    ...each('Administrator by certificate', config.getAdminsList_asU8()),
    ...config
      .getRevocationListList_asU8()
      .map((list) => `Revocation list: ${list.length} bytes, sha256 ${sha256(list)}`),
    ...config.getOrganizationalUnitIdentifiersList().map((unit) => unitText('member', unit)),
    ...rolesText(config.getFabricNodeOus()),
    ...(hashes === undefined
      ? []
      : [`Hashes: ${hashes.getSignatureHashFamily()}, ${hashes.getIdentityIdentifierHashFunction()}`]),
    ...(config.hasSigningIdentity() ? ['A signing identity, which no channel should hold'] : []),
  ];
}

/** The lines of an MSP of any type. */
export function mspConfigLines(bytes: Uint8Array): string[] {
  const wrapped = decode(msp.MSPConfig, bytes);
  const inner = wrapped.getConfig_asU8();
  if (wrapped.getType() !== 0)
    return [`MSP of type ${wrapped.getType()}: ${inner.length} bytes, sha256 ${sha256(inner)}`];
  const config = decode(msp.FabricMSPConfig, inner);
  // What decoding has dropped must not go unseen.
  const isWhole = config.serializeBinary().length === inner.length;
  return [
    ...mspLines(config),
    ...(isWhole ? [] : [`Fields that are not known here: all in all sha256 ${sha256(inner)}`]),
  ];
}
