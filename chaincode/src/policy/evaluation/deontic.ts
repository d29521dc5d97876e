import type { Activation, Deontic, Performance, RuleReport } from '../report.js';

type Row = Readonly<Record<RuleReport['kind'], Deontic>>;

const row = (permission: Deontic, prohibition: Deontic, duty: Deontic): Row => ({
  Permission: permission,
  Prohibition: prohibition,
  Duty: duty,
});

/** ODRL Compliance Report (w3id.org/force/compliance-report), table of deontic states. */
const TABLE: Readonly<Record<Activation, Readonly<Record<Performance, Row>>>> = {
  Active: {
    Performed: row('Fulfilled', 'Violated', 'Fulfilled'),
    Unperformed: row('NonSet', 'Fulfilled', 'Violated'),
    Unknown: row('NonSet', 'NonSet', 'NonSet'),
  },
  Inactive: {
    Performed: row('Violated', 'NonSet', 'NonSet'),
    Unperformed: row('Fulfilled', 'NonSet', 'NonSet'),
    Unknown: row('NonSet', 'NonSet', 'NonSet'),
  },
};

/** What a rule of a kind has come to. */
export const deonticOf = (
  kind: RuleReport['kind'],
  activation: Activation,
  performance: Performance,
): Deontic => TABLE[activation][performance][kind];
