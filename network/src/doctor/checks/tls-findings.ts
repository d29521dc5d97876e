import type { Finding } from '../finding.js';
import type { TlsOutcome } from '../dial.js';

/** What OpenSSL says, in words (openssl-verification-options(1)). */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'another authority issued it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'another authority issued it',
  SELF_SIGNED_CERT_IN_CHAIN: 'another authority issued it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it has issued itself',
  CERT_SIGNATURE_FAILURE: 'another authority of the same name issued it',
};

const CODES: Readonly<Record<string, Finding['code']>> = {
  CERT_HAS_EXPIRED: 'CERTIFICATE_EXPIRED',
  CERT_NOT_YET_VALID: 'CERTIFICATE_NOT_YET_VALID',
};

/** An endpoint that was met, and where its certificate should come from. */
export interface TlsSubject {
  readonly subject: string;
  /** host:port. */
  readonly at: string;
  readonly mspId: string;
}

const untrusted = ({ subject, at, mspId }: TlsSubject, distrust: string): Finding => ({
  code: CODES[distrust] ?? 'TLS_UNTRUSTED',
  severity: 'error',
  subject,
  text: `the certificate shown at ${at} is refused: ${REASONS[distrust] ?? distrust}`,
  remedy: `give it a TLS certificate of ${mspId}’s authority, or the channel that authority’s certificate, and restart it`,
});

/** What is wrong with the TLS of an endpoint that somebody listens at. */
export function tlsFindings(met: TlsSubject, answer: TlsOutcome): Finding[] {
  const { subject, at } = met;
  if (answer.outcome !== 'met') {
    const text = `no TLS at ${at}: ${answer.reason}`;
    const remedy = 'see what listens there, and that it serves TLS';
    return [{ code: 'TLS_UNTRUSTED', severity: 'error', subject, text, remedy }];
  }
  const found = answer.distrust === undefined ? [] : [untrusted(met, answer.distrust)];
  if (answer.isNamed) return found;
  const named = answer.certificate.subjectAltName ?? 'no host';
  const text = `its certificate names ${named}, not the host of ${at}`;
  const remedy = `have a TLS certificate issued that names the host (subjectAltName), and restart it`;
  return [...found, { code: 'TLS_HOST_NOT_NAMED', severity: 'error', subject, text, remedy }];
}
