import { common, msp } from '@hyperledger/fabric-protos';
import { ChainBroken } from './port-errors.js';
import { dataHash, headerHash } from './block-hash.js';

/** A block in parts, each as it was signed or hashed. */
export interface RawBlock {
  readonly number: bigint;
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
  /** Envelopes. */
  readonly data: readonly Uint8Array[];
  /** Metadata of index SIGNATURES (`common.Metadata`); empty for block 0. */
  readonly signatures: Uint8Array;
}

/** Throws ChainBroken for bytes that are no block, or one whose data does not belong to its header. */
export function rawBlockOf(bytes: Uint8Array): RawBlock {
  const block = common.Block.deserializeBinary(bytes);
  const header = block.getHeader();
  if (header === undefined) throw new ChainBroken(-1n, 'no header');
  const raw = {
    number: BigInt(header.getNumber()),
    previousHash: header.getPreviousHash_asU8(),
    dataHash: header.getDataHash_asU8(),
    data: block.getData()?.getDataList_asU8() ?? [],
    signatures:
      block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.SIGNATURES] ?? new Uint8Array(),
  };
  if (!dataHash(raw.data).equals(raw.dataHash))
    throw new ChainBroken(raw.number, 'the data does not match the header');
  return raw;
}

/** SHA-256 of the DER header, lower-case hex. */
export const hashOf = (block: RawBlock): string => headerHash(block).toString('hex');

/**
 * Number of the configuration block in force, as the orderers signed it with the block (`OrdererBlockMetadata`). Zero leaves no
 * bytes in protobuf: nothing means block 0.
 */
export function lastConfigOf({ signatures }: Pick<RawBlock, 'signatures'>): bigint {
  const value = common.Metadata.deserializeBinary(signatures).getValue_asU8();
  return BigInt(common.OrdererBlockMetadata.deserializeBinary(value).getLastConfig()?.getIndex() ?? 0);
}

/** MSP ids of the application organisations that a configuration block brings into force, in order. */
export function organisationsOf({ data, number }: RawBlock): readonly string[] {
  const [envelope] = data;
  if (envelope === undefined) throw new ChainBroken(number, 'a configuration block without an envelope');
  const payload = common.Envelope.deserializeBinary(envelope).getPayload_asU8();
  const config = common.ConfigEnvelope.deserializeBinary(
    common.Payload.deserializeBinary(payload).getData_asU8(),
  );
  const groups = config.getConfig()?.getChannelGroup()?.getGroupsMap().get('Application')?.getGroupsMap();
  return [...(groups?.entries() ?? [])].map(([, group]) => mspIdOf(group)).sort();
}

function mspIdOf(group: common.ConfigGroup): string {
  const value = group.getValuesMap().get('MSP')?.getValue_asU8() ?? new Uint8Array();
  const config = msp.MSPConfig.deserializeBinary(value).getConfig_asU8();
  return msp.FabricMSPConfig.deserializeBinary(config).getName();
}
