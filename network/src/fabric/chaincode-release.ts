import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readIfThere, replaceFile } from '../identity/index.js';
import type { Topology } from '../topology/index.js';
import { FabricError } from './errors.js';
import { fabricDirectory } from './layout.js';
import { bundleDigest } from './package.js';

const release = z.strictObject({
  version: z.string(),
  sequence: z.int().min(1),
  /** SHA-256 of the bundle, in hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the chaincode server of each organisation, by MSP id. */
  ports: z.record(z.string(), z.int()),
});

const stored = z.strictObject({
  version: z.literal(1),
  current: release.optional(),
  /** Written down before anybody approves it; whether it came to be, the channel knows. */
  next: release.optional(),
});

/** What a channel runs under one sequence of its chaincode's definition, and where its servers are. */
export type Release = z.output<typeof release>;

/** Releases that were deployed after the one of the topology. */
export type Releases = Omit<z.output<typeof stored>, 'version'>;

const recordFile = (topology: Topology): string => join(fabricDirectory(topology), 'chaincode.json');

const bundleFile = (topology: Topology, digest: string): string =>
  join(fabricDirectory(topology), 'bundles', `${digest}.cjs`);

export async function readReleases(topology: Topology): Promise<Releases> {
  const text = await readIfThere(recordFile(topology));
  if (text === undefined) return {};
  const { current, next } = stored.parse(JSON.parse(text));
  return { ...(current && { current }), ...(next && { next }) };
}

/** Writes down what is deployed; without anything, the topology's own release counts. */
export async function writeReleases(topology: Topology, releases: Releases): Promise<void> {
  const file = recordFile(topology);
  if (releases.current === undefined && releases.next === undefined) return rm(file, { force: true });
  const text = `${JSON.stringify({ version: 1, ...releases }, null, 2)}\n`;
  await replaceFile(file, text, { isPrivate: false });
}

/**
 * Keeps a copy of a bundle, so that the network comes up again even when the file is gone. Returns its digest.
 * @throws FabricError CHAINCODE_UNFIT when it cannot be read
 */
export async function keepBundle(topology: Topology, bundle: string): Promise<string> {
  const content = await readFile(bundle).catch((cause: unknown) => {
    throw new FabricError('CHAINCODE_UNFIT', `${bundle} cannot be read`, { bundle }, { cause });
  });
  const digest = createHash('sha256').update(content).digest('hex');
  const file = bundleFile(topology, digest);
  await mkdir(dirname(file), { recursive: true });
  // Whole or not at all, as nobody can tell half a bundle from a damaged one.
  await writeFile(`${file}.making`, content);
  await rename(`${file}.making`, file);
  return digest;
}

/**
 * Path of a bundle that was kept.
 * @throws FabricError CHAINCODE_UNFIT when it is gone or another: organisations have approved these very bytes
 */
export async function keptBundle(topology: Topology, digest: string): Promise<string> {
  const file = bundleFile(topology, digest);
  const found = await bundleDigest(file).catch(() => undefined);
  if (found === digest) return file;
  const what = found === undefined ? 'is missing' : `has the digest ${found}`;
  throw new FabricError('CHAINCODE_UNFIT', `the deployed bundle ${file} ${what}`, { file, digest });
}
