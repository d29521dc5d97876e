import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What OpenSSL is asked about. */
export interface Question {
  readonly token: Uint8Array;
  /** Stamped bytes, or the imprint in hex where nobody has them. */
  readonly message: Uint8Array | string;
  /** DER certificates. */
  readonly trusted: readonly Uint8Array[];
  /** When the token was made, RFC 3339. */
  readonly at: string;
}

/**
 * OpenSSL's two programs that read tokens: `ts` judges them as RFC 3161 wants it; `cms`, which is other code, only whether signature and chain
 * hold, and reads what `ts` cannot: RSASSA-PSS, Ed25519, signers by key identifier, other revocation data than lists.
 */
export interface Answers {
  readonly ts: boolean;
  readonly cms: boolean;
}

const pemOf = (der: Uint8Array): string =>
  ['-----BEGIN CERTIFICATE-----', ...(Buffer.from(der).toString('base64').match(/.{1,64}/g) ?? []), '-----END CERTIFICATE-----', ''].join('\n');

export function readAlike({ token, message, trusted, at }: Question): Answers {
  const dir = mkdtempSync(join(tmpdir(), 'tallystick-tokens-'));
  try {
    const file = (name: string, content: Uint8Array | string): string => {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    };
    const [tokenFile, roots] = [file('token.der', token), file('roots.pem', trusted.map(pemOf).join(''))];
    const over = typeof message === 'string' ? ['-digest', message] : ['-data', file('message', message)];
    const time = ['-partial_chain', '-attime', `${Math.floor(Date.parse(at) / 1000)}`];
    const ts = ['ts', '-verify', '-in', tokenFile, '-token_in', ...over, '-CAfile', roots, '-untrusted', roots, ...time];
    const cms = ['cms', '-verify', '-in', tokenFile, '-inform', 'DER', '-CAfile', roots, '-certfile', roots, ...time];
    return {
      ts: isPassed(ts),
      cms: isPassed([...cms, '-purpose', 'timestampsign', '-out', join(dir, 'content')]),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const isPassed = (args: readonly string[]): boolean => {
  const { stdout, stderr, status } = spawnSync('openssl', args, { encoding: 'utf8' });
  return status === 0 && /Verification: OK|CMS Verification successful|Verification successful/.test(stdout + stderr);
};
