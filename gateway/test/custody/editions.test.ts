import { keys, type Id } from '@tallystick/chaincode/model';
import { EDITION_TABLE, EDITIONS } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { newProjection } from '../../src/projection/projection.js';
import { connect } from './memory-chain.js';
import { signersOf } from './signers.js';
import { STEEL } from './space.js';
import { ask, attend, caughtUp, entryOf, isReleased, storyBeforeEach } from './story.js';

const SECOND = EDITIONS.at(-1)!;
/** A table of software from before the second edition. */
const BEFORE = EDITION_TABLE.slice(0, 1);
const UNKNOWN = '9.0.0';

describe('custody and the edition of the rules in force', () => {
  const story = storyBeforeEach();

  it('answers nothing while a committed definition names rules that it does not know, and goes on afterwards', async () => {
    const { space, steel } = story;
    const usageId = await ask(story);
    space.chain.define(UNKNOWN);
    await caughtUp(steel, space);
    expect(steel.projection.rules()).to.deep.equal({ version: UNKNOWN });
    steel.custodian.start();
    while (!steel.warnings.some((facts) => 'code' in facts && facts.code === 'RULES_UNKNOWN')) await pause(5);
    expect((await entryOf(steel, usageId)).state).to.equal('PREPARED');
    expect(steel.projection.status().state).to.equal('FOLLOWING');
    space.chain.define('2.0.1');
    await caughtUp(steel, space);
    expect(steel.projection.rules()).to.deep.equal({ version: '2.0.1', edition: SECOND.name });
    await attend(steel, space);
    expect(await isReleased(steel, usageId)).to.equal(true);
  });

  it('releases nothing that was answered before, either', async () => {
    const { space, steel } = story;
    const usageId = await ask(story);
    await steel.close();
    const dying = await space.open(STEEL, { dies: (failpoint) => failpoint === 'custody.committed' });
    dying.custodian.start();
    await dying.died;
    await dying.close();
    space.chain.define(UNKNOWN);
    const again = await space.open(STEEL);
    await caughtUp(again, space);
    again.custodian.start();
    while (!again.warnings.some((facts) => 'code' in facts && facts.code === 'RULES_UNKNOWN')) await pause(5);
    expect((await entryOf(again, usageId)).state).to.equal('SUBMITTED');
    expect(await isReleased(again, usageId)).to.equal(false);
    space.chain.define('2.0.1');
    await attend(again, space);
    expect(await isReleased(again, usageId)).to.equal(true);
  });

  it('stops to follow at a call under rules that it does not know; what it has can be read, also after a restart', async () => {
    const { space, steel } = story;
    const usageId = await ask(story);
    const height = await steel.projection.height();
    space.chain.define(UNKNOWN);
    await ask(story).catch(() => undefined);
    while (steel.projection.status().state !== 'STOPPED') await pause(5);
    expect(steel.projection.rules()).to.deep.equal({ version: UNKNOWN });
    expect(await steel.projection.height()).to.equal(height + 1n);
    const record = await steel.projection.record(keys.usage(usageId as Id<'usage'>));
    expect(record?.value.state).to.equal('REQUESTED');
    await steel.close();
    const again = await space.open(STEEL);
    while (again.projection.status().state !== 'STOPPED') await pause(5);
    expect(again.projection.rules()).to.deep.equal({ version: UNKNOWN });
    expect(await again.projection.height()).to.equal(height + 1n);
  });
});

describe('a projection across an upgrade of the rules', () => {
  const story = storyBeforeEach();

  it('keeps the definition in force over a restart, and stops where its software ends', async () => {
    const { space } = story;
    const ledger = connect(space.chain, await signersOf(STEEL));
    const open = (editions = EDITION_TABLE): ReturnType<typeof newProjection> =>
      newProjection({
        file: `${space.directory}/own.db`,
        ledger,
        channel: 'ledger',
        chaincode: 'tallystick',
        editions,
      });
    const first = open();
    first.start();
    await first.reached(BigInt(space.chain.blocks.length - 1));
    const digest = await first.digest();
    await first.close();
    const second = open();
    expect(second.rules()).to.deep.equal({ version: '2.0.0', edition: SECOND.name });
    expect(await second.digest()).to.equal(digest);
    await second.close();
    const older = open(BEFORE);
    expect(older.rules()).to.deep.equal({ version: '2.0.0' });
    await older.close();
  });
});
