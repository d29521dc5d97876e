import { setTimeout as sleep } from 'node:timers/promises';
import { versionBody } from '../../chaincode/test/rights.js';
import type { Cast, Member } from '../../scripts/demo/cast.js';
import type { AnsweredUse, Client } from '../../scripts/demo/client.js';
import { eventually } from '../../scripts/faults/records.js';
import { costValuation, registration } from '../../scripts/demo/requests.js';
import { termsOf } from '../policy/classes/trial.js';
import { PLAINTEXT, register, type Software, type Stage } from '../policy/stage.js';

export type Name = keyof Cast;
/** Who uses data here: each has a component of its own. */
export type Consumer = 'supplier' | 'regulator';

/** A claim to a dataset of one version. */
export interface ClaimedDataset {
  readonly dataset: string;
  readonly version: string;
  readonly claim: string;
}

export interface OfferedGrant {
  readonly grantId: string;
  readonly termsDigest: string;
}

/** Terms that permit use, counted or not. */
export const termsWith = (changes: object = {}, uses?: number): object => {
  const constraint = [{ leftOperand: 'count', operator: 'lteq', rightOperand: uses }];
  const rule = { action: 'use', ...(uses !== undefined && { constraint }) };
  return termsOf({ permission: [rule] }, changes);
};

const PATIENCE_MS = 120_000;
const REASON = { reason: 'as the history has it' };
const RULEBOOK = {
  answerWithin: 900,
  matchWithin: 86_400,
  contestWithin: 259_200,
  acceptAssertedClaims: false,
};

interface SpaceRecord {
  readonly rulebook: { readonly version: number };
}

