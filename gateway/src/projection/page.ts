/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque cursor: where the next page goes on. */
  readonly next?: string;
}
