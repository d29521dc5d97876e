import { equalBytes } from '@noble/curves/utils.js';
import { newSignatures, type Signatures } from '../crypto/signature.js';
import type { Subtle } from '../crypto/subtle.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import { parseCertificate, type Certificate } from '../x509/certificate.js';
import { ChainBuilder, type Chain } from '../x509/chain.js';
import { assertAttributes } from './signed-attributes.js';
import { readSignedData, type SignerInfo } from './signed-data.js';
import { assertTimeStamping, signerIn } from './signer.js';
import { assertImprint, readTimestampInfo } from './timestamp-info.js';

/** What a token says, after everything in it was checked. */
export interface Stamp {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds by which the true time may differ; 1000 where the authority does not say. */
  readonly accuracyMs: number;
  /** The name that the trust file gives the root. */
  readonly authority: string;
}

type Authorities = Trust['timestampAuthorities'];

/**
 * Verifies an RFC 3161 TimeStampToken over the given bytes. Authorities' certificates in the token may stand between signer and root, and
 * are believed for nothing else. Their revocation is not looked up: there is no network.
 * @throws Rejection TOKEN_INVALID, AUTHORITY_NOT_TRUSTED
 */
export async function verifyToken(
  token: Uint8Array,
  imprintOf: Uint8Array,
  authorities: Authorities,
  subtle: Subtle,
): Promise<Stamp> {
  try {
    return await verified(token, imprintOf, authorities, newSignatures(subtle, []));
  } catch (error) {
    throw error instanceof Rejection ? ofToken(error) : error;
  }
}

async function verified(
  token: Uint8Array,
  imprintOf: Uint8Array,
  authorities: Authorities,
  signatures: Signatures,
): Promise<Stamp> {
  const data = readSignedData(token);
  const info = readTimestampInfo(data.content);
  const signer = signerIn(data.certificates, data.signer.name);
  assertTimeStamping(signer);
  assertAttributes(data, signer);
  assertImprint(info, imprintOf);
  const isItself = info.authority === undefined || equalBytes(info.authority, signer.subject);
  rejectUnless(isItself, 'TOKEN_INVALID', { what: 'another authority than its certificate names' });
  await signatures.verifyIssued(signer, signedBy(data.signer));
  const roots = authorities.map(({ name, certificate }) => ({ name, root: parseCertificate(certificate) }));
  const chain = await chainOf(signer, roots, data.certificates, signatures);
  assertValidAt(chain, info.at);
  const top = chain[chain.length - 1];
  const authority = roots.find(({ root }) => top && equalBytes(root.signed, top.signed))?.name ?? '';
  return { at: info.at, accuracyMs: info.accuracyMs, authority };
}

const RSA = '1.2.840.113549.1.1.1';
/** CMS may name the key's algorithm alone (RFC 3370 section 3.2); the digest is then the signer's. */
const RSA_WITH: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': '1.2.840.113549.1.1.11',
  '2.16.840.1.101.3.4.2.2': '1.2.840.113549.1.1.12',
  '2.16.840.1.101.3.4.2.3': '1.2.840.113549.1.1.13',
};

function signedBy(info: SignerInfo): Parameters<Signatures['verifyIssued']>[1] {
  const { signed, signature, signatureAlgorithm: algorithm } = info;
  const signatureAlgorithm = algorithm === RSA ? (RSA_WITH[info.digestAlgorithm] ?? algorithm) : algorithm;
  return { signed, signature, signatureAlgorithm };
}

async function chainOf(
  signer: Certificate,
  trusted: readonly { readonly root: Certificate }[],
  certificates: readonly Certificate[],
  signatures: Signatures,
): Promise<Chain> {
  const roots = trusted.map(({ root }) => root);
  const intermediates = certificates.filter((each) => each !== signer);
  try {
    return await new ChainBuilder({ roots, intermediates }, signatures).chainOf(signer);
  } catch (cause) {
    if (!(cause instanceof Rejection)) throw cause;
    throw new Rejection('AUTHORITY_NOT_TRUSTED', { authority: signer.commonName }, { cause });
  }
}

function assertValidAt(chain: Chain, at: number): void {
  for (const { notBefore, notAfter, commonName } of chain) {
    const facts = { what: 'a certificate outside its period', certificate: commonName };
    rejectUnless(notBefore <= at && at <= notAfter, 'TOKEN_INVALID', facts);
  }
}

// Whatever is wrong inside a token, what a reader has to know is that the token is not valid.
function ofToken({ code, facts, cause }: Rejection): Rejection {
  const isOurs = code === 'TOKEN_INVALID' || code === 'AUTHORITY_NOT_TRUSTED';
  return new Rejection(isOurs ? code : 'TOKEN_INVALID', isOurs ? facts : { because: code, ...facts }, {
    cause,
  });
}
