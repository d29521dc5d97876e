import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peer } from '@hyperledger/fabric-protos';
import { digestOf, encode, type Digest, type Id, type Opening } from '@tallystick/chaincode/model';
import {
  callerFrom,
  EDITION_TABLE,
  execute,
  NEWEST,
  openingDigest,
  RULES_VERSION,
  type Caller,
} from '@tallystick/chaincode/rules';
import { offer, register, type Granted } from '../../chaincode/test/rights.js';
import {
  certifiedComponent,
  component as buyer,
  constitute,
  regulator,
  steel,
  World,
} from '../../chaincode/test/world.js';
import { openLedger, type Ledger } from '../../network/src/embedded/bootstrap.js';
import { checkConfig, type EmbeddedNodeConfig } from '../../network/src/embedded/config.js';
import { signLowS } from '../../network/src/embedded/ecdsa.js';
import {
  endorse,
  prepareTransaction,
  responsePayload,
} from '../../network/src/embedded/endorsed-transaction.js';
import { fieldKey, LIFECYCLE } from '../../network/src/embedded/lifecycle.js';
import { readLedgerSpec, readPeers, type OwnPeer } from '../../network/src/embedded/organisation.js';
import { encodeReadWriteSet, type NamespaceAccess } from '../../network/src/wire/index.js';
import { openStore, type Store } from '../../network/src/embedded/store.js';
import {
  createOrganisation,
  memberDirectory,
  readIdentity,
  type Identity,
} from '../../network/src/identity/index.js';
import type { Trust } from '../src/trust/trust.js';
import { changed, proposed, type ProposalChanges } from './audit-proposal.js';

const MEMBERS = ['SteelMSP', 'ComponentMSP', 'RegulatorMSP'] as const;
const ORDERER = 'OrdererMSP';
const USERS = ['officer', 'operator', 'connector'] as const;
export const CHANNEL = 'ledger';
export const CHAINCODE = 'tallystick';

/** A transaction that is endorsed and signed, but not in a block yet. */
export interface Prepared {
  readonly txId: string;
  readonly envelope: Uint8Array;
  readonly result: string;
  readonly writes: ReadonlyMap<string, string>;
}

/** What a colluding majority of peers does otherwise than the rules say. */
export interface Collusion {
  /** Endorses these writes instead. */
  readonly writes?: (writes: Map<string, string>) => void;
  /** Runs it under the name of another chaincode. */
  readonly chaincode?: string;
  /** Endorses this instead, in whatever namespaces: bytes that are no text, deletions. */
  readonly access?: (namespaces: Map<string, NamespaceAccess>) => void;
  /** What its peers find under keys, before they look at what was committed; `null` for nothing. */
  readonly over?: ReadonlyMap<string, Uint8Array | null>;
  /** Answers this instead. */
  readonly result?: string;
  readonly status?: number;
  /** Emits this instead; `null` for none. */
  readonly event?: { readonly name: string; readonly payload: string } | null;
  /** Changes the proposal before anybody signs it. */
  readonly proposal?: ProposalChanges;
  /** Changes the common.Payload before its submitter signs it. */
  readonly payload?: (payload: Uint8Array) => Uint8Array;
  /** How many endorse; a majority without. */
  readonly endorsers?: number;
  /** Whether the last of them does so twice. */
  readonly isDoubled?: boolean;
}

interface Answer {
  readonly result: string;
  readonly event: { readonly name: string; readonly payload: string };
  readonly reads: NamespaceAccess['reads'];
  readonly writes: ReadonlyMap<string, string>;
}

function eventOf(event: Answer['event'] | null): peer.ChaincodeEvent | undefined {
  if (event === null) return undefined;
  const made = new peer.ChaincodeEvent();
  made.setEventName(event.name);
  made.setPayload(Buffer.from(event.payload));
  return made;
}

async function makeOrganisation(directory: string, mspId: string): Promise<void> {
  const isOrderer = mspId === ORDERER;
  await createOrganisation(join(directory, mspId), {
    mspId,
    name: mspId.toLowerCase(),
    domain: `${mspId.toLowerCase()}.example`,
    peers: isOrderer ? [] : [{ name: 'peer0' }],
    orderers: isOrderer ? [{ name: 'orderer0' }] : [],
    users: isOrderer
      ? []
      : USERS.map((name) => ({
          name,
          ou: 'client' as const,
          attributes: name === 'connector' ? {} : { 'tallystick.role': name },
        })),
  });
}

