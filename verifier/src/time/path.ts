import { equalBytes } from '@noble/curves/utils.js';
import { derSequence, TAG } from '../bytes/der.js';
import { NotEvaluated, Rejection } from '../rejection.js';
import type { Certificate } from '../x509/certificate.js';
import { algorithmOf } from './digests.js';
import { isByAuthorityNamed, isSelfIssued, isUnderstood, mayIssue } from './extensions.js';
import { isSameName } from './names.js';
import type { Patience } from './patience.js';
import type { AuthoritySignatures } from './signatures.js';

/** A signer and its authorities up to a certificate of the trust file, which may be the signer itself. */
export type Path = readonly [Certificate, ...Certificate[]];

/**
 * Authorities that are tried for one token. A chain takes three or four; a token full of certificates of one name and one key would
 * otherwise have more chains than can be counted.
 */
const BUDGET = 64;

const isOneOf = (certificate: Certificate, list: readonly Certificate[]): boolean =>
  list.some(({ fingerprint }) => fingerprint === certificate.fingerprint);

/**
 * Finds one chain for a token (RFC 5280 section 6, as `openssl ts -verify` builds it), at the time that the token states. One suffices:
 * authorities renew certificates under the same key and certify each other, and whichever way leads to the trust file is one.
 */
export class PathFinder {
  readonly #trusted: readonly Certificate[];
  readonly #candidates: readonly Certificate[];
  readonly #signatures: AuthoritySignatures;
  readonly #at: number;
  readonly #patience: Patience;
  #left = BUDGET;
  #unsupported: NotEvaluated | undefined;

  /** @param carried certificates in the token, believed for nothing by themselves @param at epoch milliseconds */
  constructor(
    trusted: readonly Certificate[],
    carried: readonly Certificate[],
    signatures: AuthoritySignatures,
    at: number,
    patience: Patience,
  ) {
    const others = new Map(carried.map((certificate) => [certificate.fingerprint, certificate]));
    this.#trusted = trusted;
    this.#candidates = [...trusted, ...[...others.values()].filter((each) => !isOneOf(each, trusted))];
    this.#signatures = signatures;
    this.#at = at;
    this.#patience = patience;
  }

  /** @throws NotEvaluated AUTHORITY_NOT_TRUSTED, TOKEN_NOT_SUPPORTED */
  async pathOf(signer: Certificate): Promise<Path> {
    const path = await this.#above(signer, [], 0);
    if (path !== undefined) return path;
    throw this.#unsupported ?? new NotEvaluated('AUTHORITY_NOT_TRUSTED', { authority: signer.commonName });
  }

  /** @param between authorities below that count against a length, which are those that others issued */
  async #above(
    certificate: Certificate,
    below: readonly Certificate[],
    between: number,
  ): Promise<Path | undefined> {
    if (isOneOf(certificate, this.#trusted)) return [certificate];
    const passed = [...below, certificate];
    for (const authority of this.#candidates) {
      if (isOneOf(authority, passed) || !this.#isFit(authority, certificate, between)) continue;
      if (!(await this.#isIssuedBy(authority, certificate))) continue;
      const path = await this.#above(authority, passed, between + (isSelfIssued(authority) ? 0 : 1));
      if (path !== undefined) return [certificate, ...path];
    }
    return undefined;
  }

  // A certificate that cannot be read to its end is nobody's authority; whoever carries it is not to blame.
  #isFit(authority: Certificate, certificate: Certificate, between: number): boolean {
    if (authority.notBefore > this.#at || this.#at > authority.notAfter) return false;
    try {
      return (
        isSameName(authority.subject, certificate.issuer) &&
        isByAuthorityNamed(certificate, authority) &&
        isUnderstood(authority) &&
        mayIssue(authority, between, isOneOf(authority, this.#trusted))
      );
    } catch (error) {
      if (error instanceof Rejection) return false;
      throw error;
    }
  }

  async #isIssuedBy(authority: Certificate, certificate: Certificate): Promise<boolean> {
    this.#left -= 1;
    if (this.#left < 0) throw new NotEvaluated('TOKEN_NOT_SUPPORTED', { what: 'a chain with so many ways' });
    const pair = `${authority.fingerprint} ${certificate.fingerprint}`;
    try {
      return await this.#patience.isSigned(pair, () => this.#check(authority, certificate));
    } catch (error) {
      if (!(error instanceof NotEvaluated)) throw error;
      this.#unsupported = error;
      return false;
    }
  }

  #check(authority: Certificate, { der, signed, signature }: Certificate): Promise<boolean> {
    const outer = derSequence(der, 'TOKEN_INVALID');
    outer.next(TAG.sequence);
    const algorithm = algorithmOf(outer.inner(TAG.sequence));
    return this.#signatures.isSignedBy(authority.key.spki, { message: signed, signature, algorithm });
  }
}

/** The certificate of the trust file that a path ends in. */
export const isAtTop = (path: Path, certificate: Certificate): boolean => {
  const top = path.at(-1);
  return top !== undefined && equalBytes(top.der, certificate.der);
};
