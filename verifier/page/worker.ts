import { parseStatement } from '@tallystick/chaincode/model';
import type { Subtle } from '../src/crypto/subtle.js';
import { Rejection } from '../src/rejection.js';
import { formatTrust, readTrust, TrustError } from '../src/trust/file.js';
import { statementTextOf, trustFromStatements } from '../src/trust/statements.js';
import type { Trust } from '../src/trust/trust.js';
import { notTakenIn, type Verdict } from '../src/verdict.js';
import { verify } from '../src/verify.js';
import { readEvidence, readPayload, readTyped } from './intake.js';
import {
  ProblemError,
  type Answer,
  type Gathered,
  type Gathering,
  type Problem,
  type Task,
  type Verification,
} from './task.js';

/** The other life of the page's script: in a worker, where a large or hostile file cannot freeze the page. */
export function serve(): void {
  globalThis.addEventListener('message', ({ data }: MessageEvent<Task>) => {
    void judge(data).then((answer) => globalThis.postMessage(answer));
  });
}

async function judge(task: Task): Promise<Answer> {
  try {
    return 'statements' in task ? { gathered: await gathered(task) } : { verdict: await verdictOn(task) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

async function verdictOn(task: Verification): Promise<Verdict> {
  const trust = await trustOf(task.trust);
  const evidence = await readEvidence(task.evidence);
  if (evidence instanceof Rejection) return notTakenIn(evidence);
  const payload = task.payload && { payload: readPayload(task.payload) };
  return verify({ evidence, trust, ...payload }, subtle());
}

/** By the same checks as `tallystick-verify trust`. */
async function gathered({ statements }: Gathering): Promise<Gathered> {
  const files = await Promise.all(statements.map(readTyped));
  try {
    const texts = files.map(statementTextOf);
    const trust = await trustFromStatements(texts, subtle());
    const signers = texts.map((text) => parseStatement(text).statement);
    return { trust: formatTrust(trust), signers };
  } catch (cause) {
    if (!(cause instanceof Rejection)) throw cause;
    throw new ProblemError('STATEMENTS_UNUSABLE', cause.message, { cause });
  }
}

let known: Subtle | undefined;

/** One for all files: what is learnt of keys and certificates is remembered with it. */
const subtle = (): Subtle => (known ??= newSubtle(globalThis.crypto.subtle));

/** The browser's own, behind the verifier's narrower types: no key is made here, and no shared memory is in use. */
function newSubtle(own: SubtleCrypto): Subtle {
  return {
    importKey: (format, keyData, algorithm, extractable, usages) =>
      own.importKey(format, keyData as Uint8Array<ArrayBuffer>, algorithm, extractable, usages),
    digest: (algorithm, data) => own.digest(algorithm, data as Uint8Array<ArrayBuffer>),
    verify: (algorithm, key, signature, data) =>
      own.verify(algorithm, key, signature as Uint8Array<ArrayBuffer>, data as Uint8Array<ArrayBuffer>),
  };
}

async function trustOf(file: File): Promise<Trust> {
  const bytes = await readTyped(file);
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
