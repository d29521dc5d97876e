import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Message } from '../bytes/protobuf.js';
import { Rejection } from '../rejection.js';
import { parseCommittedPem } from '../x509/certificate.js';
import type { Identity, NodeRole } from './identity.js';

/** Whether an identity is what a policy asks for. */
export type Principal = (identity: Identity) => boolean;

// Numbers of msp.MSPPrincipal.Classification and msp.MSPRole.MSPRoleType.
const CLASSIFICATION = { role: 0n, unit: 1n, identity: 2n } as const;
const has =
  (wanted: NodeRole): Principal =>
  ({ role, roles = [role] }) =>
    roles.includes(wanted);
const STANDINGS: readonly Principal[] = [
  () => true,
  (identity) => identity.isNamedAdmin === true || has('admin')(identity),
  has('client'),
  has('peer'),
  has('orderer'),
];

function rolePrincipal(bytes: Uint8Array): Principal {
  const principal = Message.read(bytes, { fields: [1, 2] });
  const mspId = principal.text(1);
  const hasStanding = STANDINGS[Number(principal.number(2))];
  if (hasStanding === undefined) throw new Rejection('POLICY_UNKNOWN', { role: `${principal.number(2)}` });
  return (identity) => identity.mspId === mspId && hasStanding(identity);
}

function unitPrincipal(bytes: Uint8Array): Principal {
  const principal = Message.read(bytes, { fields: [1, 2, 3] });
  const [mspId, unit, certifiers] = [principal.text(1), principal.text(2), bytesToHex(principal.bytes(3))];
  return (identity) =>
    identity.mspId === mspId &&
    identity.certificate.organisationalUnits.includes(unit) &&
    identity.certifiers === certifiers;
}

// By what was signed: the signature below it has two spellings, which Fabric makes one.
function identityPrincipal(bytes: Uint8Array): Principal {
  const principal = Message.read(bytes, { fields: [1, 2] });
  const [mspId, { signed }] = [principal.text(1), parseCommittedPem(principal.bytes(2))];
  return ({ certificate, ...identity }) => identity.mspId === mspId && equalBytes(certificate.signed, signed);
}

/**
 * A msp.MSPPrincipal (fabric:msp/mspimpl.go, satisfiesPrincipalInternalV142). Identities come identified, so that all of them are valid
 * members. Anonymity and combined principals, which no tool of Fabric writes, are not known.
 * @throws Rejection POLICY_UNKNOWN, MALFORMED, UNKNOWN_FIELD, CERTIFICATE_MALFORMED
 */
export function readPrincipal(bytes: Uint8Array): Principal {
  const principal = Message.read(bytes, { fields: [1, 2] });
  const content = principal.bytes(2);
  switch (principal.number(1)) {
    case CLASSIFICATION.role:
      return rolePrincipal(content);
    case CLASSIFICATION.unit:
      return unitPrincipal(content);
    case CLASSIFICATION.identity:
      return identityPrincipal(content);
    default:
      throw new Rejection('POLICY_UNKNOWN', { principal: `${principal.number(1)}` });
  }
}
