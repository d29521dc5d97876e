export { assertNotEmpty, interval, together, type ClockReading, type Witnesses } from './interval.js';
export { checkToken, verifyImprint, verifyToken, type Stamp } from './token.js';
