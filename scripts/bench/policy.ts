import { access } from 'node:fs/promises';
import type { odrl, Policy, PolicyWorld } from '@tallystick/chaincode/model';
import { decisionOf, evaluate, reportDigest } from '../../chaincode/src/policy/evaluation/index.js';
import { readSuite } from '../../test/odrl/folder.js';
import { situationOf } from '../../test/odrl/situation.js';
import { median, rounded, type Measurement, type Row } from './figures.js';

const SUITE = '../shared/data/odrl-test-suite';
const LARGEST = 'policy-20.ttl';
const RUNS = 500;
const WARM = 100;

const AT = '2026-12-01T12:00:00.000Z';
const typed = (value: string, type: string): odrl.Value => ({ '@value': value, '@type': `xsd:${type}` });
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Conditions of every kind that the ledger knows; the last one of each rule decides. */
const conditions = (index: number): odrl.Constraint[] => [
  { leftOperand: 'purpose', operator: 'isAnyOf', rightOperand: names('purpose.branch', 10) },
  { leftOperand: 'dateTime', operator: 'lt', rightOperand: typed('2027-01-01T00:00:00.000Z', 'dateTime') },
  { leftOperand: 'elapsedTime', operator: 'lteq', rightOperand: typed('P6M', 'duration') },
  { leftOperand: 'idsc:SECURITY_LEVEL', operator: 'gteq', rightOperand: 'TRUST' },
  {
    or: [
      { leftOperand: 'spatial', operator: 'isPartOf', rightOperand: ['CN', 'DE', 'FR'] },
      { leftOperand: 'recipient', operator: 'isAnyOf', rightOperand: names('participant-', 20) },
    ],
  },
  { leftOperand: 'version', operator: 'eq', rightOperand: typed(String(index), 'integer') },
];

/** 14 permissions with a duty each, of which the last is given, 4 prohibitions, 2 obligations. */
function twentyRules(): Policy {
  const rule = (index: number): odrl.Permission => ({
    action: { name: 'use' },
    target: { uid: 'dataset' },
    assignee: { source: 'suppliers' },
    constraint: conditions(index),
  });
  return {
    '@type': 'Agreement',
    conflict: 'prohibit',
    permission: Array.from({ length: 14 }, (_, at) => ({
      ...rule(at),
      duty: [{ action: { name: 'delete' } }],
    })),
    prohibition: Array.from({ length: 4 }, (_, at) => rule(20 + at)),
    obligation: ['inform', 'attribute'].map((name) => ({ action: { name } })),
  };
}

const WORLD: PolicyWorld = {
  at: AT,
  facts: [
    { operand: 'purpose', value: 'purpose.branch9.leaf' },
    { operand: 'dateTime', value: typed(AT, 'dateTime') },
    { operand: 'elapsedTime', value: typed('2026-08-31T12:00:00.000Z', 'dateTime') },
    { operand: 'idsc:SECURITY_LEVEL', value: 'TRUST_PLUS' },
    { operand: 'spatial', value: 'FR-75' },
    { operand: 'recipient', value: 'acme' },
    { operand: 'version', value: typed('13', 'integer') },
  ],
  members: [
    { member: 'acme', collection: 'suppliers' },
    { member: 'version-1', collection: 'dataset' },
  ],
  duties: [],
};

interface Times {
  readonly first: number;
  readonly medianMs: number;
  readonly slowest: number;
  /** Mean processor time, garbage collection and all, which other work on the machine does not change. */
  readonly processorMs: number;
}

/** Report, its digest and the decision: all that answering a use does with a policy. */
function timesOf(policy: Policy, attempt: odrl.Attempt, world: PolicyWorld): Times {
  const once = (): number => {
    const start = performance.now();
    const report = evaluate(policy, attempt, world);
    reportDigest(report);
    decisionOf(policy, report, () => true, attempt, world);
    return performance.now() - start;
  };
  const first = once();
  for (let run = 0; run < WARM; run += 1) once();
  const before = process.cpuUsage();
  const times = Array.from({ length: RUNS }, once);
  const { user, system } = process.cpuUsage(before);
  return {
    first: rounded(first),
    medianMs: rounded(median(times), 3),
    slowest: rounded(Math.max(...times)),
    processorMs: rounded((user + system) / 1000 / RUNS, 3),
  };
}

const rowOf = (what: string, most: number, { medianMs, first, processorMs }: Times): Row => ({
  what,
  reach: `<= ${most} ms`,
  measured: `${medianMs} ms (the first ${first} ms, processor ${processorMs} ms)`,
  met: medianMs <= most,
});

async function timesOfLargest(): Promise<Times | undefined> {
  const isThere = await access(SUITE).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  for (const entry of await readSuite(SUITE)) {
    if (!('testCase' in entry) || entry.testCase.policy.file !== LARGEST) continue;
    const { policy, asked, world } = situationOf(entry.testCase);
    const [request] = asked;
    if (request) return timesOf(policy, request.attempt, world);
  }
  return undefined;
}

/** Time to decide a use by a policy: one of twenty rules, and the largest of the ODRL Test Suite (787 constraints). */
export async function measurePolicy(): Promise<Measurement> {
  const attempt = { action: 'read', party: 'acme', target: 'version-1' };
  const twenty = timesOf(twentyRules(), attempt, WORLD);
  const largest = await timesOfLargest();
  if (!largest) process.stderr.write(`no ${SUITE}: its largest policy is not measured\n`);
  return {
    figures: { runs: RUNS, twentyRules: twenty, ...(largest && { largestOfSuite: largest }) },
    rows: [
      rowOf('decide a use, policy of 20 rules', 2, twenty),
      ...(largest ? [rowOf('decide a use, largest policy of the ODRL Test Suite', 20, largest)] : []),
    ],
  };
}
