import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProcessError, type Exit } from '../processes/index.js';
import { tieToParent } from '../processes/parentage.js';

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** A program that runs. */
export interface Launched {
  readonly pid: number;
  readonly logFile: string;
  readonly exited: Promise<Exit>;
  readonly isRunning: boolean;
  /** Asks it to stop (SIGTERM) and kills it if it does not in time. */
  stop(): Promise<Exit>;
  /** Kills it at once (SIGKILL). */
  kill(): Promise<Exit>;
}

const STOP_WITHIN = 10_000;
const LAST_LINES = 12;

class LaunchedProcess implements Launched {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #command: Command;

  constructor(child: ChildProcess, command: Command) {
    this.#child = child;
    this.#command = command;
    this.pid = child.pid ?? 0;
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  get logFile(): string {
    return this.#command.logFile;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async stop(): Promise<Exit> {
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN);
    const exit = await this.exited;
    clearTimeout(late);
    return exit;
  }

  kill(): Promise<Exit> {
    this.#child.kill('SIGKILL');
    return this.exited;
  }

  /** Stops it, and says what it last wrote. */
  async failure(code: 'EXITED_EARLY' | 'NOT_READY_IN_TIME'): Promise<ProcessError> {
    const { name, logFile } = this.#command;
    const exit = await this.stop();
    const said = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    const how = code === 'EXITED_EARLY' ? 'ended before it was ready' : 'was not ready in time';
    return new ProcessError(code, `${name} ${how} (log: ${logFile})\n${said}`, { name, logFile, exit });
  }
}

/** Starts a program, its output appended to a log. @throws ProcessError NOT_STARTED */
export async function launch(command: Command): Promise<LaunchedProcess> {
  await mkdir(dirname(command.logFile), { recursive: true });
  const log = await open(command.logFile, 'a', 0o600);
  try {
    const { args, env } = command;
    const child = spawn(command.command, args, { env: { ...env }, stdio: ['ignore', log.fd, log.fd] });
    const launched = new LaunchedProcess(child, command);
    await once(child, 'spawn');
    tieToParent(child);
    return launched;
  } catch (cause) {
    const { name } = command;
    throw new ProcessError('NOT_STARTED', `${name} could not be started`, { name }, { cause });
  } finally {
    await log.close();
  }
}
