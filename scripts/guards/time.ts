import type { Guard } from './guard.js';

const VECTORS = 'verifier/test/time/vectors.test.ts';
const HOSTILE = 'verifier/test/time/hostile.test.ts';

/** A check of time tokens, and the vector that is judged otherwise without it. */
const token = (name: string, file: string, source: string, without: string, only: string): Guard => ({
  name: `time: ${name}`,
  file: `verifier/src/time/${file}`,
  source,
  without,
  tests: [VECTORS],
  only: `${only}: `,
});

const hostile = (name: string, file: string, source: string, without: string, only: string): Guard => ({
  ...token(name, file, source, without, ''),
  tests: [HOSTILE],
  only,
});

/** What stands between an untrue or a hostile time token and a bound of time. */
export const timeGuards: readonly Guard[] = [
  token(
    'over these bytes',
    'token.ts',
    'equalBytes(imprintOf(algorithm), digest)',
    'digest.length > 0',
    'over-other-bytes',
  ),
  token(
    'signed',
    'token.ts',
    "rejectUnless(isSigned, 'TOKEN_INVALID'",
    "rejectUnless(isSigned || true, 'TOKEN_INVALID'",
    'signed-by-another-key',
  ),
  token(
    'the message digest is of the info',
    'signed-attributes.ts',
    'equalBytes(digest, messageDigest)',
    'digest.length === messageDigest.length',
    'message-digest-of-another-info',
  ),
  token(
    'the signing certificate is named',
    'token.ts',
    "rejectUnless(isOwn, 'TOKEN_INVALID'",
    "rejectUnless(isOwn || true, 'TOKEN_INVALID'",
    'signing-certificate-of-somebody-else',
  ),
  token(
    'the signer within its period',
    'token.ts',
    'signer.notBefore <= at && at <= signer.notAfter',
    'signer.notBefore <= signer.notAfter',
    'after-the-period-of-the-signer',
  ),
  token(
    'a signer signs nothing else',
    'token.ts',
    'isForSignaturesAlone(signer)',
    'isForTimeAlone(signer)',
    'signer-whose-key-signs-certificates',
  ),
  token(
    'no authority signs tokens',
    'token.ts',
    '!signer.isAuthority',
    'signer.notAfter > 0',
    'signer-that-is-an-authority',
  ),
  token(
    'for time alone',
    'extensions.ts',
    'purposes.objectIdentifier() === TIME_STAMPING && purposes.isAtEnd',
    'purposes.objectIdentifier() === TIME_STAMPING',
    'signer-for-time-and-mail',
  ),
  token(
    'authorities within their periods',
    'path.ts',
    'authority.notBefore > this.#at || this.#at > authority.notAfter',
    'authority.notBefore > authority.notAfter',
    'authority-between-that-has-ended',
  ),
  token(
    'authorities may issue',
    'path.ts',
    'mayIssue(authority, between, isOneOf(authority, this.#trusted))',
    'between >= 0',
    'authority-between-that-is-none',
  ),
  token(
    'authorities signed what they issued',
    'path.ts',
    'if (!(await this.#isIssuedBy(authority, certificate))) continue;',
    'await this.#isIssuedBy(authority, certificate);',
    'root-of-the-same-name-and-another-key-without-identifiers',
  ),
  token(
    'nothing critical is passed over',
    'path.ts',
    'isUnderstood(authority) &&',
    '',
    'authority-between-with-constraints-on-names',
  ),
  token(
    'keys of a size to reckon with',
    'signatures.ts',
    'modulus >= RSA_BITS.least',
    'modulus >= 0',
    'signed-by-a-key-of-1024-bits',
  ),
  token(
    'signed attributes are DER',
    'ber.ts',
    "rejectUnless(depth !== SIGNED_ATTRIBUTES, 'TOKEN_INVALID'",
    "rejectUnless(depth >= 0, 'TOKEN_INVALID'",
    'signed-attributes-in-ber',
  ),
  token(
    'one digest for content and signature',
    'signatures.ts',
    'HASHES[digest]?.name !== hash',
    'HASHES[digest]?.name === `${hash}0`',
    'content-and-signature-by-two-digests',
  ),
  token(
    'idle bits of a key usage say nothing',
    'extensions.ts',
    'octet & (0xff << unused)',
    'octet',
    'root-whose-key-usage-is-an-idle-bit',
  ),
  token(
    'numbers are DER',
    'timestamp-info.ts',
    'first !== undefined && !isIdle',
    'first !== undefined || isIdle',
    'nonce-with-an-idle-octet',
  ),
  token(
    'no proxies',
    'extensions.ts',
    '!RESTRICTING.includes(each.oid)',
    'RESTRICTING.length > 0',
    'signer-that-is-a-proxy',
  ),
  token('a digest has one value', 'signed-attributes.ts', 'value.end();', '', 'digest-that-has-two-values'),
  {
    name: 'time: tokens of one file share a budget',
    file: 'verifier/src/time/patience.ts',
    source: 'if (known !== undefined) return known;',
    without: 'if (known === undefined) return check();',
    tests: ['test/evidence/hostile.test.ts'],
    only: 'costly tokens',
  },
  {
    name: 'time: earlier checkpoints bound the time',
    file: 'verifier/src/evidence/time.ts',
    source: 'earlier.filter(({ positions }) => positions.has(position))',
    without: 'earlier.filter(({ positions }) => positions.has(-2 - position))',
    tests: ['test/evidence/vectors.test.ts'],
    only: 'earlier-checkpoint-seen-before-the-request$',
  },
  hostile('a budget for chains', 'path.ts', 'const BUDGET = 64;', 'const BUDGET = 300;', 'one name and key'),
  hostile(
    'no endless exponents',
    'signatures.ts',
    'exponent <= RSA_BITS.exponent',
    'exponent > 0',
    'exponent of 384',
  ),
  hostile(
    'no endless serial numbers',
    'names.ts',
    'integer.subarray(0, MAX_SERIAL)',
    'integer.subarray(0, 2 * integer.length)',
    'serial number of a named',
  ),
  {
    name: 'time: bounds that contradict each other',
    file: 'verifier/src/time/interval.ts',
    source: 'millisOf(notBefore.at) <= millisOf(notAfter.at)',
    without: 'millisOf(notBefore.at) > 0',
    tests: ['verifier/test/evidence-time.test.ts'],
  },
  {
    name: 'time: the gateway keeps no useless token',
    file: 'gateway/src/features/evidence/stamping.ts',
    source: 'await check(token, new TextEncoder().encode(encode(body)), this.#now());',
    without: 'void [check, encode, this.#now()];',
    tests: ['gateway/test/evidence/stamping.test.ts'],
  },
];