/** What members do at their own gateways, by what it is called in a history. */
export class House {
  readonly stage: Stage;
  /** Version of the last rulebook that was approved here. */
  #rulebook = 0;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  member(name: Name): Member {
    return this.stage.cast[name];
  }

  /** Whose claim is transferred, and who gets it, must not register it: two registrars. */
  async prepare(): Promise<void> {
    const { steel, regulator } = this.stage.cast;
    await this.#amend({ registrars: [regulator.participant, steel.participant] });
  }

  /** A dataset of steel's, under a claim that a registrar registered. @param owner further holder of the claim */
  async registered(owner?: Name): Promise<ClaimedDataset> {
    const { cast } = this.stage;
    if (owner === undefined) return register(cast);
    const { claim } = registration(cast.steel) as { claim: object };
    const shares = [cast.steel, cast[owner]].map(({ participant }) => ({ participant, share: 500_000 }));
    const jointly = { ...registration(cast.steel), claim: { ...claim, holders: shares } };
    const { result } = await cast.steel.officer.upload<{ result: Record<string, string> }>(
      '/datasets/files',
      'dataset',
      jointly,
      new Blob([PLAINTEXT]),
    );
    const { datasetId = '', versionId = '', claimId = '' } = result;
    await cast[owner].officer.submit('claims:Consent', { claimId });
    await cast.regulator.officer.submit('claims:Register', { claimId });
    return { dataset: datasetId, version: versionId, claim: claimId };
  }

  /** A dataset whose custodian has lost the key: nobody can answer for it. */
  async keyless(): Promise<ClaimedDataset> {
    const { steel, regulator } = this.stage.cast;
    const body = { ...registration(steel), version: versionBody() };
    const { result } = await steel.officer.submit('datasets:Register', body);
    const { datasetId = '', versionId = '', claimId = '' } = result;
    await regulator.officer.submit('claims:Register', { claimId });
    return { dataset: datasetId, version: versionId, claim: claimId };
  }

  /** Puts terms on the table: steel offers, or the consumer asks for them. */
  async open(
    ground: ClaimedDataset,
    by: 'steel' | Consumer,
    consumer: Consumer,
    terms: object,
    more = {},
  ): Promise<OfferedGrant> {
    const { steel } = this.stage.cast;
    const about = {
      dataset: ground.dataset,
      selector: { all: true },
      claim: ground.claim,
      rightsUsed: ['USE'],
      terms,
      ...more,
    };
    if (by === 'steel') {
      const offer = { ...about, consumer: this.member(consumer).participant };
      return this.#tabled(this.member(by).officer, 'grants:Offer', offer);
    }
    return this.#tabled(this.member(by).officer, 'grants:Request', { ...about, provider: steel.participant });
  }

  counter(by: Name, { grantId, termsDigest }: OfferedGrant, terms: object): Promise<OfferedGrant> {
    return this.#tabled(this.member(by).officer, 'grants:Counter', { grantId, termsDigest, terms });
  }

  /** `grants:Accept` and `grants:Consent`. */
  async agree(by: Name, verb: 'Accept' | 'Consent', { grantId, termsDigest }: OfferedGrant): Promise<void> {
    await this.member(by).officer.submit(`grants:${verb}`, { grantId, termsDigest });
  }

  async sublicense(parentId: string, from: Consumer, to: Consumer, terms: object): Promise<OfferedGrant> {
    const consumer = this.member(to).participant;
    const tabled = await this.#tabled(this.member(from).officer, 'grants:Sublicense', {
      parentId,
      consumer,
      terms,
    });
    await this.agree(to, 'Accept', tabled);
    return tabled;
  }

  /** What one side does to a grant by itself: `Suspend`, `Resume`, `Revoke`, `Terminate`, `Decline`, `Withdraw`. */
  async turn(by: Name, verb: string, grantId: string): Promise<void> {
    await this.member(by).officer.submit(`grants:${verb}`, { grantId, ...REASON });
  }

  async ask(grantId: string, { version }: ClaimedDataset, consumer: Consumer): Promise<string> {
    const { id: component, client } = this.software(consumer);
    const { usageId } = await client.post<{ usageId: string }>('/usages', {
      grant: grantId,
      version,
      action: 'read',
      purpose: 'predictive-maintenance',
      territory: 'CN-31',
      component,
    });
    return usageId;
  }

  /** From request to answer: `ALLOWED`, or why not. */
  async use(
    grantId: string,
    ground: ClaimedDataset,
    consumer: Consumer,
  ): Promise<{ readonly id: string; readonly outcome: string }> {
    const id = await this.ask(grantId, ground, consumer);
    const { answer } = await this.software(consumer).client.answered(id, PATIENCE_MS);
    return { id, outcome: answer?.code ?? answer?.outcome ?? 'NONE' };
  }

  /** Opens an allowed use and waits for its acknowledgement. */
  async acknowledged(id: string, consumer: Consumer): Promise<void> {
    const { client } = this.software(consumer);
    const text = Buffer.from(await client.open(id)).toString();
    if (text !== PLAINTEXT) throw new Error(`${id} opened to other bytes`);
    await this.#until(client, id, ({ state }) => state === 'ACKNOWLEDGED');
  }

  /** Contested, delivered by the custodian's gateway, and ruled upon. */
  async contested(id: string, finding: 'UPHELD' | 'REJECTED'): Promise<void> {
    const { supplier, regulator } = this.stage.cast;
    await supplier.officer.submit('usage:Contest', { usageId: id, reason: 'NOT_DELIVERED' });
    await this.#until(supplier.connector, id, ({ contest }) => contest?.header !== undefined);
    await regulator.officer.submit('usage:Adjudicate', { usageId: id, finding, ...REASON });
  }

  async renewed(id: string, consumer: Consumer, number: number): Promise<string> {
    const { id: component, client } = this.software(consumer);
    const { result } = await client.submit('usage:Renew', { usageId: id, component, number });
    return result['code'] ?? result['outcome'] ?? 'NONE';
  }

  /** A request that its custodian leaves alone, past the time in which it must be answered. */
  async lapsed(grantId: string, ground: ClaimedDataset, consumer: Consumer): Promise<string> {
    const id = await this.ask(grantId, ground, consumer);
    await this.amended({ answerWithin: 1 });
    await sleep(1100);
    await this.member(consumer).officer.submit('usage:Lapse', { usageId: id });
    await this.amended({});
    return id;
  }

  /** The next rulebook, which the operator and the regulator approve. */
  async amended(changes: object): Promise<void> {
    const { rulebook } = await this.stage.cast.steel.officer.get<SpaceRecord>('/space');
    // The own peer may be a block behind the last approval.
    this.#rulebook = Math.max(rulebook.version, this.#rulebook) + 1;
    await this.#amend({ rulebook: { ...RULEBOOK, ...changes, version: this.#rulebook } });
  }

  /** The claim passes with its grants; custody of the data stays with steel. @returns the claim that follows it */
  async transferred({ claim }: ClaimedDataset, to: Consumer): Promise<string> {
    const { steel } = this.stage.cast;
    const [offeree, custodian] = [this.member(to), steel.participant];
    const offer = { to: offeree.participant, grants: 'PASS', custodian, versions: [] };
    const { result } = await steel.officer.submit('claims:OfferTransfer', { claimId: claim, ...offer });
    const { offerDigest } = result;
    const accepted = await offeree.officer.submit('claims:AcceptTransfer', {
      claimId: claim,
      offerDigest,
    });
    const { successor = '' } = accepted.result;
    await steel.officer.submit('claims:Register', { claimId: successor });
    return successor;
  }

  async valued(subject: string, grantId: string): Promise<string> {
    const { result } = await this.stage.cast.steel.operator.submit(
      'valuations:Assess',
      costValuation(subject, grantId),
    );
    return result['valuationId'] ?? '';
  }

  software(consumer: Consumer): Software {
    return this.stage.software[consumer];
  }

  async #tabled(client: Client, transaction: string, request: object): Promise<OfferedGrant> {
    const { result } = await client.submit(transaction, request);
    const { grantId = '', termsDigest = '' } = result;
    return { grantId, termsDigest };
  }

  async #amend(changes: object): Promise<void> {
    const { steel, regulator } = this.stage.cast;
    const { result } = await steel.officer.submit('space:ProposeAmendment', { changes, ...REASON });
    await regulator.officer.submit('space:ApproveAmendment', { amendmentId: result['amendmentId'] });
  }

  async #until(client: Client, id: string, isDone: (use: ContestedUse) => boolean): Promise<void> {
    const isSo = async (): Promise<boolean> => isDone(await client.get<ContestedUse>(`/usages/${id}`));
    if (!(await eventually(isSo, PATIENCE_MS))) throw new Error(`${id} was not done in time`);
  }
}

interface ContestedUse extends AnsweredUse {
  readonly contest?: { readonly header?: string };
}
