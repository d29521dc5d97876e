import { expect } from 'chai';
import fc from 'fast-check';
import { Problem } from '../../src/http/problem.js';
import { parseStrictJson } from '../../src/http/strict-json.js';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

function failureOf(text: string): Problem {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`was taken: ${text}`);
}

describe('strict JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(parse(text)).to.deep.equal(JSON.parse(text));
      }),
    );
  });

  it('finds a member that is doubled, wherever and however it is written', () => {
    const name = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text !== '__proto__');
    fc.assert(
      fc.property(name, fc.jsonValue(), fc.jsonValue(), fc.nat(3), (key, one, two, depth) => {
        const alias = `"${escaped(key)}"`;
        const object = `{${JSON.stringify(key)}:${JSON.stringify(one)},"\\u0000x":0,${alias}:${JSON.stringify(two)}}`;
        const text = `${'{"a":['.repeat(depth)}${object}${']}'.repeat(depth)}`;
        const failure = failureOf(text);
        expect(failure.code).to.equal('DUPLICATE_KEY');
        const at = key.replaceAll('~', '~0').replaceAll('/', '~1');
        expect(failure.options.errors?.[0]?.pointer).to.equal(`${'/a/0'.repeat(depth)}/${at}`);
      }),
    );
  });

  it('takes the same name in different objects', () => {
    expect(parse('[{"a":{"a":1}},{"a":2}]')).to.deep.equal([{ a: { a: 1 } }, { a: 2 }]);
  });

  it('stops at depth 64', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(() => parse(nested(64))).to.not.throw();
    expect(failureOf(nested(65)).code).to.equal('NOT_REPRESENTABLE');
    expect(failureOf(nested(200_000)).code).to.equal('NOT_REPRESENTABLE');
  });
});

/** Every UTF-16 unit as an escape. */
const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_unit, index) => {
    const unit = text.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
