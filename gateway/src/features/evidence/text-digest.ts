import { createHash } from 'node:crypto';
import type { Digest } from '@tallystick/chaincode/model';

/** SHA-256 over a text. The model's own is written for every platform, and a good deal slower over whole files. */
export const textDigest = (text: string): Digest =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
