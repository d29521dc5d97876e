import type { ChaincodeInterface, ChaincodeResponse } from 'fabric-shim';
import type { ChaincodeStub } from 'fabric-shim-api';
import { isUtf8 } from 'node:buffer';
import { allDescriptors, Refusal, refuseUnless } from '../model/index.js';
import { refuseSkewed, type ClockBounds } from './clock.js';
import { observed, type Observer } from './observer.js';
import { readSignedHeader, type SignedHeader } from './signed-header.js';

/** The contract API's own call (fabric-contract-api, lib/contract-spi/systemcontract.js): describes, and writes nothing. */
export const METADATA = 'org.hyperledger.fabric:GetMetadata';

const NAMES: ReadonlySet<string> = new Set([...allDescriptors.map(({ name }) => name), METADATA]);

/** 9999-12-31T23:59:59Z: the last second that a google.protobuf.Timestamp may say, and an instant too. */
const LAST_SECOND = 253_402_300_799;
const MAX_NANOS = 999_999_999;

/** The shim's stub keeps the bytes of its arguments and the proposal that it read the rest from; the types of the API leave both out. */
interface StubInternals {
  getBufferArgs(): readonly Uint8Array[];
  readonly proposal?: { getHeader_asU8(): Uint8Array };
}

/**
 * In front of the contract API, which completes or alters what it is given: a name without a contract goes to a default one, bytes
 * that are no UTF-8 are replaced, a time before 1970 becomes another. Whoever replays reads the signed bytes and would come to
 * something else than the endorsers, so all of that is refused; and so is a call by another chaincode, in which the signed
 * arguments are not ours.
 */
export class Gate implements ChaincodeInterface {
  readonly #inner: ChaincodeInterface;
  readonly #name: string;
  readonly #observer: Observer;
  readonly #clock: ClockBounds | undefined;

  /**
   * @param name of the chaincode on its channel, which proposals name
   * @param clock how far from our own clock a transaction may be dated; left out, the peer's own window is all
   */
  constructor(inner: ChaincodeInterface, name: string, observer: Observer, clock?: ClockBounds) {
    this.#inner = inner;
    this.#name = name;
    this.#observer = observer;
    this.#clock = clock;
  }

  /** A definition that asks for an initialisation has none: it would be a call that no descriptor describes. */
  Init(): Promise<ChaincodeResponse> {
    return this.#answer(() => Promise.reject(new Refusal('UNKNOWN_TRANSACTION', { transaction: 'Init' })));
  }

  Invoke(stub: ChaincodeStub): Promise<ChaincodeResponse> {
    try {
      this.#refuse(stub as unknown as StubInternals);
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      return this.#answer(() => Promise.reject(reason));
    }
    return this.#inner.Invoke(stub);
  }

  #refuse(stub: StubInternals): void {
    const transaction = refuseAltered(stub.getBufferArgs());
    const header = stub.proposal?.getHeader_asU8();
    refuseUnless(header !== undefined, 'PROPOSAL_AMBIGUOUS', { reason: 'no signed proposal' });
    const signed = readSignedHeader(header);
    refuseTime(signed);
    refuseUnless(signed.chaincode === this.#name, 'NOT_DIRECT', { name: this.#name });
    if (this.#clock) refuseSkewed(transaction, signed.seconds, this.#clock);
  }

  /** A refusal in the form of the contract API: its message, and nothing else. */
  #answer(work: () => Promise<ChaincodeResponse>): Promise<ChaincodeResponse> {
    return observed(this.#observer, '', work).catch((error: unknown) => ({
      status: 500,
      message: error instanceof Error ? error.message : String(error),
      payload: new Uint8Array(),
    }));
  }
}

/** The exact name of a transaction, and arguments that are text. */
function refuseAltered(parameters: readonly Uint8Array[]): string {
  const reason = 'must be UTF-8';
  for (const [index, parameter] of parameters.entries())
    refuseUnless(isUtf8(parameter), 'MALFORMED', { errors: [{ pointer: `/${index}`, reason }] });
  const [name] = parameters.map((each) => Buffer.from(each).toString('utf8'));
  refuseUnless(name !== undefined && NAMES.has(name), 'UNKNOWN_TRANSACTION', {
    transaction: (name ?? '').slice(0, 200).toWellFormed().replaceAll('\0', ''),
  });
  return name;
}

function refuseTime({ seconds, nanos }: SignedHeader): void {
  const isTime = seconds >= 0 && seconds <= LAST_SECOND && nanos >= 0 && nanos <= MAX_NANOS;
  refuseUnless(isTime, 'TIME_INVALID', { seconds: String(seconds), nanos: String(nanos) });
}
