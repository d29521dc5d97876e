import { expect } from 'chai';
import { grant, using } from '../../test/evidence/acts.js';
import { collect, named, trustIn } from '../../test/evidence/collecting.js';
import { spell } from '../../test/evidence/draft.js';
import { judge } from '../../test/evidence/judging.js';
import { organisation, type Organisation } from '../../test/evidence/parties.js';
import * as R from '../../chaincode/test/rights.js';
import { Rejection } from '../src/rejection.js';
import { assertKnownRoot } from '../src/evidence/roots.js';
import { NotEvaluated } from '../src/rejection.js';
import type { NamedWitness, Trust } from '../src/trust/trust.js';
import type { Verdict } from '../src/verdict.js';
import type { Identity } from '../src/fabric/identity.js';

const trusting = (...named: readonly NamedWitness[]): Pick<Trust, 'witnesses'> => ({
  witnesses: { named, needed: 1, replayedFrom: 0 },
});
const openIn = ({ steps }: Verdict): string[] =>
  steps.flatMap(({ code, result, reason }) =>
    result === 'not-evaluated' && code === 'transaction.creator' ? [reason ?? ''] : [],
  );

describe('roots of who signs for an organisation', () => {
  const known = (
    root: string | undefined,
    first: readonly string[],
    ...pins: readonly NamedWitness[]
  ): string => {
    const identity = { mspId: 'SteelMSP', ...(root !== undefined && { root }) } as Identity;
    try {
      assertKnownRoot(identity, { firstRootsOf: () => first }, trusting(...pins));
      return 'known';
    } catch (error) {
      if (error instanceof Rejection || !(error instanceof NotEvaluated)) throw error;
      return error.code;
    }
  };

  it('are those that are pinned, whatever the ledger had first', () => {
    const pin = { mspId: 'SteelMSP', roots: ['own', 'renewed'] };
    expect(known('own', ['other'], pin)).to.equal('known');
    expect(known('renewed', ['own'], pin)).to.equal('known');
    expect(known('other', ['other'], pin)).to.equal('ROOT_DIFFERS');
  });

  it('are those that the ledger had first where none is pinned', () => {
    for (const pins of [
      [],
      [{ mspId: 'ForgeMSP', roots: ['other'] }],
      [{ mspId: 'SteelMSP', keys: ['key'] }],
    ]) {
      expect(known('own', ['own'], ...pins)).to.equal('known');
      expect(known('other', ['own'], ...pins)).to.equal('ROOT_DIFFERS');
    }
    expect(known('own', [])).to.equal('ROOT_DIFFERS');
    expect(known(undefined, ['own'])).to.equal('ROOT_DIFFERS');
  });

  /** A majority takes SteelMSP out and puts it in again with a root of theirs beside its own; then somebody grants in its name. */
  for (const profile of ['compact', 'full'] as const)
    for (const isPinned of [true, false])
      it(`leave a grant open that others signed: ${profile}, ${isPinned ? 'pinned' : 'not pinned'}`, async () => {
        const { world, ...at } = await using();
        const fake = await organisation('SteelMSP');
        const { blocks } = world.ledger;
        const [steel, regulator] = ['SteelMSP', 'RegulatorMSP'].map((id) => world.people.get(id)) as [
          Organisation,
          Organisation,
        ];
        const { organisations } = blocks.members;
        const without = organisations.filter(({ mspId }) => mspId !== 'SteelMSP');
        blocks.reconfigure({ ...blocks.members, organisations: without });
        blocks.reconfigure({
          ...blocks.members,
          organisations: [...without, { ...steel, further: [fake.root] }],
        });
        const granted = async (): Promise<Verdict> => {
          const { grantId, termsDigest } = await R.offer({ world, ...at }, {});
          await world.run(R.buyer, 'grants:Accept', { grantId, termsDigest });
          const witnesses = [steel, regulator].map(({ people }) => people.witness);
          const draft = await collect(world, grant(grantId), { profile, witnesses });
          const pins = isPinned ? [steel, regulator].map(named) : [named(regulator)];
          const trust = trustIn(world, { witnesses: { named: pins, needed: pins.length, replayedFrom: 0 } });
          return judge({ text: spell(draft), trust });
        };
        const honest = await granted();
        expect([honest.outcome, openIn(honest)]).to.deep.equal(['VERIFIED', []]);
        world.as = fake.people.officer;
        const forged = await granted();
        expect(openIn(forged)).to.deep.equal(['ROOT_DIFFERS']);
        expect(forged.outcome).to.equal('INCOMPLETE');
      });
});
