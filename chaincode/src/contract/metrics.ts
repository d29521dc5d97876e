import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Observer } from './observer.js';

/** What an operator sees of one chaincode server. */
export interface Metrics extends Observer {
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface Identity {
  /** Package id, which commits to the bundle. */
  readonly ccid: string;
  readonly rules: string;
}

/** Seconds: a point read is a round trip to the peer, a batch of 500 takes hundreds of them. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const NAMES = 'tallystick_chaincode';

/** Counts and times transactions by name and outcome, beside Node's own metrics of the process. */
export function newMetrics(identity: Identity): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: `${NAMES}_info`,
    help: 'Always 1; the labels say what runs',
    labelNames: ['ccid', 'rules'],
    registers,
  }).set({ ...identity }, 1);
  const transactions = new Counter({
    name: `${NAMES}_transactions_total`,
    help: 'Transactions simulated, by name and outcome (accepted, refused by the rules, failed)',
    labelNames: ['transaction', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: `${NAMES}_transaction_seconds`,
    help: 'Time to simulate a transaction, reads at the peer included',
    labelNames: ['transaction'],
    buckets: BUCKETS,
    registers,
  });
  const running = new Gauge({
    name: `${NAMES}_transactions_running`,
    help: 'Transactions under way',
    registers,
  });
  const peers = new Gauge({ name: `${NAMES}_peer_streams`, help: 'Open streams of peers', registers });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    streams: (open) => peers.set(open),
    begin(transaction) {
      running.inc();
      const stop = seconds.startTimer({ transaction });
      return (outcome) => {
        stop();
        running.dec();
        transactions.inc({ transaction, outcome });
      };
    },
  };
}
