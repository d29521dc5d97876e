import { status } from '@grpc/grpc-js';
import { common } from '@hyperledger/fabric-protos';
import { POLICY, type ChannelConfig } from './channel-config.js';
import { ABSOLUTE_MAX_BYTES } from './genesis.js';
import { isAllowed } from './admission.js';
import { messageOf } from './errors.js';
import { RpcFailure } from './rpc-status.js';
import { readTransaction, type Transaction } from './transaction.js';

/** A refusal in the words in which a Gateway reports what an orderer answered. */
function refused(reply: 'BAD_REQUEST' | 'FORBIDDEN', info: string): RpcFailure {
  const text = `received unsuccessful response from orderer: status=${reply}, info=${info}`;
  return new RpcFailure(status.ABORTED, text);
}

function open(envelope: Uint8Array): Transaction {
  try {
    return readTransaction(envelope);
  } catch (cause) {
    throw refused('BAD_REQUEST', messageOf(cause));
  }
}

/**
 * The checks of an orderer before it orders an envelope (orderer/common/msgprocessor): channel, size, expiry of the
 * creator's certificate, channel writers. Whether the transaction is valid is decided in its block.
 * @throws RpcFailure ABORTED
 */
export function checkBroadcast(
  envelope: Uint8Array,
  channel: string,
  config: ChannelConfig,
  nowMs: number,
): void {
  const { type, channelId, creator, payload, signature } = open(envelope);
  if (channelId !== channel) throw refused('BAD_REQUEST', 'channel does not exist');
  if (type === common.HeaderType.CONFIG)
    throw refused('BAD_REQUEST', 'message is of type that cannot be processed directly');
  if (type === common.HeaderType.CONFIG_UPDATE)
    throw refused('BAD_REQUEST', 'unsupported by the embedded node: configuration updates');
  const size = payload.length + signature.length;
  if (size > ABSOLUTE_MAX_BYTES)
    throw refused(
      'BAD_REQUEST',
      `message payload is ${size} bytes and exceeds maximum allowed ${ABSOLUTE_MAX_BYTES} bytes`,
    );
  const expiry = config.identities.find(creator)?.certificate.notAfter;
  if (expiry !== undefined && nowMs > expiry)
    throw refused('BAD_REQUEST', 'broadcast client identity expired');
  if (!isAllowed({ identity: creator, data: payload, signature }, POLICY.channelWriters, config))
    throw refused(
      'FORBIDDEN',
      "implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' " +
        'sub-policies to be satisfied: permission denied',
    );
}
