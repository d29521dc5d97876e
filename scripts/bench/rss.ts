/** Resident memory of this process while some work runs. */
export interface RssWatch {
  during<T>(work: () => Promise<T>): Promise<T>;
  growth(): number;
}

/** Idle is the moment the watch is made. */
export function newRssWatch(): RssWatch {
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  return {
    async during(work) {
      const timer = setInterval(look, 10);
      try {
        return await work();
      } finally {
        look();
        clearInterval(timer);
      }
    },
    growth: () => peak - idle,
  };
}
