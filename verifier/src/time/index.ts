export { interval, together, type ClockReading, type Witnesses } from './interval.js';
export { verifyToken, type Stamp } from './token.js';
