import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { address, tlsFiles } from '../../fabric/layout.js';
import type { Check } from '../check.js';
import type { Finding } from '../finding.js';
import type { LedgerNode, ExaminedNetwork } from '../examined-network.js';
import { tlsFindings } from './tls-findings.js';

async function notLoaded({ name, identity }: LedgerNode, shown: X509Certificate): Promise<Finding[]> {
  const { certificate } = tlsFiles(identity);
  const own = await readFile(certificate)
    .then((pem) => new X509Certificate(pem))
    .catch(() => undefined);
  // What is wrong with the file is for the check of certificates to say.
  if (own === undefined || own.fingerprint256 === shown.fingerprint256) return [];
  const text = `shows another certificate than the one in ${certificate}`;
  const remedy = 'restart it, so that it takes the new one; or put the old one back';
  return [{ code: 'TLS_CERTIFICATE_NOT_LOADED', severity: 'warning', subject: name, text, remedy }];
}

async function endpointFindings(examined: ExaminedNetwork, node: LedgerNode): Promise<Finding[]> {
  const answer = await examined.tls(node);
  const found = tlsFindings({ subject: node.name, at: address(node.port), mspId: node.mspId }, answer);
  return answer.outcome === 'met' ? [...found, ...(await notLoaded(node, answer.certificate))] : found;
}

/** What peers and orderers show in TLS: of their organisation's authority, for the host, and the newest. */
export const tls: Check = {
  name: 'TLS of the nodes',
  of: 'fabric',
  within: 10_000,
  async run(examined) {
    const running = await examined.running(examined.nodes);
    return (await Promise.all(running.map((node) => endpointFindings(examined, node)))).flat();
  },
};
