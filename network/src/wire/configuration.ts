import { common, msp } from '@hyperledger/fabric-protos';
import { decode } from './decode.js';
import { openChannelHeader, openEnvelope, openPayload } from './envelope.js';

/** The configuration in the envelopes of a block; `undefined` when the block carries none. */
export function configOf([envelope]: readonly Uint8Array[]): common.Config | undefined {
  if (envelope === undefined) return undefined;
  const { channelHeader, data } = openPayload(openEnvelope(envelope).payload);
  if (openChannelHeader(channelHeader).type !== common.HeaderType.CONFIG) return undefined;
  return decode(common.ConfigEnvelope, data).getConfig();
}

/** The membership of an organisation, as its group in a configuration has it; `undefined` for a group that has none. */
export function mspIn(organisation: common.ConfigGroup): msp.FabricMSPConfig | undefined {
  const value = organisation.getValuesMap().get('MSP');
  return value && decode(msp.FabricMSPConfig, decode(msp.MSPConfig, value.getValue_asU8()).getConfig_asU8());
}
