// The suites that share one space (onStage): in one file of mocha's, so that it is founded once. Each can be run by itself.
import './classes/classes.test.js';
import '../collusion/envelopes.test.js';
import './gateways.test.js';
import './leaks.test.js';
import './revocation.test.js';
import './withheld.test.js';
