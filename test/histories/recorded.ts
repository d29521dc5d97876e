import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { digestOf, type CheckpointBody, type FoldVerdict, type Id } from '@tallystick/chaincode/model';
import { common } from '@hyperledger/fabric-protos';
import { answer, ask, buyer, counted, HEADER, terms } from '../../chaincode/test/rights.js';
import { regulator, steel } from '../../chaincode/test/world.js';
import { blockOf } from '../../gateway/test/evidence/told-ledger.js';
import { newBlockDecoder } from '../../gateway/src/ledger/block.js';
import type { LedgerBlock } from '../../gateway/src/ledger/port.js';
import { acknowledge, using, type Using } from '../evidence/acts.js';
import { forge, restore } from '../evidence/restoring.js';
import { FIRST_EDITION, SECOND_EDITION, type SpaceWorld } from '../evidence/space.js';

/** Ledgers that every later build comes to the same bodies of: one of each edition, and one that goes from one to the next. */
export const RECORDINGS = ['tallystick-rules/1', 'tallystick-rules/2', 'tallystick-rules/1-to-2'] as const;
export type Recording = (typeof RECORDINGS)[number];

export const directoryOf = (recording: Recording): string =>
  fileURLToPath(new URL(`../vectors/ledger/${recording}/`, import.meta.url));

export const isRecorded = (recording: Recording): boolean =>
  existsSync(`${directoryOf(recording)}blocks.json.gz`);

/** What every software must make of a recorded ledger. */
export interface RecordedExpectation {
  readonly channel: string;
  readonly chaincode: string;
  /** Edition that decided each transaction, in the order of the ledger; `null` where none did. */
  readonly rules: readonly (string | null)[];
  /** Of every transaction. */
  readonly verdicts: readonly FoldVerdict[];
  /** By height. */
  readonly bodies: readonly CheckpointBody[];
}

const REASON = { reason: 'for the record' };

/** Uses allowed, acknowledged, denied and contested; a suspension that a majority undid, and that was restored. */
async function begun(definition: string): Promise<{ at: Using; contested: Id<'usage'> }> {
  const at = await using({ definition }, terms(counted(2)));
  const { world } = at;
  const first = await ask(at);
  await answer(at, first, { slot: 0 });
  await acknowledge(at, first);
  const contested = await ask(at);
  await answer(at, contested, { slot: 1 });
  await world.run(regulator, 'participants:Suspend', { participantId: buyer.participant, ...REASON });
  const key = `participant/${buyer.participant}`;
  await forge(world, key, (record) => ({ ...record, state: 'ACTIVE' }));
  await restore(world, key);
  await answer(at, await ask(at), { slot: 2 });
  return { at, contested };
}

/** A ruling, and a use that is denied. */
async function ended({ at, contested }: Awaited<ReturnType<typeof begun>>): Promise<SpaceWorld> {
  const { world } = at;
  await world.run(regulator, 'participants:Reinstate', { participantId: buyer.participant, ...REASON });
  await world.run(buyer, 'usage:Contest', { usageId: contested, reason: 'NOT_DELIVERED' });
  const header = Buffer.from(HEADER).toString('base64');
  await world.run(steel, 'usage:Deliver', { usageId: contested, header });
  await world.run(regulator, 'usage:Adjudicate', { usageId: contested, finding: 'UPHELD', ...REASON });
  await answer(at, await ask(at), { slot: 2 });
  return world;
}

/** What the second edition changes: a component of the first gets another key, and has a record of the second form. */
async function rekeyed({ world, steelComponent }: Using): Promise<void> {
  const validUntil = '2028-06-01T00:00:00.000Z';
  const { keys } = JSON.parse(world.ledger.text(`component/${steelComponent}`) ?? '{}') as {
    readonly keys: readonly string[];
  };
  const renewal = { componentId: steelComponent, validUntil, keys: [...keys, digestOf('another key')] };
  await world.run(regulator, 'components:Renew', renewal);
}

/** A ledger as it is recorded. */
export async function workshop(recording: Recording): Promise<SpaceWorld> {
  const started = await begun(recording === 'tallystick-rules/2' ? SECOND_EDITION : FIRST_EDITION);
  if (recording === 'tallystick-rules/1-to-2') started.at.world.ledger.define(SECOND_EDITION);
  if (recording !== 'tallystick-rules/1') await rekeyed(started.at);
  return ended(started);
}

/** The blocks of a world as a peer delivers them. */
export const bytesOf = ({ ledger: { blocks } }: SpaceWorld): readonly Uint8Array[] =>
  blocks.all.map((block, height) =>
    blockOf(block, blocks.codes[height] ?? new Uint8Array()).serializeBinary(),
  );

/** The blocks of a recorded ledger as a peer delivered them. */
export const recordedBytes = (recording: Recording): readonly Uint8Array[] => {
  const file = readFileSync(`${directoryOf(recording)}blocks.json.gz`);
  const texts = JSON.parse(gunzipSync(file).toString('utf8')) as readonly string[];
  return texts.map((text) => new Uint8Array(Buffer.from(text, 'base64')));
};

export const decoded = (blocks: readonly Uint8Array[]): readonly LedgerBlock[] => {
  const decoder = newBlockDecoder();
  return blocks.map((bytes) => decoder.decode(common.Block.deserializeBinary(bytes)));
};

export const recordedExpectation = (recording: Recording): RecordedExpectation =>
  JSON.parse(readFileSync(`${directoryOf(recording)}expected.json`, 'utf8')) as RecordedExpectation;
