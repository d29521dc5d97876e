import type { Store, Term } from 'n3';
import type { Json } from '@tallystick/chaincode/model';
import { TYPE } from './vocabulary.js';

/**
 * The graph below a node as JSON-LD: nodes that are described are written out where they are used, lists as `@list`.
 * Names are full IRIs; making canonical ones of them is what reading does.
 */
export function documentOf(graph: Store, node: Term): Json {
  const lists = graph.extractLists({ ignoreErrors: true });
  const write = (term: Term, path: readonly string[]): Json => {
    const list = lists[term.value];
    if (list) return { '@list': list.map((each) => write(each as Term, path)) };
    if (term.termType === 'Literal') return { '@value': term.value, '@type': term.datatypeString };
    const quads = path.includes(term.value) ? [] : graph.getQuads(term, null, null, null);
    const members: Record<string, Json[]> = {};
    for (const { predicate, object } of quads) {
      // `odrl:uid` says again what the node is called.
      if (object.equals(term)) continue;
      const isType = predicate.equals(TYPE);
      const value = isType ? object.value : write(object, [...path, term.value]);
      (members[isType ? '@type' : predicate.value] ??= []).push(value);
    }
    return { '@id': term.value, ...members };
  };
  return write(node, []);
}
