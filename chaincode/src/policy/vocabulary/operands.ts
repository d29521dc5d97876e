import type { DenialCode } from '../../model/index.js';
import type { Operator } from '../../model/odrl/index.js';

/**
 * What values a left operand has, and so how they compare: `name`, a word of a vocabulary, by identity and containment, `designation`, of a
 * single thing, by identity, `level` by the order of the component profiles, `span` by an instant it runs from, `event` by the state of the event named.
 */
export type ValueKind =
  | 'dateTime'
  | 'duration'
  | 'span'
  | 'integer'
  | 'decimal'
  | 'percentage'
  | 'name'
  | 'designation'
  | 'territory'
  | 'language'
  | 'event'
  | 'level'
  | 'text';

/**
 * Who knows the value when a use is decided: the records of the ledger, the request (which a component of the consumer
 * has signed), an attestation of a component of the consumer or of the provider. `DUTY`: it only says how a duty is to
 * be done, and is no condition of a use.
 */
export type Source = 'LEDGER' | 'REQUEST' | 'CONSUMER' | 'PROVIDER' | 'DUTY';

export interface Operand {
  readonly kind: ValueKind;
  readonly source: Source;
  readonly operators: readonly Operator[];
  /** Whether constraints on it must, may or must not name a unit; absent: must not. */
  readonly unit?: 'required' | 'optional';
  /** Denial when no permission is left because of it. */
  readonly denial: DenialCode;
}

const ORDER = ['eq', 'neq', 'gt', 'gteq', 'lt', 'lteq'] as const;
const SETS = ['isAnyOf', 'isAllOf', 'isNoneOf'] as const;
const NAMES = ['eq', 'neq', 'isA', 'isPartOf', 'hasPart', ...SETS] as const;

const operand = (
  kind: ValueKind,
  source: Source,
  operators: readonly Operator[],
  denial: DenialCode = 'CONSTRAINT',
  unit?: 'required' | 'optional',
): Operand => ({ kind, source, operators, denial, ...(unit !== undefined && { unit }) });

const position = (): Operand => operand('decimal', 'CONSUMER', ORDER, 'CONSTRAINT', 'optional');
const relative = (): Operand => operand('percentage', 'CONSUMER', ORDER);
const described = (): Operand => operand('name', 'CONSUMER', NAMES);
const designated = (): Operand => operand('designation', 'CONSUMER', NAMES);

const JUDGED: Readonly<Record<string, Operand>> = {
  // ODRL 2.2 vocabulary, section 3.13 and 4.5; the operators are those that its notes allow.
  absolutePosition: position(),
  absoluteSize: operand('decimal', 'LEDGER', ORDER, 'CONSTRAINT', 'optional'),
  absoluteSpatialPosition: position(),
  absoluteTemporalPosition: position(),
  count: operand('integer', 'LEDGER', ['lteq', 'lt', 'eq'], 'QUOTA'),
  dateTime: operand('dateTime', 'LEDGER', ORDER, 'TIME_WINDOW'),
  delayPeriod: operand('span', 'LEDGER', ['eq', 'gt', 'gteq'], 'TIME_WINDOW'),
  deliveryChannel: described(),
  elapsedTime: operand('span', 'LEDGER', ['eq', 'lt', 'lteq'], 'TIME_WINDOW'),
  event: operand('event', 'LEDGER', ['lt', 'eq', 'gt'], 'TIME_WINDOW'),
  fileFormat: designated(),
  industry: described(),
  language: operand('language', 'CONSUMER', NAMES),
  media: designated(),
  meteredTime: operand('duration', 'CONSUMER', ['eq', 'lt', 'lteq'], 'TIME_WINDOW'),
  payAmount: operand('decimal', 'PROVIDER', ORDER, 'CONSTRAINT', 'required'),
  percentage: relative(),
  product: described(),
  purpose: operand('name', 'REQUEST', NAMES, 'PURPOSE'),
  recipient: operand('designation', 'LEDGER', NAMES, 'RECIPIENT'),
  relativePosition: relative(),
  relativeSize: relative(),
  relativeSpatialPosition: relative(),
  relativeTemporalPosition: relative(),
  resolution: operand('decimal', 'CONSUMER', ORDER, 'CONSTRAINT', 'optional'),
  spatial: operand('territory', 'REQUEST', NAMES, 'TERRITORY'),
  spatialCoordinates: operand('text', 'CONSUMER', ['eq', 'neq', ...SETS]),
  systemDevice: designated(),
  timeInterval: operand('duration', 'DUTY', ['eq']),
  unitOfCount: described(),
  version: operand('integer', 'LEDGER', ORDER),
  virtualLocation: designated(),
  // IDS information model (codes/LeftOperand.ttl) and the templates of IDS-G.
  'idsc:APPLICATION': operand('designation', 'CONSUMER', NAMES, 'COMPONENT_PROFILE'),
  'idsc:CONNECTOR': operand('designation', 'LEDGER', NAMES, 'COMPONENT_PROFILE'),
  'idsc:ROLE': operand('name', 'CONSUMER', NAMES),
  'idsc:SECURITY_LEVEL': operand('level', 'LEDGER', [...ORDER, 'isPartOf', ...SETS], 'COMPONENT_PROFILE'),
  'idsc:STATE': operand('name', 'PROVIDER', NAMES),
  'idsc:REPLACE_WITH': operand('text', 'DUTY', ['eq']),
  'idsc:JSON_PATH': operand('text', 'DUTY', ['eq']),
  'idsc:LOG_LEVEL': operand('name', 'DUTY', ['eq']),
  'idsc:MPC_FUNCTION': operand('name', 'DUTY', ['eq']),
  'ids:artifactState': operand('name', 'LEDGER', NAMES, 'TARGET'),
  'skos:concept': operand('name', 'LEDGER', NAMES, 'TARGET'),
  'vcard:hasGeo': operand('territory', 'LEDGER', NAMES, 'RECIPIENT'),
  // Of this space.
  'tallystick:assurance': operand('integer', 'LEDGER', ORDER, 'COMPONENT_PROFILE'),
};

/** By name; a map, because a policy may name `constructor` as operand. */
export const OPERANDS: ReadonlyMap<string, Operand> = new Map(Object.entries(JUDGED));
