import type { Digest, Instant } from '@tallystick/chaincode/model';
import type { Logger } from 'pino';
import type { EnrolledIdentity } from '../../identities/index.js';
import type { Ledger } from '../../ledger/port.js';
import type { FollowedProjection } from '../../projection/port.js';
import type { Worker } from '../../workers/worker.js';
import type { CheckpointArchive } from './stores/port.js';
import { newKeptCheckpoints } from './checkpoints.js';
import { Comparison } from './comparison.js';
import { DivergenceWatch } from './divergences.js';
import { NO_WITNESS_FAILPOINTS, type WitnessFailpoints } from './failpoint.js';
import { newMember, type Member } from './members.js';
import type { Checkpoints, Divergences } from './port.js';
import { WitnessRegister, type RegisterParts } from './register.js';
import { Renewal } from './renewal.js';
import { Restorations } from './restoration.js';
import { Rounds } from './rounds.js';
import { Witness } from './witness.js';

export interface WatchParts {
  readonly projection: FollowedProjection;
  readonly ledger: Ledger;
  /** Identity that proposes restorations, by its name in this gateway. */
  readonly operator: string;
  readonly archive: CheckpointArchive;
  /** Signs; absent where no witness is enrolled. */
  readonly identity: EnrolledIdentity | undefined;
  /** Digest of the software that folds. */
  readonly software: Digest;
  /** Base URLs of other members' gateways by MSP id. */
  readonly members: Readonly<Record<string, string>>;
  readonly register: Omit<RegisterParts, 'now'>;
  /** Blocks that the projection is behind the peer. */
  readonly lag: () => Promise<number>;
  readonly failpoints?: WitnessFailpoints;
  readonly log: Logger;
  readonly now: () => Instant;
}

/** Checkpoints of one organisation, and the watch over everybody's. */
export interface Watch {
  readonly checkpoints: Checkpoints;
  readonly divergences: Divergences;
  /** Sign, look for what diverges, compare, and put right; in the order of starting. */
  readonly workers: readonly Worker[];
}

/** Blocks behind from which on the follower is catching up, and signing each block as it passes would hold it up. */
const FAR_BEHIND = 100;

const farBehind = (lag: WatchParts['lag']) => (): Promise<boolean> =>
  lag().then(
    (blocks) => blocks > FAR_BEHIND,
    () => false,
  );

/** Signs every height, asks the others what they signed, and says aloud what does not fit. */
export function newWatch(parts: WatchParts): Watch {
  const { projection, archive, identity, software, log, now } = parts;
  const key = identity?.keyDigest as Digest | undefined;
  const signer = identity === undefined || key === undefined ? undefined : { identity, key, software, now };
  const peerHeight = (): Promise<bigint> => parts.ledger.height();
  const register = new WitnessRegister({ ...parts.register, now });
  const failpoints = parts.failpoints ?? NO_WITNESS_FAILPOINTS;
  const isBehind = farBehind(parts.lag);
  const witness = new Witness({ projection, archive, signer, isBehind, failpoints, log });
  const members = new Map<string, Member>(
    Object.entries(parts.members).map(([mspId, url]) => [mspId, newMember(url)]),
  );
  const compared = { projection, archive, members, register, lag: parts.lag };
  const comparison = new Comparison({ ...compared, log, now });
  const checkpoints = newKeptCheckpoints({
    projection,
    archive,
    signer,
    witness,
    renewal: new Renewal({ projection, archive, signer, peerHeight, log }),
    comparison,
    register,
    members,
  });
  const rounds = new Rounds({ round: () => comparison.round('KEPT'), status: () => checkpoints.status() });
  const divergences = new DivergenceWatch(projection, log);
  const restorations = new Restorations({
    ledger: parts.ledger,
    projection,
    checkpoints,
    identity: parts.operator,
    failpoints,
    log,
  });
  const signing: Worker = {
    name: witness.name,
    async start() {
      if (identity === undefined)
        log.warn('no witness is enrolled: checkpoints are kept, and none is signed');
      await comparison.start();
      await witness.start();
    },
    stop: () => witness.stop(),
    health: () => witness.health(),
  };
  const comparing = members.size > 0 ? [rounds] : [];
  return { checkpoints, divergences, workers: [signing, divergences, ...comparing, restorations] };
}
