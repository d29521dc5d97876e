import { bytesOf, id, keys, odrl, refuseBeyond, type Json, type Policy } from '@tallystick/chaincode/model';
import { dutiesOf } from '@tallystick/chaincode/policy';
import type { Projection } from '../../projection/port.js';
import { PolicyError, type DutyInPolicy, type DutyPlace } from './port.js';
import { inheritedBy } from './reading.js';
import type { Study } from './study.js';

/** The duty at a place: its action, the values that refine it, and the digest that a statement about it has to name. */
export async function dutyAt(
  projection: Pick<Projection, 'record'>,
  study: Study,
  { pointer, ...where }: DutyPlace,
): Promise<DutyInPolicy> {
  const policy =
    'grant' in where
      ? await grantPolicy(projection, where.grant)
      : await read(projection, study, where.policy);
  const planned = dutiesOf(policy).find((each) => each.pointer === pointer);
  if (planned?.parameters === undefined) {
    throw new PolicyError('DUTY_NOT_FOUND', 'No duty to transform stands there', { pointer });
  }
  return {
    action: planned.action,
    parameters: planned.parameters as DutyInPolicy['parameters'],
    refinements: refinementsAt(policy, pointer),
  };
}

async function grantPolicy(projection: Pick<Projection, 'record'>, name: string): Promise<Policy> {
  const grant = id('grant').parse(name);
  const record = await projection.record(keys.grant(grant));
  if (record === undefined) throw new PolicyError('NOT_FOUND', `No grant ${grant}`);
  return record.value.terms.enforced;
}

async function read(projection: Pick<Projection, 'record'>, study: Study, document: Json): Promise<Policy> {
  refuseBeyond('document', bytesOf(JSON.stringify(document)));
  const reading = await study('read', document, await inheritedBy(projection, document), '/policy');
  if ('policy' in reading) return reading.policy;
  throw new PolicyError('POLICY_UNENFORCEABLE', 'The policy cannot be read', {
    errors: reading.problems.map(({ pointer, reason }) => ({ pointer, reason })),
  });
}

/** Simple refinements of the action at a pointer, by their operand. */
function refinementsAt(policy: Policy, pointer: string): Readonly<Record<string, string>> {
  const steps = pointer.split('/').slice(1);
  const duty = steps.reduce<unknown>(
    (at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step],
    policy,
  );
  const { action } = duty as odrl.Duty;
  return Object.fromEntries(
    (action?.refinement ?? []).flatMap((of) => {
      if (odrl.isLogical(of)) return [];
      const [value] = odrl.valuesOf(of);
      return value === undefined ? [] : [[of.leftOperand, odrl.lexicalOf(value)]];
    }),
  );
}
