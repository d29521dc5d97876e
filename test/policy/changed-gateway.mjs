// Loaded into a consumer's gateway with `node --import`: the gateway is ours but for one line, as anybody can change it who
// runs it. It never asks for another lease and serves what it holds for as long as it likes.
import { register } from 'node:module';

register(
  `data:text/javascript,${encodeURIComponent(`
    const HONEST = 'export async function leaseOf(';
    export async function load(url, context, next) {
      const loaded = await next(url, context);
      if (!url.endsWith('/custody/lease.js')) return loaded;
      const source = Buffer.from(loaded.source).toString('utf8');
      if (!source.includes(HONEST)) throw new Error('the gateway has no such line to change');
      const changed = 'export const leaseOf = async () => undefined;\\nasync function honest(';
      return { ...loaded, source: source.replace(HONEST, changed) };
    }
  `)}`,
);
