/** Numbers from one to another, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Heights that are to be looked at, the newest first; neighbours are one span, so that a long catching up is a short list. */
export class Spans {
  #spans: Span[] = [];

  get isEmpty(): boolean {
    return this.#spans.length === 0;
  }

  /** The newest height that waits; -1 where none does. */
  get newest(): number {
    return this.#spans.at(-1)?.to ?? -1;
  }

  /** How many heights wait. */
  get size(): number {
    return this.#spans.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  }

  add(span: Span): void {
    if (span.to < span.from) return;
    const touching = this.#spans.filter(({ from, to }) => from <= span.to + 1 && to >= span.from - 1);
    const apart = this.#spans.filter((each) => !touching.includes(each));
    const from = Math.min(span.from, ...touching.map((each) => each.from));
    const to = Math.max(span.to, ...touching.map((each) => each.to));
    this.#spans = [...apart, { from, to }].sort((a, b) => a.from - b.from);
  }

  /** Takes the newest heights, at most so many; `undefined` when nothing waits. */
  take(most: number): Span | undefined {
    const last = this.#spans.pop();
    if (last === undefined) return undefined;
    const from = Math.max(last.from, last.to - most + 1);
    if (from > last.from) this.#spans.push({ from: last.from, to: from - 1 });
    return { from, to: last.to };
  }
}
