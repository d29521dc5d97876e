import { KuboError } from './errors.js';

/**
 * One call of Kubo's RPC API that answers with a small JSON object.
 * @throws KuboError UNREACHABLE also when it does not answer in time (milliseconds)
 */
export async function askKubo(api: string, path: string, withinMs: number): Promise<unknown> {
  try {
    const url = new URL(`${api.replace(/\/$/, '')}/api/v0/${path}`);
    const authorization = basic(url);
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const signal = AbortSignal.timeout(withinMs);
    const response = await fetch(url, { method: 'POST', headers, redirect: 'error', signal });
    if (!response.ok) throw new KuboError('UNREACHABLE', `status ${response.status}`);
    return await response.json();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'failed';
    throw new KuboError('UNREACHABLE', `Kubo's API did not answer ${path}: ${why}`, { cause });
  }
}

/** fetch refuses URLs with credentials: they are taken out and sent as a header. */
function basic(url: URL): string | undefined {
  if (url.username === '') return undefined;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
