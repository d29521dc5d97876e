import { START } from '../world.js';

/** What a peer would hand to the contract, over a map. */
export class FakeStub {
  readonly state = new Map<string, Buffer>();
  readonly puts: [string, string][] = [];
  readonly deleted: string[] = [];
  event: [string, string] | undefined;
  readonly #mspid: string;
  readonly #certificate: string;

  constructor(mspid: string, certificate: string) {
    this.#mspid = mspid;
    this.#certificate = certificate;
  }

  getCreator = (): object => ({ mspid: this.#mspid, idBytes: Buffer.from(this.#certificate) });
  getTxTimestamp = (): object => ({ seconds: BigInt(Date.parse(START) / 1000), nanos: 123_456_789 });
  getTransient = (): Map<string, Uint8Array> => new Map();
  getFunctionAndParameters = (): object => ({ fcn: 'space:Dissolve', params: [] });
  getState = (key: string): Promise<Buffer> => Promise.resolve(this.state.get(key) ?? Buffer.alloc(0));
  putState = (key: string, value: Buffer): Promise<void> => {
    this.puts.push([key, value.toString()]);
    this.state.set(key, value);
    return Promise.resolve();
  };
  deleteState = (key: string): Promise<void> => {
    this.deleted.push(key);
    this.state.delete(key);
    return Promise.resolve();
  };
  getChannelID = (): string => 'channel';
  setEvent = (name: string, payload: Buffer): void => {
    this.event = [name, payload.toString()];
  };
}
