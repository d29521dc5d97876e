import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { collect, streamOf } from '../payload/fixtures.js';
import type { House } from './house.js';
import { BUYER, metadata, Space, STEEL } from './space.js';

describe('custody: one use from registration to acknowledgement', () => {
  let space: Space;
  let steel: House;
  let buyer: House;

  beforeEach(async () => {
    space = await Space.constituted();
    steel = await space.open(STEEL);
    buyer = await space.open(BUYER, { sources: [steel.store] });
  });
  afterEach(() => space.close());

  it('registers, answers, releases, opens and acknowledges', async () => {
    const file = randomBytes(3_000_000);
    const registered = await steel.useCases.registerFile({ identity: 'officer' }, metadata(), streamOf(file));
    expect(registered.plainDigest).to.equal(createHash('sha256').update(file).digest('hex'));
    expect(registered.bytes).to.equal(3_000_000n);
    const grant = await space.grant(registered.result);
    steel.custodian.start();
    const asked = await buyer.useCases.requestUse(
      { identity: 'connector' },
      space.ask(grant, registered.result.versionId),
    );
    expect(asked.state).to.equal('REQUESTED');
    await steel.projection.reached(asked.blockNumber);
    await steel.custodian.idle();
    expect(space.usage(asked.usageId)).to.have.property('state', 'ALLOWED');
    expect(await steel.state.custody.get(asked.usageId)).to.have.property('state', 'RELEASED');

    const opened = await buyer.useCases.openUse({ identity: 'connector' }, asked.usageId, {
      acknowledge: true,
    });
    expect(opened.bytes).to.equal(3_000_000n);
    expect(Buffer.compare(await collect(opened.stream), file)).to.equal(0);
    expect(await opened.acknowledged).to.have.property('state', 'ACKNOWLEDGED');
    expect(space.usage(asked.usageId)).to.have.property('state', 'ACKNOWLEDGED');
  });
});
