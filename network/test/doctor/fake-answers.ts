import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/*
 * What Fabric 3.1.5 printed for these commands, as JSON values; and a `peer` that prints them. Each answer is a file that a test
 * may change; beside it may stand an `.error`, which is printed instead, and the command fails.
 */

export const installed = (...ids: readonly string[]): object =>
  ids.length === 0
    ? {}
    : {
        installed_chaincodes: ids.map((id) => ({
          package_id: id,
          label: id.split(':')[0],
          references: { space: { chaincodes: [{ name: 'tallystick', version: '2.0.0' }] } },
        })),
      };

const definition = (sequence: number): object => ({
  sequence,
  version: '2.0.0',
  endorsement_plugin: 'escc',
  validation_plugin: 'vscc',
  validation_parameter: 'EiAvQ2hhbm5lbC9BcHBsaWNhdGlvbi9FbmRvcnNlbWVudA==',
  collections: {},
});

export const approved = (packageId: string | undefined, sequence = 1): object => ({
  ...definition(sequence),
  source: {
    Type: packageId === undefined ? { Unavailable: {} } : { LocalPackage: { package_id: packageId } },
  },
});

export const committed = (approvals: Readonly<Record<string, boolean>>, sequence = 1): object => ({
  ...definition(sequence),
  approvals,
});

export const NOT_APPROVED =
  "Error: query failed with status: 500 - failed to invoke backing implementation of 'QueryApprovedChaincodeDefinition': could not fetch approved chaincode definition (name: 'tallystick', sequence: '0') on channel 'space'";
export const NOT_COMMITTED = 'Error: query failed with status: 404 - namespace tallystick is not defined';

export const versionText = (program: string, version = '3.1.5'): string =>
  `${program}:\n Version: v${version}\n Commit SHA: 86c1172\n Go version: go1.26.8\n OS/Arch: linux/amd64\n`;

const SCRIPT = `#!/bin/sh
here=$(dirname "$0")/../answers
msp=$(basename "$(dirname "\${FABRIC_CFG_PATH:-/none/none}")")
answer() {
  if [ -f "$1.error" ]; then cat "$1.error" >&2; exit 1; fi
  cat "$1"
}
case "$*" in
  version|--version) answer "$here/$(basename "$0").version" ;;
  "channel fetch config "*) answer "$here/$msp/config.block" >"$4" ;;
  *queryinstalled*) answer "$here/$msp/installed" ;;
  *queryapproved*) answer "$here/$msp/approved" ;;
  *querycommitted*) answer "$here/$msp/committed" ;;
  *) echo "Error: unknown command $*" >&2; exit 1 ;;
esac
`;

/** Writes programs that answer as Fabric's do; returns their directory, for FABRIC_BIN. */
export async function writePrograms(dataDir: string): Promise<string> {
  const bin = join(dataDir, 'bin');
  await mkdir(bin, { recursive: true });
  await mkdir(join(dataDir, 'answers'), { recursive: true });
  for (const name of ['peer', 'orderer', 'configtxgen', 'osnadmin']) {
    await writeFile(join(bin, name), SCRIPT);
    await chmod(join(bin, name), 0o755);
    await writeFile(join(dataDir, 'answers', `${name}.version`), versionText(name));
  }
  return bin;
}

export type Answer = 'installed' | 'approved' | 'committed' | 'config.block';

/** Sets what the peers of an organisation answer; a text is an error. */
export async function writeAnswer(
  dataDir: string,
  mspId: string,
  name: Answer,
  value: object | string,
): Promise<void> {
  const directory = join(dataDir, 'answers', mspId);
  await mkdir(directory, { recursive: true });
  if (typeof value === 'string') await writeFile(join(directory, `${name}.error`), `${value}\n`);
  else
    await writeFile(join(directory, name), Buffer.isBuffer(value) ? value : JSON.stringify(value, null, 2));
}
