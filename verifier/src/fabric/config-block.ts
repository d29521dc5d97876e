import { Message } from '../bytes/protobuf.js';
import { rejectUnless } from '../rejection.js';
import { checkBlockData, isConfigBlock, type Block } from './block.js';
import { readEnvelope } from './envelope.js';

/**
 * The common.Config that a configuration block sets in force, after a look at the form and the data hash of the block. Who signed the
 * block is `checkOrderers`'. @throws Rejection NOT_WELL_FORMED, DATA_HASH_DIFFERS, WRONG_CHANNEL, MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD
 */
export function configIn(block: Pick<Block, 'number' | 'dataHash' | 'data'>, channel: string): Uint8Array {
  checkBlockData(block);
  const [envelope] = block.data;
  const isConfig = envelope !== undefined && isConfigBlock(block);
  rejectUnless(isConfig, 'NOT_WELL_FORMED', { block: `${block.number}`, what: 'no configuration block' });
  const { channelHeader, data } = readEnvelope(envelope);
  const found = Message.read(channelHeader, { fields: [1, 2, 3, 4, 5, 6, 7, 8] }).text(4);
  rejectUnless(found === channel, 'WRONG_CHANNEL', { block: `${block.number}`, channel: found });
  return Message.read(data, { fields: [1, 2] }).bytes(1);
}
