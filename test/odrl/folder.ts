import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store, Term } from 'n3';
import { graphOf, objectOf, shown, subjectsOfType, SuiteError } from './graph.js';
import { dct, example, odrl } from './vocabulary.js';

/** A node and the file it is described in. */
export interface Described {
  readonly node: Term;
  readonly file: string;
  readonly graph: Store;
}

/** One test case with everything it refers to. */
export interface TestCase {
  readonly title: string;
  readonly file: string;
  readonly graph: Store;
  /** The case itself, and the report it expects. */
  readonly node: Term;
  readonly expected: Term;
  readonly policy: Described;
  readonly request: Described;
  readonly world: Described;
}

const FOLDERS = ['policies', 'requests', 'sotw', 'test_cases'] as const;
type Files = readonly (readonly [file: string, graph: Store])[];

async function filesIn(root: string, folder: string): Promise<Files> {
  const names = await readdir(join(root, folder)).catch(() => {
    throw new SuiteError(`${join(root, folder)} is missing: a suite has ${FOLDERS.join(', ')}`);
  });
  const files: [string, Store][] = [];
  // One after the other: of several that are wrong, the first is named.
  for (const name of names.filter((each) => each.endsWith('.ttl')).sort()) {
    files.push([name, graphOf(await readFile(join(root, folder, name), 'utf8'), name)]);
  }
  return files;
}

/** Where the nodes of some types are described. Each file is a graph of its own: some share names of constraints. */
function described(files: Files, types: readonly Term[]): ReadonlyMap<string, Described> {
  const nodes = files.flatMap(([file, graph]) =>
    types.flatMap((type) => subjectsOfType(graph, type)).map((node): Described => ({ node, file, graph })),
  );
  return new Map(nodes.map((each) => [each.node.value, each]));
}

const POLICIES = ['Policy', 'Set', 'Offer', 'Agreement'].map((type) => odrl(type));

/** One case, or why it cannot be run: the others still can. */
export type Entry = { readonly file: string } & (
  | { readonly testCase: TestCase }
  | { readonly problem: string }
);

/** Read a suite: its cases in the order of their files. */
export async function readSuite(root: string): Promise<readonly Entry[]> {
  const [policies, requests, worlds, cases] = [
    await filesIn(root, 'policies'),
    await filesIn(root, 'requests'),
    await filesIn(root, 'sotw'),
    await filesIn(root, 'test_cases'),
  ];
  const parts = {
    policy: described(policies, POLICIES),
    request: described(requests, [odrl('Request')]),
    sotw: described(worlds, [example('Sotw')]),
  };
  return cases.flatMap(([file, graph]) => entriesOf(file, graph, parts));
}

type Parts = Readonly<Record<'policy' | 'request' | 'sotw', ReadonlyMap<string, Described>>>;

function entriesOf(file: string, graph: Store, parts: Parts): readonly Entry[] {
  const nodes = subjectsOfType(graph, example('TestCase'));
  if (nodes.length === 0) return [{ file, problem: 'holds no ex:TestCase' }];
  return nodes.map((node) => {
    try {
      return { file, testCase: testCaseOf(node, file, graph, parts) };
    } catch (error) {
      if (!(error instanceof SuiteError)) throw error;
      return { file, problem: error.message };
    }
  });
}

function testCaseOf(node: Term, file: string, graph: Store, parts: Parts): TestCase {
  const need = (property: string): Term => {
    const object = objectOf(graph, node, example(property));
    if (!object) throw new SuiteError(`the test case has no ex:${property}`);
    return object;
  };
  const find = (property: keyof Parts): Described => {
    const found = parts[property].get(need(property).value);
    if (!found) throw new SuiteError(`no file describes the ex:${property} ${shown(need(property))}`);
    return found;
  };
  return {
    title: objectOf(graph, node, dct('title'))?.value ?? file,
    file,
    graph,
    node,
    expected: need('expectedReport'),
    policy: find('policy'),
    request: find('request'),
    world: find('sotw'),
  };
}
