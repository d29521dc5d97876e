import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { payloadKey } from './file-key.js';
import { inPieces, type Piece } from './pieces.js';
import { PayloadError } from './port.js';

/**
 * The age v1 payload (C2SP age.md "Payload"): a 16-byte nonce, then STREAM chunks of 64 KiB under ChaCha20-Poly1305.
 * A chunk's nonce is its number and whether it is the last, so chunks cannot be dropped, moved or added.
 */
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const NONCE_BYTES = 16;

const CIPHER = 'chacha20-poly1305';

/** Length of the sealed payload of a plaintext. */
export function sealedBytes(plainBytes: bigint): bigint {
  const size = BigInt(CHUNK_BYTES);
  const chunks = plainBytes === 0n ? 1n : (plainBytes + size - 1n) / size;
  return BigInt(NONCE_BYTES) + plainBytes + chunks * BigInt(TAG_BYTES);
}

/** Sees each piece of plaintext as it is sealed or opened. */
export type Observer = (plain: Uint8Array) => void;

/** Seal a plaintext; `observe` sees exactly the bytes that are sealed. */
export async function* sealStream(
  plain: AsyncIterable<Uint8Array>,
  fileKey: Uint8Array,
  observe: Observer,
): AsyncGenerator<Uint8Array> {
  const nonce = randomBytes(NONCE_BYTES);
  const chunks = new ChunkCipher(payloadKey(fileKey, nonce));
  yield nonce;
  for await (const piece of inPieces(plain, CHUNK_BYTES)) {
    observe(piece.bytes);
    yield* chunks.seal(piece);
  }
}

/**
 * Open a sealed payload: a chunk is yielded only after its tag was checked, and `observe` has seen it.
 * @throws PayloadError SEAL_BROKEN for whatever is not, to its end, a payload sealed under this key
 */
export async function* openStream(
  sealed: AsyncIterable<Uint8Array>,
  fileKey: Uint8Array,
  observe: Observer,
): AsyncGenerator<Uint8Array> {
  let chunks: ChunkCipher | undefined;
  for await (const piece of inPieces(sealed, CHUNK_BYTES + TAG_BYTES, NONCE_BYTES)) {
    if (chunks === undefined) {
      chunks = afterNonce(piece, fileKey);
    } else {
      const plain = chunks.open(piece);
      observe(plain);
      yield plain;
    }
  }
}

function afterNonce({ bytes, isLast }: Piece, fileKey: Uint8Array): ChunkCipher {
  if (isLast) throw new PayloadError('SEAL_BROKEN', 'the sealed payload ends before its first chunk');
  return new ChunkCipher(payloadKey(fileKey, bytes));
}

class ChunkCipher {
  readonly #key: Buffer;
  #chunk = 0;

  constructor(key: Buffer) {
    this.#key = key;
  }

  seal({ bytes, isLast }: Piece): [Uint8Array, Uint8Array] {
    const cipher = createCipheriv(CIPHER, this.#key, this.#nonce(isLast), { authTagLength: TAG_BYTES });
    const sealed = cipher.update(bytes);
    cipher.final();
    return [sealed, cipher.getAuthTag()];
  }

  open({ bytes, isLast }: Piece): Uint8Array {
    const plainBytes = bytes.length - TAG_BYTES;
    // An empty last chunk after others would give one plaintext two sealed forms.
    if (plainBytes < 0 || (plainBytes === 0 && this.#chunk > 0)) throw broken(this.#chunk);
    const nonce = this.#nonce(isLast);
    const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(plainBytes));
    const plain = decipher.update(bytes.subarray(0, plainBytes));
    try {
      decipher.final();
    } catch {
      throw broken(this.#chunk - 1);
    }
    return plain;
  }

  /** 11 bytes of big-endian counter (48 bits of it used: 16 EiB), one byte for the last chunk. */
  #nonce(isLast: boolean): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(this.#chunk, 5, 6);
    nonce[11] = isLast ? 1 : 0;
    this.#chunk += 1;
    return nonce;
  }
}

const broken = (chunk: number): PayloadError =>
  new PayloadError('SEAL_BROKEN', `the sealed payload is broken at chunk ${chunk}`);
