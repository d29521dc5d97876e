import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../scripts/demo/cast.js';
import type { Stage } from '../policy/stage.js';
import { Outlaw, type Held } from '../policy/held.js';
import { ALSO, WHEN, type Collusion } from './bundle.js';
import type { Forgery } from './plots.js';

/** How gateways show a transaction that is not what the rules make of it. */
export interface Shown {
  readonly txId: string;
  readonly block: number;
  readonly verdict: string;
  readonly keys: readonly string[];
  readonly reason: string;
  readonly standing: readonly string[];
  readonly restored: boolean;
}

const PATIENCE_MS = 120_000;
const PAUSE_MS = 300;

const newNonce = (): string => randomBytes(16).toString('hex');

export const colluding = (forgeries: readonly Forgery[]): Collusion =>
  forgeries.map(([key, value]) => [key, value === null ? null : Buffer.from(value).toString('base64')]);

/** Endorsers that write what the consumer likes, as its submitter asks them to. */
export class Majority {
  readonly #stage: Stage;
  readonly #members: readonly Member[];
  readonly #outlaws: ReadonlyMap<string, Outlaw>;

  private constructor(stage: Stage, outlaws: ReadonlyMap<string, Outlaw>) {
    this.#stage = stage;
    this.#members = Object.values({ ...stage.cast });
    this.#outlaws = outlaws;
  }

  static async of(stage: Stage): Promise<Majority> {
    const ids = Object.keys(stage.space.gateways);
    const outlaws = await Promise.all(
      ids.map(async (mspId) => [mspId, await Outlaw.of(stage.space, mspId)] as const),
    );
    return new Majority(stage, new Map(outlaws));
  }

  close(): void {
    for (const outlaw of this.#outlaws.values()) outlaw.close();
  }

  /** An event that the consumer's officer declares, with these writes besides; endorsed, and not ordered yet. */
  unrelated(forgeries: readonly Forgery[]): Promise<Held> {
    const request = { nonce: newNonce(), name: 'Nothing of note' };
    return this.#consumer.hold('officer', 'events:Declare', request, also(forgeries));
  }

  /** A request for a use by the consumer's component, of which its gateway knows nothing. */
  request(identity: string, asked: object, forgeries: readonly Forgery[] = []): Promise<Held> {
    const { recipient } = this.#stage.cast.supplier;
    const request = { nonce: newNonce(), recipient, ...asked };
    return this.#consumer.hold(
      identity,
      'usage:Request',
      request,
      forgeries.length > 0 ? also(forgeries) : {},
    );
  }

  /** Every endorser of a transaction that writes one of these keys writes the rest, too. */
  async conspire(key: string, collusion: Collusion): Promise<void> {
    const request = { nonce: newNonce(), name: 'Nothing of note' };
    const transient = { [WHEN]: JSON.stringify([[key, collusion]]), [ALSO]: '[]' };
    const members = [...this.#outlaws.values()];
    await Promise.all(members.map((each) => each.tell('officer', 'events:Declare', request, transient)));
  }

  /** Divergences as each member's gateway lists them, once all list such a one. */
  async named(isMeant: (shown: Shown) => boolean = () => true): Promise<readonly Shown[]> {
    return Promise.all(
      this.#members.map(async (member) => {
        const items = await until(
          () => divergencesOf(member),
          (listed) => listed.some(isMeant),
        );
        return items.find(isMeant)!;
      }),
    );
  }

  /** Once Fabric holds everywhere what the rules wrote. */
  async restored(): Promise<void> {
    for (const member of this.#members)
      await until(
        () => divergencesOf(member),
        (items) => items.every(({ restored }) => restored),
      );
  }

  get #consumer(): Outlaw {
    const found = this.#outlaws.get(this.#stage.cast.supplier.mspId);
    if (found === undefined) throw new Error('the consumer is a member');
    return found;
  }
}

const also = (forgeries: readonly Forgery[]): Record<string, string> => ({
  [ALSO]: JSON.stringify(colluding(forgeries)),
});

export async function divergencesOf({ officer }: Member): Promise<readonly Shown[]> {
  const all: Shown[] = [];
  for (let cursor = ''; ;) {
    const page = await officer.get<{ items: readonly Shown[]; next?: string }>(
      `/divergences?limit=100${cursor}`,
    );
    all.push(...page.items);
    if (page.next === undefined) return all;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

/** Looks again until it is so. @throws Error when it is not in time */
export async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(seen).slice(0, 3000)}`);
    await sleep(PAUSE_MS);
  }
}
