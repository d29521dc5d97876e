import { concatBytes } from '@noble/hashes/utils.js';
import { Message } from '../bytes/protobuf.js';
import type { Signatures } from '../crypto/signature.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { headerBytes, type BlockHeader } from './block.js';
import { frame } from './framing.js';
import { distinct, type ChannelConfig, type Consenter, type Identity } from './identity.js';

/** common.MetadataSignature: made by an orderer that is named by an identity or, on BFT channels, by its number. */
interface OrdererSignature {
  readonly signatureHeader: Uint8Array;
  readonly signature: Uint8Array;
  readonly identifierHeader: Uint8Array;
}

interface SignedMetadata {
  /** common.OrdererBlockMetadata, which all signers sign together with the header. */
  readonly value: Uint8Array;
  readonly signatures: readonly OrdererSignature[];
}

/** What orderers vouch for. */
export interface OrderedBlock {
  /** MSP ids, one for each orderer that counts; an organisation with several orderers stands here as often. */
  readonly signers: readonly string[];
  /** The configuration block in force, by its number, as they signed it. */
  readonly lastConfig: bigint;
  /** Signatures that do not count: of nobody known here, of somebody again, or wrong. */
  readonly idle: number;
}

/** Far more than a channel has orderers: a hostile block must not keep us busy. */
const MAX_SIGNATURES = 256;

function readSignedMetadata(bytes: Uint8Array): SignedMetadata {
  const metadata = Message.read(bytes, { fields: [1], repeated: [2] });
  const count = metadata.repeated(2).length;
  rejectUnless(count <= MAX_SIGNATURES, 'TOO_LARGE', { signatures: `${count}` });
  const signatures = metadata.repeated(2).map((each) => {
    const read = Message.read(each, { fields: [1, 2, 3] });
    return { signatureHeader: read.bytes(1), signature: read.bytes(2), identifierHeader: read.bytes(3) };
  });
  return { value: metadata.bytes(1), signatures };
}

/** proto3 leaves out a zero: no index is block 0, but without the message there is nothing signed about it. */
function lastConfigIn(value: Uint8Array): bigint {
  const ordered = Message.read(value, { fields: [1, 2] });
  rejectUnless(ordered.has(1), 'MALFORMED', { what: 'no last configuration' });
  return Message.read(ordered.bytes(1), { fields: [1] }).number(1);
}

/** Consenters of a BFT channel that must sign: any two such sets share an honest one (fabric:common/policies/bft.go). */
export function bftQuorum(consenters: number): number {
  const faulty = Math.floor((consenters - 1) / 3);
  return Math.ceil((consenters + faulty + 1) / 2);
}

/** Who made a signature, and over which bytes beside value and header. */
interface Signer {
  readonly identity: Identity;
  readonly named: Uint8Array;
}

type Naming = (signature: OrdererSignature, config: ChannelConfig) => Promise<Signer | undefined>;

function byNumber(consenters: readonly Consenter[]): Naming {
  return async ({ signatureHeader, identifierHeader }, config) => {
    if (signatureHeader.length > 0 || identifierHeader.length === 0) return undefined;
    const id = Message.read(identifierHeader, { fields: [1, 2] }).number(1);
    const consenter = consenters.find((each) => BigInt(each.id) === id);
    if (!consenter) return undefined;
    const name = frame(1, new TextEncoder().encode(consenter.mspId));
    const identity = await config.identify(concatBytes(name, frame(2, consenter.certificate)));
    return { identity, named: identifierHeader };
  };
}

/** An orderer's role is looked at where its organisation gives roles at all. */
const byIdentity: Naming = async ({ signatureHeader, identifierHeader }, config) => {
  if (identifierHeader.length > 0) return undefined;
  const identity = await config.identify(Message.read(signatureHeader, { fields: [1, 2] }).bytes(1));
  const isOrderer = config.orderers.includes(identity.mspId) && (identity.role ?? 'orderer') === 'orderer';
  return isOrderer ? { identity, named: signatureHeader } : undefined;
};

function rule({ ordering }: ChannelConfig): { readonly naming: Naming; readonly quorum: number } {
  switch (ordering.kind) {
    case 'BFT':
      return { naming: byNumber(ordering.consenters), quorum: bftQuorum(ordering.consenters.length) };
    case 'RAFT':
    case 'SINGLE_OPERATOR':
      return { naming: byIdentity, quorum: 1 };
    case 'UNKNOWN':
      throw new Rejection('CONSENSUS_UNKNOWN', { type: ordering.type });
  }
}

/** What fails here does not count, as on the ledger: an orderer that is cut off must not make a block of the others worthless. */
async function counted(check: () => Promise<Identity | undefined>): Promise<Identity[]> {
  try {
    const identity = await check();
    return identity ? [identity] : [];
  } catch (error) {
    if (error instanceof Rejection) return [];
    throw error;
  }
}

/**
 * That orderers ordered a block under this configuration. On a BFT channel as many consenters as the list of consenters asks for, whatever
 * the policy tree says; otherwise one orderer; and never fewer than `minSignatures`. Signers count once.
 * @throws Rejection QUORUM_MISSING, CONSENSUS_UNKNOWN, TOO_LARGE, MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD
 */
export async function checkOrderers(
  header: BlockHeader,
  signaturesMetadata: Uint8Array,
  config: ChannelConfig,
  signatures: Signatures,
  minSignatures: number,
): Promise<OrderedBlock> {
  const { naming, quorum } = rule(config);
  const metadata = readSignedMetadata(signaturesMetadata);
  const signed = headerBytes(header);
  const check = async (each: OrdererSignature): Promise<Identity | undefined> => {
    const signer = await naming(each, config);
    if (!signer) return undefined;
    const message = concatBytes(metadata.value, signer.named, signed);
    await signatures.verifyCommitted(signer.identity.certificate, message, each.signature);
    return signer.identity;
  };
  const found = await Promise.all(metadata.signatures.map(async (each) => counted(async () => check(each))));
  const signers = distinct(found.flat());
  const needed = Math.max(1, quorum, minSignatures);
  const facts = { block: `${header.number}`, needed: `${needed}`, found: `${signers.length}` };
  rejectUnless(signers.length >= needed, 'QUORUM_MISSING', facts);
  const idle = metadata.signatures.length - signers.length;
  return { signers: signers.map(({ mspId }) => mspId), lastConfig: lastConfigIn(metadata.value), idle };
}
