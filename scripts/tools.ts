/** Installs the tools that tests and trying need and npm does not have: Kubo, as network/tools/go.mod pins it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedIpfs, findIpfs, KUBO_VERSION } from '@tallystick/network/kubo';

const HELP = `Usage: npm run tools

Builds Kubo ${KUBO_VERSION} (ipfs), pinned with all its dependencies in network/tools, into a cache outside the tree, and prints where.
Does nothing when it is there. Needs Go (https://go.dev/dl); takes some minutes the first time.

  XDG_CACHE_HOME    the cache (default ~/.cache)
  TALLYSTICK_IPFS   another ipfs, to be used instead of the one built here

In production run Kubo 0.43 or later.
`;

const MODULE = fileURLToPath(new URL('../network/tools', import.meta.url));

function build(target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  const args = ['build', '-trimpath', '-o', unfinished, 'github.com/ipfs/kubo/cmd/ipfs'];
  execFileSync('go', args, { cwd: MODULE, stdio: 'inherit' });
  renameSync(unfinished, target);
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) return (process.stdout.write(HELP), 0);
  const target = cachedIpfs();
  if ((await findIpfs({ ...process.env, TALLYSTICK_IPFS: undefined, PATH: '' })) === target) {
    process.stdout.write(`Kubo ${KUBO_VERSION} is at ${target}\n`);
    return 0;
  }
  if (spawnSync('go', ['version']).status !== 0) {
    process.stderr.write(
      `Building Kubo needs Go, which was not found: install it from https://go.dev/dl, or put an ipfs on PATH, or name it in TALLYSTICK_IPFS.\n`,
    );
    return 3;
  }
  process.stdout.write(`Building Kubo ${KUBO_VERSION} ...\n`);
  build(target);
  process.stdout.write(`Kubo ${KUBO_VERSION} is at ${target}\n`);
  return 0;
}

process.exitCode = await main();
