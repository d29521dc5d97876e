import {
  addSeconds,
  digestOf,
  encode,
  keys,
  mayWrite,
  participantId,
  Refusal,
  type AnyRecord,
  type Digest,
  type Id,
  type Json,
  type Key,
  type Opening,
  type RefusalCode,
} from '@tallystick/chaincode/model';
import { execute, NEWEST, openingDigest, type Caller, type Execution } from '@tallystick/chaincode/rules';

export const START = '2026-11-24T08:00:00.000Z';

/** A caller of one organisation in one role; `connector` has no role, only a key. */
export function who(
  mspId: string,
  role: 'officer' | 'operator' | 'auditor' | 'witness' | 'connector' = 'officer',
  unit = '',
): Omit<Caller, 'time'> {
  return {
    participant: participantId(mspId, unit),
    mspId,
    unit,
    keyDigest: digestOf(`${mspId}/${unit}/${role}`),
    role: role === 'connector' ? undefined : role,
  };
}

/** Committed state in memory, and transactions run over it as an endorser would. */
export class World {
  readonly state: Map<string, string>;
  now: string;
  /** The rules that endorsers decide by. */
  edition = NEWEST;
  #nonces = 0;

  constructor(state: ReadonlyMap<string, string> = new Map(), now = START) {
    this.state = new Map(state);
    this.now = now;
  }

  /** A fresh nonce, deterministic per world. */
  nonce(): string {
    this.#nonces += 1;
    return this.#nonces.toString(16).padStart(32, '0');
  }

  later(seconds: number): this {
    this.now = addSeconds(this.now, seconds);
    return this;
  }

  /** A copy that can go its own way. */
  fork(): World {
    const copy = new World(this.state, this.now);
    copy.edition = this.edition;
    copy.#nonces = this.#nonces + 1000;
    return copy;
  }

  /** Endorse without committing. */
  async simulate(
    caller: Omit<Caller, 'time'>,
    transaction: string,
    request: unknown,
    openings: readonly Opening[] = [],
  ): Promise<Execution> {
    const call = {
      transaction,
      argument: encode(request),
      caller: { ...caller, time: this.now },
      openings: new Map<Digest, Opening>(openings.map((opening) => [openingDigest(opening), opening])),
    };
    const done = await execute(this.edition, call, (key) => Promise.resolve(this.state.get(key)));
    // Whatever a test tries: a transaction writes only kinds that its descriptor names.
    for (const key of done.writes.keys())
      if (!mayWrite(transaction, key)) throw new Error(`${transaction} does not name the kind of ${key}`);
    return done;
  }

  /** Endorse and commit; the response. */
  async run<T = Record<string, string>>(
    caller: Omit<Caller, 'time'>,
    transaction: string,
    request: unknown,
    openings: readonly Opening[] = [],
  ): Promise<T> {
    const { writes, result } = await this.simulate(caller, transaction, request, openings);
    for (const [key, value] of writes) this.state.set(key, value);
    return JSON.parse(result) as T;
  }

  /** The code a transaction is refused with, or `undefined` when it is not. Nothing is committed. */
  async refusal(
    caller: Omit<Caller, 'time'>,
    transaction: string,
    request: unknown,
    openings: readonly Opening[] = [],
  ): Promise<RefusalCode | undefined> {
    try {
      await this.simulate(caller, transaction, request, openings);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  get<T extends AnyRecord>(key: Key<T>): T {
    const text = this.state.get(key.text);
    if (text === undefined) throw new Error(`nothing under ${key.text}`);
    return JSON.parse(text) as T;
  }

  record(key: string): Json {
    return JSON.parse(this.state.get(key) ?? 'null') as Json;
  }
}

export const steel = who('SteelMSP');
export const component = who('ComponentMSP');
export const regulator = who('RegulatorMSP');
export const AGE_RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
export const RULEBOOK = {
  version: 1,
  answerWithin: 3600,
  matchWithin: 86_400,
  contestWithin: 259_200,
  acceptAssertedClaims: false,
};

export function profileOf(mspId: string): Record<string, unknown> {
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

/** Founds a space: an operator-regulator-registrar, and members that are certified and active. */
export async function constitute(
  world: { run(by: ReturnType<typeof who>, transaction: string, request: object): Promise<unknown> },
  name: string,
  members: readonly ReturnType<typeof who>[],
): Promise<void> {
  const oversight = [regulator.participant];
  await world.run(regulator, 'space:Constitute', {
    name,
    regulators: oversight,
    registrars: oversight,
    auditors: [],
    rulebook: RULEBOOK,
    founder: profileOf('RegulatorMSP'),
  });
  for (const member of members) {
    await world.run(regulator, 'participants:Admit', profileOf(member.mspId));
    await world.run(member, 'participants:Activate', { participantId: member.participant, rulebook: 1 });
    await world.run(regulator, 'participants:Certify', {
      participantId: member.participant,
      trustLevel: 2,
      assurance: 2,
      validUntil: '2028-01-01T00:00:00.000Z',
    });
  }
}

/** A space with an operator-regulator-registrar and two certified, active members. */
export async function constituted(): Promise<World> {
  const world = new World();
  await constitute(world, 'Test space', [steel, component]);
  return world;
}

/** Certify a component for a member; its key is that member's `connector` key. */
export async function certifiedComponent(
  world: World,
  mspId: string,
  changes: Record<string, unknown> = {},
): Promise<Id<'component'>> {
  const { componentId } = await world.run<{ componentId: Id<'component'> }>(regulator, 'components:Certify', {
    nonce: world.nonce(),
    owner: who(mspId).participant,
    name: `${mspId} connector`,
    manifest: digestOf('manifest'),
    keys: [who(mspId, 'connector').keyDigest],
    profile: 'TRUST',
    assurance: 2,
    validUntil: '2027-11-01T00:00:00.000Z',
    ...changes,
  });
  return componentId;
}

export { keys };
