export type OutboxErrorCode = 'MEMBER_UNKNOWN' | 'MEMBER_UNAVAILABLE' | 'MEMBER_REFUSED';

/** A notice that did not arrive; it is sent again. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code: OutboxErrorCode;
  constructor(code: OutboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const WITHIN_MS = 10_000;

function noticesOf(base: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/notices`;
  return url;
}

async function post(url: URL, body: string): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
    });
  } catch (cause) {
    throw new OutboxError('MEMBER_UNAVAILABLE', `${url.host} cannot be reached`, { cause });
  }
}

/** Sends notices to other members' gateways, by MSP id. Arrived is what they have answered with a 2xx. */
export function newOutbox(
  members: Readonly<Record<string, string>>,
): (mspId: string, notice: object) => Promise<void> {
  return async (mspId, notice) => {
    const base = members[mspId];
    if (base === undefined) throw new OutboxError('MEMBER_UNKNOWN', `no address of ${mspId} is configured`);
    const response = await post(noticesOf(base), JSON.stringify(notice));
    await response.body?.cancel();
    if (!response.ok) throw new OutboxError('MEMBER_REFUSED', `${mspId} answered ${response.status}`);
  };
}
