import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { headerCid, keyCommitment, openPayload, unwrapFileKey } from '../../src/payload/index.js';
import { importFile } from '../../src/payload/file-import.js';
import { collect, collectUntilError, expectCode, newMemoryStore, streamOf } from './fixtures.js';

interface Sealed {
  readonly name: string;
  readonly identity: string;
  readonly header: string;
  readonly payload: string;
  readonly length: number;
  readonly plainDigest: string;
  readonly fileKey: string;
  readonly commitment: string;
  readonly keyCommitment: string;
  readonly headerCid: string;
  readonly payloadCid: string;
}

interface Edit {
  readonly flip?: number;
  readonly slices?: readonly (readonly [number, number])[];
  readonly append?: string;
  readonly value?: string | number;
}

interface Invalid {
  readonly name: string;
  readonly of: string;
  readonly field: keyof Sealed;
  readonly edit: Edit;
  readonly code: Parameters<typeof expectCode>[1];
}

const path = new URL('../../../test/vectors/payload/sealed-payloads.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as { valid: Sealed[]; invalid: Invalid[] };

async function open(vector: Sealed): Promise<{ bytes: Buffer; error: unknown }> {
  const store = newMemoryStore();
  const { cid } = await store.put(streamOf(Buffer.from(vector.payload, 'base64')));
  const { identity, commitment, keyCommitment: key } = vector;
  const header = Buffer.from(vector.header, 'base64');
  const bytes = BigInt(vector.length);
  return collectUntilError(
    openPayload({ header, identity, cid, store, bytes, commitment, keyCommitment: key }),
  );
}

function edited(vector: Sealed, { field, edit }: Invalid): Sealed {
  if (edit.value !== undefined) return { ...vector, [field]: edit.value };
  const bytes = Buffer.from(String(vector[field]), 'base64');
  if (edit.flip !== undefined) bytes[edit.flip] = (bytes[edit.flip] ?? 0) ^ 1;
  const parts = edit.slices?.map(([from, to]) => bytes.subarray(from, to)) ?? [bytes];
  const value = Buffer.concat([...parts, Buffer.from(edit.append ?? '', 'hex')]);
  return { ...vector, [field]: value.toString('base64') };
}

describe('payload: vectors of sealed payloads', () => {
  for (const vector of vectors.valid) {
    it(`opens ${vector.name}`, async () => {
      const { bytes, error } = await open(vector);
      expect(error).to.equal(undefined);
      expect(createHash('sha256').update(bytes).digest('hex')).to.equal(vector.plainDigest);
      expect(bytes.every((byte, at) => byte === at % 251)).to.equal(true);
      const header = Buffer.from(vector.header, 'base64');
      const fileKey = Buffer.from(unwrapFileKey(header, vector.identity));
      expect(fileKey.toString('hex')).to.equal(vector.fileKey);
      expect(keyCommitment(fileKey)).to.equal(vector.keyCommitment);
      expect(headerCid(header)).to.equal(vector.headerCid);
      const payload = streamOf(Buffer.from(vector.payload, 'base64'));
      const { cid } = await importFile(payload, () => Promise.resolve());
      expect(cid.toString()).to.equal(vector.payloadCid);
    });
  }

  for (const invalid of vectors.invalid) {
    it(`refuses ${invalid.name}: ${invalid.code}`, async () => {
      const valid = vectors.valid.find(({ name }) => name === invalid.of) ?? expect.fail('unknown vector');
      const { bytes, error } = await open(edited(valid, invalid));
      expectCode(error, invalid.code);
      const plain = await collect(streamOf(Uint8Array.from({ length: valid.length }, (_, at) => at % 251)));
      expect(plain.subarray(0, bytes.length).equals(bytes)).to.equal(true);
    });
  }
});
