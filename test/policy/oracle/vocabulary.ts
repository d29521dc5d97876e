/** How the values of a left operand compare. */
export type Kind =
  | 'moment'
  | 'duration'
  | 'since'
  | 'whole'
  | 'number'
  | 'named'
  | 'designated'
  | 'place'
  | 'language'
  | 'event'
  | 'level'
  | 'text';

/** Denials of a policy in the order in which permissions drop out. RECIPIENT stands twice: the party, then the operand. */
export const STAGES = [
  'ACTION',
  'TARGET',
  'RECIPIENT',
  'PURPOSE',
  'TIME_WINDOW',
  'TERRITORY',
  'RECIPIENT',
  'COMPONENT_PROFILE',
  'CONSTRAINT',
  'CONSENT',
  'DUTY',
  'PROHIBITED',
  'CONFLICT',
  'QUOTA',
] as const;
export type Stage = (typeof STAGES)[number];

/** Kind and denial of every left operand, one a line. */
const TABLE = `
absolutePosition number CONSTRAINT
absoluteSize number CONSTRAINT
absoluteSpatialPosition number CONSTRAINT
absoluteTemporalPosition number CONSTRAINT
count whole QUOTA
dateTime moment TIME_WINDOW
delayPeriod since TIME_WINDOW
deliveryChannel named CONSTRAINT
elapsedTime since TIME_WINDOW
event event TIME_WINDOW
fileFormat designated CONSTRAINT
industry named CONSTRAINT
language language CONSTRAINT
media designated CONSTRAINT
meteredTime duration TIME_WINDOW
payAmount number CONSTRAINT
percentage number CONSTRAINT
product named CONSTRAINT
purpose named PURPOSE
recipient designated RECIPIENT
relativePosition number CONSTRAINT
relativeSize number CONSTRAINT
relativeSpatialPosition number CONSTRAINT
relativeTemporalPosition number CONSTRAINT
resolution number CONSTRAINT
spatial place TERRITORY
spatialCoordinates text CONSTRAINT
systemDevice designated CONSTRAINT
timeInterval duration CONSTRAINT
unitOfCount named CONSTRAINT
version whole CONSTRAINT
virtualLocation designated CONSTRAINT
idsc:APPLICATION designated COMPONENT_PROFILE
idsc:CONNECTOR designated COMPONENT_PROFILE
idsc:ROLE named CONSTRAINT
idsc:SECURITY_LEVEL level COMPONENT_PROFILE
idsc:STATE named CONSTRAINT
idsc:REPLACE_WITH text CONSTRAINT
idsc:JSON_PATH text CONSTRAINT
idsc:LOG_LEVEL named CONSTRAINT
idsc:MPC_FUNCTION named CONSTRAINT
ids:artifactState named TARGET
skos:concept named TARGET
vcard:hasGeo place RECIPIENT
tallystick:assurance whole COMPONENT_PROFILE
`;

const ROWS: readonly (readonly string[])[] = TABLE.trim()
  .split('\n')
  .map((line) => line.split(' '));

const rowOf = (operand: string): readonly string[] | undefined => ROWS.find(([name]) => name === operand);

export const ALL_OPERANDS: readonly string[] = ROWS.map(([name]) => name ?? '');

/** `undefined` for an operand that the ledger does not know: its values compare as what they are written as. */
export const kindOf = (operand: string): Kind | undefined => rowOf(operand)?.[1] as Kind | undefined;

export const stageOfOperand = (operand: string): Stage => (rowOf(operand)?.[2] ?? 'CONSTRAINT') as Stage;
