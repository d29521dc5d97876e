import { run } from '../../fabric/command.js';
import { FabricError, type Binaries } from '../../fabric/index.js';
import type { Topology } from '../../topology/index.js';
import type { Check } from '../check.js';
import { notMade, type Finding } from '../finding.js';
import type { ExaminedNetwork } from '../examined-network.js';

const WITHIN = 5_000;
const INSTALL = 'install Fabric 3.1.5 (install-fabric.sh binary) and start the network anew';
const DEADLOCKS = /^3\.(0\.\d+|1\.0)$/;

/** Which Fabric there is: programs on disk and nodes that run. */
export interface Release {
  readonly subject: string;
  /** Such as `3.1.5`. */
  readonly version: string;
}

/** Reads what `peer version` and the like print. */
export const versionIn = (said: string): string | undefined =>
  /Version:\s*v?(\d+\.\d+\.\d+\S*)/.exec(said)?.[1];

/** What is wrong with the release itself (fabric:release_notes; BFT before 3.1.1 deadlocks and leaks). */
export function releaseFinding({ subject, version }: Release, kind: Topology['ledger']['kind']): Finding[] {
  const isBft = kind === 'fabric-bft';
  const finding = (code: Finding['code'], severity: Finding['severity'], text: string): Finding[] => [
    { code, severity, subject, text, remedy: INSTALL },
  ];
  if (isBft && DEADLOCKS.test(version)) {
    return finding('FABRIC_VERSION_BAD', 'error', `Fabric ${version} deadlocks in BFT, which 3.1.1 mended`);
  }
  if (isBft && Number(version.split('.')[0]) < 3) {
    return finding('FABRIC_VERSION_BAD', 'error', `Fabric ${version} has no BFT ordering`);
  }
  if (version.startsWith('3.1.') || (!isBft && version.startsWith('2.5.'))) return [];
  return finding('FABRIC_VERSION_UNTRIED', 'warning', `Fabric ${version} is not what this runs with, 3.1`);
}

/** Releases that should be one and are several. */
export function differences(releases: readonly Release[]): Finding[] {
  const versions = [...new Set(releases.map(({ version }) => version))].sort();
  if (versions.length < 2) return [];
  const ofEach = versions.map((version) => {
    const subjects = releases.filter((each) => each.version === version).map(({ subject }) => subject);
    return `${version}: ${subjects.sort().join(', ')}`;
  });
  return [
    {
      code: 'FABRIC_VERSIONS_DIFFER',
      severity: 'warning',
      subject: 'Fabric',
      text: `several releases are in use (${ofEach.join('; ')})`,
      remedy: 'install one release everywhere and restart the nodes one after the other',
    },
  ];
}

async function installedReleases(binaries: Binaries): Promise<(Release | Finding)[]> {
  const { configtxgen, orderer, peer } = binaries;
  return Promise.all(
    [...Object.entries({ peer, orderer, configtxgen })].map(async ([subject, program]) => {
      // configtxgen alone wants it as an option.
      const args = [subject === 'configtxgen' ? '--version' : 'version'];
      const version = versionIn(await run({ program, args, within: WITHIN }).catch(() => ''));
      return version === undefined
        ? notMade(`version of ${program}`, 'it does not tell')
        : { subject, version };
    }),
  );
}

async function runningReleases(examined: ExaminedNetwork): Promise<Release[]> {
  const running = await examined.running(examined.nodes);
  const versions = await Promise.all(running.map((node) => examined.operations(node)));
  return running.flatMap(({ name }, index) => {
    const version = versions[index]?.version;
    return version === undefined ? [] : [{ subject: name, version }];
  });
}

async function binariesOrFinding(examined: ExaminedNetwork): Promise<Binaries | Finding> {
  try {
    return await examined.binaries();
  } catch (error) {
    if (!(error instanceof FabricError)) throw error;
    const [text = '', ...remedy] = error.message.split('. ');
    return {
      code: 'BINARIES_MISSING',
      severity: 'error',
      subject: 'Fabric',
      text,
      remedy: remedy.join('. ').replace(/\.$/, ''),
    };
  }
}

const isFinding = (value: Release | Finding): value is Finding => 'code' in value;

/** Programs of Fabric: there, of a release that works, and the ones that run. */
export const binaries: Check = {
  name: 'programs of Fabric',
  of: 'fabric',
  within: 10_000,
  async run(examined) {
    const found = await binariesOrFinding(examined);
    const installed = 'code' in found ? [found] : await installedReleases(found);
    const releases = [
      ...installed.filter((each): each is Release => !isFinding(each)),
      ...(await runningReleases(examined)),
    ];
    const { kind } = examined.topology.ledger;
    const bad = releases.flatMap((release) => releaseFinding(release, kind));
    return [...installed.filter(isFinding), ...bad, ...differences(releases)];
  },
};
