import { Command, InvalidArgumentError } from 'commander';
import { parseStatement } from '@tallystick/chaincode/model';
import { Rejection } from '../src/rejection.js';
import { formatTrust, readTrust } from '../src/trust/file.js';
import { statementTextOf, trustFromStatements, type Choices } from '../src/trust/statements.js';
import type { Trust } from '../src/trust/trust.js';
import { parsePem } from '../src/x509/certificate.js';
import type { Environment } from './environment.js';
import { readInput, Unusable } from './usage.js';

/** What the command line of `trust` says. */
export interface TrustArguments {
  readonly statements: readonly string[];
  readonly witnesses?: number;
  readonly authority: readonly NamedFile[];
  readonly singleOperator: boolean;
}

interface NamedFile {
  readonly name: string;
  readonly path: string;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('must be a number of organisations');
  return Number(text);
}

function named(text: string, before: readonly NamedFile[]): NamedFile[] {
  const [name = '', path = ''] = text.split('=', 2);
  if (name === '' || path === '') throw new InvalidArgumentError('must be <name>=<file>');
  return [...before, { name, path }];
}

const EPILOGUE = `
Prints a trust file that names these organisations as witnesses, by their roots and keys. Take the statements from the organisations themselves, never from whoever gave you the evidence,
and compare the fingerprint of each signer with that organisation by telephone, letter or at its counter.`;

/** The command line that makes a trust file, ready to parse. */
export const trustProgram = (): Command =>
  new Command('tallystick-verify trust')
    .description('Makes a trust file of the printed statements of at least two organisations, if they agree.')
    .argument('<statements...>', 'text files, one of each organisation')
    .option(
      '--witnesses <n>',
      'how many of these organisations must have signed a checkpoint (default: all)',
      count,
    )
    .option('--authority <name=file>', 'PEM root of a time-stamp authority; may be repeated', named, [])
    .option('--single-operator', 'accept a ledger that one operator runs', false)
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('(--help says how)');

/** @returns the exit code @throws Unusable, TrustError */
export async function trustCommand(given: TrustArguments, environment: Environment): Promise<number> {
  const files = await Promise.all(given.statements.map(readInput));
  const { texts, trust } = await madeOf(files, await choicesOf(given), environment);
  const text = formatTrust(trust);
  readTrust(text);
  environment.print(text);
  environment.warn(signersOf(texts));
  return 0;
}

async function madeOf(
  files: readonly Uint8Array[],
  choices: Choices,
  { subtle }: Environment,
): Promise<{ readonly texts: readonly string[]; readonly trust: Trust }> {
  try {
    const texts = files.map(statementTextOf);
    return { texts, trust: await trustFromStatements(texts, subtle, choices) };
  } catch (cause) {
    if (!(cause instanceof Rejection)) throw cause;
    throw new Unusable(`the statements cannot be used: ${cause.message}`, { cause });
  }
}

async function choicesOf({ witnesses, authority, singleOperator }: TrustArguments): Promise<Choices> {
  const timestampAuthorities = await Promise.all(
    authority.map(async ({ name, path }) => ({ name, certificate: await rootIn(path) })),
  );
  return {
    timestampAuthorities,
    singleOperator,
    ...(witnesses !== undefined && { needed: witnesses }),
  };
}

async function rootIn(path: string): Promise<Uint8Array> {
  try {
    return parsePem(await readInput(path)).der;
  } catch (cause) {
    if (!(cause instanceof Rejection)) throw cause;
    throw new Unusable(`${path} is not one PEM certificate`, { cause });
  }
}

function signersOf(texts: readonly string[]): string {
  const lines = texts.map((text) => {
    const { organisation, signer } = parseStatement(text).statement;
    return `  ${organisation}  ${signer}\n`;
  });
  return `The statements agree. Whose these certificates are, each organisation has to confirm:\n${lines.join('')}`;
}
