import * as model from '@tallystick/chaincode/model';
import {
  allDescriptors,
  bytesOf,
  encode,
  LIMITS,
  Refusal,
  refuseBeyond,
  type RecordType,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import * as z from 'zod';

const { sizes } = model.schema;

const isRecordType = (value: unknown): value is RecordType =>
  typeof value === 'object' && value !== null && 'kind' in value && 'schema' in value && 'version' in value;
const types = (Object.values(model) as unknown[]).filter(isRecordType);

/** Has no quantifier without an end: `*`, `+`, `{n,}`, outside of character classes and escapes; and both ends are tied. */
function isBoundedPattern({ source }: RegExp): boolean {
  const plain = source.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  return /^\^.*\$$/.test(plain) && !/[*+]|\{\d+,\}/.test(plain);
}

interface Def {
  readonly type: string;
  readonly [part: string]: unknown;
}
const defOf = (schema: z.core.$ZodType): Def => schema._zod.def as unknown as Def;

const checksOf = (
  schema: z.core.$ZodType,
): readonly { readonly check: string; readonly pattern?: unknown }[] =>
  (schema._zod.def.checks ?? []).map(({ _zod }) => _zod.def as never);

/** Strings that ask for everything of a custom check but its length. */
const LONG = ['', 'sha256:', ...model.ID_KINDS.map((kind) => `${kind}-`)].flatMap((head) =>
  ['a', '0', '2'].map((letter) => head + letter.repeat(5000)),
);

/** Places inside a schema where a value of any size may stand. */
class Walk {
  readonly unbounded: string[] = [];
  readonly #seen = new Set<z.core.$ZodType>();

  visit(schema: z.core.$ZodType, at: string): void {
    if (this.#seen.has(schema) || sizes.get(schema) !== undefined) return;
    this.#seen.add(schema);
    const def = defOf(schema);
    const visitors: Readonly<Record<string, () => void>> = {
      string: () => this.#string(schema as z.ZodString, at),
      custom: () => this.#custom(schema, at),
      array: () => this.#array(schema as z.ZodArray, at),
      record: () => this.#say(at, 'a record of any size'),
      any: () => this.#say(at, 'anything'),
      unknown: () => this.#say(at, 'anything'),
      object: () => this.#object(def, at),
      union: () => (def['options'] as z.core.$ZodType[]).forEach((each) => this.visit(each, at)),
      intersection: () => [def['left'], def['right']].forEach((each) => this.visit(each as z.ZodType, at)),
      pipe: () => this.#pipe(def, at),
      lazy: () => this.visit((def['getter'] as () => z.ZodType)(), at),
    };
    const inner = def['innerType'] as z.core.$ZodType | undefined;
    const visit = visitors[def.type];
    if (visit) visit();
    else if (inner) this.visit(inner, at);
    else if (!SMALL.has(def.type)) this.#say(at, `a ${def.type}, which this test does not know`);
  }

  #say(at: string, what: string): void {
    this.unbounded.push(`${at}: ${what}`);
  }

  #string(schema: z.ZodString, at: string): void {
    const isBounded = checksOf(schema).some(
      ({ check, pattern }) =>
        check === 'max_length' || (pattern instanceof RegExp && isBoundedPattern(pattern)),
    );
    if (!isBounded) this.#say(at, 'a string of any length');
  }

  /** Says by what it takes whether it has a bound. */
  #custom(schema: z.core.$ZodType, at: string): void {
    const taken = [{}, [], ...LONG].filter((value) => z.safeParse(schema, value).success);
    if (taken.length > 0) this.#say(at, 'whatever its check lets in');
  }

  #array(schema: z.ZodArray, at: string): void {
    if (!checksOf(schema).some(({ check }) => check === 'max_length')) this.#say(at, 'a list of any length');
    this.visit(schema.element, `${at}/*`);
  }

  #object({ shape, catchall }: Def, at: string): void {
    if (catchall === undefined || defOf(catchall as z.ZodType).type !== 'never')
      this.#say(at, 'members of any name');
    for (const [name, member] of Object.entries(shape as z.ZodRawShape)) this.visit(member, `${at}/${name}`);
  }

  /** What passes has passed both sides, so one of them suffices. */
  #pipe(def: Def, at: string): void {
    const sides = ['in', 'out'].map((side) => unboundedIn(def[side] as z.ZodType, at));
    if (sides.every(({ length }) => length > 0)) this.unbounded.push(...sides.flat());
  }
}

