import { Message } from '../bytes/protobuf.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { Identity, Policy } from './identity.js';
import { readPrincipal, type Principal } from './principals.js';

/** Fields of common.SignaturePolicy, of which exactly one is there. */
const SIGNED_BY = 1;
const N_OUT_OF = 2;
const MAX_DEPTH = 16;
const MAX_RULES = 4096;
const MAX_PRINCIPALS = 1024;
const MAX_INT32 = 0x7fffffffn;

/** Marks in `used` the identities that it takes; what it leaves there when it is not satisfied means nothing. */
type Rule = (identities: readonly Identity[], used: boolean[]) => boolean;

const signedBy =
  (principal: Principal): Rule =>
  (identities, used) => {
    const index = identities.findIndex((identity, at) => used[at] !== true && principal(identity));
    if (index < 0) return false;
    used[index] = true;
    return true;
  };

/**
 * Every branch is tried in its order, also those beyond the threshold, and a satisfied one keeps what it took: greedy, never backtracking.
 * So a policy that another choice of identities would satisfy can fail, and does so in Fabric as well. A failed branch gives back.
 */
const nOutOf =
  (threshold: bigint, rules: readonly Rule[]): Rule =>
  (identities, used) => {
    let satisfied = 0n;
    for (const rule of rules) {
      const attempt = [...used];
      if (!rule(identities, attempt)) continue;
      satisfied += 1n;
      used.splice(0, used.length, ...attempt);
    }
    return satisfied >= threshold;
  };

class Compiler {
  readonly #principals: readonly Principal[];
  #rules = 0;

  constructor(principals: readonly Principal[]) {
    this.#principals = principals;
  }

  compile(bytes: Uint8Array, depth: number): Rule {
    this.#rules += 1;
    rejectUnless(depth <= MAX_DEPTH && this.#rules <= MAX_RULES, 'TOO_LARGE', { what: 'a policy' });
    const rule = Message.read(bytes, { fields: [SIGNED_BY, N_OUT_OF] });
    const isOneOf = rule.has(SIGNED_BY) !== rule.has(N_OUT_OF);
    rejectUnless(isOneOf, 'POLICY_UNKNOWN', { what: 'a rule that is not of one kind' });
    return rule.has(SIGNED_BY)
      ? this.#signedBy(rule.number(SIGNED_BY))
      : this.#nOutOf(rule.bytes(N_OUT_OF), depth);
  }

  #signedBy(index: bigint): Rule {
    const principal = this.#principals[Number(index)];
    if (principal === undefined) throw new Rejection('POLICY_UNKNOWN', { principal: `${index}` });
    return signedBy(principal);
  }

  #nOutOf(bytes: Uint8Array, depth: number): Rule {
    const choice = Message.read(bytes, { fields: [1], repeated: [2] });
    const threshold = choice.number(1);
    // Negative ones, which Fabric takes for satisfied, are spelled beyond 32 bits.
    rejectUnless(threshold <= MAX_INT32, 'POLICY_UNKNOWN', { threshold: `${threshold}` });
    return nOutOf(
      threshold,
      choice.repeated(2).map((rule) => this.compile(rule, depth + 1)),
    );
  }
}

/**
 * A common.SignaturePolicyEnvelope, evaluated as Fabric does (fabric:common/cauthdsl/cauthdsl.go, compile). Whoever asks brings identities
 * without repetition (`distinct`).
 * @throws Rejection POLICY_UNKNOWN, TOO_LARGE, MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD, CERTIFICATE_MALFORMED
 */
export function readSignaturePolicy(envelope: Uint8Array): Policy {
  const policy = Message.read(envelope, { fields: [1, 2], repeated: [3] });
  rejectUnless(policy.number(1) === 0n, 'POLICY_UNKNOWN', { version: `${policy.number(1)}` });
  const principals = policy.repeated(3);
  rejectUnless(principals.length <= MAX_PRINCIPALS, 'TOO_LARGE', { what: 'the principals of a policy' });
  const rule = new Compiler(principals.map(readPrincipal)).compile(policy.bytes(2), 0);
  return {
    isSatisfiedBy: (identities) => rule(identities, new Array<boolean>(identities.length).fill(false)),
  };
}
