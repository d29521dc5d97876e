import type { CID } from 'multiformats/cid';
import { isBlockOf, MAX_BLOCK_BYTES, parseCid } from './cid.js';
import { PayloadError, type BlockSource } from './port.js';

/** Another member's gateway. */
export interface RemoteMember {
  /** Base URL; blocks are at `<url>/ipfs/<cid>?format=raw` (IPFS trustless gateway). */
  readonly url: string;
  /** Value of the `Authorization` header, for this member only. */
  readonly authorization?: string;
}

const BLOCK_TYPE = 'application/vnd.ipld.raw';
const DEADLINE_MS = 10_000;

/**
 * Blocks of other members, asked one after the other until one sends bytes that the CID names.
 * No member is trusted: each answer has a deadline and a size limit, is verified, and may not redirect elsewhere.
 * @throws (from `block`) PayloadError BLOCK_MISSING, its cause listing what each member answered; CID_INVALID
 */
export function newRemoteBlocks(
  members: readonly (string | RemoteMember)[],
  deadlineMs: number = DEADLINE_MS,
): BlockSource {
  const remotes = members.map((member) => (typeof member === 'string' ? { url: member } : member));
  return {
    async block(text, signal) {
      const cid = parseCid(text);
      const failures: string[] = [];
      for (const member of remotes) {
        signal?.throwIfAborted();
        const answer = await ask(member, cid, deadline(deadlineMs, signal));
        if (answer instanceof Uint8Array) return answer;
        failures.push(`${member.url}: ${answer}`);
      }
      signal?.throwIfAborted();
      throw new PayloadError('BLOCK_MISSING', `no other member has the block ${text}`, { cause: failures });
    },
  };
}

function deadline(ms: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** The block, or why this member did not give it. */
async function ask(member: RemoteMember, cid: CID, signal: AbortSignal): Promise<Uint8Array | string> {
  try {
    const response = await fetch(blockUrl(member.url, cid), {
      headers: {
        accept: BLOCK_TYPE,
        ...(member.authorization === undefined ? {} : { authorization: member.authorization }),
      },
      redirect: 'error',
      signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return `status ${response.status}`;
    }
    const bytes = await readLimited(response);
    if (bytes === undefined) return 'more bytes than a block has';
    return isBlockOf(cid, bytes) ? bytes : 'bytes that the CID does not name';
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  }
}

function blockUrl(base: string, cid: CID): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/ipfs/${cid.toString()}`;
  url.search = '?format=raw';
  return url;
}

async function readLimited(response: Response): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MAX_BLOCK_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
