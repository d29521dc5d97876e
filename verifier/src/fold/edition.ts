import {
  EDITION_TABLE,
  editionFor,
  editionNamed,
  isEarlier,
  type Edition,
  type EditionTable,
} from '@tallystick/chaincode/rules';

/** Which definition of our chaincode is in force after some transaction, and what it has come to before. */
export interface InForce {
  /** Version of the definition; `null`: there is none, or none that a peer can read. */
  readonly version: string | null;
  /** Name of the newest edition of the rules that has decided something; `undefined`: none yet. */
  readonly decided: string | undefined;
}

/** Before the first definition. */
export const NOTHING_IN_FORCE: InForce = { version: null, decided: undefined };

/**
 * A call under a definition whose rules are not known here. What it comes to is never guessed, so nothing that follows can be folded
 * until there is software that knows them.
 */
export class EditionUnknown extends Error {
  override readonly name = 'EditionUnknown';
  readonly code = 'RULES_UNKNOWN';
  /** Of the definition in force. */
  readonly version: string;

  constructor(version: string) {
    super(`the definition in force has version ${version.slice(0, 100)}, and no rules are known for it here`);
    this.version = version;
  }
}

/**
 * The edition that decides now; `undefined` where there is no definition. Editions only go forward: one that comes after another may have
 * left records that the earlier one cannot read, so a definition that names an earlier one again names none. @throws EditionUnknown
 */
export function editionIn(
  { version, decided }: InForce,
  table: EditionTable = EDITION_TABLE,
): Edition | undefined {
  if (version === null) return undefined;
  const rules = editionFor(version, table);
  const isBack = rules !== undefined && decided !== undefined && isEarlier(rules, decided, table);
  const edition = rules === undefined || isBack ? undefined : editionNamed(rules);
  if (edition === undefined) throw new EditionUnknown(version);
  return edition;
}
