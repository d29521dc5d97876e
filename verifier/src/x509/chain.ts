import { equalBytes } from '@noble/curves/utils.js';
import type { Signatures } from '../crypto/signature.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { Certificate } from './certificate.js';
import { isUnderstood, mayIssue } from './extensions.js';
import { withLowS } from './low-s.js';

/** A certificate and its authorities up to a root, each with a low-S signature. */
export type Chain = readonly [Certificate, ...Certificate[]];

/** Who may stand above a certificate. Nothing else is ever believed, least of all what an identity brings along. */
export interface Authorities {
  readonly roots: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
}

const MAX_DEPTH = 6;
const SECOND = 1000;

const isIn = (certificate: Certificate, list: readonly Certificate[]): boolean =>
  list.some(({ signed }) => equalBytes(signed, certificate.signed));

/** Builds chains as Fabric does through Go's path building (fabric:msp/mspimpl.go, getUniqueValidationChain). */
export class ChainBuilder {
  readonly #authorities: Authorities;
  readonly #signatures: Signatures;

  constructor(authorities: Authorities, signatures: Signatures) {
    this.#authorities = authorities;
    this.#signatures = signatures;
  }

  /**
   * The one chain from a certificate to a root. Authorities have to be valid when the certificate begins to be, which is the time that
   * Fabric sets its clock to; whether it has ended since is another check's question. Two chains leave unclear whose it is.
   * @throws Rejection CHAIN_BROKEN
   */
  async chainOf(certificate: Certificate): Promise<Chain> {
    const chains = await this.#chains(certificate, certificate.notBefore + SECOND, []);
    const [chain] = chains;
    const facts = { subject: certificate.commonName, chains: `${chains.length}` };
    rejectUnless(chain !== undefined && chains.length === 1, 'CHAIN_BROKEN', facts);
    return chain;
  }

  async #chains(certificate: Certificate, at: number, below: readonly Certificate[]): Promise<Chain[]> {
    if (isIn(certificate, below) || below.length > MAX_DEPTH || !isUnderstood(certificate)) return [];
    if (isIn(certificate, this.#authorities.roots)) return [[withLowS(certificate, certificate)]];
    const found: Chain[] = [];
    for (const authority of await this.#issuersOf(certificate, at, below.length)) {
      const above = await this.#chains(authority, at, [...below, certificate]);
      found.push(...above.map((chain): Chain => [withLowS(certificate, authority), ...chain]));
    }
    return found;
  }

  async #issuersOf(certificate: Certificate, at: number, between: number): Promise<Certificate[]> {
    const issuers: Certificate[] = [];
    for (const authority of this.#candidates()) {
      const isNamed = equalBytes(authority.subject, certificate.issuer);
      const isInTime = authority.notBefore <= at && at <= authority.notAfter;
      if (isNamed && isInTime && mayIssue(authority, between)) {
        if (await isIssuedBy(this.#signatures, authority, certificate)) issuers.push(authority);
      }
    }
    return issuers;
  }

  #candidates(): Certificate[] {
    const { roots, intermediates } = this.#authorities;
    return [...roots, ...intermediates.filter((intermediate) => !isIn(intermediate, roots))];
  }
}

/** Whether the authority's key signed it; a signature that cannot be checked is none. */
export async function isIssuedBy(
  signatures: Signatures,
  authority: Certificate,
  document: Parameters<Signatures['verifyIssued']>[1],
): Promise<boolean> {
  try {
    await signatures.verifyIssued(authority, document);
    return true;
  } catch (error) {
    if (error instanceof Rejection) return false;
    throw error;
  }
}
