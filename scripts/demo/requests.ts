import { createHash } from 'node:crypto';
import type { Member } from './cast.js';

/** Requests of the story, in the words of chaincode/src/model. */

const DAY = 86_400_000;
export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
/** An instant some days from now, negative for the past. */
export const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

const USCC: Readonly<Record<string, string>> = {
  SteelMSP: '91110000600037341L',
  ComponentMSP: '91350100M000100Y43',
  RegulatorMSP: '914403001922038216',
};

export const profile = (member: Member, roles: readonly string[]): object => ({
  mspId: member.mspId,
  legalName: member.legalName,
  identifiers: { uscc: USCC[member.mspId] },
  domicile: 'CN-31',
  sizeClass: 'LARGE',
  roles,
  recipient: member.recipient,
});

/** Whose witnesses must have signed what Fabric's state is brought back to: more than half of these members. */
export async function restorationBy(members: readonly Member[]): Promise<object> {
  const witnesses = members.map(async (member) => ({
    organisation: member.mspId,
    key: await member.witnessKey(),
  }));
  return { witnesses: await Promise.all(witnesses), needed: Math.floor(members.length / 2) + 1 };
}

/** @param restoration by whom, from `restorationBy`; nobody brings anything back without */
export const constitution = (regulator: Member, restoration?: object): object => ({
  name: 'Yangtze Delta steel data space',
  regulators: [regulator.participant],
  registrars: [regulator.participant],
  auditors: [regulator.participant],
  rulebook: {
    version: 1,
    answerWithin: 900,
    matchWithin: 86_400,
    contestWithin: 259_200,
    acceptAssertedClaims: false,
  },
  ...(restoration && { restoration }),
  founder: profile(regulator, ['REGULATOR', 'REGISTRAR']),
});

export const certificationOf = (member: Member): object => ({
  participantId: member.participant,
  trustLevel: 2,
  assurance: 2,
  validUntil: inDays(365),
});

export const componentOf = async (member: Member): Promise<object> => ({
  owner: member.participant,
  name: `${member.legalName} connector`,
  manifest: digestOf(`${member.mspId} connector 1.0`),
  keys: [await member.keyDigest('connector')],
  profile: 'TRUST',
  assurance: 2,
  validUntil: inDays(365),
});

export const registration = (owner: Member): object => ({
  title: { open: 'Milling line 7, spindle telemetry' },
  summary: { open: 'Temperature, speed, torque and tool wear of one spindle.' },
  sector: 'c31',
  classification: { level: 'L2', grade: 'GENERAL', status: 'DECLARED', personalData: false },
  derivedFrom: [],
  version: {
    collection: {
      system: 'milling-line-7',
      period: { from: inDays(-30), until: inDays(-1) },
      method: 'opc-ua subscription',
      timeSource: 'ptp grandmaster',
    },
  },
  claim: {
    holders: [{ participant: owner.participant, share: 1_000_000 }],
    shareRule: 'JOINT',
    rights: ['HOLD', 'USE', 'OPERATE'],
    origin: 'OWN_ACTIVITY',
    territory: ['CN'],
    term: { from: inDays(-1), until: inDays(365 * 3) },
    evidence: [digestOf('collection log')],
  },
});

export interface GrantTerms {
  readonly uses: number;
  readonly until: string;
}

/** What the ledger enforces: purpose, place, time, component, number of uses; and that the data is deleted after each use. */
const policy = ({ uses, until }: GrantTerms): object => ({
  '@context': 'http://www.w3.org/ns/odrl.jsonld',
  '@type': 'Offer',
  conflict: 'prohibit',
  permission: [
    {
      action: 'use',
      constraint: [
        { leftOperand: 'purpose', operator: 'isAnyOf', rightOperand: ['predictive-maintenance'] },
        { leftOperand: 'spatial', operator: 'isAnyOf', rightOperand: ['CN'] },
        {
          leftOperand: 'dateTime',
          operator: 'lt',
          rightOperand: { '@value': until, '@type': 'xsd:dateTime' },
        },
        { leftOperand: 'idsc:SECURITY_LEVEL', operator: 'gteq', rightOperand: 'idsc:TRUST_SECURITY_PROFILE' },
        { leftOperand: 'count', operator: 'lteq', rightOperand: uses },
      ],
      duty: [
        {
          action: {
            'rdf:value': { '@id': 'odrl:delete' },
            refinement: [
              {
                leftOperand: 'delayPeriod',
                operator: 'eq',
                rightOperand: { '@value': 'P30D', '@type': 'xsd:duration' },
              },
            ],
          },
        },
      ],
    },
  ],
  prohibition: [{ action: 'distribute' }],
});

export const terms = ({ uses, until }: GrantTerms): object => ({
  agreement: {
    open: {
      price: { amount: '150000', currency: 'CNY', per: 'GRANT' },
      textDigest: digestOf('agreement text'),
    },
  },
  enforced: policy({ uses, until }),
  term: { from: inDays(-1), until },
  survival: ['derived-model'],
});

/** Cost method, example W2 of the reference: 1,204,000.00 CNY of cost, adjusted for quality, demand and timeliness. */
export const costValuation = (subject: string, grant: string): object => ({
  subject,
  method: 'cost',
  methodVersion: 1,
  currency: 'CNY',
  inputs: {
    open: {
      layers: ['12000000', '85000000', '15000000', '6000000', '2400000'].map((amount, index) => ({
        layer: ['acquisition', 'labour', 'equipment', 'storage', 'quality'][index],
        amount,
      })),
      factors: { quality: 966_400, demand: 1_080_000, timeliness: 950_000 },
    },
  },
  references: [grant],
  result: '119379779',
  asOf: inSeconds(-5),
  validUntil: inDays(365),
  class: 'INDICATIVE',
});
