import type { Id } from '@tallystick/chaincode/model';
import type { CustodyEntry } from '../../src/features/custody/stores/port.js';
import { streamOf } from '../payload/fixtures.js';
import type { House } from './house.js';
import { BUYER, metadata, Space, STEEL } from './space.js';

export const FILE = Buffer.from('mill 2, 24 November: 1 2 3 5 8 13\n'.repeat(40));

/** Steel has registered a file; the buyer has a grant. The custodian is not started. */
export interface Story {
  space: Space;
  steel: House;
  buyer: House;
  datasetId: string;
  versionId: string;
  claimId: string;
  grant: Id<'grant'>;
}

/** Registers the hooks that play the story anew before each test of the calling suite. */
export function storyBeforeEach(grantChanges: Readonly<Record<string, unknown>> = {}): Story {
  const story = {} as Story;
  beforeEach(async () => {
    Object.assign(story, await tellStory(grantChanges));
  });
  afterEach(() => story.space.close());
  return story;
}

export async function tellStory(grantChanges: Readonly<Record<string, unknown>> = {}): Promise<Story> {
  const space = await Space.constituted();
  const steel = await space.open(STEEL);
  const buyer = await space.open(BUYER, { sources: [{ block: (cid) => steel.store.block(cid) }] });
  const { result } = await steel.useCases.registerFile(
    { identity: 'officer' },
    metadata(),
    streamOf(FILE, [100]),
  );
  const grant = await space.grant(result, grantChanges);
  return { space, steel, buyer, ...result, grant };
}

/** The buyer asks; both sides have seen it. */
export async function ask(
  { space, steel, buyer, grant, versionId }: Story,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { usageId, blockNumber } = await buyer.useCases.requestUse(
    { identity: 'connector' },
    space.ask(grant, versionId, changes),
  );
  await steel.projection.reached(blockNumber);
  return usageId;
}

/** Let the custodian work until nothing is left to do. */
export async function attend(house: House, space: Space): Promise<void> {
  house.custodian.start();
  await caughtUp(house, space);
  await house.custodian.idle();
}

/** The projection has seen all there is. */
export const caughtUp = (house: House, { chain }: Space): Promise<void> =>
  house.projection.reached(BigInt(chain.blocks.length - 1));

export async function entryOf(house: House, usageId: string): Promise<CustodyEntry> {
  const entry = await house.state.custody.get(usageId);
  if (entry === undefined) throw new Error(`${usageId} is not in the journal`);
  return entry;
}

/** Whether anything is findable under the CID that the journal has for a request. */
export async function isReleased(house: House, usageId: string): Promise<boolean> {
  const { headerCid } = await entryOf(house, usageId);
  return headerCid !== undefined && (await house.store.has(headerCid));
}
