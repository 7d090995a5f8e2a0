/**
 * Makes a failing script small by playing it again without parts of it: first without all that has nothing to do with what
 * failed, then without halves, then ever smaller parts, then single commands of steps that went out together. What fails
 * otherwise than before does not count.
 */
import type { Step } from "./commands.ts";

export interface Shrunk {
  readonly script: readonly Step[];
  readonly tries: number;
}

/** `fails` plays a script and says whether it fails in the same way; at most so often, and so long. `about`: what is wrong. */
export async function shrink(
  script: readonly Step[],
  fails: (script: readonly Step[]) => Promise<boolean>,
  { about = [] as readonly string[], budget = 150, withinMs = 90_000 } = {},
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
  for (const candidate of [related(script, about, false), related(script, about, true)])
    if (candidate.length < best.length && (await attempt(candidate))) break;
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
  // Unless it failed only at rest, after all steps.
  while (await attempt(best.slice(0, -1)));
  return { script: best, tries };
}

const isDevice = (name: string) => name.startsWith("device");
const namesOf = (command: object): string[] =>
  Object.values(command).flatMap((value) =>
    typeof value === "string" ? value.split(/[ /!]/) : value instanceof Object ? namesOf(value) : [],
  );

/**
 * What names the things that are wrong, or else those of the last step, and where they come from: of a device only that. Commands
 * that name nothing (a relay, a jump) come along if they may.
 */
function related(script: readonly Step[], about: readonly string[], withNameless: boolean): Step[] {
  const bring = (command: Step[number]) => ("id" in command ? [command.id] : []);
  const tell = (command: Step[number]) => ("event" in command ? [command.event] : []);
  const brought = new Set(script.flat().flatMap((command) => [...bring(command), ...tell(command)]));
  const wanted = new Set(about.filter((name) => brought.has(name)));
  const first = wanted.size === 0 ? script.length - 1 : script.length;
  const kept: Step[] = [];
  for (const [index, step] of [...script.entries()].reverse()) {
    const commands = step.filter((command) => {
      const names = namesOf(command).filter((name) => brought.has(name));
      const isWanted = names.some((name) => wanted.has(name) && (!isDevice(name) || bring(command).includes(name)));
      if (index !== first && !isWanted && !(withNameless && names.length === 0)) return false;
      for (const name of names) wanted.add(name);
      return true;
    });
    if (commands.length > 0) kept.unshift(commands);
  }
  return kept;
}
