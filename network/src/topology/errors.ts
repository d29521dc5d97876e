/** One thing wrong with a topology: where, as a path such as `organisations.0.peers.1.port`, and what. */
export interface TopologyProblem {
  readonly path: string;
  readonly message: string;
}

/** A value that is no topology. It names every problem; change the value and try again. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
  readonly code = 'TOPOLOGY_INVALID';
  readonly problems: readonly TopologyProblem[];

  constructor(problems: readonly TopologyProblem[], options?: ErrorOptions) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('; '), options);
    this.problems = problems;
  }
}
