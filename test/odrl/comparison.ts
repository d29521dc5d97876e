import { DataFactory, type NamedNode, type Quad, type Store, type Term } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import { report, TYPE } from './vocabulary.js';

const local = ({ value }: Term): string =>
  value.slice(Math.max(value.lastIndexOf('#'), value.lastIndexOf('/')) + 1);
const shownObject = (term: Term): string =>
  term.termType === 'Literal'
    ? `${JSON.stringify(term.value)}^^${local(term.datatype)}`
    : term.value.includes('#') || term.value.includes('/')
      ? local(term)
      : `<${term.value}>`;

/** What a report node is on, as people would name it: `PermissionReport <urn:...>`. */
function label(graph: Store, node: Term): string {
  const of = (property: Term): readonly Term[] => graph.getObjects(node, property, null);
  const about = [...of(report('rule')), ...of(report('ruleRequest')), ...of(report('constraint'))];
  return [...of(TYPE).map(local), ...about.map(shownObject)].join(' ');
}

/** Every statement of a report as one line that says where it stands. */
function linesOf(graph: Store): readonly string[] {
  const lines: string[] = [];
  const visit = (node: Term, path: string): void => {
    for (const { predicate, object } of graph.getQuads(node, null, null, null)) {
      const isNested = object.termType === 'BlankNode';
      const next = `${path} > ${label(graph, object)}`;
      lines.push(isNested ? next : `${path}: ${local(predicate)} ${shownObject(object)}`);
      if (isNested) visit(object, next);
    }
  };
  const isRoot = (node: Term): boolean => graph.getQuads(null, null, node, null).length === 0;
  for (const root of graph.getSubjects(null, null, null).filter(isRoot)) visit(root, label(graph, root));
  return lines.sort();
}

/** Lines of the first that the second does not have, each as often as it is missing. */
function missingFrom(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** Constraints that exactly one report is on, with that report. */
function soleReports(graph: Store): ReadonlyMap<string, Term> {
  const quads = graph.getQuads(null, report('constraint'), null, null);
  const count = new Map<string, number>();
  for (const { object } of quads) count.set(object.value, (count.get(object.value) ?? 0) + 1);
  return new Map(
    quads
      .filter(({ object }) => count.get(object.value) === 1)
      .map(({ subject, object }) => [object.value, subject]),
  );
}

/**
 * Both graphs with names for the reports that any isomorphism must map to each other, because each is the only one on its
 * constraint: hundreds of blank nodes take the library a second, and a dozen no time.
 */
export function named(graphs: readonly [Store, Store]): readonly [Quad[], Quad[]] {
  const [left, right] = [soleReports(graphs[0]), soleReports(graphs[1])];
  const rename = (graph: Store, own: ReadonlyMap<string, Term>, other: ReadonlyMap<string, Term>): Quad[] => {
    const names = new Map(
      [...own]
        .filter(([constraint]) => other.has(constraint))
        .map(([constraint, node]) => [node.value, DataFactory.namedNode(`urn:on:${constraint}`)]),
    );
    const name = <T extends Term>(term: T): T | NamedNode =>
      term.termType === 'BlankNode' ? (names.get(term.value) ?? term) : term;
    return graph
      .getQuads(null, null, null, null)
      .map(({ subject, predicate, object }) => DataFactory.quad(name(subject), predicate, name(object)));
  };
  return [rename(graphs[0], left, right), rename(graphs[1], right, left)];
}

/**
 * How two reports differ: empty when they are isomorphic. `-` is expected and not there, `+` is there and not expected.
 * The library compares hashes of blank nodes; the lines are compared as well, so that a collision cannot pass.
 */
export function differences(expected: Store, found: Store): readonly string[] {
  const [wanted, made] = [linesOf(expected), linesOf(found)];
  const lines = [
    ...missingFrom(wanted, made).map((line) => `- ${line}`),
    ...missingFrom(made, wanted).map((line) => `+ ${line}`),
  ];
  if (lines.length > 0) return lines;
  return isomorphic(...named([expected, found])) ? [] : ['- the same statements, linked in another way'];
}
