import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { text as textOf } from 'node:stream/consumers';
import { z } from 'zod';
import { HOST, tlsFiles, type OrdererNode } from '../../fabric/layout.js';
import type { Check } from '../check.js';
import { notMade, type Finding } from '../finding.js';
import { reasonOf } from '../one-line.js';

const WITHIN = 4_000;
const NOT_FOUND = 404;

const participation = z.object({ consensusRelation: z.string(), status: z.string() });

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks an orderer's administration, which wants a certificate of the organisation's TLS authority. */
async function ask(orderer: OrdererNode, path: string): Promise<Answer> {
  const { certificate, key, root } = tlsFiles(orderer.identity);
  const [cert, privateKey, ca] = await Promise.all([certificate, key, root].map((file) => readFile(file)));
  return new Promise((resolve, reject) => {
    const options = { host: HOST, port: orderer.adminPort, path, agent: false, cert, key: privateKey, ca };
    const asked = request({ ...options, signal: AbortSignal.timeout(WITHIN) }, (response) => {
      textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    asked.once('error', reject);
    asked.end();
  });
}

const notJoined = ({ name, adminPort }: OrdererNode, channel: string): Finding => ({
  code: 'ORDERER_NOT_JOINED',
  severity: 'error',
  subject: name,
  text: `runs and is not on channel ${channel}`,
  remedy: `osnadmin channel join --channelID ${channel} --config-block <newest configuration block> -o ${HOST}:${adminPort}`,
});

const notActive = ({ name }: OrdererNode, relation: string, status: string): Finding => ({
  code: 'ORDERER_NOT_ACTIVE',
  severity: 'error',
  subject: name,
  text: `is on the channel as ${relation}, ${status}: it does not order`,
  remedy:
    relation === 'consenter'
      ? 'wait while it catches up (onboarding); then see its log'
      : 'add it to the consenters by an update of the channel configuration',
});

/** The channel participation API (fabric:docs/source/create_channel/create_channel_participation.md). */
async function ordererFindings(orderer: OrdererNode, channel: string): Promise<Finding[]> {
  try {
    const { status: code, text } = await ask(orderer, `/participation/v1/channels/${channel}`);
    if (code === NOT_FOUND) return [notJoined(orderer, channel)];
    const { consensusRelation: relation, status } = participation.parse(JSON.parse(text));
    return relation === 'consenter' && status === 'active' ? [] : [notActive(orderer, relation, status)];
  } catch (error) {
    return [notMade(`participation of ${orderer.name}`, reasonOf(error))];
  }
}

/** Every orderer that runs is on the channel and orders. */
export const ordererParticipation: Check = {
  name: 'participation of the orderers',
  of: 'fabric',
  within: 10_000,
  async run(examined) {
    const running = await examined.running(examined.orderers);
    const isOpen = await Promise.all(running.map(({ adminPort }) => examined.listens(adminPort)));
    const asked = running.filter((_, index) => isOpen[index] === true);
    const { channel } = examined.topology;
    return (await Promise.all(asked.map((each) => ordererFindings(each, channel)))).flat();
  },
};
