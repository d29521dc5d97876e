import { X509Certificate } from 'node:crypto';
import type { msp } from '@hyperledger/fabric-protos';
import { configOf, decodeBlock, headerHash, lastConfigIn, mspIn } from '@tallystick/network/wire';
import { verifiedParts } from './block.js';
import { ChainBroken } from './port-errors.js';

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
  const { header, envelopes: data, signatures, flags } = verifiedParts(() => decodeBlock(bytes));
  return { ...header, number: BigInt(header.number), data, signatures, flags };
}

/** SHA-256 of the DER header, lower-case hex. */
export const hashOf = (block: RawBlock): string => headerHash(block).toString('hex');

/** Number of the configuration block in force, as the orderers signed it with the block; block 0 is signed by nobody. */
export const lastConfigOf = ({ signatures }: Pick<RawBlock, 'signatures'>): bigint =>
  BigInt(lastConfigIn(signatures));

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
  if (data.length === 0) throw new ChainBroken(number, 'a configuration block without an envelope');
  const groups = configOf(data)?.getChannelGroup()?.getGroupsMap().get('Application')?.getGroupsMap();
  return [...(groups?.entries() ?? [])].flatMap(([, group]) => mspIn(group) ?? []);
}
