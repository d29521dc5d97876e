import { digestOf, encode, type Json } from '@tallystick/chaincode/model';
import {
  PolicyError,
  type Explained,
  type Policies,
  type WrittenTerms,
} from '../../src/features/policies/port.js';

/** Policies that judge nothing, and explain what a test has put there. */
export class FakePolicies implements Policies {
  readonly asked: { readonly document: Json; readonly before?: Json | undefined }[] = [];
  duty = { action: 'idsc:REPLACE', parameters: digestOf('parameters'), refinements: {} };
  readonly explanations = new Map<string, Explained>();

  lint(document: Json, before?: Json): ReturnType<Policies['lint']> {
    this.asked.push({ document, before });
    return Promise.resolve({ problems: [], findings: [], enforcement: [], duties: [] });
  }

  compare(before: Json, document: Json): ReturnType<Policies['compare']> {
    this.asked.push({ document, before });
    return Promise.resolve({ problems: [], excess: [] });
  }

  termsDigest(terms: WrittenTerms): ReturnType<Policies['termsDigest']> {
    return Promise.resolve(digestOf(encode({ ...terms, canonical: true })));
  }

  dutyAt(): ReturnType<Policies['dutyAt']> {
    return Promise.resolve(this.duty);
  }

  explain(usageId: string, language: 'en' | 'zh', lease?: number): Promise<Explained> {
    const explanation = this.explanations.get(usageId);
    if (explanation === undefined) return Promise.reject(new PolicyError('NOT_FOUND', usageId));
    return Promise.resolve({ ...explanation, language, ...(lease !== undefined && { lease }) });
  }
}
