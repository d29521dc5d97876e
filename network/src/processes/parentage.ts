import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** Sees to it that a child does not outlive this process when it ends by itself, orderly or by an exception. */
export function tieToParent(child: ChildProcess): void {
  if (children.size === 0) process.on('exit', killChildren);
  children.add(child);
  child.once('exit', () => {
    children.delete(child);
    if (children.size === 0) process.off('exit', killChildren);
  });
}
