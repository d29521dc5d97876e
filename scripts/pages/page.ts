import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { formatted } from '../formatted.js';
import { withPart } from '../policy-classes/page.js';

/** A page that follows from code, whole or in parts. */
export interface GeneratedPage {
  /** From the root of the project. */
  readonly path: string;
  /** What has to be there, formatted. */
  text(): Promise<string>;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const pathOf = ({ path }: Pick<GeneratedPage, 'path'>): string => ROOT + path;

/** What is there; nothing where there is no such page yet. */
export const present = (page: Pick<GeneratedPage, 'path'>): Promise<string> =>
  readFile(pathOf(page), 'utf8').catch(() => '');

export const written = (path: string, text: string): Promise<void> => writeFile(path, text);

/** A page of which nothing is written by hand. */
export const wholePage = (path: string, text: () => string): GeneratedPage => ({
  path,
  text: () => formatted(ROOT + path, text()),
});

/** A page that people write, but for the parts between comments that name them. */
export const pageWithParts = (
  path: string,
  parts: Readonly<Record<string, () => string>>,
): GeneratedPage => ({
  path,
  text: async () =>
    formatted(
      ROOT + path,
      Object.entries(parts).reduce(
        (text, [name, table]) => withPart(text, name, table()),
        await present({ path }),
      ),
    ),
});
