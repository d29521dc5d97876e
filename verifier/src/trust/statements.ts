import {
  digestOf,
  millisOf,
  parseStatement,
  STATEMENT_TITLE,
  statementBytes,
  StatementError,
  type SignedStatement,
  type Statement,
} from '@tallystick/chaincode/model';
import { EDITION_TABLE } from '@tallystick/chaincode/rules';
import { newSignatures, type Signatures } from '../crypto/signature.js';
import type { Subtle } from '../crypto/subtle.js';
import { typedText } from '../intake/index.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { parseCertificate } from '../x509/certificate.js';
import { ALGORITHMS, type NamedWitness, type Trust, type TrustedWitnesses } from './trust.js';

/** What all organisations of one ledger must say alike. */
const ALIKE = [
  'channel',
  'chaincode',
  'genesis',
  'constitution',
  'rules',
  'packages',
  'organisations',
] as const satisfies readonly (keyof Statement)[];

/** One statement is one voice: whoever made the evidence could have written it. */
const MIN_STATEMENTS = 2;

/** What a reader of statements may decide otherwise. */
export type Choices = Partial<
  Pick<Trust, 'singleOperator' | 'timestampAuthorities' | 'clockSkew'> & Pick<TrustedWitnesses, 'needed'>
>;

/**
 * Makes a trust file of the printed statements of at least two organisations that agree in every fact, each signed under its own
 * certificate. That shows only that nobody changed a statement after it was signed. Whose the certificate is, the reader must find out
 * from the organisation: by telephone, from its seal, at its counter.
 * All who spoke are asked for as witnesses, unless `needed` says otherwise: then one honest one among them suffices, whichever it is.
 * @param texts as `formatStatement` writes them
 * @throws Rejection STATEMENT_DIFFERS, MALFORMED, EXPIRED, SIGNATURE_INVALID and what else is wrong with a signature or certificate
 */
export async function trustFromStatements(
  texts: readonly string[],
  subtle: Subtle,
  { needed = texts.length, ...choices }: Choices = {},
): Promise<Trust> {
  const signed = texts.map(parsed);
  const signatures = newSignatures(subtle, ALGORITHMS);
  for (const each of signed) await assertSigned(each, signatures);
  const statements = signed.map(({ statement }) => statement);
  const one = agreed(statements);
  const { genesis, channel, chaincode, constitution, rules, packages } = one;
  return {
    genesis,
    channel,
    chaincode,
    constitution,
    rules,
    editions: EDITION_TABLE,
    packages,
    witnesses: { named: statements.map(namedBy), needed, replayedFrom: 0 },
    minOrdererSignatures: 1,
    algorithms: ALGORITHMS,
    singleOperator: false,
    timestampAuthorities: [],
    clockSkew: 900,
    ...choices,
  };
}

/**
 * The text of a statement as it was printed. Mail programs and editors change line ends and put a byte-order mark before it; what was signed
 * is put together from the lines.
 * @throws Rejection MALFORMED for bytes that are no text
 */
export function statementTextOf(bytes: Uint8Array): string {
  try {
    return `${typedText(bytes).replaceAll('\r\n', '\n').trimEnd()}\n`;
  } catch (cause) {
    throw new Rejection('MALFORMED', { what: 'a statement', because: 'not text' }, { cause });
  }
}

/** Whether a file begins as a statement does, whatever an editor made of it. */
export const isStatement = (beginning: Uint8Array): boolean =>
  typedText(beginning, false).trimStart().startsWith(STATEMENT_TITLE);

/** Every organisation is a witness by the roots and keys that it says are its own: nobody else pins them here. */
const namedBy = ({ organisation, roots, witnesses }: Statement): NamedWitness => ({
  mspId: organisation,
  roots,
  ...(witnesses.length > 0 && { keys: witnesses }),
});

function parsed(text: string): SignedStatement {
  try {
    return parseStatement(text);
  } catch (cause) {
    if (!(cause instanceof StatementError)) throw cause;
    throw new Rejection('MALFORMED', { what: 'a statement', because: cause.message }, { cause });
  }
}

async function assertSigned(
  { statement, signature, certificate: der }: SignedStatement,
  signatures: Signatures,
): Promise<void> {
  const { organisation, signer, issuedAt } = statement;
  rejectUnless(signer === digestOf(der), 'STATEMENT_DIFFERS', { organisation, member: 'signer' });
  const certificate = parseCertificate(der);
  const at = millisOf(issuedAt);
  const isInPeriod = certificate.notBefore <= at && at <= certificate.notAfter;
  rejectUnless(isInPeriod, 'EXPIRED', { organisation, issuedAt });
  await signatures.verify(certificate, statementBytes(statement), signature);
}

/** @throws Rejection STATEMENT_DIFFERS naming the member in which two statements differ */
function agreed(statements: readonly Statement[]): Statement {
  const [first, ...others] = statements;
  const speakers = new Set(statements.map(({ organisation }) => organisation));
  rejectUnless(first !== undefined && speakers.size >= MIN_STATEMENTS, 'STATEMENT_DIFFERS', {
    what: `statements of ${speakers.size} organisations, ${MIN_STATEMENTS} are needed`,
  });
  rejectUnless(speakers.size === statements.length, 'STATEMENT_DIFFERS', { what: 'two of one organisation' });
  for (const other of others) {
    for (const member of ALIKE) assertAlike(first, other, member);
  }
  for (const organisation of speakers) {
    const isMember = first.organisations.includes(organisation);
    rejectUnless(isMember, 'STATEMENT_DIFFERS', { organisation, what: 'is no organisation of the ledger' });
  }
  return first;
}

function assertAlike(one: Statement, other: Statement, member: (typeof ALIKE)[number]): void {
  const [a, b] = [one, other].map((each) => [each[member]].flat().sort().join(' '));
  rejectUnless(a === b, 'STATEMENT_DIFFERS', {
    member,
    [one.organisation]: a ?? '',
    [other.organisation]: b ?? '',
  });
}
