import { schema } from '@tallystick/chaincode/model';
import { EDITION_TABLE } from '@tallystick/chaincode/rules';
import * as z from 'zod';
import { typedText } from '../intake/index.js';
import { Rejection } from '../rejection.js';
import { parsePem } from '../x509/certificate.js';
import { duplicatesIn, pointerOf } from './json-text.js';
import { pemOfCertificate } from './pem.js';
import { ALGORITHMS, type Trust } from './trust.js';

/** Version of the form of a trust file. A reader refuses any other. */
const TRUST_FORMAT = 1;

/** Nobody types more than this. */
export const MAX_TRUST_BYTES = 1024 * 1024;

export interface TrustProblem {
  /** JSON pointer (RFC 6901) to what is wrong; empty: the whole file. */
  readonly pointer: string;
  readonly problem: string;
}

/** A trust file that cannot be used, with everything that is wrong with it. */
export class TrustError extends Error {
  override readonly name = 'TrustError';
  readonly code = 'TRUST_NOT_USABLE';
  readonly problems: readonly TrustProblem[];

  constructor(problems: readonly TrustProblem[]) {
    super(
      problems
        .map(({ pointer, problem }) => `${pointer === '' ? 'the file' : pointer}: ${problem}`)
        .join('\n'),
    );
    this.problems = problems;
  }
}

const word = z.string().regex(/^[!-~]{1,249}$/, 'must be one word of printable ASCII');

const certificate = z.string().transform((text, context) => {
  try {
    return parsePem(new TextEncoder().encode(text)).der;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    context.addIssue({ code: 'custom', message: 'must be one PEM certificate and nothing else' });
    return z.NEVER;
  }
});

const authority = z.strictObject({ name: schema.text(120), certificate });

const pins = schema.distinct(schema.digest, 50).min(1, 'must name at least one, or be left out').optional();

const witnesses = z
  .strictObject({
    named: z
      .array(z.strictObject({ mspId: schema.mspId, roots: pins, keys: pins }))
      .max(200)
      .refine(
        (list) => new Set(list.map(({ mspId }) => mspId)).size === list.length,
        'must not repeat an organisation',
      )
      .default([]),
    needed: z.int().min(1).max(200).optional(),
    replayedFrom: z.int().min(0).default(0),
  })
  // All of them: then one honest organisation among those that are named suffices, whichever it is.
  .transform(({ needed, ...rest }) => ({ ...rest, needed: needed ?? Math.max(1, rest.named.length) }))
  .refine(({ named, needed }) => named.length === 0 || needed <= named.length, {
    message: 'must be at most the number of organisations that are named',
    path: ['needed'],
  });

const isDistinct = (list: readonly string[]): boolean => new Set(list).size === list.length;

const editions = z
  .array(
    z.strictObject({
      rules: word,
      versions: z
        .array(z.string().regex(/^(?:0|[1-9]\d{0,8})$/, 'must be the first number of a version'))
        .min(1)
        .max(100),
    }),
  )
  .min(1)
  .max(100)
  .refine((list) => isDistinct(list.map(({ rules }) => rules)), 'must not repeat an edition')
  .refine((list) => isDistinct(list.flatMap(({ versions }) => versions)), 'must not name a version twice');

/** What a person types. Left out members stand for the stricter belief, so that nothing is believed by accident. */
const trustFile = z.strictObject({
  format: z.literal(TRUST_FORMAT, `must be ${TRUST_FORMAT}: this verifier reads no other form`),
  genesis: schema.digest,
  channel: word,
  chaincode: word,
  constitution: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a Fabric transaction id, 64 lower-case hex digits'),
  rules: schema.distinct(word, 100).min(1, 'must name at least one version of the rules'),
  editions: editions.default(
    [...EDITION_TABLE].map(({ rules, versions }) => ({ rules, versions: [...versions] })),
  ),
  packages: schema.distinct(word, 100).default([]),
  witnesses: witnesses.prefault({}),
  minOrdererSignatures: z.int().min(1).max(200).default(1),
  algorithms: schema
    .distinct(z.enum(ALGORITHMS), ALGORITHMS.length)
    .min(1)
    .default([...ALGORITHMS]),
  singleOperator: z.boolean().default(false),
  timestampAuthorities: z
    .array(authority)
    .max(50)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'must not repeat a name')
    .default([]),
  clockSkew: z.int().min(0).max(86_400, 'must be at most a day, in seconds').default(900),
});

/** Reads a trust file. @throws TrustError with every problem and where it is */
export function readTrust(input: Uint8Array | string): Trust {
  const text = typeof input === 'string' ? input : decoded(input);
  const value = parsed(text);
  const twice = doubled(text).map((pointer) => ({ pointer, problem: 'stands there twice' }));
  const result = trustFile.safeParse(value);
  const problems = [...twice, ...(result.error?.issues ?? []).flatMap(problemsOf)];
  if (!result.success || problems.length > 0) throw new TrustError(problems);
  const { format: _, ...trust } = result.data;
  return trust;
}

/** The text of a trust file, with every member, for people to read and change. */
export function formatTrust({ timestampAuthorities, ...trust }: Trust): string {
  const authorities = timestampAuthorities.map(({ name, certificate: der }) => ({
    name,
    certificate: pemOfCertificate(der),
  }));
  return `${JSON.stringify({ format: TRUST_FORMAT, ...trust, timestampAuthorities: authorities }, null, 2)}\n`;
}

function decoded(bytes: Uint8Array): string {
  if (bytes.length > MAX_TRUST_BYTES) throw whole(`is larger than ${MAX_TRUST_BYTES} bytes`);
  try {
    return typedText(bytes);
  } catch {
    throw whole('is not UTF-8 text');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw whole(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function doubled(text: string): readonly string[] {
  try {
    return duplicatesIn(text);
  } catch (error) {
    if (error instanceof RangeError) throw whole('is nested too deeply');
    throw error;
  }
}

const whole = (problem: string): TrustError => new TrustError([{ pointer: '', problem }]);

function problemsOf(issue: z.core.$ZodIssue): TrustProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerOf(issue.path), problem: issue.message }];
  return issue.keys.map((key) => ({
    pointer: pointerOf([...issue.path, key]),
    problem: 'is no member of a trust file',
  }));
}
