import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { LedgerKind } from '../topology/index.js';
import { doctor, type DoctorOptions } from './doctor.js';
import { deploy, type DeployOptions } from './deploy.js';
import { down } from './down.js';
import { CliError, EXIT, EXIT_HELP, exitCodeOf } from './errors.js';
import { joinCommand } from './join.js';
import { leaveCommand } from './leave.js';
import type { NetworkOptions } from './network-topology.js';
import { run } from './run.js';
import { liveRecord } from './run-record.js';
import { statusOf, statusText } from './status.js';
import { up } from './up.js';

const DEFAULT_DATA = '.tallystick/network';
const KINDS: readonly LedgerKind[] = ['embedded', 'fabric-bft', 'fabric-raft'];
const HIGHEST_PORT = 65_535;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const dataOption = (): Option => new Option('--data <dir>', 'where everything lives').default(DEFAULT_DATA);

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT) return port;
  throw new InvalidArgumentError('It must be a port number.');
}

const networkCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .addOption(dataOption())
    .addOption(new Option('--ledger <kind>', 'of a new network (default: embedded)').choices(KINDS))
    .addOption(
      new Option('--base-port <port>', 'first port of a new network; free ones otherwise').argParser(portOf),
    )
    .addOption(
      new Option('--topology <file>', 'a topology of your own, JSON or YAML').conflicts([
        'ledger',
        'basePort',
      ]),
    )
    .addOption(new Option('--chaincode <bundle>', 'the bundled chaincode (default: that of this checkout)'));

async function status({ data, json }: { data: string; json?: boolean }): Promise<void> {
  const dataDir = resolve(data);
  const record = await liveRecord(dataDir);
  if (record === undefined) throw new CliError('NOT_RUNNING', `no network runs from ${dataDir}`);
  const statuses = await statusOf(dataDir, record);
  print(json === true ? JSON.stringify(statuses) : statusText(statuses));
  if (!record.isReady) print('It is still starting.');
}

/** The command line, ready to parse. */
function program(): Command {
  const root = new Command('tallystick-network')
    .description(
      'Runs a ledger on this machine, as plain processes: the embedded node, or real Fabric with BFT or Raft.',
    )
    .addHelpText('after', EXIT_HELP);
  root.addCommand(
    networkCommand(
      'up',
      'start a network in the background and wait until it is ready; twice is safe',
    ).action(async (options: NetworkOptions) => print(await up(options, print))),
  );
  root.addCommand(
    networkCommand('run', 'run a network in the foreground').action((options: NetworkOptions) =>
      run(options, print),
    ),
  );
  root.addCommand(
    new Command('down')
      .description('stop a network; no process of it is left')
      .addOption(dataOption())
      .action(({ data }: { data: string }) => down(resolve(data), print)),
  );
  root.addCommand(
    new Command('deploy')
      .description('deploy another version of the chaincode while the network is in use')
      .addOption(dataOption())
      .requiredOption('--bundle <file>', 'the bundled chaincode')
      .requiredOption('--version <version>', 'its version; one version means one bundle for ever')
      .action(async (options: DeployOptions) => print(await deploy(options, print))),
  );
  root.addCommand(
    new Command('status')
      .description('one line for each process: health, height, restarts, what it uses')
      .addOption(dataOption())
      .option('--json', 'as one line of JSON')
      .action(status),
  );
  root.addCommand(
    new Command('doctor')
      .description(
        'say what keeps a network from working, and what to do about it; exit code 1 when there is something',
      )
      .addOption(dataOption())
      .addOption(new Option('--topology <file>', 'a topology of your own, JSON or YAML').conflicts('data'))
      .addOption(new Option('--kubo <url...>', 'RPC API of Kubo nodes to look at, too'))
      .option('--json', 'as one line of JSON')
      .action(async (options: DoctorOptions) => {
        process.exitCode = await doctor(options, print);
      }),
  );
  root.addCommand(joinCommand({ dataOption, portOf, print }));
  root.addCommand(leaveCommand({ dataOption, print }));
  for (const each of [root, ...root.commands]) each.exitOverride().showHelpAfterError('(--help says how)');
  return root;
}

// Whoever reads only the beginning (`up | head`) must not take the command down with it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

function fail(error: unknown): number {
  // Commander has printed its own errors, and showing help is not an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return exitCodeOf(error);
}

const code = await program()
  .parseAsync(process.argv)
  .then(() => process.exitCode ?? 0, fail);
// What a start that was interrupted has left running ends with this process.
process.exit(code);
