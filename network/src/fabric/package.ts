import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** Where a peer finds the service, and how both know each other (fabric:docs/source/cc_service.md). */
export interface ChaincodeConnection {
  /** host:port. */
  readonly address: string;
  /** PEM of the authority that the service's certificate comes from. */
  readonly rootCertificate: string;
  /** PEM of what the peer shows to the service. The package is therefore as secret as the key. */
  readonly clientCertificate: string;
  readonly clientKey: string;
}

export interface ChaincodePackage {
  readonly label: string;
  /** `label:sha256`, as a peer computes it from the same bytes. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

const DIAL_TIMEOUT = '10s';

async function tarGz(
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of files) {
    // Nothing of the machine or the moment: the same content is the same package.
    archive.entry({ name, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 }, Buffer.from(content));
  }
  archive.finalize();
  // zlib writes no time, and the name of the system at byte 9, which we make "unknown" (RFC 1952, 2.3.1).
  const compressed = gzipSync(await buffer(archive), { level: 9 });
  compressed[9] = 0xff;
  return compressed;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 of a chaincode bundle, in hex: what a package commits to. */
export const bundleDigest = async (bundle: string): Promise<string> => sha256(await readFile(bundle));

/**
 * The package that a peer installs for a chaincode service. It holds the digest of the bundle that the service runs, so its id,
 * which an organisation approves, commits to the code. Deterministic: equal arguments, equal bytes.
 */
export async function chaincodePackage(
  label: string,
  digest: string,
  connection: ChaincodeConnection,
): Promise<ChaincodePackage> {
  const { address, rootCertificate, clientCertificate, clientKey } = connection;
  const service = {
    address,
    dial_timeout: DIAL_TIMEOUT,
    tls_required: true,
    client_auth_required: true,
    root_cert: rootCertificate,
    client_cert: clientCertificate,
    client_key: clientKey,
  };
  const code = await tarGz([
    ['bundle.sha256', `${digest}\n`],
    ['connection.json', JSON.stringify(service)],
  ]);
  const bytes = await tarGz([
    ['metadata.json', JSON.stringify({ type: 'ccaas', label })],
    ['code.tar.gz', code],
  ]);
  return { label, id: `${label}:${sha256(bytes)}`, bytes };
}
