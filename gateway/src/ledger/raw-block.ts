import { X509Certificate } from 'node:crypto';
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
  /** Metadata of index TRANSACTIONS_FILTER: Fabric's validation code of each envelope, which nobody signs. */
  readonly flags: Uint8Array;
}

/** Throws ChainBroken for bytes that are no block, or one whose data does not belong to its header. */
export function rawBlockOf(bytes: Uint8Array): RawBlock {
  const block = common.Block.deserializeBinary(bytes);
  const header = block.getHeader();
  if (header === undefined) throw new ChainBroken(-1n, 'no header');
  const metadata = block.getMetadata()?.getMetadataList_asU8() ?? [];
  const data = block.getData()?.getDataList_asU8() ?? [];
  const raw = {
    number: BigInt(header.getNumber()),
    previousHash: header.getPreviousHash_asU8(),
    dataHash: header.getDataHash_asU8(),
    data,
    signatures: metadata[common.BlockMetadataIndex.SIGNATURES] ?? new Uint8Array(),
    flags: metadata[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array(),
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
export const organisationsOf = (block: RawBlock): readonly string[] =>
  membershipsOf(block)
    .map((membership) => membership.getName())
    .sort();

/** DER certificates of the root authorities of an application organisation, in a configuration block. */
export const rootsOf = (block: RawBlock, mspId: string): readonly Uint8Array[] =>
  membershipsOf(block)
    .filter((membership) => membership.getName() === mspId)
    .flatMap((membership) => membership.getRootCertsList_asU8())
    .map((pem) => new X509Certificate(Buffer.from(pem)).raw);

/** DER certificates of its root and intermediate authorities; bytes that are no certificate are left out. */
export const authoritiesOf = (block: RawBlock, mspId: string): readonly Uint8Array[] =>
  membershipsOf(block)
    .filter((membership) => membership.getName() === mspId)
    .flatMap((membership) => [
      ...membership.getRootCertsList_asU8(),
      ...membership.getIntermediateCertsList_asU8(),
    ])
    .flatMap(derOf);

function derOf(pem: Uint8Array): readonly Uint8Array[] {
  try {
    return [new X509Certificate(Buffer.from(pem)).raw];
  } catch {
    return [];
  }
}

function membershipsOf({ data, number }: RawBlock): readonly msp.FabricMSPConfig[] {
  const [envelope] = data;
  if (envelope === undefined) throw new ChainBroken(number, 'a configuration block without an envelope');
  const payload = common.Envelope.deserializeBinary(envelope).getPayload_asU8();
  const config = common.ConfigEnvelope.deserializeBinary(
    common.Payload.deserializeBinary(payload).getData_asU8(),
  );
  const groups = config.getConfig()?.getChannelGroup()?.getGroupsMap().get('Application')?.getGroupsMap();
  return [...(groups?.entries() ?? [])].map(([, group]) => membershipOf(group));
}

function membershipOf(group: common.ConfigGroup): msp.FabricMSPConfig {
  const value = group.getValuesMap().get('MSP')?.getValue_asU8() ?? new Uint8Array();
  return msp.FabricMSPConfig.deserializeBinary(msp.MSPConfig.deserializeBinary(value).getConfig_asU8());
}
