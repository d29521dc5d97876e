import { common, msp } from '@hyperledger/fabric-protos';
import { anyRoleOf, type RoleName } from '../embedded/signature-policy.js';
import { decode } from '../wire/index.js';

const { MSPRoleType } = msp.MSPRole;

/** A policy that anybody of an organisation in one of the roles satisfies; its modification is up to its `Admins`. */
export function anyOf(mspId: string, roles: readonly RoleName[]): common.ConfigPolicy {
  const policy = new common.Policy();
  policy.setType(common.Policy.PolicyType.SIGNATURE);
  policy.setValue(anyRoleOf(mspId, roles).serializeBinary());
  const configured = new common.ConfigPolicy();
  configured.setPolicy(policy);
  configured.setModPolicy('Admins');
  return configured;
}

const nameIn = (names: object, value: number): string =>
  Object.entries(names).find(([, each]) => each === value)?.[0] ?? `unknown (${value})`;

function principalText(of: msp.MSPPrincipal | undefined): string {
  if (of === undefined) return 'nobody';
  if (of.getPrincipalClassification() !== msp.MSPPrincipal.Classification.ROLE) {
    const { Classification } = msp.MSPPrincipal;
    return `${nameIn(Classification, of.getPrincipalClassification())} ${Buffer.from(of.getPrincipal_asU8()).toString('hex')}`;
  }
  const role = decode(msp.MSPRole, of.getPrincipal_asU8());
  return `'${role.getMspIdentifier()}.${nameIn(MSPRoleType, role.getRole()).toLowerCase()}'`;
}

function gateText(gate: common.SignaturePolicy.NOutOf, identities: readonly msp.MSPPrincipal[]): string {
  const rules = gate.getRulesList().map((rule) => ruleText(rule, identities));
  const [name, args] =
    gate.getN() === 1
      ? ['OR', rules]
      : gate.getN() === rules.length
        ? ['AND', rules]
        : ['OutOf', [gate.getN(), ...rules]];
  return `${name}(${args.join(', ')})`;
}

function ruleText(rule: common.SignaturePolicy | undefined, identities: readonly msp.MSPPrincipal[]): string {
  const gate = rule?.getNOutOf();
  if (gate !== undefined) return gateText(gate, identities);
  return rule?.hasSignedBy() === true ? principalText(identities[rule.getSignedBy()]) : 'nobody';
}

/** A policy in the language of Fabric's commands and of configtx.yaml, as in `MAJORITY Admins` or `OR('SteelMSP.peer')`. */
export function policyTextOf(policy: common.Policy | undefined): string {
  if (policy === undefined) return 'none';
  const bytes = policy.getValue_asU8();
  if (policy.getType() === common.Policy.PolicyType.IMPLICIT_META) {
    const meta = decode(common.ImplicitMetaPolicy, bytes);
    return `${nameIn(common.ImplicitMetaPolicy.Rule, meta.getRule())} ${meta.getSubPolicy()}`;
  }
  if (policy.getType() === common.Policy.PolicyType.SIGNATURE) {
    const envelope = decode(common.SignaturePolicyEnvelope, bytes);
    return ruleText(envelope.getRule(), envelope.getIdentitiesList());
  }
  return `of unknown type ${policy.getType()}`;
}
