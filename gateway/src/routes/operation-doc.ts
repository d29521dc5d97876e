import * as z from 'zod';
import type { ResponseDoc } from '../http/route.js';

/** What a client sees of an operation (`operation-answer.ts`). */
const operationSchema = z.strictObject({
  id: z.string(),
  state: z.enum(['PENDING', 'COMMITTED', 'FAILED']),
  transaction: z.string(),
  txId: z.string(),
  blockNumber: z.int().optional(),
  result: z.unknown().optional(),
  refusal: z.unknown().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const operationDoc = (description: string): ResponseDoc => ({ description, schema: operationSchema });
