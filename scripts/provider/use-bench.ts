// For test files under vitest; testing.ts itself stays free of it, because Deno's tests use that one too.
import { afterAll, beforeEach } from "vitest";
import type { ProviderOptions } from "./start-provider.ts";
import { type Bench, startBench } from "./testing.ts";

/** A provider for all tests of a file, emptied before each. */
export async function useBench(options: Partial<ProviderOptions> = {}): Promise<Bench> {
  const bench = await startBench(options);
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.control("POST", "/reset");
    for (const log of [bench.receiver.events, bench.receiver.refused, bench.receiver.answers]) log.length = 0;
  });
  return bench;
}
