/** Waiting for what happens elsewhere: asked again until it is true, never for a fixed time, never for ever. */
export interface Patience {
  readonly everyMs?: number;
  readonly withinMs?: number;
}

export async function until<T>(
  what: string,
  ask: () => Promise<T | false | null | undefined>,
  { everyMs = 25, withinMs = 15_000 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
