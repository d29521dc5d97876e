import * as z from 'zod';

/** Forms of variables. Messages name no value: it may be a credential. */

export const HOST_PORT = /^(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/;
export const MEBIBYTE = 1024 * 1024;

export const text = z.string().min(1, 'must not be empty');
export const file = text.meta({ form: 'file' });
export const directory = text.meta({ form: 'directory' });
export const hostPort = z
  .string()
  .refine((value) => {
    const port = HOST_PORT.exec(value)?.[2];
    return port !== undefined && Number(port) < 65_536;
  }, 'must be host:port')
  .meta({ form: 'host:port' });
export const integer = (least: number, most: number): z.ZodType<number> =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be ${least} to ${most}`)
    .meta({ form: `a whole number, ${least} to ${most}` });
export const baseUrl = z
  .string()
  .refine((value) => {
    const url = parseUrl(value);
    return url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  }, 'must be an http or https URL')
  .meta({ form: 'URL' });
export const json = z.string().transform((value, context): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
});
export const list = z.string().transform((value) => value.split(',').map((item) => item.trim()));
export const urls = list.pipe(z.array(baseUrl).max(10)).meta({ form: 'list of URLs with commas' });

export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
