import type { Contract, Transaction } from '@hyperledger/fabric-gateway';
import { StatusCode } from '@hyperledger/fabric-gateway';
import { encode } from '@tallystick/chaincode/model';
import { tlsRootFile } from '@tallystick/network/identity';
import { organisationDirectory, peerAddresses } from '@tallystick/network/topology';
import { readFile } from 'node:fs/promises';
import { readIdentities, type EnrolledIdentity } from '../../gateway/src/identities/index.js';
import { newPeer, type Peer, type PeerAddress } from '../../gateway/src/ledger/connection.js';
import type { Space } from '../../scripts/space.js';

/** Nothing opens with it: answers that name it are about the decision. */
export const HEADER = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';

/** What became of a transaction that was ordered. */
export interface Ordered {
  readonly code: string;
  readonly block: bigint;
}

/** An endorsed transaction that its submitter has not sent to be ordered. */
export interface Held {
  readonly txId: string;
  /** What the endorsers have signed that the contract returns. */
  readonly result: Readonly<Record<string, string>>;
  order(): Promise<Ordered>;
}

/** An organisation's first peer, and how it is reached. */
export async function peerOf({ topology }: Space, mspId: string): Promise<PeerAddress> {
  const [address] = peerAddresses(topology, mspId);
  if (!topology.tls) return { address };
  const root = tlsRootFile(organisationDirectory(topology, mspId));
  return { address, tlsRootCertificates: await readFile(root), serverName: 'localhost' };
}

/** An organisation without a gateway of ours: it signs what it likes, and orders it when it likes. */
export class Outlaw {
  readonly #peer: Peer;
  readonly #identities: ReadonlyMap<string, EnrolledIdentity>;
  readonly #space: Space;

  private constructor(space: Space, peer: Peer, identities: ReadonlyMap<string, EnrolledIdentity>) {
    this.#space = space;
    this.#peer = peer;
    this.#identities = identities;
  }

  static async of(space: Space, mspId: string): Promise<Outlaw> {
    const identities = await readIdentities(space.gateways[mspId]?.identitiesDir ?? '', mspId);
    return new Outlaw(space, newPeer(await peerOf(space, mspId)), identities);
  }

  /** Endorsed by everybody who must, and held. @param transientData for the endorsers alone */
  async hold(
    identity: string,
    transaction: string,
    request: object,
    transientData: Readonly<Record<string, string>> = {},
  ): Promise<Held> {
    const proposal = this.#contract(identity).newProposal(transaction, {
      arguments: [encode(request)],
      transientData,
    });
    const endorsed = await proposal.endorse();
    const result = JSON.parse(Buffer.from(endorsed.getResult()).toString('utf8')) as Held['result'];
    return { txId: endorsed.getTransactionId(), result, order: () => order(endorsed) };
  }

  /** Endorsed by the own peer alone, and never ordered. */
  async tell(
    identity: string,
    transaction: string,
    request: object,
    transientData: Readonly<Record<string, string>>,
  ): Promise<void> {
    const call = { arguments: [encode(request)], transientData };
    await this.#contract(identity).newProposal(transaction, call).evaluate();
  }

  /** Endorsed and ordered at once. @throws Error unless it is valid */
  async submit(
    identity: string,
    transaction: string,
    request: object,
    transientData: Readonly<Record<string, string>> = {},
  ): Promise<Ordered & Pick<Held, 'result' | 'txId'>> {
    const held = await this.hold(identity, transaction, request, transientData);
    const ordered = await held.order();
    if (ordered.code !== 'VALID') throw new Error(`${transaction}: ${ordered.code}`);
    return { ...ordered, result: held.result, txId: held.txId };
  }

  close(): void {
    this.#peer.close();
  }

  #contract(name: string): Contract {
    const identity = this.#identities.get(name);
    if (identity === undefined) throw new Error(`${name} is not enrolled`);
    const { channel, chaincode } = this.#space.topology;
    return this.#peer.gatewayOf(identity).getNetwork(channel).getContract(chaincode.name);
  }
}

async function order(endorsed: Transaction): Promise<Ordered> {
  const { code, blockNumber } = await (await endorsed.submit()).getStatus();
  const [name = ''] = Object.entries(StatusCode).find(([, each]) => each === code) ?? [];
  return { code: name, block: blockNumber };
}
