import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { readResume, resumeLines, type Standing } from '../src/audit/index.js';

/** A file from which an interrupted audit goes on. */
export interface ResumeFile {
  /** Where the last audit stood; `undefined` when there is no file. @throws InputError RESUME_UNUSABLE */
  read(): Promise<Standing | undefined>;
  /** Replaces the file as a whole: after a crash it is the old one or the new one. */
  write(standing: Standing): Promise<void>;
}

const CHUNK = 1 << 20;

/** Only its owner may read or write it: who can change it can choose what the audit believes. */
const PRIVATE = 0o600;

/** @param trust digest of the trust file it belongs to */
export function newResumeFile(path: string, trust: string, chaincode: string): ResumeFile {
  return {
    async read() {
      const isThere = await stat(path).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
          throw error;
        },
      );
      return isThere ? readResume(linesOf(path), trust) : undefined;
    },
    async write(standing) {
      const making = `${path}.${process.pid}.making`;
      try {
        await writeLines(making, resumeLines(standing, trust, chaincode));
        await rename(making, path);
      } finally {
        await rm(making, { force: true });
      }
    },
  };
}

const linesOf = (path: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = await open(path, 'w', PRIVATE);
  try {
    let chunk = '';
    for (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < CHUNK) continue;
      await file.write(chunk);
      chunk = '';
    }
    await file.write(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}
