import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessError } from './errors.js';
import { spawnTied } from './parentage.js';
import { requireFreePorts } from './ports.js';
import { readyLine, type Ready } from './ready-line.js';

/** A program to run. */
export interface ProcessSpec {
  readonly name: string;
  /** The program, by path or by its name on PATH; Node itself by default. */
  readonly command?: string;
  /** Its arguments; those of Node are its options, the script, and the script's own arguments. */
  readonly args: readonly string[];
  /** Asked again and again until it says that the program is ready. Without it, the program says so itself in a ready line. */
  readonly probe?: () => Promise<boolean>;
  /** The whole environment; nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Where both output streams go; appended to. */
  readonly logFile: string;
  /** Ports of the loopback address that it will listen on: looked at first, so that a taken one is named. */
  readonly ports?: readonly number[];
  /** How long it may take to say that it is ready, in milliseconds. */
  readonly readyWithinMs?: number;
  /** How long it may take to stop when asked, in milliseconds; after that it is killed. */
  readonly stopWithinMs?: number;
}

/** How a process ended: its exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that has said that it is ready. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Its ready line; empty where a probe was asked instead. */
  readonly ready: Ready;
  /** Resolves when it has ended, however that came. */
  readonly exited: Promise<Exit>;
  readonly isRunning: boolean;
  /** Asks it to stop (SIGTERM) and kills it if it does not in time. */
  stop(): Promise<Exit>;
  /** Kills it at once (SIGKILL). */
  kill(): Promise<Exit>;
}

const READY_WITHIN = 20_000;
const STOP_WITHIN = 5_000;
const PROBE_PAUSE = 25;
const LOG_MODE = 0o600;
const LAST_LINES = 12;

class LaunchedProcess implements RunningProcess {
  readonly exited: Promise<Exit>;
  ready: Ready = {};
  readonly #child: ChildProcess;
  readonly #spec: ProcessSpec;

  constructor(child: ChildProcess, spec: ProcessSpec) {
    this.#child = child;
    this.#spec = spec;
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  get name(): string {
    return this.#spec.name;
  }

  get logFile(): string {
    return this.#spec.logFile;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('a process that was started has a pid');
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async stop(): Promise<Exit> {
    this.#child.kill('SIGTERM');
    const grace = new AbortController();
    const isLate = delay(this.#spec.stopWithinMs ?? STOP_WITHIN, true, { signal: grace.signal }).catch(
      () => false,
    );
    if ((await Promise.race([isLate, this.exited])) === true) this.#child.kill('SIGKILL');
    grace.abort();
    return this.exited;
  }

  kill(): Promise<Exit> {
    this.#child.kill('SIGKILL');
    return this.exited;
  }
}

interface Launched {
  readonly process: LaunchedProcess;
  /** Size of the log when it was started: where its own lines begin. */
  readonly logStart: number;
}

async function launch(spec: ProcessSpec): Promise<Launched> {
  await requireFreePorts(spec.ports ?? [], spec.name);
  await mkdir(dirname(spec.logFile), { recursive: true });
  const log = await open(spec.logFile, 'a', LOG_MODE);
  try {
    const logStart = (await log.stat()).size;
    const { cwd, env } = spec;
    const child = spawnTied([spec.command ?? process.execPath, ...spec.args], { cwd, env, output: log.fd });
    const launched = new LaunchedProcess(child, spec);
    await once(child, 'spawn');
    return { process: launched, logStart };
  } catch (cause) {
    throw new ProcessError(
      'NOT_STARTED',
      `${spec.name} could not be started`,
      { name: spec.name },
      { cause },
    );
  } finally {
    await log.close();
  }
}

async function lastLines(path: string, start: number): Promise<string> {
  const written = (await readFile(path)).subarray(start).toString('utf8').trimEnd();
  return written.split('\n').slice(-LAST_LINES).join('\n');
}

async function failure(spec: ProcessSpec, { process: launched, logStart }: Launched): Promise<ProcessError> {
  const { name, logFile, readyWithinMs = READY_WITHIN } = spec;
  const isLate = launched.isRunning;
  const exit = await launched.stop();
  const said = await lastLines(logFile, logStart);
  const facts = { name, logFile, exit, lastLines: said };
  if (isLate) {
    const message = `${name} was not ready within ${readyWithinMs} ms (log: ${logFile})\n${said}`;
    return new ProcessError('NOT_READY_IN_TIME', message, facts);
  }
  const end = exit.signal === null ? `code ${String(exit.code)}` : `signal ${exit.signal}`;
  return new ProcessError(
    'EXITED_EARLY',
    `${name} ended with ${end} before it was ready (log: ${logFile})\n${said}`,
    facts,
  );
}

/** Asks until the answer is yes. Undefined when `signal` ends the wait. */
async function probed(probe: () => Promise<boolean>, signal: AbortSignal): Promise<Ready | undefined> {
  while (!signal.aborted) {
    if (await probe().catch(() => false)) return {};
    await delay(PROBE_PAUSE, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

/**
 * Starts a program and waits until it says that it is ready.
 * Throws `PORT_TAKEN`, `NOT_STARTED`, `EXITED_EARLY` or `NOT_READY_IN_TIME`; in the last case it has been stopped.
 */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  const launched = await launch(spec);
  const { process: started, logStart } = launched;
  const ended = new AbortController();
  void started.exited.then(() => ended.abort());
  const deadline = AbortSignal.timeout(spec.readyWithinMs ?? READY_WITHIN);
  const signal = AbortSignal.any([deadline, ended.signal]);
  const ready = await (spec.probe === undefined
    ? readyLine(spec.logFile, logStart, signal)
    : probed(spec.probe, signal));
  if (ready === undefined) throw await failure(spec, launched);
  started.ready = ready;
  return started;
}

/** Stops processes in the mirror image of the order in which they were started, one after the other. */
export async function stopAll(processes: readonly Pick<RunningProcess, 'stop'>[]): Promise<void> {
  for (const each of [...processes].reverse()) await each.stop();
}
