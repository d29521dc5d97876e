import type { Guard } from './guard.js';

const VERIFIER = 'verifier/src';

const guard = (name: string, file: string, source: string, without: string, test: string): Guard => ({
  name: `reading: ${name}`,
  file: `${VERIFIER}/${file}`,
  source,
  without,
  tests: [`verifier/test/${test}.test.ts`],
});

/** What a reader is told, and what stands between a broken or misleading file and that. */
export const readingGuards: readonly Guard[] = [
  guard('gzip has its checksum', 'intake/gzip.ts', 'if (!isSame)', 'if (data.length < 0)', 'intake'),
  guard(
    'nothing but zeros behind the last member',
    'intake/gzip.ts',
    'bytes.subarray(at).some((byte) => byte !== 0)',
    'at < 0',
    'intake',
  ),
  guard(
    'what is no DEFLATE stream is damaged',
    'intake/inflate.ts',
    'status !== Z_OK && status !== Z_BUF_ERROR',
    'status > 99',
    'intake',
  ),
  guard('unpacked bytes are bounded', 'intake/output.ts', 'needed > this.#limit', 'needed < 0', 'intake'),
  guard(
    'a download that broke off is no verdict',
    'intake/evidence-bytes.ts',
    'start >= bytes.length || isCutShort(bytes, start)',
    'start < 0',
    'cli-verify',
  ),
  guard(
    'a Raft channel of one orderer has a single operator',
    'fabric/operators.ts',
    'orderers.length <= 1 || ordering.consenters <= 1',
    'orderers.length < 0',
    'operators',
  ),
  guard(
    'an organisation with a quorum is a single operator',
    'fabric/operators.ts',
    'isSingle: fewest(counts, quorum) <= 1',
    'isSingle: false',
    'operators',
  ),
  guard(
    'what was sealed is shown in its form only',
    'report/names.ts',
    'schema.safeParse(disclosed[field.sealed.digest]).data',
    '(disclosed[field.sealed.digest] as T | undefined)',
    'report-account',
  ),
  guard(
    'an account that was not verified says so',
    'report/account.ts',
    "outcome === 'VERIFIED' ? account.title",
    "outcome !== 'FAILED' ? account.title",
    'report-account',
  ),
  guard(
    'a hold is told only as the decision looked at it',
    'report/account.ts',
    'digestOf(text) !== value',
    'digestOf(text) === null',
    'report-account',
  ),
];
