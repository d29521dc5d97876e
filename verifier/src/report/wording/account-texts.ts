import type { Claim, Grant, Usage } from '@tallystick/chaincode/model';

/** What the lines of an account are called. */
export type AccountLabel =
  | 'consumer'
  | 'grantee'
  | 'provider'
  | 'custodian'
  | 'data'
  | 'askedAt'
  | 'decided'
  | 'lease'
  | 'receipt'
  | 'contest'
  | 'ruling'
  | 'hold'
  | 'price'
  | 'holders'
  | 'rights'
  | 'territory'
  | 'term'
  | 'registration'
  | 'rejection'
  | 'suspension'
  | 'ending'
  | 'activatedAt'
  | 'quota'
  | 'assessed'
  | 'method'
  | 'value'
  | 'validUntil'
  | 'assessor'
  | 'orderedBy';

/** How what happened is told. Names and reasons arrive quoted. */
export interface AccountTexts {
  readonly title: string;
  /** In place of the title where the file was not verified. */
  readonly unverified: string;
  readonly labels: Readonly<Record<AccountLabel, string>>;
  readonly usage: Readonly<Record<Usage['state'], string>>;
  readonly grant: Readonly<Record<Grant['state'], string>>;
  readonly claim: Readonly<Record<Claim['state'], string>>;
  readonly contests: Readonly<Record<NonNullable<Usage['contest']>['reason'], string>>;
  readonly per: Readonly<Record<'GRANT' | 'USE' | 'MONTH', string>>;
  /** Somebody whose record is not in the file, with the MSP id where a signed call shows it. */
  readonly nameless: (id: string, mspId: string | undefined) => string;
  readonly sealed: string;
  readonly unnamed: string;
  readonly noPrice: string;
  readonly versionNumber: (number: number) => string;
  readonly at: (what: string, at: string) => string;
  /** Somebody who did something at some time, with the reason that they gave. */
  readonly by: (who: string, at: string | undefined, reason: string | undefined) => string;
  readonly received: (bytes: string, at: string) => string;
  readonly period: (from: string, until: string) => string;
  readonly share: (name: string, percent: string) => string;
  readonly order: (authority: string, number: string, on: string, period: string) => string;
  readonly onBehalfOf: (authority: string, other: string) => string;
  /** What an answer was that was contested, before why it was given. */
  readonly answered: (sentence: string) => string;
  readonly operators: (consensus: string, orderers: string, quorum: string, colluding: string) => string;
}
