import { PROBLEM_TYPE, JSON_TYPE } from './answer.js';
import { ANY_JSON, jsonSchemaOf, schemaRef } from './openapi-schema.js';
import type { ProblemType } from './problem-kind.js';
import { problemUri } from './problem.js';
import type { JsonSchema, ResponseDoc, Route } from './route.js';

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same request with the same key is carried out once and answered alike for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** The OpenAPI 3.1 document of the routes that are mounted: nothing is described that is not served. */
export function openApi(routes: readonly Route[], problems: readonly ProblemType[]): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tallystick gateway',
      version: '1',
      description:
        'An organisation’s own server: transactions on the ledger, sealed payloads, and what has been recorded.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: pathsOf(routes),
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      responses: { Problem: problemResponse },
      schemas: {
        ...Object.fromEntries(routes.flatMap(componentsOf)),
        [ANY_JSON]: {},
        Problem: problemSchema(problems),
      },
    },
  };
}

function pathsOf(routes: readonly Route[]): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route);
  return paths;
}

const componentsOf = ({ doc }: Route): [string, JsonSchema][] =>
  Object.entries(doc.components ?? {}).map(([name, described]) => [name, jsonSchemaOf(described)]);

function operationOf(route: Route): object {
  const { doc, scope } = route;
  const isPublic = scope === 'public';
  return {
    operationId: operationIdOf(route),
    tags: [doc.tag],
    summary: doc.summary,
    ...(doc.description !== undefined && { description: doc.description }),
    security: isPublic ? [] : [{ apiKey: [] }],
    ...(!isPublic && { 'x-scope': scope }),
    parameters: parametersOf(route),
    ...(doc.body && { requestBody: { required: true, content: contentOf(doc.body) } }),
    responses: { ...responsesOf(doc.responses), default: { $ref: '#/components/responses/Problem' } },
  };
}

/** `GET /grants/{id}/history` is `get-grants-id-history`. */
const operationIdOf = ({ method, path }: Route): string =>
  `${method}${path.replaceAll(/[/.]/g, '-').replaceAll(/[{}]/g, '')}`;

interface ObjectSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

const queryOf = (query: Route['query']): ObjectSchema =>
  query === undefined ? { properties: {} } : (jsonSchemaOf(query) as unknown as ObjectSchema);

function parametersOf({ params = {}, query, isIdempotent }: Route): object[] {
  const inPath = Object.entries(params).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: jsonSchemaOf(schema),
  }));
  const { properties, required = [] } = queryOf(query);
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return [...inPath, ...inQuery, ...(isIdempotent === true ? [IDEMPOTENCY_KEY] : [])];
}

const contentOf = (bodies: NonNullable<Route['doc']['body']>): object =>
  Object.fromEntries(
    Object.entries(bodies).map(([type, described]) => [type, { schema: jsonSchemaOf(described) }]),
  );

const responsesOf = (responses: Readonly<Record<number, ResponseDoc>>): Record<string, object> =>
  Object.fromEntries(
    Object.entries(responses).map(
      ([status, { description, mediaType = JSON_TYPE, schema, alternatives }]) => [
        status,
        { description, ...(schema && { content: contentOf({ [mediaType]: schema, ...alternatives }) }) },
      ],
    ),
  );

const problemResponse = {
  description: 'What went wrong (RFC 9457), and what can be done about it.',
  content: { [PROBLEM_TYPE]: { schema: schemaRef('Problem') } },
};

const fault = {
  type: 'object',
  required: ['reason'],
  properties: {
    pointer: { type: 'string', format: 'json-pointer' },
    parameter: { type: 'string' },
    reason: { type: 'string' },
  },
};

const problemSchema = (problems: readonly ProblemType[]): object => ({
  type: 'object',
  required: ['type', 'title', 'status', 'requestId', 'traceId'],
  properties: {
    type: { type: 'string', enum: problems.map(({ code }) => problemUri(code)) },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: {
      type: 'string',
      enum: problems.map(({ code }) => code),
      description: problems.map(({ code, status, title }) => `${code} (${status}): ${title}`).join('\n'),
    },
    errors: { type: 'array', items: fault },
    facts: schemaRef(ANY_JSON),
    advice: { type: 'string', enum: ['retry', 'change the request', 'give up'] },
    retryable: { type: 'boolean' },
    txId: { type: 'string' },
    requestId: { type: 'string' },
    traceId: { type: 'string' },
  },
});
