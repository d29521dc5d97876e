import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { MAX_EVIDENCE_BYTES } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { readEvidenceFile } from '../cli/evidence-input.js';
import type { Environment } from '../cli/environment.js';
import { run } from '../cli/run.js';
import { STEPS } from '../src/checklist.js';
import { IntakeError } from '../src/intake/index.js';
import { catalogueOf, sentenceOf } from '../src/report/index.js';
import { NOT_PROVEN, type Outcome, type Verdict } from '../src/verdict.js';
import { failed, verified } from './verdicts.js';

const TRUST = {
  format: 1,
  genesis: `sha256:${'ab'.repeat(32)}`,
  channel: 'space',
  chaincode: 'tallystick',
  constitution: 'cd'.repeat(32),
  rules: ['tallystick-rules/1'],
};

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly inputs: Parameters<Environment['verify']>[0][];
}

describe('tallystick-verify', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tallystick-verify-'));
  const at = (name: string, content?: string | Uint8Array): string => {
    const path = join(dir, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  };
  const trust = at('trust.json', JSON.stringify(TRUST));
  const evidence = at('evidence.json', '{"evidence":1}');
  after(() => rmSync(dir, { recursive: true }));

  async function told(
    args: readonly string[],
    verdict: Verdict | Error = verified,
    isWatched = false,
  ): Promise<Told> {
    const [out, err, inputs]: [string[], string[], Told['inputs']] = [[], [], []];
    const code = await run(args, {
      verify: (given) => {
        inputs.push(given);
        return verdict instanceof Error ? Promise.reject(verdict) : Promise.resolve(verdict);
      },
      subtle: globalThis.crypto.subtle,
      print: (text) => void out.push(text),
      warn: (text) => void err.push(text),
      isWatched,
      now: () => '2026-11-24T18:00:00.000Z',
    });
    return { code, out: out.join(''), err: err.join(''), inputs };
  }

  const outcomes: readonly [Outcome, number][] = [
    ['VERIFIED', 0],
    ['FAILED', 1],
    ['INCOMPLETE', 3],
  ];
  for (const [outcome, expected] of outcomes) {
    it(`exits with ${expected} when the outcome is ${outcome}`, async () => {
      const { code, out, err } = await told([evidence, '--trust', trust], { ...verified, outcome });
      expect([code, err]).to.deep.equal([expected, '']);
      const verdict = { ...verified, outcome };
      expect(out.split('\n')[0]).to.equal(sentenceOf(verdict, catalogueOf('en')));
    });
  }

  it('gives the verifier the file, the trust and the payload', async () => {
    const payload = at('payload.bin', 'plaintext');
    const { inputs } = await told([evidence, '--trust', trust, '--payload', payload]);
    expect(new TextDecoder().decode(inputs[0]?.evidence)).to.equal('{"evidence":1}');
    expect(inputs[0]?.trust.constitution).to.equal(TRUST.constitution);
    const pieces: Uint8Array[] = [];
    for await (const piece of inputs[0]!.payload!) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).to.equal('plaintext');
  });

  it('unpacks gzip and brotli, and refuses what would unpack beyond the limit', async () => {
    const packed = at('evidence.json.gz', gzipSync('{"evidence":2}'));
    const { inputs } = await told([packed, '--trust', trust]);
    expect(new TextDecoder().decode(inputs[0]?.evidence)).to.equal('{"evidence":2}');
    const served = await told([
      at('evidence.json.br', brotliCompressSync('{"evidence":3}')),
      '--trust',
      trust,
    ]);
    expect(new TextDecoder().decode(served.inputs[0]?.evidence)).to.equal('{"evidence":3}');
    const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
    const swollen = at('bomb.br', brotliCompressSync(new Uint8Array(MAX_EVIDENCE_BYTES + 1), fast));
    expect((await told([swollen, '--trust', trust])).out).to.match(/TOO_LARGE/);
    const bomb = at('bomb.gz', gzipSync(new Uint8Array(MAX_EVIDENCE_BYTES + 1)));
    const refused = await told([bomb, '--trust', trust]);
    expect([refused.code, refused.inputs.length]).to.deep.equal([1, 0]);
    expect(refused.out).to.match(/file\.form the whole file\n {4}TOO_LARGE/);
    const large = await readEvidenceFile(evidence, 5).catch((error: unknown) => error);
    expect(large).to.be.instanceOf(IntakeError).and.to.include({ code: 'TOO_LARGE' });
  });

  const broken: readonly [string, string, Uint8Array | string, RegExp][] = [
    ['JSON', 'cut.json', '{"evidence":2', /ends before it is complete/],
    ['gzip', 'cut.json.gz', gzipSync('{"evidence":2}').subarray(0, 20), /ends before it is complete/],
    ['JSON in gzip', 'cut-within.json.gz', gzipSync('{"evidence":'), /ends before it is complete/],
    ['brotli', 'cut.json.br', brotliCompressSync('{"evidence":2}').subarray(0, 9), /cannot be unpacked/],
    [
      'JSON in brotli',
      'cut-within.json.br',
      brotliCompressSync('{"evidence":'),
      /ends before it is complete/,
    ],
    ['nothing', 'empty.json', '', /ends before it is complete/],
    ['a web page', 'login.json', '<!doctype html><p>Please log in', /this is a web page or an archive/],
    [
      'gzip and noise',
      'noise.json.gz',
      Buffer.concat([gzipSync('{}'), Buffer.from('noise')]),
      /cannot be unpacked/,
    ],
  ];
  for (const [what, name, bytes, message] of broken) {
    it(`gives no verdict on a broken download: ${what}`, async () => {
      const { code, out, err, inputs } = await told([at(name, bytes), '--trust', trust]);
      expect([code, out, inputs.length]).to.deep.equal([4, '', 0]);
      expect(err)
        .to.match(message)
        .and.to.match(/^No verdict: .*says nothing about the evidence|web page/);
      const { err: chinese } = await told([at(name), '--trust', trust, '--lang', 'zh']);
      expect(chinese).to.match(/^没有结论/);
    });
  }

  it('makes a re-saved file canonical again, and nothing of what could be read in two ways', async () => {
    const pretty = at('pretty.json', `\ufeff${JSON.stringify({ b: [1, 'é'], a: null }, null, 2)}\r\n`);
    expect(await told(['canonical', pretty])).to.include({ code: 0, out: '{"a":null,"b":[1,"é"]}' });
    for (const [name, text] of [
      ['twice.json', '{"a":1,"a":1}'],
      ['float.json', '{"a":1.5}'],
      ['cut.json', '{"a":'],
      ['no-json.json', 'x'],
    ] as const)
      expect(await told(['canonical', at(name, text)]), name).to.include({ code: 4, out: '' });
  });

  it('reads a trust file behind a byte-order mark, and in UTF-16', async () => {
    const text = JSON.stringify(TRUST);
    for (const bytes of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le')])
      expect((await told([evidence, '--trust', at('marked.json', bytes)])).code).to.equal(0);
  });

  it('tells machines everything as JSON', async () => {
    const { code, out } = await told([evidence, '--trust', trust, '--json'], failed);
    expect(code).to.equal(1);
    const { notProven, ...verdict } = JSON.parse(out) as Verdict & { notProven: unknown };
    expect(notProven).to.deep.equal(NOT_PROVEN);
    expect(verdict).to.deep.equal(JSON.parse(JSON.stringify(failed)));
  });

  it('explains every step, in Chinese too', async () => {
    const { out } = await told([evidence, '--trust', trust, '--explain', '--lang', 'zh']);
    for (const step of STEPS) expect(out).to.include(catalogueOf('zh').steps[step].limit);
  });

  it('writes a report beside the answer', async () => {
    const report = at('report.html');
    await told([evidence, '--trust', trust, '--report', report, '--lang', 'zh']);
    const page = readFileSync(report, 'utf8');
    expect(page).to.include('lang="zh-Hans"').and.to.include('2026-11-24T18:00:00.000Z');
    const nowhere = await told([evidence, '--trust', trust, '--report', at('none/report.html')]);
    expect(nowhere.code).to.equal(4);
  });

  it('lets nothing from a file command the terminal, as text or JSON', async () => {
    const verdict = { ...failed, channel: '\u001b[2J\u009b\u202e' };
    for (const more of [[], ['--json'], ['--explain']]) {
      const { out } = await told([evidence, '--trust', trust, ...more], verdict);
      expect(out).not.to.match(/[\u001b\u009b\u202e]/);
    }
  });

  it('shows progress of a large file to a person, and only to one', async () => {
    const large = at('large.json', new Uint8Array(2 * 1024 * 1024));
    expect((await told([large, '--trust', trust])).err).to.equal('');
    expect((await told([large, '--trust', trust], verified, true)).err).to.match(/^verifying 2\.0 MiB/);
  });

  const unusable: readonly [string, () => string[], RegExp][] = [
    ['no trust file is named', () => [evidence], /--trust/],
    [
      'the trust file is not there',
      () => [evidence, '--trust', at('none.json')],
      /none\.json cannot be read/,
    ],
    [
      'the trust file is no JSON',
      () => [evidence, '--trust', at('bad.json', '{')],
      /The trust file cannot be used/,
    ],
    [
      'the trust file has a member that it cannot have',
      () => [evidence, '--trust', at('more.json', JSON.stringify({ ...TRUST, more: 1 }))],
      /\n {2}\/more: is no member/,
    ],
    ['the evidence is not there', () => [at('none.json'), '--trust', trust], /none\.json cannot be read/],
    ['the payload is not there', () => [evidence, '--trust', trust, '--payload', dir], /is no file/],
    ['the language is another', () => [evidence, '--trust', trust, '--lang', 'fr'], /Allowed choices/],
    ['an option is unknown', () => [evidence, '--trust', trust, '--skip'], /unknown option/],
    ['there is no evidence', () => ['--trust', trust], /missing required argument/],
  ];
  for (const [what, args, message] of unusable) {
    it(`exits with 4 when ${what}`, async () => {
      const { code, out, err, inputs } = await told(args());
      expect([code, out, inputs.length]).to.deep.equal([4, '', 0]);
      expect(err).to.match(message);
    });
  }

  it('says so when it fails itself', async () => {
    const { code, err } = await told([evidence, '--trust', trust], new TypeError('a mistake'));
    expect(code).to.equal(4);
    expect(err).to.match(/The verifier itself failed, which says nothing about the evidence: TypeError/);
  });

  it('lists exit codes in its help', async () => {
    const { code, out } = await told(['--help']);
    expect(code).to.equal(0);
    for (const exit of [0, 1, 3, 4]) expect(out).to.match(new RegExp(`^ {2}${exit} {2}\\w`, 'm'));
  });
});
