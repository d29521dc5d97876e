import { expect } from 'chai';
import fc from 'fast-check';
import { webcrypto } from 'node:crypto';
import { encode, type EvidenceFile } from '@tallystick/chaincode/model';
import { assertCanonical } from '../../verifier/src/evidence/reading.js';
import { Rejection } from '../../verifier/src/rejection.js';
import { readTrust } from '../../verifier/src/trust/file.js';
import type { Verdict } from '../../verifier/src/verdict.js';
import { verify } from '../../verifier/src/verify.js';
import { message } from '../../verifier/test/fabric-parties.js';
import {
  certificate,
  FOR_ISSUING,
  newKey,
  newRoot,
  newSigner,
  tokenOf,
} from '../../verifier/test/time/making.js';
import { draftOf, spell, type Draft } from './draft.js';
import { piecesOf } from './mutation/places.js';
import { vectorText } from './mutation/vectors.js';
import { times } from '../sampling.js';

const { evidence: text, trust: trustText } = vectorText('claim-registered');
const trust = readTrust(trustText);
const good = new TextEncoder().encode(text);

const judged = (evidence: Uint8Array): Promise<Verdict> => verify({ evidence, trust }, webcrypto.subtle);
const judgedText = (file: string): Promise<Verdict> => judged(new TextEncoder().encode(file));

async function isRefused(evidence: Uint8Array): Promise<void> {
  const { outcome, steps } = await judged(evidence);
  expect(outcome).to.equal('FAILED');
  expect(steps.some(({ result }) => result === 'fail')).to.equal(true);
}

const RUNS = { numRuns: times(8, 200) };

describe('evidence at random', () => {
  it('is refused when cut short', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), (length) => isRefused(good.subarray(0, length))),
      RUNS,
    ));

  it('is refused when bytes of the file are other bytes', () => {
    const noise = fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 5,
    });
    return fc.assert(
      fc.asyncProperty(noise, (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [at, mask] of changes) bytes[at] = bytes[at]! ^ mask;
        const isChanged = bytes.some((byte, index) => byte !== good[index]);
        return isChanged ? notVerified(bytes) : Promise.resolve();
      }),
      RUNS,
    );
  });

  it('is refused when it is any bytes', () =>
    fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), isRefused), RUNS));

  it('is refused when it is any JSON', () =>
    fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), (json) => isRefused(new TextEncoder().encode(json))),
      RUNS,
    ));

  it('is refused when a byte string is another', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(piecesOf(draftOf(text)).length - 1),
        fc.uint8Array({ maxLength: 400 }),
        (index, bytes) => {
          const isOther = Buffer.compare(piecesOf(draftOf(text))[index]!.bytes, bytes) !== 0;
          return isOther ? notVerified(new TextEncoder().encode(withPiece(index, bytes))) : Promise.resolve();
        },
      ),
      RUNS,
    ));

  it('is refused when a byte string is cut short or goes on', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(piecesOf(draftOf(text)).length - 1),
        fc.nat(),
        fc.boolean(),
        (index, at, isCut) => {
          const { bytes } = piecesOf(draftOf(text))[index]!;
          const other = isCut
            ? bytes.subarray(0, at % (bytes.length + 1))
            : Buffer.concat([bytes, Uint8Array.of(at)]);
          if (other.length === bytes.length) return Promise.resolve();
          return notVerified(new TextEncoder().encode(withPiece(index, other)));
        },
      ),
      RUNS,
    ));

  it('is refused when a member is any JSON', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(JSON.parse(text) as object)),
        fc.jsonValue({ maxDepth: 3 }),
        (name, value) => {
          const file = JSON.parse(text) as Record<string, unknown>;
          const canonical = canonicalOf({ ...file, [name]: value });
          return canonical === text ? Promise.resolve() : notVerified(new TextEncoder().encode(canonical));
        },
      ),
      RUNS,
    ));
});

/** Never thrown, never believed. */
async function notVerified(evidence: Uint8Array): Promise<void> {
  expect((await judged(evidence)).outcome).not.to.equal('VERIFIED');
}

/** The file, with one of its byte strings being another. */
function withPiece(index: number, bytes: Uint8Array): string {
  const draft = draftOf(text);
  const { bytes: old } = piecesOf(draft)[index]!;
  return spell(swap(draft, old, bytes));
}

function swap<T>(value: T, old: Uint8Array, bytes: Uint8Array): T {
  if ((value as unknown) === old) return bytes as T;
  if (Array.isArray(value)) return value.map((each: unknown) => swap(each, old, bytes)) as T;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, swap(each as unknown, old, bytes)]),
  ) as T;
}

