import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { formatStatement, statementBytes, type Statement } from '@tallystick/chaincode/model';

export const ORGANISATIONS = ['SteelMSP', 'ForgeMSP', 'RegulatorMSP', 'PressMSP'];

export interface StatementSigner {
  /** PEM. */
  readonly key: string;
  readonly der: Uint8Array;
}

/** Somebody with a certificate of their own, made by OpenSSL. */
export function newStatementSigner(): StatementSigner {
  const args = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const pem = execFileSync('openssl', [...args, '-keyout', '-', '-subj', '/CN=officer', '-days', '30'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { key: pem, der: Uint8Array.from(new X509Certificate(pem).raw) };
}

function lowS(signature: Uint8Array): Uint8Array {
  const parsed = p256.Signature.fromBytes(Uint8Array.from(signature), 'der');
  const fixed = parsed.hasHighS() ? new p256.Signature(parsed.r, p256.Point.Fn.ORDER - parsed.s) : parsed;
  return fixed.toBytes('der');
}

/** A printed statement of an organisation, with what it says otherwise than the others. */
export function statementBy(
  organisation: string,
  { key, der }: StatementSigner,
  change: Partial<Statement> = {},
): string {
  const statement: Statement = {
    organisation,
    channel: 'space',
    chaincode: 'tallystick',
    genesis: `sha256:${'ab'.repeat(32)}`,
    constitution: 'cd'.repeat(32),
    rules: ['tallystick-rules/1'],
    packages: [],
    organisations: ORGANISATIONS,
    roots: [`sha256:${'10'.repeat(32)}`],
    witnesses: [`sha256:${'20'.repeat(32)}`],
    pages: [`sha256:${'30'.repeat(32)}`],
    issuedAt: new Date(Date.now() + 60_000).toISOString(),
    signer: `sha256:${createHash('sha256').update(der).digest('hex')}`,
    ...change,
  };
  const signature = lowS(sign('sha256', statementBytes(statement), createPrivateKey(key)));
  return formatStatement({ statement, signature, certificate: der });
}
