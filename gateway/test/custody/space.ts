import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  digestOf,
  encode,
  keys,
  participantId,
  type AnyRecord,
  type Grant,
  type Id,
  type Key,
  type Usage,
} from '@tallystick/chaincode/model';
import { callerFrom } from '@tallystick/chaincode/rules';
import type { Membership } from '../../src/features/channel/port.js';
import type { RegisterMetadata, Registered, UseAsk } from '../../src/features/custody/port.js';
import type { Signer } from '../../src/features/custody/signers.js';
import { openHouse, type House, type HouseOptions } from './house.js';
import { connect, MemoryChain } from './memory-chain.js';
import { ownMembershipOf, signerOf, signersOf } from './signers.js';

const START = '2026-11-24T08:00:00.000Z';
const TERM = { from: '2026-11-01T00:00:00.000Z', until: '2026-12-01T00:00:00.000Z' };
const AGE_RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
export const [STEEL, BUYER, WORKSHOP, REGULATOR] = ['SteelMSP', 'BuyerMSP', 'WorkshopMSP', 'RegulatorMSP'];

type Changes = Readonly<Record<string, unknown>>;

/** A space of four: steel provides, buyer and workshop consume, the regulator governs. All but the last run gateways. */
export class Space {
  readonly chain = new MemoryChain(START);
  readonly directory: string;
  /** Configurations of the channel. */
  memberships: readonly Membership[] = [];
  components: Readonly<Record<string, Id<'component'>>> = {};
  #nonces = 0;
  readonly #houses: House[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async constituted(): Promise<Space> {
    const space = new Space(await mkdtemp(join(tmpdir(), 'tallystick-custody-')));
    space.memberships = [await ownMembershipOf([STEEL, BUYER, WORKSHOP, REGULATOR])];
    const oversight = [participantId(REGULATOR)];
    await space.run(REGULATOR, 'officer', 'space:Constitute', {
      name: 'Test space',
      regulators: oversight,
      registrars: oversight,
      auditors: [],
      rulebook: {
        version: 1,
        answerWithin: 3600,
        matchWithin: 86_400,
        contestWithin: 259_200,
        acceptAssertedClaims: true,
      },
      founder: profileOf(REGULATOR),
    });
    const certified = [];
    for (const mspId of [STEEL, BUYER, WORKSHOP]) certified.push([mspId, await space.#join(mspId)] as const);
    space.components = Object.fromEntries(certified);
    return space;
  }

  /** Open one run of a gateway; runs of one organisation share a directory. */
  async open(
    mspId: string,
    options: Partial<Omit<HouseOptions, 'chain' | 'directory'>> = {},
  ): Promise<House> {
    const directory = join(this.directory, mspId);
    await mkdir(directory, { recursive: true });
    const house = await openHouse({
      signers: await signersOf(mspId),
      memberships: () => Promise.resolve(this.memberships),
      ...options,
      chain: this.chain,
      directory,
    });
    this.#houses.push(house);
    return house;
  }

  async close(): Promise<void> {
    for (const house of this.#houses) await house.close().catch(() => undefined);
    await rm(this.directory, { recursive: true, force: true });
  }

  nonce(): string {
    this.#nonces += 1;
    return this.#nonces.toString(16).padStart(32, '0');
  }

  /** Submit as anybody; the contract's response. */
  async run<T = Record<string, string>>(
    mspId: string,
    role: 'officer' | 'operator' | 'connector',
    transaction: string,
    request: unknown,
  ): Promise<T> {
    const signers = new Map([['it', await signerOf(mspId, role)]]);
    const ledger = connect(this.chain, signers);
    const prepared = ledger.prepare({ identity: 'it', transaction, argument: encode(request) });
    return JSON.parse((await prepared.submit()).result) as T;
  }

  /** A grant of steel's data to the buyer, accepted by it. */
  async grant({ datasetId, claimId }: Registered['result'], changes: Changes = {}): Promise<Id<'grant'>> {
    const { grantId, termsDigest } = await this.offer({ datasetId, claimId }, changes);
    await this.run(BUYER, 'officer', 'grants:Accept', { grantId, termsDigest });
    return grantId;
  }

  offer(
    { datasetId, claimId }: Pick<Registered['result'], 'datasetId' | 'claimId'>,
    changes: Changes = {},
    by = STEEL,
  ): Promise<{ grantId: Id<'grant'>; termsDigest: string }> {
    return this.run(by, 'officer', 'grants:Offer', {
      nonce: this.nonce(),
      dataset: datasetId,
      selector: { all: true },
      claim: claimId,
      rightsUsed: ['USE'],
      consumer: participantId(BUYER),
      terms: termsOf(),
      ...changes,
    });
  }

  ask(grant: Id<'grant'>, version: string, changes: Changes = {}): UseAsk {
    const component = this.components[BUYER];
    if (component === undefined) throw new Error('the buyer has a component');
    const purpose = 'predictive-maintenance';
    return {
      grant,
      version: version as Id<'version'>,
      action: 'read',
      purpose,
      territory: 'CN-31',
      component,
      ...changes,
    };
  }

  usage(usageId: string): Usage {
    return this.#record(keys.usage(usageId as Id<'usage'>));
  }

  grantRecord(grantId: Id<'grant'>): Grant {
    return this.#record(keys.grant(grantId));
  }

  /** Transactions that tried to answer a use, and whether the ledger took them. */
  answersTo(usageId: string): readonly { txId: string; code: string }[] {
    const key = keys.usage(usageId as Id<'usage'>).text;
    return this.chain.ordered
      .filter(({ call }) => call.transaction === 'usage:Answer' && call.writes.some((w) => w.key === key))
      .map(({ txId, code }) => ({ txId, code }));
  }

  #record<T extends AnyRecord>({ text: key }: Key<T>): T {
    const text = this.chain.text(key);
    if (text === undefined) throw new Error(`nothing under ${key}`);
    return JSON.parse(text) as T;
  }

  async #join(mspId: string): Promise<Id<'component'>> {
    const participant = participantId(mspId);
    await this.run(REGULATOR, 'officer', 'participants:Admit', profileOf(mspId));
    await this.run(mspId, 'officer', 'participants:Activate', { participantId: participant, rulebook: 1 });
    await this.run(REGULATOR, 'officer', 'participants:Certify', {
      participantId: participant,
      trustLevel: 2,
      assurance: 2,
      validUntil: '2028-01-01T00:00:00.000Z',
    });
    return this.certified(mspId, [keyOf(await signerOf(mspId, 'connector'))]);
  }