const SMALL: ReadonlySet<string> = new Set([
  'number',
  'int',
  'boolean',
  'null',
  'literal',
  'enum',
  'never',
  'undefined',
]);

function unboundedIn(schema: z.core.$ZodType, at: string): string[] {
  const walk = new Walk();
  walk.visit(schema, at);
  return walk.unbounded;
}

describe('limits', () => {
  it('bound every string and every list of every request, response and record', () => {
    const schemas = [
      ...allDescriptors.map(({ name, request }) => [`${name} request`, request] as const),
      ...allDescriptors.map(({ name, response }) => [`${name} response`, response] as const),
      ...types.map(({ kind, schema }) => [`record ${kind}`, schema] as const),
      ['opening', model.schema.opening] as const,
    ];
    expect(schemas.length).to.be.above(100);
    expect(schemas.flatMap(([name, schema]) => unboundedIn(schema, name))).to.deep.equal([]);
  });

  it('are seen to be missing wherever they are', () => {
    const without: readonly z.ZodType[] = [
      z.string(),
      z.string().regex(/^[a-z]+$/),
      z.string().regex(/a{3}/),
      z.array(z.literal('a')),
      z.array(z.string()).max(3),
      z.json(),
      z.object({}),
      z.strictObject({ a: z.string().optional() }),
      z.record(z.literal('a'), z.null()),
      z.union([z.null(), z.string()]),
      z.custom((value) => typeof value === 'string'),
      z.string().pipe(z.string()),
      z.lazy(() => z.unknown()),
    ];
    without.forEach((schema, index) => expect(unboundedIn(schema, ''), String(index)).to.not.be.empty);
    const within = [z.string().max(3), z.string().regex(/^(?:a{1,3}|[*+])$/), z.string().pipe(z.enum(['a']))];
    within.forEach((schema, index) => expect(unboundedIn(schema, ''), String(index)).to.be.empty);
  });

  it('of a document count bytes of UTF-8, whatever it is made of', () => {
    const { document } = model.schema;
    const most = LIMITS.document;
    for (const [letter, size] of [
      ['a', 1],
      ['é', 2],
      ['中', 3],
      ['😀', 4],
      ['"', 2],
    ] as const) {
      const fits = letter.repeat(Math.floor((most - 2) / size));
      expect(document.safeParse(fits).success, letter).to.equal(true);
      expect(document.safeParse(fits + letter).success, letter).to.equal(false);
    }
    expect(document.safeParse(Array.from({ length: most / 2 }, () => 1)).success).to.equal(false);
  });

  it('hang together', () => {
    const { argument, openings, effect, keys, record, reads, answer, document } = LIMITS;
    const [mebibyte, gateway] = [1024 * 1024, 16 * 1024];
    expect(2 * argument + openings + gateway, 'a message to a chaincode').to.be.below(4 * mebibyte);
    expect(argument + effect + keys * 130, 'an envelope').to.be.below(10 * 1000 * 1000);
    expect(2 * record + 64 * 1024, 'a restoration').to.be.below(argument);
    expect(answer)
      .to.be.below(4 * mebibyte)
      .and.above(record);
    expect(reads).to.be.above(effect);
    expect(document).to.be.below(record);
  });

  it('are named by who refuses', () => {
    refuseBeyond('record', LIMITS.record);
    const refusal = new Refusal('LIMIT_EXCEEDED', {
      limit: 'record',
      most: LIMITS.record,
      found: LIMITS.record + 1,
    });
    expect(() => refuseBeyond('record', LIMITS.record + 1))
      .to.throw(Refusal)
      .with.property('message', refusal.message);
    expect(bytesOf(encode('é'))).to.equal(4);
  });
});
