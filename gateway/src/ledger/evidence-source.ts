import { common } from '@hyperledger/fabric-protos';
import { decode } from '@tallystick/network/wire';
import type { EnrolledIdentity } from '../identities/index.js';
import type { PeerAddress } from './connection.js';
import { readFailure } from './fabric-failure.js';
import { newPeerPool } from './peer-pool.js';
import { ChainBroken } from './port-errors.js';
import { lastConfigOf, rawBlockOf, type RawBlock } from './raw-block.js';

/** Whole blocks, as the own peer has them. */
export interface EvidenceSource {
  /** Number of the newest block. Throws LedgerError. */
  height(): Promise<bigint>;
  /** A block (`common.Block`). Throws LedgerError. */
  blockBytes(number: bigint): Promise<Uint8Array>;
  /** The same in parts. Throws LedgerError, ChainBroken when it is another block than was asked for. */
  block(number: bigint): Promise<RawBlock>;
  close(): void;
}

export interface EvidenceSourceOptions {
  readonly peers: readonly PeerAddress[];
  readonly channel: string;
  /** Signs the questions. */
  readonly reader: EnrolledIdentity;
  /** Milliseconds for one answer. */
  readonly patience?: number;
}

const PATIENCE = 15_000;
const QSCC = 'qscc';

/** Over connections of its own: whoever asks for evidence must not stand in the way of uses. */
export function newEvidenceSource(options: EvidenceSourceOptions): EvidenceSource {
  const { channel, reader, patience = PATIENCE } = options;
  const pool = newPeerPool({ peers: options.peers, channel, reader });

  async function own(transaction: string, ...args: readonly string[]): Promise<Uint8Array> {
    try {
      return await pool.ask(patience, (peer, deadline) => {
        const contract = peer.gatewayOf(reader).getNetwork(channel).getContract(QSCC);
        const proposal = contract.newProposal(transaction, {
          arguments: [channel, ...args],
          endorsingOrganizations: [reader.mspId],
        });
        return peer.evaluate(reader, proposal, deadline);
      });
    } catch (error) {
      throw readFailure(error);
    }
  }

  const blockBytes = (number: bigint): Promise<Uint8Array> => own('GetBlockByNumber', number.toString());

  return {
    height: async () => BigInt(decode(common.BlockchainInfo, await own('GetChainInfo')).getHeight()) - 1n,
    blockBytes,
    block: async (number) => {
      const block = rawBlockOf(await blockBytes(number));
      if (block.number !== number) throw new ChainBroken(number, 'the peer has given another block');
      return block;
    },
    close: () => pool.close(),
  };
}

/** The configuration blocks up to a block, newest first, as each block names the one before it. */
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
