import { addSeconds, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { answer, ask, buyer, buyerKey } from '../../../chaincode/test/rights.js';
import { START } from '../../../chaincode/test/world.js';
import { acknowledge, using, type Using } from '../../../test/evidence/acts.js';
import { fileOf, FULL, openOffice, outcomeOf, PLAIN, type Office } from './making.js';

const DAY = 86_400;

/** A use, and the key of the consumer's component declared compromised from the fourth day on. */
describe('evidence of a use whose signer’s key was declared compromised since', () => {
  let at: Using;
  let id: Id<'usage'>;
  let office: Office;
  let height: number;
  before(async () => {
    at = await using();
    const { world } = at;
    id = await ask(at);
    await answer(at, id);
    await acknowledge(at, id);
    ({ height } = await world.ledger.folded());
    world.now = addSeconds(START, 5 * DAY);
    await world.run(buyer, 'compromises:Declare', {
      participant: buyer.participant,
      key: world.person(buyerKey).keyDigest,
      from: addSeconds(START, 4 * DAY),
      reason: 'a stolen machine',
    });
    office = await openOffice(world, { witnesses: 2 });
  });
  after(() => office.close());

  const file = (options = PLAIN as Parameters<typeof fileOf>[2]) =>
    fileOf(office, { kind: 'usage', id }, options);

  it('has the checkpoint that witnesses signed before the date, and verifies', async () => {
    office.checkpoints.signedAt.set(height, addSeconds(START, DAY));
    for (const options of [PLAIN, FULL]) {
      const made = await file(options);
      expect(made.earlier?.map(({ checkpoint }) => checkpoint.body.height)).to.deep.equal([height]);
      expect(await outcomeOf(at.world, made)).to.equal('VERIFIED');
    }
  });

  it('has none that was signed too late', async () => {
    office.checkpoints.signedAt.set(height, addSeconds(START, 4 * DAY));
    const made = await file();
    expect(made.earlier).to.equal(undefined);
    expect(await outcomeOf(at.world, made)).to.equal('INCOMPLETE');
  });
});
