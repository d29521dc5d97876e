import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether OpenSSL's `ts` is there to run an authority with. */
export function hasOpenssl(): boolean {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).startsWith('OpenSSL');
  } catch {
    return false;
  }
}

export interface AuthorityOptions {
  readonly key?: readonly string[];
  readonly extendedKeyUsage?: string;
  readonly essDigest?: 'sha1' | 'sha256';
  readonly accuracy?: string;
  readonly digest?: string;
  /** Certificate period of the signer, `YYYYMMDDHHMMSSZ`. */
  readonly period?: readonly [string, string];
  /** Whether another authority stands between root and signer. */
  readonly hasIntermediate?: boolean;
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const RSA = ['-newkey', 'rsa:2048'];

const carried = (dir: string, { hasIntermediate }: AuthorityOptions): string =>
  hasIntermediate === true ? `certs = ${dir}/intermediate.pem` : '';

const config = (
  dir: string,
  { extendedKeyUsage, essDigest, accuracy, digest, ...options }: AuthorityOptions,
): string => `
[ca]
default_ca = default
[default]
dir = ${dir}
database = ${dir}/index.txt
serial = ${dir}/serial
new_certs_dir = ${dir}
default_md = sha256
default_days = 3650
policy = any
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = CA:FALSE
extendedKeyUsage = ${extendedKeyUsage ?? 'critical,timeStamping'}
subjectKeyIdentifier = hash
[tsa]
default_tsa = one
[one]
serial = ${dir}/ts-serial
crypto_device = builtin
signer_cert = ${dir}/signer.pem
${carried(dir, options)}
signer_key = ${dir}/signer.key
signer_digest = ${digest ?? 'sha256'}
default_policy = 1.3.6.1.4.1.99999.1
digests = sha1, sha256, sha384, sha512
accuracy = ${accuracy ?? 'secs:1, millisecs:500, microsecs:100'}
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = ${essDigest ?? 'sha256'}
`;

/** A time-stamp authority of its own, in a directory of its own, run by OpenSSL. */
export class TimeAuthority {
  readonly #dir = mkdtempSync(join(tmpdir(), 'tallystick-tsa-'));
  readonly #options: AuthorityOptions;

  constructor(options: AuthorityOptions = {}) {
    this.#options = options;
    writeFileSync(this.#at('ca.cnf'), config(this.#dir, options));
    writeFileSync(this.#at('index.txt'), '');
    writeFileSync(this.#at('serial'), '1000\n');
    writeFileSync(this.#at('ts-serial'), '01\n');
    this.#run(
      ['req', '-x509', '-nodes', ...EC, '-keyout', 'root.key', '-out', 'root.pem'].concat([
        '-subj',
        '/CN=Root of time',
        '-extensions',
        'root',
        '-config',
        this.#requests(),
        '-days',
        '7300',
      ]),
    );
    const issuer = options.hasIntermediate === true ? this.#intermediate() : 'root';
    this.#issue('signer', 'signer', issuer, options.key ?? EC);
  }

  /** DER of the root certificate. */
  get root(): Uint8Array {
    return this.#der('root');
  }

  get signer(): Uint8Array {
    return this.#der('signer');
  }

  /** PEM of the root certificate. */
  get rootPem(): string {
    return readFileSync(this.#at('root.pem'), 'utf8');
  }

  /** A TimeStampToken over the digest of the message. */
  stamp(message: Uint8Array, { digest = 'sha256', hasCertificates = true } = {}): Uint8Array {
    writeFileSync(this.#at('message'), message);
    const asked = ['ts', '-query', '-data', 'message', `-${digest}`, '-out', 'query.tsq'];
    this.#run(hasCertificates ? [...asked, '-cert'] : asked);
    this.#run([
      'ts',
      '-reply',
      '-config',
      'ca.cnf',
      '-queryfile',
      'query.tsq',
      '-token_out',
      '-out',
      'token.der',
    ]);
    return Uint8Array.from(readFileSync(this.#at('token.der')));
  }

  /** A TSTInfo signed as CMS, with a certificate that OpenSSL's `ts` would not sign tokens with. */
  sign(info: Uint8Array): Uint8Array {
    writeFileSync(this.#at('info.der'), info);
    const asked = ['cms', '-sign', '-binary', '-nodetach', '-cades', '-nosmimecap', '-outform', 'DER'];
    const type = ['-econtent_type', '1.2.840.113549.1.9.16.1.4', '-in', 'info.der', '-out', 'signed.der'];
    this.#run([...asked, ...type, '-signer', 'signer.pem', '-inkey', 'signer.key']);
    return Uint8Array.from(readFileSync(this.#at('signed.der')));
  }

  stop(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #intermediate(): string {
    this.#issue('intermediate', 'root', 'root', EC);
    return 'intermediate';
  }

  #issue(name: string, extensions: string, issuer: string, key: readonly string[]): void {
    const subject = `/CN=${name} ${randomBytes(4).toString('hex')}`;
    this.#run(
      [
        'req',
        '-new',
        '-nodes',
        ...key,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        subject,
      ].concat(['-config', this.#requests()]),
    );
    const { period } = this.#options;
    this.#run(
      ['ca', '-batch', '-config', 'ca.cnf', '-in', `${name}.csr`, '-out', `${name}.pem`, '-notext']
        .concat(['-extensions', extensions, '-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`])
        .concat(period && name === 'signer' ? ['-startdate', period[0], '-enddate', period[1]] : []),
    );
  }

  #requests(): string {
    const name = this.#at('req.cnf');
    writeFileSync(name, `[req]\ndistinguished_name = dn\n[dn]\n${config(this.#dir, this.#options)}`);
    return name;
  }

  #der(name: string): Uint8Array {
    const pem = readFileSync(this.#at(`${name}.pem`), 'utf8');
    const body = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
    return Uint8Array.from(Buffer.from(body, 'base64'));
  }

  #at(name: string): string {
    return join(this.#dir, name);
  }

  #run(args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#dir, stdio: 'pipe' });
  }
}
