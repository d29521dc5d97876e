import {
  keys,
  obligationId,
  type Consents,
  type Grant,
  type Id,
  type Instant,
  type odrl,
  type PolicyWorld,
  type Transformation,
  type Usage,
} from '../../model/index.js';
import { isUsable } from '../attestations/trust.js';
import type { Ledger } from '../ledger.js';
import { periodAt } from '../obligations/period.js';
import { isFollowUp, isOwed } from '../obligations/plan.js';
import { actionIn, includes, type PlannedDuty } from '../../policy/index.js';
import { dutiesThatApply } from './condition.js';

type Performance = odrl.PolicyWorld['duties'][number]['performance'];

/** How one duty stands. One that is not due before a use has no place here. */
export interface DutyState {
  readonly plan: PlannedDuty;
  readonly performance: Performance;
  readonly source?: string;
}

/** A grant, and what its policy asks to be done. */
export interface Planned {
  readonly grant: Grant;
  readonly plans: readonly PlannedDuty[];
}

/** How the duties of one grant stand when a use is decided. */
export interface Standing extends Planned {
  readonly duties: readonly DutyState[];
  /** Something was found not done, and has not been made good. */
  readonly isBreached: boolean;
}

/** How a version was made, and whether the component that said so may still be believed. */
export interface Made {
  readonly record: Transformation;
  readonly isTrusted: boolean;
}

export async function madeHow(
  ledger: Ledger,
  version: Id<'version'>,
  at: Instant,
): Promise<Made | undefined> {
  const record = await ledger.get(keys.transformation(version));
  if (record === undefined) return undefined;
  const component = await ledger.need(keys.component(record.component));
  return { record, isTrusted: isUsable(component, at) };
}

/** Reads only what the policy asks for: a policy without duties costs no read. */
export async function standingOf(
  ledger: Ledger,
  { grant, plans }: Planned,
  made: Promise<Made | undefined>,
  at: Instant,
): Promise<Standing> {
  const [duties, breaches] = await Promise.all([
    Promise.all(plans.map((plan) => stateOf(ledger, grant, plan, made, at))),
    plans.some(isOwed) ? ledger.get(keys.breaches(grant.id)) : undefined,
  ]);
  return { grant, plans, duties: duties.flat(), isBreached: (breaches?.open.length ?? 0) > 0 };
}

async function stateOf(
  ledger: Ledger,
  grant: Grant,
  plan: PlannedDuty,
  made: Promise<Made | undefined>,
  at: Instant,
): Promise<readonly DutyState[]> {
  if (isFollowUp(plan)) return [];
  switch (plan.kind) {
    case 'RECEIPT':
      return [{ plan, performance: 'Performed' }];
    case 'CONSENT':
      return [await consented(ledger, grant, plan)];
    case 'BEFORE':
      return [await doneBefore(ledger, grant, plan, at)];
    case 'TRANSFORMATION':
      return [transformed(plan, await made)];
    case 'AFTER':
    case 'ONWARD':
      return [];
  }
}

const performed = (isDone: boolean): Performance => (isDone ? 'Performed' : 'Unperformed');

async function consented(ledger: Ledger, grant: Grant, plan: PlannedDuty): Promise<DutyState> {
  const key = keys.consents(grant.id);
  const consents = await ledger.get(key);
  const { parties = [], needed = 1 } = plan.consent ?? {};
  const given = parties.filter((party) => hasConsented(consents, party, grant)).length;
  return { plan, performance: performed(given >= needed), source: key.text };
}

/** Consent to other terms, or one that was withdrawn, does not count. */
function hasConsented(consents: Consents | undefined, party: string, { termsDigest }: Grant): boolean {
  return (consents?.consents ?? []).some(
    (consent) =>
      consent.by === party && consent.termsDigest === termsDigest && consent.withdrawn === undefined,
  );
}

async function doneBefore(ledger: Ledger, grant: Grant, plan: PlannedDuty, at: Instant): Promise<DutyState> {
  const { id, activatedAt } = grant;
  const period =
    plan.every === undefined || activatedAt === undefined ? undefined : periodAt(activatedAt, plan.every, at);
  const key = keys.obligation(obligationId(id, plan.pointer, { period }));
  const obligation = await ledger.get(key);
  return { plan, performance: performed(obligation?.state === 'FULFILLED'), source: key.text };
}

function transformed(plan: PlannedDuty, made: Made | undefined): DutyState {
  const isSo =
    made?.isTrusted === true &&
    made.record.action === plan.action &&
    (plan.parameters === undefined || made.record.parameters === plan.parameters);
  return {
    plan,
    performance: performed(isSo),
    ...(made && { source: keys.transformation(made.record.version).text }),
  };
}

/**
 * The duties under a grant, obligations of the whole policy and those of every permission on the action, that apply to a
 * use and have not been done. More than one permission may ask: it is not told apart which of them a descendant stands on.
 */
export function wantingIn(
  { grant, duties }: Standing,
  usage: Usage,
  world: PolicyWorld,
): readonly DutyState[] {
  const applying = dutiesThatApply(grant.terms.enforced, usage, world);
  return duties.filter(
    ({ plan: { pointer }, performance }) =>
      performance === 'Unperformed' && applying.has(pointer) && isOfAction(grant, pointer, usage.action),
  );
}

function isOfAction({ terms }: Grant, pointer: string, action: string): boolean {
  const index = /^\/permission\/(\d+)\//.exec(pointer)?.[1];
  const permitted = terms.enforced.permission?.[Number(index)]?.action?.name;
  return permitted === undefined || includes(permitted, actionIn(action));
}
