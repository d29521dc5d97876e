import { createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configIn } from '../src/fabric/config-block.js';
import { readConfig } from '../src/fabric/config.js';
import { readBlock } from '../src/fabric/block.js';
import type { Signatures } from '../src/crypto/signature.js';
import { Rejection } from '../src/rejection.js';
import { parsePem } from '../src/x509/certificate.js';
import { Unusable } from './usage.js';

/** A witness: a certificate, and what its key signs. */
export interface WitnessIdentity {
  /** PEM. */
  readonly certificate: string;
  /** Signature over a whole message: low-S DER over SHA-256 for P-256, over the message itself for Ed25519. */
  sign(message: Uint8Array): Uint8Array;
}

/** Order of P-256 (SP 800-186, 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SCALAR_BYTES = 32;

const scalarIn = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const padded = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, padded.length), padded]);
}

/** Fabric takes only the lower of the two values of s (fabric:bccsp/sw/ecdsa.go), or a signature would have two spellings. */
function signLowS(message: Uint8Array, key: KeyObject): Uint8Array {
  const raw = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
  const [r, s] = [scalarIn(raw.subarray(0, SCALAR_BYTES)), scalarIn(raw.subarray(SCALAR_BYTES))];
  const body = Buffer.concat([derInteger(r), derInteger(s > ORDER >> 1n ? ORDER - s : s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

async function onlyFile(directory: string): Promise<string> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new Unusable(`${directory} cannot be read`, { cause });
  });
  const [only, ...more] = names.filter((name) => !name.startsWith('.'));
  if (only === undefined || more.length > 0) throw new Unusable(`${directory} must hold one file`);
  return readFile(join(directory, only), 'utf8');
}

/** The causes are dropped on purpose: they may quote the key. */
function privateKey(pem: string, directory: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Unusable(`${directory} holds no private key in PEM form`);
  }
}

function signerOf(key: KeyObject, directory: string): (message: Uint8Array) => Uint8Array {
  if (key.asymmetricKeyType === 'ed25519') return (message) => sign(null, message, key);
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return (message) => signLowS(message, key);
  throw new Unusable(`${directory}: the key is neither P-256 nor Ed25519`);
}

/**
 * Reads an MSP directory, `signcerts` and `keystore` with one file each, or a user's directory that has one as `msp`.
 * @throws Unusable also where key and certificate do not belong together
 */
export async function readWitness(directory: string): Promise<WitnessIdentity> {
  const home = (await readdir(directory).catch((): string[] => [])).includes('msp')
    ? join(directory, 'msp')
    : directory;
  const certificate = await onlyFile(join(home, 'signcerts'));
  const keystore = join(home, 'keystore');
  const key = privateKey(await onlyFile(keystore), keystore);
  if (!certificateIn(certificate, home).checkPrivateKey(key))
    throw new Unusable(`${keystore}: the key does not belong to the certificate`);
  return { certificate, sign: signerOf(key, keystore) };
}

function certificateIn(pem: string, directory: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Unusable(`${directory} holds no certificate in PEM form`, { cause });
  }
}

/**
 * The organisation whose authorities issued a certificate, by a configuration block. @throws Unusable where it is none of the ledger's
 */
export async function organisationOf(
  certificate: string,
  configBlock: Uint8Array,
  channel: string,
  signatures: Signatures,
): Promise<string> {
  const config = readConfig(configIn(readBlock(configBlock), channel), signatures);
  const parsed = parsePem(Buffer.from(certificate));
  for (const mspId of config.organisations) {
    try {
      await config.identifyIn(mspId, parsed);
      return mspId;
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
    }
  }
  throw new Unusable(
    'no organisation of the ledger issued the certificate of the witness: name it with --msp',
  );
}
