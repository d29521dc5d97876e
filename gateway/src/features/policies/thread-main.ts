import { parentPort } from 'node:worker_threads';
import { perform, type Task } from './tasks.js';

/** The thread in which policies are read, judged and compared. */
parentPort?.on('message', (task: Task) => parentPort?.postMessage(perform(task)));
parentPort?.postMessage('loaded');
