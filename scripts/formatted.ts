import { readFileSync } from 'node:fs';
import { format, type FormatConfig } from 'oxfmt';

const options = JSON.parse(
  readFileSync(new URL('../.oxfmtrc.json', import.meta.url), 'utf8'),
) as FormatConfig;

/** The text as `npm run format` leaves it in a file of this name. */
export async function formatted(path: string, text: string, others: FormatConfig = {}): Promise<string> {
  const { code, errors } = await format(path, text, { ...options, ...others });
  const [error] = errors;
  if (error) throw new Error(`${path} cannot be formatted: ${error.message}`);
  return code;
}
