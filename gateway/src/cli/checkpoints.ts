import { encode, type CheckpointBody } from '@tallystick/chaincode/model';
import { Command, InvalidArgumentError, Option } from 'commander';
import { historyThere } from '../features/checkpoints/comparison.js';
import { MemberError, newMember, type Member } from '../features/checkpoints/members.js';
import { whereTheyPart } from '../features/checkpoints/parting.js';
import type { FirstDifference } from '../features/checkpoints/port.js';

/** What the commands write to, and whom they ask. */
export interface CheckpointStreams {
  readonly write: (text: string) => void;
  readonly memberAt: (url: string) => Member;
}

/** 0: all are equal. */
export const DIFFERENT = 1;
export const NOT_COMPARED = 3;

interface Options {
  readonly with: readonly string[];
  readonly own: string;
  readonly height?: number;
  readonly json?: boolean;
}

type Compared =
  | { readonly url: string; readonly height: number; readonly outcome: 'EQUAL' }
  | {
      readonly url: string;
      readonly height: number;
      readonly outcome: 'DIFFERENT';
      readonly first: FirstDifference;
    }
  | { readonly url: string; readonly outcome: 'NOT_COMPARED'; readonly reason: string };

/** The body of a height at both; the highest that both have when none is asked for. */
async function bodiesAt(
  own: Member,
  other: Member,
  height: number | undefined,
): Promise<readonly [CheckpointBody, CheckpointBody]> {
  if (height !== undefined) return [(await own.at(height)).body, (await other.at(height)).body];
  const [mine, theirs] = [(await own.latest()).body, (await other.latest()).body];
  if (mine.height === theirs.height) return [mine, theirs];
  return mine.height < theirs.height
    ? [mine, (await other.at(mine.height)).body]
    : [(await own.at(theirs.height)).body, theirs];
}

async function compare(
  own: Member,
  url: string,
  other: Member,
  height: number | undefined,
): Promise<Compared> {
  try {
    const bodies = await bodiesAt(own, other, height);
    const at = bodies[0].height;
    if (encode(bodies[0]) === encode(bodies[1])) return { url, height: at, outcome: 'EQUAL' };
    const first = await whereTheyPart(historyThere(own), historyThere(other), bodies);
    return { url, height: at, outcome: 'DIFFERENT', first };
  } catch (error) {
    if (error instanceof MemberError) return { url, outcome: 'NOT_COMPARED', reason: error.message };
    throw error;
  }
}

function differenceText({ height, members, position, ours, theirs }: FirstDifference): readonly string[] {
  const parted = `  they part at height ${height}, in: ${members.join(', ')}`;
  if (position === undefined) return [parted];
  const said = (leaf: object | undefined): string => (leaf === undefined ? 'none' : JSON.stringify(leaf));
  return [
    parted,
    `  first leaf that differs: ${position}`,
    `    ours:   ${said(ours)}`,
    `    theirs: ${said(theirs)}`,
  ];
}

function textOf(compared: Compared): string {
  switch (compared.outcome) {
    case 'EQUAL':
      return `equal at height ${compared.height}: ${compared.url}`;
    case 'DIFFERENT':
      return [
        `DIFFERENT at height ${compared.height}: ${compared.url}`,
        ...differenceText(compared.first),
      ].join('\n');
    case 'NOT_COMPARED':
      return `not compared: ${compared.url}: ${compared.reason}`;
  }
}

/** Which exit code says it: a difference weighs more than somebody who could not be asked. */
function codeOf(all: readonly Compared[]): number {
  if (all.some(({ outcome }) => outcome === 'DIFFERENT')) return DIFFERENT;
  return all.some(({ outcome }) => outcome === 'NOT_COMPARED') ? NOT_COMPARED : 0;
}

function heightOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a block number.');
}

function urlOf(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('It must be an http or https URL.');
}

const urlsOf = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  urlOf(text),
];

/** `checkpoints compare`. `exit` is told the code of the outcome; the default URL of the own gateway is where it listens. */
export function checkpointsCommand(
  { write, memberAt }: CheckpointStreams,
  exit: (code: number) => void,
  listen = '127.0.0.1:8080',
): Command {
  const checkpoints = new Command('checkpoints').description(
    'compare what members’ gateways make of the ledger',
  );
  checkpoints
    .command('compare')
    .description(
      'say whether gateways have the same checkpoint, and where they part; exit 1 where they differ, 3 where one cannot be compared',
    )
    .addOption(
      new Option('--with <url...>', 'other members’ gateways').argParser(urlsOf).makeOptionMandatory(),
    )
    .addOption(new Option('--own <url>', 'the own gateway').argParser(urlOf).default(`http://${listen}`))
    .addOption(new Option('--height <number>', 'instead of the newest that both have').argParser(heightOf))
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      const own = memberAt(options.own);
      const all: Compared[] = [];
      for (const url of options.with) all.push(await compare(own, url, memberAt(url), options.height));
      write(options.json === true ? `${JSON.stringify(all, null, 2)}\n` : `${all.map(textOf).join('\n')}\n`);
      exit(codeOf(all));
    });
  return checkpoints;
}

export const memberAt = (url: string): Member => newMember(url);
