import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { joinChannel, makeOffer, parseInvitation, parseOffer } from '../fabric/index.js';
import { CliError } from './errors.js';
import { readJson, writeJson } from './join-files.js';
import { ensureOrganisation, readOrganisation, type OrganisationOptions } from './join-organisation.js';
import {
  handOut,
  grouped,
  memberCommand,
  memberOf,
  stepCommands,
  type MemberOptions,
  type Print,
} from './join-steps.js';
import { BUNDLE, recordTopology } from './network-topology.js';

export interface JoinCommandParts {
  readonly dataOption: () => Option;
  readonly portOf: (text: string) => number;
  readonly print: Print;
}

const outOption = (): Option => new Option('--out <file>', 'the file to write').makeOptionMandatory();

type Out = Readonly<{ out: string }>;
type RunOptions = Readonly<{ data: string; chaincode: string }>;

async function offer(options: OrganisationOptions & Out & { data: string }, print: Print): Promise<void> {
  const dataDir = resolve(options.data);
  const organisation = await ensureOrganisation(dataDir, options);
  await writeJson(options.out, await makeOffer(organisation, dataDir));
  print(
    `${options.out} is what ${organisation.mspId} shows to the members of the channel: public certificates and an`,
  );
  print(`address. Its keys are in ${dataDir} and stay there.`);
}

async function propose(path: string, options: MemberOptions & Out, print: Print): Promise<void> {
  const offered = await parseOffer(await readJson(path));
  const member = await memberOf(options);
  await handOut(await member.proposeJoining(offered), options.out, print);
}

async function invite(mspId: string, options: MemberOptions & Out, print: Print): Promise<void> {
  const member = await memberOf(options);
  await writeJson(options.out, await member.invite(mspId));
  print(`${options.out} is for ${mspId}. It must come from you: all that it then believes begins with it.`);
}

const firstSignal = (): Promise<NodeJS.Signals> =>
  new Promise((done) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, done);
  });

/** Runs the peers of an organisation that was invited until the process is told to stop. */
async function run(path: string, { data, chaincode }: RunOptions, print: Print): Promise<void> {
  const dataDir = resolve(data);
  const signalled = firstSignal();
  const invitation = parseInvitation(await readJson(path));
  const organisation = await readOrganisation(dataDir);
  const joining = joinChannel(invitation, organisation, { dataDir, bundle: resolve(chaincode), say: print });
  // A start cannot be taken back half way; ending this process ends its children too.
  const member = await Promise.race([joining, signalled]);
  if (typeof member === 'string')
    throw new CliError('NOT_STARTED', `stopped by ${member} before it was ready`);
  // From now on the directory is that of a member, who reviews and signs what others propose.
  await recordTopology(member.topology);
  print(
    JSON.stringify({ ready: true, pid: process.pid, mspId: member.mspId, channel: member.topology.channel }),
  );
  await signalled;
  print('Stopping');
  await member.stop();
}

const newcomerCommands = ({ dataOption, portOf, print }: JoinCommandParts): Command[] => [
  new Command('offer')
    .description('make the keys of a new organisation, and the file that it shows to the members')
    .addOption(dataOption())
    .requiredOption('--msp-id <id>', 'its MSP id')
    .requiredOption('--name <name>', 'its name, for its certificates')
    .requiredOption('--domain <domain>', 'its domain')
    .addOption(
      new Option('--base-port <port>', 'first of three ports; free ones otherwise').argParser(portOf),
    )
    .addOption(outOption())
    .action((options: OrganisationOptions & Out & { data: string }) => offer(options, print)),
  new Command('run')
    .description('run the peer and the chaincode of an organisation that was invited, in the foreground')
    .argument('<invitation>', 'file of the invitation')
    .addOption(dataOption())
    .option('--chaincode <bundle>', 'the bundled chaincode (default: that of this checkout)', BUNDLE)
    .action((path: string, options: RunOptions) => run(path, options, print)),
];

/** The command by which an organisation joins the channel of a running network, step by step. */
export function joinCommand(parts: JoinCommandParts): Command {
  const { dataOption, print } = parts;
  const [offering, running] = newcomerCommands(parts) as [Command, Command];
  const proposing = memberCommand('propose', 'make the update that lets an organisation in', dataOption)
    .argument('<offer>', 'file of its offer')
    .addOption(outOption())
    .action((path: string, options: MemberOptions & Out) => propose(path, options, print));
  const inviting = memberCommand(
    'invite',
    'make the invitation for an organisation that was let in',
    dataOption,
  )
    .argument('<mspId>', 'its MSP id')
    .addOption(outOption())
    .action((mspId: string, options: MemberOptions & Out) => invite(mspId, options, print));
  return grouped(
    'join',
    'let an organisation into a running network: offer, propose, review, sign, submit, invite, run',
    [offering, proposing, ...stepCommands(dataOption, print), inviting, running],
  );
}
