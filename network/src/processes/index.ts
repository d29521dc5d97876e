export { ProcessError, type ProcessErrorCode } from './errors.js';
export { freePorts, isListening, isPortFree, requireFreePorts } from './ports.js';
export { startProcess, stopAll, type Exit, type ProcessSpec, type RunningProcess } from './process.js';
export { logLines, parseReadyLine, type Ready } from './ready-line.js';
export {
  superviseProcess,
  type RestartPolicy,
  type Supervision,
  type SupervisionEvent,
} from './supervision.js';
