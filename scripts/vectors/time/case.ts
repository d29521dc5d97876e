import {
  AT,
  MESSAGE,
  newRoot,
  newSigner,
  tokenOf,
  type Signer,
  type SignerOptions,
  type TokenOptions,
} from '../../../verifier/test/time/making.js';

type Expected =
  | { readonly result: 'pass'; readonly accuracyMs: number; readonly authority: string }
  | { readonly result: 'fail' | 'not-evaluated'; readonly reason: string };

/** A token, what it should be over, whom the reader trusts, and what must come out. */
export interface Case {
  readonly token: Uint8Array;
  readonly message: Uint8Array;
  readonly trusted: Readonly<Record<string, Uint8Array>>;
  readonly at: string;
  readonly expected: Expected;
}

export type Cases = Readonly<Record<string, () => Case>>;

export interface Setting {
  readonly signer: Signer;
  readonly trusted: Readonly<Record<string, Uint8Array>>;
  /** Certificates in the token, where it is not the signer's alone. */
  readonly carried?: readonly Uint8Array[];
}

/** How the token is made, and what becomes of it afterwards. */
type Shape = Partial<TokenOptions> & { readonly alter?: (token: Uint8Array) => Uint8Array };
type Shaped = Shape | ((setting: Setting) => Shape);

/** A root, and a signer that it issued. */
export function plain(options: SignerOptions = {}, root = newRoot('Root of time')): Setting {
  return { signer: newSigner(root, options), trusted: { Root: root.certificate } };
}

function made(make: () => Setting, shaped: Shaped, expected: Expected): Case {
  const setting = make();
  const { signer, trusted, carried } = setting;
  const given = typeof shaped === 'function' ? shaped(setting) : shaped;
  const { alter = (token: Uint8Array) => token, ...options } = given;
  const token = alter(tokenOf(signer, { message: MESSAGE, ...(carried && { carried }), ...options }));
  return { token, message: MESSAGE, trusted, at: options.at ?? AT, expected };
}

export const passes =
  (setting: () => Setting, shape: Shaped = {}, accuracyMs = 1000): (() => Case) =>
  () =>
    made(setting, shape, { result: 'pass', accuracyMs, authority: 'Root' });

export const fails =
  (setting: () => Setting, shape: Shaped = {}): (() => Case) =>
  () =>
    made(setting, shape, { result: 'fail', reason: 'TOKEN_INVALID' });

const isOpen =
  (reason: string) =>
  (setting: () => Setting, shape: Shaped = {}): (() => Case) =>
  () =>
    made(setting, shape, { result: 'not-evaluated', reason });

export const isNotTrusted = isOpen('AUTHORITY_NOT_TRUSTED');
export const isNotSupported = isOpen('TOKEN_NOT_SUPPORTED');
