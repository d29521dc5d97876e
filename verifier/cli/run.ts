import { CommanderError, type Command } from 'commander';
import { visible } from '../src/report/index.js';
import { TrustError } from '../src/trust/file.js';
import { canonicalCommand, canonicalProgram } from './canonical.js';
import type { Environment } from './environment.js';
import { trustCommand, trustProgram, type TrustArguments } from './trust.js';
import { Unusable } from './usage.js';
import { verifyCommand } from './verify.js';
import { verifyProgram, type VerifyArguments } from './verify-options.js';

/** The trust file, a file or a parameter cannot be used. */
export const EXIT_UNUSABLE = 4;

/** Carries out a command line. @param args without the names of interpreter and script @returns the exit code */
export async function run(args: readonly string[], environment: Environment): Promise<number> {
  try {
    const [name, ...rest] = args;
    if (name === 'trust') return await trustCommand(trustArguments(rest, environment), environment);
    if (name === 'canonical')
      return await canonicalCommand(parsed(canonicalProgram(), rest, environment).args[0] ?? '', environment);
    return await verifyCommand(verifyArguments(args, environment), environment);
  } catch (error) {
    // Commander has printed its own errors, and help is none.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_UNUSABLE;
    environment.warn(`${messageOf(error)}\n`);
    return EXIT_UNUSABLE;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof TrustError) {
    const lines = error.message.split('\n').map((line) => `\n  ${visible(line)}`);
    return `The trust file cannot be used:${lines.join('')}`;
  }
  if (error instanceof Unusable) return visible(error.message);
  return `The verifier itself failed, which says nothing about the evidence: ${visible(String(error))}`;
}

function parsed(program: Command, args: readonly string[], { print, warn }: Environment): Command {
  return program
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: warn })
    .parse(args, { from: 'user' });
}

function verifyArguments(args: readonly string[], environment: Environment): VerifyArguments {
  const program = parsed(verifyProgram(), args, environment);
  const [evidence = ''] = program.args;
  return { ...program.opts<Omit<VerifyArguments, 'evidence'>>(), evidence };
}

function trustArguments(args: readonly string[], environment: Environment): TrustArguments {
  const program = parsed(trustProgram(), args, environment);
  return { ...program.opts<Omit<TrustArguments, 'statements'>>(), statements: program.args };
}
