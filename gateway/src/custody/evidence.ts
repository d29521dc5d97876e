import { keys, type Grant, type Id, type Usage } from '@tallystick/chaincode/model';
import type { ProjectedTransaction, Projection } from '../projection/port.js';
import type { Offers } from '../state/port.js';
import { doubtGrant, doubtRequest, isSignedBy, type Doubt, type Evidence } from './guards.js';
import { recordAt } from './projected.js';

export interface Archive {
  readonly projection: Projection;
  readonly offers: Offers;
  /** Our own MSP id. */
  readonly mspId: string;
}

/** As deep as sub-grants can go, and one more for the root. */
const MAX_CHAIN = 6;

/**
 * Gathers what our own peer and our own records say about a request, and judges it: the first doubt, or `undefined` when the
 * request is genuine and rests on terms that our own organisation signed.
 */
export async function doubtUse(archive: Archive, usage: Usage): Promise<Doubt | undefined> {
  const { projection } = archive;
  const [made, component, grant] = await Promise.all([
    firstWriter(projection, keys.usage(usage.id).text),
    recordAt(projection, keys.component(usage.component)),
    recordAt(projection, keys.grant(usage.grant)),
  ]);
  return doubtRequest({ usage, made, component, grant }) ?? doubtChain(archive, usage.grant);
}

/** From the grant used up to its root; each link must be real, and the root must be ours. */
async function doubtChain(archive: Archive, grantId: Id<'grant'>): Promise<Doubt | undefined> {
  let grant = await recordAt(archive.projection, keys.grant(grantId));
  for (let depth = 0; grant !== undefined && depth < MAX_CHAIN; depth += 1) {
    const parent: Grant | undefined =
      grant.parent && (await recordAt(archive.projection, keys.grant(grant.parent.grant)));
    const made = await firstWriter(archive.projection, keys.grant(grant.id).text);
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
  const transactions = await writers(projection, keys.grant(grant.id).text);
  if (isSignedBy(mspId, grant, transactions)) return true;
  const notes = await Promise.all(
    (['OFFERED', 'ACCEPTED'] as const).map((side) => offers.get(grant.id, grant.termsDigest, side)),
  );
  return notes.some((note) => note !== undefined);
}

async function writers(projection: Projection, key: string): Promise<readonly Evidence[]> {
  const versions = await projection.history(key);
  return Promise.all(versions.map(({ txId }) => projection.transaction(txId)));
}

async function firstWriter(projection: Projection, key: string): Promise<ProjectedTransaction | undefined> {
  const [first] = await projection.history(key);
  return first && projection.transaction(first.txId);
}
