import { digestOf, encode, type Id, type Opening } from '@tallystick/chaincode/model';
import {
  component as buyer,
  profileOf,
  regulator,
  RULEBOOK,
  START,
  steel,
  who,
  World,
} from '../../chaincode/test/world.js';
import type { Caller } from '@tallystick/chaincode/rules';
import { register, third, type Setting } from '../../chaincode/test/rights.js';
import { byzantine, singleOperator } from './configuration.js';
import { Ledger, type Executed, type Forging, type Recorded } from './ledger.js';
import { organisation, type Organisation, type Person } from './parties.js';

type Who = Omit<Caller, 'time'>;

/** A world whose transactions are signed by people, endorsed by peers and ordered into blocks. */
export class SpaceWorld extends World {
  readonly ledger: Ledger;
  readonly people: ReadonlyMap<string, Organisation>;
  /** What the next transaction is forged with. */
  forging: Forging = {};
  /** Who signs the next transaction in the caller's place. */
  as: Person | undefined;
  last: Recorded | undefined;

  constructor(ledger: Ledger, people: readonly Organisation[]) {
    super(new Map(), START);
    this.ledger = ledger;
    this.people = new Map(people.map((each) => [each.mspId, each]));
  }

  /** Who is on the channel. */
  get organisations(): readonly Organisation[] {
    return this.ledger.blocks.members.organisations;
  }

  person({ mspId, role }: Who): Person {
    return this.people.get(mspId)!.people[role === undefined || role === 'auditor' ? 'connector' : role];
  }

  override async run<T = Record<string, string>>(
    caller: Who,
    transaction: string,
    request: unknown,
    openings: readonly Opening[] = [],
    execution?: Executed,
  ): Promise<T> {
    const forging = this.forging;
    const person = this.as ?? this.person(caller);
    this.forging = {};
    this.as = undefined;
    this.later(1);
    const { result, recorded } = await this.ledger.invoke(
      { caller: person, transaction, argument: encode(request), time: this.now, openings, execution },
      forging,
    );
    this.last = recorded;
    for (const key of recorded.keys) this.#follow(key);
    return JSON.parse(result) as T;
  }

  #follow(key: string): void {
    const text = this.ledger.text(key);
    if (text === undefined) this.state.delete(key);
    else this.state.set(key, text);
  }
}

export interface Options {
  readonly consensus?: 'BFT' | 'SINGLE_OPERATOR';
  readonly channel?: string;
  /** Version of the chaincode definition: it says by which rules is decided. The newest where none is given. */
  readonly definition?: string;
  /** Whether a third member is on the channel, with a component of its own. */
  readonly hasThird?: boolean;
}

const ORGANISATIONS = ['RegulatorMSP', 'SteelMSP', 'ComponentMSP'];
const ORDERERS = ['North', 'East', 'South', 'West'].map((name) => `${name}OrdererMSP`);

/** Versions of the definition that name the two editions of the rules. */
export const FIRST_EDITION = '1.0.0';
export const SECOND_EDITION = '2.0.0';

/** A channel with a definition of the chaincode and nothing else. */
async function opened({
  consensus = 'BFT',
  channel,
  definition = SECOND_EDITION,
  hasThird,
}: Options = {}): Promise<SpaceWorld> {
  const people = await Promise.all([...ORGANISATIONS, 'ThirdMSP'].map(organisation));
  const isShared = consensus === 'BFT';
  const orderers = await Promise.all((isShared ? ORDERERS : ['OperatorMSP']).map(organisation));
  const joined = hasThird === true ? people : people.slice(0, ORGANISATIONS.length);
  const members = { organisations: joined, orderers };
  const ledger = new Ledger(members, isShared ? byzantine : singleOperator, channel);
  ledger.define(definition);
  return new SpaceWorld(ledger, people);
}

async function certified(world: SpaceWorld, mspId: string): Promise<Id<'component'>> {
  const { componentId } = await world.run<{ componentId: Id<'component'> }>(regulator, 'components:Certify', {
    nonce: world.nonce(),
    owner: who(mspId).participant,
    name: `${mspId} connector`,
    manifest: digestOf('manifest'),
    keys: [world.people.get(mspId)!.people.connector.keyDigest],
    profile: 'TRUST',
    assurance: 2,
    validUntil: '2027-11-01T00:00:00.000Z',
  });
  return componentId;
}

/** The space, constituted. */
async function constituted(options: Options = {}): Promise<SpaceWorld> {
  const world = await opened(options);
  const oversight = [regulator.participant];
  await world.run(regulator, 'space:Constitute', {
    name: 'Test space',
    regulators: oversight,
    registrars: oversight,
    auditors: [],
    rulebook: RULEBOOK,
    founder: profileOf('RegulatorMSP'),
  });
  return world;
}

async function admitted(world: SpaceWorld, ...members: Who[]): Promise<void> {
  await world.run(
    regulator,
    'participants:Admit',
    members.map(({ mspId }) => profileOf(mspId)),
  );
  for (const member of members)
    await world.run(member, 'participants:Activate', { participantId: member.participant, rulebook: 1 });
  await world.run(
    regulator,
    'participants:Certify',
    members.map(({ participant }) => ({
      participantId: participant,
      trustLevel: 2,
      assurance: 2,
      validUntil: '2028-01-01T00:00:00.000Z',
    })),
  );
}

export interface Site extends Setting {
  readonly world: SpaceWorld;
}

/** A small space: one member, whose dataset has a registered claim. */
export async function claimed(options: Options = {}): Promise<Site> {
  const world = await constituted(options);
  await admitted(world, steel);
  const ids = await register(world);
  const { claimId } = ids;
  await world.run(regulator, 'claims:Register', { claimId });
  const none = '' as Id<'component'>;
  return { world, ...ids, steelComponent: none, buyerComponent: none, thirdComponent: none };
}

/** Two members with a component each, and a dataset of the one with a registered claim. */
export async function settled(
  options: Options = {},
  registration: Readonly<Record<string, unknown>> = {},
): Promise<Site> {
  const world = await constituted(options);
  const { hasThird = false } = options;
  await admitted(world, steel, buyer, ...(hasThird ? [third] : []));
  const components = {
    steelComponent: await certified(world, 'SteelMSP'),
    buyerComponent: await certified(world, 'ComponentMSP'),
    thirdComponent: hasThird ? await certified(world, 'ThirdMSP') : ('' as Id<'component'>),
  };
  const ids = await register(world, registration);
  await world.run(regulator, 'claims:Register', { claimId: ids.claimId });
  return { world, ...components, ...ids };
}
