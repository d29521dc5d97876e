import { equalBytes } from '@noble/curves/utils.js';
import type { Subtle } from '../crypto/subtle.js';
import { evaluableIf, Rejection, rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import { parseCertificate, type Certificate } from '../x509/certificate.js';
import { digestBy } from './digests.js';
import { isForSignaturesAlone, isForTimeAlone, isNameOf, isSelfIssued, isUnderstood } from './extensions.js';
import { isAtTop, PathFinder, type Path } from './path.js';
import { AuthoritySignatures } from './signatures.js';
import { assertSigned, isMeant, readAttributes, type SignedAttributes } from './signed-attributes.js';
import { isSameName } from './names.js';
import { Patience } from './patience.js';
import { readSignedData, type SignedData } from './signed-data.js';
import { isNamed } from './signer-name.js';
import { readTimestampInfo, type TimestampInfo } from './timestamp-info.js';

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

/** The digest of what should have been stamped, by the object identifier of a digest algorithm. */
export type ImprintOf = (algorithm: string) => Uint8Array;

/**
 * Verifies an RFC 3161 TimeStampToken over the given bytes. Authorities' certificates in the token may stand between signer and root, and
 * are believed for nothing else. Their revocation is not looked up: there is no network. `patience` is that of the file that holds it.
 * @throws Rejection TOKEN_INVALID for bytes that are no token, or a token that contradicts the bytes or itself; NotEvaluated AUTHORITY_NOT_TRUSTED,
 * TOKEN_NOT_SUPPORTED for one that may be sound, and shows nothing here
 */
export function verifyToken(
  token: Uint8Array,
  bytes: Uint8Array,
  authorities: Authorities,
  subtle: Subtle,
  patience = new Patience(),
): Promise<Stamp> {
  return verifyImprint(token, (algorithm) => digestBy(algorithm)(bytes), authorities, subtle, patience);
}

/** The same for what is known by its digest alone. */
export async function verifyImprint(
  token: Uint8Array,
  imprintOf: ImprintOf,
  authorities: Authorities,
  subtle: Subtle,
  patience = new Patience(),
): Promise<Stamp> {
  return asOfToken(() => {
    patience.read(token);
    return verified(readToken(token, imprintOf), authorities, new AuthoritySignatures(subtle), patience);
  });
}

/**
 * Whether a token is worth keeping, for who trusts nobody in particular: everything holds but that the top of what it carries is
 * somebody's root. @throws Rejection, NotEvaluated as above
 */
export async function checkToken(token: Uint8Array, bytes: Uint8Array, subtle: Subtle): Promise<Stamp> {
  return asOfToken(() => {
    const read = readToken(token, (algorithm) => digestBy(algorithm)(bytes));
    const { certificates } = read.data;
    const isTop = (each: Certificate): boolean =>
      isSelfIssued(each) || !certificates.some(({ subject }) => isSameName(subject, each.issuer));
    const authorities = certificates
      .filter(isTop)
      .map(({ der, commonName }) => ({ name: commonName, certificate: der }));
    return verified(read, authorities, new AuthoritySignatures(subtle), new Patience());
  });
}

interface Token {
  readonly data: SignedData;
  readonly info: TimestampInfo;
}

function readToken(token: Uint8Array, imprintOf: ImprintOf): Token {
  const data = readSignedData(token);
  const info = readTimestampInfo(data.content);
  const { algorithm, digest } = info.imprint;
  rejectUnless(equalBytes(imprintOf(algorithm), digest), 'TOKEN_INVALID', {
    what: 'a token over other bytes',
  });
  return { data, info };
}

async function verified(
  { data, info }: Token,
  authorities: Authorities,
  signatures: AuthoritySignatures,
  patience: Patience,
): Promise<Stamp> {
  const trusted = authorities.map(({ name, certificate }) => ({ name, root: parseCertificate(certificate) }));
  const roots = trusted.map(({ root }) => root);
  const attributes = readAttributes(data.signer);
  const signer = signerOf(data, attributes, roots);
  const finder = new PathFinder(roots, data.certificates, signatures, info.at, patience);
  const path = await finder.pathOf(signer);
  assertSigner(signer, info);
  assertSigned(attributes, data);
  assertNamed(attributes, path, data);
  const { signed: message, signature, signatureAlgorithm: algorithm, digestAlgorithm: digest } = data.signer;
  const isSigned = await signatures.isSignedBy(signer.key.spki, { message, signature, algorithm, digest });
  rejectUnless(isSigned, 'TOKEN_INVALID', { what: 'a signature' });
  const authority = trusted.find(({ root }) => isAtTop(path, root))?.name ?? '';
  return { at: info.at, accuracyMs: info.accuracyMs, authority };
}

/** Among certificates of one name or one key, it is the one that the signed attributes mean. */
function signerOf(
  { certificates, signer: { name } }: SignedData,
  { named }: SignedAttributes,
  roots: readonly Certificate[],
): Certificate {
  const candidates = [...certificates, ...roots].filter((certificate) => isNamed(certificate, name));
  const isOwn = (certificate: Certificate): boolean =>
    named.every(([own]) => own !== undefined && isMeant(own, certificate));
  const signer = candidates.find(isOwn) ?? candidates[0];
  evaluableIf(signer !== undefined, 'AUTHORITY_NOT_TRUSTED', { what: 'no certificate of the signer' });
  return signer;
}

/** That this certificate may sign tokens, did so within its period, and is who TSTInfo says. */
function assertSigner(signer: Certificate, { at, authority }: TimestampInfo): void {
  const certificate = signer.commonName;
  const demand = (condition: boolean, what: string): void => {
    rejectUnless(condition, 'TOKEN_INVALID', { what, certificate });
  };
  demand(signer.notBefore <= at && at <= signer.notAfter, 'a certificate outside its period');
  demand(isForTimeAlone(signer), 'a certificate that is not for time-stamping alone');
  demand(isForSignaturesAlone(signer), 'a key that is not for signatures alone');
  demand(!signer.isAuthority, 'an authority of certificates as a signer');
  demand(
    authority === undefined || isNameOf(signer, authority),
    'another authority than its certificate names',
  );
  evaluableIf(isUnderstood(signer), 'TOKEN_NOT_SUPPORTED', { what: 'a critical extension', certificate });
}

/**
 * The first certificate that is named is the signer's, the others are of its chain (RFC 5035 section 3). Where the trust file
 * names somebody below a root, the chain ends there, and others may be those that the token carries.
 */
function assertNamed({ named }: SignedAttributes, path: Path, { certificates }: SignedData): void {
  const [signer] = path;
  const top = path.at(-1) ?? signer;
  const authorities = isSelfIssued(top) ? path : [...path, ...certificates];
  for (const [own, ...others] of named) {
    const isOwn = own !== undefined && isMeant(own, signer);
    rejectUnless(isOwn, 'TOKEN_INVALID', { what: 'another signing certificate' });
    const areKnown = others.every((other) => authorities.some((each) => isMeant(other, each)));
    evaluableIf(areKnown, 'AUTHORITY_NOT_TRUSTED', { what: 'another chain than the signer names' });
  }
}

// Whatever cannot be read inside a token, what a reader has to know is that the token is not valid.
async function asOfToken<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof Rejection) || error.code === 'TOKEN_INVALID') throw error;
    throw new Rejection('TOKEN_INVALID', { because: error.code, ...error.facts }, { cause: error });
  }
}
