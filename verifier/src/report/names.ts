import type {
  Claim,
  Component,
  Dataset,
  Event,
  Grant,
  Participant,
  Sealable,
  Usage,
  Valuation,
  Version,
} from '@tallystick/chaincode/model';
import type { NameOf } from '@tallystick/chaincode/policy';
import * as z from 'zod';
import type { Verdict } from '../verdict.js';

type ShownRecords = Pick<Verdict, 'records' | 'disclosed'>;

/** Records that an account is told from, by kind. */
interface Kinds {
  readonly claim: Claim;
  readonly component: Component;
  readonly dataset: Dataset;
  readonly event: Event;
  readonly grant: Grant;
  readonly participant: Participant;
  readonly usage: Usage;
  readonly valuation: Valuation;
  readonly version: Version;
}

/** A record that the evidence holds. Texts were decoded as canonical JSON of their record when they were evidenced. */
export function recordOf<K extends keyof Kinds>(
  { records }: Pick<ShownRecords, 'records'>,
  kind: K,
  id: string,
): Kinds[K] | undefined {
  const text = records[`${kind}/${id}`];
  return text === undefined ? undefined : (JSON.parse(text) as Kinds[K]);
}

/**
 * What a field says, where it is open or was disclosed with the file. What was sealed need not be of the form that it should have: endorsers
 * looked at it, and nobody else.
 */
export function openOf<T>(
  field: Sealable<T>,
  { disclosed }: Pick<ShownRecords, 'disclosed'>,
  schema: z.ZodType<T>,
): T | undefined {
  return 'open' in field ? field.open : schema.safeParse(disclosed[field.sealed.digest]).data;
}

const title = z.string();

/** The title of a dataset, where it is known. */
export const titleOf = (
  { title: field }: Dataset,
  shown: Pick<ShownRecords, 'disclosed'>,
): string | undefined => openOf(field, shown, title);

/** What people call a record, by its kind. */
const NAMINGS: Readonly<Record<string, (shown: ShownRecords, id: string) => string | undefined>> = {
  participant: (shown, id) => recordOf(shown, 'participant', id)?.legalName,
  component: (shown, id) => recordOf(shown, 'component', id)?.name,
  event: (shown, id) => recordOf(shown, 'event', id)?.name,
  dataset: titleAt,
  version: (shown, id) => {
    const version = recordOf(shown, 'version', id);
    const of = version && titleAt(shown, version.dataset);
    return of === undefined ? undefined : `${of} #${version?.number}`;
  },
};

function titleAt(shown: ShownRecords, datasetId: string): string | undefined {
  const dataset = recordOf(shown, 'dataset', datasetId);
  return dataset && titleOf(dataset, shown);
}

/** Names of the records that the evidence holds, by id: legal names, titles that are open, what components and events are called. */
export const namesIn =
  (shown: ShownRecords): NameOf =>
  (id) =>
    NAMINGS[id.slice(0, id.indexOf('-'))]?.(shown, id);
