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
  keys,
  leaseType,
  participantType,
  schema,
  spaceType,
  transformationType,
  usageType,
  valuationType,
  versionType,
} from '@tallystick/chaincode/model';
import type { KeyedRoute } from '../../http/route.js';
import type { Ports } from '../../routes/ports.js';
import {
  historyRoute,
  by,
  byId,
  listRoute,
  readRoute,
  recordRoutes,
  type RecordResource,
} from '../../routes/record.js';

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
    ...by(holdSubject, keys.holds, 'subject'),
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
    ...by(schema.mspId, keys.compromises, 'mspId'),
    filters: [],
  },
];

/** There is one of it. */
const space: RecordResource = {
  path: '/space',
  tag: 'space',
  type: spaceType,
  keyOf: keys.space,
  filters: [],
};

/** Only listed: whoever looks for one knows the use. */
const leases: RecordResource = {
  path: '/leases',
  tag: 'usages',
  type: leaseType,
  filters: ['usage', 'outcome', 'code', 'component'],
};

export const kindRoutes = ({ projection }: Ports): KeyedRoute[] => [
  readRoute(projection, space),
  historyRoute(projection, space),
  ...kinds.flatMap((kind) => recordRoutes(projection, kind)),
  listRoute(projection, leases),
];
