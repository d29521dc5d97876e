import { status } from '@grpc/grpc-js';
import { Refusal } from '@tallystick/chaincode/model';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import { newFabricLedger, type FabricLedgerOptions } from '../../src/ledger/fabric-ledger.js';
import type { Ledger, Submission } from '../../src/ledger/port.js';
import { newTestIdentity } from '../identities/certificates.js';
import { startFakePeer, type FakePeer, type StatusFault } from './fake-peer.js';

export const submission: Submission = {
  identity: 'officer',
  transaction: 'grants:Accept',
  argument: '{"grantId":"g"}',
};

/** What a promise rejects with; `undefined` when it does not. */
export const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

export const VALID = 0;
export const DUPLICATE_TXID = 9;
export const ENDORSEMENT_POLICY_FAILURE = 10;
export const MVCC_READ_CONFLICT = 11;
export const PHANTOM_READ_CONFLICT = 12;

// Texts as Fabric 3.1 sends them (fabric:internal/pkg/gateway, core/peer limits).
export const overload: StatusFault = {
  code: status.UNKNOWN,
  message: 'too many requests for /gateway.Gateway, exceeding concurrency limit (500)',
};
export const unavailable: StatusFault = { code: status.UNAVAILABLE, message: 'connection error' };
export const processed: StatusFault = { code: status.UNAVAILABLE, message: 'request already processed' };
export const noPlan: StatusFault = {
  code: status.FAILED_PRECONDITION,
  message: 'no combination of peers can be derived which satisfy the endorsement policy',
};
export const notEnough = (...messages: readonly string[]): StatusFault => ({
  code: status.ABORTED,
  message: 'failed to collect enough transaction endorsements, see attached details for more info',
  details: messages.map((message, index) => ({ mspId: `Org${index + 1}MSP`, message })),
});
export const mismatch = notEnough('ProposalResponsePayloads do not match');
export const refusal = new Refusal('NOT_CONSUMER', { grant: 'g' }).message;
export const refused = `chaincode response 500, ${refusal}`;
export const firstRefused: StatusFault = {
  code: status.ABORTED,
  message: 'failed to endorse transaction, see attached details for more info',
  details: [{ mspId: 'Org1MSP', message: refused }],
};

/** A ledger over a fake peer, new for every test. */
export interface OpenedLedger {
  peer: FakePeer;
  ledger: Ledger;
  open(options?: Partial<FabricLedgerOptions>): Ledger;
  /** Closes the ledger and opens one with other options. */
  reopen(options: Partial<FabricLedgerOptions>): void;
}

/** Registers the hooks around each test of the calling suite. */
export function openedLedger(): OpenedLedger {
  let identities: ReadonlyMap<string, EnrolledIdentity> = new Map();
  const opened = {} as OpenedLedger;
  opened.open = (options = {}) =>
    newFabricLedger({
      peers: [{ address: opened.peer.address }],
      channel: 'ledger',
      chaincode: 'tallystick',
      identities,
      reader: 'reader',
      ...options,
    });
  opened.reopen = (options) => {
    opened.ledger.close();
    opened.ledger = opened.open(options);
  };
  before(async () => {
    const made = await Promise.all(['officer', 'reader'].map((name) => newTestIdentity(name)));
    identities = new Map(made.map((identity) => [identity.name, identity]));
  });
  beforeEach(async () => {
    opened.peer = await startFakePeer();
    opened.ledger = opened.open();
  });
  afterEach(() => {
    opened.ledger.close();
    opened.peer.close();
  });
  return opened;
}
