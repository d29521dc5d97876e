import { common, msp } from '@hyperledger/fabric-protos';
import { EmbeddedNodeError } from './errors.js';
import type { Identities } from './identities.js';
import type { Identity, Role } from './msp.js';
import { decode } from '../wire/index.js';

/** A set of distinct signers either satisfies a policy or does not. */
export type Policy = (signers: readonly Identity[]) => boolean;

/** One signature over `data` by a serialized identity. */
export interface SignedBytes {
  readonly identity: Uint8Array;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The distinct identities whose signatures hold. One certificate counts once however often it signs
 * (Fabric common/policies/policy.go, SignatureSetToValidIdentities).
 */
export function validSigners(signed: readonly SignedBytes[], identities: Identities): Identity[] {
  const signers = new Map<string, Identity>();
  for (const { identity, data, signature } of signed) {
    const signer = identities.find(identity);
    if (!signer || signers.has(signer.key)) continue;
    if (signer.verify(data, signature)) signers.set(signer.key, signer);
  }
  return [...signers.values()];
}

type Principal = (identity: Identity) => boolean;

const ROLES = new Map<number, Role>([
  [msp.MSPRole.MSPRoleType.CLIENT, 'client'],
  [msp.MSPRole.MSPRoleType.PEER, 'peer'],
  [msp.MSPRole.MSPRoleType.ADMIN, 'admin'],
  [msp.MSPRole.MSPRoleType.ORDERER, 'orderer'],
]);

function compilePrincipal(principal: msp.MSPPrincipal): Principal {
  if (principal.getPrincipalClassification() !== msp.MSPPrincipal.Classification.ROLE)
    throw new EmbeddedNodeError(
      'POLICY_INVALID',
      'unsupported by the embedded node: a principal that is not a role',
    );
  const wanted = decode(msp.MSPRole, principal.getPrincipal_asU8());
  const mspId = wanted.getMspIdentifier();
  const isMember: Principal = (identity) => identity.mspId === mspId && identity.problem === undefined;
  if (wanted.getRole() === msp.MSPRole.MSPRoleType.MEMBER) return isMember;
  const role = ROLES.get(wanted.getRole());
  if (!role) throw new EmbeddedNodeError('POLICY_INVALID', `unknown role ${wanted.getRole()}`);
  return (identity) => isMember(identity) && identity.role === role;
}

/** `used[i]` marks signers that an earlier rule has spent; a failed branch must leave it as it was. */
type Rule = (signers: readonly Identity[], used: boolean[]) => boolean;

function compileRule(rule: common.SignaturePolicy, principals: readonly Principal[]): Rule {
  const gate = rule.getNOutOf();
  if (gate) return compileGate(gate, principals);
  const principal = rule.hasSignedBy() ? principals[rule.getSignedBy()] : undefined;
  if (!principal) throw new EmbeddedNodeError('POLICY_INVALID', 'a rule names no principal of the policy');
  return (signers, used) => {
    const found = signers.findIndex((signer, i) => !used[i] && principal(signer));
    if (found >= 0) used[found] = true;
    return found >= 0;
  };
}

function compileGate(gate: common.SignaturePolicy.NOutOf, principals: readonly Principal[]): Rule {
  const rules = gate.getRulesList().map((rule) => compileRule(rule, principals));
  return (signers, used) => {
    let satisfied = 0;
    for (const rule of rules) {
      const attempt = [...used];
      if (!rule(signers, attempt)) continue;
      satisfied += 1;
      attempt.forEach((isUsed, i) => (used[i] = isUsed));
    }
    return satisfied >= gate.getN();
  };
}

/**
 * Compiles a signature policy with Fabric's greedy, left-to-right evaluation (common/cauthdsl/cauthdsl.go): a signer
 * serves one leaf only, and a branch that fails gives its signers back.
 * @throws EmbeddedNodeError POLICY_INVALID
 */
export function compileSignaturePolicy(envelope: common.SignaturePolicyEnvelope): Policy {
  const rule = envelope.getRule();
  if (!rule) throw new EmbeddedNodeError('POLICY_INVALID', 'a signature policy without a rule');
  const compiled = compileRule(rule, envelope.getIdentitiesList().map(compilePrincipal));
  return (signers) => compiled(signers, new Array<boolean>(signers.length).fill(false));
}

type MetaRule = common.ImplicitMetaPolicy.RuleMap[keyof common.ImplicitMetaPolicy.RuleMap];

/** How many of `count` sub-policies an implicit policy needs (common/policies/implicitmeta.go). */
export function implicitThreshold(rule: MetaRule, count: number): number {
  if (count === 0) return 0;
  if (rule === common.ImplicitMetaPolicy.Rule.ANY) return 1;
  return rule === common.ImplicitMetaPolicy.Rule.ALL ? count : Math.floor(count / 2) + 1;
}

/** A policy over policies of the same name in the groups below. */
export function implicitPolicy(rule: MetaRule, below: readonly Policy[]): Policy {
  const threshold = implicitThreshold(rule, below.length);
  return (signers) => below.filter((policy) => policy(signers)).length >= threshold;
}