function canonicalOf(value: object): string {
  try {
    return encode(value);
  } catch {
    return JSON.stringify(value);
  }
}

describe('hostile evidence', () => {
  const MOST = 50 * 1024 * 1024;
  const file = JSON.parse(text) as EvidenceFile;
  const { head: _head, states: _states, ...bare } = file;
  const EMPTIED = { config: [], transactions: [], records: [] };
  const large = (change: Partial<Record<keyof EvidenceFile, unknown>>): string =>
    encode({ ...('blocks' in change ? bare : file), ...change });
  const proving = (parts: object): string =>
    large({
      states: { ...file.states!, proof: { ...file.states!.proof, hashes: [], leaves: [], ...parts } },
    });

  const FILES: Readonly<Record<string, () => string>> = {
    'more than 50 MB': () => ' '.repeat(MOST + 1),
    '50 MB of brackets': () => '['.repeat(MOST),
    '50 MB of one text': () => `"${'x'.repeat(MOST - 2)}"`,
    '50 MB of backslashes': () => `"${'\\'.repeat(MOST - 2)}"`,
    '50 MB of digits': () => '1'.repeat(MOST),
    '25 MB of short pieces': () => large({ shared: Array.from({ length: 5_000_000 }, () => "'") }),
    'a member a million times': () => `{${'"a":1,'.repeat(1_000_000)}"a":1}`,
    'one entry of 12 MB, named 4,000 times': () =>
      large({
        shared: [`'${'x'.repeat(12 * 1024 * 1024)}`],
        config: file.config.map((block) => ({ ...block, data: [Array.from({ length: 4000 }, () => '#0')] })),
      }),
    'one entry of 12 MB, named once in each of 10,000 blobs': () =>
      large({
        shared: [`'${'x'.repeat(12 * 1024 * 1024)}`],
        config: [{ ...file.config[0], data: Array.from({ length: 10_000 }, () => ['#0']) }],
      }),
    '200,000 transactions': () =>
      large({
        transactions: many(200_000, { ...file.transactions[0], path: [], writes: [], envelope: ["'x"] }),
      }),
    '20,000 transactions': () =>
      large({
        transactions: many(20_000, {}).map((_, position) => ({
          ...file.transactions[0],
          writes: [],
          position,
          envelope: ["'x"],
        })),
      }),
    '20,000 transactions of one envelope': () =>
      large({
        shared: [...file.shared, "'x"],
        transactions: many(20_000, {}).map((_, position) => ({
          ...file.transactions[0],
          writes: [],
          position,
        })),
      }),
    'a proof with a node in a node 4 million times': () => proving({ shape: 'N'.repeat(4_000_000) }),
    'a proof of 4 million empty subtrees': () => proving({ shape: 'E'.repeat(4_000_000) }),
    'a proof with a million hashes': () =>
      proving({ shape: 'H'.repeat(1_000_000), hashes: many(500_000, '5a'.repeat(32)) }),
    'a proof that is a deep tree of hashes': () =>
      proving({ shape: `${'NH'.repeat(255)}HH`, hashes: many(257, '5a'.repeat(32)) }),
    'a proof with 100,000 leaves': () =>
      proving({
        shape: 'L'.repeat(100_000),
        leaves: many(100_000, { space: 'record', key: 'k', value: 1 }),
      }),
    'a proof whose leaf holds a million values': () =>
      proving({ shape: 'L', leaves: [{ space: 'record', key: 'k', value: many(900_000, 1) }] }),
    'a proof whose leaf is nested deeply': () =>
      large({ states: { ...file.states!, proof: { shape: 'L', hashes: [], leaves: [] } } }).replace(
        '"leaves":[]',
        `"leaves":[{"key":"k","space":"record","value":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`,
      ),
    '101 witnesses': () =>
      large({ checkpoint: { ...file.checkpoint!, witnesses: many(101, file.checkpoint!.witnesses[0]!) } }),
    'a path of 64 hashes and 1,000 writes in each transaction': () =>
      large({
        transactions: file.transactions.map((each) => ({
          ...each,
          path: many(64, '5a'.repeat(32)),
          writes: many(1000, {
            text: '{}',
            opening: { ...each.writes[0]!.opening, path: many(64, '5a'.repeat(32)) },
          }),
        })),
      }),
    '1,000 records that nobody asked for': () =>
      large({ records: many(1000, {}).map((_, index) => ({ key: `k${index}`, text: '{}' })) }),
    '100,000 blocks': () =>
      large({
        profile: 'full',
        ...EMPTIED,
        blocks: many(100_000, { ...file.config[0]!, data: [["'x"]], flags: ["'x"] }),
      }),
    'a block of 10,000 envelopes, 50 times': () =>
      large({
        profile: 'full',
        ...EMPTIED,
        blocks: many(50, { ...file.config[0]!, data: many(10_000, ["'x"]), flags: ["'x"] }),
      }),
    '1,000 openings': () => large({ openings: many(1000, { salt: 'ab'.repeat(16), value: {} }) }),
  };

  for (const [name, make] of Object.entries(FILES))
    it(`is refused in time: ${name}`, async () => {
      const bytes = new TextEncoder().encode(make());
      expect(await spentOn(() => isRefused(bytes))).to.be.lessThan(LIMIT);
    });

  it('is refused in time however deeply its protobuf is nested', async () => {
    let nested = new Uint8Array();
    for (let level = 0; level < 5000; level += 1) nested = new Uint8Array(message([1, nested]));
    for (const index of piecesOf(draftOf(text)).keys())
      expect(await spentOn(() => isRefusedText(withPiece(index, nested)))).to.be.lessThan(LIMIT);
  });

  it('is judged in time when it holds as many costly tokens as it may', async () => {
    const stamped = new TextEncoder().encode(encode(file.checkpoint!.body));
    const key = newKey('p521');
    const by = { name: 'One of many', key };
    const crowd = Array.from({ length: 70 }, () =>
      certificate({ subject: by.name, by, key, extensions: FOR_ISSUING }),
    );
    const lost = newSigner(by);
    const token = tokenOf(lost, { message: stamped, carried: [lost.certificate, ...crowd] });
    const draft: Draft = { ...draftOf(text), timestamps: many(20, { token }) };
    const evidence = new TextEncoder().encode(spell(draft));
    const authorities = [{ name: 'Root', certificate: newRoot('Root of time').certificate }];
    const given = { evidence, trust: { ...trust, timestampAuthorities: authorities } };
    const judging = async (): Promise<void> => {
      const { outcome, steps } = await verify(given, webcrypto.subtle);
      const reasons = steps.filter(({ code }) => code === 'time.authorities').map(({ reason }) => reason);
      expect([outcome, new Set(reasons)]).to.deep.equal(['VERIFIED', new Set(['TOKEN_NOT_SUPPORTED'])]);
    };
    // Some 0.4 s; without a budget that all tokens share twenty times as much.
    expect(await spentOn(judging)).to.be.lessThan(3000);
  });

  it('is told apart as saved anew, however long its strings are', () => {
    const pretty = `{ "shared": "${'x'.repeat(24_000_000)}" }`;
    expect(() => assertCanonical(JSON.parse(pretty), pretty)).to.throw(Rejection, 'NOT_CANONICAL');
  });

  it('is judged in time when 100 witnesses signed', async () => {
    const draft: Draft = draftOf(text);
    const { body, witnesses } = draft.checkpoint!;
    draft.checkpoint = { body, witnesses: many(50, witnesses).flat() };
    const file = spell(draft);
    const counted = async (): Promise<void> =>
      void expect((await judgedText(file)).witnesses).to.have.length(2);
    expect(await spentOn(counted)).to.be.lessThan(4000);
  });

  it('is refused in time when a block holds 10,000 envelopes and 250 signatures', async () => {
    const draft: Draft = draftOf(text);
    const [genesis] = draft.config;
    const signature = message([2, new Uint8Array(70)], [3, message([1, 1n])]);
    const signatures = message(
      [1, new Uint8Array()],
      ...Array.from({ length: 250 }, () => [2, signature] as const),
    );
    const { head: _none, states: _nothing, ...rest } = draft;
    const full: Draft = { ...rest, profile: 'full', config: [], transactions: [], records: [] };
    full.blocks = [
      { ...genesis!, flags: Uint8Array.of(0) },
      {
        ...genesis!,
        number: '1',
        data: Array.from({ length: 10_000 }, () => new Uint8Array(10)),
        flags: new Uint8Array(10_000),
        signatures,
      },
    ];
    await isRefusedText(spell(full));
  });
});

const many = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const isRefusedText = async (changed: string): Promise<void> => {
  expect((await judgedText(changed)).outcome).not.to.equal('VERIFIED');
};

/** Milliseconds of the processor, not of the clock: tests run beside others. */
async function spentOn(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Milliseconds. Most take less than a second; 50 MB of digits, 100,000 blocks and half a million envelopes take up to two. */
const LIMIT = 10_000;
