import { DataFactory, type NamedNode } from 'n3';

const within =
  (namespace: string) =>
  (term: string): NamedNode =>
    DataFactory.namedNode(namespace + term);

/** Namespaces of the suite: ODRL, its model of compliance reports, and those of its test cases and states of the world. */
export const odrl = within('http://www.w3.org/ns/odrl/2/');
export const report = within('https://w3id.org/force/compliance-report#');
export const example = within('http://example.org/');
export const dct = within('http://purl.org/dc/terms/');
export const xsd = within('http://www.w3.org/2001/XMLSchema#');
export const TYPE = within('http://www.w3.org/1999/02/22-rdf-syntax-ns#')('type');
/** Node of a state of the world that carries its time. */
export const CURRENT_TIME = within('http://example.com/request/')('currentTime');
