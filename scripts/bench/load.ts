/**
 * A closed loop: each client sends its next request when the last one has been answered. Latencies go into an HDR
 * histogram in microseconds, so that percentiles are exact to three digits and rounds can be added up.
 */
import { build, type Histogram } from "hdr-histogram-js";

/** One client's request; throws when it was not answered as it should be. */
export type Send = () => Promise<void>;

export interface Load {
  histogram: Histogram;
  seconds: number;
  errors: Map<string, number>;
}

export interface LoadResult {
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  requests: number;
  errors: number;
}

export const emptyLoad = (): Load => ({
  histogram: build({ numberOfSignificantValueDigits: 3 }),
  seconds: 0,
  errors: new Map(),
});

export async function runLoad(load: Load, clients: Send[], seconds: number): Promise<void> {
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    clients.map(async (send) => {
      while (performance.now() < end) {
        const sent = performance.now();
        try {
          await send();
          load.histogram.recordValue(Math.max(1, Math.round((performance.now() - sent) * 1000)));
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          load.errors.set(message, (load.errors.get(message) ?? 0) + 1);
        }
      }
    }),
  );
  load.seconds += (performance.now() - start) / 1000;
}

export function summarize({ histogram, seconds, errors }: Load): LoadResult {
  const ms = (percentile: number) => Math.round(histogram.getValueAtPercentile(percentile) / 10) / 100;
  return {
    perSecond: Math.round(histogram.totalCount / seconds),
    p50Ms: ms(50),
    p95Ms: ms(95),
    p99Ms: ms(99),
    requests: histogram.totalCount,
    errors: [...errors.values()].reduce((sum, count) => sum + count, 0),
  };
}
