import { digestOf, encode, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { answering, asking, buyerKey, steelKey, type Granted } from '../../chaincode/test/rights.js';
import { regulator } from '../../chaincode/test/world.js';
import { foldBlock, StateOverlay, type FoldedTransaction } from '../src/fold/index.js';
import type { Collusion, LedgerWorld, Prepared } from './audit-ledger.js';
import type { Folding } from './folding.js';
import { restoring } from './restoring.js';

export const utf8 = new TextEncoder();

/** A key in the state, and what a majority writes in its place; `null`: nothing. */
export interface Forgery {
  readonly name: string;
  readonly key: string;
  readonly value: Uint8Array | null;
}

type By = typeof steelKey;
type Setting = Granted & { readonly world: LedgerWorld };

/** Has endorsers write it beside what they should. */
export const forging = ({ key, value }: Forgery): Collusion => ({
  access: (namespaces) => namespaces.get('tallystick')!.writes.set(key, value ?? undefined),
});

/** A ledger that goes on from another, without signatures: flags are believed here. */
export class Branch {
  readonly state: StateOverlay;
  /** What stands on Fabric since the branch began. */
  readonly fabric = new Map<string, Uint8Array | null>();
  readonly #at: Setting;
  #number = 1000;

  constructor(at: Setting, base: Folding) {
    this.#at = at;
    this.state = new StateOverlay(base.state);
  }

  async block(...prepared: readonly Prepared[]): Promise<readonly FoldedTransaction[]> {
    this.#number += 1;
    const folded = await this.#fold(this.state, prepared);
    for (const { writes } of prepared)
      for (const [key, text] of writes) this.fabric.set(key, utf8.encode(text));
    return folded;
  }

  async #fold(state: StateOverlay, prepared: readonly Prepared[]): Promise<readonly FoldedTransaction[]> {
    const envelopes = prepared.map(({ envelope }) => envelope);
    const codes = new Uint8Array(envelopes.length);
    const block = { number: this.#number, hash: digestOf('block'), envelopes, codes };
    return (await foldBlock(block, state, { chaincode: 'tallystick' })).transactions;
  }

  standing(): string[] {
    return [...this.state.standings()].flatMap(([key, digest]) => (digest === undefined ? [] : [key]));
  }

  /** An event of nobody's interest, which a majority writes something else into. */
  unrelated(forgery: Forgery): Promise<Prepared> {
    const { world } = this.#at;
    const request = { nonce: world.nonce(), name: 'Fair' };
    return world.prepare(regulator, 'events:Declare', request, [], forging(forgery));
  }

  /** Commits a forgery within another transaction, and demands that it is named and changes nothing. */
  async forge(
    { name, key, value }: Forgery,
    prepared: Prepared,
    ...more: Prepared[]
  ): Promise<readonly FoldedTransaction[]> {
    const [folded, ...others] = await this.block(prepared, ...more);
    expect(folded?.leaf.verdict, name).equals('CORRECTED');
    expect(folded?.difference, name).deep.equals({ reason: 'WRITES_DIFFER', facts: { key, keys: '1' } });
    expect(folded?.noted, name).includes(key);
    expect(this.state.standing(key), name).equals(value ? digestOf(value) : null);
    this.fabric.set(key, value);
    return others;
  }

  /** What the rules alone make of a call now; `undefined` where they refuse. */
  async ideal(
    by: By,
    transaction: string,
    request: unknown,
  ): Promise<ReadonlyMap<string, string> | undefined> {
    const prepared = this.#at.world.endorsed(by, transaction, encode(request), {});
    const [folded] = await this.#fold(new StateOverlay(this.state), [prepared]);
    return folded?.leaf.verdict === 'VOID' ? undefined : folded?.writes;
  }

  /** What honest peers endorse over what stands on Fabric; `undefined` where they do not. */
  async honestly(
    by: By,
    transaction: string,
    request: unknown,
    collusion: Collusion = {},
  ): Promise<Prepared | undefined> {
    try {
      return await this.#at.world.prepare(by, transaction, request, [], { over: this.fabric, ...collusion });
    } catch {
      return undefined;
    }
  }

  /** Has honest peers try it, and demands that exactly what the rules alone give takes effect. */
  async goOn(by: By, transaction: string, request: unknown, name: string): Promise<void> {
    const prepared = await this.honestly(by, transaction, request);
    if (!prepared) return;
    const ideal = await this.ideal(by, transaction, request);
    const [folded] = await this.block(prepared);
    expect(folded?.leaf.verdict === 'VOID', name).equals(ideal === undefined);
    expect(folded?.writes, name).deep.equals(ideal ?? new Map());
  }

  /** Restores every key, and demands that uses go on as if nothing had been. */
  async restore(name: string): Promise<void> {
    for (const key of this.standing()) await this.#restoreOne(key, name);
    expect(this.standing(), name).deep.equals([]);
    const request = await this.honestly(buyerKey, 'usage:Request', asking(this.#at));
    const [asked] = await this.block(request!);
    expect(asked?.leaf.verdict, name).equals('REPLAYED');
    const { usageId } = JSON.parse(asked!.call!.result!) as { usageId: Id<'usage'> };
    const answer = await this.honestly(steelKey, 'usage:Answer', answering(this.#at, usageId));
    const [answered] = await this.block(answer!);
    expect([answered?.leaf.verdict, answered?.difference], name).deep.equals(['REPLAYED', undefined]);
  }

  async #restoreOne(key: string, name: string): Promise<void> {
    const text = (await this.state.text(key)) ?? null;
    const [folded] = await this.block(restoring(this.#at.world, key, text));
    expect(folded?.leaf.verdict, name).equals('REPLAYED');
    expect(folded?.writes.size, name).equals(0);
    this.fabric.set(key, text === null ? null : utf8.encode(text));
  }
}