function configIn(directory: string): EmbeddedNodeConfig {
  const member = (mspId: string, role: 'peer' | 'orderer', name: string): string =>
    memberDirectory(join(directory, mspId), role, name);
  return checkConfig({
    dataDir: join(directory, 'data'),
    channel: CHANNEL,
    chaincode: { name: CHAINCODE, version: '2.0.0', bundle: 'none' },
    organisations: MEMBERS.map((mspId) => ({
      mspId,
      mspDir: join(directory, mspId, 'msp'),
      peerDir: member(mspId, 'peer', 'peer0'),
      listen: '127.0.0.1:0',
    })),
    orderer: {
      mspId: ORDERER,
      mspDir: join(directory, ORDERER, 'msp'),
      ordererDir: member(ORDERER, 'orderer', 'orderer0'),
    },
    tls: false,
  });
}

interface Parts {
  readonly directory: string;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly peers: readonly OwnPeer[];
  readonly users: ReadonlyMap<string, Identity>;
}

const userName = (mspId: string, role: string | undefined): string => `${mspId}/${role ?? 'connector'}`;

/**
 * A world of the rules' own tests whose transactions become blocks of the embedded node: its own validator, orderer and peers' keys, but
 * no process. Whoever holds all keys can also play the peers that collude.
 */
export class LedgerWorld extends World {
  readonly #parts: Parts;
  readonly #keys = new Map<string, string>();
  constitution = '';

  constructor(parts: Parts) {
    super();
    this.#parts = parts;
    for (const [name, { mspId, certificate }] of parts.users) {
      const { keyDigest } = callerFrom({ mspId, certificate }, this.now);
      this.#keys.set(digestOf(name.replace('/', '//')), keyDigest);
    }
  }

  static async begin(): Promise<LedgerWorld> {
    const directory = await mkdtemp(join(tmpdir(), 'audit-ledger-'));
    await Promise.all([...MEMBERS, ORDERER].map((mspId) => makeOrganisation(directory, mspId)));
    const config = configIn(directory);
    const peers = await readPeers(config);
    const store = await openStore(join(directory, 'ledger'));
    const ledger = await openLedger(store, await readLedgerSpec(config, peers));
    const users = new Map<string, Identity>();
    for (const mspId of MEMBERS)
      for (const user of USERS) {
        const home = memberDirectory(join(directory, mspId), 'client', user);
        users.set(userName(mspId, user), await readIdentity(join(home, 'msp'), mspId));
      }
    return new LedgerWorld({ directory, store, ledger, peers, users });
  }

  /** What to believe of this ledger. */
  trust(changes: Partial<Trust> = {}): Trust {
    return {
      genesis: `sha256:${this.#parts.ledger.genesisHash}`,
      channel: CHANNEL,
      chaincode: CHAINCODE,
      constitution: this.constitution,
      rules: [RULES_VERSION],
      editions: EDITION_TABLE,
      packages: [],
      witnesses: { named: [], needed: 1, replayedFrom: 0 },
      minOrdererSignatures: 1,
      algorithms: ['ecdsa-p256-sha256'],
      singleOperator: true,
      timestampAuthorities: [],
      clockSkew: 900,
      ...changes,
    };
  }

