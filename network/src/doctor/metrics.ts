/** What a node counts. */
export interface Metrics {
  /** The value of a metric of one channel; `undefined` when the node does not have it. */
  ofChannel(name: string, channel: string): number | undefined;
}

/** Reads the text format of Prometheus as Fabric writes it (fabric:docs/source/metrics_reference.rst). */
export function parseMetrics(text: string): Metrics {
  const lines = text.split('\n');
  return {
    ofChannel(name, channel) {
      const start = `${name}{channel="${channel}"} `;
      const line = lines.find((each) => each.startsWith(start));
      const value = Number(line?.slice(start.length));
      return line === undefined || Number.isNaN(value) ? undefined : value;
    },
  };
}

export const HEIGHT = 'ledger_blockchain_height';
