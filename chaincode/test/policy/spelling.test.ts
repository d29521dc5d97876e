import { expect } from 'chai';
import fc from 'fast-check';
import { odrl, type Json, type Policy } from '@tallystick/chaincode/model';
import { decisionOf, evaluate } from '../../src/policy/evaluation/index.js';
import { readPolicy } from '../../src/policy/reading/index.js';
import { actionIn, composed, operandIn, PREFIXES, textIn } from '../../src/policy/vocabulary/index.js';
import { times } from '../../../test/sampling.js';

/** A name in some of the ways in which it is written. */
type Spellings = readonly [string, ...string[]];

const words = fc.stringMatching(/^[A-Z]{1,8}$/);

/** Any prefix built in, any term: contracted, in full, under either scheme, in other case where it has none, percent-encoded. */
const terms: fc.Arbitrary<Spellings> = fc
  .tuple(fc.constantFrom('ids', 'idsc', 'cc', 'skos', 'vcard', 'dct', 'tallystick'), words)
  .map(([prefix, word]) => {
    const iri = `${PREFIXES[prefix] ?? ''}${word}`;
    const [scheme = '', rest = ''] = iri.split('://');
    const [host = '', ...path] = rest.split('/');
    const upper = `${scheme.toUpperCase()}://${host.toUpperCase()}/${path.join('/')}`;
    const code = word.charCodeAt(0).toString(16);
    return [
      `${prefix}:${word}`,
      iri,
      `${scheme === 'http' ? 'https' : 'http'}://${rest}`,
      upper,
      `${iri.slice(0, -word.length)}%${code}${word.slice(1)}`,
      `${prefix}:%${code}${word.slice(1)}`,
      `${scheme}://${host}/a/.././${path.join('/')}`,
      ` ${iri} `,
    ];
  });

/** An address of a place on the web: what is added to it without meaning anything, and what stands beyond ASCII. */
const addresses: fc.Arbitrary<Spellings> = fc.constantFrom<Spellings[]>(
  ['https://example.com/', 'https://example.com', 'https://EXAMPLE.com:443', 'https://example.com:/'],
  ['https://example.com/?a=b', 'https://example.com?a=b'],
  ['http://example.com/a/c', 'http://example.com:80/a/b/%2e%2E/c', 'http://%65xample.com/a/./c'],
  [
    'https://example.com/%E9%A2%84%E6%B5%8B/%C3%A9',
    'https://example.com/\u9884\u6d4b/\u00e9',
    'https://example.com/\u9884\u6d4b/e\u0301',
    'https://example.com/%e9%a2%84\u6d4b/%c3%a9',
  ],
  ['http://schema.org/%E9%A2%84', 'schema:\u9884', 'https://schema.org/\u9884'],
);

const hosts: fc.Arbitrary<Spellings> = fc.constantFrom<Spellings[]>(
  ['example.com', 'EXAMPLE.com', 'example.com.'],
  ['10.0.0.1', ' 10.0.0.1'],
);

