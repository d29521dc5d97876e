import { decode, decodeRecord, grantType, type Fact, type Grant } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import { checkRequiredCall } from './required-call.js';
import type { EvidencedTransaction, World } from './transactions.js';

/** A grant that something rests on; its record is `undefined` where the file does not have it. */
export interface GrantInForce {
  readonly key: string;
  readonly grant: Grant | undefined;
}

/** No rule lets a line of grants be longer. */
const MAX_DEPTH = 6;

/** What stood under a key; `undefined` where nothing did, or the file does not say. */
export type TextLookup = (key: string) => string | undefined;

/** As a decision saw it. */
export function seenBy(facts: readonly Fact[], world: World): TextLookup {
  const digests = new Map(facts.map(({ key, value }) => [key, value]));
  return (key) => {
    const digest = digests.get(key);
    return digest ? world.textOf(key, digest) : undefined;
  };
}

/** As the last transaction left it that is shown. */
export const lastShown =
  ({ transactions }: World): TextLookup =>
  (key) =>
    transactions.findLast(({ writes }) => writes.has(key))?.writes.get(key);

/** The grant that was used and those it descends from. */
export function lineageOf(id: string, seen: TextLookup): readonly GrantInForce[] {
  const lineage: GrantInForce[] = [];
  for (let next: string | undefined = id; next !== undefined && lineage.length < MAX_DEPTH;) {
    const key: string = `grant/${next}`;
    const text = seen(key);
    const grant = text === undefined ? undefined : decodeRecord(grantType, text);
    lineage.push({ key, grant });
    next = grant?.parent?.grant;
  }
  return lineage;
}

const PROPOSALS = ['grants:Offer', 'grants:Request', 'grants:Counter', 'grants:Sublicense'];

/**
 * Two signatures under the same terms: who put those in force on the table, and the other side that accepted them by their digest. A grant
 * that nobody accepted has one.
 */
export async function checkTerms({ key, grant }: GrantInForce, world: World, list: Checklist): Promise<void> {
  if (grant === undefined) {
    list.notEvaluated('subject.terms', key, 'PART_MISSING', { key });
    return;
  }
  const { termsDigest, proposedBy, provider, consumer, activatedAt } = grant;
  // Both sides may have put the same terms on the table, one after the other: who did so last is bound by them as their proposer.
  const hasTerms = (text: string): boolean => {
    const written = decodeRecord(grantType, text);
    return written.termsDigest === termsDigest && written.proposedBy === proposedBy;
  };
  await checkRequiredCall(
    { code: 'subject.terms', names: PROPOSALS, key, signer: proposedBy, isMeant: hasTerms },
    world,
    list,
  );
  if (activatedAt === undefined) return;
  await checkRequiredCall(
    {
      code: 'subject.terms',
      names: ['grants:Accept'],
      key,
      signer: proposedBy === provider ? consumer : provider,
      isMeant: (text, each) => hasTerms(text) && isAcceptanceOf(grant, each),
    },
    world,
    list,
  );
}

/** Whether what was signed names these terms: a batch may accept several grants. */
function isAcceptanceOf({ id, termsDigest }: Grant, { argument }: EvidencedTransaction): boolean {
  const requests = [decode(argument)].flat() as readonly unknown[];
  return requests.some((request) => {
    const asked = request as { readonly grantId?: unknown; readonly termsDigest?: unknown } | null;
    return asked?.grantId === id && asked.termsDigest === termsDigest;
  });
}
