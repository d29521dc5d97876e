import * as model from '@tallystick/chaincode/model';
import {
  decodeRecord,
  encode,
  encodeRecord,
  UnknownRecordError,
  type RecordType,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { ZodError } from 'zod';
import { arbitraryRecords, membersOf } from './arbitraries.js';
import { times } from '../../../test/sampling.js';

const isRecordType = (value: unknown): value is RecordType =>
  typeof value === 'object' && value !== null && 'kind' in value && 'schema' in value && 'version' in value;
const types = (Object.values(model) as unknown[]).filter(isRecordType);

const STAMP = ['kind', 'schema', 'updatedAt', 'rules'];

/** Every object inside a value, with the record itself first. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner];
}

describe('records', () => {
  it('all have an arbitrary here, with every member', () => {
    expect(types.map(({ kind }) => kind)).to.have.members([...arbitraryRecords.keys()]);
    for (const { kind, schema } of types) {
      const { shape } = schema as unknown as { shape: object };
      expect(Object.keys(shape), kind).to.have.members([...STAMP, ...membersOf(kind)]);
    }
  });

  for (const type of types) {
    const records = arbitraryRecords.get(type.kind)!;
    const asRecord = (value: unknown): model.AnyRecord => value as model.AnyRecord;

    it(`${type.kind}: reading what was written is the identity, in value and in bytes`, () => {
      fc.assert(
        fc.property(records, (value) => {
          const text = encodeRecord(type, asRecord(value));
          expect(text).to.equal(encode(value));
          const read = decodeRecord(type, text);
          expect(read).to.deep.equal(value);
          expect(encodeRecord(type, read)).to.equal(text);
        }),
      );
    });

    it(`${type.kind}: an unknown member or a missing one is refused`, () => {
      fc.assert(
        fc.property(records, fc.nat(), (value, pick) => {
          const more = asRecord({ ...value, surprise: 1 });
          expect(() => encodeRecord(type, more)).to.throw(ZodError);
          const { [STAMP[pick % STAMP.length]!]: _dropped, ...less } = value;
          expect(() => encodeRecord(type, asRecord(less))).to.throw(ZodError);
        }),
        { numRuns: times(20) },
      );
    });

    it(`${type.kind}: an unknown member deep inside is refused`, () => {
      fc.assert(
        fc.property(records, fc.nat(), (value, pick) => {
          const copy = structuredClone(value);
          const free = new Set(objectsIn([copy['inputs'], copy['terms']]));
          const closed = objectsIn(copy).filter((object) => !free.has(object));
          closed[pick % closed.length]!['surprise'] = 1;
          expect(() => encodeRecord(type, asRecord(copy))).to.throw(ZodError);
        }),
        { numRuns: times(50) },
      );
    });

    it(`${type.kind}: text of another kind or schema version is not evaluated`, () => {
      const [value] = fc.sample(records, { numRuns: 1, seed: 1 });
      for (const foreign of [
        { ...value, kind: 'other' },
        { ...value, schema: type.version + 1 },
        { ...value, schema: 0 },
      ]) {
        expect(() => decodeRecord(type, encode(foreign))).to.throw(UnknownRecordError);
      }
    });
  }
});
