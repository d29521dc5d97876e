import { expect } from 'chai';
import { Problem } from '../../../scripts/demo/client.js';
import { onStage, type Stage } from '../stage.js';
import { offerOf, grant, termsOf, Trial, type Case, type ClassCases, type Malformed } from './trial.js';
import * as circumstances from './circumstances.js';
import * as conditions from './conditions.js';
import * as data from './data.js';
import * as obligations from './obligations.js';
import { Outcomes } from './outcomes.js';
import * as recipients from './recipients.js';
import { cellsOf, partOf } from '../../../scripts/policy-classes/page.js';
import { classTable } from '../../../scripts/policy-classes/tables.js';
import { readFile } from 'node:fs/promises';

const CLASSES: readonly ClassCases[] = [circumstances, conditions, data, obligations, recipients]
  .flatMap(({ CASES }) => CASES)
  .sort((one, other) => one.template.number - other.template.number);

type Outcome = Promise<PromiseSettledResult<string>>;

const settled = (run: Promise<string>): Outcome => Promise.allSettled([run]).then(([outcome]) => outcome);

const casesOf = ({ allow, deny, fault }: ClassCases): readonly Case[] => [...allow, ...deny, ...fault];

/** All cases of a class at once, each on a grant of its own. */
async function tryClass(stage: Stage, of: ClassCases): Promise<ReadonlyMap<Case, Outcome>> {
  const cases = casesOf(of);
  const terms = await Promise.all(
    cases.map(async (each) => termsOf(of.template.make(await each.parameters(stage)), each.terms)),
  );
  const grants = await grant(stage, terms);
  const trials = cases.map((each, index) => {
    const trial = new Trial(stage, terms[index]!, grants[index]!);
    return [each, settled(each.run(trial))] as const;
  });
  return new Map(trials);
}

/** Where an offer with the policy was found wanting. */
async function pointersOf(stage: Stage, { document }: Malformed): Promise<readonly string[]> {
  const terms = termsOf(await document(stage));
  const outcome: unknown = await stage.cast.steel.officer
    .submit('grants:Offer', offerOf(stage, terms))
    .catch((error: unknown) => error);
  if (!(outcome instanceof Problem) || outcome.code !== 'POLICY_UNENFORCEABLE')
    throw new Error(String(outcome));
  const { problems } = outcome.facts as { problems: readonly { pointer: string }[] };
  return problems.map(({ pointer }) => pointer);
}

interface Document {
  readonly permission: readonly { readonly constraint?: readonly object[] }[];
}

/** The policy of a class with one condition more, which nobody can judge. */
function withUnknown({ template }: ClassCases): Malformed {
  const made = template.make(template.example) as unknown as Document;
  const [first = {}, ...others] = made.permission;
  const { constraint = [] } = first;
  const unknown = { leftOperand: 'https://example.com/mood', operator: 'eq', rightOperand: 'good' };
  return {
    title: 'its policy with a condition that nobody can judge',
    document: () => ({
      ...made,
      permission: [{ ...first, constraint: [...constraint, unknown] }, ...others],
    }),
    pointer: `/permission/0/constraint/${constraint.length}/leftOperand`,
  };
}

const malformedOf = (of: ClassCases): readonly Malformed[] => [withUnknown(of), ...of.malformed];

const PAGE = new URL('../../../chaincode/src/policy/CLASSES.md', import.meta.url);

describe('usage-policy classes of the IDS, through the gateways', function () {
  const on = onStage();
  const outcomes = new Outcomes();
  const tries = new Map<ClassCases, Promise<ReadonlyMap<Case, Outcome>>>();

  before(() => {
    for (const each of CLASSES) {
      const begun = tryClass(on.stage, each);
      begun.catch(() => undefined);
      tries.set(each, begun);
    }
  });

  it('are all 25', () => {
    expect(CLASSES.map(({ template }) => template.number)).to.deep.equal(
      Array.from({ length: 25 }, (_, index) => index + 1),
    );
  });

  for (const of of CLASSES) {
    describe(`${of.template.number} ${of.template.title}`, () => {
      const itEnds = (each: Case, verb: string): void => {
        it(`${verb} ${each.title}`, async () => {
          const outcome = await (await tries.get(of))?.get(each);
          if (outcome?.status !== 'fulfilled') throw outcome?.reason ?? new Error('was not tried');
          expect(outcome.value).to.equal(each.expected);
          outcomes.ended(each);
        });
      };
      for (const each of of.allow) itEnds(each, 'allows');
      for (const each of of.deny) itEnds(each, `denies (${each.expected})`);
      for (const each of of.fault) itEnds(each, `stops (${each.expected})`);
      for (const each of malformedOf(of)) {
        it(`does not take an offer of ${each.title}`, async () => {
          expect(await pointersOf(on.stage, each)).to.include(`/terms/enforced${each.pointer}`);
          outcomes.refused(of);
        });
      }
    });
  }

  // Of its own, so that it comes after all others.
  describe('the page on policies', () => {
    it('has the table of what they have ended in here', async function () {
      if (await outcomes.tell(CLASSES)) this.skip();
      const table = partOf(await readFile(PAGE, 'utf8'), 'classes');
      expect(cellsOf(table)).to.deep.equal(cellsOf(classTable(outcomes.of(CLASSES))));
    });
  });
});
