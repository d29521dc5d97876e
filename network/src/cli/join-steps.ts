import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import {
  ChannelMember,
  digestOf,
  findBinaries,
  mergeSignatures,
  reviewText,
  type UpdateFile,
} from '../fabric/index.js';
import { readUpdate, writeUpdate } from './join-files.js';
import { recordedTopology } from './network-topology.js';

export type Print = (line: string) => void;

/** Who acts, and from which data directory. */
export interface MemberOptions {
  readonly data: string;
  readonly as: string;
}

/** The organisation that acts. @throws CliError FILE_UNREADABLE; FabricError BINARIES_MISSING, TOPOLOGY_UNSUITED */
export async function memberOf({ data, as }: MemberOptions): Promise<ChannelMember> {
  return new ChannelMember(await recordedTopology(resolve(data)), as, await findBinaries());
}

/** A command of an organisation that is on the channel. */
export const memberCommand = (name: string, description: string, dataOption: () => Option): Command =>
  new Command(name)
    .description(description)
    .addOption(dataOption())
    .addOption(new Option('--as <mspId>', 'the organisation whose administrator acts').makeOptionMandatory());

/** Writes a new update down and says what to do with it. */
export async function handOut(update: UpdateFile, out: string, print: Print): Promise<void> {
  await writeUpdate(out, update);
  print(`${out} holds update ${digestOf(update)}.`);
  print('Every organisation reviews it, signs it, and one submits it: review, sign, submit.');
}

async function sign(
  path: string,
  options: MemberOptions & { reviewed: string },
  print: Print,
): Promise<void> {
  const member = await memberOf(options);
  await writeUpdate(path, await member.sign(await readUpdate(path), options.reviewed));
  print(`Signed by ${options.as}`);
}

async function submit(
  [first, ...others]: readonly string[],
  options: MemberOptions,
  print: Print,
): Promise<void> {
  if (first === undefined) throw new Error('the command asks for at least one file');
  const files: [UpdateFile, ...UpdateFile[]] = [await readUpdate(first)];
  for (const path of others) files.push(await readUpdate(path));
  const member = await memberOf(options);
  const { number, config } = await member.submit(mergeSignatures(files));
  print(`In force since block ${number}, sequence ${config.getSequence()}`);
}

/** The steps that an update takes from organisation to organisation, whoever joins or leaves by it. */
export function stepCommands(dataOption: () => Option, print: Print): Command[] {
  return [
    memberCommand(
      'review',
      'say what an update would do to the channel as it is, and who has signed',
      dataOption,
    )
      .argument('<update>', 'file of the update')
      .action(async (path: string, options: MemberOptions) => {
        const member = await memberOf(options);
        print(reviewText(await member.review(await readUpdate(path))));
      }),
    memberCommand(
      'sign',
      'sign an update that was reviewed; the file then holds the signature, too',
      dataOption,
    )
      .argument('<update>', 'file of the update')
      .requiredOption('--reviewed <digest>', 'the digest that the review has shown, sha256:...')
      .action((path: string, options: MemberOptions & { reviewed: string }) => sign(path, options, print)),
    memberCommand('submit', 'bring an update into force, with the signatures of all files', dataOption)
      .argument('<update...>', 'the file that went round, or the files that were signed side by side')
      .action((paths: string[], options: MemberOptions) => submit(paths, options, print)),
  ];
}

/** A command that is a group of others; wrong usage of those is told as the program tells it elsewhere. */
export function grouped(name: string, description: string, commands: readonly Command[]): Command {
  const group = new Command(name).description(description);
  for (const each of commands) group.addCommand(each.exitOverride().showHelpAfterError('(--help says how)'));
  return group;
}
