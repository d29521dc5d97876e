import { equalBytes } from '@noble/curves/utils.js';

const ANY = '2.5.29.32.0';

/** What a certificate says about policies (RFC 5280 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14); dotted identifiers. */
export interface Policies {
  readonly policies: readonly string[];
  /** From a policy of the issuer to one of the subject. */
  readonly mappings: readonly (readonly [string, string])[];
  /** Authorities below until which an explicit policy is needed, mappings end, and anyPolicy no longer counts. */
  readonly requireExplicit: number | undefined;
  readonly inhibitMapping: number | undefined;
  readonly inhibitAny: number | undefined;
}

interface Policed extends Policies {
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
}

/** How many more authorities may pass, until something holds. */
interface Countdown {
  explicit: number;
  mapping: number;
  any: number;
}

/** Policies of this certificate that stand under those that are expected of it (RFC 9618 5.2 (d)). */
function valid(expected: ReadonlySet<string>, policies: readonly string[], isAnyOne: boolean): Set<string> {
  const found = policies.filter((policy) => policy !== ANY && (expected.has(policy) || expected.has(ANY)));
  return new Set(policies.includes(ANY) && isAnyOne ? [...found, ...expected] : found);
}

/** What is expected of the next certificate (RFC 9618 5.3 (b)). */
function mapped(found: ReadonlySet<string>, mappings: Policies['mappings'], isAllowed: boolean): Set<string> {
  const isMapped = (issuer: string): boolean => found.has(issuer) || found.has(ANY);
  const expected = new Set(found);
  for (const [issuer] of mappings) expected.delete(issuer);
  if (isAllowed) for (const [issuer, subject] of mappings) if (isMapped(issuer)) expected.add(subject);
  return expected;
}

const isSelfIssued = ({ subject, issuer }: Policed): boolean => equalBytes(subject, issuer);

function count(left: Countdown, certificate: Policed): void {
  const { requireExplicit, inhibitMapping, inhibitAny } = certificate;
  const next = (value: number, limit: number | undefined): number =>
    Math.min(isSelfIssued(certificate) ? value : Math.max(0, value - 1), limit ?? Infinity);
  left.explicit = next(left.explicit, requireExplicit);
  left.mapping = next(left.mapping, inhibitMapping);
  left.any = next(left.any, inhibitAny);
}

/**
 * Whether a chain has a policy where a certificate asks for one (RFC 5280 6.1 as RFC 9618 changed it, and Go's crypto/x509 does it; the
 * verifier itself asks for none). The root says nothing: it is an anchor.
 * @param chain from the certificate up to its root
 */
export function arePoliciesValid(chain: readonly Policed[]): boolean {
  const path = chain.slice(0, -1).reverse();
  const left: Countdown = { explicit: path.length + 1, mapping: path.length + 1, any: path.length + 1 };
  let expected = new Set([ANY]);
  for (const [index, certificate] of path.entries()) {
    const isLast = index === path.length - 1;
    const isAnyOne = left.any > 0 || (!isLast && isSelfIssued(certificate));
    expected = valid(expected, certificate.policies, isAnyOne);
    if (isLast) break;
    if (left.mapping > 0 && expected.size > 0 && mapsAny(certificate)) return false;
    expected = mapped(expected, certificate.mappings, left.mapping > 0);
    count(left, certificate);
  }
  return expected.size > 0 || !isPolicyNeeded(left, path.at(-1));
}

const mapsAny = ({ mappings }: Policies): boolean => mappings.some((pair) => pair.includes(ANY));

const isPolicyNeeded = ({ explicit }: Countdown, last: Policies | undefined): boolean =>
  explicit <= 1 || last?.requireExplicit === 0;