  /** Where the certificate and key of a user are. */
  identityOf(mspId: (typeof MEMBERS)[number], user: (typeof USERS)[number]): string {
    return memberDirectory(join(this.#parts.directory, mspId), 'client', user);
  }

  /** Every block so far, as the node stores it. */
  blocks(): Uint8Array[] {
    const { store, ledger } = this.#parts;
    return Array.from(
      { length: ledger.chain.height },
      (_, number) => new Uint8Array(store.block(number) ?? []),
    );
  }

  override async run<T = Record<string, string>>(
    caller: Omit<Caller, 'time'>,
    transaction: string,
    request: unknown,
    openings: readonly Opening[] = [],
  ): Promise<T> {
    const prepared = await this.prepare(caller, transaction, request, openings);
    if (transaction === 'space:Constitute') this.constitution = prepared.txId;
    await this.commit(prepared);
    return JSON.parse(prepared.result) as T;
  }

  /** Endorses and signs. */
  async prepare(
    by: Omit<Caller, 'time'>,
    transaction: string,
    request: unknown,
    openings: readonly Opening[] = [],
    collusion: Collusion = {},
  ): Promise<Prepared> {
    const user = this.#parts.users.get(userName(by.mspId, by.role));
    if (!user) throw new Error(`nobody is ${by.mspId} ${by.role ?? ''}`);
    const argument = this.#withRealKeys(encode(request));
    const caller = callerFrom(user, this.now);
    const reads = new Map<string, NamespaceAccess['reads'] extends Map<string, infer V> ? V : never>();
    const opened = new Map<Digest, Opening>(openings.map((each) => [openingDigest(each), each]));
    const { writes, result, events } = await execute(
      NEWEST,
      { transaction, argument, caller, openings: opened },
      (key) => {
        const found = this.#parts.store.get(CHAINCODE, key);
        reads.set(key, found?.version);
        const over = collusion.over?.get(key);
        const value = over === undefined ? found?.value : (over ?? undefined);
        return Promise.resolve(value && new TextDecoder('utf-8', { fatal: true }).decode(value));
      },
    );
    const written = new Map(writes);
    collusion.writes?.(written);
    const event = { name: 'tallystick', payload: encode(events) };
    const answer = { result: collusion.result ?? result, event, reads, writes: written };
    return this.#endorsed(user, transaction, argument, answer, collusion);
  }

  /** Whatever its endorsers say came of it: nothing is executed. */
  endorsed(
    by: Omit<Caller, 'time'>,
    transaction: string,
    argument: string,
    {
      writes = new Map(),
      result = '',
      event = null,
    }: Partial<Pick<Answer, 'result' | 'writes'>> & Pick<Collusion, 'event'>,
    collusion: Collusion = {},
  ): Prepared {
    const user = this.#parts.users.get(userName(by.mspId, by.role));
    if (!user) throw new Error(`nobody is ${by.mspId} ${by.role ?? ''}`);
    const answer = { result, event: event ?? { name: '', payload: '' }, reads: new Map(), writes };
    return this.#endorsed(user, transaction, argument, answer, { ...collusion, event });
  }

  /** One block of these. */
  async commit(...prepared: readonly Prepared[]): Promise<void> {
    await this.#parts.ledger.chain.append(prepared.map(({ envelope }) => envelope));
    for (const { writes } of prepared) for (const [key, value] of writes) this.state.set(key, value);
  }

  async end(): Promise<void> {
    await this.#parts.store.close();
    await rm(this.#parts.directory, { recursive: true, force: true });
  }

  #withRealKeys(text: string): string {
    return [...this.#keys].reduce((known, [made, real]) => known.replaceAll(made, real), text);
  }

  #endorsed(
    user: Identity,
    transaction: string,
    argument: string,
    answer: Answer,
    collusion: Collusion,
  ): Prepared {
    const { peers, store, ledger } = this.#parts;
    const { chaincode = CHAINCODE, endorsers = 2, isDoubled = false, status = 200 } = collusion;
    const calling = { channel: CHANNEL, chaincode, args: [transaction, argument], time: this.now };
    const proposal = proposed(user, calling, collusion.proposal);
    const response = new peer.Response();
    response.setStatus(status);
    response.setPayload(Buffer.from(answer.result));
    const sequence = fieldKey(CHAINCODE, 'Sequence');
    const namespaces = new Map<string, NamespaceAccess>([
      [
        LIFECYCLE,
        { reads: new Map([[sequence, store.get(LIFECYCLE, sequence)?.version]]), writes: new Map() },
      ],
      [
        CHAINCODE,
        {
          reads: answer.reads,
          writes: new Map([...answer.writes].map(([key, value]) => [key, Buffer.from(value)])),
        },
      ],
    ]);
    collusion.access?.(namespaces);
    const results = encodeReadWriteSet(namespaces);
    const event = eventOf(collusion.event === undefined ? answer.event : collusion.event);
    const executed = { response, event, results, version: ledger.definition.version };
    const payload = responsePayload(proposal, executed);
    const endorsing = isDoubled
      ? [...peers.slice(0, endorsers), ...peers.slice(endorsers - 1, endorsers)]
      : peers.slice(0, endorsers);
    const endorsements = endorsing.map(({ signer }) => endorse(payload, signer));
    const envelope = prepareTransaction(proposal, payload, endorsements);
    envelope.setPayload(changed(collusion.payload, envelope.getPayload_asU8()));
    envelope.setSignature(signLowS(user.privateKey, envelope.getPayload_asU8()));
    const { txId } = proposal;
    return { txId, envelope: envelope.serializeBinary(), result: answer.result, writes: answer.writes };
  }
}

/** A founded space with a granted dataset, every transaction in a block of its own. */
export async function grantedLedger(
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Granted & { readonly world: LedgerWorld }> {
  const world = await LedgerWorld.begin();
  await constitute(world, 'Audited space', [steel, buyer]);
  const steelComponent = await certifiedComponent(world, 'SteelMSP');
  const buyerComponent = await certifiedComponent(world, 'ComponentMSP');
  const ids = await register(world);
  await world.run(regulator, 'claims:Register', { claimId: ids.claimId });
  const thirdComponent: Id<'component'> = buyerComponent;
  const setting = { world, steelComponent, buyerComponent, thirdComponent, ...ids };
  const { grantId, termsDigest } = await offer(setting, changes);
  await world.run(buyer, 'grants:Accept', { grantId, termsDigest });
  return { ...setting, grantId };
}
