import {
  decode,
  descriptors,
  digestOf,
  digestOfHash,
  encode,
  EMPTY_MAP,
  MemoryNodes,
  proveMap,
  updateMap,
  type CheckpointBody,
  type Digest,
  type MapEntry,
  type RequestOf,
} from '@tallystick/chaincode/model';
import { restore, type Council } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { NO_WITNESS_FAILPOINTS } from '../../src/features/checkpoints/failpoint.js';
import { pointOfCertificate } from '../../src/features/checkpoints/register.js';
import { Restorations, type RestorationParts } from '../../src/features/checkpoints/restoration.js';
import { signBody } from '../../src/features/checkpoints/signing.js';
import { newLog } from '../../src/http/log.js';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import { LedgerUnavailable } from '../../src/ledger/port-errors.js';
import type { StandingKey } from '../../src/projection/port.js';
import { FakeLedger } from '../http/fakes.js';
import { sampleBody } from '../http/fake-checkpoints.js';
import { newTestIdentity } from '../identities/certificates.js';

const AT = '2026-06-01T00:00:00.000Z';
const KEY = 'participant/p';

/** A map in which keys diverge, witnesses who sign it, and a contract that judges what is proposed. */
class Divided {
  readonly ledger = new FakeLedger();
  readonly nodes = new MemoryNodes();
  standing: StandingKey[] = [];
  height = 5;
  /** How far each witness has signed. */
  readonly signedTo: number[];
  readonly witnesses: readonly EnrolledIdentity[];
  readonly council: Council;
  readonly said: string[] = [];
  /** Names nobody, so that only what peers have pinned counts. */
  isUnnamed = false;
  readonly #listeners = new Set<() => void>();
  readonly #texts = new Map<string, string | null>();
  #root = EMPTY_MAP;
  readonly #bodies = new Map<number, { body: CheckpointBody; root: Uint8Array }>();

  constructor(witnesses: readonly EnrolledIdentity[], needed: number) {
    this.witnesses = witnesses;
    this.signedTo = witnesses.map(() => 5);
    this.council = { needed, keys: witnesses.map(({ certificate }) => pointOfCertificate(certificate)!) };
    this.ledger.outcomeOf = ({ argument }) => this.#judge(argument);
    this.#grow();
  }

  /** Something else stands under a key than the rules wrote. */
  forge(key: string, standing: string | null, text: string | null): void {
    this.#texts.set(key, standing);
    const digest = (value: string | null): Digest | null => (value === null ? null : digestOf(value));
    this.standing = [...this.standing, { key, standing: digest(standing), text }];
    const value = { text: digest(text), leaf: text === null ? null : 3, standing: digest(standing) };
    this.#put([{ space: 'record', key, value }]);
    this.height += 1;
    this.#grow();
  }

