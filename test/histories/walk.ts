import { createHash } from 'node:crypto';
import { termsWith, type Consumer, type ClaimedDataset, type House, type OfferedGrant } from './house.js';
import type { Proven } from './proving.js';

type EndState = 'REVOKED' | 'TERMINATED' | 'SUPERSEDED' | 'DECLINED';
type GrantState = 'NEGOTIATED' | 'ACTIVE' | 'SUSPENDED' | EndState;

/** What the model knows of a grant. */
interface GrantModel {
  readonly terms: object;
  readonly consumer: Consumer;
  readonly at: GroundModel;
  readonly parent?: GrantModel;
  readonly isLeased: boolean;
  tabled: OfferedGrant;
  state: GrantState;
  /** Whose turn it is while it is negotiated. */
  answerer: 'steel' | Consumer;
  /** As the ledger calls it while it is negotiated. */
  word: string;
  suspendedBy?: 'steel' | 'regulator';
  /** Uses that are left; absent: as many as one likes. */
  left?: number;
  replaces?: GrantModel;
}

interface GroundModel extends ClaimedDataset {
  /** Who must consent to what is granted of it. */
  readonly owner?: 'supplier';
  /** Who holds it alone after a transfer. */
  holder?: Consumer;
  /** Of the claim that was transferred. */
  successor?: string;
}

interface UseModel {
  readonly id: string;
  readonly under: GrantModel;
  state: string;
  leases: number;
}

interface Act {
  /** How often it is drawn. */
  readonly weight: number;
  /** Does it where the model allows it; says what it did, or `undefined` where there is nothing to do it to. */
  readonly act: () => Promise<string | undefined>;
}

/** A history is legal but for what the model foretells to be denied: everything it was told must come true, or this is thrown. */
class ModelBroken extends Error {
  override readonly name = 'ModelBroken';
  readonly code = 'MODEL_BROKEN';
}

/** One random history, wholly determined by its seed but for ids and times. */
export class Walk {
  readonly #house: House;
  readonly #seed: string;
  readonly #grounds: GroundModel[] = [];
  readonly #grants: GrantModel[] = [];
  readonly #uses: UseModel[] = [];
  readonly #valuations: string[] = [];
  /** What was done, in order. */
  readonly story: string[] = [];
  #drawn = 0;

