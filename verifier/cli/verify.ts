import { writeFile } from 'node:fs/promises';
import { MAX_USES_BYTES } from '@tallystick/chaincode/model';
import { IntakeError, isUses } from '../src/intake/index.js';
import { catalogueOf, renderJson, renderReport, renderText, type Language } from '../src/report/index.js';
import { Rejection } from '../src/rejection.js';
import { readTrust } from '../src/trust/file.js';
import type { Trust } from '../src/trust/trust.js';
import { EXIT_CODES, notTakenIn, type Verdict } from '../src/verdict.js';
import type { Environment } from './environment.js';
import { payloadOf, readEvidenceFile } from './evidence-input.js';
import { readInput, Unusable } from './usage.js';
import { usesCommand } from './uses.js';
import type { VerifyArguments } from './verify-options.js';

/** From here on a person would wonder what takes so long. */
const LARGE = 1 << 20;

/** Verifies and tells. @returns the exit code @throws Unusable, TrustError */
export async function verifyCommand(given: VerifyArguments, environment: Environment): Promise<number> {
  const trust = readTrust(await readInput(given.trust));
  const payload = given.payload === undefined ? undefined : await payloadOf(given.payload);
  const evidence = await evidenceIn(given.evidence, given.lang);
  if (evidence instanceof Uint8Array && isUses(evidence))
    return usesCommand(evidence, trust, given, environment);
  const verdict = await verdictOn(evidence, trust, payload, environment);
  if (given.report !== undefined) await writeReport(given.report, verdict, given, environment);
  environment.print(
    given.json ? renderJson(verdict) : renderText(verdict, { lang: given.lang, isExplained: given.explain }),
  );
  return EXIT_CODES[verdict.outcome];
}

/**
 * The file; why it was not even taken in, where it is too large. A completeness file may be larger than evidence of one thing.
 * @throws Unusable for one that is not whole: a download that broke off says nothing about the evidence
 */
async function evidenceIn(path: string, lang: Language): Promise<Uint8Array | Rejection> {
  try {
    return await readEvidenceFile(path);
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error;
    if (error.code !== 'TOO_LARGE')
      throw new Unusable(`${catalogueOf(lang).intake[error.code]} (${path}: ${error.message})`, {
        cause: error,
      });
    return (await usesIn(path)) ?? new Rejection('TOO_LARGE', { what: error.message });
  }
}

async function usesIn(path: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await readEvidenceFile(path, MAX_USES_BYTES);
    return isUses(bytes) ? bytes : undefined;
  } catch (error) {
    if (error instanceof IntakeError) return undefined;
    throw error;
  }
}

async function verdictOn(
  evidence: Uint8Array | Rejection,
  trust: Trust,
  payload: AsyncIterable<Uint8Array> | undefined,
  environment: Environment,
): Promise<Verdict> {
  if (evidence instanceof Rejection) return notTakenIn(evidence);
  return watched(evidence, environment, () =>
    environment.verify({ evidence, trust, ...(payload && { payload }) }, environment.subtle),
  );
}

/** Tells a person who watches that it takes a while. */
export async function watched<T>(
  { length }: Uint8Array,
  { isWatched, warn }: Environment,
  work: () => Promise<T>,
): Promise<T> {
  if (!isWatched || length < LARGE) return work();
  warn(`verifying ${(length / LARGE).toFixed(1)} MiB ...`);
  try {
    return await work();
  } finally {
    warn('\r\u001b[K');
  }
}

async function writeReport(
  path: string,
  verdict: Verdict,
  { lang }: VerifyArguments,
  { now }: Environment,
): Promise<void> {
  await writeFile(path, renderReport(verdict, { lang, now: now() })).catch((cause: unknown) => {
    throw new Unusable(`${path} cannot be written`, { cause });
  });
}
