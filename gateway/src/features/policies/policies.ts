import { bytesOf, instantOf, refuseBeyond, type Instant, type Json } from '@tallystick/chaincode/model';
import type { Projection } from '../../projection/port.js';
import { dutyAt } from './duty.js';
import { explainUse } from './explanation.js';
import type { Policies } from './port.js';
import { inheritedBy, type Inherited } from './reading.js';
import { newStudy, type Study } from './study.js';

/** Where policies are judged: what anybody asks about them, and apart from that what stands in the way of an own transaction. */
export interface Studies {
  readonly asked: Study;
  readonly own: Study;
}

// One pair for the process, however many are made of these: a thread that nobody has asked anything has not started.
const STUDIES: Studies = { asked: newStudy(), own: newStudy({ waiting: 256 }) };

/** Policies read over what the own projection shows of the ledger; judged in threads of their own. */
export function newPolicies(
  projection: Pick<Projection, 'record'>,
  now: () => Instant = () => instantOf(Date.now()),
  { asked, own }: Studies = STUDIES,
): Policies {
  const withInherited = async (document: Json): Promise<readonly [Json, Inherited]> => {
    refuseBeyond('document', bytesOf(JSON.stringify(document)));
    return [document, await inheritedBy(projection, document)];
  };
  const compare: Policies['compare'] = async (before, after) =>
    asked('compare', await withInherited(before), await withInherited(after));
  return {
    compare,
    async lint(document, before) {
      const linted = await asked('lint', ...(await withInherited(document)), now());
      return before === undefined ? linted : { ...linted, comparison: await compare(before, document) };
    },
    async termsDigest(terms) {
      const [, inherited] = await withInherited(terms.enforced);
      return own('terms', terms, inherited);
    },
    dutyAt: (place) => dutyAt(projection, asked, place),
    explain: (usageId, language, lease) => explainUse(projection, asked, usageId, language, lease),
  };
}
