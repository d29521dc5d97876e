import { keys, type Id } from '@tallystick/chaincode/model';
import { buyerKey, steelKey, terms, third, type Granted, type Organisation } from './rights.js';

/** What policies ask for beyond the use itself: statements, consents, transformations, things to be done. */

type Changes = Readonly<Record<string, unknown>>;

/** Terms with this policy. */
export const under = (enforced: Changes, changes: Changes = {}): Changes => ({
  terms: terms({ enforced, ...changes }),
});

export const attesting = (at: Granted, changes: Changes = {}): Changes => ({
  nonce: at.world.nonce(),
  grantId: at.grantId,
  component: at.buyerComponent,
  facts: [{ operand: 'industry', value: 'steel' }],
  validUntil: '2027-06-01T00:00:00.000Z',
  ...changes,
});

/** A statement of the buyer’s component, or of another. */
export async function attest(
  at: Granted,
  changes: Changes = {},
  by: Organisation = buyerKey,
): Promise<Id<'attestation'>> {
  const { attestationId } = await at.world.run<{ attestationId: Id<'attestation'> }>(
    by,
    'attestations:Make',
    attesting(at, changes),
  );
  return attestationId;
}

/** A statement of the provider’s component. */
export const attestByProvider = (at: Granted, facts: readonly Changes[]): Promise<Id<'attestation'>> =>
  attest(at, { component: at.steelComponent, facts }, steelKey);

export async function consent(at: Granted, by: Organisation = third): Promise<unknown> {
  const { world, grantId } = at;
  const { termsDigest } = world.get(keys.grant(grantId));
  return world.run(by, 'consents:Give', { grantId, termsDigest });
}

/** The duty at a place, said to be done by a component of who must say so; the creditor is the provider if not told. */
export const fulfilling = (at: Granted, duty: string, changes: Changes = {}): Changes => ({
  grant: at.grantId,
  duty,
  component: at.steelComponent,
  ...changes,
});

export const fulfil = (
  at: Granted,
  duty: string,
  changes: Changes = {},
  by: Organisation = steelKey,
): Promise<Record<string, string>> => at.world.run(by, 'obligations:Fulfil', fulfilling(at, duty, changes));

export const escalate = (
  at: Granted,
  duty: string,
  changes: Changes = {},
  by: Organisation = third,
): Promise<Record<string, string>> =>
  at.world.run(by, 'obligations:Escalate', { grant: at.grantId, duty, ...changes });

export const reason = 'because';
