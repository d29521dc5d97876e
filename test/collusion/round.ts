import { keys, type Id } from '@tallystick/chaincode/model';
import { Problem } from '../../scripts/demo/client.js';
import type { Stage } from '../policy/stage.js';
import { FLIPPED } from './bundle.js';
import { colluding, until, type Majority } from './majority.js';
import type { Forgery, LaidPlot, Plot } from './plots.js';

/** When a majority writes, seen from the request: with its answer means that the honest provider's own transaction carries it. */
export const POSITIONS = ['BEFORE', 'BETWEEN', 'SAME_BLOCK', 'WITH_REQUEST', 'WITH_ANSWER'] as const;
export type Position = (typeof POSITIONS)[number];

/** One position for each plot, every position several times. */
export const isUsual = (plot: number, position: Position): boolean =>
  POSITIONS[plot % POSITIONS.length] === position;

export interface Attack {
  readonly plot: Plot;
  readonly position: Position;
  /** Which of the stamps the forged records bear. */
  readonly stamp: number;
}

/** What came of an attack. */
export interface Attempt {
  readonly title: string;
  readonly usageId: string;
  readonly code: string;
  /** How gateways have to show the transaction that carried the forgery; the attacker knows its id where it is its own. */
  readonly named: { readonly txId?: string; readonly keys: readonly string[]; readonly reason: string };
}

const STAMPS = ['tallystick-rules/1', 'tallystick-rules/0', 'of nobody'];
const OWN = /"rules":"[^"]*"/;

/** Under another version of the rules. Bytes that are no record have none. */
const stamped = (forgeries: readonly Forgery[], stamp: number): readonly Forgery[] =>
  forgeries.map(([key, value]) => [
    key,
    typeof value === 'string' ? value.replace(OWN, `"rules":"${STAMPS[stamp % STAMPS.length]}"`) : value,
  ]);

/** Why a declaration with further writes is none: under what is general, the rules refuse the declaration itself. */
const reasonOf = ({ plot }: Attack): string => (plot.isGeneral ? 'RULES_REFUSE' : 'WRITES_DIFFER');

interface Laid extends Attack {
  readonly ground: LaidPlot;
}

/** Attacks one after the other on one space, each on a ground of its own; restored all at once. */
export class Round {
  readonly all: Attempt[] = [];
  readonly #stage: Stage;
  readonly #majority: Majority;
  readonly #attacks: readonly Attack[];
  readonly #grounds: LaidPlot[] = [];

  constructor(stage: Stage, majority: Majority, attacks: readonly Attack[]) {
    this.#stage = stage;
    this.#majority = majority;
    this.#attacks = attacks;
  }

  async play(): Promise<void> {
    const laid: Laid[] = [];
    for (const attack of this.#attacks) {
      const ground = await attack.plot.lay(this.#stage);
      this.#grounds.push(ground);
      laid.push({ ...attack, ground });
    }
    const between = laid.filter(({ position }) => position === 'BETWEEN');
    if (between.length > 0) await this.#between(between);
    for (const each of laid) if (each.position !== 'BETWEEN') await this.#attack(each);
  }

  async undo(): Promise<void> {
    for (const { undo } of this.#grounds) await undo?.();
  }

  /** The provider is away between the request and the forgery, or it would have answered. */
  async #between(laid: readonly Laid[]): Promise<void> {
    const { space } = this.#stage;
    const provider = this.#stage.cast.steel.mspId;
    await space.kill(provider);
    const usages: string[] = [];
    for (const each of laid) usages.push(await this.#ask(each.ground));
    for (const [index, each] of laid.entries()) {
      await each.ground.act();
      this.#note(each, usages[index]!, await this.#forge(each));
    }
    await space.restart(provider);
  }

  async #attack(laid: Laid): Promise<void> {
    const { ground, position } = laid;
    await ground.act();
    if (position === 'BEFORE') {
      const named = await this.#forge(laid);
      this.#note(laid, await this.#ask(ground), named);
    } else if (position === 'SAME_BLOCK') await this.#inOneBlock(laid);
    else if (position === 'WITH_REQUEST') await this.#withRequest(laid);
    else await this.#withAnswer(laid);
  }

  async #inOneBlock(laid: Laid): Promise<void> {
    const forgeries = await this.#forgeries(laid);
    const request = await this.#request(laid.ground);
    const forgery = await this.#majority.unrelated(forgeries);
    const [asked, forged] = await Promise.all([request.order(), forgery.order()]);
    if (forged.code !== 'VALID') throw new Error(`${laid.plot.title}: ${forged.code}`);
    const keysOf = forgeries.map(([key]) => key);
    const named = { txId: forgery.txId, keys: keysOf, reason: reasonOf(laid) };
    // What the forgery overtook has read what stands no longer.
    const usageId = asked.code === 'VALID' ? request.result['usageId']! : await this.#ask(laid.ground);
    this.#note(laid, usageId, named);
  }