  readonly #acts: readonly Act[] = [
    { weight: 1, act: () => this.#register() },
    { weight: 4, act: () => this.#open() },
    { weight: 2, act: () => this.#counter() },
    { weight: 5, act: () => this.#accept() },
    { weight: 1, act: () => this.#decline() },
    { weight: 2, act: () => this.#supersede() },
    { weight: 2, act: () => this.#sublicense() },
    { weight: 2, act: () => this.#suspend() },
    { weight: 3, act: () => this.#resume() },
    { weight: 1, act: () => this.#end() },
    { weight: 8, act: () => this.#use() },
    { weight: 2, act: () => this.#renew() },
    { weight: 3, act: () => this.#contest() },
    { weight: 1, act: () => this.#transfer() },
    { weight: 1, act: () => this.#amend() },
    { weight: 1, act: () => this.#lapse() },
    { weight: 1, act: () => this.#value() },
  ];

  constructor(house: House, seed: string) {
    this.#house = house;
    this.#seed = seed;
  }

  /** Does so many things, and ends with a use. */
  async go(steps: number): Promise<void> {
    await this.#step(this.#acts[0]!);
    const wheel = this.#acts.flatMap((act) => Array.from({ length: act.weight }, () => act));
    while (this.story.length < steps) await this.#step(this.#one(wheel)!);
  }

  /** Every record that the history left, and the state in which it must be. */
  proven(): readonly Proven[] {
    return [
      ...this.#uses.map(({ id, state }): Proven => ({ subject: { kind: 'usage', id }, state })),
      ...this.#grants.map(({ tabled, state, word }): Proven => ({
        subject: { kind: 'grant', id: tabled.grantId },
        state: state === 'NEGOTIATED' ? word : state,
      })),
      ...this.#grounds.flatMap(({ claim, successor }) => claimsOf(claim, successor)),
      ...this.#valuations.map((id): Proven => ({ subject: { kind: 'valuation', id } })),
    ];
  }

  async #step({ act }: Act): Promise<void> {
    const said = await act();
    if (said !== undefined) this.story.push(said);
  }

  async #register(): Promise<string> {
    const owner = this.#coin(3) ? ('supplier' as const) : undefined;
    const made = await this.#house.registered(owner);
    this.#grounds.push(owner === undefined ? made : { ...made, owner });
    return owner === undefined ? 'register' : 'register jointly';
  }

  async #open(): Promise<string | undefined> {
    const at = this.#one(this.#grounds.filter(({ holder }) => holder === undefined));
    if (at === undefined) return undefined;
    const consumer: Consumer = at.owner === undefined && this.#coin(2) ? 'supplier' : 'regulator';
    const [isLeased, isByConsumer] = [this.#coin(3), this.#coin(3)];
    const uses = this.#coin(3) ? 1 : undefined;
    const terms = termsWith({ sublicence: { maxDepth: 1 }, ...(isLeased && { lease: 3600 }) }, uses);
    const [by, answerer] = isByConsumer ? ([consumer, 'steel'] as const) : (['steel', consumer] as const);
    const word: string = isByConsumer ? 'REQUESTED' : 'OFFERED';
    const tabled = await this.#house.open(at, by, consumer, terms);
    const made = {
      terms,
      consumer,
      at,
      isLeased,
      tabled,
      answerer,
      word,
      ...(uses !== undefined && { left: uses }),
    };
    this.#grants.push({ ...made, state: 'NEGOTIATED' });
    return word;
  }

  async #counter(): Promise<string | undefined> {
    const grant = this.#grantIn('NEGOTIATED');
    if (grant === undefined) return undefined;
    const { answerer, consumer, tabled } = grant;
    grant.tabled = await this.#house.counter(answerer, tabled, grant.terms);
    grant.answerer = answerer === 'steel' ? consumer : 'steel';
    grant.word = 'COUNTERED';
    return `counter by ${answerer}`;
  }

  async #accept(): Promise<string | undefined> {
    const grant = this.#grantIn('NEGOTIATED');
    // What it replaces may have ended meanwhile, and the claim it rests on gone to somebody else.
    if (grant === undefined || !this.#mayAccept(grant)) return undefined;
    const { at, tabled, answerer, replaces } = grant;
    if (at.owner !== undefined) await this.#house.agree(at.owner, 'Consent', tabled);
    await this.#house.agree(answerer, 'Accept', tabled);
    grant.state = 'ACTIVE';
    if (replaces !== undefined) replaces.state = 'SUPERSEDED';
    return `${at.owner === undefined ? '' : 'consent, '}accept by ${answerer}`;
  }

  #mayAccept({ at, replaces }: GrantModel): boolean {
    const isOpen = replaces === undefined || ['ACTIVE', 'SUSPENDED'].includes(replaces.state);
    return isOpen && at.holder === undefined;
  }

  async #decline(): Promise<string | undefined> {
    const grant = this.#grantIn('NEGOTIATED');
    if (grant === undefined) return undefined;
    await this.#house.turn(grant.answerer, 'Decline', grant.tabled.grantId);
    grant.state = 'DECLINED';
    return 'decline';
  }

  async #supersede(): Promise<string | undefined> {
    const old = this.#one(
      this.#standing().filter(({ parent, at }) => parent === undefined && at.holder === undefined),
    );
    if (old === undefined) return undefined;
    const { at, consumer, isLeased } = old;
    const terms = termsWith({ survival: ['model'], ...(isLeased && { lease: 3600 }) });
    const tabled = await this.#house.open(at, 'steel', consumer, terms, { supersedes: old.tabled.grantId });
    const grant = {
      terms,
      consumer,
      at,
      isLeased,
      tabled,
      answerer: consumer,
      word: 'OFFERED',
      replaces: old,
    };
    this.#grants.push({ ...grant, state: 'NEGOTIATED' });
    return 'offer to supersede';
  }

  async #sublicense(): Promise<string | undefined> {
    const parent = this.#one(
      this.#grants.filter(
        (grant) =>
          grant.state === 'ACTIVE' &&
          grant.consumer === 'supplier' &&
          grant.left === undefined &&
          grant.at.holder === undefined &&
          'sublicence' in grant.terms,
      ),
    );
    if (parent === undefined) return undefined;
    const terms = { ...parent.terms, sublicence: undefined };
    const tabled = await this.#house.sublicense(parent.tabled.grantId, 'supplier', 'regulator', terms);
    const { at, isLeased } = parent;
    const made = { terms, consumer: 'regulator', at, parent, isLeased, tabled, answerer: 'steel' } as const;
    this.#grants.push({ ...made, state: 'ACTIVE', word: 'OFFERED' });
    return 'sub-licence';
  }

  async #suspend(): Promise<string | undefined> {
    const grant = this.#grantIn('ACTIVE');
    if (grant === undefined || grant.consumer === 'regulator') return undefined;
    const isOwn = grant.parent === undefined && grant.at.holder === undefined && this.#coin(2);
    grant.suspendedBy = isOwn ? 'steel' : 'regulator';
    await this.#house.turn(grant.suspendedBy, 'Suspend', grant.tabled.grantId);
    grant.state = 'SUSPENDED';
    return `suspend by ${grant.suspendedBy}`;
  }

  async #resume(): Promise<string | undefined> {
    const grant = this.#grantIn('SUSPENDED');
    if (grant === undefined) return undefined;
    await this.#house.turn('regulator', 'Resume', grant.tabled.grantId);
    grant.state = 'ACTIVE';
    return 'resume';
  }

  /** Revoked by a regulator that is no party, or ended together. */
  async #end(): Promise<string | undefined> {
    const grant = this.#one(this.#standing().filter(({ consumer }) => consumer !== 'regulator'));
    if (grant === undefined) return undefined;
    const { grantId } = grant.tabled;
    const isTogether = grant.parent === undefined && grant.at.holder === undefined && this.#coin(2);
    if (!isTogether) await this.#house.turn('regulator', 'Revoke', grantId);
    else
      for (const side of ['steel', grant.consumer] as const)
        await this.#house.turn(side, 'Terminate', grantId);
    grant.state = isTogether ? 'TERMINATED' : 'REVOKED';
    return isTogether ? 'terminate' : 'revoke';
  }

