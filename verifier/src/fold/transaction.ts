import { anyText, readChaincodeName, readSigner, type EnvelopeHeader, type Signer } from './envelope.js';
import { readNamespaces, type NamespaceWrites } from './namespaces.js';
import { Message, shape, Unreadable } from './wire.js';

/** What was asked, by whom; and what its endorsers say came of it. */
export interface Transaction {
  readonly signer: Signer;
  /** Chaincode that the call names beside the header. */
  readonly called: string;
  /** The first is the function's name. */
  readonly args: readonly Uint8Array[];
  readonly endorsed: Endorsed;
}

/** What endorsers signed. */
export interface Endorsed {
  readonly status: number;
  readonly payload: Uint8Array;
  readonly event?: { readonly name: string; readonly payload: Uint8Array };
  readonly namespaces: readonly NamespaceWrites[];
}

const TRANSACTION = shape({ 1: 'list' });
const ACTION = shape({ 1: 'bytes', 2: 'bytes' });
const ACTION_PAYLOAD = shape({ 1: 'bytes', 2: 'message' });
const ENDORSED_ACTION = shape({ 1: 'bytes', 2: 'list' });
const PROPOSAL_PAYLOAD = shape({ 1: 'bytes', 2: 'list' });
const INVOCATION = shape({ 1: 'message' });
const SPEC = shape({ 1: 'number', 2: 'message', 3: 'message', 4: 'number' });
const INPUT = shape({ 1: 'list', 2: 'list', 3: 'number' });
const RESPONSE_PAYLOAD = shape({ 1: 'bytes', 2: 'bytes' });
const CHAINCODE_ACTION = shape({ 1: 'bytes', 2: 'bytes', 3: 'message', 4: 'message' });
const RESPONSE = shape({ 1: 'number', 2: 'string', 3: 'bytes' });
const EVENT = shape({ 1: 'string', 2: 'string', 3: 'string', 4: 'bytes' });

/** What endorsers signed, as far as peers apply it to the state: it counts for that, whatever else of the transaction can be read. */
export interface Action {
  /** common.SignatureHeader inside the action. */
  readonly header: Uint8Array;
  /** peer.ChaincodeProposalPayload. */
  readonly proposal: Uint8Array;
  /** peer.ChaincodeAction. */
  readonly result: Message;
  readonly namespaces: readonly NamespaceWrites[];
}

/** The only action of an endorser transaction. @throws Unreadable */
export function readAction({ data }: EnvelopeHeader, lint: Set<string>): Action {
  const actions = Message.read(data, TRANSACTION, lint).list(1);
  const [only] = actions;
  if (only === undefined || actions.length > 1) throw new Unreadable(`${actions.length} actions`);
  const action = Message.read(only, ACTION, lint);
  const payload = Message.read(action.bytes(2), ACTION_PAYLOAD, lint);
  const response = Message.read(payload.list(2), ENDORSED_ACTION, lint).bytes(1);
  const result = Message.read(
    Message.read(response, RESPONSE_PAYLOAD, lint).bytes(2),
    CHAINCODE_ACTION,
    lint,
  );
  const namespaces = readNamespaces(result.bytes(1), lint);
  return { header: action.bytes(1), proposal: payload.bytes(1), result, namespaces };
}

/**
 * An endorser transaction as peers execute and commit it: one action, the creator of the header, the arguments of the merged call.
 * @throws Unreadable
 */
export function readTransaction(
  header: EnvelopeHeader,
  lint: Set<string>,
  action = readAction(header, lint),
): Transaction {
  return {
    signer: signerOf(header.signatureHeader, action.header, lint),
    ...readInvocation(action.proposal, header.chaincode, lint),
    endorsed: readEndorsed(action, lint),
  };
}

/**
 * The one who signed the envelope. Endorsers executed for the creator in the action's own header, whose signature is nowhere on the
 * ledger: where that is somebody else, nobody has signed this call.
 */
function signerOf(outer: Uint8Array, inner: Uint8Array, lint: Set<string>): Signer {
  const signer = readSigner(outer, lint);
  if (isSameBytes(outer, inner)) return signer;
  const { mspId, certificate } = readSigner(inner, lint);
  if (mspId !== signer.mspId || certificate !== signer.certificate)
    throw new Unreadable('an action of another creator');
  lint.add('ACTION_HEADER');
  return signer;
}

export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** peer.ChaincodeProposalPayload, down to what is called (fabric:core/endorser/msgvalidation.go, UnpackProposal). */
function readInvocation(
  proposal: Uint8Array,
  chaincode: string,
  lint: Set<string>,
): Pick<Transaction, 'called' | 'args'> {
  const input = Message.read(proposal, PROPOSAL_PAYLOAD, lint).bytes(1);
  const spec = Message.read(Message.read(input, INVOCATION, lint).list(1), SPEC, lint);
  if (!spec.has(3)) throw new Unreadable('a call without input');
  const called = readChaincodeName(spec.list(2), lint);
  if (called !== chaincode) lint.add('OTHER_NAME');
  return {
    called,
    args: Message.read(spec.list(3), INPUT, lint).list(1),
  };
}

function readEndorsed({ result, namespaces }: Action, lint: Set<string>): Endorsed {
  const response = Message.read(result.list(3), RESPONSE, lint);
  const event = readEvent(result.bytes(2), lint);
  return {
    status: response.int32(1),
    payload: response.bytes(3),
    ...(event && { event }),
    namespaces,
  };
}

function readEvent(bytes: Uint8Array, lint: Set<string>): Endorsed['event'] {
  if (bytes.length === 0) return undefined;
  const event = Message.read(bytes, EVENT, lint);
  return { name: event.text(3), payload: event.bytes(4) };
}

/** Function and argument of a call as text, for people: not what it is judged by. */
export const wordsOf = ({
  args: [name, argument],
}: Pick<Transaction, 'args'>): { readonly transaction: string; readonly argument: string } => ({
  transaction: name ? anyText(name) : '',
  argument: argument ? anyText(argument) : '',
});
