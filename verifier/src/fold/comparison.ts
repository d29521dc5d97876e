import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Difference } from './folded.js';
import { isTouched } from './namespaces.js';
import type { Ran } from './run.js';
import { isSameBytes, type Endorsed } from './transaction.js';

/** Name of the one event a transaction emits. */
const EVENT = 'tallystick';
const OK = 200;

type Accepted = Exclude<Ran, { readonly refused: Difference }>;

/** How what endorsers signed differs from what the rules give; `undefined`: not at all. */
export function differenceOf(
  ran: Pick<Accepted, 'writes' | 'events' | 'result'>,
  endorsed: Endorsed,
  ours: string,
): Difference | undefined {
  return (
    writesDiffer(ran.writes, endorsed, ours) ??
    elsewhere(endorsed, ours) ??
    (isText(endorsed.payload, ran.result) ? undefined : { reason: 'RESPONSE_DIFFERS', facts: {} }) ??
    statusDiffers(endorsed) ??
    eventDiffers(endorsed, ran.events)
  );
}

/** The same of a call that writes nothing and emits nothing, whose response is not judged. */
export const readingDiffers = (endorsed: Endorsed, ours: string): Difference | undefined =>
  writesDiffer(new Map(), endorsed, ours) ??
  elsewhere(endorsed, ours) ??
  statusDiffers(endorsed) ??
  eventDiffers(endorsed, undefined);

function writesDiffer(
  writes: ReadonlyMap<string, string>,
  { namespaces }: Endorsed,
  ours: string,
): Difference | undefined {
  const endorsed = namespaces
    .filter(({ namespace }) => namespace === ours)
    .flatMap((each) => [...each.writes]);
  const wrong = endorsed.filter(([key, value]) => !isWritten(writes.get(key), value)).map(([key]) => key);
  const there = new Set(endorsed.map(([key]) => key));
  const missing = [...writes.keys()].filter((key) => !there.has(key));
  const keys = [...wrong, ...missing].sort();
  const [key] = keys;
  return key === undefined
    ? undefined
    : { reason: 'WRITES_DIFFER', facts: { key: key.slice(0, 400), keys: `${keys.length}` } };
}

const isWritten = (text: string | undefined, value: Uint8Array | null): boolean =>
  text !== undefined && value !== null && isText(value, text);

/** The rules write nothing under other names. */
function elsewhere({ namespaces }: Endorsed, ours: string): Difference | undefined {
  const other = namespaces.find((each) => each.namespace !== ours && isTouched(each));
  return other && { reason: 'WRITES_DIFFER', facts: { namespace: other.namespace.slice(0, 400) } };
}

const statusDiffers = ({ status }: Endorsed): Difference | undefined =>
  status === OK ? undefined : { reason: 'STATUS_DIFFERS', facts: { status: `${status}` } };

function eventDiffers({ event }: Endorsed, events: string | undefined): Difference | undefined {
  const isSame =
    events === undefined
      ? event === undefined
      : event !== undefined && event.name === EVENT && isText(event.payload, events);
  return isSame ? undefined : { reason: 'EVENT_DIFFERS', facts: {} };
}

const isText = (bytes: Uint8Array, text: string): boolean =>
  bytes.length >= text.length && isSameBytes(bytes, utf8ToBytes(text));
