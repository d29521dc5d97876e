import { PayloadError } from './port.js';

/** Kubo answered, with an error. */
export class KuboRefusal extends Error {
  override readonly name = 'KuboRefusal';

  /** The block asked for is not in Kubo. */
  get isMissing(): boolean {
    return /not found locally|could not find/.test(this.message);
  }

  /** Kubo found that a block rotted (Datastore.HashOnRead). */
  get isCorrupt(): boolean {
    return /different hash than requested/.test(this.message);
  }

  get isNotPinned(): boolean {
    return /not pinned/.test(this.message);
  }
}

/** Kubo did not answer, or not to the end: out of reach, stalled, or broken off. */
export class KuboSilence extends Error {
  override readonly name = 'KuboSilence';
}

const FULL = /no space left|quota exceeded|maximum storage limit/i;

/** Kubo's failures by the port's codes; any other error, as the reason of a signal, as it is. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof KuboRefusal) && !(error instanceof KuboSilence)) return error;
  return new PayloadError(FULL.test(error.message) ? 'STORE_FULL' : 'STORE_FAILED', error.message, {
    cause: error,
  });
}

/** The same for a promise. */
export function orStoreError<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw storeError(error);
  });
}
