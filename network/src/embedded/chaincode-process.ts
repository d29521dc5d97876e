import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Log } from './log.js';

/** A chaincode server process that the node started. */
export interface ChaincodeProcess {
  readonly pid: number | undefined;
  /** Resolves with a description when the process is gone. */
  readonly exited: Promise<string>;
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when the process is gone. */
  stop(graceMs: number): Promise<void>;
}

// The node may die by kill -9, and its chaincode must not outlive it: the child watches the pipe that is its stdin,
// which the kernel closes with the node.
const GUARD =
  'data:text/javascript,process.stdin.on("close",()=>process.exit(0)).on("error",()=>process.exit(0)).resume().unref()';

function logLines(stream: Readable, log: Log): void {
  createInterface({ input: stream }).on('line', (line) => log('debug', 'chaincode.output', { line }));
}

function describeExit(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (cause) => resolve(`could not start: ${cause.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit code ${code ?? '?'}` : `signal ${signal}`),
    );
  });
}

/** Only what a chaincode needs: no secret of the node's environment reaches it. */
function environment({ id, name }: ChaincodeName, address: string): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TALLYSTICK_WITNESSES } = process.env;
  const { TALLYSTICK_MAX_AHEAD_SECONDS: ahead, TALLYSTICK_MAX_BEHIND_SECONDS: behind } = process.env;
  return {
    PATH,
    HOME,
    LANG,
    NODE_ENV: 'production',
    CORE_CHAINCODE_LOGGING_LEVEL: 'WARNING',
    CORE_CHAINCODE_ID: id,
    TALLYSTICK_CHAINCODE_NAME: name,
    ...(TALLYSTICK_WITNESSES !== undefined && { TALLYSTICK_WITNESSES }),
    ...(ahead !== undefined && { TALLYSTICK_MAX_AHEAD_SECONDS: ahead }),
    ...(behind !== undefined && { TALLYSTICK_MAX_BEHIND_SECONDS: behind }),
    CORE_CHAINCODE_ADDRESS: address,
  };
}

/** What a chaincode is called: by its package, and on its channel. */
export interface ChaincodeName {
  readonly id: string;
  readonly name: string;
}

/** Starts `bundle` as a chaincode server that registers under its id and listens on `address`. */
export function startChaincode(
  bundle: string,
  named: ChaincodeName,
  address: string,
  log: Log,
): ChaincodeProcess {
  const child = spawn(process.execPath, ['--import', GUARD, bundle], {
    env: environment(named, address),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = describeExit(child);
  child.stdin.on('error', () => undefined);
  logLines(child.stdout, log);
  logLines(child.stderr, log);
  return {
    pid: child.pid,
    exited,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
