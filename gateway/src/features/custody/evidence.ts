import {
  componentType,
  decodeRecord,
  keys,
  type Component,
  type Grant,
  type Id,
  type Usage,
} from '@tallystick/chaincode/model';
import type { ProjectedTransaction, Projection } from '../../projection/port.js';
import type { Offers } from './stores/port.js';
import type { Memberships } from '../channel/port.js';
import { isSameAuthority, issuerOf } from './authority.js';
import {
  doubtGrant,
  doubtRequest,
  doubtTransaction,
  isSignedBy,
  type Doubt,
  type Evidence,
  type GrantVersion,
  type Ourselves,
} from './guards.js';
import { versionsOf, type Version } from './history.js';
import { isPassedOn } from './passed-on.js';
import { readerBefore, recordAt } from './projected.js';
import { callerBy } from './signers.js';

export interface Archive {
  readonly projection: Projection;
  readonly offers: Offers;
  /** Our own MSP id. */
  readonly mspId: string;
  /** PEM certificates of the identities enrolled here. */
  readonly enrolled: readonly string[];
  readonly memberships: Memberships;
}

/**
 * Gathers what our own peer says of a request, and judges it: the first doubt, or `undefined` when a consumer's component really
 * asked. That the rules let it is what the fold has shown: there would be no such request otherwise.
 */
export async function doubtUse(archive: Archive, usage: Usage): Promise<Doubt | undefined> {
  const { projection } = archive;
  const key = keys.usage(usage.id);
  const [made, grant] = await Promise.all([
    versionsOf(projection, key).then(([first]) => first?.transaction),
    recordAt(projection, keys.grant(usage.grant)),
  ]);
  const component = made && (await componentThen(projection, usage, made));
  const doubt = doubtRequest({ usage, made, component, grant });
  if (doubt !== undefined || made === undefined || grant === undefined) return doubt;
  return (await isOfConsumer(archive, grant, made)) ? undefined : 'OTHER_AUTHORITY';
}

/**
 * Whether the one who asks is from the authority of the one who first signed this grant for the consumer: its MSP id can be given to another authority, too, by
 * others than the consumer. One that has changed its authority needs a new grant.
 */
async function isOfConsumer(
  { projection, memberships }: Archive,
  grant: Grant,
  made: ProjectedTransaction,
): Promise<boolean> {
  const versions = await versionsOf(projection, keys.grant(grant.id));
  const agreed = versions.find(
    ({ transaction }) =>
      transaction !== undefined &&
      doubtTransaction(transaction) === undefined &&
      callerBy(transaction, transaction.time).participant === grant.consumer,
  )?.transaction;
  // Terms not agreed yet: that the rules deny the request is to be on the ledger.
  if (agreed === undefined) return grant.state !== 'ACTIVE';
  return isSameAuthority(agreed, made, await memberships(made.blockNumber));
}

async function componentThen(
  projection: Projection,
  usage: Usage,
  made: ProjectedTransaction,
): Promise<Component | undefined> {
  const text = await readerBefore(projection, made)(keys.component(usage.component).text);
  return text === undefined ? undefined : decodeRecord(componentType, text);
}

/** As deep as sub-grants can go, and one more for the root. */
const MAX_CHAIN = 6;

/**
 * Why a grant gives no right to our header, or `undefined`. From the grant used up to its root, each must have been opened by who
 * may, and each of its versions signed by its submitter; the terms of the root must have been signed by our own organisation, or by a
 * holder whose claim we have taken over together with its grants.
 */
export async function doubtTerms(archive: Archive, grantId: Id<'grant'>): Promise<Doubt | undefined> {
  const { projection } = archive;
  let grant = await recordAt(projection, keys.grant(grantId));
  for (let depth = 0; grant !== undefined && depth < MAX_CHAIN; depth += 1) {
    const parent: Grant | undefined =
      grant.parent && (await recordAt(projection, keys.grant(grant.parent.grant)));
    const doubt = await doubtLink(archive, grant, parent);
    if (doubt !== undefined || grant.parent === undefined) return doubt;
    grant = parent;
  }
  return 'GRANT_UNKNOWN';
}

async function doubtLink(
  archive: Archive,
  grant: Grant,
  parent: Grant | undefined,
): Promise<Doubt | undefined> {
  const versions = await versionsOf(archive.projection, keys.grant(grant.id));
  const doubt = doubtGrant({ grant, parent, made: versions[0]?.transaction });
  if (doubt !== undefined) return doubt;
  const ourselves = await ourselvesIn(archive, versions);
  if (grant.parent === undefined && !(await isOurs(archive, ourselves, grant, versions)))
    if (!(await isPassedOn({ ...archive, ourselves }, grant, termsIn(versions)))) return 'GRANT_NOT_OURS';
  return doubtVersions(ourselves, versions);
}

async function ourselvesIn(
  { mspId, enrolled, memberships }: Archive,
  versions: readonly Version[],
): Promise<Ourselves> {
  const own = { mspId, certificates: enrolled };
  return { mspId, isOurs: issuerOf(own, await memberships(versions.at(-1)?.record.blockNumber ?? 0n)) };
}

/** What the rules made of a call counts for us only if our own peer shows that its submitter made it. */
const doubtVersions = (ourselves: Ourselves, versions: readonly Version[]): Doubt | undefined =>
  versions
    .map(({ transaction }) => doubtTransaction(transaction) ?? doubtResumption(ourselves, transaction))
    .find((doubt) => doubt !== undefined);

/** What we suspended, nobody else resumes in our name. */
const doubtResumption = ({ mspId, isOurs }: Ourselves, transaction: Evidence): Doubt | undefined =>
  transaction?.transaction === 'grants:Resume' &&
  transaction.mspId === mspId &&
  !isOurs(transaction.certificate)
    ? 'OTHER_AUTHORITY'
    : undefined;

const termsIn = (versions: readonly Version<Grant>[]): readonly GrantVersion[] =>
  versions.map(({ record, transaction }) => ({
    termsDigest: record.value.termsDigest,
    transaction,
  }));

/**
 * By a transaction of ours that our peer shows, or by our own note of having signed: the note alone decides where nobody can tell any more
 * which authority is ours.
 */
async function isOurs(
  { offers }: Archive,
  ourselves: Ourselves,
  grant: Grant,
  versions: readonly Version<Grant>[],
): Promise<boolean> {
  const written = termsIn(versions);
  if (isSignedBy(ourselves, grant, written)) return true;
  const notes = await Promise.all(
    (['OFFERED', 'ACCEPTED'] as const).map((side) => offers.get(grant.id, grant.termsDigest, side)),
  );
  return notes.some((note) => note !== undefined);
}
