import { readFile } from 'node:fs/promises';
import { schema, type Opening } from '@tallystick/chaincode/model';
import type { UseFilter } from '../src/audit/index.js';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import type { ReportName } from './audit-report.js';
import { Unusable } from './usage.js';

/** What the command line says. */
export interface AuditArguments {
  readonly source: string;
  readonly trust: string;
  readonly keepGoing: boolean;
  readonly openings?: string;
  readonly resume?: string;
  readonly resumeEvery: number;
  /** Height whose checkpoint body is printed. */
  readonly checkpoint?: number | 'last';
  /** File of a checkpoint, or its JSON. */
  readonly compare?: string;
  readonly follow: boolean;
  readonly sign: boolean;
  readonly identity?: string;
  readonly msp?: string;
  readonly report?: ReportName;
  readonly filter: UseFilter;
  readonly out?: string;
  readonly json: boolean;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a number of blocks');
  return Number(text);
}

function height(text: string): number | 'last' {
  if (text === 'last') return text;
  if (!/^(0|[1-9]\d{0,14})$/.test(text)) throw new InvalidArgumentError('must be a height, or last');
  return Number(text);
}

/** A day stands for its first moment, in UTC. */
function instant(text: string): string {
  const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00.000Z` : text;
  if (schema.instant.safeParse(full).success) return full;
  throw new InvalidArgumentError('must be a day or an instant such as 2026-11-24T08:00:00.000Z');
}

const idOf =
  (kind: 'dataset' | 'participant') =>
  (text: string): string => {
    if (new RegExp(`^${kind}-[a-z2-7]{52}$`).test(text)) return text;
    throw new InvalidArgumentError(`must be the id of a ${kind}`);
  };

const EPILOGUE = `
Exit code: 0 clean, 1 a divergence, or endorsers that departed from the rules, 3 something was not evaluated, 4 the input
cannot be used. A file to resume from is as trustworthy as the place it is kept in: let nobody else write it.`;

function program(isSilent: boolean): Command {
  return new Command('tallystick-audit')
    .configureOutput(isSilent ? { writeErr: () => undefined } : {})
    .description('Checks a whole ledger: every block, every signature, every transaction through the rules.')
    .argument(
      '<blocks>',
      'directory of <number>.block files, JSON file of blocks, or - for delimited blocks on stdin',
    )
    .requiredOption('--trust <file>', 'trust file: what is believed, from outside the ledger')
    .option('--keep-going', 'collect all divergences instead of stopping at the first', false)
    .option('--openings <file>', 'JSON list of openings of sealed fields')
    .option('--resume <file>', 'resume from this file if it is there, and keep it up to date')
    .option('--resume-every <blocks>', 'write that file after so many blocks', count, 5000)
    .option(
      '--checkpoint <height>',
      'print the body of the checkpoint of that height, or of the last',
      height,
    )
    .option('--compare <checkpoint>', 'compare with a checkpoint: a file, or its JSON')
    .option('--follow', 'wait for further blocks until interrupted', false)
    .option('--sign', 'sign the checkpoint of every block; needs --identity and --out', false)
    .option('--identity <directory>', 'MSP directory of the witness: signcerts and keystore')
    .option('--msp <id>', 'MSP id of the witness, where no organisation of the ledger issued its certificate')
    .addOption(
      new Option('--report <name>', 'make a report of the whole ledger; implies --keep-going').choices([
        'uses',
        'reconciliation',
      ]),
    )
    .option('--dataset <id>', 'report uses: of this dataset', idOf('dataset'))
    .option('--participant <id>', 'report uses: asked for by this participant', idOf('participant'))
    .option('--from <time>', 'report uses: requested at or after', instant)
    .option('--until <time>', 'report uses: requested before', instant)
    .option(
      '--out <path>',
      'write the report to this file instead of to stdout; with --sign, the directory of checkpoints',
    )
    .option('--json', 'JSON instead of text and CSV', false)
    .addHelpText('after', EPILOGUE)
    .exitOverride();
}

type Parsed = Omit<AuditArguments, 'source' | 'filter'> & UseFilter;

/** @param isSilent tells nobody what is wrong but who catches. @throws CommanderError, Unusable */
export function readArguments(argv: readonly string[], isSilent = false): AuditArguments {
  const parsed = program(isSilent).parse(argv, { from: 'user' });
  const { dataset, participant, from, until, ...rest } = parsed.opts<Parsed>();
  const given = Object.entries({ dataset, participant, from, until }).filter(
    ([, value]) => value !== undefined,
  );
  const filter: UseFilter = Object.fromEntries(given);
  assertFilter(filter, rest.report);
  assertTogether(rest);
  const keepGoing = rest.keepGoing || rest.report !== undefined;
  return { ...rest, keepGoing, source: parsed.args[0] ?? '', filter };
}

function assertFilter(filter: UseFilter, report: ReportName | undefined): void {
  if (report !== 'uses' && Object.keys(filter).length > 0)
    throw new Unusable('a filter is for --report uses');
  if (report === 'uses' && filter.dataset === undefined && filter.participant === undefined)
    throw new Unusable('--report uses needs --dataset or --participant');
}

function assertTogether(given: Omit<Parsed, keyof UseFilter>): void {
  if (given.sign) assertSigning(given);
  else if ((given.identity ?? given.msp) !== undefined)
    throw new Unusable('--identity and --msp are for --sign');
  const { report, follow, checkpoint, json } = given;
  if (report !== undefined && follow) throw new Unusable('a report is of a ledger that stands still');
  if (checkpoint !== undefined && (json || report !== undefined))
    throw new Unusable('--checkpoint prints a body, and nothing else');
}

function assertSigning({ keepGoing, report, identity, out }: Omit<Parsed, keyof UseFilter>): void {
  if (identity === undefined || out === undefined) throw new Unusable('--sign needs --identity and --out');
  if (report !== undefined) throw new Unusable('--sign and --report want --out each for itself');
  if (keepGoing) throw new Unusable('a witness stops at a divergence');
}

/** @throws Unusable */
export async function readOpenings(path: string | undefined): Promise<readonly Opening[]> {
  if (path === undefined) return [];
  try {
    return z.array(schema.opening).parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new Unusable(`${path} is no list of openings`, { cause });
  }
}
