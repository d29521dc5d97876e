import { expect } from 'chai';
import { common } from '@hyperledger/fabric-protos';
import {
  configOf,
  dataHash,
  decodeBlock,
  type DecodedBlock,
  headerBytes,
  headerHash,
} from '../../src/wire/index.js';
import { readChannelConfig, type ChannelConfig } from '../../src/embedded/channel-config.js';
import { commitHash } from '../../src/embedded/commit-hash.js';
import { validateBlock } from '../../src/embedded/validator.js';
import { MemoryLedger } from './recorded.js';
import { CHANNEL, type Client } from './space.js';

/** All blocks of a node, as bytes, read through its Deliver service. */
export async function blocksOf(client: Client, height: number): Promise<Uint8Array[]> {
  const events = await client.network.getBlockEvents({ startBlock: 0n });
  const blocks: Uint8Array[] = [];
  for await (const block of events) if (blocks.push(block.serializeBinary()) === height) break;
  events.close();
  return blocks;
}

function checkSignature(bytes: Uint8Array, block: DecodedBlock, config: ChannelConfig): void {
  const [raw] = common.Block.deserializeBinary(bytes).getMetadata()!.getMetadataList_asU8();
  const metadata = common.Metadata.deserializeBinary(raw!);
  const [signature] = metadata.getSignaturesList();
  const header = signature!.getSignatureHeader_asU8();
  const signer = config.identities.find(common.SignatureHeader.deserializeBinary(header).getCreator_asU8())!;
  expect([signer.mspId, signer.role, signer.problem]).deep.equals(['OrdererMSP', 'orderer', undefined]);
  const signed = Buffer.concat([metadata.getValue_asU8(), header, headerBytes(block.header)]);
  expect(signer.verify(signed, signature!.getSignature_asU8())).equals(true);
}

/** Verifies a chain from its genesis block: hashes, signatures, validation flags, commit hashes. Returns its state. */
export async function checkChain(blocks: readonly Uint8Array[], genesisHash: string): Promise<MemoryLedger> {
  const decoded = blocks.map(decodeBlock);
  expect(headerHash(decoded[0]!.header).toString('hex')).equals(genesisHash);
  let config = await readChannelConfig(configOf(decoded[0]!.envelopes)!);
  const ledger = new MemoryLedger();
  let previous: Uint8Array = new Uint8Array();
  for (const [number, block] of decoded.entries()) {
    expect(block.header.number).equals(number);
    expect(dataHash(block.envelopes).equals(block.header.dataHash)).equals(true);
    if (number === 0) continue;
    expect(headerHash(decoded[number - 1]!.header).equals(block.header.previousHash)).equals(true);
    const validated = validateBlock(number, block.envelopes, { channelId: CHANNEL, config, ledger });
    expect([...validated.flags]).deep.equals([...block.flags]);
    previous = commitHash(validated.flags, validated.updates, previous);
    expect(Buffer.from(block.commitHash).equals(previous), `commit hash of block ${number}`).equals(true);
    ledger.commit(validated.transactions, validated.updates);
    checkSignature(blocks[number]!, block, config);
    const changed = configOf(block.envelopes);
    if (changed) config = await readChannelConfig(changed);
  }
  return ledger;
}
