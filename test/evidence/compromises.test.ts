import { addSeconds, keys } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { ask } from '../../chaincode/test/rights.js';
import { regulator, START, steel } from '../../chaincode/test/world.js';
import { acknowledged, caseOf, usage, using } from './acts.js';
import { collect } from './collecting.js';
import { componentOf, declared, declaring, witnessesFrom, type Declaring } from './compromising.js';
import { judge } from './judging.js';
import { person } from './parties.js';
import { forge } from './restoring.js';
import type { Case } from './stories.js';

/** How a file ends, and how each step about keys that does not merely find nothing. */
async function told(given: Case): Promise<readonly string[]> {
  const { outcome, steps } = await judge(given);
  const notable = steps.filter(
    ({ code, result, facts }) =>
      (code === 'signers.keys' && (result !== 'pass' || facts['from'] !== undefined)) ||
      (code !== 'signers.keys' && result === 'fail'),
  );
  return [outcome, ...notable.map(({ code, result, reason = '' }) => `${code} ${result} ${reason}`.trim())];
}

const GOOD = ['VERIFIED', 'signers.keys pass'];
const BAD = ['FAILED', 'signers.keys fail KEY_COMPROMISED'];
const OPEN = ['INCOMPLETE', 'signers.keys not-evaluated COMPROMISE_UNDECIDED'];

/** Beside the vectors, which have each answer in both forms, and what is taken out of files or put into them. */
describe('evidence signed with a key that was compromised', () => {
  it('holds where nothing was declared, and shows that for each key that signed', async () => {
    const at = await using();
    const draft = await collect(at.world, usage(await acknowledged(at)));
    const { outcome, steps } = await judge(caseOf(at.world, draft));
    expect(outcome).to.equal('VERIFIED');
    const shown = steps.filter(({ code }) => code === 'signers.keys');
    expect(shown.map(({ facts }) => facts['mspId'])).to.have.members([
      'SteelMSP',
      'RegulatorMSP',
      'SteelMSP',
      'ComponentMSP',
      'ComponentMSP',
    ]);
  });

  const cases: readonly (readonly [string, Declaring, readonly string[]])[] = [
    ['others saw it the day before', { seen: 3 }, GOOD],
    ['others saw it, and a regulator declares', { seen: 3, by: regulator }, GOOD],
    ['others saw it on the very day', { seen: 4 }, OPEN],
    ['others saw it within what clocks may differ by', { seen: 4 - 600 / 86_400 }, OPEN],
    ['it states a later time itself', { from: -1, seen: 3 }, BAD],
    ['it states a time within what clocks may differ by', { from: 0 }, OPEN],
  ];
  for (const [name, given, expected] of cases) {
    it(`${expected[0]}: ${name}`, async () => {
      expect(await told(await declaring(given))).to.deep.equal(expected);
    });
  }

  it('is undecided where the key states a later time than others saw what it signed', async () => {
    const { at, draft } = await declared({ from: -1, seen: -3 });
    const { steps } = await judge(caseOf(at.world, draft));
    const ended = steps.filter(({ code, result }) => code === 'signers.keys' && result !== 'pass');
    expect(ended.map(({ result, reason }) => [result, reason])).to.deep.equal([
      ['not-evaluated', 'COMPROMISE_UNDECIDED'],
    ]);
  });

  it('says who declared it and when, and who saw what it signed', async () => {
    const { steps } = await judge(await declaring({ seen: 3 }));
    const { facts } = steps.find(({ code, facts: each }) => code === 'signers.keys' && each['from'])!;
    expect(facts).to.include({
      from: addSeconds(START, 4 * 86_400),
      declaredAt: addSeconds(START, 5 * 86_400 + 1),
      declared: 'a stolen machine',
      notAfter: addSeconds(START, 3 * 86_400 + 900),
      notAfterBy: 'RegulatorMSP SteelMSP',
    });
  });

  it('is not touched by who declares the key of somebody else as its own', async () => {
    expect(await told(await declaring({ from: -1, by: steel, of: steel }))).to.deep.equal(['VERIFIED']);
  });

  it('is open where the file does not show what was declared', async () => {
    const at = await using();
    const subject = usage(await acknowledged(at));
    const draft = await collect(at.world, subject);
    const fold = await at.world.ledger.folded();
    const key = `usage/${subject.id}`;
    draft.states!.proof = fold.mapProof(fold.height, [
      { space: 'record', key },
      { space: 'note', key },
    ]);
    const { outcome, steps } = await judge(caseOf(at.world, draft));
    expect(outcome).to.equal('INCOMPLETE');
    const open = steps.filter(({ code, reason }) => code === 'signers.keys' && reason === 'PART_MISSING');
    expect(open).to.not.be.empty;
  });

  it('is what the rules say, whatever a majority made of the record', async () => {
    const { at, draft } = await declared({ from: -1 });
    for (const change of [(record: object) => ({ ...record, keys: [] }), () => null]) {
      await forge(at.world, keys.compromises('ComponentMSP').text, change);
      const shown = await collect(at.world, draft.subject);
      expect(await told(caseOf(at.world, shown))).to.deep.equal(BAD);
    }
  });

  it('does not count a witness whose own key was declared, by whomever of its organisation, but for its tokens', async () => {
    const witnessKey = (world: Parameters<typeof componentOf>[0]) => witnessesFrom('SteelMSP')(world)[0]!;
    const { at, draft } = await declared({ by: steel, of: steel, key: witnessKey, from: 0 });
    const { outcome, steps } = await judge(caseOf(at.world, draft));
    expect(outcome).to.equal('INCOMPLETE');
    expect(steps.filter(({ reason }) => reason === 'KEY_COMPROMISED').map(({ code }) => code)).to.deep.equal([
      'checkpoint.witness',
    ]);
    const others = witnessesFrom('RegulatorMSP', 'ComponentMSP')(at.world);
    const renewed = await collect(at.world, draft.subject, { witnesses: others });
    expect((await judge(caseOf(at.world, renewed))).outcome).to.equal('VERIFIED');
  });

  it('is not touched by a declaration that was made with a stolen key', async () => {
    const told = await declared({ from: -1, by: regulator });
    const { world } = told.at;
    const stolen = world.person(regulator).keyDigest;
    const judged = async (from: number): Promise<string> => {
      const { draft } = told;
      world.now = addSeconds(START, 6 * 86_400);
      world.as = await person('RegulatorMSP', world.people.get('RegulatorMSP')!.root, 'officer');
      await world.run(regulator, 'compromises:Declare', {
        participant: regulator.participant,
        key: stolen,
        from: addSeconds(START, from),
        reason: 'a stolen card',
      });
      return (await judge(caseOf(world, await collect(world, draft.subject)))).outcome;
    };
    expect((await judge(caseOf(world, told.draft))).outcome).to.equal('FAILED');
    // Declared on day 5 with a key that others held only later: it stands. From before it on: it does not.
    expect(await judged(5.5 * 86_400), 'later').to.equal('FAILED');
    expect(await judged(4 * 86_400), 'before').to.equal('INCOMPLETE');
  });

  it('is refused by the rules from the declaration on', async () => {
    const { at } = await declared();
    let refused: unknown;
    await ask(at).catch((error: unknown) => (refused = error));
    expect(refused).to.have.property('code', 'KEY_COMPROMISED');
  });
});
