import { denials, refusals } from '@tallystick/chaincode/model';
import { features } from '../../gateway/src/features/index.js';
import { gatewayProblems } from '../../gateway/src/http/problem.js';
import { tableOf, type Row } from '../policy-classes/page.js';
import { decidingSources, naming, type Source } from './sources.js';

const HEAD = `# Refusals, denials and problems

Every code that a caller can meet. Made from \`chaincode/src/model/errors.ts\` and the problems of the gateway by
\`npm run pages\`.

A gateway answers with \`application/problem+json\` (RFC 9457): \`code\` is one of these, \`status\` and \`advice\` are those
below, and \`retryable\` says whether the very same request may succeed later.

- **retry**: the same request may succeed later, without a change.
- **change the request**: it can never succeed as it is.
- **give up**: it cannot succeed for this caller, or on this record, any more.
`;

const REFUSALS = `## Refusals

The ledger refuses the transaction, and nothing is written. Files are those that decide it.`;

const DENIALS = `## Denials

A use was denied. Unlike a refusal, a denial is committed: it is the provider's half of the receipt. Opening such a use is
answered with \`DENIED\` (403) and the code of the denial.`;

const PROBLEMS = `## Problems of a gateway

These arise in the gateway. None of them is answered for a transaction whose outcome is not known yet: that is 202 with an\noperation to look up.`;

interface Kind {
  readonly status: number;
  readonly advice: string;
}

interface Titled extends Kind {
  readonly title: string;
}

const ofGateway = Object.fromEntries(
  [gatewayProblems, ...features.map(({ problems }) => problems ?? {})].flatMap(Object.entries<Titled>),
);

const sorted = <T>(kinds: Readonly<Record<string, T>>): readonly (readonly [code: string, kind: T])[] =>
  Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1));

const tried = ({ status, advice }: Kind): Row => [String(status), advice];
/** Short enough for a table: all of them lie below \`chaincode/src\`. */
const decidedIn = (sources: readonly Source[], code: string): string =>
  naming(sources, code)
    .map((path) => `\`${path.replace('chaincode/src/', '')}\``)
    .join(', ');

export function refusalsPage(): string {
  const sources = decidingSources();
  const refused = sorted(refusals).map(([code, kind]) => [
    `\`${code}\``,
    ...tried(kind),
    kind.meaning,
    decidedIn(sources, code),
  ]);
  const denied = sorted(denials).map(([code, when]) => [`\`${code}\``, when, decidedIn(sources, code)]);
  const problems = sorted(ofGateway).map(([code, kind]) => [`\`${code}\``, ...tried(kind), kind.title]);
  return [
    HEAD,
    REFUSALS,
    tableOf(['code', 'status', 'what to do', 'meaning', 'decided in'], refused),
    DENIALS,
    tableOf(['code', 'when', 'decided in'], denied),
    PROBLEMS,
    tableOf(['code', 'status', 'what to do', 'meaning'], problems),
  ].join('\n\n');
}
