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
  /** PEM of what the peer shows to the service. */
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

const connectionText = ({
  address,
  rootCertificate,
  clientCertificate,
  clientKey,
}: ChaincodeConnection): string =>
  JSON.stringify({
    address,
    dial_timeout: DIAL_TIMEOUT,
    tls_required: true,
    client_auth_required: true,
    root_cert: rootCertificate,
    client_cert: clientCertificate,
    client_key: clientKey,
  });

// Blanks for the builder in Fabric's own images, which fills them from CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG.
const BLANK: ChaincodeConnection = {
  address: '{{.address}}',
  rootCertificate: '{{.root_cert}}',
  clientCertificate: '{{.client_cert}}',
  clientKey: '{{.client_key}}',
};

/** A file in which a peer's own builder finds the service of a package: name and content, which holds a private key. */
export const connectionFile = (
  label: string,
  digest: string,
  connection: ChaincodeConnection,
): { readonly name: string; readonly content: string } => ({
  name: `${label}.${digest}.json`,
  content: connectionText(connection),
});

/**
 * The package that peers install for a chaincode service. It holds the digest of the bundle that the service runs and nothing
 * of where it runs, which is each peer's own affair: the same package for all peers of all organisations, without secrets, and
 * its id, which they approve, commits to the code. Deterministic: equal arguments, equal bytes.
 */
export async function chaincodePackage(label: string, digest: string): Promise<ChaincodePackage> {
  const code = await tarGz([
    // As `sha256sum` writes it.
    ['bundle.sha256', `${digest}  ${label}\n`],
    ['connection.json', connectionText(BLANK)],
  ]);
  const bytes = await tarGz([
    ['metadata.json', JSON.stringify({ type: 'ccaas', label })],
    ['code.tar.gz', code],
  ]);
  return { label, id: `${label}:${sha256(bytes)}`, bytes };
}
