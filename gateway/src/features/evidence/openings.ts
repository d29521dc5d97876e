import type { Opening } from '@tallystick/chaincode/model';
import type { Openings } from '../../state/port.js';

/** More are not put into a file. */
const MOST = 200;

const SEALED = /"sealed":\{"cid":"[^"]*","digest":"(sha256:[0-9a-f]{64})"\}/g;

/** Commitments of sealed fields in canonical record texts, each once. */
export const commitmentsIn = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(SEALED)].flatMap(([, digest]) => digest ?? []))),
];

/** The openings that this organisation has of sealed fields in canonical texts. */
export async function openingsOf(
  texts: readonly string[],
  openings: Pick<Openings, 'get'>,
): Promise<readonly Opening[]> {
  const found = await Promise.all(commitmentsIn(texts).map((digest) => openings.get(digest)));
  return found
    .flatMap((opening) => opening ?? [])
    .slice(0, MOST)
    .map(({ salt, value }) => ({ salt, value: JSON.parse(value) as Opening['value'] }));
}
