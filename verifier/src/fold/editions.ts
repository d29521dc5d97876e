import { digestOf, encode, type Digest } from '@tallystick/chaincode/model';
import { RULES_VERSION } from '@tallystick/chaincode/rules';

const digest = digestOf(encode({ editions: {}, otherwise: RULES_VERSION }));

/** Digest of the table from versions of the chaincode definition to editions of the rules: none yet but the present one. */
export const editionsDigest = (): Digest => digest;
