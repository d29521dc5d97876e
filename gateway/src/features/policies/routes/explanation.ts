import { id } from '@tallystick/chaincode/model';
import type { Request } from 'express';
import * as z from 'zod';
import { json } from '../../../http/answer.js';
import type { KeyedRoute } from '../../../http/route.js';
import { LANGUAGES, type Explained, type Language, type Policies } from '../port.js';
import type { Ports } from '../../../routes/ports.js';

type Needs = Ports & { readonly policies: Policies };

const TEXT_TYPE = 'text/plain';

const query = z.strictObject({
  language: z.enum(LANGUAGES).optional().describe('Without it, what `Accept-Language` prefers.'),
  lease: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be the number of a lease')
    .optional()
    .describe('The decision of this lease instead of the answer’s.'),
});
const explained = z.strictObject({
  usageId: z.string(),
  lease: z.int().optional(),
  language: z.enum(LANGUAGES),
  outcome: z.enum(['ALLOWED', 'DENIED']),
  code: z.string().optional(),
  report: z.string().optional(),
  summary: z.string(),
  lines: z.array(z.string()),
  facts: z.array(z.strictObject({ key: z.string(), value: z.string().nullable() })),
});

function languageOf(request: Request, asked: string | undefined): Language {
  const preferred = asked ?? request.acceptsLanguages([...LANGUAGES]);
  return LANGUAGES.find((language) => language === preferred) ?? 'en';
}

const textOf = ({ summary, lines }: Explained): string => `${[summary, '', ...lines].join('\n')}\n`;

/** `GET /usages/{id}/explanation`: in words, why a use was allowed or denied. */
export const explanationRoute = ({ policies }: Needs): KeyedRoute => ({
  method: 'get',
  path: '/usages/{id}/explanation',
  params: { id: id('usage') },
  query,
  scope: 'read',
  doc: {
    tag: 'usages',
    summary: 'Why a use was allowed or denied, with the facts and their ledger keys.',
    description:
      'The compliance report is made again from the grant’s policy, the request and the world that the answer recorded; it is explained only when its digest is the one recorded.',
    responses: {
      200: {
        description: 'The explanation; as lines of text for `Accept: text/plain`.',
        schema: explained,
        alternatives: { [TEXT_TYPE]: { jsonSchema: { type: 'string' } } },
      },
    },
  },
  handle: async ({ request, params: { id: usage = '' }, query: { language, lease } }) => {
    const spoken = languageOf(request, language);
    const explanation = await policies.explain(
      usage,
      spoken,
      lease === undefined ? undefined : Number(lease),
    );
    const headers = { 'content-language': spoken, vary: 'Accept, Accept-Language' };
    if (request.accepts(['json', 'text']) !== 'text') return json(200, explanation, headers);
    return {
      status: 200,
      headers: { ...headers, 'content-type': `${TEXT_TYPE}; charset=utf-8`, 'cache-control': 'no-store' },
      body: textOf(explanation),
    };
  },
});
