import { appendFile, readFile, rename } from 'node:fs/promises';
import PQueue from 'p-queue';
import { asStoreError, isMissing, writeSynced } from './durable-files.js';

/** What was imported, and when (milliseconds since 1970). */
interface JournalEntry {
  readonly at: number;
  readonly cid: string;
}

/**
 * Imports that nobody has yet found to be needed for good. A line is written before an import is delivered, so that a sweep knows of every
 * file that a crash left, and of nothing that others keep in the same Kubo. A line lost to a power cut costs the space of one file.
 */
export interface ImportJournal {
  add(cid: string): Promise<void>;
  entries(): Promise<readonly JournalEntry[]>;
  /** Forgets entries; those that came in the meantime stay. */
  drop(decided: readonly JournalEntry[]): Promise<void>;
}

const LINE = /^(\d{1,15}) (\S+)$/;

export function openImportJournal(path: string): ImportJournal {
  return new FileJournal(path);
}

class FileJournal implements ImportJournal {
  readonly #path: string;
  readonly #turns = new PQueue({ concurrency: 1 });

  constructor(path: string) {
    this.#path = path;
  }

  add(cid: string): Promise<void> {
    return this.#turns
      .add(() => appendFile(this.#path, lineOf({ at: Date.now(), cid }), { mode: 0o600 }))
      .catch((error: unknown) => {
        throw asStoreError(error);
      });
  }

  entries(): Promise<readonly JournalEntry[]> {
    return this.#turns.add(() => this.#read());
  }

  drop(decided: readonly JournalEntry[]): Promise<void> {
    const lines = new Set(decided.map(lineOf));
    return this.#turns.add(async () => {
      const left = (await this.#read()).map(lineOf).filter((line) => !lines.has(line));
      await writeSynced(`${this.#path}.new`, Buffer.from(left.join('')));
      await rename(`${this.#path}.new`, this.#path);
    });
  }

  /** A line that a crash cut off names nothing, and is passed over. */
  async #read(): Promise<readonly JournalEntry[]> {
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => {
      const [, at, cid] = LINE.exec(line) ?? [];
      return at === undefined || cid === undefined ? [] : [{ at: Number(at), cid }];
    });
  }
}

const lineOf = ({ at, cid }: JournalEntry): string => `${at} ${cid}\n`;
