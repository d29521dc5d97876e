import { expect } from 'chai';
import { keys, type Id, type Lease } from '@tallystick/chaincode/model';
import type { OpenedUse } from '../../src/features/custody/port.js';
import { newPolicies } from '../../src/features/policies/policies.js';
import { LedgerUnavailable } from '../../src/ledger/port-errors.js';
import { collect, collectUntilError, rejection } from '../payload/fixtures.js';
import { STEEL, termsOf } from './space.js';
import { ask, attend, caughtUp, FILE, storyBeforeEach } from './story.js';

const LEASE = 600;

describe('custody: a use by lease', () => {
  const story = storyBeforeEach({ terms: termsOf({ lease: LEASE }) });

  async function allowed(): Promise<Id<'usage'>> {
    const usageId = (await ask(story)) as Id<'usage'>;
    await attend(story.steel, story.space);
    await caughtUp(story.buyer, story.space);
    return usageId;
  }

  const open = (usageId: string): Promise<OpenedUse> =>
    story.buyer.useCases.openUse({ identity: 'officer' }, usageId, { acknowledge: true });

  const lease = (usageId: Id<'usage'>, number: number): Lease | undefined => {
    const text = story.space.chain.text(keys.lease(usageId, number).text);
    return text === undefined ? undefined : (JSON.parse(text) as Lease);
  };

  it('is opened under the lease of its answer, and renewed only when that is about to end', async () => {
    const { space, buyer } = story;
    const usageId = await allowed();
    expect(space.usage(usageId).answer?.leaseUntil).to.be.a('string');
    expect(await collect((await open(usageId)).stream)).to.deep.equal(FILE);
    expect(lease(usageId, 1)).to.equal(undefined);
    space.chain.later(LEASE - 10);
    expect(await collect((await open(usageId)).stream)).to.deep.equal(FILE);
    expect(lease(usageId, 1)).to.include({ outcome: 'ALLOWED' });
    space.chain.later(3 * LEASE);
    await caughtUp(buyer, space);
    expect(await collect((await open(usageId)).stream)).to.deep.equal(FILE);
    expect(lease(usageId, 2)).to.include({ outcome: 'ALLOWED' });
  });

  it('is not renewed once the grant is revoked, and then opens no more', async () => {
    const { space, buyer } = story;
    const usageId = await allowed();
    await space.run(STEEL, 'officer', 'grants:Revoke', { grantId: story.grant, reason: 'x' });
    expect(await collect((await open(usageId)).stream), 'the window that is left').to.deep.equal(FILE);
    space.chain.later(LEASE);
    for (let times = 0; times < 2; times += 1) {
      const error = await rejection(open(usageId));
      expect(error).to.deep.include({ code: 'DENIED', details: { code: 'GRANT_NOT_ACTIVE', lease: 1 } });
      await caughtUp(buyer, space);
    }
    expect(lease(usageId, 1)).to.include({ outcome: 'DENIED', code: 'GRANT_NOT_ACTIVE' });
    expect(lease(usageId, 2)).to.equal(undefined);
    const policies = newPolicies(buyer.projection);
    expect(await policies.explain(usageId, 'en')).to.include({ outcome: 'ALLOWED' });
    const denied = await policies.explain(usageId, 'en', 1);
    expect(denied).to.include({ outcome: 'DENIED', code: 'GRANT_NOT_ACTIVE', lease: 1 });
    expect(await rejection(policies.explain(usageId, 'en', 2))).to.have.property('code', 'NOT_FOUND');
  });

  it('is cut while it is served, and is not acknowledged', async () => {
    const { space } = story;
    const usageId = await allowed();
    const opened = await open(usageId);
    space.chain.later(LEASE);
    const { bytes, error } = await collectUntilError(opened.stream);
    expect(bytes).to.have.length(0);
    expect(error).to.have.property('code', 'LEASE_ENDED');
    expect(opened.ending.aborted).to.equal(true);
    expect(await opened.acknowledged).to.include({ state: 'FAILED', code: 'LEASE_ENDED' });
    expect(space.usage(usageId)).to.have.property('state', 'ALLOWED');
  });

  it('ends also for who cannot reach the ledger', async () => {
    const { chain } = story.space;
    const usageId = await allowed();
    chain.submit = (envelope) => Promise.reject(new LedgerUnavailable('away', { txId: envelope.txId }));
    chain.later(LEASE);
    expect(await rejection(open(usageId))).to.have.property('code', 'LEASE_ENDED');
  });

  it('renewed by two at once has one more lease, and both go on', async () => {
    const { space } = story;
    const usageId = await allowed();
    space.chain.later(LEASE);
    const opened = await Promise.all([open(usageId), open(usageId)]);
    for (const { stream } of opened) expect(await collect(stream)).to.deep.equal(FILE);
    expect(lease(usageId, 1)).to.include({ outcome: 'ALLOWED' });
    expect(lease(usageId, 2)).to.equal(undefined);
  });
});
