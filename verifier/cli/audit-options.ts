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
  readonly checkpoint?: string;
  readonly checkpointEvery: number;
  readonly report?: ReportName;
  readonly filter: UseFilter;
  readonly out?: string;
  readonly json: boolean;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a number of blocks');
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
Exit code: 0 clean, 1 a divergence, 3 something was not evaluated, 4 the input cannot be used.
A checkpoint is as trustworthy as the place it is kept in: resume only from a file that nobody else can write.`;

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
    .option('--checkpoint <file>', 'resume from this file if it is there, and keep it up to date')
    .option('--checkpoint-every <blocks>', 'write the checkpoint after so many blocks', count, 5000)
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
    .option('--out <file>', 'write the report there instead of to stdout')
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
  const keepGoing = rest.keepGoing || rest.report !== undefined;
  return { ...rest, keepGoing, source: parsed.args[0] ?? '', filter };
}

function assertFilter(filter: UseFilter, report: ReportName | undefined): void {
  if (report !== 'uses' && Object.keys(filter).length > 0)
    throw new Unusable('a filter is for --report uses');
  if (report === 'uses' && filter.dataset === undefined && filter.participant === undefined)
    throw new Unusable('--report uses needs --dataset or --participant');
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
