import { commitmentSalt } from '../../payload/file-key.js';
import { unwrapFileKey } from '../../payload/key-wrap.js';
import type { RecipientKeys } from '../../payload/port.js';
import type { OwnerHeaders } from './stores/port.js';

/** Salt of the plaintext of a version whose file key is here: with it alone a commitment can be opened. */
export const newSalts =
  (ownerHeaders: OwnerHeaders, { identity }: RecipientKeys) =>
  async (versionId: string): Promise<string | undefined> => {
    const owned = await ownerHeaders.get(versionId);
    if (owned === undefined) return undefined;
    const fileKey = unwrapFileKey(owned.header, identity);
    try {
      return commitmentSalt(fileKey).toString('hex');
    } finally {
      fileKey.fill(0);
    }
  };