  async #withRequest(laid: Laid): Promise<void> {
    const forgeries = await this.#forgeries(laid);
    const request = await this.#request(laid.ground, forgeries);
    const { code } = await request.order();
    if (code !== 'VALID') throw new Error(`${laid.plot.title}: ${code}`);
    const keysOf = forgeries.map(([key]) => key);
    this.#note(laid, request.result['usageId']!, {
      txId: request.txId,
      keys: keysOf,
      reason: 'WRITES_DIFFER',
    });
  }

  /** The rules deny it; what the provider's own transaction writes says that it is allowed, and what forbade it is gone. */
  async #withAnswer(laid: Laid): Promise<void> {
    const forgeries = await this.#forgeries(laid);
    const request = await this.#request(laid.ground);
    const usageId = request.result['usageId']!;
    const { text: key } = keys.usage(usageId as Id<'usage'>);
    await this.#majority.conspire(key, [[key, FLIPPED], ...colluding(forgeries)]);
    const { code } = await request.order();
    if (code !== 'VALID') throw new Error(`${laid.plot.title}: ${code}`);
    const written = [key, ...forgeries.map(([each]) => each)];
    this.#note(laid, usageId, { keys: written, reason: 'WRITES_DIFFER' });
  }

  async #forge(laid: Laid): Promise<Attempt['named']> {
    const forgeries = await this.#forgeries(laid);
    const held = await this.#majority.unrelated(forgeries);
    const { code } = await held.order();
    if (code !== 'VALID') throw new Error(`${laid.plot.title}: ${code}`);
    return { txId: held.txId, keys: forgeries.map(([key]) => key), reason: reasonOf(laid) };
  }

  #note({ plot, position }: Laid, usageId: string, named: Attempt['named']): void {
    this.all.push({ title: `${plot.title}, ${position}`, usageId, code: plot.code, named });
  }

  async #forgeries({ ground, stamp }: Laid): Promise<readonly Forgery[]> {
    return stamped(await ground.forge(), stamp);
  }

  /** Over a forgery that is no record honest peers endorse nothing: what they cannot read hinders the request until it is restored. */
  async #ask({ trial, changes = {}, by }: LaidPlot): Promise<string> {
    const asked = (): Promise<string | undefined> =>
      trial.ask(changes, by?.client).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'LEDGER_NOT_ENDORSED') return undefined;
        throw error;
      });
    return (await until(asked, (usageId) => usageId !== undefined))!;
  }

  #request(
    { trial, changes = {}, by }: LaidPlot,
    forgeries: readonly Forgery[] = [],
  ): ReturnType<Majority['request']> {
    const { version, software } = this.#stage;
    const asked = {
      grant: trial.grantId,
      version,
      action: 'read',
      purpose: 'predictive-maintenance',
      territory: 'CN-31',
      component: software.supplier.id,
      ...changes,
    };
    return this.#majority.request(by?.identity ?? 'connector', asked, forgeries);
  }
}
