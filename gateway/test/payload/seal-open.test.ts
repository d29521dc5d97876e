import { createHash, hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  keyCommitment,
  newBlockStore,
  newFileKey,
  newPayloads,
  newRecipient,
  openPayload,
  sealPayload,
  unwrapFileKey,
  wrapFileKey,
  type OpenRequest,
  type SealedPayload,
} from '../../src/payload/index.js';
import { openStream, sealedBytes, sealStream } from '../../src/payload/seal-stream.js';
import {
  collect,
  collectUntilError,
  EDGE_SIZES,
  expectCode,
  inDirectory,
  newMemoryStore,
  rejection,
  someBytes,
  streamOf,
} from './fixtures.js';
import { times } from '../../../test/sampling.js';

const CHUNK = 65536;
const SEALED_CHUNK = CHUNK + 16;
const ignore = (): void => undefined;

const requestFor = (sealed: SealedPayload, identity: string): OpenRequest => ({
  header: sealed.header,
  identity,
  cid: sealed.cid,
  bytes: sealed.plainBytes,
  commitment: sealed.commitment,
  keyCommitment: sealed.keyCommitment,
});

/** Sizes around edges, and anywhere up to some chunks. */
const anySize = fc.oneof(fc.constantFrom(...EDGE_SIZES), fc.nat(5 * CHUNK));
const anyCut = fc
  .array(fc.oneof(fc.nat(100), fc.nat(3 * CHUNK)), { minLength: 1, maxLength: 5 })
  .map((sizes) =>
    // At least one size that is not zero, or the stream would never end.
    [...sizes, 70_000],
  );

