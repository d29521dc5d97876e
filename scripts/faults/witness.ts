/** What HTTP answers promised to clients, and what must therefore still be so in the end. */
export class Witness {
  /** Transactions reported as committed. */
  readonly transactions = new Map<string, string>();
  /** States in which a client saw a use. */
  readonly states = new Map<string, Set<string>>();
  /** Payloads reported as registered. */
  readonly payloads = new Set<string>();
  readonly violations: string[] = [];
  /** What clients were told that was no answer, since this was last emptied. */
  readonly failures: string[] = [];
  /** Registrations begun: each may leave one sealed payload that nobody registered. */
  registrations = 0;

  committed(txId: string | undefined, step: string): void {
    if (txId !== undefined) this.transactions.set(txId, step);
  }

  saw(usageId: string, state: string): void {
    const states = this.states.get(usageId) ?? new Set();
    this.states.set(usageId, states.add(state));
  }

  violation(text: string): void {
    if (!this.violations.includes(text)) this.violations.push(text);
  }
}
