import { encode } from '@tallystick/chaincode/model';
import type { Contract } from '@hyperledger/fabric-gateway';
import { common } from '@hyperledger/fabric-protos';
import type { EnrolledIdentity } from '../identities/index.js';
import { boundInnerMessages } from './bounded-messages.js';
import type { Peer, PeerAddress } from './connection.js';
import { endorsedOf, type EndorsedBytes } from './endorsed-bytes.js';
import { readFailure } from './fabric-failure.js';
import { newPeerPool } from './peer-pool.js';
import { ChainBroken } from './port-errors.js';
import { lastConfigOf, rawBlockOf, type RawBlock } from './raw-block.js';

/** Where evidence comes from: what organisations sign about the ledger, and its blocks as the own peer has them. */
export interface EvidenceSource {
  /**
   * One answer of `qscc` to GetTransactionByID that all these organisations signed: the very envelope, and its validation code.
   * Throws LedgerError, also when only one of them is down or behind: which of them then sign is the caller's choice.
   */
  validity(txId: string, organisations: readonly string[]): Promise<EndorsedBytes>;
  /** One answer to `records:Get` that all these organisations signed. Throws LedgerError. */
  state(keys: readonly string[], organisations: readonly string[]): Promise<EndorsedBytes>;
  /** Number of the newest block of the own peer. */
  height(): Promise<bigint>;
  /** A block as the own peer has it (`common.Block`). */
  blockBytes(number: bigint): Promise<Uint8Array>;
  block(number: bigint): Promise<RawBlock>;
  close(): void;
}

export interface EvidenceSourceOptions {
  readonly peers: readonly PeerAddress[];
  readonly channel: string;
  readonly chaincode: string;
  /** Signs the questions; its certificate is in the answers. */
  readonly reader: EnrolledIdentity;
  /** Milliseconds for one answer. */
  readonly patience?: number;
}

const PATIENCE = 15_000;
const QSCC = 'qscc';

/**
 * Over connections of its own: collecting must not stand in the way of uses. Questions are proposals that are endorsed and never
 * submitted (fabric:internal/pkg/gateway/endorse.go keeps the signatures that Evaluate throws away).
 */
export function newEvidenceSource(options: EvidenceSourceOptions): EvidenceSource {
  boundInnerMessages();
  const { channel, chaincode, reader, patience = PATIENCE } = options;
  const pool = newPeerPool({ peers: options.peers, channel, reader });
  const contractAt = (peer: Peer, name: string): Contract =>
    peer.gatewayOf(reader).getNetwork(channel).getContract(name);

  async function ask<T>(work: (peer: Peer, deadline: number) => Promise<T>): Promise<T> {
    try {
      return await pool.ask(patience, work);
    } catch (error) {
      throw readFailure(error);
    }
  }

  const endorsed = (
    name: string,
    transaction: string,
    args: readonly string[],
    organisations: readonly string[],
  ): Promise<EndorsedBytes> =>
    ask(async (peer, deadline) => {
      const proposal = contractAt(peer, name).newProposal(transaction, {
        arguments: [...args],
        endorsingOrganizations: [...organisations],
      });
      const made = await proposal.endorse({ deadline });
      return endorsedOf(made.getBytes());
    });

  const own = (transaction: string, ...args: readonly string[]): Promise<Uint8Array> =>
    ask((peer, deadline) => {
      const proposal = contractAt(peer, QSCC).newProposal(transaction, {
        arguments: [channel, ...args],
        endorsingOrganizations: [reader.mspId],
      });
      return peer.evaluate(reader, proposal, deadline);
    });

  const blockBytes = (number: bigint): Promise<Uint8Array> => own('GetBlockByNumber', number.toString());

  return {
    validity: (txId, organisations) => endorsed(QSCC, 'GetTransactionByID', [channel, txId], organisations),
    state: (keys, organisations) =>
      endorsed(chaincode, 'records:Get', [encode(keys.map((key) => ({ key })))], organisations),
    height: async () =>
      BigInt(common.BlockchainInfo.deserializeBinary(await own('GetChainInfo')).getHeight()) - 1n,
    blockBytes,
    block: async (number) => {
      const block = rawBlockOf(await blockBytes(number));
      if (block.number !== number) throw new ChainBroken(number, 'the peer has given another block');
      return block;
    },
    close: () => pool.close(),
  };
}

/** Numbers of the configuration blocks up to a block, newest first, as each block names the one before it. */
export async function* configBlocks(
  source: Pick<EvidenceSource, 'block'>,
  from: RawBlock,
): AsyncGenerator<RawBlock> {
  let number = lastConfigOf(from);
  for (;;) {
    const config = number === from.number ? from : await source.block(number);
    yield config;
    if (number === 0n) return;
    number = lastConfigOf(await source.block(number - 1n));
  }
}
