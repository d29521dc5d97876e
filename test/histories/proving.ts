import { webcrypto } from 'node:crypto';
import {
  formatTrust,
  readTrust,
  trustFromStatements,
  verify,
  type Trust,
  type Verdict,
} from '@tallystick/verifier';
import type { EvidenceSubject } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../scripts/demo/client.js';
import { eventually } from '../../scripts/faults/records.js';
import type { Name } from './house.js';
import type { Stage } from '../policy/stage.js';

export const EVERYBODY: readonly Name[] = ['steel', 'supplier', 'regulator'];
const PATIENCE_MS = 120_000;
export type Profile = 'compact' | 'full';

const ROUTES: Readonly<Record<EvidenceSubject['kind'], string>> = {
  usage: 'usages',
  grant: 'grants',
  claim: 'claims',
  valuation: 'valuations',
};

/** What was done to a subject, and what must be the end of it. */
export interface Proven {
  readonly subject: EvidenceSubject;
  /** Of its record; a valuation has none. */
  readonly state?: string;
}

/** A court that knows of a ledger what two members print, and nothing from who hands a file over. */
export class Court {
  readonly #stage: Stage;
  readonly #trusts = new Map<Name, Promise<Trust>>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** What it makes of the file that a member's gateway exports. */
  async verdict({ kind, id }: EvidenceSubject, maker: Name, profile: Profile = 'compact'): Promise<Verdict> {
    const path = `/${ROUTES[kind]}/${id}/evidence?openings=true&profile=${profile}`;
    const [text, trust] = await Promise.all([this.#exported(path, maker), this.#trustWithout(maker)]);
    return verify({ evidence: new TextEncoder().encode(text), trust }, webcrypto.subtle);
  }

  /** That the files of these members are VERIFIED, and show the state that the subject must have. */
  async expectProven(
    { subject, state }: Proven,
    makers: readonly Name[] = EVERYBODY,
    profile: Profile = 'compact',
  ): Promise<void> {
    for (const maker of makers) {
      if (state !== undefined) await this.#caughtUp(subject, maker, state);
      const verdict = await this.verdict(subject, maker, profile);
      const what = `${subject.kind} ${subject.id} from ${maker}, ${profile}`;
      expect(open(verdict), what).to.deep.equal([]);
      expect(verdict.outcome, what).to.equal('VERIFIED');
      if (state !== undefined) expect(stateIn(verdict), what).to.equal(state);
    }
  }

  /** The own peer may be a block behind: then a file is as of the block before, and says so. */
  async #caughtUp({ kind, id }: EvidenceSubject, maker: Name, state: string): Promise<void> {
    const { operator } = this.#stage.cast[maker];
    const isThere = async (): Promise<boolean> =>
      (await operator.get<{ state: string }>(`/${ROUTES[kind]}/${id}`)).state === state;
    expect(await eventually(isThere, PATIENCE_MS), `${kind} ${id} is ${state} to ${maker}`).to.equal(true);
  }

  async #exported(path: string, maker: Name): Promise<string> {
    const { operator } = this.#stage.cast[maker];
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await operator.text(path);
      } catch (error) {
        // It has come a moment ago, or its witnesses have not signed yet.
        const isPassing = error instanceof Problem && [404, 503].includes(error.status);
        if (!isPassing || Date.now() > until) throw error;
        await sleep(250);
      }
    }
  }

  #trustWithout(maker: Name): Promise<Trust> {
    const found = this.#trusts.get(maker) ?? this.#typed(EVERYBODY.filter((name) => name !== maker));
    this.#trusts.set(maker, found);
    return found;
  }

  async #typed(speakers: readonly Name[]): Promise<Trust> {
    const statements = await Promise.all(
      speakers.map((name) => this.#stage.cast[name].operator.text('/organisation/statement')),
    );
    const { singleOperator } = this.#stage.space.topology;
    const trust = await trustFromStatements(statements, webcrypto.subtle, { singleOperator });
    return readTrust(formatTrust(trust));
  }
}

/** Of the use its decision; of anything else its newest record. */
function stateIn({ subject, decision, records }: Verdict): string | undefined {
  if (decision !== undefined) return decision.state;
  const text = records[`${subject?.kind}/${subject?.id}`];
  return text === undefined ? undefined : (JSON.parse(text) as { state?: string }).state;
}

/** What did not pass and is no matter of taste. */
const open = ({ steps, outcome }: Verdict): readonly string[] =>
  steps
    .filter(({ result }) => result === 'fail' || (outcome === 'INCOMPLETE' && result === 'not-evaluated'))
    .map(({ code, subject, reason, facts }) => `${code} ${subject} ${reason ?? ''} ${JSON.stringify(facts)}`);
