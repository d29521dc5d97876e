import { peer } from '@hyperledger/fabric-protos';
import { admit, admitWriter } from './admission.js';
import type { ChannelConfig } from './channel-config.js';
import type { Chaincode } from './chaincode.js';
import { responsePayload } from './endorsed-transaction.js';
import { messageOf } from './errors.js';
import type { ChaincodeDefinition } from './lifecycle.js';
import type { Proposal } from '../wire/index.js';
import { QSCC, query } from './qscc.js';
import { newSimulation } from './simulator.js';
import type { Store } from './store.js';

/** What came of executing a proposal, before anybody signs it. */
export interface Execution {
  readonly response: peer.Response;
  /** The ProposalResponsePayload that endorsers sign. Absent when the node, not the chaincode, reports an error. */
  readonly payload: Uint8Array | undefined;
}

/** Executes proposals once for all organisations of the node; each organisation signs the same result. */
export interface Endorser {
  /**
   * Checks and executes a proposal. Chaincode errors are an Execution with status 400 and more.
   * @throws NotAdmitted
   */
  execute(proposal: Proposal): Promise<Execution>;
}

export interface EndorserParts {
  readonly channel: string;
  readonly config: ChannelConfig;
  readonly store: Store;
  readonly definition: ChaincodeDefinition;
  readonly chaincode: Chaincode;
}

/** Chaincode answers of this status and more are errors and are not endorsed (fabric-chaincode-go, shim/response.go). */
const ERROR_THRESHOLD = 400;

/** What endorsers may sign of an execution, or nothing when its status forbids that. */
export function endorsable({ response, payload }: Execution): Uint8Array | undefined {
  const status = response.getStatus();
  return status >= 200 && status < ERROR_THRESHOLD ? payload : undefined;
}

function nodeError(message: string): Execution {
  const response = new peer.Response();
  response.setStatus(500);
  response.setMessage(message);
  return { response, payload: undefined };
}

class SharedEndorser implements Endorser {
  readonly #parts: EndorserParts;

  constructor(parts: EndorserParts) {
    this.#parts = parts;
  }

  async execute(proposal: Proposal): Promise<Execution> {
    const { channel, config, store, definition } = this.#parts;
    if (proposal.channelId !== channel) return nodeError(`channel '${proposal.channelId}' not found`);
    const creator = admit(proposal, config, (txId) => store.hasTransaction(txId), Date.now());
    if (proposal.chaincode === QSCC) {
      const response = query(proposal.input.getArgsList_asU8(), creator, this.#parts);
      const executed = { response, event: undefined, results: new Uint8Array(), version: 'syscc' };
      return { response, payload: responsePayload(proposal, executed) };
    }
    admitWriter(creator, config);
    if (proposal.chaincode !== definition.name) return nodeError(undefinedChaincode(proposal));
    return this.#simulate(proposal);
  }

  async #simulate(proposal: Proposal): Promise<Execution> {
    const { store, definition, chaincode } = this.#parts;
    const simulation = newSimulation(definition.name, store.snapshot());
    try {
      const { response, event } = await chaincode.execute({
        txId: proposal.txId,
        channelId: proposal.channelId,
        input: proposal.input.serializeBinary(),
        proposal: proposal.signed,
        state: simulation,
      });
      const executed = { response, event, results: simulation.results(), version: definition.version };
      return { response, payload: responsePayload(proposal, executed) };
    } catch (cause) {
      return nodeError(`error in simulation: ${messageOf(cause)}`);
    } finally {
      simulation.close();
    }
  }
}

function undefinedChaincode({ chaincode, channelId }: Proposal): string {
  return (
    `make sure the chaincode ${chaincode} has been successfully defined on channel ${channelId} and try again: ` +
    `chaincode ${chaincode} not found`
  );
}

/** An endorser over the parts of the node. */
export function newEndorser(parts: EndorserParts): Endorser {
  return new SharedEndorser(parts);
}
