/** What a step found instead of what it expected: the one shape in which the demo fails, so that every failure reads alike. */
import { isDeepStrictEqual } from "node:util";

export class Mismatch extends Error {
  readonly expected: unknown;
  readonly got: unknown;

  constructor(what: string, expected: unknown, got: unknown) {
    super(what);
    this.name = "Mismatch";
    this.expected = expected;
    this.got = got;
  }
}

/** Refuses unless the two are equal, all the way down; an object may name only the fields that matter. */
export function expectEqual(what: string, got: unknown, expected: unknown): void {
  const relevant = isRecord(expected) && isRecord(got) ? pick(got, Object.keys(expected)) : got;
  if (!isDeepStrictEqual(relevant, expected)) throw new Mismatch(what, expected, relevant);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pick = (from: Record<string, unknown>, keys: string[]) => Object.fromEntries(keys.map((key) => [key, from[key]]));
