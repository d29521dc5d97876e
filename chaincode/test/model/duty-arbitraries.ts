import { denials, odrl } from '@tallystick/chaincode/model';
import fc, { type Arbitrary } from 'fast-check';
import { soundPolicies, wildPolicies, worldsOf } from '../policy/arbitraries.js';
import { digest, distinct, id, instant, object, positive, text, type Fields } from './values.js';

/** Records of policies and of what they ask for. */

const participant = id('participant');
const name = fc.constantFrom('delete', 'inform', 'compensate', 'idsc:REPLACE');
/** Plain objects, as a parser makes them. */
const plain = <T>(arbitrary: Arbitrary<T>): Arbitrary<T> => arbitrary.map((value) => structuredClone(value));

export const policy = plain(soundPolicies);
const world = plain(wildPolicies.chain(worldsOf));

/** What every decision on a use says. */
export const decided: readonly [Fields, Fields] = [
  {
    outcome: fc.constantFrom('ALLOWED', 'DENIED'),
    at: instant,
    facts: fc.array(object({ key: text(80), value: fc.option(digest) }), { maxLength: 3 }),
    rulebook: positive,
  },
  { code: fc.constantFrom(...Object.keys(denials)), policy: object({ report: digest, world }) },
];

/** Plain text in any script, in the characters that policies may be written in. */
export const label = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(odrl.isWritten);
const value = fc.oneof(label, object({ '@value': text(40), '@type': fc.constant('xsd:decimal') }));
const dutyPointer = fc.constantFrom('/permission/0/duty/0', '/obligation/2', '/prohibition/1/remedy/0');

export const dutyShapes: Readonly<Record<string, readonly [Fields, Fields?]>> = {
  attestation: [
    {
      id: id('attestation'),
      state: fc.constantFrom('MADE', 'WITHDRAWN'),
      grant: id('grant'),
      component: id('component'),
      by: participant,
      facts: fc.array(object({ operand: fc.constantFrom('industry', 'idsc:ROLE'), value }), {
        minLength: 1,
        maxLength: 3,
      }),
      madeAt: instant,
      validUntil: instant,
      signedBy: digest,
    },
  ],
  consents: [
    {
      grant: id('grant'),
      consents: fc.array(
        object(
          { by: participant, termsDigest: digest, at: instant },
          { withdrawn: object({ at: instant, reason: text(40) }) },
        ),
        { maxLength: 3 },
      ),
    },
  ],
  event: [
    {
      id: id('event'),
      state: fc.constantFrom('AHEAD', 'OPEN', 'CLOSED'),
      name: text(200),
      declaredBy: participant,
    },
    { openedAt: instant, closedAt: instant },
  ],
  transformation: [
    {
      version: id('version'),
      of: id('version'),
      action: name,
      parameters: digest,
      component: id('component'),
      by: participant,
      at: instant,
      signedBy: digest,
    },
  ],
  obligation: [
    {
      id: id('obligation'),
      state: fc.constantFrom('DUE', 'FULFILLED', 'BREACHED'),
      grant: id('grant'),
      duty: dutyPointer,
      action: name,
      debtor: participant,
      attester: participant,
    },
    {
      usage: id('usage'),
      period: fc.integer({ min: 0, max: 100_000 }),
      due: instant,
      fulfilment: object(
        { at: instant, by: participant, component: id('component'), signedBy: digest },
        { evidence: digest },
      ),
      breach: object({ at: instant, by: participant }, { reason: text(40) }),
    },
  ],
  breaches: [{ grant: id('grant'), open: distinct(id('obligation')) }],
  lease: [
    {
      usage: id('usage'),
      number: positive,
      component: id('component'),
      signedBy: digest,
      ...decided[0],
    },
    { ...decided[1], until: instant },
  ],
};
