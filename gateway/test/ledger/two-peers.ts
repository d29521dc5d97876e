import type { EnrolledIdentity } from '../../src/identities/index.js';
import { newFabricLedger, type FabricLedgerOptions } from '../../src/ledger/fabric-ledger.js';
import type { Ledger, LedgerBlock } from '../../src/ledger/port.js';
import { newTestIdentity } from '../identities/certificates.js';
import { newFakeChain, type FakeChain } from './fake-chain.js';
import { HEIGHT, startFakePeer, type FakePeer } from './fake-peer.js';
import { syntheticEnvelope } from './synthetic.js';

/** A ledger over two peers of one organisation on one chain, new for every test. */
export interface TwoPeers {
  chain: FakeChain;
  a: FakePeer;
  b: FakePeer;
  ledger: Ledger;
  identity: EnrolledIdentity;
  /** `a endorse`, `b submit`, ...: all calls in order. */
  calls: string[];
  /** Addresses whose stream of blocks broke. */
  disconnects: string[];
  /** Closes the ledger and opens one with other options. */
  reopen(options: Partial<FabricLedgerOptions>): void;
  /** A peer in the place of one that has died, at the same address. */
  restart(name: 'a' | 'b'): Promise<void>;
  append(count: number): void;
}

/** Registers the hooks around each test of the calling suite. */
export function twoPeers(): TwoPeers {
  const two = {} as TwoPeers;
  let identities: ReadonlyMap<string, EnrolledIdentity> = new Map();

  const watch = (name: 'a' | 'b'): void => {
    two[name].onCall = (call) => void two.calls.push(`${name} ${call}`);
  };
  const open = (options: Partial<FabricLedgerOptions> = {}): Ledger =>
    newFabricLedger({
      peers: [{ address: two.a.address }, { address: two.b.address }],
      channel: 'ledger',
      chaincode: 'tallystick',
      identities,
      reader: 'reader',
      onDisconnect: (_error, _pause, address) => void two.disconnects.push(address),
      ...options,
    });
  two.reopen = (options) => {
    two.ledger.close();
    two.ledger = open(options);
  };
  two.restart = async (name) => {
    const port = Number(two[name].address.split(':')[1]);
    two[name] = await startFakePeer({ chain: two.chain, port });
    watch(name);
  };
  two.append = (count) => {
    for (let index = 0; index < count; index += 1) {
      const writes = [{ key: `grant/${two.chain.blocks.length}`, value: '{}' }];
      two.chain.append(
        [syntheticEnvelope(two.identity, { transaction: 'grants:Offer', argument: '{}', writes })],
        [0],
      );
    }
  };

  before(async () => {
    const made = await Promise.all(['officer', 'reader'].map((name) => newTestIdentity(name)));
    identities = new Map(made.map((identity) => [identity.name, identity]));
    two.identity = made[1]!;
  });
  beforeEach(async () => {
    two.chain = newFakeChain();
    two.calls = [];
    two.disconnects = [];
    two.a = await startFakePeer({ chain: two.chain });
    two.b = await startFakePeer({ chain: two.chain });
    watch('a');
    watch('b');
    two.ledger = open();
  });
  afterEach(() => {
    two.ledger.close();
    two.a.close();
    two.b.close();
  });
  return two;
}

/** The height of whichever peer answers. */
export async function heightRead(ledger: Ledger): Promise<number> {
  const record = await ledger.read('officer', HEIGHT);
  return (JSON.parse(record ?? '') as { height: number }).height;
}

export const numbers = (blocks: readonly LedgerBlock[]): number[] =>
  blocks.map(({ number }) => Number(number));
