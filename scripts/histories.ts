/** Random legal histories over a space of their own: what test/histories does in CI, as often as one likes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm run histories -- [--walks N] [--seed S] [--tell]

Founds a space with three gateways on the embedded ledger, walks through random legal histories (offers, requests, counters,
consents, suspensions, sub-licences, transfers, renewals, amendments, lapses, contests, valuations, ...), and after each
exports every use, grant, claim and valuation from each member's gateway: all must be VERIFIED in the state that the model
foretells, by what the two other members print. Compiled programs are needed (npm run build).

  --walks N   how many (default 20)
  --seed S    any text; the same walks for the same text (default 1)
  --tell      print each history
  --help      this text

Exit codes: 0 all verified, 1 something did not.
`;

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MOCHA = 'node_modules/mocha/bin/mocha.js';
const WALKS = ['--fail-zero', '--forbid-pending', 'test/histories/walks.test.ts'];

const OPTIONS = {
  walks: { type: 'string', default: '20' },
  seed: { type: 'string', default: '1' },
  tell: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function positive(text: string): string {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new TypeError('--walks must be a positive integer');
  return text;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return (process.stdout.write(HELP), 0);
  const child = spawn(process.execPath, [MOCHA, ...WALKS], {
    cwd: ROOT,
    env: {
      ...process.env,
      TALLYSTICK_HISTORY_WALKS: positive(values.walks),
      TALLYSTICK_HISTORY_SEED: values.seed,
      ...(values.tell && { TALLYSTICK_HISTORY_TELL: 'yes' }),
    },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
