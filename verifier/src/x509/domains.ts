/** Names of hosts and mailboxes as Go's crypto/x509 compares them (constraints.go, parser.go). ASCII only. */

/** Labels of printable signs between dots, none of them empty; a constraint may begin with a dot. */
export function isDomain(text: string, mayBeginWithDot: boolean): boolean {
  const labels = mayBeginWithDot ? text.replace(/^\./u, '') : text;
  return text === '' || labels.split('.').every((label) => /^[!-~]+$/u.test(label));
}

/** Of DNS names, hosts of mailboxes and hosts of URIs. */
export const isConstraint = (text: string): boolean => isDomain(text, true);

/** Whether an IP address and its mask are 4 or 16 octets each, and the mask ones before zeros. A letter stands for an octet. */
export function isMask(text: string): boolean {
  if (text.length !== 8 && text.length !== 32) return false;
  const mask = Array.from(text.slice(text.length / 2), (letter) =>
    letter.charCodeAt(0).toString(2).padStart(8, '0'),
  );
  return /^1*0*$/u.test(mask.join(''));
}

const MAILBOX = /^([\w!#$%&'*+\-/=?^`{|}~.]+)@(.+)$/u;

/** A mailbox without quotes (RFC 2821 4.1.2); its host in small letters. `undefined` for any other. */
export function mailboxOf(text: string): { readonly local: string; readonly host: string } | undefined {
  const [, local = '', host = ''] = MAILBOX.exec(text) ?? [];
  const isOne = !/^$|^\.|\.\.|\.$/u.test(local) && host !== '' && isDomain(host, false);
  return isOne ? { local, host: host.toLowerCase() } : undefined;
}

export const isMailbox = (text: string): boolean => mailboxOf(text) !== undefined;

/** Whether a name is the constraint or below it; below it only, where that begins with a dot. An empty one holds all names. */
export function isWithin(name: string, constraint: string): boolean {
  const [lower, above] = [name.toLowerCase(), constraint.toLowerCase()];
  if (above === '' || lower === above) return true;
  return lower.endsWith(above.startsWith('.') ? above : `.${above}`);
}

const afterFirstLabel = (name: string): string => /\..*$/u.exec(name.toLowerCase())?.[0] ?? '';

/** Whether a name with a wildcard stands for a name that is excluded. */
export const isWildcardOf = (name: string, constraint: string): boolean =>
  name.startsWith('*') &&
  afterFirstLabel(constraint) !== '' &&
  afterFirstLabel(name) === afterFirstLabel(constraint);

/** Whether an address, a letter for each octet, is in a subtree of address and mask. */
export function isInNetwork(address: string, subtree: string): boolean {
  const { length } = address;
  if (subtree.length !== 2 * length) return false;
  return Array.from(address).every((letter, at) => {
    const mask = subtree.charCodeAt(length + at);
    return (letter.charCodeAt(0) & mask) === (subtree.charCodeAt(at) & mask);
  });
}

/** What Fabric takes for the name of a host in a common name (fabric:msp/mspimpl.go, validHostname). */
export function isHostLike(name: string): boolean {
  const host = name.replace(/\.$/u, '');
  return (
    host !== '' &&
    host.split('.').every((part, at) => (at === 0 && part === '*') || /^[a-z0-9_:][a-z0-9_:-]*$/iu.test(part))
  );
}
