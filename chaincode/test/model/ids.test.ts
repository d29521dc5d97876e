import {
  base32,
  deriveId,
  ID_KINDS,
  keys,
  keyText,
  kindOf,
  obligationId,
  participantId,
  rawCid,
  readKey,
  recordKinds,
  recordTypes,
  schema,
  type Id,
  type IdKind,
  type Key,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { base32 as multibase32 } from 'multiformats/bases/base32';
import { sha256 } from 'multiformats/hashes/sha2';
import { anyId, id } from '../../src/model/ids.js';
import { id as someId } from './values.js';
import { vectors } from './vectors.js';

const { requests, participants, obligations } = vectors('ids') as {
  requests: { kind: IdKind; mspId: string; request: unknown; id: string }[];
  participants: { mspId: string; unit: string; id: string }[];
  obligations: { grant: Id<'grant'>; duty: string; usage?: Id<'usage'>; period?: number; id: string }[];
};

describe('ids', () => {
  for (const { kind, mspId, request, id: expected } of requests) {
    it(`derive as the golden ${kind} id does`, () => {
      expect(deriveId(kind, { mspId }, request)).to.equal(expected);
      expect(id(kind).safeParse(expected).success).to.equal(true);
      expect(kindOf(deriveId(kind, { mspId }, request))).to.equal(kind);
    });
  }

  for (const { mspId, unit, id: expected } of participants) {
    it(`derive as the golden participant id of ${mspId}/${unit} does`, () => {
      expect(participantId(mspId, unit)).to.equal(expected);
    });
  }

  for (const { grant, duty, id: expected, ...occurrence } of obligations) {
    it(`derive as the golden obligation id of ${duty} ${JSON.stringify(occurrence)} does`, () => {
      expect(obligationId(grant, duty, occurrence)).to.equal(expected);
    });
  }

  it('have vectors for every kind', () => {
    const kinds = [...requests.map(({ kind }) => kind), 'participant', 'obligation'];
    expect(new Set(kinds)).to.have.all.keys(...ID_KINDS);
  });

  it('differ by kind, organisation and request', () => {
    const request = { nonce: 'aa'.repeat(16) };
    const all = [
      deriveId('claim', { mspId: 'SteelMSP' }, request),
      deriveId('grant', { mspId: 'SteelMSP' }, request),
      deriveId('claim', { mspId: 'SteelMSP2' }, request),
      deriveId('claim', { mspId: 'SteelMSP' }, { nonce: 'ab'.repeat(16) }),
    ].map((value) => value.slice(value.indexOf('-')));
    expect(new Set(all).size).to.equal(all.length);
  });

  it('cannot be made equal by moving text from one part to the next', () => {
    expect(participantId('Steel', 'mill')).to.not.equal(participantId('Steelmill', ''));
    expect(participantId('Steel', 'mill')).to.not.equal(participantId('Steelm', 'ill'));
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (mspId, unit, at) => {
        const all = mspId + unit;
        const cut = at % (all.length + 1);
        fc.pre(cut !== mspId.length && all.isWellFormed());
        expect(participantId(all.slice(0, cut), all.slice(cut))).to.not.equal(participantId(mspId, unit));
      }),
    );
  });

  const good = `claim-${'a'.repeat(52)}`;
  const injections: Record<string, unknown> = {
    'another kind': `grant-${'a'.repeat(52)}`,
    'a separator': `claim-${'a'.repeat(51)}/`,
    'a composite key separator': `claim-${'a'.repeat(51)}\0`,
    'a path': 'claim-../../space',
    'upper case': good.toUpperCase(),
    'a digit outside base32': `claim-${'a'.repeat(51)}1`,
    'one digit less': good.slice(0, -1),
    'one digit more': `${good}a`,
    'a line break after': `${good}\n`,
    'a blank before': ` ${good}`,
    'text before': `x${good}`,
    'a homoglyph': `claim-${'a'.repeat(51)}\u0430`,
    'an escape': good.replace('-', '%2D'),
    'no text': 7,
    'an array of one': [good],
    'an object that reads as one': { toString: () => good },
    nothing: undefined,
  };
  for (const [name, value] of Object.entries(injections)) {
    it(`refuse ${name}`, () => {
      expect(id('claim').safeParse(value).success).to.equal(false);
      expect(anyId('claim', 'dataset').safeParse(value).success).to.equal(false);
    });
  }

  it('of several kinds admit these kinds and no other', () => {
    const subject = anyId('dataset', 'claim');
    for (const kind of ID_KINDS) {
      const value = `${kind}-${'a'.repeat(52)}`;
      expect(subject.safeParse(value).success, kind).to.equal(kind === 'dataset' || kind === 'claim');
    }
  });
});

