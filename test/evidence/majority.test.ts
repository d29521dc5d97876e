import { expect } from 'chai';
import { encode, type Id, type Usage } from '@tallystick/chaincode/model';
import { answer, ask } from '../../chaincode/test/rights.js';
import { regulator } from '../../chaincode/test/world.js';
import { caseOf, usage, type Using } from './acts.js';
import { collect, type Wanted } from './collecting.js';
import { lie, lieBesideTruth } from './forgeries/forgery.js';
import { judge } from './judging.js';
import { RESTRICTIONS, type Forged, type Restriction } from './restrictions.js';
import { restore, type AnyMembers } from './restoring.js';
import { witnessesOf } from './witnesses.js';
import { some } from '../sampling.js';
import type { Verdict } from '../../verifier/src/verdict.js';

/** Where a forgery comes to stand. */
const POSITIONS = [
  'before the request',
  'before the answer',
  'in the block of the answer',
  'in the answer',
] as const;
type Position = (typeof POSITIONS)[number];

const FORGED = Object.entries(RESTRICTIONS).flatMap(([name, restriction]) =>
  POSITIONS.map((position) => [name, restriction, position] as const),
);

/** Whole blocks are folded alike wherever the forgery stands: they are tried at one position. */
const BOTH: readonly Wanted[] = [{}, { profile: 'full' }];

const UNKNOWN = 'tallystick-rules/99';

const stamped = ([key, text]: Forged, rules: string | undefined): Forged =>
  rules === undefined || text === null
    ? [key, text]
    : [key, encode({ ...(JSON.parse(text) as AnyMembers), rules })];

const write = (world: Using['world'], [key, text]: Forged): void => {
  world.forging = { ...world.forging, writes: (writes) => void writes.set(key, text) };
};

/** An unrelated transaction that colluding endorsers let write it, too. */
async function besides(at: Using, forged: Forged): Promise<void> {
  const { world } = at;
  write(world, forged);
  // Only requests and oversight go on while a space is paused.
  if (world.state.get('space')!.includes('"paused"')) await ask(at);
  else await world.run(regulator, 'events:Declare', { nonce: world.nonce(), name: 'maintenance' });
}

/** The endorsers of the answer see the forged record, and write it in the same breath. */
function within({ world }: Using, [key, text]: Forged): void {
  write(world, [key, text]);
  world.forging = {
    ...world.forging,
    state: (asked, standing) => (asked === key ? (text ?? undefined) : standing),
  };
}

interface Forgery {
  readonly at: Using;
  readonly id: Id<'usage'>;
  readonly key: string;
}

async function forgedAt(restriction: Restriction, position: Position, rules?: string): Promise<Forgery> {
  const { make, restrict, forge, ask: asked = ask, answer: answering = {} } = restriction;
  const at = await make();
  const before = new Map(at.world.state);
  const forged = async (): Promise<Forged> => stamped(await forge(at, before), rules);
  // What is made together with the request cannot be forged before it.
  const isFirst = position === 'before the request' && restriction.ask === undefined;
  if (!isFirst) return forgedLater({ at, id: await asked(at) }, restriction, position, forged);
  await restrict(at);
  const early = await forged();
  await besides(at, early);
  const id = await asked(at);
  await answer(at, id, answering);
  return { at, id, key: early[0] };
}

async function forgedLater(
  { at, id }: Omit<Forgery, 'key'>,
  { restrict, answer: answering = {} }: Restriction,
  position: Position,
  forged: () => Promise<Forged>,
): Promise<Forgery> {
  await restrict(at);
  const late = await forged();
  const { blocks } = at.world.ledger;
  const isInBlock = position === 'in the block of the answer';
  if (isInBlock) blocks.hold();
  if (position === 'in the answer') within(at, late);
  else await besides(at, late);
  if (isInBlock) at.world.forging = { omits: [late[0]] };
  await answer(at, id, answering);
  blocks.cut();
  return { at, id, key: late[0] };
}

const outcomeOf = async (at: Using, id: Id<'usage'>, wanted: Wanted): Promise<Verdict> =>
  judge(caseOf(at.world, await collect(at.world, usage(id), wanted)));

/** Some lie, and one does not: the liars' file has one signature, or a second one that is under another body. */
async function liesOf(at: Using, id: Id<'usage'>): Promise<Verdict[]> {
  const witnesses = witnessesOf(at.world.ledger.blocks, 1);
  const alone = await lie(at.world, usage(id), { witnesses });
  const beside = await lieBesideTruth(at.world, usage(id));
  return Promise.all([alone, beside].map((draft) => judge(caseOf(at.world, draft))));
}

describe('records that a majority forges', () => {
  for (const [name, restriction, position] of some(FORGED, 20))
    it(`change nothing: ${name}, forged ${position}`, async () => {
      const { at, id } = await forgedAt(restriction, position);
      const { state = 'DENIED' } = restriction;
      expect((JSON.parse(at.world.ledger.text(`usage/${id}`)!) as Usage).state).to.equal('ALLOWED');
      for (const wanted of position === 'before the answer' ? BOTH : BOTH.slice(0, 1)) {
        const { outcome, decision } = await outcomeOf(at, id, wanted);
        expect(decision?.state, wanted.profile).to.equal(state);
        expect(outcome, wanted.profile).to.equal('VERIFIED');
      }
      for (const verdict of await liesOf(at, id)) expect(verdict.outcome).not.to.equal('VERIFIED');
    });

  for (const [name, restriction] of some(Object.entries(RESTRICTIONS), 6))
    it(`are restored, and honest uses go on: ${name}`, async () => {
      const { at, id, key } = await forgedAt(restriction, 'before the answer');
      const { world } = at;
      for (const diverging of (await world.ledger.folded()).diverging) await restore(world, diverging);
      const fold = await world.ledger.folded();
      expect(fold.diverging).to.deep.equal([]);
      expect(world.ledger.text(key)).to.equal(fold.text(key));
      const again = await (restriction.ask ?? ask)(at);
      const { verdict } = fold.transactions.at(-1)!.leaf;
      expect(verdict).to.equal('REPLAYED');
      for (const each of [id, again]) expect((await outcomeOf(at, each, {})).outcome).to.equal('VERIFIED');
    });

  for (const [name, restriction] of some(Object.entries(RESTRICTIONS), 6))
    it(`change nothing under an unknown version of the rules: ${name}`, async () => {
      const forged = await forgedAt(restriction, 'before the answer', UNKNOWN).catch(() => undefined);
      // Honest peers may not read such a record at all: then nobody answers before it is restored.
      if (forged === undefined) return;
      const { outcome, decision } = await outcomeOf(forged.at, forged.id, {});
      expect(decision?.state).to.equal(restriction.state ?? 'DENIED');
      expect(outcome).to.equal('VERIFIED');
    });
});
