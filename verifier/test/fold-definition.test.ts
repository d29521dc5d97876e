import { expect } from 'chai';
import fc from 'fast-check';
import { EDITION_TABLE, EDITIONS } from '@tallystick/chaincode/rules';
import { definitionWrites } from '../../network/src/embedded/lifecycle.js';
import { definedIn, type Defined } from '../src/fold/definition.js';
import { editionIn, EditionUnknown, NOTHING_IN_FORCE } from '../src/fold/index.js';
import { times } from '../../test/sampling.js';
import { message } from './fabric-parties.js';

const KEY = 'namespaces/fields/tallystick/EndorsementInfo';
const [FIRST, SECOND] = EDITIONS;

const definedBy = (
  writes: ReadonlyMap<string, Uint8Array | null>,
  namespace = '_lifecycle',
): Defined | undefined => definedIn([{ namespace, writes, metadata: [], collections: [] }], 'tallystick');

describe('fold: the definition in force', () => {
  it('is what the lifecycle namespace is written with, under our name', () => {
    const committed = { name: 'tallystick', version: '2.0.0', sequence: 3, policy: new Uint8Array() };
    expect(definedBy(definitionWrites(committed))).to.deep.equal({ version: '2.0.0' });
    expect(definedBy(definitionWrites({ ...committed, name: 'other' }))).to.equal(undefined);
    expect(definedBy(definitionWrites(committed), 'tallystick')).to.equal(undefined);
    expect(definedBy(new Map())).to.equal(undefined);
  });

  it('is none where a peer could not read it', () => {
    for (const value of [null, Uint8Array.of(0x12), Uint8Array.of(0x12, 0x01, 0x0a)])
      expect(definedBy(new Map([[KEY, value]]))).to.deep.equal({ version: null });
    const spelled = (version: string): Uint8Array => message([2, message([1, version])]);
    expect(definedBy(new Map([[KEY, spelled('2.1')]]))).to.deep.equal({ version: '2.1' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const { version } = definedBy(new Map([[KEY, bytes]])) ?? { version: undefined };
        return version === null || typeof version === 'string';
      }),
      { numRuns: times(200) },
    );
  });

  it('names the edition that decides, which never goes back', () => {
    const edition = (version: string | null, decided?: string, table = EDITION_TABLE): unknown =>
      editionIn({ version, decided }, table);
    expect(editionIn(NOTHING_IN_FORCE)).to.equal(undefined);
    expect(edition('1.0')).to.equal(FIRST);
    expect(edition('2.0', FIRST.name)).to.equal(SECOND);
    // Nothing was decided by the second yet: nobody has records of it.
    expect(edition('1.0.1', FIRST.name)).to.equal(FIRST);
    expect(() => edition('1.0.1', SECOND?.name)).to.throw(EditionUnknown);
    expect(() => edition('3.0')).to.throw(EditionUnknown, 'version 3.0');
    expect(() => edition('2.0', undefined, EDITION_TABLE.slice(0, 1))).to.throw(EditionUnknown);
    // A table that names rules which this software does not have.
    const more = [...EDITION_TABLE, { rules: 'tallystick-rules/9', versions: ['9'] }];
    expect(() => edition('9.0', undefined, more)).to.throw(EditionUnknown);
  });
});
