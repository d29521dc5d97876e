import { USES_MEDIA_TYPE } from '@tallystick/chaincode/model';

const MARK = new RegExp(`"mediaType"\\s*:\\s*"${USES_MEDIA_TYPE.replaceAll(/[.+]/g, String.raw`\$&`)}"`);

/**
 * Whether a file calls itself a completeness file, also where a program saved it anew: inside of a string of JSON the quotation marks could not
 * stand like that.
 */
export const isUses = (bytes: Uint8Array): boolean => MARK.test(new TextDecoder('latin1').decode(bytes));
