export { capacitiesIn, needCapacity, refuseOwnMatter } from './capacity.js';
export { partiesOf } from './parties.js';
export {
  CAPACITIES,
  enders,
  imposers,
  mayEnd,
  MEASURES,
  replaces,
  type Capacity,
  type MeasureName,
} from './table.js';
