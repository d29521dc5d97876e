import { resolve } from 'node:path';
import { instantOf } from '@tallystick/chaincode/model';
import { KNOWN_RULES } from '@tallystick/chaincode/rules';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { fingerprintStatement } from '../features/evidence/fingerprint.js';
import { copyBlocks, directorySink, streamSink } from './blocks.js';
import { checkpointsCommand, memberAt } from './checkpoints.js';
import { connected } from './connection.js';
import { constitutionOn } from './constitution.js';
import { policyCommand } from './policy.js';

const USAGE_ERROR = 2;
/** Blocks between two lines of progress. */
const STEP = 500n;

interface BlockOptions {
  readonly out?: string;
  readonly stdout?: boolean;
  readonly from: bigint;
}

function blockNumber(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('It must be a block number.');
}

const said = (line: string): void => void process.stderr.write(`${line}\n`);

async function statement({
  package: packages = [],
}: {
  readonly package?: readonly string[];
}): Promise<void> {
  const text = await connected(process.env, ({ config, operator, witness, source }) =>
    fingerprintStatement({
      source,
      operator,
      witness,
      channel: config.channel,
      chaincode: config.chaincode,
      rules: [...KNOWN_RULES],
      packages,
      constitution: () => constitutionOn(source, config.chaincode),
      now: () => instantOf(Date.now()),
    }),
  );
  process.stdout.write(text);
}

async function blocks({ out, stdout, from }: BlockOptions): Promise<void> {
  if ((out === undefined) === (stdout !== true))
    throw new InvalidArgumentError('It takes --out or --stdout.');
  await connected(process.env, async ({ source }) => {
    const sink =
      out === undefined ? streamSink(process.stdout, from) : await directorySink(resolve(out), from);
    const count = await copyBlocks(source, sink, (number, last) => {
      if (number % STEP === 0n || number === last) said(`block ${number} of ${last}`);
    });
    said(`${count} blocks, each following from the one before it`);
  });
}

/** The command line, ready to parse. */
function program(): Command {
  const root = new Command('tallystick-gateway').description(
    'What an organisation hands to others about its ledger. Configured by the gateway’s environment (CONFIGURATION.md).',
  );
  root.addCommand(
    new Command('statement')
      .description('print the signed page of fingerprints that a trust file is typed from')
      .option('--package <id...>', 'chaincode package ids that the organisation has approved')
      .action(statement),
  );
  root.addCommand(
    new Command('blocks')
      .description('copy the own peer’s blocks and check that each follows from the one before it')
      .option('--out <dir>', 'one file for each, <number>.block; goes on where an earlier copy ended')
      .option('--stdout', 'to standard output, each after its length as a varint')
      .addOption(new Option('--from <number>', 'first block').argParser(blockNumber).default(0n, '0'))
      .action(blocks),
  );
  const policy = policyCommand(
    { input: process.stdin, write: (text) => void process.stdout.write(text) },
    () => void (process.exitCode = 1),
  );
  root.addCommand(policy);
  const checkpoints = checkpointsCommand(
    { write: (text) => void process.stdout.write(text), memberAt },
    (code) => void (process.exitCode = code),
    process.env['TALLYSTICK_LISTEN'],
  );
  root.addCommand(checkpoints);
  for (const each of [root, ...root.commands, ...policy.commands, ...checkpoints.commands])
    each.exitOverride().showHelpAfterError('(--help says how)');
  return root;
}

// Whoever reads only the beginning must not take the command down with it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program().parseAsync(process.argv);
} catch (error) {
  // Commander has printed its own errors, and showing help is not an error.
  const isPrinted = error instanceof CommanderError && error.code !== 'commander.invalidArgument';
  if (!isPrinted || error.message === '') said(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : USAGE_ERROR) : 1;
}
