import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readArguments } from '../cli/audit-options.js';
import { reconciliation } from '../src/audit/index.js';
import { formatTrust } from '../src/trust/file.js';
import { audited, metadata, withBlock } from './audit-cases.js';
import { delimited, run } from './audit-program.js';
import { busyLedger, OPENING, usagesIn, type Setting } from './audit-stage.js';

describe('tallystick-audit', () => {
  let at: Setting;
  let blocks: Uint8Array[] = [];
  before(async () => {
    at = await busyLedger();
    blocks = at.world.blocks();
  });
  after(() => at.world.end());

  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'audit-cli-'));
    await mkdir(join(directory, 'blocks'));
    for (const [number, block] of blocks.entries())
      await writeFile(join(directory, 'blocks', `${number}.block`), block);
    await writeFile(join(directory, 'trust.json'), formatTrust(at.world.trust()));
    await writeFile(join(directory, 'openings.json'), JSON.stringify([OPENING]));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const at_ = (name: string): string => join(directory, name);
  const trusting = (): string[] => ['--trust', at_('trust.json')];
  const opened = (): string[] => [...trusting(), '--openings', at_('openings.json')];

  it('ends with 0 when clean, from a directory, a file and standard input', async () => {
    const file = at_('blocks.json');
    const list = blocks.map((block, number) => ({ number, base64: Buffer.from(block).toString('base64') }));
    await writeFile(file, JSON.stringify({ blocks: list }));
    const fromDirectory = await run([at_('blocks'), ...opened(), '--json']);
    // Once a second it tells how far it is.
    expect(fromDirectory.err.replaceAll(/^block \d+ .*\n/gm, '')).equals('');
    expect(fromDirectory.code).equals(0);
    expect((await run([file, ...opened(), '--json'])).out).equals(fromDirectory.out);
    expect((await run(['-', ...opened(), '--json'], delimited(blocks))).out).equals(fromDirectory.out);
    expect(JSON.parse(fromDirectory.out)).deep.include({ isWhole: true, divergenceCount: 0 });
  });

  it('ends with 3 when something was not evaluated, with 1 at a divergence', async () => {
    const unopened = await run([at_('blocks'), ...trusting()]);
    expect([unopened.code, unopened.out]).deep.equals([3, unopened.out]);
    expect(unopened.out).includes('NOT EVALUATED 1 times: transaction.replay OPENING_MISSING');
    const forged = withBlock(
      blocks,
      9,
      metadata(2, () => Uint8Array.of(11)),
    );
    const ended = await run(['-', ...opened()], delimited(forged));
    expect(ended.code).equals(1);
    expect(ended.out).includes('DIVERGENCE at block 9, transaction 0');
  });

  it('ends with 4 when the input cannot be used', async () => {
    expect((await run([at_('blocks'), '--trust', at_('openings.json')])).code).equals(4);
    expect((await run(['-', ...trusting()], delimited(blocks).subarray(0, -1))).code).equals(4);
    expect((await run(['-', ...trusting()], Buffer.from('no blocks at all'))).code).equals(4);
  });

  it('refuses parameters that do not go together', () => {
    const given = [at_('blocks'), ...trusting()];
    const uses = [...given, '--report', 'uses', '--dataset', at.datasetId];
    const cases = [
      [at_('blocks')],
      [...given, '--report', 'uses'],
      [...given, '--report', 'usage', '--dataset', at.datasetId],
      [...given, '--dataset', at.datasetId],
      [...given, '--report', 'uses', '--dataset', at.claimId],
      [...given, '--report', 'uses', '--dataset', at.datasetId, '--from', 'yesterday'],
      [...given, '--resume-every', '0'],
      [...given, '--checkpoint', 'first'],
      [...given, '--checkpoint', '1', '--json'],
      [...given, '--sign'],
      [...given, '--identity', 'witness'],
      [...given, '--sign', '--identity', 'witness', '--out', 'signed', '--keep-going'],
      [...uses, '--follow'],
    ];
    for (const args of cases) expect(() => readArguments(args, true), args.join(' ')).throws();
    expect(readArguments([...uses, '--from', '2026-11-24'])).deep.include({
      keepGoing: true,
      filter: { dataset: at.datasetId, from: '2026-11-24T00:00:00.000Z' },
    });
  });

  it('resumes from its file, and refuses that of another trust file', async () => {
    const resuming = ['--resume', at_('audit.resume'), '--resume-every', '5', '--json'];
    const half = await run(['-', ...opened(), ...resuming], delimited(blocks.slice(0, 12)));
    expect(half.code).equals(0);
    const whole = await run([at_('blocks'), ...opened(), ...resuming]);
    expect(whole.out).equals((await run([at_('blocks'), ...opened(), '--json'])).out);
    await writeFile(at_('other.json'), formatTrust(at.world.trust({ clockSkew: 1 })));
    const other = await run([at_('blocks'), '--trust', at_('other.json'), ...resuming]);
    expect([other.code, other.err]).deep.equals([
      4,
      'tallystick-audit: the file to resume from cannot be used: it belongs to another trust file\n',
    ]);
  });

  it('writes reports as CSV and JSON', async () => {
    const uses = ['--report', 'uses', '--dataset', at.datasetId];
    const csv = await run([at_('blocks'), ...opened(), ...uses]);
    expect(csv.code).equals(0);
    const [header, ...lines] = csv.out.trimEnd().split('\r\n');
    expect(header?.split(',').slice(0, 4)).deep.equals(['usage', 'state', 'outcome', 'code']);
    expect(lines).length(usagesIn(at.world).filter(({ dataset }) => dataset === at.datasetId).length);
    const json = await run([at_('blocks'), ...opened(), ...uses, '--json', '--out', at_('uses.json')]);
    expect(JSON.parse(json.out)).not.property('rows');
    const report = JSON.parse(await readFile(at_('uses.json'), 'utf8')) as { rows: unknown[] };
    expect(report.rows).length(lines.length);
    const open = await run([at_('blocks'), ...opened(), '--report', 'reconciliation', '--json']);
    const expected = reconciliation(await audited(blocks, at.world.trust()));
    expect((JSON.parse(open.out) as { rows: unknown[] }).rows).deep.equals(expected);
  });
});
