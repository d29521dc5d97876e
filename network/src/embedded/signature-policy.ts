import { common, msp } from '@hyperledger/fabric-protos';

export type RoleName = 'member' | 'admin' | 'client' | 'peer' | 'orderer';

const ROLE = {
  member: msp.MSPRole.MSPRoleType.MEMBER,
  admin: msp.MSPRole.MSPRoleType.ADMIN,
  client: msp.MSPRole.MSPRoleType.CLIENT,
  peer: msp.MSPRole.MSPRoleType.PEER,
  orderer: msp.MSPRole.MSPRoleType.ORDERER,
} as const;

function rolePrincipal(mspId: string, role: RoleName): msp.MSPPrincipal {
  const wanted = new msp.MSPRole();
  wanted.setMspIdentifier(mspId);
  wanted.setRole(ROLE[role]);
  const principal = new msp.MSPPrincipal();
  principal.setPrincipalClassification(msp.MSPPrincipal.Classification.ROLE);
  principal.setPrincipal(wanted.serializeBinary());
  return principal;
}

/** Principals of one policy, each once, in order of appearance. */
class Principals {
  readonly list: msp.MSPPrincipal[] = [];
  readonly #index = new Map<string, number>();

  indexOf(mspId: string, role: RoleName): number {
    const key = `${mspId}\n${role}`;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#index.set(key, this.list.length);
    return this.list.push(rolePrincipal(mspId, role)) - 1;
  }
}

type RoleRule =
  | { readonly signedBy: { readonly mspId: string; readonly role: RoleName } }
  | { readonly n: number; readonly of: readonly RoleRule[] };

function encodeRule(rule: RoleRule, principals: Principals): common.SignaturePolicy {
  const policy = new common.SignaturePolicy();
  if ('signedBy' in rule) {
    policy.setSignedBy(principals.indexOf(rule.signedBy.mspId, rule.signedBy.role));
    return policy;
  }
  const gate = new common.SignaturePolicy.NOutOf();
  gate.setN(rule.n);
  gate.setRulesList(rule.of.map((inner) => encodeRule(inner, principals)));
  policy.setNOutOf(gate);
  return policy;
}

/** The signature policy that a rule describes. */
export function signaturePolicy(rule: RoleRule): common.SignaturePolicyEnvelope {
  const principals = new Principals();
  const envelope = new common.SignaturePolicyEnvelope();
  envelope.setRule(encodeRule(rule, principals));
  envelope.setIdentitiesList(principals.list);
  return envelope;
}

/** Any one of the given roles of one organisation. */
export function anyRoleOf(mspId: string, roles: readonly RoleName[]): common.SignaturePolicyEnvelope {
  return signaturePolicy({ n: 1, of: roles.map((role) => ({ signedBy: { mspId, role } })) });
}
