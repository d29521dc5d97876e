import { FabricError } from '../fabric/index.js';
import { ProcessError } from '../processes/index.js';
import { TopologyError } from '../topology/index.js';

export type CliErrorCode =
  /** A network runs from this data directory. Stop it, or use another directory. */
  | 'ALREADY_RUNNING'
  /** No network runs from this data directory. */
  | 'NOT_RUNNING'
  /** The directory holds the network of another topology. Use another directory. */
  | 'OTHER_TOPOLOGY'
  /** A file that was named, or that the build makes, is not there or cannot be read. */
  | 'FILE_UNREADABLE'
  /** The version was not deployed; the message says why. Before its commit nothing has changed. */
  | 'NOT_DEPLOYED'
  /** `run` ended or was late before it was ready; its log says why. `exitCode` is its own. */
  | 'NOT_STARTED';

/** What stopped a command. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly exitCode: number | undefined;

  constructor(code: CliErrorCode, message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.code = code;
    this.exitCode = options.exitCode;
  }
}

/** Exit codes, by which scripts tell failures apart. */
export const EXIT = { failed: 1, usage: 2, binariesMissing: 3, notRunning: 4, portTaken: 5 } as const;

export const EXIT_HELP = `
Exit codes: 0 done, 1 failed, 2 wrong usage or topology, 3 programs of Fabric are missing (named, with how to get
them), 4 no network runs there, 5 a port is taken.`;

/** The exit code that tells of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode ?? codes[error.code];
  if (error instanceof TopologyError) return EXIT.usage;
  if (error instanceof FabricError && error.code === 'BINARIES_MISSING') return EXIT.binariesMissing;
  if (error instanceof ProcessError && error.code === 'PORT_TAKEN') return EXIT.portTaken;
  return EXIT.failed;
}

const codes: Readonly<Record<CliErrorCode, number>> = {
  ALREADY_RUNNING: EXIT.failed,
  NOT_RUNNING: EXIT.notRunning,
  OTHER_TOPOLOGY: EXIT.usage,
  FILE_UNREADABLE: EXIT.usage,
  NOT_DEPLOYED: EXIT.failed,
  NOT_STARTED: EXIT.failed,
};
