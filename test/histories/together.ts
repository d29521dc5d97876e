// The suites that share one space (onStage): in one file of mocha's, so that it is founded once. Each can be run by itself.
import './histories.test.js';
import './walks.test.js';
