/**
 * Who may end or lift what, whoever imposed it. One table, which the rules consult, the reference page shows and a test walks cell by
 * cell. A power goes with what somebody is now, never with what it once was or did: an office that passes on takes its powers along.
 */

/** What somebody is in a matter. The offices count only for who has no part in it, and nobody of whose organisation has. */
export const CAPACITIES = ['PROVIDER', 'HOLDERS', 'CLAIMANT', 'REGISTRAR', 'OPERATOR', 'REGULATOR'] as const;
export type Capacity = (typeof CAPACITIES)[number];

/** Capacities that come from the space record. */
export const OFFICES = ['REGISTRAR', 'OPERATOR', 'REGULATOR'] as const satisfies readonly Capacity[];

interface Measure {
  /** In words, for the reference page. */
  readonly what: string;
  /** Transactions that impose it, and that lift, end or change it. */
  readonly imposedWith: string;
  readonly endedWith: readonly string[];
  /** Who may impose it, and by whom what was imposed in that capacity is ended. */
  readonly endedBy: Readonly<Partial<Record<Capacity, readonly Capacity[]>>>;
}

const OVERSIGHT = { OPERATOR: ['OPERATOR', 'REGULATOR'], REGULATOR: ['REGULATOR'] } as const;

export const MEASURES = {
  participantSuspended: {
    what: 'suspension of a participant',
    imposedWith: 'participants:Suspend',
    endedWith: ['participants:Reinstate'],
    endedBy: OVERSIGHT,
  },
  /** Or an operator could silence everybody who may overrule it. */
  regulatorSuspended: {
    what: 'suspension of a regulator',
    imposedWith: 'participants:Suspend',
    endedWith: ['participants:Reinstate'],
    endedBy: { REGULATOR: ['REGULATOR'] },
  },
  /** Or an operator could undo what a regulator has shortened or lowered. One that has run out binds nobody. */
  participantCertified: {
    what: 'certificate of a participant, until it runs out',
    imposedWith: 'participants:Certify',
    endedWith: ['participants:Certify anew'],
    endedBy: OVERSIGHT,
  },
  componentCertified: {
    what: 'certificate of a component',
    imposedWith: 'components:Certify',
    endedWith: ['components:Renew', 'components:Suspend', 'components:Revoke'],
    endedBy: OVERSIGHT,
  },
  componentSuspended: {
    what: 'suspension of a component',
    imposedWith: 'components:Suspend',
    endedWith: ['components:Reinstate'],
    endedBy: OVERSIGHT,
  },
  componentRevoked: {
    what: 'revocation of a component',
    imposedWith: 'components:Revoke',
    endedWith: [],
    endedBy: { OPERATOR: [], REGULATOR: [] },
  },
  grantSuspended: {
    what: 'suspension of a grant',
    imposedWith: 'grants:Suspend',
    endedWith: ['grants:Resume', 'grants:Accept of a grant that supersedes it'],
    endedBy: { PROVIDER: ['PROVIDER', 'REGULATOR'], REGULATOR: ['REGULATOR'] },
  },
  grantRevoked: {
    what: 'revocation of a grant',
    imposedWith: 'grants:Revoke',
    endedWith: [],
    endedBy: { PROVIDER: [], REGULATOR: [] },
  },
  holdPlaced: {
    what: 'hold on a dataset, a claim or a grant',
    imposedWith: 'holds:Place',
    endedWith: ['holds:Release'],
    endedBy: { REGULATOR: ['REGULATOR'] },
  },
  spacePaused: {
    what: 'pause of the space',
    imposedWith: 'space:Pause',
    endedWith: ['space:Resume'],
    endedBy: OVERSIGHT,
  },
  claimRegistered: {
    what: 'registration of a claim',
    imposedWith: 'claims:Register',
    endedWith: ['claims:Cancel'],
    endedBy: { REGISTRAR: ['HOLDERS', 'REGISTRAR'] },
  },
  classificationNotified: {
    what: 'classification that was notified',
    imposedWith: 'datasets:Classify',
    endedWith: ['datasets:Classify to a lower one'],
    endedBy: { REGULATOR: ['REGULATOR'] },
  },
  remedyImposed: {
    what: 'remedies of a violation',
    imposedWith: 'obligations:Impose',
    endedWith: [],
    endedBy: { REGULATOR: [] },
  },
  disputeFiled: {
    what: 'dispute',
    imposedWith: 'disputes:File',
    endedWith: ['disputes:Withdraw (claimant)', 'disputes:Resolve (offices)'],
    endedBy: { CLAIMANT: ['CLAIMANT', 'REGISTRAR', 'REGULATOR'] },
  },
  useContested: {
    what: 'contest of a use',
    imposedWith: 'usage:Contest',
    endedWith: ['usage:Adjudicate'],
    endedBy: { CLAIMANT: ['REGULATOR'] },
  },
} as const satisfies Readonly<Record<string, Measure>>;
export type MeasureName = keyof typeof MEASURES;

/** Every capacity, the strongest first. */
const STRONGEST_FIRST: readonly Capacity[] = [
  'REGULATOR',
  'OPERATOR',
  'REGISTRAR',
  'CLAIMANT',
  'HOLDERS',
  'PROVIDER',
];

type EndedBy<M extends MeasureName> = (typeof MEASURES)[M]['endedBy'];

/** A capacity in which a measure may be imposed. */
export type Imposer<M extends MeasureName> = keyof EndedBy<M> & Capacity;

/** A capacity in which it may be ended, whatever it was imposed in. */
export type Ender<M extends MeasureName> = (EndedBy<M>[keyof EndedBy<M>] & readonly Capacity[])[number];

const endedBy = (measure: MeasureName): Measure['endedBy'] => MEASURES[measure].endedBy;

/** Capacities in which a measure may be imposed, the strongest first. */
export const imposers = <M extends MeasureName>(measure: M): readonly Imposer<M>[] =>
  STRONGEST_FIRST.filter((capacity): capacity is Imposer<M> => endedBy(measure)[capacity] !== undefined);

/** Capacities in which what was imposed in a capacity may be ended, the strongest first. */
export const enders = <M extends MeasureName>(measure: M, imposedAs: Imposer<M>): readonly Ender<M>[] =>
  STRONGEST_FIRST.filter((capacity): capacity is Ender<M> => mayEnd(measure, imposedAs, capacity));

/** Whether what was imposed in one capacity may be ended in another. */
export const mayEnd = <M extends MeasureName>(
  measure: M,
  imposedAs: Imposer<M>,
  capacity: Capacity,
): boolean => endedBy(measure)[imposedAs]?.includes(capacity) ?? false;

/**
 * Whether a measure takes the place of one that stands: so that who could have ended that one cannot end it any more. Nobody takes over
 * what it could not have ended itself.
 */
export const replaces = <M extends MeasureName>(
  measure: M,
  standing: Imposer<M>,
  imposed: Imposer<M>,
): boolean => !mayEnd(measure, imposed, standing) && mayEnd(measure, standing, imposed);
