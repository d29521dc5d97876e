import type { Policy } from '../../../model/odrl/index.js';

/** `/permission/0`, with the places of duties, remedies and consequences within it. */
const RULE = /^\/(permission|prohibition|obligation)\/(\d+)((?:\/(?:duty|remedy|consequence)\/\d+)*)$/;

/**
 * Number of a rule: permissions, prohibitions and obligations are counted through, as in a report; what stands within a
 * rule is numbered under it, `2.1`. A pointer that names no rule is its own number.
 */
export function numberOf({ permission = [], prohibition = [] }: Policy, pointer: string): string {
  const found = RULE.exec(pointer);
  if (found === null) return pointer;
  const [, kind = '', at = '', within = ''] = found;
  const before: Readonly<Record<string, number>> = {
    permission: 0,
    prohibition: permission.length,
    obligation: permission.length + prohibition.length,
  };
  const places = [...within.matchAll(/\d+/g)].map(([place]) => Number(place) + 1);
  return [(before[kind] ?? 0) + Number(at) + 1, ...places].join('.');
}
