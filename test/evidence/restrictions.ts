import { encode, type Id } from '@tallystick/chaincode/model';
import {
  answer,
  ask,
  buyer,
  canonical,
  constraint,
  counted,
  permitting,
  place,
  policyOf,
  steelKey,
  terms,
} from '../../chaincode/test/rights.js';
import { attest, fulfilling } from '../../chaincode/test/duties.js';
import { regulator, RULEBOOK, steel } from '../../chaincode/test/world.js';
import { bound, using, type Using } from './acts.js';
import type { AnyMembers } from './restoring.js';

/** Something for which the rules deny a use, and what a majority writes so that it seems not to be so. */
export interface Restriction {
  readonly make: () => Promise<Using>;
  /** What honest parties do. */
  readonly restrict: (at: Using) => Promise<unknown>;
  /** The record that is forged, and its text: `null` deletes. */
  readonly forge: (at: Using, before: ReadonlyMap<string, string>) => Promise<Forged> | Forged;
  readonly ask?: (at: Using) => Promise<Id<'usage'>>;
  readonly answer?: Readonly<Record<string, unknown>>;
  /** How the use ends by the rules: DENIED if not told. */
  readonly state?: 'DENIED' | 'REQUESTED';
}

export type Forged = readonly [key: string, text: string | null];

const REASON = { reason: 'because' };

/** What stood before the restriction. */
const asBefore =
  (keyOf: (at: Using) => string): Restriction['forge'] =>
  (at, before) => {
    const key = keyOf(at);
    return [key, before.get(key) ?? null];
  };

/** What stands, changed. */
const changed =
  (keyOf: (at: Using) => string, change: (record: AnyMembers) => object): Restriction['forge'] =>
  (at) => {
    const key = keyOf(at);
    const record = JSON.parse(at.world.ledger.text(key)!) as AnyMembers;
    return [key, encode(change(record))];
  };

const plain = (): Promise<Using> => using();
const attested = async (at: Using): Promise<Id<'usage'>> => ask(at, { attestations: [await attest(at)] });

const eventOf = (at: Using): string =>
  [...at.world.state.keys()].find((key) => key.startsWith('event/'))!.slice('event/'.length);

/** The record that somebody's call would write of its own kind, without making it. */
async function wouldWrite(
  { world }: Using,
  kind: string,
  caller: typeof steelKey,
  transaction: string,
  request: object,
): Promise<Forged> {
  const { keyDigest } = world.person(caller);
  const { writes } = await world.simulate({ ...caller, keyDigest }, transaction, request);
  return [...writes].find(([key]) => key.startsWith(`${kind}/`))!;
}

/** Every restriction by its name. */
export const RESTRICTIONS: Readonly<Record<string, Restriction>> = {
  'consumer suspended': {
    make: plain,
    restrict: ({ world }) =>
      world.run(regulator, 'participants:Suspend', { participantId: buyer.participant, ...REASON }),
    forge: asBefore(() => `participant/${buyer.participant}`),
  },
  'provider suspended': {
    make: plain,
    restrict: ({ world }) =>
      world.run(regulator, 'participants:Suspend', { participantId: steel.participant, ...REASON }),
    forge: asBefore(() => `participant/${steel.participant}`),
  },
  'dataset held, the hold deleted': {
    make: plain,
    restrict: ({ world, datasetId }) => place(world, datasetId, 'NO_USE'),
    forge: asBefore(({ datasetId }) => `holds/${datasetId}`),
  },
  'dataset held, the hold emptied': {
    make: plain,
    restrict: ({ world, datasetId }) => place(world, datasetId, 'NO_USE'),
    forge: changed(
      ({ datasetId }) => `holds/${datasetId}`,
      (record) => ({ ...record, holds: [] }),
    ),
  },
  'consumer’s component revoked': {
    make: plain,
    restrict: ({ world, buyerComponent }) =>
      world.run(regulator, 'components:Revoke', { componentId: buyerComponent, ...REASON }),
    forge: asBefore(({ buyerComponent }) => `component/${buyerComponent}`),
  },
  'space paused': {
    make: plain,
    restrict: ({ world }) => world.run(regulator, 'space:Pause', REASON),
    forge: asBefore(() => 'space'),
  },
  'grant suspended': {
    make: plain,
    restrict: ({ world, grantId }) => world.run(steel, 'grants:Suspend', { grantId, ...REASON }),
    forge: asBefore(({ grantId }) => `grant/${grantId}`),
  },
  'terms against it': {
    make: () => using({}, terms({ enforced: policyOf(constraint('purpose', 'eq', 'safety')) })),
    restrict: () => Promise.resolve(),
    forge: changed(
      ({ grantId }) => `grant/${grantId}`,
      (record) => ({
        ...record,
        terms: { ...(record['terms'] as object), enforced: canonical(policyOf()) },
      }),
    ),
  },
  'claim cancelled': {
    make: plain,
    restrict: ({ world, claimId }) => world.run(regulator, 'claims:Cancel', { claimId, ...REASON }),
    forge: asBefore(({ claimId }) => `claim/${claimId}`),
  },
  'quota used up': {
    make: () => using({}, terms(counted(1))),
    restrict: async (at) => answer(at, await ask(at), { slot: 0 }),
    forge: asBefore(({ grantId }) => `usage-slot/${grantId}/0`),
    answer: { slot: 0 },
    state: 'REQUESTED',
  },
  'consent withdrawn': {
    make: bound,
    restrict: ({ world, grantId }) => world.run(regulator, 'consents:Withdraw', { grantId, ...REASON }),
    forge: asBefore(({ grantId }) => `consents/${grantId}`),
    ask: attested,
  },
  'event over': {
    make: bound,
    restrict: (at) => at.world.run(steel, 'events:Close', { eventId: eventOf(at) }),
    forge: asBefore((at) => `event/${eventOf(at)}`),
    ask: attested,
  },
  'nothing paid': {
    make: () => using({}, terms({ enforced: permitting({ duty: [{ action: 'compensate' }] }) })),
    restrict: () => Promise.resolve(),
    forge: (at) =>
      wouldWrite(at, 'obligation', steelKey, 'obligations:Fulfil', fulfilling(at, '/permission/0/duty/0')),
  },
  'attestation withdrawn': {
    make: bound,
    restrict: () => Promise.resolve(),
    forge: ({ world }) => {
      const key = [...world.state.keys()].find((each) => each.startsWith('attestation/'))!;
      const { withdrawn: _withdrawn, ...record } = JSON.parse(world.ledger.text(key)!) as AnyMembers;
      return [key, encode({ ...record, state: 'MADE' })];
    },
    ask: async (at) => {
      const attestationId = await attest(at);
      const id = await ask(at, { attestations: [attestationId] });
      await at.world.run(buyer, 'attestations:Withdraw', { attestationId });
      return id;
    },
  },
  'answered too late': {
    make: plain,
    restrict: ({ world }) => Promise.resolve(world),
    forge: changed(
      () => 'space',
      (record) => ({
        ...record,
        rulebook: { ...(record['rulebook'] as object), answerWithin: 10 * RULEBOOK.answerWithin },
      }),
    ),
    ask: async (at) => {
      const id = await ask(at);
      at.world.later(2 * RULEBOOK.answerWithin);
      return id;
    },
    state: 'REQUESTED',
  },
};
