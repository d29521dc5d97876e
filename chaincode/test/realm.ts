import type { Call } from '@tallystick/chaincode/rules';
import { build } from 'esbuild';
import { createContext, runInContext } from 'node:vm';

/** The rules in a JavaScript realm of their own. */
export interface Realm {
  /** What a call comes to over a state: the writes, events and result, or the refusal, as one text. */
  run(call: Call, state: ReadonlyMap<string, string>): Promise<string>;
  /** What a script comes to in the realm. */
  evaluate(script: string): unknown;
}

/** Text crosses into a realm and text comes out, so that no object of one realm is ever seen in another. */
const ENTRY = `
  import { execute, NEWEST } from './src/rules/index.ts';

  export async function run(text) {
    const { call, openings, state } = JSON.parse(text);
    const committed = new Map(state);
    const read = (key) => Promise.resolve(committed.get(key));
    try {
      const done = await execute(NEWEST, { ...call, openings: new Map(openings) }, read);
      return JSON.stringify({ writes: [...done.writes], events: done.events, result: done.result });
    } catch (error) {
      if (error.name !== 'Refusal') throw error;
      return error.message;
    }
  }
`;

/** The rules and all they need as one script; what they use of their surroundings shows when it runs in a realm. */
export async function bundleRules(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: new URL('..', import.meta.url).pathname, loader: 'js' },
    bundle: true,
    format: 'iife',
    globalName: 'chaincode',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['source'],
    target: 'es2023',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * Poisoned: clock, randomness and locale throw when they are touched. Frozen: nothing the rules leave behind in
 * shared objects can reach a later call.
 */
const POISON = `
  const poison = (name) => new Proxy(function () {}, {
    apply() { throw new Error(name + ' was called'); },
    construct() { throw new Error(name + ' was constructed'); },
    get(_target, member) {
      if (member === Symbol.hasInstance) return () => false;
      throw new Error(name + '.' + String(member) + ' was read');
    },
  });
  globalThis.Date = poison('Date');
  globalThis.Intl = poison('Intl');
  globalThis.WeakRef = poison('WeakRef');
  globalThis.FinalizationRegistry = poison('FinalizationRegistry');
  Math.random = poison('Math.random');
  for (const member of ['toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase', 'localeCompare', 'normalize']) {
    String.prototype[member] = poison(member);
  }
`;
const FREEZE = `
  const shared = [
    Object, Function, Array, String, Number, Boolean, BigInt, Symbol, RegExp, Map, Set, WeakMap, WeakSet, Promise,
    Error, TypeError, RangeError, ArrayBuffer, DataView, Uint8Array, Uint32Array, BigUint64Array,
  ];
  for (const built of shared) Object.freeze(Object.freeze(built).prototype);
  for (const built of [Math, JSON, Reflect, Object.getPrototypeOf(Uint8Array.prototype)]) Object.freeze(built);
`;

/**
 * A new realm with the bundle in it. It has the language, and of its host only text encoding and base64 (zod judges
 * base64 with `atob`, and refuses all of it where there is none).
 */
export function newRealm(bundle: string): Realm {
  const context = createContext({ TextEncoder, TextDecoder, atob, btoa });
  for (const script of [POISON, bundle, FREEZE]) runInContext(script, context);
  const evaluate = (script: string): unknown => runInContext(script, context);
  return {
    evaluate,
    run({ openings, ...call }, state) {
      const text = JSON.stringify({ call, openings: [...openings], state: [...state] });
      return evaluate(`chaincode.run(${JSON.stringify(text)})`) as Promise<string>;
    },
  };
}
