import type { common } from '@hyperledger/fabric-protos';
import { connectGateway, newAuthor, type Author, type GatewayCalls } from './client.js';
import { followPeer, type Follower } from './follower.js';
import type { LedgerAccess } from './ledger.js';
import { ORGANISATIONS, type MspId, type Operation, type Signatory } from './program.js';
import { newProposal } from './proposal.js';

/** Connections to a ledger: a Gateway and a follower per organisation, and everybody who signs. */
export interface Stage {
  readonly ledger: LedgerAccess;
  gateway(signatory: Signatory): GatewayCalls;
  author(signatory: Signatory): Author;
  follower(mspId: MspId): Follower;
  /** Runs operations on one organisation's peer without ordering them, and returns the answers. */
  ask(mspId: MspId, run: readonly Operation[]): Promise<readonly string[]>;
  /** Resolves once every peer is as high as `height`. */
  untilHeight(height: number): Promise<void>;
  close(): void;
}

const PATIENCE_MS = 120_000;

const isOrganisation = (signatory: Signatory): signatory is MspId =>
  (ORGANISATIONS as readonly string[]).includes(signatory);

function everyOrganisation<T>(make: (mspId: MspId) => T): Record<MspId, T> {
  return { Org1MSP: make('Org1MSP'), Org2MSP: make('Org2MSP'), Org3MSP: make('Org3MSP') };
}

class ConnectedStage implements Stage {
  readonly ledger: LedgerAccess;
  readonly #gateways: Record<MspId, GatewayCalls>;
  readonly #followers: Record<MspId, Follower>;
  readonly #authors: Readonly<Record<Signatory, Author>>;

  constructor(ledger: LedgerAccess, followers: Record<MspId, Follower>) {
    const { identities, peers } = ledger;
    this.ledger = ledger;
    this.#followers = followers;
    this.#gateways = everyOrganisation((mspId) => connectGateway(peers[mspId]));
    this.#authors = {
      ...everyOrganisation((mspId) => newAuthor(identities[mspId])),
      impostor: newAuthor(identities.impostor),
      stranger: newAuthor(identities.stranger),
      borrower: newAuthor(identities.borrower),
    };
  }

  gateway(signatory: Signatory): GatewayCalls {
    return this.#gateways[isOrganisation(signatory) ? signatory : 'Org1MSP'];
  }

  author(signatory: Signatory): Author {
    return this.#authors[signatory];
  }

  follower(mspId: MspId): Follower {
    return this.#followers[mspId];
  }

  async ask(mspId: MspId, run: readonly Operation[]): Promise<readonly string[]> {
    const { channel, chaincode } = this.ledger;
    const { txId, signed } = await newProposal(this.author(mspId), { channel, chaincode, run });
    const payload = await this.gateway(mspId).evaluate(channel, txId, signed, [mspId]);
    return JSON.parse(Buffer.from(payload).toString()) as string[];
  }

  async untilHeight(height: number): Promise<void> {
    for (const mspId of ORGANISATIONS) {
      const follower = this.#followers[mspId];
      const deadline = Date.now() + PATIENCE_MS;
      while (follower.height < height) {
        if (Date.now() > deadline) throw new Error(`${mspId}: no block ${height - 1}`);
        await follower.next(PATIENCE_MS);
      }
    }
  }

  close(): void {
    for (const mspId of ORGANISATIONS) {
      this.#followers[mspId].stop();
      this.#gateways[mspId].close();
    }
  }
}

/** An endorsed put, for what needs any transaction at all. */
export async function endorsedPut(
  stage: Stage,
  key: string,
): Promise<{ txId: string; envelope: common.Envelope }> {
  const { channel, chaincode } = stage.ledger;
  const author = stage.author('Org1MSP');
  const run = [{ op: 'put', key, value: '1' }] as const;
  const { txId, signed } = await newProposal(author, { channel, chaincode, run });
  const envelope = await stage.gateway('Org1MSP').endorse(channel, txId, signed);
  envelope.setSignature(await author.sign(envelope.getPayload_asU8()));
  return { txId, envelope };
}

/** Connects to a ledger that is ready; `close` ends everything that was opened. */
export async function openStage(ledger: LedgerAccess): Promise<Stage> {
  const { peers, channel, identities } = ledger;
  const [first, second, third] = await Promise.all(
    ORGANISATIONS.map((mspId) => followPeer(peers[mspId], channel, identities[mspId])),
  );
  if (!first || !second || !third) throw new Error('there are three organisations');
  return new ConnectedStage(ledger, { Org1MSP: first, Org2MSP: second, Org3MSP: third });
}
