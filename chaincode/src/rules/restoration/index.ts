export { restorationIn, type Restoration } from './argument.js';
export { restore, type RestorationContext } from './check.js';
export { COUNCIL_KEY, councilOfSpace, pinnedCouncil } from './councils.js';
export type { Council } from './witnesses.js';
