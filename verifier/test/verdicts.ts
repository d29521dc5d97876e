import type { Step, StepCode } from '../src/checklist.js';
import type { Verdict } from '../src/verdict.js';

/** Verdicts made by hand, to show. */
const TX = 'a'.repeat(64);
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

export const VERSION = {
  kind: 'version',
  id: `version-${'a'.repeat(52)}`,
  commitment: { digest: digest('1'), bytes: '1024' },
  delivery: { mode: 'SEALED', cid: `bafkrei${'a'.repeat(52)}` },
  collection: {
    system: 'rolling-mill historian',
    period: { from: '2026-10-01T00:00:00.000Z', until: '2026-11-01T00:00:00.000Z' },
    method: 'sensor readings',
    timeSource: 'NTP, national time service',
    rawLogDigest: digest('2'),
  },
};

const passed = (code: StepCode, subject: string, facts = {}): Step => ({
  code,
  subject,
  result: 'pass',
  facts,
});

export const verified: Verdict = {
  outcome: 'VERIFIED',
  subject: { kind: 'usage', id: `usage-${'a'.repeat(52)}` },
  profile: 'compact',
  channel: 'space',
  asOf: { height: 12, block: digest('4'), at: '2026-12-02T08:00:00.000Z' },
  isFinal: true,
  witnesses: [{ mspId: 'RegulatorMSP', fingerprint: 'd'.repeat(64), signedAt: '2026-12-02T08:00:00.000Z' }],
  steps: [
    passed('file.form', '', { bytes: '48000' }),
    passed('transaction.creator', TX, { mspId: 'SteelMSP' }),
    passed('transaction.creator', 'b'.repeat(64), { mspId: 'ForgeMSP' }),
    passed('custody.log', 'entry 0', {
      at: '2026-11-24T09:00:00.000Z',
      event: 'EXPORTED',
      mspId: 'SteelMSP',
    }),
  ],
  parties: [
    {
      role: 'provider',
      participant: `participant-${'a'.repeat(52)}`,
      legalName: 'Baoshan Steel Works',
      mspId: 'SteelMSP',
      identifiers: { USCC: '91310000132200821X' },
    },
    { role: 'consumer', participant: `participant-${'b'.repeat(52)}` },
  ],
  timeline: [
    {
      txId: TX,
      transaction: 'usage:Answer',
      time: '2026-11-24T08:00:00.000Z',
      block: '12',
      mspId: 'SteelMSP',
      verdict: 'CORRECTED',
      keys: [`usage/usage-${'a'.repeat(52)}`],
    },
  ],
  decision: {
    state: 'ACKNOWLEDGED',
    outcome: 'ALLOWED',
    action: 'analyse',
    purpose: 'quality',
    at: '2026-11-24T08:00:00.000Z',
    rules: 'tallystick-rules/1',
    facts: [
      { key: 'component/one', value: digest('3') },
      { key: 'holds/two', value: null },
    ],
  },
  time: {
    notBefore: { at: '2026-11-24T07:45:00.000Z', by: ['ForgeMSP', 'SteelMSP'] },
    notAfter: { at: '2026-11-24T08:00:06.000Z', by: ['National time service'] },
  },
  records: { [`version/${VERSION.id}`]: JSON.stringify(VERSION), space: '{}' },
  disclosed: {},
  fileDigest: digest('f'),
};

export const failed: Verdict = {
  ...verified,
  outcome: 'FAILED',
  steps: [
    ...verified.steps,
    {
      code: 'transaction.creator',
      subject: 'c'.repeat(64),
      result: 'fail',
      reason: 'SIGNATURE_INVALID',
      facts: { mspId: 'ForgeMSP' },
    },
    { code: 'sealed.openings', subject: '', result: 'not-evaluated', reason: 'NOT_GIVEN', facts: {} },
  ],
  isFinal: false,
  decision: undefined,
  time: {},
};
