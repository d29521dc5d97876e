/** What the demo tells: lines for a person, or one JSON object. */
export interface Report {
  readonly ids: Record<string, string>;
  readonly states: Record<string, string>;
  readonly digests: Record<string, string>;
  readonly cids: Record<string, string>;
  readonly transactions: { readonly step: string; readonly txId: string; readonly blockNumber: string }[];
  readonly refusals: { readonly scenario: string; readonly code: string; readonly expected: string }[];
  /** Why uses were denied, in one sentence each. */
  readonly explanations: Record<string, string>;
  readonly timings: Record<string, number>;
  readonly receipts: number;
  /** Where the evidence was left, and what the verifier said of it. */
  readonly evidence?: { readonly directory: string; readonly outcome: string; readonly bytes: number };
  readonly isAsExpected: boolean;
}

/** Where a step was committed, when it was one transaction. */
interface Where {
  readonly txId: string;
  readonly blockNumber: number | string;
}

export class Narrator {
  readonly report = {
    ids: {} as Report['ids'],
    states: {} as Report['states'],
    digests: {} as Report['digests'],
    cids: {} as Report['cids'],
    transactions: [] as Report['transactions'],
    refusals: [] as Report['refusals'],
    explanations: {} as Report['explanations'],
    timings: {} as Report['timings'],
    receipts: 0,
    evidence: undefined as Report['evidence'],
    isAsExpected: true,
  };
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  line(text: string): void {
    this.#say(text);
  }

  /** Run a step, say how it went and how long it took. */
  async step<T extends object>(name: string, run: () => Promise<T & Partial<Where>>): Promise<T> {
    const start = performance.now();
    const outcome = await run();
    const elapsed = Math.round(performance.now() - start);
    this.report.timings[name] = elapsed;
    if (outcome.txId !== undefined) {
      this.report.transactions.push({
        step: name,
        txId: outcome.txId,
        blockNumber: String(outcome.blockNumber),
      });
    }
    const where =
      outcome.txId === undefined ? '' : `block ${outcome.blockNumber}, tx ${outcome.txId.slice(0, 12)}…`;
    this.#say(`  ${name.padEnd(44)} ${String(elapsed).padStart(5)} ms  ${where}`);
    return outcome;
  }

  /** Note a refusal or denial, and whether it is the one expected. */
  refused(scenario: string, code: string, expected: string): void {
    this.report.refusals.push({ scenario, code, expected });
    if (code !== expected) this.report.isAsExpected = false;
    this.#say(`  ${scenario.padEnd(44)} ${code}${code === expected ? '' : ` (expected ${expected})`}`);
  }

  lastLine(): string {
    const { receipts, refusals, isAsExpected } = this.report;
    const verdict = isAsExpected ? 'all as expected' : 'NOT as expected';
    return `Demo complete: ${receipts} receipt${receipts === 1 ? '' : 's'}, ${refusals.length} refusals, ${verdict}`;
  }
}
