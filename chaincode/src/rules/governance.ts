import { keys, refuseUnless, type Id, type Space } from '../model/index.js';
import type { Caller } from './caller.js';
import type { Ledger } from './ledger.js';

/** Roles in the space come from the Space record, never from a request. */

export const isRegulator = ({ regulators }: Space, participant: Id<'participant'>): boolean =>
  regulators.includes(participant);

export async function needRegulator(ledger: Ledger, caller: Caller): Promise<Space> {
  const space = await ledger.need(keys.space());
  refuseUnless(isRegulator(space, caller.participant), 'NOT_REGULATOR');
  return space;
}

export async function needRegistrar(ledger: Ledger, caller: Caller): Promise<Space> {
  const space = await ledger.need(keys.space());
  refuseUnless(space.registrars.includes(caller.participant), 'NOT_REGISTRAR');
  return space;
}

export async function needOperator(ledger: Ledger, caller: Caller): Promise<Space> {
  const space = await ledger.need(keys.space());
  refuseUnless(space.operator === caller.participant, 'NOT_OPERATOR');
  return space;
}

/** Operator or regulator: they certify, suspend and pause. */
export async function needOversight(
  ledger: Ledger,
  caller: Caller,
  code: 'NOT_REGULATOR' | 'NOT_CERTIFIER' = 'NOT_REGULATOR',
): Promise<Space> {
  const space = await ledger.need(keys.space());
  refuseUnless(space.operator === caller.participant || isRegulator(space, caller.participant), code);
  return space;
}

/** The offices a participant holds in the space. */
export function officesOf(space: Space, participant: Id<'participant'>): string[] {
  const { operator, regulators, registrars, auditors } = space;
  const holders = { operator: [operator], regulator: regulators, registrar: registrars, auditor: auditors };
  return Object.entries(holders).flatMap(([office, held]) => (held.includes(participant) ? [office] : []));
}
