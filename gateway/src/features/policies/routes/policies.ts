import type { Json } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { json, JSON_TYPE } from '../../../http/answer.js';
import type { Described, KeyedRoute, Route } from '../../../http/route.js';
import { parseStrictJson } from '../../../http/strict-json.js';
import { check } from '../../../http/validation.js';
import type { Policies } from '../port.js';
import type { Ports } from '../../../routes/ports.js';

type Needs = Ports & { readonly policies: Policies };

const JSON_LD_TYPE = 'application/ld+json';

const inLanguages = z.strictObject({ en: z.string(), zh: z.string() });
const problem = z.strictObject({ pointer: z.string(), reason: z.string() });
const finding = problem.extend({ severity: z.enum(['error', 'warning']), code: z.string() });
const compared = z.strictObject({
  problems: z.array(problem),
  excess: z.array(problem),
  direction: z.enum(['same', 'narrower', 'wider', 'undetermined']).optional(),
  rendering: inLanguages.optional(),
});
const linted = z.strictObject({
  canonical: z.json().optional(),
  digest: z.string().optional(),
  problems: z.array(problem),
  findings: z.array(finding),
  enforcement: z.array(z.json()),
  duties: z.array(z.json()),
  rendering: inLanguages.optional(),
  comparison: compared.optional(),
});

const pair = z.strictObject({ policy: z.json(), before: z.json().optional() });
const two = z.strictObject({ before: z.json(), after: z.json() });
const document: Described = {
  jsonSchema: { type: 'object', description: 'ODRL 2.2 in compact JSON-LD, or `{policy, before?}`.' },
};

/** A policy has no member `policy`, so that one body serves both forms. */
function documentsIn(body: Uint8Array): { policy: Json; before?: Json | undefined } {
  const parsed = parseStrictJson(body);
  const isPair = typeof parsed === 'object' && parsed !== null && 'policy' in parsed;
  return isPair ? check(pair, parsed) : { policy: parsed as Json };
}

const lint = ({ policies }: Needs): KeyedRoute => ({
  method: 'post',
  path: '/policies/lint',
  scope: 'read',
  accepts: { types: [JSON_TYPE, JSON_LD_TYPE] },
  doc: {
    tag: 'policies',
    summary: 'What the ledger makes of a policy, before anybody signs it. Nothing is sent to the ledger.',
    description:
      'Always 200: what is wrong with the policy is the answer. `problems` are what an offer would be refused for; `findings` are what it may hold and hardly means.',
    body: { [JSON_TYPE]: document, [JSON_LD_TYPE]: document },
    responses: { 200: { description: 'What was found.', schema: linted } },
  },
  handle: async ({ body }) => {
    const { policy, before } = documentsIn(body);
    return json(200, await policies.lint(policy, before));
  },
});

const compare = ({ policies }: Needs): KeyedRoute => ({
  method: 'post',
  path: '/policies/compare',
  scope: 'read',
  accepts: { types: [JSON_TYPE] },
  doc: {
    tag: 'policies',
    summary: 'What changed between two policies, and where the later allows more than the earlier.',
    body: { [JSON_TYPE]: two },
    responses: { 200: { description: 'The differences.', schema: compared } },
  },
  handle: async ({ body }) => {
    const { before, after } = check(two, parseStrictJson(body));
    return json(200, await policies.compare(before, after));
  },
});

/** Policies before anybody signs them. */
export const policyRoutes = (ports: Needs): Route[] => [lint(ports), compare(ports)];
