import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A process beyond doubt: its number, and when it started, since numbers are given out again. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

const run = promisify(execFile);
const POLL = 25;

// Fields of proc_pid_stat(5) after the program's name, which may itself hold blanks and brackets.
const STATE = 0;
const START_TIME = 19;

/** When the process of a number started: an opaque text that is equal as long as it is the same process. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return process.platform === 'linux' ? undefined : startByPs(pid);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; only nobody has asked for its exit code yet.
  if (fields[STATE] === 'Z') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}/${fields[START_TIME] ?? ''}`;
}

async function startByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The identity of a process that runs; `undefined` when none of that number does. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const started = await startOf(pid);
  return started === undefined ? undefined : { pid, started };
}

export const isSame = async ({ pid, started }: ProcessIdentity): Promise<boolean> =>
  (await startOf(pid)) === started;

/** Sends a signal, unless the number is somebody else's by now. */
export async function signal(identity: ProcessIdentity, name: NodeJS.Signals): Promise<void> {
  if (!(await isSame(identity))) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Whether a process has ended within a number of milliseconds. */
export async function hasEnded(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (await isSame(identity)) {
    if (Date.now() > until) return false;
    await delay(POLL);
  }
  return true;
}
