import { GENERAL, hostOf, type GeneralName, type NameConstraints } from './alternative-names.js';
import { isDomain, isInNetwork, isWildcardOf, isWithin, mailboxOf } from './domains.js';

const IP_ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\]|.*:.*)$/u;

/** Whether a name can be compared with constraints at all (Go's crypto/x509, constraints.go). */
function isComparable({ tag, text }: GeneralName): boolean {
  switch (tag) {
    case GENERAL.mail:
      return mailboxOf(text) !== undefined;
    case GENERAL.uri: {
      const host = placeOf(text);
      return host !== '' && !IP_ADDRESS.test(host);
    }
    default:
      return tag === GENERAL.address || isDomain(text, false);
  }
}

const placeOf = (uri: string): string => hostOf(uri).host.replace(/:\d*$/u, '').toLowerCase();

function matches({ tag, text }: GeneralName, constraint: string): boolean {
  switch (tag) {
    case GENERAL.address:
      return isInNetwork(text, constraint);
    case GENERAL.mail: {
      const found = mailboxOf(text);
      const wanted = mailboxOf(constraint);
      if (wanted !== undefined) return found?.local === wanted.local && found.host === wanted.host;
      return isWithin(found?.host ?? '', constraint);
    }
    default:
      return isWithin(tag === GENERAL.uri ? placeOf(text) : text, constraint);
  }
}

function isPermitted(name: GeneralName, { permitted, excluded }: NameConstraints): boolean {
  const ofKind = (list: readonly GeneralName[]): string[] =>
    list.filter(({ tag }) => tag === name.tag).map(({ text }) => text);
  const [only, never] = [ofKind(permitted), ofKind(excluded)];
  const isMatch = (constraint: string): boolean => matches(name, constraint);
  const isSubtreeOf = (constraint: string): boolean =>
    name.tag !== GENERAL.address && isWildcardOf(name.text, constraint);
  return (
    (only.length === 0 || only.some(isMatch)) && !never.some((each) => isMatch(each) || isSubtreeOf(each))
  );
}

/** What of a certificate takes part: its alternative names, where it has the extension, and what it says of those below. */
export interface Named {
  readonly alternativeNames: readonly GeneralName[] | undefined;
  readonly nameConstraints: NameConstraints | undefined;
}

/** Comparisons for one certificate; a usual one takes ten. */
const MAX_COMPARISONS = 50_000;

const sizeOf = ({ permitted, excluded }: NameConstraints): number => permitted.length + excluded.length;

/**
 * Whether every certificate of a chain has only names that those above it may certify (RFC 5280 6.1.3 (b) and (c), as Go's crypto/x509
 * checks it: critical or not, and of common and directory names none).
 */
export function areNamesPermitted(chain: readonly Named[]): boolean {
  return chain.every(({ alternativeNames = [] }, at) => {
    const above = chain.slice(at + 1).flatMap(({ nameConstraints }) => nameConstraints ?? []);
    if (above.length === 0) return true;
    const comparisons = alternativeNames.length * above.reduce((sum, each) => sum + sizeOf(each), 0);
    if (comparisons > MAX_COMPARISONS) return false;
    return alternativeNames.every(
      (name) => isComparable(name) && above.every((constraints) => isPermitted(name, constraints)),
    );
  });
}
