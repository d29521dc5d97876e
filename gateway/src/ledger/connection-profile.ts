import { X509Certificate } from 'node:crypto';
import { load } from 'js-yaml';
import * as z from 'zod';

/** One of the own organisation's peers as a connection profile names it. */
export interface ProfilePeer {
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
  /** TLS roots in PEM, or the file that holds them; `undefined` for a connection in clear. */
  readonly tlsRoots: { readonly pem: string } | { readonly path: string } | undefined;
  readonly serverName: string | undefined;
}

/** Whose peers are looked for. */
export interface ProfileQuestion {
  /** How messages name the profile. */
  readonly file: string;
  readonly mspId: string;
  readonly channel: string;
}

/** A connection profile, or a file that it names, that cannot be used. The message names file and problem, and quotes no content. */
export class ConnectionProfileError extends Error {
  override readonly name = 'ConnectionProfileError';
  readonly code = 'PROFILE_INVALID';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(['The peers cannot be had:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

const text = z.string().min(1);
const names = z.array(text).default([]);
// The common connection profile of Fabric's client libraries; everything else in it concerns other libraries and is left alone.
const profile = z.object({
  organizations: z.record(text, z.object({ mspid: text, peers: names })),
  peers: z.record(
    text,
    z.object({
      url: text,
      tlsCACerts: z
        .object({ pem: z.union([text, z.array(text).min(1)]).optional(), path: text.optional() })
        .optional(),
      grpcOptions: z
        .object({ 'ssl-target-name-override': text.optional(), hostnameOverride: text.optional() })
        .optional(),
    }),
  ),
  channels: z.record(text, z.object({ peers: z.record(text, z.unknown()).optional() })).optional(),
});
type Profile = z.infer<typeof profile>;

function parse(source: string, file: string): Profile {
  let value: unknown;
  try {
    value = file.endsWith('.json') ? JSON.parse(source) : load(source);
  } catch {
    // The cause is dropped on purpose: it quotes the source.
    throw new ConnectionProfileError([`${file}: is no ${file.endsWith('.json') ? 'JSON' : 'YAML'}`]);
  }
  const parsed = profile.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConnectionProfileError(
    parsed.error.issues.map(({ path, code }) => {
      const problem =
        code === 'invalid_type' ? 'is missing, or of the wrong type' : 'is not what is expected';
      return `${[file, ...path.map(String)].join('/')}: ${problem}`;
    }),
  );
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** True for text that is certificates in PEM form: at least one, and each can be parsed. */
export function isCertificates(pem: string): boolean {
  const found = pem.match(CERTIFICATES) ?? [];
  try {
    return found.length > 0 && found.every((each) => new X509Certificate(each).raw.length > 0);
  } catch {
    return false;
  }
}

/** `[isTls, host:port]`; `undefined` for anything but `grpc://` or `grpcs://` and an address with a port. */
function parseUrl(url: string): readonly [boolean, string] | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, port, pathname, search, username } = new URL(url);
  const isPlain = port !== '' && (pathname === '' || pathname === '/') && search === '' && username === '';
  return isPlain && /^grpcs?:$/.test(protocol) ? [protocol === 'grpcs:', host] : undefined;
}

type Entry = Profile['peers'][string];

function rootsOf({ tlsCACerts }: Entry, where: string): ProfilePeer['tlsRoots'] {
  const { pem, path } = tlsCACerts ?? {};
  if (pem === undefined) {
    if (path !== undefined) return { path };
    throw new ConnectionProfileError([`${where}/tlsCACerts: has neither pem nor path`]);
  }
  const roots = [pem].flat();
  if (!roots.every(isCertificates))
    throw new ConnectionProfileError([`${where}/tlsCACerts/pem: is no certificate in PEM form`]);
  return { pem: roots.join('\n') };
}

function toPeer(name: string, entry: Entry | undefined, file: string): ProfilePeer {
  const where = `${file}/peers/${name}`;
  if (entry === undefined) throw new ConnectionProfileError([`${where}: is missing`]);
  const url = parseUrl(entry.url);
  if (url === undefined) throw new ConnectionProfileError([`${where}/url: must be grpcs://host:port`]);
  const [isTls, address] = url;
  const options = entry.grpcOptions;
  return {
    name,
    address,
    tlsRoots: isTls ? rootsOf(entry, where) : undefined,
    serverName: isTls ? (options?.['ssl-target-name-override'] ?? options?.hostnameOverride) : undefined,
  };
}

/**
 * The peers of one organisation in a connection profile (YAML, or JSON when the file is called `.json`), in the order in which the
 * organisation lists them. Where the profile describes the channel, peers that are not on it are left out. Throws ConnectionProfileError.
 */
export function peersInProfile(
  source: string,
  { file, mspId, channel }: ProfileQuestion,
): readonly ProfilePeer[] {
  const { organizations, peers, channels } = parse(source, file);
  const own = Object.values(organizations).find(({ mspid }) => mspid === mspId);
  if (own === undefined)
    throw new ConnectionProfileError([`${file}/organizations: none has the mspid ${mspId}`]);
  const onChannel = entryOf(channels ?? {}, channel)?.peers;
  const used = own.peers.filter((name) => onChannel === undefined || Object.hasOwn(onChannel, name));
  if (used.length === 0) throw new ConnectionProfileError([`${file}: ${mspId} has no peer on ${channel}`]);
  return [...new Set(used)].map((name) => toPeer(name, entryOf(peers, name), file));
}

const entryOf = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
