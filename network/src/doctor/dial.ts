import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { reasonOf } from './one-line.js';

/** Where to connect, and how. */
export interface TlsTarget {
  readonly host: string;
  readonly port: number;
  /** PEM of the authorities that its certificate may come from. */
  readonly roots: readonly string[];
  /** PEM of what we show, where it asks for it. We then wait for its first word, since TLS 1.3 refuses afterwards. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** How a TLS connection went. */
export type TlsOutcome =
  /**
   * `refused`: nobody is there. `silent`: it takes connections and says nothing. `rejected`: TLS was there, and closed on us,
   * since it did not accept what we showed.
   */
  | { readonly outcome: 'refused' | 'silent' | 'no-tls' | 'rejected'; readonly reason: string }
  | {
      readonly outcome: 'met';
      readonly certificate: X509Certificate;
      /** Why its certificate does not chain to the roots, as OpenSSL names it. */
      readonly distrust: string | undefined;
      readonly isNamed: boolean;
    };

const WITHIN = 4_000;
const NOBODY = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

const names = (certificate: X509Certificate, host: string): boolean =>
  (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const failure = (error: unknown): TlsOutcome => ({
  outcome: NOBODY.has(codeOf(error)) ? 'refused' : 'no-tls',
  reason: reasonOf(error),
});

function met(socket: TLSSocket, certificate: X509Certificate, host: string): TlsOutcome {
  // The types say Error; what comes is the code as a text (Node: lib/_tls_wrap.js, onConnectSecure).
  const why: unknown = socket.authorizationError;
  const distrust = socket.authorized ? undefined : String(why);
  return { outcome: 'met', certificate, distrust, isNamed: names(certificate, host) };
}

function meet({ host, port, roots, client }: TlsTarget): Promise<TlsOutcome> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      ca: [...roots],
      ...(isIP(host) === 0 && { servername: host }),
      ...(client !== undefined && { cert: client.certificate, key: client.key }),
      // What is wrong with the certificate is to be told, not only that something is.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ALPNProtocols: client === undefined ? ['h2', 'http/1.1'] : ['h2'],
    });
    let certificate: X509Certificate | undefined;
    const end = (answer: TlsOutcome): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const fail = (error: Error): void =>
      end(certificate === undefined ? failure(error) : { outcome: 'rejected', reason: reasonOf(error) });
    const timer = setTimeout(() => {
      const reason = `no answer within ${WITHIN} ms`;
      end({ outcome: socket.connecting ? 'refused' : 'silent', reason });
    }, WITHIN);
    socket.once('secureConnect', () => {
      certificate = socket.getPeerX509Certificate();
      if (certificate === undefined) end({ outcome: 'no-tls', reason: 'it shows no certificate' });
      else if (client === undefined) end(met(socket, certificate, host));
    });
    socket.once('data', () => certificate !== undefined && end(met(socket, certificate, host)));
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('the connection was closed')));
  });
}

/** Meets an endpoint by TLS, as a node or a client would, and closes again. It never throws. */
export const dial = (target: TlsTarget): Promise<TlsOutcome> =>
  // What we show may be no certificate at all.
  meet(target).catch(failure);
