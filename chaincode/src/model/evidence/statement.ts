import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { digest, instant, mspId } from '../schema.js';

/** First line of a fingerprint statement. A reader refuses any other. */
export const STATEMENT_TITLE = 'Tallystick fingerprint statement 1';

/** Media type of a statement: it is printed, read aloud and typed. */
export const STATEMENT_MEDIA_TYPE = 'text/plain; charset=utf-8';

const word = z.string().regex(/^[!-~]{1,249}$/, 'must be one word of printable ASCII');

/** What an organisation says of the ledger it is on, for somebody who types a trust file from it. */
export const statement = z.strictObject({
  /** MSP id of who speaks. */
  organisation: mspId,
  channel: word,
  chaincode: word,
  /** SHA-256 of the DER header of block 0. */
  genesis: digest,
  /** Transaction id of `space:Constitute`. */
  constitution: z.string().regex(/^[0-9a-f]{64}$/, 'must be a Fabric transaction id'),
  /** Versions of the rules by which records were written. */
  rules: z.array(word).min(1).max(100),
  /** Chaincode package ids that the organisation knows of; none where nobody packages chaincode (the embedded ledger). */
  packages: z.array(word).max(100),
  /** MSP ids of the application organisations of the newest configuration. */
  organisations: z.array(mspId).min(1).max(200),
  /** SHA-256 of the DER certificate of each root authority of who speaks. */
  roots: z.array(digest).min(1).max(20),
  /** SHA-256 of the DER SubjectPublicKeyInfo of each key with which who speaks signs checkpoints. */
  witnesses: z.array(digest).max(20),
  /** SHA-256 of the verifier page that who speaks has: what the reader's own copy of that file is compared with. */
  pages: z.array(digest).max(5),
  issuedAt: instant,
  /** SHA-256 of the DER certificate below. */
  signer: digest,
});
export type Statement = z.infer<typeof statement>;

/** A statement with who signed it. That the signature holds is the reader's to check. */
export interface SignedStatement {
  readonly statement: Statement;
  /** Over the UTF-8 of {@link statementText}: ECDSA in DER with the hash of the certificate's curve, or Ed25519. */
  readonly signature: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
}

export type StatementErrorCode = 'NOT_A_STATEMENT' | 'BAD_LINE' | 'NOT_AS_PRINTED';

/** Text that is not a fingerprint statement as `formatStatement` writes it. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  readonly code: StatementErrorCode;

  constructor(code: StatementErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/** What each line is called, in order; a list has one line for each of its entries. */
const NAMES = {
  organisation: 'organisation',
  channel: 'channel',
  chaincode: 'chaincode',
  genesis: 'genesis',
  constitution: 'constitution',
  rules: 'rules',
  packages: 'package',
  organisations: 'application organisation',
  roots: 'root',
  witnesses: 'witness',
  pages: 'verifier page',
  issuedAt: 'issued at',
  signer: 'signer',
} as const satisfies Record<keyof Statement, string>;
const MEMBERS = Object.keys(NAMES) as (keyof Statement)[];
const LISTS: readonly (keyof Statement)[] = [
  'rules',
  'packages',
  'organisations',
  'roots',
  'witnesses',
  'pages',
];

/** The lines that are signed, each with its line feed. */
export function statementText(of: Statement): string {
  const lines = MEMBERS.flatMap((member) => {
    const value = of[member];
    return (typeof value === 'string' ? [value] : value).map((each) => `${NAMES[member]}: ${each}`);
  });
  return [STATEMENT_TITLE, ...lines, ''].join('\n');
}

/** The bytes that are signed. */
export const statementBytes = (of: Statement): Uint8Array => utf8ToBytes(statementText(of));

/** One page of text: the lines, the signature over them, and the certificate of who signed. */
export function formatStatement({ statement: of, signature, certificate }: SignedStatement): string {
  const [signed, der] = [signature, certificate].map((bytes) => z.util.uint8ArrayToBase64(bytes));
  return `${statementText(of)}signature: ${signed}\ncertificate: ${der}\n`;
}

/**
 * Reads what `formatStatement` wrote, and nothing else: a second spelling would be a second text under one signature.
 * @throws StatementError
 */
export function parseStatement(text: string): SignedStatement {
  const [title, ...lines] = text.split('\n');
  if (title !== STATEMENT_TITLE) throw new StatementError('NOT_A_STATEMENT', 'the first line is another one');
  const values = valuesOf(lines.slice(0, -1));
  const members = MEMBERS.map((member) => {
    const given = values.get(NAMES[member]) ?? [];
    return [member, LISTS.includes(member) ? given : given[0]];
  });
  const parsed = statement.safeParse(Object.fromEntries(members));
  if (!parsed.success) throw new StatementError('BAD_LINE', z.prettifyError(parsed.error));
  const [signature, certificate] = ['signature', 'certificate'].map((name) => bytesOf(name, values));
  if (signature === undefined || certificate === undefined) throw new Error('two names give two values');
  const signed = { statement: parsed.data, signature, certificate };
  if (formatStatement(signed) !== text)
    throw new StatementError('NOT_AS_PRINTED', 'lines are missing, doubled, or in another order');
  return signed;
}

function valuesOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of lines) {
    const at = line.indexOf(': ');
    if (at < 0) throw new StatementError('BAD_LINE', line.slice(0, 60));
    const name = line.slice(0, at);
    values.set(name, [...(values.get(name) ?? []), line.slice(at + 2)]);
  }
  return values;
}

const BASE64 = z.base64().min(4).max(20_000);

function bytesOf(name: string, values: ReadonlyMap<string, readonly string[]>): Uint8Array {
  const parsed = BASE64.safeParse(values.get(name)?.[0]);
  if (!parsed.success) throw new StatementError('BAD_LINE', `${name} is no base64`);
  return z.util.base64ToUint8Array(parsed.data);
}
