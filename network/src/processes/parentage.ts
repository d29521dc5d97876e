import { spawn, type ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** Sees to it that a child does not outlive this process when it ends by itself, orderly or by an exception. */
function tieToParent(child: ChildProcess): void {
  if (children.size === 0) process.on('exit', killChildren);
  children.add(child);
  child.once('exit', () => {
    children.delete(child);
    if (children.size === 0) process.off('exit', killChildren);
  });
}

/*
 * Nor when it is killed: the kernel then closes the pipe that a guard beside the program reads, and the guard kills the
 * program. A line on the pipe says that the program has ended by itself and that its number may be somebody else's.
 * `exec` keeps the number, so the pid that we know is the program's own.
 */
const GUARDED = `exec 3<&0 </dev/null
unset PWD OLDPWD SHLVL
(read -r ended <&3 || kill -9 $$) >/dev/null 2>&1 &
exec "$@" 3<&-`;

export interface SpawnOptions {
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
  /** File descriptor of both output streams. */
  readonly output: number;
}

/** Starts a program that does not outlive this process, however it ends. */
export function spawnTied(command: readonly string[], { cwd, env, output }: SpawnOptions): ChildProcess {
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', ...command], {
    cwd,
    env: { ...env },
    stdio: ['pipe', output, output],
  });
  child.stdin?.on('error', () => undefined);
  child.once('exit', () => child.stdin?.end('\n'));
  tieToParent(child);
  return child;
}
