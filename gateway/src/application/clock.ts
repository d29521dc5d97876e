import { instantOf, type Instant } from '@tallystick/chaincode/model';

/** The gateway's own clock. */
export const now = (): Instant => instantOf(Date.now());
