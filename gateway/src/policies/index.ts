import { instantOf, type Instant } from '@tallystick/chaincode/model';
import type { Projection } from '../projection/port.js';
import { dutyAt } from './duty.js';
import { explainUse } from './explanation.js';
import { comparePolicyDocuments, lintPolicy } from './linting.js';
import type { Policies } from './port.js';
import { inheritedBy, termsDigest } from './reading.js';

/** Policies read over what the own projection shows of the ledger. */
export function newPolicies(
  projection: Pick<Projection, 'record'>,
  now: () => Instant = () => instantOf(Date.now()),
): Policies {
  const withInherited = async (document: Parameters<Policies['lint']>[0]) =>
    [document, await inheritedBy(projection, document)] as const;
  const compare: Policies['compare'] = async (before, after) =>
    comparePolicyDocuments(await withInherited(before), await withInherited(after));
  return {
    compare,
    async lint(document, before) {
      const linted = lintPolicy(...(await withInherited(document)), now());
      return before === undefined ? linted : { ...linted, comparison: await compare(before, document) };
    },
    termsDigest: (terms) => termsDigest(projection, terms),
    dutyAt: (place) => dutyAt(projection, place),
    explain: (usageId, language, lease) => explainUse(projection, usageId, language, lease),
  };
}
