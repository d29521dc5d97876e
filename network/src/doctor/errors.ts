/** What keeps the doctor from seeing the configuration of a channel. */
export class ChannelUnseen extends Error {
  override readonly name = 'ChannelUnseen';
  readonly code = 'CHANNEL_UNSEEN';
}
