import { odrl, type Json, type Policy } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { readPolicy, writePolicy } from '../../src/policy/reading/index.js';
import { soundPolicies, wildPolicies } from './arbitraries.js';

const documents = JSON.parse(
  readFileSync(new URL('../../../test/vectors/policy/reading/documents.json', import.meta.url), 'utf8'),
) as { document: Json; inherited?: unknown }[];
const standing = documents.filter(({ inherited }) => inherited === undefined).map(({ document }) => document);

const asJson = (policy: Policy): Json => policy as unknown as Json;

/** Policies as they are kept: whatever can be read, read. */
const canonical = soundPolicies
  .map((policy) => readPolicy(asJson(policy)))
  .map((reading) => {
    expect(reading).to.not.have.property('problems');
    return (reading as { policy: Policy }).policy;
  });

type Objects = Readonly<Record<string, Json>>;
const isObject = (value: Json): value is Objects =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same document with every object's members in another order. */
const reordered = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(reordered)
    : isObject(value)
      ? Object.fromEntries(
          Object.entries(value)
            .toReversed()
            .map(([key, member]) => [key, reordered(member)]),
        )
      : value;

const KEYWORDS = new Set(['@value', '@id', '@context', '@list', '@set']);

/** The same document with lists of one as single values and single values as lists, as a coin decides for each. */
function respelled(value: Json, coin: () => boolean): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      KEYWORDS.has(key) || (key === '@type' && '@value' in value) ? member : inList(member, coin),
    ]),
  );
}

function inList(member: Json, coin: () => boolean): Json {
  if (isObject(member) && ['@value', '@list', '@set'].some((key) => key in member)) return member;
  if (!Array.isArray(member)) {
    const each = respelled(member, coin);
    return coin() ? [each] : each;
  }
  const items = (member as readonly Json[]).map((item) => respelled(item, coin));
  const [only] = items;
  if (items.length === 1 && only !== undefined && coin()) return only;
  return coin() ? { '@list': items } : items;
}

/** Ways to write nothing. */
const NOTHINGS: readonly Json[] = [
  null,
  [null],
  { '@set': [null] },
  { '@list': [[null]] },
  { '@value': null },
];

/** The same document with nothing, written somehow, in its lists, beside its single values and as members of its objects. */
function padded(value: Json, coin: () => boolean): Json {
  const number = (): number => [coin(), coin(), coin()].reduce((sum, toss) => 2 * sum + Number(toss), 0);
  const nothing = (): Json => NOTHINGS[number() % NOTHINGS.length] ?? null;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => padded(item, coin));
    return coin() ? [nothing(), ...items, nothing()] : items;
  }
  if (!isObject(value) || '@value' in value || '@id' in value) return value;
  const members = Object.entries(value).map(([key, member]): [string, Json] => {
    const each = key === '@context' ? member : padded(member, coin);
    const isSingle = !Array.isArray(each) && !KEYWORDS.has(key) && !(isObject(each) && '@list' in each);
    return [key, isSingle && coin() ? [each, nothing()] : each];
  });
  const more = coin() && !('@list' in value || '@set' in value) ? { 'urn:example:nothing': nothing() } : {};
  return { ...Object.fromEntries(members), ...more };
}

/** Heads and tails, over and over. */
const coins = fc.array(fc.boolean(), { minLength: 5, maxLength: 40 }).map((tosses) => {
  let at = 0;
  return () => tosses[(at += 1) % tosses.length] ?? false;
});

describe('readings of policies', () => {
  it('of what was read are the same', () => {
    fc.assert(
      fc.property(canonical, (policy) => {
        expect(readPolicy(asJson(policy))).to.deep.equal({ policy });
        expect(odrl.policy.parse(policy)).to.deep.equal(policy);
      }),
    );
  });

  it('of what was written are what was written', () => {
    fc.assert(
      fc.property(canonical, (policy) => {
        expect(readPolicy(writePolicy(policy))).to.deep.equal({ policy });
      }),
    );
  });

  it('of any policy that the schema allows are problems or a policy that stays the same', () => {
    fc.assert(
      fc.property(wildPolicies, (wild) => {
        const reading = readPolicy(asJson(wild));
        if ('problems' in reading) expect(reading.problems).to.not.deep.equal([]);
        else {
          expect(readPolicy(asJson(reading.policy))).to.deep.equal(reading);
          expect(readPolicy(writePolicy(reading.policy))).to.deep.equal(reading);
        }
      }),
    );
  });

  it('depend neither on the order of members nor on whether one value is in a list', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...standing), canonical.map(writePolicy)),
        coins,
        (document, coin) => {
          const reading = readPolicy(document);
          expect(readPolicy(reordered(document))).to.deep.equal(reading);
          expect(readPolicy(respelled(document, coin))).to.deep.equal(reading);
        },
      ),
    );
  });

  it('do not depend on what is null, wherever and however that is written', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...standing), canonical.map(writePolicy)),
        coins,
        (document, coin) => {
          expect(readPolicy(padded(document, coin))).to.deep.equal(readPolicy(document));
        },
      ),
    );
  });

  it('never throw, and never take what is not understood: any JSON, and any JSON anywhere in a policy', () => {
    const anything = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(anything, (document) => {
        expect(readPolicy(document)).to.have.property('problems');
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...standing), anything, fc.nat(), (document, intruder, at) => {
        const reading = readPolicy(replaced(document, intruder, at));
        if ('policy' in reading) expect(odrl.policy.safeParse(reading.policy).success).to.equal(true);
      }),
    );
  });

  it('refuse a member that is not understood, wherever it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...standing), fc.nat(), (document, at) => {
        const reading = readPolicy(extended(document, at));
        expect(reading).to.have.property('problems');
        expect((reading as { problems: unknown[] }).problems).to.have.lengthOf.at.least(1);
      }),
    );
  });
});

/** Values of a document in the order they are met; `place` gives each a number, and `change` what becomes of it. */
function mapped(document: Json, change: (value: Json, place: number) => Json): Json {
  let place = 0;
  const walk = (value: Json): Json => {
    const changed = change(value, place);
    place += 1;
    if (changed !== value) return changed;
    if (Array.isArray(value)) return value.map(walk);
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member)]))
      : value;
  };
  return walk(document);
}

function replaced(document: Json, intruder: Json, at: number): Json {
  let size = 0;
  mapped(document, (value) => ((size += 1), value));
  return mapped(document, (value, place) => (place === at % size ? intruder : value));
}

/** The document with a member more in one of its objects, annotations aside. */
function extended(document: Json, at: number): Json {
  const isOpen = (value: Json): value is Objects => isObject(value) && !('@language' in value);
  let size = 0;
  mapped(document, (value) => ((size += isOpen(value) ? 1 : 0), value));
  let met = -1;
  return mapped(document, (value) => {
    if (!isOpen(value)) return value;
    met += 1;
    return met === at % size ? { ...value, 'urn:example:only-if': 'agreed' } : value;
  });
}
