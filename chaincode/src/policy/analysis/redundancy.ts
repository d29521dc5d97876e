import type { Permission, Policy } from '../../model/odrl/index.js';
import { pointed, problemAt } from '../pointing.js';
import { covers } from './coverage.js';
import { found, type Finding } from './finding.js';
import { newEffort, type Effort } from './effort.js';
import { areDutiesKept } from './succession.js';

/** Permissions beside a wider one: whoever takes them for a limit is mistaken. Of two that are the same, the later one. */
export function redundantIn({ permission }: Policy): readonly Finding[] {
  const effort = newEffort();
  const rules = pointed(permission, '/permission');
  return rules.flatMap(([at, rule], index) => {
    const wider = rules.find(([, other], place) => isNeedless(rule, other, place < index, effort));
    return wider === undefined
      ? []
      : found('REDUNDANT', problemAt(at, `${wider[0]} permits all of it and asks for no more`));
  });
}

const isNeedless = (rule: Permission, other: Permission, isEarlier: boolean, effort: Effort): boolean =>
  isWithin(rule, other, effort) && (isEarlier || !isWithin(other, rule, effort));

const isWithin = (rule: Permission, other: Permission, effort: Effort): boolean =>
  covers(other, rule, effort) && areDutiesKept(rule.duty, other.duty, effort);
