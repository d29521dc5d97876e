import { setTimeout as sleep } from 'node:timers/promises';
import { templateOf, type PolicyTemplate } from '../../../chaincode/src/policy/templates/index.js';
import { Problem, type Client, type Committed } from '../../../scripts/demo/client.js';
import { inDays, inSeconds } from '../../../scripts/demo/requests.js';
import type { Software, Stage } from '../stage.js';

/** What a usage-policy class is tried with: a policy made by its template, and what somebody does under it. */
export interface Case {
  readonly title: string;
  readonly parameters: (stage: Stage) => object | Promise<object>;
  /** What came of it: `ALLOWED`, the code of a denial, or the code of a refusal. */
  readonly run: (trial: Trial) => Promise<string>;
  readonly expected: string;
  /** Of the terms, beside the policy. */
  readonly terms?: object;
}

/** A policy that must not even be offered. */
export interface Malformed {
  readonly title: string;
  readonly document: (stage: Stage) => object | Promise<object>;
  /** JSON pointer into the terms offered. */
  readonly pointer: string;
}

export interface ClassCases {
  readonly template: PolicyTemplate;
  readonly allow: readonly Case[];
  readonly deny: readonly Case[];
  /** Wrong, missing, stale or forged facts: denied or refused, each with its code. */
  readonly fault: readonly Case[];
  readonly malformed: readonly Malformed[];
}

export function classOf(name: string, cases: Omit<ClassCases, 'template'>): ClassCases {
  const template = templateOf(name);
  if (template === undefined) throw new Error(`no template is called ${name}`);
  return { template, ...cases };
}

/** Terms with a policy, as a side writes them. */
export const termsOf = (enforced: unknown, changes: object = {}): object => ({
  agreement: { open: {} },
  enforced,
  term: { from: inDays(-1), until: inDays(30) },
  survival: [],
  ...changes,
});

export const offerOf = ({ cast, dataset, claim }: Stage, terms: object): object => ({
  dataset,
  selector: { all: true },
  claim,
  rightsUsed: ['USE'],
  consumer: cast.supplier.participant,
  terms,
});

export interface Offered {
  readonly grantId: string;
  readonly termsDigest: string;
}

interface Fact {
  readonly operand: string;
  readonly value: unknown;
}

/** Acceptances count the open grants of a provider, so two at once on one stage would cancel each other. */
const accepting = new WeakMap<Stage, Promise<unknown>>();

/** Grants on these terms, accepted by the supplier: two transactions, however many there are. */
export async function grant(stage: Stage, terms: readonly object[]): Promise<readonly Offered[]> {
  const { steel, supplier } = stage.cast;
  const offers = terms.map((each) => offerOf(stage, each));
  const { result } = await steel.officer.submit<readonly Offered[]>('grants:Offer', offers);
  const acceptances = result.map(({ grantId, termsDigest }) => ({ grantId, termsDigest }));
  const accept = (): Promise<unknown> => supplier.officer.submit('grants:Accept', acceptances);
  const accepted = (accepting.get(stage) ?? Promise.resolve()).then(accept, accept);
  accepting.set(stage, accepted);
  await accepted;
  return acceptances;
}

/** One grant, on which one case is tried. */
export class Trial {
  readonly stage: Stage;
  readonly terms: object;
  readonly grantId: string;
  readonly termsDigest: string;

  constructor(stage: Stage, terms: object, { grantId, termsDigest }: Offered) {
    this.stage = stage;
    this.terms = terms;
    this.grantId = grantId;
    this.termsDigest = termsDigest;
  }

  /** The same terms on another grant, of another dataset where one is set on stage. */
  async another(stage = this.stage): Promise<Trial> {
    const [offered] = await grant(stage, [this.terms]);
    return new Trial(stage, this.terms, offered!);
  }

  /** Asks for a use as the supplier's connector, unless changed; the id of the request. */
  async ask(changes: object = {}, by: Client = this.stage.cast.supplier.connector): Promise<string> {
    const { usageId } = await by.post<{ usageId: string }>('/usages', {
      grant: this.grantId,
      version: this.stage.version,
      action: 'read',
      purpose: 'predictive-maintenance',
      territory: 'CN-31',
      component: this.stage.software.supplier.id,
      ...changes,
    });
    return usageId;
  }

  /** Asks, and waits for the answer: `ALLOWED`, or why not. */
  async use(changes: object = {}, by?: Client): Promise<string> {
    return this.answered(await this.ask(changes, by));
  }

  async answered(usageId: string): Promise<string> {
    const { answer } = await this.stage.cast.supplier.connector.answered(usageId, 60_000);
    return answer?.code ?? answer?.outcome ?? 'NONE';
  }

  /** Asks, waits and opens: `ALLOWED` when the plaintext has arrived. */
  async opened(plaintext: string, changes: object = {}): Promise<string> {
    const usageId = await this.ask(changes);
    const outcome = await this.answered(usageId);
    if (outcome !== 'ALLOWED') return outcome;
    const bytes = await this.stage.cast.supplier.connector.open(usageId);
    return Buffer.from(bytes).toString() === plaintext ? 'ALLOWED' : 'OTHER_BYTES';
  }

  /** The id of a statement by a component, signed with its key or with somebody else's. */
  async attest(
    { id: component, client }: Software,
    facts: readonly Fact[],
    { by = client, seconds = 3600 }: { readonly by?: Client; readonly seconds?: number } = {},
  ): Promise<string> {
    const { result } = await by.submit<{ attestationId: string }>('attestations:Make', {
      grantId: this.grantId,
      component,
      facts,
      validUntil: inSeconds(seconds),
    });
    return result.attestationId;
  }

  /** A use with a statement of a component, made for it. */
  async useWith(by: Software, ...facts: readonly Fact[]): Promise<string> {
    return this.use({ attestations: [await this.attest(by, facts)] });
  }

  /** States that a duty was done. */
  fulfil(
    duty: string,
    { id: component, client }: Software,
    more: object = {},
    by = client,
  ): Promise<Committed<unknown>> {
    return by.submit('obligations:Fulfil', { grant: this.grantId, duty, component, ...more });
  }

  escalate(duty: string, more: object = {}): Promise<unknown> {
    return this.stage.cast.steel.operator.submit('obligations:Escalate', {
      grant: this.grantId,
      duty,
      ...more,
    });
  }
}

/** The code of a refusal; `ACCEPTED` when there was none. */
export async function refusal(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'ACCEPTED';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

export const seconds = (count: number): Promise<void> => sleep(count * 1000);