  /** Witnesses sign up to the newest height. */
  sign(): void {
    this.signedTo.fill(this.height);
    for (const listener of this.#listeners) listener();
  }

  open(changes: Partial<RestorationParts> = {}): Restorations {
    const log = newLog('debug', { write: (line: string) => void this.said.push(line) });
    return new Restorations({
      ledger: this.ledger,
      projection: this.#projection(),
      checkpoints: {
        commonHeight: (needed) => Promise.resolve([...this.signedTo].sort((a, b) => b - a)[needed - 1]),
        witnessed: (height) => Promise.resolve(this.#witnessed(height)),
      },
      identity: 'operator',
      failpoints: NO_WITNESS_FAILPOINTS,
      log,
      base: 20,
      jitter: 5,
      ...changes,
    });
  }

  #projection(): RestorationParts['projection'] {
    const restoration = {
      needed: this.council.needed,
      witnesses: this.council.keys.map((key) => ({ organisation: 'Org1MSP', key })),
    };
    return {
      standing: () => Promise.resolve(this.standing),
      divergingAmong: (keys) =>
        Promise.resolve(keys.filter((key) => this.standing.some((each) => each.key === key))),
      mapProof: (height, keys) => Promise.resolve(proveMap(this.#bodies.get(height)!.root, keys, this.nodes)),
      body: (height) => Promise.resolve(this.#bodies.get(height)?.body),
      record: () => Promise.resolve({ value: this.isUnnamed ? {} : { restoration } } as never),
      height: () => Promise.resolve(BigInt(this.height)),
      onBlock: (listener) => {
        const own = (): void => listener(BigInt(this.height));
        this.#listeners.add(own);
        return () => void this.#listeners.delete(own);
      },
    };
  }

  #witnessed(height: number): ReturnType<typeof signBody>['witnessing'][] {
    const { body } = this.#bodies.get(height)!;
    const signer = { software: digestOf('software'), now: () => AT };
    return this.witnesses
      .filter((_, index) => this.signedTo[index]! >= height)
      .map((identity) => signBody(body, { identity, ...signer }).witnessing);
  }

  #put(entries: readonly MapEntry[]): void {
    this.#root = updateMap(this.#root, entries, this.nodes);
  }

  #grow(): void {
    const body = { ...sampleBody(this.height), map: digestOfHash(this.#root) };
    this.#bodies.set(this.height, { body, root: this.#root });
  }

  /** As the contract does, by the rules themselves. */
  async #judge(argument: string): Promise<string> {
    const { key, result } = await restore(argument, {
      channel: 'tallystick',
      councils: () => Promise.resolve([this.council]),
      standing: (named) => {
        const text = this.#texts.get(named);
        return Promise.resolve(text === null || text === undefined ? undefined : Buffer.from(text));
      },
    });
    this.standing = this.standing.filter((each) => each.key !== key);
    for (const listener of this.#listeners) listener();
    return result;
  }
}

describe('restorations that a gateway proposes', () => {
  let witnesses: EnrolledIdentity[];
  let restorations: Restorations | undefined;
  before(async () => {
    witnesses = [await newTestIdentity('a'), await newTestIdentity('b'), await newTestIdentity('c')];
  });
  afterEach(async () => {
    await restorations?.stop();
  });

  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 120));

  it('wait for as many witnesses as the space names, and prove what the contract wants', async () => {
    const world = new Divided(witnesses, 2);
    world.forge(KEY, '{"state":"ACTIVE"}', '{"state":"SUSPENDED"}');
    world.signedTo[0] = 6;
    restorations = world.open();
    restorations.start();
    await settle();
    expect(world.ledger.seen).to.deep.equal([], 'one of two has signed');
    world.sign();
    await restorations.idle();
    expect(world.standing).to.deep.equal([]);
    const [{ identity, transaction, argument }] = world.ledger.seen as [(typeof world.ledger.seen)[number]];
    expect([identity, transaction]).to.deep.equal(['operator', 'records:Restore']);
    const request = decode(argument) as unknown as RequestOf<typeof descriptors.records.Restore>;
    expect(encode(descriptors.records.Restore.request.parse(request))).to.equal(argument);
    expect(request.witnesses).to.have.length(3);
  });

  it('bring back what was deleted, and delete what was invented', async () => {
    const world = new Divided(witnesses, 2);
    world.forge(KEY, null, '{"state":"SUSPENDED"}');
    world.forge('grant/invented', '{"state":"ACTIVE"}', null);
    world.sign();
    restorations = world.open();
    restorations.start();
    await restorations.idle();
    expect(world.standing).to.deep.equal([]);
    expect(world.ledger.seen).to.have.length(2);
  });

  it('do not show a map that is of before the forgery', async () => {
    const world = new Divided(witnesses, 1);
    world.forge(KEY, '{"state":"ACTIVE"}', '{"state":"SUSPENDED"}');
    restorations = world.open();
    restorations.start();
    await settle();
    expect(world.ledger.seen).to.deep.equal([]);
    world.sign();
    await restorations.idle();
    expect(world.standing).to.deep.equal([]);
  });

  it('are tried where the space names nobody: peers may have witnesses pinned', async () => {
    const world = new Divided(witnesses, 3);
    world.isUnnamed = true;
    world.forge(KEY, '{"state":"ACTIVE"}', '{"state":"SUSPENDED"}');
    world.sign();
    restorations = world.open();
    restorations.start();
    await restorations.idle();
    expect(world.standing).to.deep.equal([]);
  });

  it('end when somebody else was quicker', async () => {
    const world = new Divided(witnesses, 1);
    world.forge(KEY, '{"state":"ACTIVE"}', '{"state":"SUSPENDED"}');
    world.sign();
    const others = [world.open({ jitter: 30 }), world.open({ jitter: 30 }), world.open({ jitter: 30 })];
    for (const each of others) each.start();
    await Promise.all(others.map((each) => each.idle()));
    for (const each of others) await each.stop();
    expect(world.standing).to.deep.equal([]);
    expect(world.said.filter((line) => line.includes('could not be restored'))).to.deep.equal([]);
  });

  it('go on after the ledger was away, and not in one breath', async () => {
    const world = new Divided(witnesses, 1);
    world.forge(KEY, '{"state":"ACTIVE"}', '{"state":"SUSPENDED"}');
    world.sign();
    const judged = world.ledger.outcomeOf;
    let failures = 0;
    world.ledger.outcomeOf = (submission, txId) => {
      failures += 1;
      if (failures > 3) return judged(submission, txId);
      return Promise.reject(new LedgerUnavailable('away', { txId }));
    };
    restorations = world.open();
    restorations.start();
    await restorations.idle();
    expect(world.standing).to.deep.equal([]);
    expect(failures).to.equal(4);
  });

  it('leave nothing behind when stopped in between', async () => {
    const world = new Divided(witnesses, 1);
    world.forge(KEY, '{"state":"ACTIVE"}', '{"state":"SUSPENDED"}');
    world.sign();
    const dying = world.open({ jitter: 60_000 });
    dying.start();
    await settle();
    await dying.stop();
    expect(world.ledger.seen).to.deep.equal([]);
    restorations = world.open();
    restorations.start();
    await restorations.idle();
    expect(world.standing).to.deep.equal([]);
  });
});
