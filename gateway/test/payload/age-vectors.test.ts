import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import * as vectorFiles from 'cctv-age';
import { expect } from 'chai';
import { readHeader } from '../../src/payload/header.js';
import { newRecipient, PayloadError, unwrapFileKey } from '../../src/payload/index.js';
import { openStream } from '../../src/payload/seal-stream.js';
import { collectUntilError, streamOf } from './fixtures.js';

/** The C2SP/CCTV age vectors (npm cctv-age 0.2.0), for opening. Format: its README. */
interface Vector {
  readonly expect: string;
  readonly identities: readonly string[];
  readonly payload: string | undefined;
  readonly isArmored: boolean;
  readonly file: Buffer;
}

const CODES: Readonly<Record<string, string>> = {
  success: 'success',
  'no match': 'NOT_A_RECIPIENT',
  'HMAC failure': 'HEADER_TAMPERED',
  'header failure': 'HEADER_INVALID',
  'payload failure': 'SEAL_BROKEN',
};

/** Vectors for parts of age that sealed payloads do not use, each by name. */
const EXCLUDED: Readonly<Record<string, readonly string[]>> = {
  'ASCII armor: headers and payloads are stored as bytes': [
    'armor_crlf',
    'armor_empty',
    'armor_empty_last_line',
    'armor_empty_line_begin',
    'armor_empty_line_end',
    'armor_eol_between_padding',
    'armor_full_last_line',
    'armor_garbage_encoded',
    'armor_garbage_leading',
    'armor_garbage_trailing',
    'armor_header_crlf',
    'armor_headers',
    'armor_hybrid',
    'armor_invalid_character_header',
    'armor_invalid_character_payload',
    'armor_long_line',
    'armor_lowercase',
    'armor_no_end_line',
    'armor_no_eol',
    'armor_no_match',
    'armor_no_padding',
    'armor_not_canonical',
    'armor_pgp_checksum',
    'armor_scrypt',
    'armor_short_line',
    'armor_whitespace_begin',
    'armor_whitespace_end',
    'armor_whitespace_eol',
    'armor_whitespace_last_line',
    'armor_whitespace_line_start',
    'armor_whitespace_outside',
    'armor_wrong_type',
    'armor_x25519',
  ],
  'passphrases (scrypt): a payload is opened by keys only': [
    'scrypt',
    'scrypt_bad_tag',
    'scrypt_double',
    'scrypt_extra_argument',
    'scrypt_long_file_key',
    'scrypt_no_match',
    'scrypt_not_canonical_body',
    'scrypt_not_canonical_salt',
    'scrypt_salt_long',
    'scrypt_salt_missing',
    'scrypt_salt_short',
    'scrypt_uppercase',
    'scrypt_work_factor_23',
    'scrypt_work_factor_hex',
    'scrypt_work_factor_leading_garbage',
    'scrypt_work_factor_leading_plus',
    'scrypt_work_factor_leading_zero_decimal',
    'scrypt_work_factor_leading_zero_octal',
    'scrypt_work_factor_missing',
    'scrypt_work_factor_negative',
    'scrypt_work_factor_overflow',
    'scrypt_work_factor_trailing_garbage',
    'scrypt_work_factor_wrong',
    'scrypt_work_factor_zero',
  ],
  'post-quantum hybrid identities (mlkem768x25519): suite age-v1 is X25519 only': [
    'hybrid',
    'hybrid_and_x25519',
    'hybrid_bad_tag',
    'hybrid_currupted_enc_mlkem',
    'hybrid_currupted_enc_x25519',
    'hybrid_extra_argument',
    'hybrid_grease',
    'hybrid_identity',
    'hybrid_long_file_key',
    'hybrid_long_share',
    'hybrid_low_order',
    'hybrid_multiple_recipients',
    'hybrid_no_match',
    'hybrid_not_canonical_body',
    'hybrid_not_canonical_enc',
    'hybrid_short_share',
    'hybrid_uppercase',
  ],
};

