import { addSeconds, keys, participantId, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { Lapses } from '../../src/features/custody/lapsing.js';
import type { House } from './house.js';
import { BUYER, STEEL } from './space.js';
import { ask, attend, caughtUp, storyBeforeEach } from './story.js';
import { rejection } from '../payload/fixtures.js';

describe('custody: a request that nobody answers', () => {
  const story = storyBeforeEach();
  const running: Lapses[] = [];
  afterEach(() => Promise.all(running.splice(0).map((lapses) => lapses.stop())));

  const lapsesOf = (house: House, mspId: string): Lapses => {
    const { space } = story;
    const lapses = new Lapses({
      ledger: house.ledger,
      projection: house.projection,
      identity: 'officer',
      participant: participantId(mspId),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      now: () => space.chain.now,
    });
    running.push(lapses);
    lapses.start();
    return lapses;
  };
  const state = async (usageId: string): Promise<unknown> => {
    await caughtUp(story.buyer, story.space);
    return (await story.buyer.projection.record(keys.usage(usageId as Id<'usage'>)))?.value.state;
  };
  const within = async (): Promise<number> => {
    const space = await story.buyer.projection.record(keys.space());
    return space!.value.rulebook.answerWithin;
  };

  it('says until when it can be answered, to whoever asks how it stands or wants to open it', async () => {
    const { buyer, space } = story;
    const asked = space.chain.now;
    const usageId = await ask(story);
    await caughtUp(buyer, space);
    const answerDue = addSeconds(asked, await within());
    expect(await buyer.useCases.usageStatus(usageId)).to.include({ state: 'REQUESTED', answerDue });
    const refused = await rejection(
      buyer.useCases.openUse({ identity: 'connector' }, usageId, { acknowledge: false }),
    );
    expect(refused).to.include({ code: 'NOT_ALLOWED_YET' });
    expect(refused).to.have.deep.property('details', { answerDue });
  });

  it('is lapsed by the gateway that asked, after its deadline and not before', async () => {
    const { buyer, steel, space } = story;
    const usageId = await ask(story);
    await caughtUp(buyer, space);
    const [own, other] = [lapsesOf(buyer, BUYER), lapsesOf(steel, STEEL)];
    await own.idle();
    expect(await state(usageId)).to.equal('REQUESTED');
    space.chain.now = addSeconds(space.chain.now, (await within()) + 6);
    await other.idle();
    expect(await state(usageId), 'not by others').to.equal('REQUESTED');
    await own.idle();
    expect(await state(usageId)).to.equal('LAPSED');
    expect(await buyer.useCases.usageStatus(usageId)).to.not.have.property('answerDue');
    expect(
      await rejection(buyer.useCases.openUse({ identity: 'connector' }, usageId, { acknowledge: false })),
    ).to.include({
      code: 'LAPSED',
    });
  });

  it('is left alone once it is answered', async () => {
    const { buyer, steel, space } = story;
    const usageId = await ask(story);
    await attend(steel, space);
    space.chain.now = addSeconds(space.chain.now, (await within()) + 6);
    const lapses = lapsesOf(buyer, BUYER);
    await lapses.idle();
    expect(await state(usageId)).to.equal('ALLOWED');
  });
});
