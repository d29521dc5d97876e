import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { CheckpointBody, FoldVerdict } from '@tallystick/chaincode/model';
import { common } from '@hyperledger/fabric-protos';
import { answer, ask, buyer, counted, HEADER, terms } from '../../chaincode/test/rights.js';
import { regulator, steel } from '../../chaincode/test/world.js';
import { blockOf } from '../../gateway/test/evidence/told-ledger.js';
import { newBlockDecoder } from '../../gateway/src/ledger/block.js';
import type { LedgerBlock } from '../../gateway/src/ledger/port.js';
import { acknowledge, using } from '../evidence/acts.js';
import { forge, restore } from '../evidence/restoring.js';
import type { SpaceWorld } from '../evidence/space.js';

export const RECORDED = fileURLToPath(new URL('../vectors/ledger/', import.meta.url));

/** What every software must make of the recorded ledger. */
export interface RecordedExpectation {
  readonly channel: string;
  readonly chaincode: string;
  /** Version of the rules under which it was recorded; under another one the bodies may differ. */
  readonly rules: string;
  /** Of every transaction, in the order of the ledger. */
  readonly verdicts: readonly FoldVerdict[];
  /** By height. */
  readonly bodies: readonly CheckpointBody[];
}

/** Uses allowed, acknowledged, denied, contested and ruled upon; a suspension that a majority undid, and that was restored. */
export async function workshop(): Promise<SpaceWorld> {
  const at = await using({}, terms(counted(2)));
  const { world } = at;
  const first = await ask(at);
  await answer(at, first, { slot: 0 });
  await acknowledge(at, first);
  const contested = await ask(at);
  await answer(at, contested, { slot: 1 });
  const reason = { reason: 'for the record' };
  await world.run(regulator, 'participants:Suspend', { participantId: buyer.participant, ...reason });
  const key = `participant/${buyer.participant}`;
  await forge(world, key, (record) => ({ ...record, state: 'ACTIVE' }));
  await restore(world, key);
  await answer(at, await ask(at), { slot: 2 });
  await world.run(regulator, 'participants:Reinstate', { participantId: buyer.participant, ...reason });
  await world.run(buyer, 'usage:Contest', { usageId: contested, reason: 'NOT_DELIVERED' });
  const header = Buffer.from(HEADER).toString('base64');
  await world.run(steel, 'usage:Deliver', { usageId: contested, header });
  await world.run(regulator, 'usage:Adjudicate', { usageId: contested, finding: 'UPHELD', ...reason });
  await answer(at, await ask(at), { slot: 2 });
  return world;
}

/** The blocks of a world as a peer delivers them, base64. */
export const deliveredBy = ({ ledger: { blocks } }: SpaceWorld): readonly string[] =>
  blocks.all.map((block, height) =>
    Buffer.from(blockOf(block, blocks.codes[height] ?? new Uint8Array()).serializeBinary()).toString(
      'base64',
    ),
  );

export const recordedBlocks = (): readonly LedgerBlock[] => {
  const decoder = newBlockDecoder();
  const texts = JSON.parse(
    gunzipSync(readFileSync(`${RECORDED}blocks.json.gz`)).toString('utf8'),
  ) as readonly string[];
  return texts.map((text) => decoder.decode(common.Block.deserializeBinary(Buffer.from(text, 'base64'))));
};

export const recordedExpectation = (): RecordedExpectation =>
  JSON.parse(readFileSync(`${RECORDED}expected.json`, 'utf8')) as RecordedExpectation;
