import { parseArgs } from 'node:util';
import { SuiteError } from '../test/odrl/graph.js';
import { runSuite, type Outcome } from '../test/odrl/suite.js';

const DEFAULT = '../shared/data/odrl-test-suite';
const HELP = `Usage: npm run test:odrl -- [DIR]

Runs a folder laid out as the ODRL Test Suite of SolidLab: DIR/policies, DIR/requests, DIR/sotw and DIR/test_cases, each
with Turtle files. Every policy is read as the ledger reads it, judged for its request in its state of the world, and the
compliance report compared with the expected one by RDF isomorphism; the ids of report nodes do not count.

  DIR     the folder (default ${DEFAULT})
  --help  this text

Prints for each case that fails what is expected and missing (-) and what is there and not expected (+), and at the end
how many reports are isomorphic. Ends with code 0 when all are, 1 when not, 2 when the folder cannot be used.
`;

const indented = (lines: readonly string[]): string => lines.map((line) => `    ${line}\n`).join('');

function describe({ file, title, isIsomorphic, lines, notes }: Outcome): string {
  if (isIsomorphic && notes.length === 0) return '';
  const head = `${isIsomorphic ? 'ok  ' : 'FAIL'} ${[file, title].filter((part) => part !== '').join(': ')}`;
  return `${[head, ...notes.map((note) => `(${note})`)].join(' ')}\n${indented(lines)}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) return (process.stdout.write(HELP), 0);
  const [root = DEFAULT, ...others] = positionals;
  if (others.length > 0) throw new TypeError('takes one folder');
  const outcomes = await runSuite(root);
  process.stdout.write(outcomes.map(describe).join(''));
  const met = outcomes.filter(({ isIsomorphic }) => isIsomorphic).length;
  process.stdout.write(`${met} of ${outcomes.length} reports isomorphic\n`);
  return met === outcomes.length && met > 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUse = error instanceof SuiteError || error instanceof TypeError;
    const text =
      error instanceof Error ? (isUse ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 2;
  },
);
