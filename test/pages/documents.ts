import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ROOT } from '../../scripts/pages/page.js';

/** A page that people read, by its path from the root of the project. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Every page that is kept, and every new one that is not ignored. */
export const documents = (): readonly Document[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => path !== '')
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(ROOT + path, 'utf8') }];
      } catch {
        return []; // Deleted, and not yet committed.
      }
    });

/** Without code: fenced blocks, and what stands between back quotes. */
export const proseOf = ({ text }: Pick<Document, 'text'>): string =>
  text.replaceAll(/^ *```.*?^ *```/gms, '').replaceAll(/`[^`\n]*`/g, '');

/** The names by which a heading can be linked to, as GitHub makes them. */
export function anchorsOf({ text }: Pick<Document, 'text'>): ReadonlySet<string> {
  const headings = text.replaceAll(/^ *```.*?^ *```/gms, '').matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

/** Files that the page links to or names between back quotes with a folder, as paths from the root. */
export const pathsNamedIn = ({ text }: Pick<Document, 'text'>): readonly string[] =>
  [...text.matchAll(/`([\w.-]+(?:\/[\w.<>-]+)+\/?)`/g)].map(([, path = '']) => path);
