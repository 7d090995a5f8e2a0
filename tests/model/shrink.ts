/**
 * Makes a failing script small by playing it again without parts of it: halves first, then ever smaller parts, then single
 * commands of steps that went out together. What fails otherwise than before does not count.
 */
import type { Step } from "./commands.ts";

export interface Shrunk {
  readonly script: readonly Step[];
  readonly tries: number;
}

/** `fails` plays a script and says whether it fails in the same way; at most so often, and so long. */
export async function shrink(
  script: readonly Step[],
  fails: (script: readonly Step[]) => Promise<boolean>,
  { budget = 150, withinMs = 90_000 } = {},
): Promise<Shrunk> {
  const deadline = performance.now() + withinMs;
  let tries = 0;
  let best = script;
  const attempt = async (candidate: readonly Step[]): Promise<boolean> => {
    if (tries >= budget || performance.now() > deadline || candidate.length === 0) return false;
    tries += 1;
    if (!(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  // The failing step is the last: whatever was to come after it did not happen.
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = Math.max(best.length - 1 - size, 0); ; start = Math.max(start - size, 0)) {
      await attempt([...best.slice(0, start), ...best.slice(Math.min(start + size, best.length - 1))]);
      if (start === 0 || tries >= budget) break;
    }
  }
  for (let index = best.length - 1; index >= 0; index -= 1) {
    for (let part = (best[index]?.length ?? 0) - 1; part >= 0 && (best[index]?.length ?? 0) > 1; part -= 1) {
      const without = best[index]?.filter((_, other) => other !== part) ?? [];
      await attempt(best.map((step, other) => (other === index ? without : step)));
    }
  }
  return { script: best, tries };
}
