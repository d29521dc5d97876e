import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { examine, FINDING_CODES, reportOf, type Check, type Finding } from '@tallystick/network/doctor';
import { defaultTopology } from '@tallystick/network/topology';
import { clockFindings } from '../../src/doctor/checks/clocks.js';
import { differences } from '../../src/doctor/checks/binaries.js';
import { heightFindings } from '../../src/doctor/checks/heights.js';
import { leaderFindings } from '../../src/doctor/checks/orderer-leader.js';
import { inOrder } from '../../src/doctor/finding.js';
import { lastErrorIn } from '../../src/doctor/log-line.js';
import { parseMetrics } from '../../src/doctor/metrics.js';

const finding: fc.Arbitrary<Finding> = fc.record({
  code: fc.constantFrom(...FINDING_CODES),
  severity: fc.constantFrom('error', 'warning'),
  subject: fc.constantFrom('peer0.SteelMSP', 'SteelMSP', 'space'),
  text: fc.string({ unit: 'binary' }),
  remedy: fc.string({ unit: 'binary' }),
});

/** A list and the same in another order. */
const shuffled = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<[T[], T[]]> =>
  fc
    .array(each)
    .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));

const named = <T>(each: fc.Arbitrary<T>) =>
  fc.record({ name: fc.string(), of: each }).map(({ name, of }) => ({ name, ...of }));

describe('doctor: the order of findings (properties)', () => {
  it('does not depend on the order in which they are found', () =>
    fc.assert(
      fc.property(shuffled(finding), ([some, others]) => {
        expect(inOrder(others)).to.deep.equal(inOrder(some));
      }),
    ));

  it('puts errors before warnings, and loses nothing', () =>
    fc.assert(
      fc.property(fc.array(finding), (findings) => {
        const ordered = inOrder(findings);
        const firstWarning = ordered.findIndex(({ severity }) => severity === 'warning');
        const rest = firstWarning < 0 ? [] : ordered.slice(firstWarning);
        expect(rest.every(({ severity }) => severity === 'warning')).to.equal(true);
        const lines = (list: readonly Finding[]): Set<string> =>
          new Set(list.map((each) => JSON.stringify(each)));
        expect(lines(ordered)).to.deep.equal(lines(findings));
        expect(ordered).to.have.length(lines(findings).size);
      }),
    ));

  it('does not depend on the order of the nodes', () => {
    const height = named(
      fc.record({
        kind: fc.constantFrom('peer' as const, 'orderer' as const),
        before: fc.option(fc.nat(9), { nil: undefined }),
        after: fc.option(fc.nat(9), { nil: undefined }),
      }),
    );
    const clock = named(fc.record({ ahead: fc.integer({ min: -2_000_000, max: 2_000_000 }) }));
    const vote = named(fc.record({ isLeader: fc.boolean() }));
    const release = fc.record({ subject: fc.string(), version: fc.constantFrom('3.1.5', '3.1.4', '2.5.16') });
    fc.assert(
      fc.property(shuffled(height), shuffled(clock), shuffled(vote), shuffled(release), (...pairs) => {
        const [[h, h2], [c, c2], [v, v2], [r, r2]] = pairs;
        expect(inOrder(heightFindings(h2))).to.deep.equal(inOrder(heightFindings(h)));
        expect(inOrder(clockFindings(c2))).to.deep.equal(inOrder(clockFindings(c)));
        expect(inOrder(leaderFindings('space', v2))).to.deep.equal(inOrder(leaderFindings('space', v)));
        expect(inOrder(differences(r2))).to.deep.equal(inOrder(differences(r)));
      }),
    );
  });

  it('calls nobody behind who has what the most had before', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1 }), (pairs) => {
        const heights = pairs.map(([before, more], index) => ({
          name: String(index),
          kind: 'peer' as const,
          before,
          after: before + more,
        }));
        const most = Math.max(...pairs.map(([before]) => before));
        const behind = heightFindings(heights).map(({ subject }) => subject);
        expect(behind).to.deep.equal(heights.filter(({ after }) => after < most).map(({ name }) => name));
      }),
    ));

  it('finds no clock off when all are within five seconds', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2500, max: 2500 })), (offsets) => {
        expect(clockFindings(offsets.map((ahead) => ({ name: 'peer', ahead })))).to.deep.equal([]);
      }),
    ));
});

