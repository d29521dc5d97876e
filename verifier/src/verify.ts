import { Checklist } from './checklist.js';
import { largeDigest } from './crypto/sha256.js';
import type { Subtle } from './crypto/subtle.js';
import { checkContents, type ShownContents } from './evidence/contents.js';
import { readEvidence } from './evidence/reading.js';
import { decisionOf, partiesOf, timelineOf } from './evidence/subject.js';
import { outcomeOf } from './outcome.js';
import type { Trust } from './trust/trust.js';
import type { Verdict } from './verdict.js';

export interface Inputs {
  /** The file as it lies there. */
  readonly evidence: Uint8Array;
  readonly trust: Trust;
  /** The plaintext that the version commits to, piece by piece. */
  readonly payload?: AsyncIterable<Uint8Array>;
}

/**
 * Verifies an evidence file against what the trust file believes, offline, in the normative order (VERDICTS.md, "Steps"). Nothing in the
 * evidence is believed for being there. Never throws for a bad file: what is wrong with it is in the steps.
 */
export async function verify({ evidence: bytes, trust, payload }: Inputs, subtle: Subtle): Promise<Verdict> {
  const list = new Checklist();
  // Off this thread where it can be, while the file is read.
  const fileDigest = largeDigest(subtle, bytes);
  const evidence = await list.run('file.form', '', () => {
    const value = readEvidence(bytes);
    return { value, facts: { bytes: `${bytes.length}`, profile: value.profile } };
  });
  const found = evidence && (await checkContents({ evidence, trust, payload, subtle, list }));
  const outcome = outcomeOf(list.steps);
  return {
    outcome,
    subject: evidence?.subject,
    profile: evidence?.profile,
    channel: evidence?.channel,
    steps: list.steps,
    ...partsOf(found),
    // What is not verified is not called final.
    isFinal: outcome === 'VERIFIED' && found?.isFinal === true,
    fileDigest: await fileDigest,
  };
}

type Parts = Pick<
  Verdict,
  'asOf' | 'witnesses' | 'parties' | 'timeline' | 'decision' | 'time' | 'records' | 'disclosed'
>;

/** What the file tells of its subject; nothing where checking did not come so far. */
function partsOf(found: ShownContents | undefined): Parts {
  const {
    asOf,
    witnesses = [],
    transactions = [],
    record,
    records = {},
    disclosed = {},
    time = {},
  } = found ?? {};
  return {
    asOf,
    witnesses,
    timeline: timelineOf(transactions),
    parties: record ? partiesOf(record, records) : [],
    decision: record && decisionOf(record),
    time,
    records,
    disclosed,
  };
}