/** Words with marks of several scripts, composed and taken apart. */
const texts: fc.Arbitrary<Spellings> = fc
  .array(fc.constantFrom('pr\u00e9', '\u00fc', '\ud55c\uad6d', '\u30ac', 'x', '\u9884\u6d4b', '\u0451'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join(''))
  .map((text) => [text, text.normalize('NFD'), ` ${text}`, `${text}  `]);

const mediaTypes: fc.Arbitrary<Spellings> = fc.tuple(words, words).map(([type, subtype]) => {
  const canonical = `${type}/${subtype}`.toLowerCase();
  return [canonical, `${type}/${subtype}`, `https://www.iana.org/assignments/media-types/${canonical}`];
});

const PLACES: readonly Spellings[] = [
  ['DE', 'DEU', 'http://ontologi.es/place/DE'],
  ['RE', 'REU', 'FR-974'],
  ['HK', 'HKG', 'CN-HK'],
  ['AX', 'ALA', 'FI-01'],
  ['GP', 'FR-GP', 'FR-971'],
  ['TW', 'CN-TW', 'CN-71'],
];
const LANGUAGES: readonly Spellings[] = [
  ['zh-Hant-TW', 'zh-hant-tw', 'ZH-HANT-TW'],
  ['en', 'EN'],
];

/** What each operand is compared with. */
const NAMED: fc.Arbitrary<readonly [string, Spellings]> = fc.oneof(
  fc.tuple(fc.constantFrom('purpose', 'industry', 'idsc:ROLE', 'idsc:STATE', 'virtualLocation'), terms),
  fc.tuple(fc.constantFrom('purpose', 'product', 'idsc:ROLE', 'spatialCoordinates'), texts).map(
    // Of text that is no name, only the form of its characters is no part.
    ([operand, all]): readonly [string, Spellings] =>
      operand === 'spatialCoordinates' ? [operand, [all[0], all[1] ?? all[0]]] : [operand, all],
  ),
  fc.tuple(fc.constantFrom('purpose', 'industry', 'virtualLocation'), addresses),
  fc.tuple(fc.constant('virtualLocation'), hosts),
  fc.tuple(fc.constantFrom('fileFormat', 'media'), mediaTypes),
  fc.tuple(fc.constantFrom('spatial', 'vcard:hasGeo'), fc.constantFrom(...PLACES)),
  fc.tuple(fc.constant('language'), fc.constantFrom(...LANGUAGES)),
);

function read(document: Json): Policy {
  const reading = readPolicy(document);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.policy;
}

const RULE = { action: 'use' };

/** Denial of a use of which a value is known, under a rule on another spelling of it. */
function denialOf(document: Json, operand: string, value: odrl.Value): string | undefined {
  const policy = read(document);
  const world = {
    at: '2026-12-01T00:00:00.000Z',
    facts: [odrl.known.parse({ operand, value })],
    members: [],
    duties: [],
  };
  const attempt = { action: 'odrl:read' };
  return decisionOf(policy, evaluate(policy, attempt, world), () => true, attempt, world).denial;
}

/** What is known is stated as plain text, or as a literal of any type. */
const types = fc.constantFrom(undefined, undefined, 'xsd:string', 'xsd:anyURI', 'http://example.com/own');

const written = fc.tuple(NAMED, fc.nat(), fc.nat(), types).map(([[operand, all], one, other, type]) => {
  const text = all[other % all.length] ?? all[0];
  return {
    operand,
    asked: all[one % all.length] ?? all[0],
    known: type === undefined ? text : { '@value': text, '@type': type },
  };
});

describe('one spelling for what is asked and what is known', () => {
  const on = (leftOperand: string, operator: string, rightOperand: Json): Json => ({
    ...RULE,
    constraint: [{ leftOperand, operator, rightOperand }],
  });

  it('meets a prohibition, an exclusion and a permission, however either side is written', () => {
    fc.assert(
      fc.property(written, ({ operand, asked, known }) => {
        const forbidding: Json = {
          conflict: 'prohibit',
          permission: [RULE],
          prohibition: [on(operand, 'eq', asked)],
        };
        expect(denialOf(forbidding, operand, known), 'prohibition').to.equal('PROHIBITED');
        const excluding: Json = { permission: [on(operand, 'isNoneOf', [asked])] };
        expect(denialOf(excluding, operand, known), 'isNoneOf').to.not.equal(undefined);
        const permitting: Json = { permission: [on(operand, 'eq', asked)] };
        expect(denialOf(permitting, operand, known), 'permission').to.equal(undefined);
      }),
      { numRuns: times(150) },
    );
  });

  it('is the same when it is spelled again', () => {
    fc.assert(
      fc.property(written, ({ operand, asked }) => {
        const once = textIn(operand, asked) ?? '';
        expect(textIn(operand, once)).to.equal(once);
      }),
      { numRuns: times(150) },
    );
  });

  it('does not make one of two: words, paths, case of what has case', () => {
    for (const [one, other] of [
      ['marketing', 'Marketing'],
      ['https://example.com/a', 'https://example.com/A'],
      ['https://example.com/a', 'https://example.com:8443/a'],
      ['https://example.com/a%2Fb', 'https://example.com/a/b'],
      ['idsc:MARKETING', 'ids:MARKETING'],
      ['schema:A', 'schema:B'],
    ] as const)
      expect(textIn('purpose', one)).to.not.equal(textIn('purpose', other));
  });

  it('holds for the unit that an amount is stated in', () => {
    const asked = {
      leftOperand: 'payAmount',
      operator: 'gteq',
      rightOperand: 5,
      unit: 'https://schema.org/EUR',
    };
    const permitting: Json = { permission: [{ ...RULE, constraint: [asked] }] };
    for (const unit of ['schema:EUR', 'http://schema.org/EUR', 'HTTPS://Schema.org/EUR'])
      expect(denialOf(permitting, 'payAmount', { '@value': '5', '@type': unit }), unit).to.equal(undefined);
    expect(denialOf(permitting, 'payAmount', { '@value': '5', '@type': 'schema:USD' })).to.equal(
      'CONSTRAINT',
    );
  });

  it('takes dots for a path in words, and not in names of single things', () => {
    const permitting = (operand: string, name: string): Json => ({ permission: [on(operand, 'eq', name)] });
    for (const operand of ['purpose', 'industry', 'product', 'idsc:ROLE'])
      expect(denialOf(permitting(operand, 'a'), operand, 'a.b'), operand).to.equal(undefined);
    for (const [operand, name, longer] of [
      ['virtualLocation', 'example.com', 'example.com.example.org'],
      ['systemDevice', '10.0.0.1', '10.0.0.1.2'],
      ['fileFormat', 'csv', 'csv.exe'],
      ['media', 'tar', 'tar.gz'],
    ] as const) {
      expect(denialOf(permitting(operand, name), operand, name), operand).to.equal(undefined);
      expect(denialOf(permitting(operand, name), operand, longer), operand).to.equal('CONSTRAINT');
    }
  });

  it('knows the same action and operand by all their names', () => {
    for (const name of ['read', 'odrl:read', 'http://www.w3.org/ns/odrl/2/read', 'idsc:READ'])
      expect(actionIn(name)).to.equal('read');
    for (const name of ['purpose', 'odrl:purpose', 'https://w3id.org/idsa/code/PURPOSE'])
      expect(operandIn(name)).to.equal('purpose');
  });
});

describe('characters of names', () => {
  /** In fewer steps than one a code point: texts of many, which are taken apart when they are refused. */
  const all = Array.from({ length: 0x31350 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter(odrl.isWritten);

  it('are known to this engine, and can be seen', () => {
    const text = all.join('');
    expect(all).to.have.length.greaterThan(90_000);
    expect(/^\p{Assigned}+$/u.test(text)).to.equal(true);
    expect(/[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u.test(text)).to.equal(false);
  });

  it('stay in the list, and as they are, once they are composed', () => {
    for (const each of all) {
      const form = each.normalize('NFC');
      if (form !== each) expect(odrl.isWritten(form), each.codePointAt(0)?.toString(16)).to.equal(true);
    }
  });

  it('are composed only where all engines compose them alike', () => {
    expect(composed('e\u0301')).to.equal('\u00e9');
    expect(composed('e\u0301\u{1e030}')).to.equal('e\u0301\u{1e030}');
  });
});
