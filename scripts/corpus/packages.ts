import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Packages whose tests have tokens of real authorities, each with the client that gets it into a folder. */
const PACKAGES: readonly { readonly name: string; readonly get: (folder: string) => readonly string[] }[] = [
  ...['pyhanko==0.38.0', 'asn1crypto-tests==1.5.1', 'rfc3161-client==1.0.9'].map((name) => ({
    name,
    get: (folder: string) => [
      'pip',
      'download',
      '-q',
      '--no-deps',
      '--no-binary',
      ':all:',
      '-d',
      folder,
      name,
    ],
  })),
  ...['dss-cades', 'dss-pades', 'dss-asic-cades', 'dss-asic-xades', 'dss-xades', 'dss-cms'].map((name) => ({
    name: `${name} 6.2`,
    get: (folder: string) => [
      ...['mvn', '-q', '-B', 'dependency:copy', '-Dtransitive=false', `-DoutputDirectory=${folder}`],
      `-Dartifact=eu.europa.ec.joinup.sd-dss:${name}:6.2:jar:tests`,
    ],
  })),
  {
    name: '@sigstore/mock 0.13.0',
    get: (folder) => ['npm', 'pack', '--silent', '--pack-destination', folder, '@sigstore/mock@0.13.0'],
  },
];

/** Milliseconds for one package: some clients build what they download. */
const PATIENCE = 180_000;

/** Gets the packages that are not there yet and unpacks them. Returns their folder; says on standard error what could not be had. */
export function fetchPackages(cache: string): string {
  const [packed, unpacked] = [join(cache, 'packed'), join(cache, 'unpacked')];
  for (const folder of [packed, unpacked]) mkdirSync(folder, { recursive: true });
  for (const { name, get } of PACKAGES) {
    const [program = '', ...args] = get(packed);
    const { status } = spawnSync(program, args, { stdio: 'ignore', timeout: PATIENCE });
    if (status !== 0) process.stderr.write(`${name} could not be had; going on without it\n`);
  }
  unpack(packed, unpacked);
  return unpacked;
}

/** Archives, and those in them. */
function unpack(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const target = join(to, path.slice(from.length).replaceAll('/', '_'));
    const isZip = /\.(jar|zip|whl|asics|asice|sce|scs)$/.test(entry.name);
    const isTar = /\.(tgz|tar\.gz)$/.test(entry.name);
    if (!entry.isFile() || (!isZip && !isTar) || existsSync(target)) continue;
    mkdirSync(target, { recursive: true });
    try {
      if (isZip) execFileSync('unzip', ['-qq', '-o', path, '-d', target], { stdio: 'ignore' });
      else execFileSync('tar', ['-xzf', path, '-C', target], { stdio: 'ignore' });
      unpack(target, to);
    } catch {
      process.stderr.write(`${path} cannot be unpacked\n`);
    }
  }
}