describe('payload: seal and open', () => {
  it('opens to the same bytes, for any size and any cut of the source and of the payload', async () => {
    await fc.assert(
      fc.asyncProperty(anySize, anyCut, anyCut, async (size, sourceCut, payloadCut) => {
        const plain = someBytes(size);
        const fileKey = newFileKey();
        const sealed = await collect(sealStream(streamOf(plain, sourceCut), fileKey, ignore));
        expect(BigInt(sealed.length)).to.equal(sealedBytes(BigInt(size)));
        const opened = await collect(openStream(streamOf(sealed, payloadCut), fileKey, ignore));
        expect(opened.equals(plain)).to.equal(true);
      }),
      { numRuns: times(150) },
    );
  });

  it('yields nothing but a verified prefix of any altered payload, then fails', async () => {
    const plain = someBytes(3 * CHUNK + 100);
    const fileKey = newFileKey();
    const sealed = await collect(sealStream(streamOf(plain), fileKey, ignore));
    const refused = async (altered: Uint8Array): Promise<void> => {
      const seen: Uint8Array[] = [];
      const opening = openStream(streamOf(altered, [100_000]), fileKey, (bytes) => seen.push(bytes));
      const { bytes, error } = await collectUntilError(opening);
      expectCode(error, 'SEAL_BROKEN');
      expect(plain.subarray(0, bytes.length).equals(bytes)).to.equal(true);
      expect(bytes.length % CHUNK).to.equal(0);
      expect(Buffer.concat(seen).equals(bytes), 'observed = yielded').to.equal(true);
    };
    const anywhere = fc.nat(sealed.length - 1);
    await fc.assert(
      fc.asyncProperty(anywhere, fc.nat(7), async (at, bit) => {
        const altered = Buffer.from(sealed);
        altered[at] = (altered[at] ?? 0) ^ (1 << bit);
        await refused(altered);
      }),
    );
    await fc.assert(fc.asyncProperty(anywhere, (length) => refused(sealed.subarray(0, length))));
    const tail = fc.uint8Array({ minLength: 1, maxLength: 2 * SEALED_CHUNK });
    await fc.assert(
      fc.asyncProperty(tail, (more) => refused(Buffer.concat([sealed, more]))),
      { numRuns: times(30) },
    );
    for (const chunks of [1, 2, 3]) await refused(sealed.subarray(0, 16 + chunks * SEALED_CHUNK));
  });

  it('refuses chunks that were swapped, repeated, dropped, or taken from another payload', async () => {
    const fileKey = newFileKey();
    const plain = someBytes(4 * CHUNK);
    const seal = (): Promise<Buffer> => collect(sealStream(streamOf(plain), fileKey, ignore));
    const [sealed, other] = [await seal(), await seal()];
    const chunk = (from: Buffer, n: number): Buffer =>
      from.subarray(16 + n * SEALED_CHUNK, 16 + (n + 1) * SEALED_CHUNK);
    const assemble = (...chunks: Buffer[]): Buffer => Buffer.concat([sealed.subarray(0, 16), ...chunks]);
    const [a, b, c, d] = [chunk(sealed, 0), chunk(sealed, 1), chunk(sealed, 2), chunk(sealed, 3)];
    const altered = [
      assemble(b, a, c, d),
      assemble(a, a, b, c, d),
      assemble(a, c, d),
      assemble(a, b, d, c),
      assemble(a, b, c, d, d),
      assemble(a, chunk(other, 1), c, d),
      assemble(),
      Buffer.concat([other.subarray(0, 16), a, b, c, d]),
    ];
    for (const [index, payload] of altered.entries()) {
      const { error } = await collectUntilError(openStream(streamOf(payload), fileKey, ignore));
      expect(error, `case ${index}`).to.have.property('code', 'SEAL_BROKEN');
    }
    expect(
      (await collect(openStream(streamOf(assemble(a, b, c, d)), fileKey, ignore))).equals(plain),
    ).to.equal(true);
  });

  it('goes through a block store, and returns what was opened', async () => {
    await inDirectory(async (directory) => {
      const payloads = newPayloads(await newBlockStore(directory));
      const [owner, consumer] = [payloads.newRecipient(), payloads.newRecipient()];
      for (const size of [0, 1, CHUNK, 1_048_576, 2_500_000]) {
        const plain = someBytes(size);
        const sealed = await payloads.seal(streamOf(plain, [12_345]), owner.recipient);
        expect(sealed.plainDigest).to.equal(createHash('sha256').update(plain).digest('hex'));
        expect([sealed.plainBytes, sealed.cipherBytes]).to.deep.equal([
          BigInt(size),
          sealedBytes(BigInt(size)),
        ]);
        const header = payloads.rewrap(sealed.header, owner.identity, consumer.recipient);
        const published = await payloads.publishHeader(header);
        expect(published.cid).to.equal(payloads.headerCid(header));
        const fetched = await payloads.fetchHeader(published.cid);
        const opening = payloads.open({ ...requestFor(sealed, consumer.identity), header: fetched });
        const parts: Uint8Array[] = [];
        let next = await opening.next();
        for (; next.done !== true; next = await opening.next()) parts.push(next.value);
        expect(Buffer.concat(parts).equals(plain)).to.equal(true);
        const { commitment, plainDigest } = sealed;
        expect(next.value).to.deep.equal({ bytes: BigInt(size), commitment, plainDigest });
      }
    });
  });

  it('fetches no header longer than a header can be', async () => {
    await inDirectory(async (directory) => {
      const payloads = newPayloads(await newBlockStore(directory));
      const { cid } = await payloads.publishHeader(someBytes(64 * 1024 + 1));
      expectCode(await rejection(payloads.fetchHeader(cid)), 'HEADER_INVALID');
    });
  });

  it('commits as documented: SHA-256 of HKDF(file key, "commitment") and plaintext', async () => {
    const { identity, recipient } = newRecipient();
    const plain = someBytes(100_000);
    const sealed = await sealPayload(streamOf(plain), recipient, newMemoryStore());
    const fileKey = unwrapFileKey(sealed.header, identity);
    const salt = new Uint8Array(hkdfSync('sha256', fileKey, new Uint8Array(), 'commitment', 32));
    const expected = createHash('sha256').update(salt).update(plain).digest('hex');
    expect(sealed.commitment).to.equal(`sha256:${expected}`);
    expect(sealed.keyCommitment).to.equal(keyCommitment(fileKey));
  });

  it('seals equal files to unequal payloads, commitments and keys', async () => {
    const { recipient } = newRecipient();
    const store = newMemoryStore();
    const plain = someBytes(1000);
    const [one, two] = [
      await sealPayload(streamOf(plain), recipient, store),
      await sealPayload(streamOf(plain), recipient, store),
    ];
    expect(one.plainDigest).to.equal(two.plainDigest);
    expect(one.commitment).to.not.equal(two.commitment);
    expect(one.keyCommitment).to.not.equal(two.keyCommitment);
    expect(store.payloads.get(one.cid)?.equals(store.payloads.get(two.cid) ?? plain)).to.equal(false);
  });
});

