import { CodedError } from '../coded-error.js';

export type ProcessErrorCode =
  /** A port that the process needs is taken by somebody else. Free it or choose another. */
  | 'PORT_TAKEN'
  /** No free port was found. Give up. */
  | 'NO_FREE_PORT'
  /** The program could not be started at all (a missing file, no right to run it). */
  | 'NOT_STARTED'
  /** The process ended before it said that it was ready. Its log says why. */
  | 'EXITED_EARLY'
  /** The process did not say in time that it was ready, and was stopped. */
  | 'NOT_READY_IN_TIME';

/** What went wrong with a process; `facts` name it and its log file. */
export class ProcessError extends CodedError<ProcessErrorCode> {
  override readonly name = 'ProcessError';
}
