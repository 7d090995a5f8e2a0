// One entry of the provider's API: a method, a path, the parameters it takes and what it does with them.
// `prepare` is what happens before execution begins: when it throws, Stripe stores nothing under the idempotency key.
import type { z } from "zod";
import type { Desk } from "../desk.ts";
import type { StripeFailure } from "../failure.ts";
import type { FormObject } from "../form.ts";
import { parseParams } from "../params.ts";

/** A failure that is returned, not thrown, keeps what was written: the attempt of a declined card. */
export type Outcome = object | StripeFailure;

export interface Call {
  readonly desk: Desk;
  /** The `:id` of the path, or an empty string where the path has none. */
  readonly id: string;
}

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  prepare(raw: FormObject): (call: Call) => Outcome;
}

export function route<S extends z.ZodType>(
  method: Route["method"],
  path: string,
  schema: S,
  run: (call: Call, params: z.output<S>) => Outcome,
): Route {
  return {
    method,
    path,
    prepare(raw) {
      const params = parseParams(schema, raw);
      return (call) => run(call, params);
    },
  };
}

export const listOf = (url: string, page: { data: object[]; has_more: boolean }) => ({
  object: "list" as const,
  data: page.data,
  has_more: page.has_more,
  url,
});

/** Stripe merges metadata: a new key is added, an empty value removes its key, an empty whole removes them all. */
export function mergeMetadata(current: Record<string, string>, change: Record<string, string> | null | undefined) {
  if (change === undefined) return current;
  if (change === null) return {};
  return Object.fromEntries(Object.entries({ ...current, ...change }).filter(([, value]) => value !== ""));
}
