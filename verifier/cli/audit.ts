import { writeFile } from 'node:fs/promises';
import { encode } from '@tallystick/chaincode/model';
import { InputError } from '../src/audit/index.js';
import { CommanderError } from 'commander';
import { TrustError } from '../src/trust/file.js';
import { comparisonText, isSame } from './audit-compare.js';
import { readArguments, type AuditArguments } from './audit-options.js';
import { csvOf, reportOf, summaryJson, summaryOf, type Report } from './audit-report.js';
import { run, type Finished } from './audit-run.js';
import { SecondBody } from './audit-signed.js';
import { Unusable } from './usage.js';

const EXIT = { clean: 0, divergence: 1, notEvaluated: 3, unusable: 4 } as const;

async function tell(given: AuditArguments, finished: Finished, report?: Report): Promise<void> {
  const { out, json } = given;
  const shown = out === undefined ? report : undefined;
  if (json) tellPrograms(finished, shown);
  else tellPeople(finished, shown);
  if (report && !shown) await writeFile(out ?? '', json ? text(report) : csvOf(report));
}

function tellPrograms({ audit, isWhole, comparison }: Finished, report: Report | undefined): void {
  process.stdout.write(
    text({ ...summaryJson(audit, isWhole), ...(comparison && { comparison }), ...report }),
  );
}

/** What is asked for goes to standard output, and what is said of it beside. */
function tellPeople({ audit, isWhole, body, comparison }: Finished, report: Report | undefined): void {
  if (report) process.stdout.write(csvOf(report));
  if (body) process.stdout.write(`${encode(body)}\n`);
  const summary = `${comparison ? comparisonText(comparison) : ''}${summaryOf(audit, isWhole)}`;
  (report || body ? process.stderr : process.stdout).write(summary);
}

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function exitCodeOf({ audit, isWhole, comparison }: Finished): number {
  const { divergenceCount, departureCount, notEvaluated } = audit;
  if (divergenceCount + departureCount > 0 || (comparison && !isSame(comparison))) return EXIT.divergence;
  return notEvaluated.length > 0 || !isWhole ? EXIT.notEvaluated : EXIT.clean;
}

async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const given = readArguments(argv);
  const finished = await run(given, interrupt.signal);
  const { report: name, filter } = given;
  await tell(given, finished, name && reportOf(name, filter, finished.audit));
  return exitCodeOf(finished);
}

function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.unusable;
  if (error instanceof SecondBody) {
    process.stderr.write(`tallystick-audit: ${error.message}\n`);
    return EXIT.divergence;
  }
  const isExpected = error instanceof InputError || error instanceof Unusable || error instanceof TrustError;
  const message =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`tallystick-audit: ${message}\n`);
  return EXIT.unusable;
}

process.exitCode = await main(process.argv.slice(2)).catch(failed);
