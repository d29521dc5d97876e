import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { castOf, type Cast, type Member } from '../../scripts/demo/cast.js';
import type { Client } from '../../scripts/demo/client.js';
import {
  certificationOf,
  componentOf,
  constitution,
  inSeconds,
  profile,
  registration,
  restorationBy,
} from '../../scripts/demo/requests.js';
import { startSpace, type Space, type SpaceOptions } from '../../scripts/space.js';
import { kindsOfSuite } from '../../scripts/space/options.js';

/** A component, with a client that signs with its key. */
export interface Software {
  readonly id: string;
  readonly client: Client;
}

export interface Stage {
  readonly space: Space;
  /** Steel provides, and operates the space; the supplier consumes; the regulator is also the third party. */
  readonly cast: Cast;
  readonly software: Programs;
  /** Resolves once the certificate of the expired component has run out. */
  whenExpired(): Promise<void>;
  readonly dataset: string;
  readonly claim: string;
  /** The file as it was registered, version 1. */
  readonly version: string;
}

interface Programs {
  readonly steel: Software;
  readonly supplier: Software;
  readonly regulator: Software;
  /** An application of the supplier: a component of its own. */
  readonly application: Software;
  /** Components of the supplier that were suspended, and whose certificate has run out. */
  readonly suspended: Software;
  readonly expired: Software;
}

/** What every version holds, so that what was opened can be compared. */
export const PLAINTEXT = JSON.stringify({ operator: { name: 'Li' }, torque: [41, 42, 44] });

/** Seconds for which the certificate of the component is valid that is to expire. */
const SOON = 6;

/** The operator of the space is a member like others, so that it can certify the regulator, who certifies it. */
async function admit({ steel, supplier, regulator }: Cast): Promise<void> {
  await steel.officer.submit('space:Constitute', {
    ...constitution(regulator, await restorationBy([steel, supplier, regulator])),
    founder: profile(steel, ['PROVIDER', 'CONSUMER']),
  });
  const joining = [supplier, regulator];
  await steel.officer.submit(
    'participants:Admit',
    joining.map((member) => profile(member, member === regulator ? ['REGULATOR'] : ['PROVIDER', 'CONSUMER'])),
  );
  await Promise.all(
    joining.map(({ officer, participant }) =>
      officer.submit('participants:Activate', { participantId: participant, rulebook: 1 }),
    ),
  );
  await Promise.all([
    regulator.officer.submit('participants:Certify', [steel, supplier].map(certificationOf)),
    steel.officer.submit('participants:Certify', certificationOf(regulator)),
  ]);
}

type Certified = readonly { readonly componentId: string }[];

const certify = async (by: Member, requests: readonly object[]): Promise<readonly string[]> => {
  const { result } = await by.officer.submit<Certified>('components:Certify', requests);
  return result.map(({ componentId }) => componentId);
};

/** One more component of the supplier, that signs with the key of that name. */
async function further({ supplier }: Cast, key: string, changes: object = {}): Promise<object> {
  const keys = [await supplier.keyDigest(key)];
  return { ...(await componentOf(supplier)), name: `${key} of the supplier`, keys, ...changes };
}

const OTHER = 'connector-c';

/** A component that only one case knows, so that it can be done with as the case likes. */
export async function newcomer({ cast }: Stage): Promise<Software> {
  const [id = ''] = await certify(cast.regulator, [await further(cast, OTHER)]);
  return { id, client: cast.supplier.client(OTHER) };
}

async function furnish(cast: Cast): Promise<Programs> {
  const { steel, supplier, regulator } = cast;
  const requests = [
    await componentOf(steel),
    await componentOf(supplier),
    await further(cast, 'connector-b'),
    await further(cast, OTHER),
    await further(cast, OTHER, { validUntil: inSeconds(SOON) }),
  ];
  const [ids, [third = '']] = await Promise.all([
    certify(regulator, requests),
    certify(steel, [await componentOf(regulator)]),
  ]);
  const [provider = '', consumer = '', application = '', suspended = '', expired = ''] = ids;
  await regulator.officer.submit('components:Suspend', { componentId: suspended, reason: 'audit overdue' });
  const other = supplier.client(OTHER);
  return {
    steel: { id: provider, client: steel.connector },
    supplier: { id: consumer, client: supplier.connector },
    regulator: { id: third, client: regulator.connector },
    application: { id: application, client: supplier.client('connector-b') },
    suspended: { id: suspended, client: other },
    expired: { id: expired, client: other },
  };
}

export interface Registered {
  readonly dataset: string;
  readonly version: string;
  readonly claim: string;
}

/** A dataset of steel's with a registered claim. */
export async function register({ steel, regulator }: Cast, changes: object = {}): Promise<Registered> {
  const { result } = await steel.officer.upload<{
    result: { datasetId: string; versionId: string; claimId: string };
  }>('/datasets/files', 'dataset', { ...registration(steel), ...changes }, new Blob([PLAINTEXT]));
  await regulator.officer.submit('claims:Register', { claimId: result.claimId });
  return { dataset: result.datasetId, version: result.versionId, claim: result.claimId };
}

/** A founded space with components, a dataset and a registered claim. @param options of a space that is not the default one */
export async function setStage(options: SpaceOptions = {}): Promise<Stage> {
  const space = await startSpace({
    ...options,
    dataDir: await mkdtemp(join(tmpdir(), 'tallystick-policy-')),
    // Whether and when a duty is done is what these suites try: no gateway does it by itself.
    gatewayEnvironment: { TALLYSTICK_OBLIGATIONS: 'off' },
  });
  const cast = await castOf(space);
  await admit(cast);
  const software = await furnish(cast);
  const expiry = Date.now() + SOON * 1000;
  return {
    space,
    cast,
    software,
    whenExpired: () => sleep(Math.max(0, expiry - Date.now())),
    ...(await register(cast)),
  };
}

export async function strike({ space }: Stage): Promise<void> {
  await space.stop();
  await rm(space.dataDir, { recursive: true, force: true });
}

let users = 0;
let standing: Promise<Stage> | undefined;

async function leave(): Promise<void> {
  const ended = standing;
  standing = undefined;
  if (ended !== undefined) await strike(await ended);
}

// Suites whose every test was filtered out never come to their own `after`.
after(leave);

/**
 * One space for every suite that calls this: started by the first, stopped after the last. A suite that changes a gateway
 * names it, and leaves it to the next one as it was.
 */
export function onStage(changed?: string): { readonly stage: Stage } {
  let found: Stage | undefined;
  users += 1;
  before(async () => {
    found = await (standing ??= setStage(kindsOfSuite()));
  });
  after(async () => {
    users -= 1;
    if (users === 0) await leave();
    else if (changed !== undefined) await found?.space.restart(changed);
  });
  return {
    get stage() {
      if (found === undefined) throw new Error('the stage is set before the first test');
      return found;
    },
  };
}