describe('doctor: the report', () => {
  it('is one line for each finding, whatever stands in it (property)', () =>
    fc.assert(
      fc.property(fc.array(finding, { minLength: 1 }), (findings) => {
        const lines = reportOf(findings).split('\n');
        expect(lines).to.have.length(findings.length);
        for (const line of lines) expect(line).to.not.match(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      }),
    ));

  it('says that there is nothing', () => expect(reportOf([])).to.equal('Nothing found.'));

  it('says what, whom, why and what to do', () => {
    const line = reportOf([
      {
        code: 'NODE_DOWN',
        severity: 'error',
        subject: 'peer0.SteelMSP',
        text: 'does not run',
        remedy: 'start it',
      },
    ]);
    expect(line).to.equal('error NODE_DOWN peer0.SteelMSP: does not run. Remedy: start it.');
  });
});

describe('doctor: checks', () => {
  const check = (name: string, run: Check['run'], within = 1_000): Check => ({
    name,
    of: 'any',
    within,
    run,
  });
  const findingsOf = async (...checks: readonly Check[]): Promise<Finding[]> =>
    examine(
      { topology: await defaultTopology({ dataDir: '/nowhere', bundle: '/nowhere/chaincode.cjs' }) },
      checks,
    );
  const fail = (): Promise<never> => Promise.reject(new Error('first line\nsecond line'));

  it('that fail are findings, one for each reason', async () => {
    const findings = await findingsOf(
      check('b', fail),
      check('a', fail),
      check('c', () => {
        throw new Error('other');
      }),
    );
    expect(findings.map(({ code, subject, text }) => [code, subject, text])).to.deep.equal([
      ['CHECK_NOT_MADE', 'a, b', 'could not be checked: first line second line'],
      ['CHECK_NOT_MADE', 'c', 'could not be checked: other'],
    ]);
  });

  it('that are late are findings, and keep nobody waiting', async () => {
    const late = check('slow', () => delay(10_000, [], { ref: false }), 20);
    const started = Date.now();
    const [finding, ...more] = await findingsOf(
      late,
      check('fast', () => Promise.resolve([])),
    );
    expect([finding?.code, finding?.subject, finding?.text, more]).to.deep.equal([
      'CHECK_NOT_MADE',
      'slow',
      'could not be checked: no answer within 20 ms',
      [],
    ]);
    expect(Date.now() - started).to.be.lessThan(9_000);
  });

  it('of another ledger are not made', async () => {
    expect(await findingsOf({ ...check('fabric', fail), of: 'fabric' })).to.deep.equal([]);
  });
});

describe('doctor: what is read', () => {
  it('finds a metric of one channel only', () => {
    const metrics = parseMetrics(
      '# HELP height{channel="space"} 9\nheight{channel="spaceship"} 1\nheight{channel="space"} 2.5e+03\nbad{channel="space"} x\n',
    );
    expect(metrics.ofChannel('height', 'space')).to.equal(2500);
    expect(metrics.ofChannel('height', 'other')).to.equal(undefined);
    expect(metrics.ofChannel('bad', 'space')).to.equal(undefined);
  });

  it('takes the last error of a log, or its last line, and leaves out our own question', () => {
    expect(lastErrorIn('ERRO one\nERRO two\nINFO three\n')).to.equal('ERRO two');
    expect(lastErrorIn('one\ntwo\n\n')).to.equal('two');
    expect(lastErrorIn('panic: a\nerror Contract name is not known: tallystick-network\n')).to.equal(
      'panic: a',
    );
    expect(lastErrorIn('\n')).to.equal(undefined);
    expect(lastErrorIn(`ERRO ${'x'.repeat(10_000)}`)).to.have.length(240);
  });

  it('has a test for each code', async () => {
    const directory = new URL('.', import.meta.url);
    const names = (await readdir(directory)).filter((name) => /(?<!live|report)\.test\.ts$/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(new URL(name, directory), 'utf8')));
    const untested = FINDING_CODES.filter((code) => !texts.some((text) => text.includes(`'${code}'`)));
    expect(untested).to.deep.equal([]);
  });
});
