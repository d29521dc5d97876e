import { DataFactory, Parser, Store, type Quad, type Term } from 'n3';
import { TYPE } from './vocabulary.js';

/** A folder or file of the suite that cannot be used: missing, not Turtle, or without what it should hold. */
export class SuiteError extends Error {
  override readonly name = 'SuiteError';
}

/** Turtle as a graph. Blank nodes get IRIs of their own, so that a report of ours can name the constraint it is on. */
export function graphOf(turtle: string, file: string): Store {
  try {
    return new Store(new Parser().parse(turtle).map((quad) => named(quad, file)));
  } catch (error) {
    throw new SuiteError(`${file} is not Turtle: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function named({ subject, predicate, object }: Quad, file: string): Quad {
  const name = <T extends Term>(term: T): T =>
    term.termType === 'BlankNode'
      ? (DataFactory.namedNode(`urn:blank:${file}:${term.value}`) as Term as T)
      : term;
  return DataFactory.quad(name(subject), predicate, name(object));
}

/** The one object of a property; `undefined` of none. */
export const objectOf = (graph: Store, subject: Term, property: Term): Term | undefined =>
  graph.getObjects(subject, property, null)[0];

export const subjectsOfType = (graph: Store, type: Term): readonly Term[] =>
  graph.getSubjects(TYPE, type, null);

/** What a term is called in messages. */
export const shown = (term: Term): string =>
  term.termType === 'Literal' ? JSON.stringify(term.value) : `<${term.value}>`;
