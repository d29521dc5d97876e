import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { programArguments } from '../../test/programs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A `tallystick-audit` that runs. */
export interface Running {
  readonly child: ChildProcess & { readonly stdin: NodeJS.WritableStream };
  readonly ended: Promise<Ended>;
}

export function start(args: readonly string[]): Running {
  const child = spawn(process.execPath, [...programArguments('verifier/cli/audit.ts'), ...args], {
    cwd: ROOT,
  });
  // It may leave before it has read everything.
  child.stdin.on('error', () => undefined);
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    ),
  );
  return { child, ended };
}

export function run(args: readonly string[], input?: Uint8Array): Promise<Ended> {
  const { child, ended } = start(args);
  child.stdin.end(input);
  return ended;
}

/** Blocks one after the other, each behind its length. */
export function delimited(given: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    given.flatMap((block) => {
      const length: number[] = [];
      let rest = block.length;
      for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
      return [Uint8Array.from([...length, rest]), block];
    }),
  );
}
