import type { Subtle } from '../src/crypto/subtle.js';
import { readTrust, TrustError } from '../src/trust/file.js';
import type { Trust } from '../src/trust/trust.js';
import { verify } from '../src/verify.js';
import { readEvidence, readPayload, readTrustBytes } from './intake.js';
import { ProblemError, type Answer, type Problem, type Task } from './task.js';

/** The other life of the page's script: in a worker, where a large or hostile file cannot freeze the page. */
export function serve(): void {
  globalThis.addEventListener('message', ({ data }: MessageEvent<Task>) => {
    void judge(data).then((answer) => globalThis.postMessage(answer));
  });
}

async function judge(task: Task): Promise<Answer> {
  try {
    const trust = await trustOf(task.trust);
    const evidence = await readEvidence(task.evidence);
    const payload = task.payload && { payload: readPayload(task.payload) };
    return { verdict: await verify({ evidence, trust, ...payload }, subtle()) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** The browser's own, behind the verifier's narrower types: no key is made here, and no shared memory is in use. */
function subtle(): Subtle {
  const { subtle: own } = globalThis.crypto;
  return {
    importKey: (format, keyData, algorithm, extractable, usages) =>
      own.importKey(format, keyData as Uint8Array<ArrayBuffer>, algorithm, extractable, usages),
    verify: (algorithm, key, signature, data) =>
      own.verify(algorithm, key, signature as Uint8Array<ArrayBuffer>, data as Uint8Array<ArrayBuffer>),
  };
}

async function trustOf(file: File): Promise<Trust> {
  const bytes = await readTrustBytes(file);
  try {
    return readTrust(bytes);
  } catch (cause) {
    if (!(cause instanceof TrustError)) throw cause;
    throw new ProblemError('TRUST_UNUSABLE', cause.message, { cause });
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return { code: error.code, detail: error.message };
  return { code: 'MISTAKE', detail: error instanceof Error ? error.message : String(error) };
}
