import { hash } from 'node:crypto';
import { computeSha256By } from '@tallystick/chaincode/model';

const bytes = (input: Uint8Array | string): Uint8Array => {
  const { buffer, byteOffset, byteLength } = hash('sha256', input, 'buffer');
  return new Uint8Array(buffer, byteOffset, byteLength);
};

/** Has this process hash by OpenSSL; may be called again. */
export function hashNatively(): void {
  computeSha256By({ bytes, hex: (input) => hash('sha256', input, 'hex') });
}
