import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { memberDirectory, tlsFilesIn, tlsRootFile } from '../../identity/index.js';
import { organisationDirectory, type Topology } from '../../topology/index.js';
import type { Check } from '../check.js';
import type { Finding } from '../finding.js';
import { reasonOf } from '../one-line.js';

const DAY = 24 * 60 * 60 * 1000;
const SOON = 30 * DAY;
const REISSUE = 'have the organisation’s authority issue it anew, put it in its place and restart the node';

/** A certificate on disk: where it, its key and its authority are. */
interface Place {
  readonly mspId: string;
  readonly certificate: string;
  /** File of its key, or directory where one of the files is its key. */
  readonly key?: string;
  /** Of another: the certificate that signed it. */
  readonly authority?: string;
}

const finding = (
  [code, severity]: readonly [Finding['code'], Finding['severity']],
  subject: string,
  text: string,
  remedy = REISSUE,
): Finding => ({ code, severity, subject, text, remedy });

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** What a certificate's validity says at a moment. */
function validityFindings(subject: string, certificate: X509Certificate, now: Date): Finding[] {
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  if (now.getTime() > to)
    return [finding(['CERTIFICATE_EXPIRED', 'error'], subject, `expired on ${day(to)}`)];
  if (now.getTime() < from) {
    const remedy = 'set this machine’s clock, or wait';
    return [
      finding(['CERTIFICATE_NOT_YET_VALID', 'error'], subject, `is not valid before ${day(from)}`, remedy),
    ];
  }
  return to - now.getTime() < SOON
    ? [finding(['CERTIFICATE_EXPIRES_SOON', 'warning'], subject, `expires on ${day(to)}`)]
    : [];
}

const isIssuedBy = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

/** Files of a path: itself, or those of the directory that it is. */
async function filesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  return (await readdir(path)).map((name) => join(path, name));
}

async function keyFindings(certificate: X509Certificate, path: string, subject: string): Promise<Finding[]> {
  const files = await filesAt(path);
  const keys = await Promise.all(
    files.map(async (file) => ({ file, key: createPrivateKey(await readFile(file)) })),
  );
  const own = keys.find(({ key }) => certificate.checkPrivateKey(key));
  if (own === undefined) {
    const remedy = 'bring back the key that the certificate was issued for, or have both made anew';
    return [finding(['KEY_DOES_NOT_BELONG', 'error'], subject, `its key is not at ${path}`, remedy)];
  }
  const { mode } = await stat(own.file);
  if ((mode & 0o077) === 0) return [];
  const text = 'can be read by others on this machine';
  return [finding(['KEY_OPEN', 'warning'], own.file, text, `chmod 600 ${own.file}`)];
}

const certificateAt = async (path: string): Promise<X509Certificate> =>
  new X509Certificate(await readFile(path));

async function placeFindings({ certificate: path, key, authority }: Place, now: Date): Promise<Finding[]> {
  try {
    const certificate = await certificateAt(path);
    const found = validityFindings(path, certificate, now);
    if (authority !== undefined && !isIssuedBy(certificate, await certificateAt(authority))) {
      found.push(finding(['CERTIFICATE_NOT_ISSUED_HERE', 'error'], path, `is not issued by ${authority}`));
    }
    return key === undefined ? found : [...found, ...(await keyFindings(certificate, key, path))];
  } catch (error) {
    const remedy = 'bring the file back from a backup, or have its content made anew';
    return [finding(['FILE_UNREADABLE', 'error'], path, reasonOf(error), remedy)];
  }
}

type Organisation = Topology['organisations'][number];

function memberPlaces(topology: Topology, { mspId, peers, orderers, users }: Organisation): Place[] {
  const organisation = organisationDirectory(topology, mspId);
  const nodes = [
    ...peers.map(({ name }) => memberDirectory(organisation, 'peer', name)),
    ...orderers.map(({ name }) => memberDirectory(organisation, 'orderer', name)),
  ];
  const all = [...nodes, ...users.map(({ name, ou }) => memberDirectory(organisation, ou, name))];
  const enrolment = all.map((member) => ({
    mspId,
    certificate: join(member, 'msp/signcerts/cert.pem'),
    key: join(member, 'msp/keystore'),
    authority: join(organisation, 'msp/cacerts/ca.pem'),
  }));
  return [...enrolment, ...nodes.map((node) => tlsPlace(organisation, mspId, join(node, 'tls')))];
}

function tlsPlace(organisation: string, mspId: string, directory: string): Place {
  const { certificate, key } = tlsFilesIn(directory);
  return { mspId, certificate, key, authority: tlsRootFile(organisation) };
}

/** TLS of chaincode and of peers towards it, once it has been made. */
async function serverPlaces(topology: Topology, { mspId }: Organisation): Promise<Place[]> {
  const organisation = organisationDirectory(topology, mspId);
  const servers = join(organisation, 'servers');
  const names = await readdir(servers).catch((): string[] => []);
  return names.map((name) => tlsPlace(organisation, mspId, join(servers, name)));
}

async function placesOf(topology: Topology, organisation: Organisation): Promise<Place[]> {
  const { mspId } = organisation;
  const msp = join(organisationDirectory(topology, mspId), 'msp');
  const authorities = ['cacerts/ca.pem', 'tlscacerts/tlsca.pem'].map((file) => ({
    mspId,
    certificate: join(msp, file),
  }));
  const members = memberPlaces(topology, organisation);
  return [...authorities, ...members, ...(await serverPlaces(topology, organisation))];
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function organisationFindings(
  topology: Topology,
  organisation: Organisation,
  now: Date,
): Promise<Finding[]> {
  const directory = organisationDirectory(topology, organisation.mspId);
  if (!(await isThere(directory))) {
    const remedy =
      'start the network once, which makes what is missing, or name the right directory with --data';
    return [finding(['FILE_UNREADABLE', 'error'], directory, 'is not there', remedy)];
  }
  const places = await placesOf(topology, organisation);
  return (await Promise.all(places.map((place) => placeFindings(place, now)))).flat();
}

/** Every certificate of every organisation: valid now and for a while, of its authority, with its key. */
export const certificates: Check = {
  name: 'certificates',
  of: 'any',
  within: 10_000,
  async run({ topology, now }) {
    const at = now();
    const found = topology.organisations.map((each) => organisationFindings(topology, each, at));
    return (await Promise.all(found)).flat();
  },
};
