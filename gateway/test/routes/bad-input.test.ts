import { MAX_BATCH } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { transactionPath } from '../../src/routes/transaction.js';
import { sampleOf, served, type Sample } from '../http/samples.js';
import { BODY_LIMIT, problemIn, ServedApp } from '../http/served-app.js';

type Path = readonly (string | number)[];

/** Every place in a value, from the root on. */
function* places(value: unknown, path: Path = []): Generator<{ path: Path; value: unknown }> {
  yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) yield* places(member, [...path, name]);
}

/** The same value with what stands at a path replaced. */
function replaced(value: unknown, [head, ...rest]: Path, by: unknown): unknown {
  if (head === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[head] = replaced(copy[head], rest, by);
  return copy;
}

const pointer = (path: Path): string => path.map((part) => `/${part}`).join('');
const isOpenJson = (path: Path): boolean => /\/(odrl|enforced|inputs\/open)\b/.test(pointer(path));
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const wrongFor = (value: unknown): unknown => (typeof value === 'object' ? 'a text' : { of: 'another type' });
const without = (sample: Sample, name: string): Sample =>
  Object.fromEntries(Object.entries(sample).filter(([other]) => other !== name));

describe('bad input on every transaction route', () => {
  const app = new ServedApp();
  before(() => app.start());
  after(() => app.stop());

  async function refused(
    path: string,
    body: unknown,
    status: number,
    code: string,
    at?: string,
  ): Promise<void> {
    const response = await app.post(path, body);
    const problem = await problemIn(response);
    const where = `${path} ${JSON.stringify(body).slice(0, 400)} -> ${JSON.stringify(problem)}`;
    expect(response.status, where).to.equal(status);
    expect(response.headers.get('content-type')).to.equal('application/problem+json');
    expect(problem.code, where).to.equal(code);
    if (at !== undefined)
      expect(
        problem.errors.map((fault) => fault.pointer),
        where,
      ).to.include(at);
  }

  afterEach('nothing reached the ledger', () => {
    expect(app.ledger.seen).to.deep.equal([]);
    expect(app.offers.said).to.deep.equal([]);
  });

  for (const descriptor of served) {
    const path = transactionPath(descriptor);
    const sample = (): Sample => sampleOf(descriptor.name);

    describe(descriptor.name, () => {
      it('refuses an unknown field in any object, by its pointer', async () => {
        for (const { path: at, value } of places(sample())) {
          if (!isObject(value) || isOpenJson(at)) continue;
          const body = replaced(sample(), at, { ...(value as object), surplus: 1 });
          await refused(path, body, 400, 'MALFORMED', `${pointer(at)}/surplus`);
        }
      });

      it('refuses a wrong type of any member, by its pointer', async () => {
        for (const { path: at, value } of places(sample())) {
          if (isOpenJson(at)) continue;
          const body = JSON.stringify(replaced(sample(), at, wrongFor(value)));
          const problem = await problemIn(await app.post(path, body));
          expect(problem.code, pointer(at)).to.equal('MALFORMED');
          const found = problem.errors.map((fault) => fault.pointer ?? '');
          expect(found.some((one) => pointer(at).startsWith(one) || one.startsWith(pointer(at)))).to.equal(
            true,
          );
        }
      });

      it('refuses malformed ids, digests and floats where they stand', async () => {
        for (const { path: at, value } of places(sample())) {
          if (typeof value === 'string' && /^[a-z]+-[a-z2-7]{52}$/.test(value)) {
            for (const bad of [value.toUpperCase(), `${value}a`, value.slice(0, -1), `claims-${value}`, '']) {
              await refused(path, replaced(sample(), at, bad), 400, 'MALFORMED', pointer(at));
            }
          }
          if (typeof value === 'string' && value.startsWith('sha256:')) {
            await refused(path, replaced(sample(), at, value.slice(7)), 400, 'MALFORMED', pointer(at));
          }
          if (typeof value === 'number' && !isOpenJson(at)) {
            await refused(path, replaced(sample(), at, value + 0.5), 400, 'MALFORMED', pointer(at));
          }
        }
      });

      it('refuses duplicate keys, also equal ones, by their pointer', async () => {
        const [[name, value] = ['', undefined]] = Object.entries(sample());
        const text = JSON.stringify(sample());
        const doubled = `{${JSON.stringify(name)}:${JSON.stringify(value)},${text.slice(1)}`;
        await refused(path, doubled, 400, 'DUPLICATE_KEY', `/${name}`);
        await refused(path, `[${text},${doubled}]`, 400, 'DUPLICATE_KEY', `/1/${name}`);
        const escaped = `{"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":1,${text.slice(1)}`;
        await refused(path, escaped, 400, 'DUPLICATE_KEY', `/${name}`);
      });

      it('refuses a missing field, and says where in a list', async () => {
        for (const name of Object.keys(sample())) {
          const request = without(sample(), name);
          if (name === 'nonce' || descriptor.request.safeParse(request).success) continue;
          await refused(path, request, 400, 'MALFORMED');
          const problem = await problemIn(await app.post(path, [sample(), request]));
          expect(problem.errors.every((fault) => fault.pointer?.startsWith('/1'))).to.equal(true);
        }
      });

      it('refuses what is no JSON in UTF-8', async () => {
        const text = JSON.stringify(sample());
        const bad = [
          '',
          ' ',
          text.slice(0, -1),
          `${text}x`,
          text.replace('{', '{,'),
          `\ufeff${text}`,
          "{'a':1}",
          '{"a":NaN}',
        ];
        for (const body of bad) await refused(path, body, 400, 'INVALID_JSON');
        await refused(path, Buffer.from([0x22, 0xc3, 0x28, 0x22]), 400, 'INVALID_JSON');
      });

      it('refuses bodies of other media types, and compressed ones', async () => {
        const body = JSON.stringify(sample());
        for (const type of [
          'text/plain',
          'application/xml',
          'application/json; charset=latin1',
          'multipart/form-data',
        ]) {
          const response = await app.post(path, body, { headers: { 'content-type': type } });
          expect(response.status, type).to.equal(415);
          expect(response.headers.get('accept-post')).to.contain('application/json');
        }
        const packed = await app.post(path, body, { headers: { 'content-encoding': 'gzip' } });
        expect(packed.status).to.equal(415);
      });

      it('refuses a body over the limit', async () => {
        const body = JSON.stringify({ ...sample(), surplus: 'x'.repeat(BODY_LIMIT) });
        await refused(path, body, 413, 'BODY_TOO_LARGE');
      });

      it('refuses empty and overlong lists, and values that are no request', async () => {
        await refused(path, [], 400, 'MALFORMED', '');
        await refused(
          path,
          JSON.stringify(Array.from({ length: MAX_BATCH + 1 }, () => 1)),
          400,
          'MALFORMED',
          '',
        );
        for (const body of ['null', '1', '"text"', 'true']) await refused(path, body, 400, 'MALFORMED', '');
        await refused(path, [[sample()]], 400, 'MALFORMED', '/0');
      });
    });
  }

  it('refuses U+0000, lone surrogates and floats where the schema takes any JSON', async () => {
    const assess = '/valuations/assess';
    const body = (inputs: string): string =>
      JSON.stringify(sampleOf('valuations:Assess')).replace('{"hours":3}', inputs);
    await refused(assess, body('{"a":"\\u0000"}'), 400, 'NOT_REPRESENTABLE', '/inputs/open/a');
    await refused(assess, body('{"a":["\\ud800"]}'), 400, 'NOT_REPRESENTABLE', '/inputs/open/a/0');
    await refused(assess, body('{"a":0.5}'), 400, 'NOT_REPRESENTABLE', '/inputs/open/a');
    await refused(assess, body('{"a":9007199254740993}'), 400, 'NOT_REPRESENTABLE', '/inputs/open/a');
    await refused(assess, body('{"a/b":-0}'), 400, 'NOT_REPRESENTABLE', '/inputs/open/a~1b');
    await refused(assess, `[${body('{"a":0.5}')}]`, 400, 'NOT_REPRESENTABLE', '/0/inputs/open/a');
  });

  it('refuses lone surrogates and U+0000 in text', async () => {
    for (const bad of ['\\u0000', '\\ud800', '\\udc00x', '\\n']) {
      const body = JSON.stringify(sampleOf('space:Pause')).replace('breach', bad);
      await refused('/space/pause', body, 400, 'MALFORMED', '/reason');
    }
  });

  it('refuses nesting that would exhaust the stack', async () => {
    const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
    await refused('/grants/accept', deep, 400, 'NOT_REPRESENTABLE', '');
    await refused('/grants/accept', `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`, 400, 'NOT_REPRESENTABLE', '');
  });

  it('refuses members named like the prototype', async () => {
    const body = JSON.stringify(sampleOf('grants:Accept')).replace('{', '{"__proto__":{"grantId":1},');
    await refused('/grants/accept', body, 400, 'MALFORMED', '/__proto__');
  });
});