  async #use(): Promise<string | undefined> {
    const under = this.#one(
      this.#grants.filter(({ state }) => state !== 'NEGOTIATED' && state !== 'DECLINED'),
    );
    if (under === undefined) return undefined;
    const foretold = outcomeUnder(under);
    const { id, outcome } = await this.#house.use(under.tabled.grantId, under.at, under.consumer);
    this.#expect(outcome, foretold, 'use');
    const use: UseModel = { id, under, state: outcome === 'ALLOWED' ? 'ALLOWED' : 'DENIED', leases: 0 };
    this.#uses.push(use);
    if (outcome !== 'ALLOWED') return `use: ${outcome}`;
    if (under.left !== undefined) under.left -= 1;
    if (this.#coin(2)) return 'use: ALLOWED';
    await this.#house.acknowledged(id, under.consumer);
    use.state = 'ACKNOWLEDGED';
    return 'use: ALLOWED, acknowledged';
  }

  async #renew(): Promise<string | undefined> {
    const use = this.#one(
      this.#uses.filter(
        ({ under, state, leases }) =>
          under.isLeased && leases >= 0 && (state === 'ALLOWED' || state === 'ACKNOWLEDGED'),
      ),
    );
    if (use === undefined) return undefined;
    const { under, id, leases } = use;
    const foretold = outcomeUnder({ ...under, left: 1 });
    this.#expect(await this.#house.renewed(id, under.consumer, leases + 1), foretold, 'renewal');
    // After one that was denied there is no other.
    use.leases = foretold === 'ALLOWED' ? leases + 1 : -1;
    return `renew: ${foretold}`;
  }

  async #contest(): Promise<string | undefined> {
    const use = this.#one(
      this.#uses.filter(
        ({ state, under }) =>
          state === 'ALLOWED' && under.consumer === 'supplier' && under.at.holder === undefined,
      ),
    );
    if (use === undefined) return undefined;
    const finding = this.#coin(2) ? 'UPHELD' : 'REJECTED';
    await this.#house.contested(use.id, finding);
    use.state = finding;
    return `contest: ${finding}`;
  }

  /** To the regulator, where it is no consumer itself. */
  async #transfer(): Promise<string | undefined> {
    const at = this.#one(
      this.#grounds.filter(
        (each) =>
          each.holder === undefined &&
          each.owner === undefined &&
          this.#grants.every((grant) => grant.at !== each || grant.consumer === 'supplier'),
      ),
    );
    if (at === undefined) return undefined;
    at.successor = await this.#house.transferred(at, 'regulator');
    at.holder = 'regulator';
    return 'transfer';
  }

  async #amend(): Promise<string> {
    await this.#house.amended({ contestWithin: 259_200 + this.#draw(1000) });
    return 'amend the rulebook';
  }

  /** Once: it takes long. */
  async #lapse(): Promise<string | undefined> {
    if (this.#uses.some(({ state }) => state === 'LAPSED')) return undefined;
    const at = await this.#house.keyless();
    const terms = termsWith();
    const tabled = await this.#house.open(at, 'steel', 'supplier', terms);
    await this.#house.agree('supplier', 'Accept', tabled);
    const made = { terms, consumer: 'supplier', at, isLeased: false, tabled, answerer: 'steel' } as const;
    // Nothing else is done with it: nobody would ever answer.
    const under: GrantModel = { ...made, state: 'ACTIVE', word: 'OFFERED' };
    const id = await this.#house.lapsed(tabled.grantId, at, 'supplier');
    this.#uses.push({ id, under, state: 'LAPSED', leases: 0 });
    return 'lapse';
  }

  async #value(): Promise<string | undefined> {
    const use = this.#one(this.#uses.filter(({ state }) => state === 'ACKNOWLEDGED'));
    if (use === undefined) return undefined;
    this.#valuations.push(await this.#house.valued(use.id, use.under.tabled.grantId));
    return 'valuation';
  }

  #grantIn(state: GrantState): GrantModel | undefined {
    return this.#one(this.#grants.filter((grant) => grant.state === state));
  }

  /** Grants that were accepted and have not ended. */
  #standing(): readonly GrantModel[] {
    return this.#grants.filter(({ state }) => state === 'ACTIVE' || state === 'SUSPENDED');
  }

  #expect(outcome: string, foretold: string, what: string): void {
    if (outcome === foretold) return;
    throw new ModelBroken(
      `${what}: ${outcome}, and ${foretold} was foretold, after ${this.story.join('; ')}`,
    );
  }

  #one<T>(from: readonly T[]): T | undefined {
    return from[this.#draw(Math.max(1, from.length))];
  }

  #coin(sides: number): boolean {
    return this.#draw(sides) === 0;
  }

  #draw(below: number): number {
    this.#drawn += 1;
    const digest = createHash('sha256').update(`${this.#seed}/${this.#drawn}`).digest();
    return digest.readUInt32BE(0) % below;
  }
}

const claimsOf = (id: string, successor: string | undefined): readonly Proven[] => [
  { subject: { kind: 'claim', id }, state: successor === undefined ? 'REGISTERED' : 'TRANSFERRED' },
  ...(successor === undefined
    ? []
    : [{ subject: { kind: 'claim', id: successor }, state: 'REGISTERED' } as const]),
];

/** A use needs its grant and all that it comes of in force, and a slot. */
function outcomeUnder(grant: Pick<GrantModel, 'state' | 'parent' | 'left'>): string {
  for (
    let each: Pick<GrantModel, 'state' | 'parent'> | undefined = grant;
    each !== undefined;
    each = each.parent
  )
    if (each.state !== 'ACTIVE') return 'GRANT_NOT_ACTIVE';
  return grant.left === 0 ? 'QUOTA' : 'ALLOWED';
}
