import {
  encode,
  keys,
  type Component,
  type Grant,
  type Id,
  type Key,
  type Usage,
} from '@tallystick/chaincode/model';
import type { ProjectedTransaction, Projection } from '../projection/port.js';
import type { Offers } from '../state/port.js';
import { doubtGrant, doubtRequest, isSignedBy, type Doubt, type Evidence } from './guards.js';
import { readerBefore, recordAt } from './projected.js';
import type { Replays } from './replay.js';

export interface Archive {
  readonly projection: Projection;
  readonly offers: Offers;
  readonly replays: Replays;
  /** Our own MSP id. */
  readonly mspId: string;
}

/**
 * Gathers what our own peer says of a request, and judges it: the first doubt, or `undefined` when a consumer's component really
 * asked, and the rules let it.
 */
export async function doubtUse(archive: Archive, usage: Usage): Promise<Doubt | undefined> {
  const { projection, replays } = archive;
  const key = keys.usage(usage.id);
  const [made, grant] = await Promise.all([
    firstWriter(projection, key),
    recordAt(projection, keys.grant(usage.grant)),
  ]);
  const component = made && (await componentThen(projection, usage, made));
  const doubt = doubtRequest({ usage, made, component, grant });
  if (doubt !== undefined || made === undefined) return doubt;
  const { execution } = await replays.of(made);
  return execution?.writes.get(key.text) === encode(usage) ? undefined : 'DECISION_DIFFERS';
}

async function componentThen(
  projection: Projection,
  usage: Usage,
  made: ProjectedTransaction,
): Promise<Component | undefined> {
  const text = await readerBefore(projection, made)(keys.component(usage.component).text);
  return text === undefined ? undefined : (JSON.parse(text) as Component);
}

/** As deep as sub-grants can go, and one more for the root. */
const MAX_CHAIN = 6;

/**
 * Why a grant gives no right to our header, or `undefined`: from the grant used up to its root each link must be real, and the
 * terms of the root must have been signed by our own organisation.
 */
export async function doubtTerms(archive: Archive, grantId: Id<'grant'>): Promise<Doubt | undefined> {
  const { projection } = archive;
  let grant = await recordAt(projection, keys.grant(grantId));
  for (let depth = 0; grant !== undefined && depth < MAX_CHAIN; depth += 1) {
    const parent: Grant | undefined =
      grant.parent && (await recordAt(projection, keys.grant(grant.parent.grant)));
    const made = await firstWriter(projection, keys.grant(grant.id));
    const doubt = doubtGrant({ grant, parent, made });
    if (doubt !== undefined) return doubt;
    if (grant.parent === undefined) {
      return (await isOurs(archive, grant)) ? undefined : 'GRANT_NOT_OURS';
    }
    grant = parent;
  }
  return 'GRANT_UNKNOWN';
}

/** By a transaction of ours that our peer shows, or by our own note of having signed (written before it was sent). */
async function isOurs({ projection, offers, mspId }: Archive, grant: Grant): Promise<boolean> {
  const versions = await projection.history(keys.grant(grant.id).text);
  const writers: readonly Evidence[] = await Promise.all(
    versions.map(({ txId }) => projection.transaction(txId)),
  );
  if (isSignedBy(mspId, grant, writers)) return true;
  const notes = await Promise.all(
    (['OFFERED', 'ACCEPTED'] as const).map((side) => offers.get(grant.id, grant.termsDigest, side)),
  );
  return notes.some((note) => note !== undefined);
}

async function firstWriter(projection: Projection, { text }: Key): Promise<ProjectedTransaction | undefined> {
  const [first] = await projection.history(text);
  return first && projection.transaction(first.txId);
}
