import { headerCid } from './cid.js';
import { MAX_HEADER_BYTES } from './header.js';
import { possessionOf, rewrap } from './key-wrap.js';
import { openPayload } from './open.js';
import { PayloadError, type ContentStore, type Payloads } from './port.js';
import { newRecipient } from './recipient.js';
import { sealPayload } from './seal.js';

/** All that a gateway does with payloads, bound to one content store. */
export function newPayloads(store: ContentStore): Payloads {
  return {
    newRecipient,
    rewrap,
    headerCid,
    seal: (source, recipient, signal) => sealPayload(source, recipient, store, signal),
    open: (request, signal) => openPayload({ ...request, store }, signal),
    publishHeader: (header, signal) => store.put(once(header), signal),
    discard: async (cid) => store.discard?.(cid),
    possession: possessionOf,
    keep: async (cid, signal) => {
      const stored = await store.put(store.get(cid, signal), signal);
      if (stored.cid !== cid) throw new PayloadError('NOT_A_FILE', 'no file of the CID profile');
    },
    fetchHeader: (cid, signal, maxBytes = MAX_HEADER_BYTES) => fetchHeader(store, cid, maxBytes, signal),
  };
}

async function fetchHeader(
  store: ContentStore,
  cid: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of store.get(cid, signal)) {
    bytes += part.length;
    if (bytes > maxBytes) throw new PayloadError('HEADER_INVALID', 'too long for an age header');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
