import { CodedError } from '../coded-error.js';

/** What can be wrong with an organisation's directory or with a request to it. The code is API, the message is for people. */
export type IdentityErrorCode =
  /** A directory exists but parts of it are missing or empty. Restore it from a backup, or move it away to make a new one. */
  | 'HALF_MADE'
  /** The directory belongs to another MSP id. Choose another directory. */
  | 'OTHER_ORGANISATION'
  /** The name is enrolled already, with another role or other attributes. Choose another name. */
  | 'MEMBER_DIFFERS'
  /** A name, MSP id or domain outside the allowed alphabet. Change the request. */
  | 'NAME_NOT_ALLOWED'
  /** An attribute that Fabric CA would not write byte for byte the same everywhere. Change the request. */
  | 'ATTRIBUTE_NOT_ALLOWED'
  /** Not a certificate serial number in hexadecimal. Change the request. */
  | 'SERIAL_NOT_ALLOWED'
  /** A file that should hold a certificate, a key or attributes does not. */
  | 'NOT_READABLE'
  /** No key in the keystore belongs to the certificate. */
  | 'KEY_MISSING'
  /** No certificate authority of the directory issued this certificate. */
  | 'NOT_ISSUED_HERE'
  /** The certificate names no role or several (client, peer, admin, orderer): Fabric accepts exactly one. */
  | 'ROLE_NOT_ONE'
  /** A directory meant for everybody holds a private key. Do not hand it out. */
  | 'PRIVATE_KEY_IN_PUBLIC_MSP';

/** The one error of this package; `facts` are safe to log (paths, names, codes; never key material). */
export class IdentityError extends CodedError<IdentityErrorCode> {
  override readonly name = 'IdentityError';
}
