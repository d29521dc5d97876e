import {
  amendmentType,
  attestationType,
  breachesType,
  claimType,
  componentType,
  compromisesType,
  consentsType,
  datasetType,
  disputeType,
  eventType,
  grantType,
  holdsType,
  holdSubject,
  id,
  keys,
  leaseType,
  participantType,
  schema,
  spaceType,
  transformationType,
  usageType,
  valuationType,
  versionType,
  type Id,
  type IdKind,
  type Key,
} from '@tallystick/chaincode/model';
import type { KeyedRoute } from '../../http/route.js';
import type { Ports } from '../../routes/ports.js';
import {
  historyRoute,
  listRoute,
  readRoute,
  recordRoutes,
  type RecordResource,
} from '../../routes/record.js';

type Named = Pick<RecordResource, 'id' | 'keyOf'>;

const byId = <Kind extends IdKind>(kind: Kind, keyOf: (id: Id<Kind>) => Key, name = 'id'): Named => ({
  id: { name, schema: id(kind) },
  keyOf: (text) => keyOf(text as Id<Kind>).text,
});

/** Records of which there is a list, one by its id, and its history. */
const kinds: readonly RecordResource[] = [
  {
    path: '/space/amendments',
    tag: 'space',
    type: amendmentType,
    ...byId('amendment', keys.amendment),
    filters: ['state', 'proposedBy'],
  },
  {
    path: '/participants',
    tag: 'participants',
    type: participantType,
    ...byId('participant', keys.participant),
    filters: ['state', 'mspId', 'unit', 'legalName', 'domicile', 'sizeClass'],
  },
  {
    path: '/components',
    tag: 'components',
    type: componentType,
    ...byId('component', keys.component),
    filters: ['state', 'owner', 'name', 'manifest', 'profile', 'certifiedBy'],
  },
  {
    path: '/datasets',
    tag: 'datasets',
    type: datasetType,
    ...byId('dataset', keys.dataset),
    filters: ['sector', 'registeredBy', 'custodian'],
  },
  {
    path: '/versions',
    tag: 'datasets',
    type: versionType,
    ...byId('version', keys.version),
    filters: ['dataset'],
  },
  {
    path: '/claims',
    tag: 'claims',
    type: claimType,
    ...byId('claim', keys.claim),
    filters: ['state', 'dataset', 'predecessor', 'successor'],
  },
  {
    path: '/grants',
    tag: 'grants',
    type: grantType,
    ...byId('grant', keys.grant),
    filters: ['state', 'dataset', 'claim', 'provider', 'consumer', 'proposedBy', 'supersededBy'],
  },
  {
    path: '/usages',
    tag: 'usages',
    type: usageType,
    ...byId('usage', keys.usage),
    filters: ['state', 'grant', 'version', 'dataset', 'consumer', 'custodian', 'component'],
  },
  {
    path: '/attestations',
    tag: 'attestations',
    type: attestationType,
    ...byId('attestation', keys.attestation),
    filters: ['state', 'grant', 'component', 'by'],
  },
  {
    path: '/consents',
    tag: 'consents',
    type: consentsType,
    ...byId('grant', keys.consents, 'grant'),
    filters: ['grant'],
  },
  {
    path: '/events',
    tag: 'events',
    type: eventType,
    ...byId('event', keys.event),
    filters: ['state', 'name', 'declaredBy'],
  },
  {
    path: '/transformations',
    tag: 'transformations',
    type: transformationType,
    ...byId('version', keys.transformation, 'version'),
    filters: ['version', 'of', 'action', 'component', 'by'],
  },
  {
    path: '/breaches',
    tag: 'obligations',
    type: breachesType,
    ...byId('grant', keys.breaches, 'grant'),
    filters: ['grant'],
  },
  {
    path: '/valuations',
    tag: 'valuations',
    type: valuationType,
    ...byId('valuation', keys.valuation),
    filters: ['subject', 'method', 'currency', 'class', 'assessor', 'supersedes'],
  },
  {
    path: '/holds',
    tag: 'holds',
    type: holdsType,
    id: { name: 'subject', schema: holdSubject },
    keyOf: (subject) => keys.holds(subject as Id<'dataset' | 'claim' | 'grant'>).text,
    filters: ['subject'],
  },
  {
    path: '/disputes',
    tag: 'disputes',
    type: disputeType,
    ...byId('dispute', keys.dispute),
    filters: ['state', 'subject', 'claimant', 'respondent'],
  },
  {
    path: '/compromises',
    tag: 'compromises',
    type: compromisesType,
    id: { name: 'mspId', schema: schema.mspId },
    keyOf: (mspId) => keys.compromises(mspId).text,
    filters: [],
  },
];

/** There is one of it. */
const space: RecordResource = {
  path: '/space',
  tag: 'space',
  type: spaceType,
  keyOf: () => keys.space().text,
  filters: [],
};

/** Only listed: whoever looks for one knows the use. */
const leases: RecordResource = {
  path: '/leases',
  tag: 'usages',
  type: leaseType,
  keyOf: (lease) => lease,
  filters: ['usage', 'outcome', 'code', 'component'],
};

export const kindRoutes = ({ projection }: Ports): KeyedRoute[] => [
  readRoute(projection, space),
  historyRoute(projection, space),
  ...kinds.flatMap((kind) => recordRoutes(projection, kind)),
  listRoute(projection, leases),
];
