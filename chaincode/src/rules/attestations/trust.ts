import { keys, refuseUnless, type Component, type Id, type Instant, type odrl } from '../../model/index.js';
import type { Caller } from '../caller.js';
import type { Ledger } from '../ledger.js';
import { OPERANDS, operandIn } from '../../policy/index.js';

/** A component whose word counts at a time. */
export const isUsable = ({ state, validUntil }: Component, at: Instant): boolean =>
  state === 'CERTIFIED' && at < validUntil;

/**
 * Refuse a statement unless it is signed by a key of a certified component of the caller. A person’s signature does not
 * count, whatever the office: what is attested is what certified software has done or seen.
 */
export async function needAttester(
  ledger: Ledger,
  componentId: Id<'component'>,
  { participant, keyDigest, time }: Caller,
): Promise<Component> {
  const component = await ledger.get(keys.component(componentId));
  const isCertified = component?.owner === participant && isUsable(component, time);
  refuseUnless(isCertified, 'COMPONENT_NOT_CERTIFIED', { componentId });
  refuseUnless(component.keys.includes(keyDigest), 'NOT_COMPONENT_KEY', { componentId });
  return component;
}

/** Whose components state an operand; `undefined` for one that no component may state. */
export function sourceOf(operand: string): 'CONSUMER' | 'PROVIDER' | undefined {
  const source = OPERANDS.get(operandIn(operand))?.source;
  return source === 'CONSUMER' || source === 'PROVIDER' ? source : undefined;
}

/** A component vouches for itself alone: by its own id, or the digest of the manifest it is certified with. */
export function isApplicationOf(
  { id, manifest }: Component,
  { operand, value }: Pick<odrl.Known, 'operand' | 'value'>,
): boolean {
  return operandIn(operand) !== 'idsc:APPLICATION' || value === id || value === manifest;
}
