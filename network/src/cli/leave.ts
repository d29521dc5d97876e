import { Option, type Command } from 'commander';
import type { JoinCommandParts } from './join.js';
import { grouped, handOut, memberCommand, memberOf, stepCommands, type MemberOptions } from './join-steps.js';

/** The command by which an organisation leaves the channel of a running network, step by step. */
export function leaveCommand({ dataOption, print }: Pick<JoinCommandParts, 'dataOption' | 'print'>): Command {
  const proposing = memberCommand('propose', 'make the update that takes an organisation out', dataOption)
    .argument('<mspId>', 'its MSP id')
    .addOption(new Option('--out <file>', 'the file to write').makeOptionMandatory())
    .action(async (mspId: string, options: MemberOptions & { out: string }) => {
      const member = await memberOf(options);
      await handOut(await member.proposeLeaving(mspId), options.out, print);
    });
  return grouped('leave', 'take an organisation out of a running network: propose, review, sign, submit', [
    proposing,
    ...stepCommands(dataOption, print),
  ]);
}
