export { assertNotEmpty, interval, together, type ClockReading, type Witnesses } from './interval.js';
export { Patience } from './patience.js';
export { checkToken, verifyImprint, verifyToken, type Stamp } from './token.js';
