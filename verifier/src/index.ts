export { replay, type Recorded, type Replay } from './replay.js';
