import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import fc from 'fast-check';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import { newFabricLedger } from '../../src/ledger/fabric-ledger.js';
import { LedgerError, OutcomeUnknown } from '../../src/ledger/port-errors.js';
import { submitWithRetry } from '../../src/ledger/port-retry.js';
import type { Committed, Ledger } from '../../src/ledger/port.js';
import { newTestIdentity } from '../identities/certificates.js';
import { newFakeChain, type FakeChain } from './fake-chain.js';
import { startFakePeer, type Call, type Fault, type FakePeer } from './fake-peer.js';
import { MVCC_READ_CONFLICT, overload, submission, VALID } from './opened-ledger.js';
import { heightRead } from './two-peers.js';
import { times } from '../../../test/sampling.js';

type Name = 'a' | 'b';

/** What goes wrong: at which peer, with which of its next calls, how. */
interface Trouble {
  readonly peer: Name;
  readonly call: Call;
  readonly fault: Fault;
}

interface Story {
  readonly isBft: boolean;
  readonly troubles: readonly Trouble[];
  readonly codes: readonly number[];
  /** A peer that stays at its height until all submissions have ended. */
  readonly lagging: Name | undefined;
  readonly submissions: number;
}

const statusFault = fc.record({
  code: fc.constantFrom(status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED, status.INTERNAL),
  message: fc.constant('as told'),
  isDone: fc.boolean(),
});
const trouble = fc.record<Trouble>({
  peer: fc.constantFrom<Name>('a', 'b'),
  call: fc.constantFrom<Call>('endorse', 'submit', 'submit', 'commitStatus', 'evaluate'),
  fault: fc.oneof(
    { weight: 3, arbitrary: statusFault },
    { weight: 1, arbitrary: fc.constantFrom<Fault>('hang', 'dies', 'dies after') },
    { weight: 1, arbitrary: fc.constant(overload) },
  ),
});
const story = fc.record<Story>({
  isBft: fc.boolean(),
  troubles: fc.array(trouble, { maxLength: 8 }),
  codes: fc.array(fc.constantFrom(VALID, VALID, MVCC_READ_CONFLICT), { maxLength: 4 }),
  lagging: fc.constantFrom(undefined, undefined, 'a', 'b'),
  submissions: fc.integer({ min: 1, max: 4 }),
});

const DEADLINES = { endorse: 300, submit: 150, commit: 400, evaluate: 200 };
const RESTART_MS = 30;
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** Two peers that come back after they have died, until the network is closed. */
class FakeNetwork {
  readonly chain: FakeChain;
  readonly peers: Readonly<Record<Name, FakePeer>>;
  readonly #closed = new AbortController();

  constructor(chain: FakeChain, peers: Record<Name, FakePeer>, told: Story) {
    this.chain = chain;
    this.peers = peers;
    for (const { peer, call, fault } of told.troubles) {
      peers[peer].fail(
        call,
        fault === 'dies' || fault === 'dies after' ? this.#dying(peers, peer, fault) : fault,
      );
    }
  }

  close(): void {
    this.#closed.abort();
    this.peers.a.close();
    this.peers.b.close();
  }

  // The faults of a peer that dies are gone with it.
  #dying(peers: Record<Name, FakePeer>, name: Name, fault: Fault): Fault {
    const peer = peers[name];
    const { close } = peer;
    const port = Number(peer.address.split(':')[1]);
    peer.close = () => {
      close();
      void delay(RESTART_MS)
        .then(() => this.#restart(peers, name, port))
        // Another process may have taken the port: then it stays away.
        .catch(() => undefined);
    };
    return fault;
  }

  async #restart(peers: Record<Name, FakePeer>, name: Name, port: number): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted) return;
    const peer = await startFakePeer({ chain: this.chain, port });
    peers[name] = peer;
    signal.addEventListener('abort', peer.close);
    if (isAborted(signal)) peer.close();
  }
}

interface Told {
  readonly ids: readonly string[];
  readonly committed: Committed | undefined;
  readonly error: unknown;
}

async function submitted(ledger: Ledger): Promise<Told> {
  const ids: string[] = [];
  const onPrepared = (txId: string): void => void ids.push(txId);
  try {
    const committed = await submitWithRetry(ledger, submission, { onPrepared, attempts: 4, patience: 200 });
    return { ids, committed, error: undefined };
  } catch (error) {
    return { ids, committed: undefined, error };
  }
}

/** Asks until a peer answers. */
async function insist<T>(question: () => Promise<T>): Promise<T> {
  for (let looks = 0; ; looks += 1) {
    try {
      return await question();
    } catch (error) {
      if (looks > 3000) throw error;
      await delay(20);
    }
  }
}

describe('whatever happens to two peers', () => {
  let identities: ReadonlyMap<string, EnrolledIdentity>;
  before(async () => {
    const made = await Promise.all(['officer', 'reader'].map((name) => newTestIdentity(name)));
    identities = new Map(made.map((identity) => [identity.name, identity]));
  });

  async function play(told: Story): Promise<void> {
    const chain = newFakeChain();
    chain.isBft = told.isBft;
    chain.judge(...told.codes);
    const peers = { a: await startFakePeer({ chain }), b: await startFakePeer({ chain }) };
    const network = new FakeNetwork(chain, peers, told);
    if (told.lagging !== undefined) peers[told.lagging].committedUpTo = -1;
    const ledger = newFabricLedger({
      peers: [{ address: peers.a.address }, { address: peers.b.address }],
      channel: 'ledger',
      chaincode: 'tallystick',
      identities,
      reader: 'reader',
      deadlines: DEADLINES,
    });
    try {
      const all = await Promise.all(Array.from({ length: told.submissions }, () => submitted(ledger)));
      peers.a.catchUp();
      peers.b.catchUp();
      for (const one of all) await judge(one, chain, ledger);
      const highest = Math.max(...all.map(({ committed }) => Number(committed?.blockNumber ?? -1n)));
      expect(await insist(() => heightRead(ledger)), 'height read').to.be.greaterThan(highest);
    } finally {
      ledger.close();
      network.close();
    }
  }

  async function judge({ ids, committed, error }: Told, chain: FakeChain, ledger: Ledger): Promise<void> {
    const valid = ids.filter((txId) => chain.commits.get(txId)?.code === VALID);
    expect(valid.length, 'took effect').to.be.at.most(1);
    if (committed !== undefined) {
      expect(valid).to.deep.equal([committed.txId]);
      expect(chain.commits.get(committed.txId)?.block).to.equal(Number(committed.blockNumber));
      return;
    }
    expect(error).to.be.instanceOf(LedgerError);
    // Only of an unknown outcome may anything have been ordered; whoever asks later learns it.
    if (!(error instanceof OutcomeUnknown)) {
      expect(valid, `told ${String(error)}`).to.deep.equal([]);
      return;
    }
    expect([error.txId]).to.include.members(valid);
    const found = chain.commits.get(error.txId);
    const outcome = await insist(() => ledger.outcome(error.txId));
    expect(outcome.state).to.equal(
      found === undefined ? 'UNKNOWN' : found.code === VALID ? 'VALID' : 'INVALID',
    );
  }

  it('a transaction takes effect at most once, and one that was acknowledged has taken effect', () =>
    fc.assert(fc.asyncProperty(story, play), { numRuns: times(40) }));
});
