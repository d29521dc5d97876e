import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { FabricError } from './errors.js';

export interface Command {
  /** Path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment but PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly within?: number;
}

const WITHIN = 30_000;
const MEBIBYTE = 1024 * 1024;
const LAST_LINES = 8;

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');

/** Runs a command of Fabric to its end and returns what it printed. @throws FabricError COMMAND_FAILED with its last lines */
export function run({ program, args, env, within = WITHIN }: Command): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const options = { env: { PATH, HOME, ...env }, timeout: within, maxBuffer: 16 * MEBIBYTE };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], options, (cause, stdout, stderr) => {
      if (cause === null) {
        resolve(stdout);
        return;
      }
      const what = `${basename(program)} ${args.slice(0, 3).join(' ')}`;
      const how = cause.killed === true ? `did not end within ${within} ms` : 'failed';
      const text = `${what} ${how}:\n${lastLines(`${stdout}\n${stderr}`)}`;
      reject(new FabricError('COMMAND_FAILED', text, { args }, { cause }));
    });
  });
}
