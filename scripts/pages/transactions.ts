import { descriptors, MAX_BATCH, refusals, type AnyDescriptor } from '@tallystick/chaincode/model';
import { transactionPath } from '../../gateway/src/routes/transaction.js';
import { requestType } from './shape.js';
import { naming, sourcesUnder, type Source } from './sources.js';

const HEAD = `# Transactions

Every transaction of the ledger, made from its descriptor (\`chaincode/src/model/descriptors\`) by \`npm run pages\`.

A transaction takes one argument: canonical JSON (RFC 8785) of one request, or of a list of up to ${MAX_BATCH} requests, all or
nothing. A gateway takes the same as the body of the route named here. Responses are in \`GET /openapi.json\`.

**Who may.** An _officer_ disposes of rights; _staff_ is an officer or an operator of its participant; a _component_ signs with a
registered key of a certified component; _anyone_ only reads. The role is in the certificate (\`tallystick.role\`). Many rules
ask for more: an office in the space, or a side in the matter. Those say so by their refusals.

**Standing.** The state that the caller's participant must be in before the rule is asked; where none is named, the rule itself
judges.

**Refusals.** Any transaction can be refused with \`MALFORMED\`, \`LIMIT_EXCEEDED\`, \`NOT_AUTHORISED\` (the role is missing),
\`KEY_COMPROMISED\`, and, until the space is constituted, \`SPACE_NOT_CONSTITUTED\`. \`PARTICIPANT_NOT_ACTIVE\` and
\`NOT_A_PARTICIPANT\` follow from the standing. Each transaction names which of \`SPACE_PAUSED\`, \`TIME_REGRESSION\` and
\`CLOCK_SKEW\` apply to it; each contract, which codes its rules name themselves, or the checks of another contract that they call.
[REFUSALS.md](REFUSALS.md) says what each means.

**Types.** \`Text\` is text of a bounded length (the bounds are in \`GET /openapi.json\`), \`Digest\` is \`sha256:\` and 64
lower-case hexadecimal digits, \`...Id\` the id of a record of that kind, \`Decimal\` a whole number as text, \`Nonce\` 16 to 32
bytes in hexadecimal, \`Json\` any JSON value.
`;

const WHO: Readonly<Record<AnyDescriptor['by'], string>> = {
  officer: 'an officer',
  staff: 'staff',
  component: 'a component',
  anyone: 'anyone',
};

const STANDING: Readonly<Record<AnyDescriptor['standing'], string>> = {
  ACTIVE: ' of an ACTIVE participant',
  ADMITTED: ' of an ADMITTED participant',
  NONE: '',
};

const listed = (codes: readonly string[]): string => codes.map((code) => `\`${code}\``).join(', ');

/** Refusals that follow from the descriptor, whatever the rule does. */
const refusedByDescriptor = ({ whilePaused, anyTime, clocked, by }: AnyDescriptor): readonly string[] => [
  ...(whilePaused || by === 'anyone' ? [] : ['SPACE_PAUSED']),
  ...(anyTime || by === 'anyone' ? [] : ['TIME_REGRESSION']),
  ...(clocked ? ['CLOCK_SKEW'] : []),
];

/** Those that no route submits. */
const NO_ROUTE: Readonly<Record<string, string>> = {
  'records:Get': '`GET /records`',
  'records:Restore': 'no route: gateways propose it by themselves',
};

function entryOf(descriptor: AnyDescriptor): string {
  const { name, summary, by, standing, writes } = descriptor;
  const refused = refusedByDescriptor(descriptor);
  const facts = [
    NO_ROUTE[name] ?? `\`POST ${transactionPath(descriptor)}\``,
    `by ${WHO[by]}${STANDING[standing]}`,
    ...(writes.length === 0 ? [] : [`writes ${listed(writes)}`]),
    ...(refused.length === 0 ? [] : [`also refused with ${listed(refused)}`]),
  ];
  return `### \`${name}\`

${summary}

${facts.map((fact) => `- ${fact}`).join('\n')}

\`\`\`ts
${requestType(descriptor)}
\`\`\``;
}

/** Codes that the files of a contract's rules name. */
function refusedByRules(sources: readonly Source[], contract: string): string {
  const own = sources.filter(({ path }) => path.startsWith(`chaincode/src/rules/${contract}/`));
  const codes = Object.keys(refusals).filter((code) => naming(own, code).length > 0);
  return codes.length === 0 ? '' : `\n\nIts rules refuse with ${listed(codes)}.`;
}

export function transactionsPage(): string {
  const sources = sourcesUnder('chaincode/src/rules');
  const contracts = Object.entries(descriptors).map(([contract, transactions]) =>
    [
      `## ${contract}${refusedByRules(sources, contract)}`,
      ...Object.values(transactions as Readonly<Record<string, AnyDescriptor>>).map(entryOf),
    ].join('\n\n'),
  );
  return [HEAD, ...contracts].join('\n\n');
}