/** The vectors count the payload's nonce as part of the header; here the header is detached, so it is part of the seal. */
const RELABELLED: Readonly<Record<string, string>> = {
  stream_no_nonce: 'SEAL_BROKEN',
  stream_short_nonce: 'SEAL_BROKEN',
};

/**
 * Here, as in age-encryption, a chunk's place in the stream says whether it must be the last one. The Go implementation
 * also yields the full chunk whose flag does not fit its place, and fails after it. The label is the same; these yield
 * a shorter prefix, of so many bytes.
 */
const SHORTER_PREFIX: Readonly<Record<string, number>> = {
  stream_no_final_full: 0,
  stream_no_final_two_chunks_full: 65536,
  stream_trailing_garbage_long: 0,
  stream_trailing_garbage_short: 0,
  stream_two_final_chunks: 0,
  stream_two_final_chunks_full: 0,
  stream_two_final_chunks_second: 65536,
};

function parseVector(bytes: Uint8Array): Vector {
  const text = Buffer.from(bytes);
  const end = text.indexOf('\n\n');
  const fields = text
    .subarray(0, end)
    .toString()
    .split('\n')
    .map((line) => line.split(': ', 2));
  const all = (name: string): string[] =>
    fields.filter(([key]) => key === name).map(([, value]) => value ?? '');
  const body = text.subarray(end + 2);
  return {
    expect: all('expect')[0] ?? '',
    identities: all('identity'),
    payload: all('payload')[0],
    isArmored: all('armored')[0] === 'yes',
    file: all('compressed')[0] === 'zlib' ? inflateSync(body) : body,
  };
}

async function classify({ file, identities }: Vector): Promise<{ label: string; plain?: Buffer }> {
  const identity = identities.find((text) => text.startsWith('AGE-SECRET-KEY-1')) ?? newRecipient().identity;
  try {
    const { bytes } = readHeader(file);
    const fileKey = unwrapFileKey(file.subarray(0, bytes), identity);
    const opened = openStream(streamOf(file.subarray(bytes), [1000, 1, 70_000]), fileKey, () => undefined);
    const { bytes: plain, error } = await collectUntilError(opened);
    return { label: labelOf(error), plain };
  } catch (error) {
    return { label: labelOf(error) };
  }
}

function labelOf(error: unknown): string {
  if (error === undefined) return 'success';
  return error instanceof PayloadError ? error.code : 'another error';
}

/** Whatever was yielded, before an error too, is what the vector allows. */
function expectPlaintext(name: string, { payload }: Vector, plain: Buffer | undefined): void {
  if (payload === undefined || plain === undefined) return;
  const shorter = SHORTER_PREFIX[name];
  if (shorter !== undefined) expect(plain).to.have.length(shorter);
  else expect(createHash('sha256').update(plain).digest('hex')).to.equal(payload);
}

describe('payload: age test vectors (CCTV)', () => {
  const vectors = Object.entries<Uint8Array>({ ...vectorFiles })
    .filter(([name]) => name !== 'default')
    .map(([name, bytes]) => [name, parseVector(bytes)] as const);
  const excluded = new Map(
    Object.entries(EXCLUDED).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
  );

  it('are all 143 there, and every excluded one exists', () => {
    expect(vectors).to.have.length(143);
    const names = new Set(vectors.map(([name]) => name));
    expect([...excluded.keys()].filter((name) => !names.has(name))).to.deep.equal([]);
  });

  for (const [name, vector] of vectors) {
    if (excluded.has(name)) continue;
    it(`${name}: ${vector.expect}`, async () => {
      const { label, plain } = await classify(vector);
      expect(label).to.equal(RELABELLED[name] ?? CODES[vector.expect]);
      expectPlaintext(name, vector, plain);
    });
  }

  it('refuses the excluded ones that are not armored, rather than opening them some other way', async () => {
    for (const [name, vector] of vectors.filter(([each]) => excluded.has(each))) {
      if (vector.isArmored) continue;
      const { label } = await classify({ ...vector, identities: [] });
      expect(label, name).to.be.oneOf(['NOT_A_RECIPIENT', 'HEADER_INVALID']);
    }
  });
});
