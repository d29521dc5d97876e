import type { Identity, Msp } from './msp.js';
import { openIdentity } from '../wire/index.js';

/** Finds who is behind the serialized identities (creator, endorser) of one channel configuration. */
export interface Identities {
  /** Nothing when the bytes are malformed or name an organisation that is not on the channel. */
  find(serialized: Uint8Array): Identity | undefined;
}

const CACHE_LIMIT = 10_000;

class CachedIdentities implements Identities {
  readonly #msps: ReadonlyMap<string, Msp>;
  // Parsing a certificate and checking its chain costs a hundred times a lookup, and the same few identities sign
  // everything. The verdict depends on nothing but the bytes and this configuration, so it may be kept.
  readonly #known = new Map<string, Identity | undefined>();

  constructor(msps: ReadonlyMap<string, Msp>) {
    this.#msps = msps;
  }

  find(serialized: Uint8Array): Identity | undefined {
    const key = Buffer.from(serialized.buffer, serialized.byteOffset, serialized.byteLength).toString(
      'latin1',
    );
    if (this.#known.has(key)) return this.#known.get(key);
    if (this.#known.size >= CACHE_LIMIT) this.#known.clear();
    const identity = this.#read(serialized);
    this.#known.set(key, identity);
    return identity;
  }

  #read(serialized: Uint8Array): Identity | undefined {
    try {
      const { mspId, certificate } = openIdentity(serialized);
      return this.#msps.get(mspId)?.identify(certificate);
    } catch {
      return undefined;
    }
  }
}

/** Identities of the given organisations, with a bounded cache by bytes. */
export function newIdentities(msps: ReadonlyMap<string, Msp>): Identities {
  return new CachedIdentities(msps);
}