describe('keys', () => {
  const [a, b] = [`dataset-${'a'.repeat(52)}`, `grant-${'b'.repeat(52)}`] as const;

  it('are spelled in one way', () => {
    expect(keys.space().text).to.equal('space');
    expect(keys.dataset(a).text).to.equal(`dataset/${a}`);
    expect(keys.versionNumber(a, 12).text).to.equal(`version-number/${a}/12`);
    expect(keys.usageSlot(b, 0).text).to.equal(`usage-slot/${b}/0`);
    expect(keys.openGrants(`participant-${'c'.repeat(52)}`).text).to.match(
      /^open-grants\/participant-c{52}$/,
    );
    expect(keys.holds(b).text).to.equal(`holds/${b}`);
  });

  it('all read back as keys, and none is a key of another record', () => {
    fc.assert(
      fc.property(someId('dataset'), fc.nat(1_000_000), (some, number) => {
        const digits = some.slice(some.indexOf('-') + 1);
        const spelled = [
          keys.space(),
          ...(['amendment', 'component', 'dataset', 'version', 'claim', 'grant', 'usage'] as const).map(
            (kind) => (keys[kind] as (id: string) => Key)(`${kind}-${digits}`),
          ),
          keys.participant(`participant-${digits}`),
          keys.openGrants(`participant-${digits}`),
          keys.claimGrants(`claim-${digits}`),
          keys.valuation(`valuation-${digits}`),
          keys.dispute(`dispute-${digits}`),
          keys.holds(some),
          keys.holds(`claim-${digits}`),
          keys.holds(`grant-${digits}`),
          keys.versionNumber(some, number),
          keys.usageSlot(`grant-${digits}`, number),
        ] as readonly Key[];
        for (const { text, type } of spelled) {
          expect(text).to.match(keyText);
          expect(readKey(text)).to.deep.equal({ text, type });
        }
        expect(new Set(spelled.map(({ text }) => text)).size).to.equal(spelled.length);
      }),
    );
  });

  const wrong: Record<string, string> = {
    'no key': '',
    'a prefix of one': 'spac',
    'a line break after': 'space\n',
    'a composite key': `\0dataset\0${a}\0`,
    'no record': 'dataset/',
    'an id of no kind': `dataset/${'a'.repeat(52)}`,
    'a leading zero': `usage-slot/${b}/01`,
    'a negative number': `usage-slot/${b}/-1`,
    'a number too long': `usage-slot/${b}/12345678`,
    'a level too many': `usage-slot/${b}/1/2`,
    'a path': `dataset/../dataset/${a}`,
    'upper case': `DATASET/${a}`,
  };
  for (const [name, text] of Object.entries(wrong)) {
    it(`are not: ${name}`, () => {
      expect(text).to.not.match(keyText);
      expect(readKey(text)).to.equal(undefined);
    });
  }

  it('begin with the kind of the record', () => {
    for (const kind of recordKinds) expect(recordTypes[kind].kind).to.equal(kind);
    expect(readKey(`note/${a}`), 'a kind that is not known').to.equal(undefined);
    expect(readKey(`toString/${a}`)).to.equal(undefined);
  });

  it('name every kind of record that can be written', () => {
    const spelled = Object.values(keys).map(
      (spell) => (spell as (id: string, number: number) => Key)(`grant-${'b'.repeat(52)}`, 0).type.kind,
    );
    expect([...recordKinds].sort()).to.deep.equal([...new Set(spelled)].sort());
  });
});

describe('base32 and CIDs', () => {
  it('agree with multiformats', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
        expect(`b${base32(bytes)}`).to.equal(multibase32.encode(bytes));
        const cid = CID.createV1(raw.code, await sha256.digest(bytes)).toString();
        expect(rawCid(bytes)).to.equal(cid);
        expect(schema.cid.safeParse(cid).success).to.equal(true);
      }),
    );
  });

  it('encodes the examples of RFC 4648', () => {
    const examples = {
      '': '',
      f: 'my',
      fo: 'mzxq',
      foo: 'mzxw6',
      foob: 'mzxw6yq',
      fooba: 'mzxw6ytb',
      foobar: 'mzxw6ytboi',
    };
    for (const [text, expected] of Object.entries(examples)) {
      expect(base32(new TextEncoder().encode(text))).to.equal(expected);
    }
  });
});
