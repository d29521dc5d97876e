import { DataFactory, Store, type Quad, type Term } from 'n3';
import type { TestCase } from './folder.js';
import { isReport } from './report.js';
import { report } from './vocabulary.js';

const LINKS = ['ruleReport', 'premiseReport', 'conditionReport'].map((each) => report(each));

export interface Expected {
  readonly graph: Store;
  readonly notes: readonly string[];
}

/**
 * The report a case expects: all its file says but the case itself. Ids of report nodes were made when the file was and
 * mean nothing, so they become blank; reports on duties are described in the state of the world and keep theirs.
 */
export function expectedOf({ graph, node, world }: TestCase): Expected {
  const stated = new Store(
    graph.getQuads(null, null, null, null).filter(({ subject }) => !subject.equals(node)),
  );
  const notes = relink(stated, (term) => world.graph.getQuads(term, null, null, null).length > 0);
  const blanks = new Map<string, Term>();
  const blank = <T extends Term>(term: T): T => {
    if (term.termType !== 'NamedNode' || !isReport(stated, term)) return term;
    const known = blanks.get(term.value) ?? DataFactory.blankNode();
    blanks.set(term.value, known);
    return known as T;
  };
  const quads = stated
    .getQuads(null, null, null, null)
    .map(({ subject, predicate, object }: Quad) =>
      DataFactory.quad(blank(subject), predicate, blank(object)),
    );
  return { graph: new Store(quads), notes };
}

/**
 * One file of the suite links a rule and a logical constraint to premises that are described nowhere, while the reports
 * that should be those premises are linked from nowhere. Where it is plain which belong where, put it right: reports on
 * constraints belong under a logical constraint, all others under a rule, and as many are missing as are left over.
 */
function relink(graph: Store, isDescribedElsewhere: (term: Term) => boolean): readonly string[] {
  const dangling = graph
    .getQuads(null, report('premiseReport'), null, null)
    .filter(({ object }) => !isReport(graph, object) && !isDescribedElsewhere(object));
  if (dangling.length === 0) return [];
  const isLogical = ({ subject }: Quad): boolean =>
    graph.getQuads(subject, report('constraintLogicalOperand'), null, null).length > 0;
  const isConstraint = (orphan: Term): boolean =>
    graph.getQuads(orphan, report('constraint'), null, null).length > 0;
  const orphans = orphansIn(graph);
  const pairs = [
    [dangling.filter(isLogical), orphans.filter(isConstraint)],
    [dangling.filter((quad) => !isLogical(quad)), orphans.filter((each) => !isConstraint(each))],
  ] as const;
  if (!pairs.every(([links, left]) => isPlain(links, left)))
    return [`${dangling.length} premises are described nowhere, and it is not plain which they are`];
  for (const [links, left] of pairs) links.forEach((link, at) => replace(graph, link, left[at]));
  return [
    `${dangling.length} premises were described nowhere; as many reports linked from nowhere took their place`,
  ];
}

/** One parent only, and as many links as nodes: then the order does not matter. */
const isPlain = (links: readonly Quad[], left: readonly Term[]): boolean =>
  links.length === left.length && new Set(links.map(({ subject }) => subject.value)).size <= 1;

function orphansIn(graph: Store): readonly Term[] {
  const isLinked = (term: Term): boolean =>
    LINKS.some((link) => graph.getQuads(null, link, term, null).length > 0);
  return graph
    .getSubjects(null, null, null)
    .filter((term) => isReport(graph, term) && !isLinked(term))
    .filter((term) => graph.getQuads(term, report('policy'), null, null).length === 0);
}

function replace(graph: Store, link: Quad, object: Term | undefined): void {
  if (!object) return;
  graph.removeQuad(link);
  graph.addQuad(DataFactory.quad(link.subject, link.predicate, object as Quad['object']));
}
