import { IdentityError } from './errors.js';

/** MSP ids become state keys and file names on every member's machine, so the alphabet is narrow. */
export const MSP_ID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/;

/** Names of peers, orderers and users: one directory each, so nothing that could leave the organisation's own. */
export const MEMBER_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A DNS domain in lower case (RFC 1035 labels). */
export const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Legal names go into the CA's subject (X.520 ub-organization-name is 64); no control characters, no edge blanks. */
export const ORGANISATION_NAME = /^(?! )[^\p{C}]{1,64}(?<! )$/u;

/** Returns the value, or throws `NAME_NOT_ALLOWED` naming what it was meant to be. */
export function checkedName(value: string, pattern: RegExp, what: string): string {
  if (!pattern.test(value)) {
    throw new IdentityError('NAME_NOT_ALLOWED', `${JSON.stringify(value)} is not a valid ${what}`, {
      what,
      value,
    });
  }
  return value;
}
