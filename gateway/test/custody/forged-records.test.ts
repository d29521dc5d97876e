import { expect } from 'chai';
import { digestOf, encode, keys, participantId, type Id } from '@tallystick/chaincode/model';
import { RULES_VERSION } from '@tallystick/chaincode/rules';
import { decideAnswer } from '../../src/features/custody/decision.js';
import { readerNow } from '../../src/features/custody/projected.js';
import { callerOf } from '../../src/features/custody/signers.js';
import { attendUntilHindered, forgedWrites, restore } from './forging.js';
import type { Call } from './memory-chain.js';
import { signersOf } from './signers.js';
import { BUYER, REGULATOR, STEEL } from './space.js';
import { ask, entryOf, isReleased, storyBeforeEach, tellStory, type Story } from './story.js';

type Value = Call['writes'][number]['value'];

/** Everything that is read to answer a use, whether something stands there or not. */
async function readFor({ space, steel }: Story, usageId: string): Promise<readonly string[]> {
  const read = new Set<string>();
  const caller = callerOf(await signersOf(STEEL), 'connector', space.chain.now);
  const header = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
  const argument = encode({ usageId, component: space.components[STEEL], header });
  const now = readerNow(steel.projection);
  const decided = await decideAnswer(RULES_VERSION, argument, caller, (key) => {
    read.add(key);
    return now(key);
  });
  return [...new Set([...read, ...decided.writes.keys()])];
}

/** What a majority may put in place of a text: anything but what the rules gave. */
function forgeriesOf(text: string | undefined): readonly Value[] {
  const altered =
    text === undefined
      ? '{"kind":"holds","holds":[]}'
      : text.replace(/"updatedAt":"2026/, '"updatedAt":"2025');
  const all: readonly Value[] = ['not JSON', Buffer.from([0xff, 0xfe, 0x00]), altered, '{}', null];
  return all.filter((value) => value !== (text ?? null));
}

describe('custody: a majority that writes over what a decision reads', () => {
  it('gets nothing, whichever record it is and whatever it writes; restored, the use goes its way', async function () {
    const told = await tellStory();
    const all = await readFor(told, await ask(told));
    await told.space.close();
    expect(new Set(all.map((key) => key.split('/')[0]))).to.include.keys(
      ...['space', 'usage', 'grant', 'claim', 'dataset', 'participant', 'component', 'holds'],
    );
    for (const index of all.keys()) {
      const story = await tellStory();
      const { space, steel } = story;
      const usageId = await ask(story);
      const key = (await readFor(story, usageId))[index]!;
      for (const value of forgeriesOf(space.chain.text(key))) {
        await forgedWrites(space, REGULATOR, [{ key, value }]);
        await attendUntilHindered(steel, space);
        const { hindered } = await steel.custodian.status();
        expect(hindered, key).to.deep.equal([{ usageId, keys: [key] }]);
        expect(await isReleased(steel, usageId)).to.equal(false);
        expect((await entryOf(steel, usageId)).state).to.equal('PREPARED');
      }
      expect(space.answersTo(usageId), 'nothing is planned over it').to.deep.equal([]);
      await restore(space, steel);
      await steel.custodian.idle();
      expect((await entryOf(steel, usageId)).state, key).to.equal('RELEASED');
      expect((await steel.custodian.status()).hindered).to.deep.equal([]);
      await space.close();
    }
  });

  describe('to lift what oversight ordered', () => {
    const story = storyBeforeEach();

    /** Fabric shows the buyer a world in which it may use the data; the rules do not. */
    async function neverReleased(key: string, changes: object): Promise<void> {
      const { space, steel } = story;
      const record = JSON.parse(space.chain.text(key)!) as object;
      await forgedWrites(space, BUYER, [{ key, value: encode({ ...record, ...changes }) }], {
        transaction: 'events:Declare',
      });
      const usageId = await ask(story).catch(() => undefined);
      await attendUntilHindered(steel, space);
      if (usageId !== undefined) expect(await released(usageId)).to.equal(false);
      await restore(space, steel);
      await steel.custodian.idle();
      if (usageId !== undefined) expect(await released(usageId)).to.equal(false);
      const again = await ask(story).catch(() => undefined);
      await attendUntilHindered(steel, space);
      if (again !== undefined) expect(await released(again)).to.equal(false);
    }

    const released = async (usageId: string): Promise<boolean> =>
      (await story.steel.state.custody.get(usageId))?.state === 'RELEASED';

    it('a suspension of the consumer', async () => {
      const consumer = participantId(BUYER);
      await story.space.run(REGULATOR, 'officer', 'participants:Suspend', {
        participantId: consumer,
        reason: 'audit',
      });
      await neverReleased(keys.participant(consumer).text, { state: 'ACTIVE' });
    });

    it('a hold on the data', async () => {
      const { space } = story;
      const subject = story.datasetId as Id<'dataset'>;
      await space.run(REGULATOR, 'officer', 'holds:Place', {
        nonce: space.nonce(),
        subject,
        authority: 'Shanghai Intermediate Court',
        orderNumber: '(2026) 12',
        orderDigest: digestOf('order'),
        effects: ['NO_USE'],
        term: { from: '2026-11-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
      });
      await neverReleased(keys.holds(subject).text, { holds: [] });
    });

    it('a grant that was revoked', async () => {
      await story.space.run(STEEL, 'officer', 'grants:Revoke', { grantId: story.grant, reason: 'breach' });
      await neverReleased(keys.grant(story.grant).text, { state: 'ACTIVE' });
    });
  });
});
