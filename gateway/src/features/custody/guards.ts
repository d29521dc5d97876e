import {
  deriveId,
  digestOf,
  encode,
  type AnyRecord,
  type Component,
  type Digest,
  type Grant,
  type IdKind,
  type Terms,
  type Usage,
} from '@tallystick/chaincode/model';
import type { ProjectedTransaction } from '../../projection/port.js';
import { callerBy, unitBy } from './signers.js';

/**
 * Why nothing is released for a request. Colluding endorsers can write any record; they cannot sign for the consumer, nor
 * for us. The fold has left of their writes what the rules give; here what a record stands on is held against the signatures once more,
 * because the fold believes our own peer that submitters signed.
 */
export type Doubt =
  /** Our own peer shows no transaction behind the record. */
  | 'NOT_COMMITTED'
  | 'NOT_VALID'
  /** The submitter's signature does not verify. */
  | 'NOT_SIGNED'
  /** The transaction behind the record is not one that makes such a record, or does not hold what the record says. */
  | 'ALTERED'
  | 'OTHER_KEY'
  | 'OTHER_CONSUMER'
  | 'NOT_COMPONENT_KEY'
  | 'GRANT_UNKNOWN'
  | 'TERMS_ALTERED'
  /** Nobody of our organisation signed these terms. */
  | 'GRANT_NOT_OURS'
  /** A certificate in the name of an organisation that another authority issued than the one we know it by. */
  | 'OTHER_AUTHORITY';

type Maybe<T> = T | undefined;

/** A transaction as our projection holds it, or that it holds none. */
export type Evidence = Maybe<ProjectedTransaction>;

/** Whether a transaction can stand for what its submitter wanted. */
export function doubtTransaction(transaction: Evidence): Maybe<Doubt> {
  if (transaction === undefined) return 'NOT_COMMITTED';
  if (transaction.code !== 'VALID') return 'NOT_VALID';
  return transaction.signed ? undefined : 'NOT_SIGNED';
}

type Request = Readonly<Record<string, unknown>>;

function requestsOf(argument: string): readonly Request[] {
  const parsed = JSON.parse(argument) as Request | readonly Request[];
  return Array.isArray(parsed) ? (parsed as readonly Request[]) : [parsed as Request];
}

/** The signed request whose content, together with its signer's organisation unit, hashes to this id. */
function requestThatMade(kind: IdKind, id: string, transaction: ProjectedTransaction): Maybe<Request> {
  return requestsOf(transaction.argument).find(
    (request) => deriveId(kind, unitBy(transaction), request) === id,
  );
}

type Check = readonly [isFine: () => boolean, doubt: Doubt];

const firstDoubt = (checks: readonly Check[]): Maybe<Doubt> => checks.find(([isFine]) => !isFine())?.[1];

/** True when a record says the same as the signed request, member by member. */
function isSame(record: AnyRecord, request: Maybe<Request>, members: Maybe<readonly string[]>): boolean {
  if (request === undefined || members === undefined) return false;
  const recorded: Request = { ...record };
  return members.every((name) => encode(recorded[name] ?? null) === encode(request[name] ?? null));
}

const ASK = ['grant', 'version', 'action', 'purpose', 'territory', 'component', 'recipient'];

export interface RequestEvidence {
  readonly usage: Usage;
  /** The transaction that first wrote the usage record. */
  readonly made: Evidence;
  /** As it stood when the request was made: one re-keyed since is a matter for the answer. */
  readonly component: Maybe<Component>;
  readonly grant: Maybe<Grant>;
}

/** Whether a consumer's component really asked for this, for this one-time recipient. */
export function doubtRequest(evidence: RequestEvidence): Maybe<Doubt> {
  const doubt = doubtTransaction(evidence.made);
  if (doubt !== undefined || evidence.made === undefined) return doubt;
  return doubtAsk(evidence, evidence.made);
}

function doubtAsk({ usage, component, grant }: RequestEvidence, made: ProjectedTransaction): Maybe<Doubt> {
  const signer = callerBy(made, made.time);
  const { signedBy, consumer } = usage;
  return firstDoubt([
    [() => made.transaction === 'usage:Request', 'ALTERED'],
    [() => isSame(usage, requestThatMade('usage', usage.id, made), ASK), 'ALTERED'],
    [() => signer.keyDigest === signedBy, 'OTHER_KEY'],
    [() => signer.participant === consumer, 'OTHER_CONSUMER'],
    [() => grant?.consumer === consumer, 'OTHER_CONSUMER'],
    [() => component?.owner === consumer, 'NOT_COMPONENT_KEY'],
    [() => component?.keys.includes(signedBy) === true, 'NOT_COMPONENT_KEY'],
  ]);
}

