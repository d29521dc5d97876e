import type { EvidenceSubject } from '@tallystick/chaincode/model';
import {
  EvidenceError,
  type Evidence,
  type EvidenceOptions,
  type UsesQuestion,
  type UsesRows,
} from '../../src/features/evidence/port.js';

/** Files by subject id; a subject that is `null` is still being collected. */
export class FakeEvidence implements Evidence {
  readonly files = new Map<string, string | null>();
  readonly asked: { readonly subject: EvidenceSubject; readonly options: EvidenceOptions }[] = [];
  readonly reports: object[] = [];

  file(subject: EvidenceSubject, { signal: _, ...options }: EvidenceOptions): Promise<string> {
    this.asked.push({ subject, options });
    const file = this.files.get(subject.id);
    if (typeof file === 'string') return Promise.resolve(file);
    return Promise.reject(new EvidenceError(file === null ? 'PENDING' : 'NOT_FOUND', subject.id));
  }

  provenUses(question: UsesQuestion): Promise<string> {
    this.reports.push({ question });
    return Promise.resolve('{"proven":true}');
  }

  uses(question: UsesQuestion, page: { readonly skip: number; readonly limit: number }): Promise<UsesRows> {
    this.reports.push({ question, page });
    const next = page.skip + page.limit;
    return Promise.resolve({ from: -1, to: 9, count: 60, items: [], ...(next < 60 && { next }) });
  }

  statement(): Promise<string> {
    return Promise.resolve('Tallystick fingerprint statement 1\n');
  }
}
