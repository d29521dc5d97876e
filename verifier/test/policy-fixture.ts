import { common, msp } from '@hyperledger/fabric-protos';
import type { Identity, NodeRole } from '../src/fabric/identity.js';
import type { Certificate } from '../src/x509/certificate.js';

/** A rule as a test states it: an index of a principal, or so many out of rules. */
export type Rule = number | { readonly n: number; readonly rules: readonly Rule[] };

function rule(stated: Rule): common.SignaturePolicy {
  const message = new common.SignaturePolicy();
  if (typeof stated === 'number') {
    message.setSignedBy(stated);
    return message;
  }
  const choice = new common.SignaturePolicy.NOutOf();
  choice.setN(stated.n);
  choice.setRulesList(stated.rules.map(rule));
  message.setNOutOf(choice);
  return message;
}

export function principal(classification: number, content: Uint8Array): msp.MSPPrincipal {
  const message = new msp.MSPPrincipal();
  message.setPrincipalClassification(classification as 0);
  message.setPrincipal(content);
  return message;
}

export function rolePrincipal(mspId: string, role: number): msp.MSPPrincipal {
  const message = new msp.MSPRole();
  message.setMspIdentifier(mspId);
  message.setRole(role as 0);
  return principal(0, message.serializeBinary());
}

export function envelope(stated: Rule, principals: readonly msp.MSPPrincipal[], version = 0): Uint8Array {
  const message = new common.SignaturePolicyEnvelope();
  message.setVersion(version);
  message.setRule(rule(stated));
  message.setIdentitiesList([...principals]);
  return message.serializeBinary();
}

/** An identity as far as policies look at it. */
export function identity(mspId: string, role?: NodeRole, more: Partial<Identity> = {}): Identity {
  const certificate = {
    fingerprint: `${mspId} ${role}`,
    organisationalUnits: ['sales'],
    signed: new Uint8Array(),
  };
  return { mspId, role, certificate: certificate as unknown as Certificate, ...more };
}