/** How the ledger digests terms: what both sides sign. */
const digestOfTerms = (terms: Terms): Digest => digestOf(encode(terms));

/** What makes a grant, and what the request that does so has to say like the record. */
const GRANT_MAKERS: Readonly<Record<string, readonly string[]>> = {
  'grants:Request': ['dataset', 'selector', 'provider'],
  'grants:Offer': ['dataset', 'selector', 'consumer'],
  'grants:Sublicense': ['consumer'],
};

export interface GrantEvidence {
  readonly grant: Grant;
  /** The grant this one descends from, where there is one. */
  readonly parent: Maybe<Grant>;
  /** The transaction that first wrote the grant record. */
  readonly made: Evidence;
}

/** Whether somebody entitled really opened this grant for this consumer. */
export function doubtGrant(evidence: GrantEvidence): Maybe<Doubt> {
  const { grant, made } = evidence;
  if (digestOfTerms(grant.terms) !== grant.termsDigest) return 'TERMS_ALTERED';
  const doubt = doubtTransaction(made);
  if (doubt !== undefined || made === undefined) return doubt;
  return doubtMaker(evidence, made);
}

function doubtMaker({ grant, parent }: GrantEvidence, made: ProjectedTransaction): Maybe<Doubt> {
  const request = requestThatMade('grant', grant.id, made);
  if (!isSame(grant, request, GRANT_MAKERS[made.transaction])) return 'ALTERED';
  const signer = callerBy(made, made.time).participant;
  switch (made.transaction) {
    case 'grants:Request':
      return signer === grant.consumer ? undefined : 'OTHER_CONSUMER';
    case 'grants:Sublicense':
      return isChild(grant, parent, request?.['parentId'], signer) ? undefined : 'ALTERED';
    default:
      return grant.parent === undefined ? undefined : 'ALTERED';
  }
}

/** A sub-grant is given by the consumer of the grant it names as its parent, and of no other. */
const isChild = (grant: Grant, parent: Maybe<Grant>, named: unknown, signer: string): boolean =>
  parent !== undefined &&
  grant.parent?.grant === parent.id &&
  parent.id === named &&
  parent.consumer === signer &&
  grant.dataset === parent.dataset &&
  encode(grant.selector) === encode(parent.selector);

/** A version of the grant record, and the transaction that wrote it. */
export interface GrantVersion {
  readonly termsDigest: string;
  readonly transaction: Evidence;
}

/** Our MSP id, and whether a certificate that carries it is from the authority that issued those enrolled here. */
export interface Ourselves {
  readonly mspId: string;
  readonly isOurs: (certificate: string) => boolean;
}

/**
 * Whether our own organisation signed the terms in force, by a transaction that means it. Our MSP id in a certificate is not enough: others can give it to
 * an authority of theirs. Terms are written as people write policies and recorded in canonical form: that the record says what the
 * transaction said is for the replay to show.
 */
export function isSignedBy(
  { mspId, isOurs }: Ourselves,
  grant: Grant,
  versions: readonly GrantVersion[],
): boolean {
  return versions.some(
    ({ transaction, termsDigest }) =>
      doubtTransaction(transaction) === undefined &&
      transaction?.mspId === mspId &&
      termsDigest === grant.termsDigest &&
      requestsOf(transaction.argument).some((request) => isOurWord(transaction, request, grant)) &&
      isOurs(transaction.certificate),
  );
}

function isOurWord(transaction: ProjectedTransaction, request: Request, grant: Grant): boolean {
  switch (transaction.transaction) {
    case 'grants:Offer':
      return deriveId('grant', unitBy(transaction), request) === grant.id;
    case 'grants:Counter':
      return request['grantId'] === grant.id;
    case 'grants:Accept':
    case 'grants:Consent':
      return request['grantId'] === grant.id && request['termsDigest'] === grant.termsDigest;
    default:
      return false;
  }
}
