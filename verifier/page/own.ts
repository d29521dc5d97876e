/** How the file of the page begins and ends, around what a browser makes of it (build.mjs writes it so). */
const BEGINNING = '<!doctype html>\n';
const END = '\n';

/**
 * The text of the page's own file, as the browser has it: a page opened from the disk cannot read itself. The build writes the file as browsers
 * spell documents, so that both are the same. To be asked for while the one script runs, the last thing in the file.
 */
export const ownText = ({ documentElement }: Document): string => BEGINNING + documentElement.outerHTML + END;

/**
 * SHA-256 of a text's UTF-8, `sha256:...`. A page that was forged shows whatever it likes here: it helps a reader find the right line to
 * compare, and shows nothing by itself.
 */
export async function digestOf(text: string): Promise<string | undefined> {
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) return undefined;
  const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
