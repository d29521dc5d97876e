import { file } from '../../config/forms.js';
import { configuration } from '../../feature/configuration.js';

/** The owner's own key, where there is one. */
export interface OwnerKeySettings {
  readonly ownerKeystore: string | undefined;
  readonly ownerPasswordFile: string | undefined;
}

export const custodyConfiguration = configuration(
  {
    TALLYSTICK_OWNER_KEYSTORE: file
      .optional()
      .describe(
        'encrypted JSON keystore (as Ethereum wallets write it) of the owner’s key, which signs the claims of files that are registered (EIP-712)',
      ),
    TALLYSTICK_OWNER_PASSWORD_FILE: file.optional().describe('file with the password of that keystore'),
  },
  (v): OwnerKeySettings => ({
    ownerKeystore: v.TALLYSTICK_OWNER_KEYSTORE,
    ownerPasswordFile: v.TALLYSTICK_OWNER_PASSWORD_FILE,
  }),
);