describe('payload: what opening refuses', () => {
  const { identity, recipient } = newRecipient();
  const store = newMemoryStore();
  const plain = someBytes(2 * CHUNK + 5);

  it('a commitment that does not fit, after the last byte', async () => {
    const sealed = await sealPayload(streamOf(plain), recipient, store);
    const commitment = `sha256:${'0'.repeat(64)}`;
    const { bytes, error } = await collectUntilError(
      openPayload({ ...requestFor(sealed, identity), commitment, store }),
    );
    expectCode(error, 'COMMITMENT_MISMATCH');
    expect(bytes.equals(plain)).to.equal(true);
  });

  it('a length that does not fit, without yielding more than was committed to', async () => {
    const sealed = await sealPayload(streamOf(plain), recipient, store);
    for (const off of [-1n, -BigInt(CHUNK), 1n, BigInt(CHUNK)]) {
      const bytes = sealed.plainBytes + off;
      const opening = openPayload({ ...requestFor(sealed, identity), bytes, store });
      const result = await collectUntilError(opening);
      expectCode(result.error, 'COMMITMENT_MISMATCH');
      expect(result.bytes.length <= Number(bytes)).to.equal(true);
    }
  });

  it('a header that wraps another key: before anything is fetched, when the key commitment is known', async () => {
    const sealed = await sealPayload(streamOf(plain), recipient, store);
    const header = wrapFileKey(newFileKey(), recipient);
    const request = { ...requestFor(sealed, identity), header, store };
    let isFetched = false;
    const watched = { ...store, get: (cid: string) => ((isFetched = true), store.get(cid)) };
    expectCode((await collectUntilError(openPayload({ ...request, store: watched }))).error, 'KEY_MISMATCH');
    expect(isFetched).to.equal(false);
    const { keyCommitment: _, ...uncommitted } = request;
    const { bytes, error } = await collectUntilError(openPayload(uncommitted));
    expectCode(error, 'SEAL_BROKEN');
    expect(bytes).to.have.length(0);
  });

  it('the identity of somebody else', async () => {
    const sealed = await sealPayload(streamOf(plain), recipient, store);
    const stranger = newRecipient().identity;
    const { bytes, error } = await collectUntilError(openPayload({ ...requestFor(sealed, stranger), store }));
    expectCode(error, 'NOT_A_RECIPIENT');
    expect(bytes).to.have.length(0);
  });

  it('without ever showing a file key or an identity in an error', async () => {
    const sealed = await sealPayload(streamOf(plain), recipient, store);
    const fileKey = Buffer.from(unwrapFileKey(sealed.header, identity));
    const errors = [
      (await collectUntilError(openPayload({ ...requestFor(sealed, identity), bytes: 1n, store }))).error,
      (await collectUntilError(openPayload({ ...requestFor(sealed, identity), commitment: 'x', store })))
        .error,
      (await collectUntilError(openPayload({ ...requestFor(sealed, identity), keyCommitment: 'x', store })))
        .error,
      (await collectUntilError(openPayload({ ...requestFor(sealed, identity), cid: 'memory-none', store })))
        .error,
    ];
    const shown = inspect(errors, { depth: 9, showHidden: true, maxStringLength: Infinity });
    expect(errors.every((error) => error instanceof Error)).to.equal(true);
    for (const secret of [identity, fileKey.toString('hex'), fileKey.toString('base64').slice(0, 20)]) {
      expect(shown).to.not.include(secret);
    }
  });
});

describe('payload: what sealing refuses', () => {
  const { recipient } = newRecipient();

  async function* breakingOff(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(someBytes(CHUNK * 3));
    throw new Error('the connection was reset');
  }

  it('a source that ends in an error, and stores nothing', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const error = await rejection(sealPayload(breakingOff(), recipient, store));
      expectCode(error, 'SOURCE_TRUNCATED');
      expect(error).to.have.nested.property('cause.message', 'the connection was reset');
    });
  });

  it('a recipient that is none, before the source is read', async () => {
    let isRead = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      isRead = true;
      yield await Promise.resolve(someBytes(1));
    }
    expectCode(await rejection(sealPayload(source(), 'age1nobody', newMemoryStore())), 'RECIPIENT_INVALID');
    expect(isRead).to.equal(false);
  });

  it('to go on when aborted, with the reason of the signal', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const abort = new AbortController();
      async function* source(): AsyncGenerator<Uint8Array> {
        for (;;) {
          yield await Promise.resolve(someBytes(1_000_000));
          abort.abort(new Error('enough'));
        }
      }
      const error = await rejection(sealPayload(source(), recipient, store, abort.signal));
      expect(error).to.have.property('message', 'enough');
    });
  });
});
