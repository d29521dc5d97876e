import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { Command } from 'commander';
import { policyCommand } from '../../src/cli/policy.js';

const GOOD = {
  permission: [
    { action: 'use', constraint: [{ leftOperand: 'purpose', operator: 'eq', rightOperand: 'research' }] },
  ],
};
const WIDE = { permission: [{ action: 'use' }] };

describe('tallystick-gateway policy', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-policy-'));
    await writeFile(join(directory, 'good.json'), JSON.stringify(GOOD));
    await writeFile(join(directory, 'wide.json'), JSON.stringify(WIDE));
    await writeFile(
      join(directory, 'odd.json'),
      JSON.stringify({ permission: [{ action: 'use', surplus: 1 }] }),
    );
    await writeFile(join(directory, 'broken.json'), '{');
  });
  after(() => rm(directory, { recursive: true }));

  /** What a command prints, and whether it failed. */
  async function run(args: readonly string[], input = ''): Promise<{ text: string; isFailed: boolean }> {
    let [text, isFailed] = ['', false];
    const streams = { input: Readable.from([input]), write: (more: string) => void (text += more) };
    const root = new Command().addCommand(policyCommand(streams, () => (isFailed = true)));
    const quiet = { writeOut: streams.write, writeErr: streams.write };
    for (const each of [root, ...root.commands, ...root.commands.flatMap(({ commands }) => commands)])
      each.exitOverride().configureOutput(quiet);
    await root.parseAsync(['policy', ...args.map((arg) => arg.replace('@', `${directory}/`))], {
      from: 'user',
    });
    return { text, isFailed };
  }

  it('lints a file or standard input, in sentences or JSON', async () => {
    const { text, isFailed } = await run(['lint', '@good.json']);
    expect(isFailed).to.equal(false);
    expect(text).to.contain('research');
    expect((await run(['lint', '-', '--language', 'zh'], JSON.stringify(GOOD))).text).to.match(
      /[\u4e00-\u9fff]/,
    );
    const json = JSON.parse((await run(['lint', '@good.json', '--json'])).text) as { problems: unknown };
    expect(json.problems).to.deep.equal([]);
    const odd = await run(['lint', '@odd.json']);
    expect(odd.isFailed).to.equal(true);
    expect(odd.text).to.contain('refused /permission/0/surplus');
  });

  it('compares: wider is an error', async () => {
    expect((await run(['compare', '@good.json', '@wide.json'])).isFailed).to.equal(true);
    expect((await run(['compare', '@wide.json', '@good.json'])).isFailed).to.equal(false);
    expect((await run(['compare', '@odd.json', '@good.json'])).text).to.contain(
      'refused /before/permission/0/surplus',
    );
  });

  it('refuses a member that is there twice, where it stands, as HTTP does', async () => {
    const time = '{"leftOperand":"dateTime","operator":"lt","rightOperand":"2027-06-01T00:00:00Z"}';
    const purpose = '{"leftOperand":"purpose","operator":"eq","rightOperand":"research"}';
    const twice = `{"permission":[{"action":"use","constraint":[${time}],"constraint":[${purpose}]}]}`;
    for (const command of ['lint', 'show']) {
      const { text, isFailed } = await run([command, '-'], twice);
      expect(isFailed, command).to.equal(true);
      expect(text).to.contain('refused /permission/0/constraint: occurs twice');
    }
    const { text, isFailed } = await run(['compare', '@good.json', '-'], twice);
    expect(isFailed).to.equal(true);
    expect(text).to.contain('refused /after/permission/0/constraint: occurs twice');
  });

  it('says what is over, and does not call wider what is undecided', async () => {
    const elapsed = (value: string): string =>
      JSON.stringify({
        permission: [
          {
            action: 'use',
            constraint: [{ leftOperand: 'elapsedTime', operator: 'lteq', rightOperand: value }],
          },
        ],
      });
    await writeFile(join(directory, 'days.json'), elapsed('P30D'));
    await writeFile(join(directory, 'month.json'), elapsed('P1M'));
    const undecided = await run(['compare', '@days.json', '@month.json']);
    expect(undecided.isFailed).to.equal(true);
    expect(undecided.text)
      .to.match(/^undecided \/permission\/0/m)
      .and.not.match(/^wider/m);
    expect((await run(['compare', '@good.json', '@wide.json'])).text).to.match(/^wider \/permission\/0/m);
    const narrower = await run(['compare', '@month.json', '-', '--json'], elapsed('P14D'));
    expect(JSON.parse(narrower.text)).to.deep.include({ direction: 'narrower', excess: [] });
    const past = { leftOperand: 'dateTime', operator: 'lteq', rightOperand: '2020-01-01T00:00:00Z' };
    const over = await run(
      ['lint', '-'],
      JSON.stringify({ permission: [{ action: 'use', constraint: past }] }),
    );
    expect(over.text).to.contain('error EXPIRED /permission/0: already over');
  });

  it('shows a policy in words, or its canonical form', async () => {
    expect((await run(['show', '@good.json'])).text).to.contain('research');
    expect(JSON.parse((await run(['show', '@good.json', '--json'])).text)).to.include({
      conflict: 'invalid',
    });
    expect((await run(['show', '@odd.json'])).isFailed).to.equal(true);
  });

  it('lists templates, and makes policies that it does not refuse itself', async () => {
    const { text } = await run(['templates']);
    const names = text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/ +/)[1] ?? '');
    expect(names).to.have.length(25);
    for (const name of names) {
      const made = await run(['templates', name]);
      expect((await run(['lint', '-'], made.text)).text, name).to.not.contain('refused');
    }
    const told = await run(['templates', 'purpose', '--with', '{"purposes":["research"]}']);
    expect(told.text).to.contain('research');
  });

  it('says what it cannot use', async () => {
    const failure = (args: readonly string[]): Promise<unknown> =>
      run(args).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(String(await failure(['lint', '@broken.json']))).to.contain('is not JSON');
    expect(String(await failure(['templates', 'nothing']))).to.contain('nothing');
    expect(String(await failure(['templates', 'purpose', '--with', '{}']))).to.contain('purposes');
    expect(String(await failure(['lint', '@good.json', '--language', 'de']))).to.contain('language');
    expect(await failure(['--help'])).to.have.property('code', 'commander.helpDisplayed');
  });
});
