import { expect } from 'chai';
import { checkpointsCommand, DIFFERENT, NOT_COMPARED } from '../../src/cli/checkpoints.js';
import { MemberError, type Member } from '../../src/features/checkpoints/members.js';
import { ToldTrees } from './told-trees.js';

const OWN = 'http://own.example';

/** A gateway that serves told trees. */
function serving(trees: ToldTrees): Member {
  const at: Member['at'] = async (height) => {
    const body = await trees.body(height);
    if (body === undefined) throw new MemberError('NOT_KEPT', `no height ${height}`);
    return { body, witnesses: [] };
  };
  return {
    at,
    latest: async () => at(Number(await trees.height())),
    leaves: async (from, limit) => (await trees.leaves(from, limit)).map(({ leaf }) => leaf),
  };
}

const down = (): Promise<never> => Promise.reject(new MemberError('UNREACHABLE', 'cannot be reached'));

describe('checkpoints compare', () => {
  const members = new Map<string, Member>([
    [OWN, serving(new ToldTrees(9))],
    ['http://equal.example', serving(new ToldTrees(12))],
    ['http://behind.example', serving(new ToldTrees(4))],
    ['http://forged.example', serving(new ToldTrees(5).grow(4, { word: 'forged' }))],
    ['http://down.example', { latest: down, at: down, leaves: down }],
  ]);

  async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
    const outcome = { code: -1, text: '' };
    const memberAt = (url: string): Member => members.get(url)!;
    const write = (text: string): void => void (outcome.text += text);
    const command = checkpointsCommand({ write, memberAt }, (code) => void (outcome.code = code));
    for (const each of [command, ...command.commands])
      each.exitOverride().configureOutput({ writeErr: () => undefined });
    await command.parseAsync(['compare', '--own', OWN, ...args], { from: 'user' });
    return outcome;
  }

  it('says at which height they are equal', async () => {
    const { code, text } = await run('--with', 'http://equal.example', 'http://behind.example');
    expect(code).to.equal(0);
    expect(text).to.equal(
      'equal at height 8: http://equal.example\nequal at height 3: http://behind.example\n',
    );
    expect((await run('--with', 'http://equal.example', '--height', '2')).text).to.match(/height 2/);
  });

  it('finds where they part', async () => {
    const { code, text } = await run('--with', 'http://forged.example', 'http://down.example');
    expect(code).to.equal(DIFFERENT);
    expect(text).to.match(/DIFFERENT at height 8: http:\/\/forged/);
    expect(text).to.match(/they part at height 5, in: block, log\n {2}first leaf that differs: 10\n/);
    expect(text).to.match(/not compared: http:\/\/down/);
    const { text: json } = await run('--with', 'http://forged.example', '--json');
    expect(JSON.parse(json)).to.have.nested.property('[0].first.position', 10);
  });

  it('says that somebody could not be asked', async () => {
    expect((await run('--with', 'http://down.example')).code).to.equal(NOT_COMPARED);
    expect((await run('--with', 'http://behind.example', '--height', '6')).code).to.equal(NOT_COMPARED);
  });

  it('wants URLs and a height', async () => {
    for (const wrong of [
      [],
      ['--with', 'own'],
      ['--with', OWN, '--height', '-1'],
      ['--with', OWN, '--height', 'x'],
    ])
      expect(
        await run(...wrong).then(
          () => 'ran',
          () => 'refused',
        ),
        wrong.join(' '),
      ).to.equal('refused');
  });
});
