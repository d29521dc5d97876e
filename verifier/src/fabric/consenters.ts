import { Message } from '../bytes/protobuf.js';
import { rejectUnless } from '../rejection.js';
import type { ConfigGroup } from './config-groups.js';
import type { Consenter, Ordering } from './identity.js';

/** Consensus type that the embedded node writes into its configuration. */
const SINGLE_OPERATOR = 'tallystick-embedded-single-operator';
const NONE = new Uint8Array();

function readConsenter(bytes: Uint8Array): Consenter {
  const consenter = Message.readKnown(bytes, { fields: [1, 4, 5] });
  return {
    id: Number(consenter.number(1)),
    mspId: consenter.text(4),
    certificate: consenter.bytes(5),
  };
}

// One id for two would let one signature be looked up as another's.
function readConsenters(bytes: Uint8Array): Consenter[] {
  const mapping = Message.readKnown(bytes, { fields: [], repeated: [1] });
  const consenters = mapping.repeated(1).map(readConsenter);
  const isDistinct = new Set(consenters.map(({ id }) => id)).size === consenters.length;
  rejectUnless(isDistinct, 'MALFORMED', { what: 'two consenters of one id' });
  return consenters;
}

/** Orderers of a Raft channel: they are named by TLS certificates, which say nothing of organisations. */
const raftConsenters = (metadata: Uint8Array): number =>
  Message.readKnown(metadata, { fields: [], repeated: [1] }).repeated(1).length;

/** How blocks come to be, from the orderer group (orderer.ConsensusType, common.Orderers). @throws Rejection MALFORMED */
export function readOrdering({ values }: ConfigGroup): Ordering {
  const consensus = Message.readKnown(values.get('ConsensusType') ?? NONE, { fields: [1, 2] });
  const type = consensus.text(1);
  switch (type) {
    case 'BFT':
      return { kind: 'BFT', consenters: readConsenters(values.get('Orderers') ?? NONE) };
    case 'etcdraft':
      return { kind: 'RAFT', consenters: raftConsenters(consensus.bytes(2)) };
    case SINGLE_OPERATOR:
      return { kind: 'SINGLE_OPERATOR' };
    default:
      return { kind: 'UNKNOWN', type };
  }
}
