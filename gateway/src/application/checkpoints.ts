import { readFileSync } from 'node:fs';
import { digestOf, encode, keys, type Digest, type Space } from '@tallystick/chaincode/model';
import { callerFrom, RULES_VERSION } from '@tallystick/chaincode/rules';
import type { Logger } from 'pino';
import { WITNESS_FAILPOINTS } from '../features/checkpoints/failpoint.js';
import { newWatch, type Watch } from '../features/checkpoints/watch.js';
import { ConfigError, type Config } from '../config.js';
import { failpointsAmong } from '../failpoints.js';
import { FAILPOINTS } from '../features/custody/failpoint.js';
import { newEvidenceSource } from '../ledger/evidence-source.js';
import { PROJECTION_FAILPOINTS } from '../projection/failpoint.js';
import { newLag, newPeerHeight } from '../projection/lag.js';
import { now, type Followed, type Identities, type Kept, type Started } from './started.js';

/** What a witness says of the software that folded: its name, version, and the rules it follows. */
function softwareDigest(): Digest {
  const file = new URL('../../package.json', import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  return digestOf(encode({ name, version, rules: RULES_VERSION }));
}

/** A failpoint is one of custody's, of the projection's or of the witness's; each part hears of its own only. */
export const failpointFor = (
  names: readonly string[],
  { failpoint }: Pick<Config, 'failpoint'>,
): string | undefined => {
  const isOfOthers = [...FAILPOINTS, ...PROJECTION_FAILPOINTS, ...WITNESS_FAILPOINTS].some(
    (name) => failpoint?.split(':')[0] === name && !names.includes(name),
  );
  return isOfOthers ? undefined : failpoint;
};

/** Points of the keys that the space names as witnesses: they count without the role. */
const pinnedIn =
  ({ projection }: Followed) =>
  async (): Promise<ReadonlySet<string>> => {
    const space = (await projection.record(keys.space().text))?.value as Space | undefined;
    return new Set((space?.restoration?.witnesses ?? []).map(({ key }) => key));
  };

/** Signs a checkpoint for each block, compares with other members, and says aloud what does not fit. */
export async function watchCheckpoints(
  config: Config,
  followed: Kept & Followed,
  identities: Identities,
  log: Logger,
  started: Started,
): Promise<Watch> {
  const { state, peers, ledger, projection } = followed;
  const { channel } = config;
  const reader = identities.get(config.operatorIdentity);
  if (reader === undefined) throw new ConfigError(['TALLYSTICK_OPERATOR_IDENTITY: is not enrolled']);
  const source = newEvidenceSource({ peers, channel, reader });
  started.add(() => source.close());
  const watch = newWatch({
    projection,
    ledger,
    operator: config.operatorIdentity,
    archive: state.checkpoints,
    identity: identities.get(config.witnessIdentity),
    software: softwareDigest(),
    members: config.members,
    register: {
      source,
      channel,
      roleOf: (creator) => callerFrom(creator, now()).role,
      pinned: pinnedIn(followed),
    },
    lag: newLag(projection, newPeerHeight(ledger)),
    failpoints: failpointsAmong(WITNESS_FAILPOINTS, failpointFor(WITNESS_FAILPOINTS, config)),
    log,
    now,
  });
  await watch.start();
  started.add(() => watch.stop());
  return watch;
}
