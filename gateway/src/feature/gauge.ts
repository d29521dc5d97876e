/** A figure for a monitoring system. It names nobody. */
export interface Gauge {
  /** Unique in a gateway; `tallystick_` is put before it. */
  readonly name: string;
  readonly help: string;
  /** Absent: nothing is known, and nothing is said. */
  readonly value: number | undefined;
}