  /** A component of an organisation that holds these keys. */
  async certified(mspId: string, componentKeys: readonly string[]): Promise<Id<'component'>> {
    const { componentId } = await this.run<{ componentId: Id<'component'> }>(
      REGULATOR,
      'officer',
      'components:Certify',
      {
        nonce: this.nonce(),
        owner: participantId(mspId),
        name: `${mspId} connector`,
        manifest: digestOf('manifest'),
        keys: componentKeys,
        profile: 'TRUST',
        assurance: 2,
        validUntil: '2027-11-01T00:00:00.000Z',
      },
    );
    return componentId;
  }
}

export const keyOf = (signer: Signer): string => callerFrom(signer, START).keyDigest;

function profileOf(mspId: string): Changes {
  return {
    mspId,
    legalName: `${mspId} Company`,
    identifiers: { uscc: '91110000600037341L' },
    domicile: 'CN-31',
    sizeClass: 'LARGE',
    roles: ['PROVIDER', 'CONSUMER'],
    recipient: AGE_RECIPIENT,
  };
}

/** A policy as users write it: compact ODRL, one permission to use. */
export const policyOf = (...constraint: readonly Changes[]): Changes => ({
  '@context': 'http://www.w3.org/ns/odrl.jsonld',
  '@type': 'Offer',
  permission: [{ action: 'use', ...(constraint.length > 0 && { constraint }) }],
});

export const termsOf = (changes: Changes = {}): Changes => ({
  agreement: { open: {} },
  enforced: policyOf(),
  term: TERM,
  survival: [],
  ...changes,
});

/** Terms that allow so many uses. */
export const counted = (count: number): Changes =>
  termsOf({ enforced: policyOf({ leftOperand: 'count', operator: 'lteq', rightOperand: count }) });

export const metadata = (changes: Changes = {}): RegisterMetadata =>
  ({
    title: { open: 'Vibration of mill 2' },
    summary: { open: 'One month at 1 kHz.' },
    sector: 'steel',
    classification: { level: 'L1', grade: 'GENERAL', status: 'DECLARED', personalData: false },
    derivedFrom: [],
    version: {
      collection: {
        system: 'rolling mill 2',
        period: { from: '2026-10-01T00:00:00.000Z', until: '2026-11-01T00:00:00.000Z' },
        method: 'sensor',
        timeSource: 'PTP',
      },
    },
    claim: {
      holders: [{ participant: participantId(STEEL), share: 1_000_000 }],
      shareRule: 'JOINT',
      rights: ['HOLD', 'USE', 'OPERATE'],
      origin: 'OWN_ACTIVITY',
      territory: ['CN'],
      term: TERM,
      evidence: [],
    },
    ...changes,
  }) as unknown as RegisterMetadata;
