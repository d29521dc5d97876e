import type { Action, Subject } from '../../../model/odrl/index.js';
import { isKnownAction } from '../../vocabulary/index.js';
import { fillIn } from './constraints.js';
import { quoted } from './quotation.js';
import type { Catalogue } from '../wording/texts.js';

type Named = (texts: Catalogue, quotedName: string) => string;

/** A subject by its name, or as the members of its source; `undefined` when only its refinement says what it is. */
function namesOf(texts: Catalogue, { uid, source }: Subject, named: Named): string | undefined {
  const names = [
    ...(uid === undefined ? [] : [named(texts, quoted(uid))]),
    ...(source === undefined ? [] : [texts.phrases.membersOf(quoted(source))]),
  ];
  return names.length === 0 ? undefined : texts.phrases.or(names);
}

export const partyText = (texts: Catalogue, party: Subject): string =>
  namesOf(texts, party, ({ phrases }, name) => phrases.party(name)) ?? texts.phrases.anyParty;

export const dataText = (texts: Catalogue, data: Subject): string =>
  namesOf(texts, data, (_, name) => name) ?? texts.phrases.anyData;

/** What is done to what, as it follows "it is permitted to"; no action: anything. */
export function actText(
  texts: Catalogue,
  action: Pick<Action, 'name'> | undefined,
  target: Subject | undefined,
): string {
  const data = target && dataText(texts, target);
  if (action === undefined) return fillIn(texts.phrases.anyAction, data ?? texts.phrases.theData);
  const { name } = action;
  if (!isKnownAction(name)) return texts.phrases.unknownAction(quoted(name), data ?? texts.phrases.theData);
  return fillIn(texts.actions[name], data ?? texts.objects[name] ?? texts.phrases.theData);
}
