/**
 * What can happen to a house, each as a piece of data that can be written down, left out and played again. Things are
 * named by handles ("order 7") that the command which makes them brings along, so a command means the same in any order.
 */
export interface Line {
  readonly item: "coffee" | "cake" | "pizza";
  readonly quantity: number;
}

/** By somebody who may not. */
interface Asked {
  readonly wrong?: true;
}
/** With an idempotency key, the handle; `twice` sends it twice at the same time. */
interface Keyed extends Asked {
  readonly id: string;
  readonly twice?: true;
}

export type Command =
  // guests
  | ({ readonly do: "scan"; readonly id: string; readonly table: 0 | 1; readonly session: string } & Asked)
  | ({
      readonly do: "place";
      readonly device: string;
      readonly mode: string;
      readonly tip: number;
      readonly lines: readonly Line[];
    } & Keyed)
  | ({ readonly do: "start"; readonly id: string; readonly device: string; readonly order: string } & Asked)
  // the same call again, under the same key: as it was, or changed
  | { readonly do: "again"; readonly of: string; readonly changed: boolean }
  // staff
  | ({ readonly do: "collect"; readonly order: string; readonly amount: number; readonly tip: number } & Keyed)
  | ({ readonly do: "refund"; readonly payment: string; readonly amount: number } & Keyed)
  | ({ readonly do: "writeOff"; readonly order: string } & Keyed)
  | ({ readonly do: "restock"; readonly ingredient: 0 | 1; readonly quantity: number } & Keyed)
  | ({ readonly do: "cancel"; readonly order: string } & Asked)
  | ({ readonly do: "advance"; readonly order: string; readonly to: string; readonly force: boolean } & Asked)
  | ({ readonly do: "cook"; readonly order: string; readonly line: number; readonly to: string } & Asked)
  | ({ readonly do: "void"; readonly order: string; readonly line: number } & Asked)
  | ({ readonly do: "comp"; readonly order: string; readonly line: number; readonly amount: number } & Asked)
  | ({ readonly do: "close"; readonly session: string } & Asked)
  // machines: the functions and the worker
  | ({ readonly do: "attach"; readonly payment: string; readonly lie: boolean } & Asked)
  | ({ readonly do: "deliver"; readonly event: string } & Asked)
  | ({ readonly do: "relay" } & Asked)
  | ({ readonly do: "claim" } & Asked)
  | ({ readonly do: "confirm"; readonly refund: string } & Asked)
  | ({ readonly do: "giveUp"; readonly payment: string } & Asked)
  | ({ readonly do: "finish"; readonly job: string } & Asked)
  | ({ readonly do: "fail"; readonly job: string; readonly late: boolean } & Asked)
  // the world outside: the provider, and time
  | {
      readonly do: "pay";
      readonly payment: string;
      readonly event: string;
      readonly lie: null | "amount" | "currency" | "reference";
    }
  | { readonly do: "decline"; readonly payment: string; readonly event: string }
  | { readonly do: "call"; readonly refund: string; readonly event: string; readonly outcome: "succeeded" | "pending" }
  | { readonly do: "bank"; readonly refund: string; readonly event: string; readonly outcome: "succeeded" | "failed" }
  | {
      readonly do: "dashboard";
      readonly id: string;
      readonly payment: string;
      readonly amount: number;
      readonly event: string;
    }
  | { readonly do: "lose"; readonly event: string }
  | { readonly do: "jump"; readonly minutes: number }
  | { readonly do: "expire" };

export type Kind = Command["do"];

/** Commands that go out at the same time, each from a connection of its own. */
export type Step = readonly Command[];

/** No call of anybody's: it cannot be refused. */
export const WORLD: ReadonlySet<Kind> = new Set([
  "pay",
  "decline",
  "call",
  "bank",
  "dashboard",
  "lose",
  "jump",
  "expire",
]);
/** Alone in its step: what it finds would depend on who was faster in a way that no order of the calls explains. */
export const ALONE: ReadonlySet<Kind> = new Set([...WORLD, "claim"]);
export const KEYED: ReadonlySet<Kind> = new Set(["place", "collect", "refund", "writeOff", "restock"]);

export const isWrong = (command: Command): boolean => "wrong" in command && command.wrong === true;
