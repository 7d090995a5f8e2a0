/** Chance that can be repeated: the seed is printed, and SEED=… plays the same game again. */
export interface Dice {
  readonly seed: number;
  /** An integer from 0 to below `sides`. */
  roll(sides: number): number;
  pick<T>(from: readonly T[]): T;
}

export function dice(name: string, seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)): Dice {
  console.info(`${name}: SEED=${seed}`);
  return seeded(seed);
}

export function seeded(seed: number): Dice {
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const roll = (sides: number) => Math.floor(next() * sides);
  return {
    seed,
    roll,
    pick: <T>(from: readonly T[]): T => {
      if (from.length === 0) throw new Error("nothing to pick from");
      return from[roll(from.length)] as T;
    },
  };
}
