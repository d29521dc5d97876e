import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import type { Placed } from './follower.js';
import type { NamespaceOutcome, ResponseOutcome, StepOutcome } from './outcome.js';

const { KVRWSet } = ledger.rwset.kvrwset;
const LONGEST = 48;
const DEFINITION_READ: NamespaceOutcome = {
  ns: '_lifecycle',
  r: [['namespaces/fields/raw/Sequence', 'before']],
};

/** Names what must not differ from run to run. */
export interface Names {
  /** Takes the instance of the program out of a key or text. */
  readonly text: (text: string) => string;
  /** What wrote a version. */
  readonly version: (block: number, index: number) => string;
  /** Transient values of the step. */
  readonly secrets: readonly string[];
}

/** Long texts as their digest, so that recordings stay small. */
export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  const digest = createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);
  return `${text.slice(0, 8)}...${text.length}:${digest}`;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const CODE_NAMES = new Map<number, string>(
  Object.entries(peer.TxValidationCode).map(([name, code]) => [code, name]),
);

const codeName = (code: number): string => CODE_NAMES.get(code) ?? String(code);

function namespaceOutcome(set: ledger.rwset.NsReadWriteSet, names: Names): NamespaceOutcome {
  const kv = KVRWSet.deserializeBinary(set.getRwset_asU8());
  const key = (raw: string): string => shortened(names.text(raw));
  const r = kv.getReadsList().map((read) => {
    const version = read.getVersion();
    const writer = version ? names.version(version.getBlockNum(), version.getTxNum()) : '';
    return [key(read.getKey()), writer] as const;
  });
  const w = kv
    .getWritesList()
    .map(
      (write) =>
        [key(write.getKey()), write.getIsDelete() ? null : shortened(latin1(write.getValue_asU8()))] as const,
    );
  const isOther =
    kv.getRangeQueriesInfoList().length +
      kv.getMetadataWritesList().length +
      set.getCollectionHashedRwsetList().length >
    0;
  return {
    ns: set.getNamespace(),
    ...(r.length > 0 && { r }),
    ...(w.length > 0 && { w }),
    ...(isOther && { other: true as const }),
  };
}

/** Every transaction reads the definition of its chaincode: one word for that keeps recordings small. */
function abbreviated(set: NamespaceOutcome): NamespaceOutcome | 'definition' {
  return isDeepStrictEqual(set, DEFINITION_READ) ? 'definition' : set;
}

function responseOutcome(response: peer.Response | undefined, names: Names): ResponseOutcome {
  const payload = shortened(names.text(latin1(response?.getPayload_asU8() ?? new Uint8Array())));
  const message = shortened(names.text(response?.getMessage() ?? ''));
  return {
    status: response?.getStatus() ?? 0,
    ...(message !== '' && { message }),
    ...(payload !== '' && { payload }),
  };
}

function actionOutcome(action: peer.ChaincodeAction, names: Names): Partial<StepOutcome> {
  const events = action.getEvents_asU8();
  const event = peer.ChaincodeEvent.deserializeBinary(events);
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(action.getResults_asU8()).getNsRwsetList();
  return {
    response: responseOutcome(action.getResponse(), names),
    ...(events.length > 0 && {
      event: [event.getEventName(), shortened(latin1(event.getPayload_asU8()))] as const,
    }),
    sets: sets.map((set) => namespaceOutcome(set, names)).map(abbreviated),
  };
}

function endorsedOutcome(envelope: Uint8Array, names: Names): Partial<StepOutcome> {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const [only] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  if (!only) return {};
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(only.getPayload_asU8()).getAction();
  if (!endorsed) return {};
  const response = peer.ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8());
  return {
    endorsers: endorsed.getEndorsementsList().length,
    ...actionOutcome(peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()), names),
  };
}

/** What stands on the ledger about one envelope. @param isTampered its content is then not compared */
export function observe({ code, envelope }: Placed, names: Names, isTampered: boolean): StepOutcome {
  const isLeaked = names.secrets.some((secret) => Buffer.from(envelope).includes(secret));
  return {
    code: codeName(code),
    ...(isLeaked && { leaked: true as const }),
    ...(isTampered ? {} : endorsedOutcome(envelope, names)),
  };
}

const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{64,}\b/g, '<hex>'],
  [/\[([a-z]+)-[0-9a-f]{8}\]/g, '[$1-<id>]'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( \+0000 UTC|Z)/g, '<time>'],
  [/\b(\d{1,3}\.){3}\d{1,3}:\d+\b|\blocalhost:\d+\b/g, '<address>'],
];

/** What a Gateway puts before the refusal of another peer than its own; which peers it asks is its choice. */
const OF_ANOTHER_PEER = /^rpc error: code = \w+ desc = /;

/** A text of a refusal without ids, times, addresses and who said it. */
export function refusalText(text: string, names: Names): string {
  return VARIABLE.reduce(
    (known, [what, name]) => known.replaceAll(what, name),
    names.text(text.replaceAll('\u00a0', ' ').replace(OF_ANOTHER_PEER, '')),
  );
}
