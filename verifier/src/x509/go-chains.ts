import { equalBytes } from '@noble/curves/utils.js';
import type { Signatures } from '../crypto/signature.js';
import { NotEvaluated, Rejection, rejectUnless } from '../rejection.js';
import { isHostLike } from './domains.js';
import { areNamesPermitted } from './name-constraints.js';
import { arePoliciesValid } from './policies.js';
import type { Profiled } from './profile.js';

/** A certificate and its authorities up to a root. */
export type Chain = readonly [Profiled, ...Profiled[]];

/** Who may stand above a certificate. Nothing else is ever believed, least of all what an identity brings along. */
export interface Authorities {
  readonly roots: readonly Profiled[];
  readonly intermediates: readonly Profiled[];
}

/** Go checks no more signatures for one certificate (crypto/x509, maxChainSignatureChecks), and believes what it found until then. */
const MAX_CHECKS = 100;
const SECOND = 1000;
const ALTERNATIVE_NAMES = '2.5.29.17';

const withoutRepetition = (list: readonly Profiled[]): Profiled[] => [
  ...new Map(list.map((each) => [each.fingerprint, each])).values(),
];

/** Whether a certificate is there already, by another of its certificates (crypto/x509, alreadyInChain). */
function isIn(candidate: Profiled, chain: readonly Profiled[]): boolean {
  const names = (certificate: Profiled): Uint8Array =>
    certificate.extensions.find(({ oid }) => oid === ALTERNATIVE_NAMES)?.value ?? new Uint8Array();
  return chain.some(
    (each) =>
      equalBytes(each.subject, candidate.subject) &&
      equalBytes(each.key.spki, candidate.key.spki) &&
      equalBytes(names(each), names(candidate)),
  );
}

/** Whether the authority may stand above those below it (crypto/x509, isValid and CheckSignatureFrom, without the signature). */
function mayIssue(authority: Profiled, below: number, at: number): boolean {
  const { isAuthority, maySignCertificates, pathLength, hasUnknownCritical, notBefore, notAfter } = authority;
  const isShortEnough = pathLength === undefined || BigInt(below) <= pathLength;
  const isInTime = notBefore <= at && at <= notAfter;
  return isAuthority && maySignCertificates && isShortEnough && isInTime && !hasUnknownCritical;
}

// Fabric took this over from the Go of before, which looked at common names, too (fabric:msp/mspimpl.go, verifyLegacyNameConstraints).
function isNamedByItsNames([leaf, ...above]: Chain): boolean {
  const isConstrained = above.some(({ nameConstraints }) => nameConstraints !== undefined);
  return !isConstrained || leaf.alternativeNames !== undefined || !isHostLike(leaf.commonName);
}

const isAcceptable = (chain: Chain): boolean =>
  arePoliciesValid(chain) && chain.every(({ isForServers }) => isForServers) && areNamesPermitted(chain);

/**
 * The one chain from a certificate to a root, as Fabric has Go build it (fabric:msp/mspimpl.go, getUniqueValidationChain, by crypto/x509,
 * Verify). It is judged a second after the certificate begins, which is the time that Fabric sets its clock to; whether it has ended since
 * is another check's question. Two chains leave unclear whose it is. Names are compared as bytes, key identifiers not at all.
 * @throws Rejection CHAIN_BROKEN; NotEvaluated ALGORITHM_NOT_ACCEPTED where only a signature that cannot be checked here decides
 */
export async function uniqueChain(
  certificate: Profiled,
  authorities: Authorities,
  signatures: Signatures,
): Promise<Chain> {
  const at = certificate.notBefore + SECOND;
  const facts = { subject: certificate.commonName };
  const isInTime = at <= certificate.notAfter && !certificate.hasUnknownCritical;
  rejectUnless(isInTime, 'CHAIN_BROKEN', { ...facts, what: 'a period or a critical extension' });
  const search = new Search(authorities, signatures, at);
  const chains = (await search.from([certificate])).filter(isAcceptable);
  const [chain] = chains;
  if (chain === undefined && search.unchecked !== undefined) throw search.unchecked;
  const isOne = chain !== undefined && chains.length === 1 && isNamedByItsNames(chain);
  rejectUnless(isOne, 'CHAIN_BROKEN', { ...facts, chains: `${chains.length}` });
  return chain;
}

class Search {
  readonly #roots: readonly Profiled[];
  readonly #intermediates: readonly Profiled[];
  readonly #signatures: Signatures;
  readonly #at: number;
  #left = MAX_CHECKS;
  unchecked: NotEvaluated | undefined;

  constructor({ roots, intermediates }: Authorities, signatures: Signatures, at: number) {
    this.#roots = withoutRepetition(roots);
    this.#intermediates = withoutRepetition(intermediates);
    this.#signatures = signatures;
    this.#at = at;
  }

  async from([certificate]: Chain): Promise<Chain[]> {
    const isRoot = this.#roots.some(({ fingerprint }) => fingerprint === certificate.fingerprint);
    return isRoot ? [[certificate]] : this.#above([certificate]);
  }

  async #above(chain: Chain): Promise<Chain[]> {
    const found: Chain[] = [];
    for (const root of this.#roots) {
      if (await this.#isIssuer(root, chain)) found.push([...chain, root]);
    }
    for (const intermediate of this.#intermediates) {
      if (await this.#isIssuer(intermediate, chain))
        found.push(...(await this.#above([...chain, intermediate])));
    }
    return found;
  }

  async #isIssuer(authority: Profiled, chain: Chain): Promise<boolean> {
    const child = chain.at(-1) ?? chain[0];
    if (!equalBytes(authority.subject, child.issuer)) return false;
    this.#left -= 1;
    if (this.#left < 0 || isIn(authority, chain) || !mayIssue(authority, chain.length - 1, this.#at))
      return false;
    try {
      await this.#signatures.verifyIssued(authority, child);
      return true;
    } catch (error) {
      if (error instanceof NotEvaluated) this.unchecked = error;
      else if (!(error instanceof Rejection)) throw error;
      return false;
    }
  }
}

/** Whether the authority's key signed a document; SHA-1 is allowed where Go allows it. */
export async function isSignedBy(
  signatures: Signatures,
  authority: Profiled,
  document: Parameters<Signatures['verifyIssued']>[1],
  allowed?: 'SHA-1',
): Promise<boolean> {
  try {
    await signatures.verifyIssued(authority, document, allowed);
    return true;
  } catch (error) {
    if (error instanceof Rejection) return false;
    throw error;
  }
}
