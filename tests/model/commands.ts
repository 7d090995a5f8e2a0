/**
 * What can happen to a house, each as a piece of data that can be written down, left out and played again. Things are
 * named by handles ("order 7") that the command which makes them brings along, so a command means the same in any order.
 */
export interface Line {
  readonly item: "coffee" | "cake" | "pizza";
  readonly quantity: number;
}
export interface Taken {
  readonly order: string;
  readonly line: number;
  readonly quantity: number;
}
export type How =
  | { readonly method: "equal"; readonly shares: number }
  | { readonly method: "amount"; readonly shares: readonly number[] }
  | { readonly method: "items"; readonly shares: readonly (readonly Taken[])[] };

/** By somebody who may not. */
interface Asked {
  readonly wrong?: true;
}
/** With an idempotency key, the handle; `twice` sends it twice at the same time. */
interface Keyed extends Asked {
  readonly id: string;
  readonly twice?: true;
}
interface Do<K extends string> {
  readonly do: K;
}
interface Of {
  readonly order: string;
}

export type Command =
  // guests
  | (Do<"scan"> & Asked & { readonly id: string; readonly table: 0 | 1; readonly session: string })
  | (Do<"place"> &
      Keyed & { readonly device: string; readonly mode: string; readonly tip: number; readonly lines: readonly Line[] })
  | (Do<"start"> & Asked & Of & { readonly id: string; readonly device: string; readonly share: string | null })
  // the same call again, under the same key: as it was, or changed
  | (Do<"again"> & { readonly of: string; readonly changed: boolean })
  // staff
  | (Do<"collect"> &
      Keyed &
      Of & {
        readonly amount: number;
        readonly tip: number;
        readonly method: "cash" | "card_terminal";
        readonly share: string | null;
        readonly drawer: string | null;
      })
  | (Do<"refund"> & Keyed & { readonly payment: string; readonly amount: number })
  | (Do<"writeOff"> & Keyed & Of)
  | (Do<"restock"> & Keyed & { readonly ingredient: 0 | 1; readonly quantity: number })
  | (Do<"cancel"> & Asked & Of)
  | (Do<"advance"> & Asked & Of & { readonly to: string; readonly force: boolean })
  | (Do<"cook"> & Asked & Of & { readonly line: number; readonly to: string })
  | (Do<"void"> & Asked & Of & { readonly line: number })
  | (Do<"comp"> & Asked & Of & { readonly line: number; readonly amount: number })
  | (Do<"close"> & Asked & { readonly session: string })
  // an order's bill, or that of all orders of a session
  | (Do<"split"> & Keyed & { readonly order: string | null; readonly session: string | null; readonly how: How })
  | (Do<"unsplit"> & Asked & { readonly bill: string })
  | (Do<"openDrawer"> & Keyed & { readonly name: 0 | 1; readonly by: 0 | 1; readonly amount: number })
  | (Do<"payIn"> & Keyed & { readonly drawer: string; readonly amount: number })
  | (Do<"payOut"> & Keyed & { readonly drawer: string; readonly amount: number })
  | (Do<"count"> & Keyed & { readonly drawer: string; readonly amount: number })
  // machines: the functions and the worker
  | (Do<"attach"> & Asked & { readonly payment: string; readonly lie: boolean })
  | (Do<"deliver"> & Asked & { readonly event: string })
  | (Do<"relay"> & Asked)
  | (Do<"claim"> & Asked & { readonly queue: "provider_calls" | "payment_checks" })
  | (Do<"confirm"> & Asked & { readonly refund: string })
  | (Do<"giveUp"> & Asked & { readonly payment: string })
  | (Do<"report"> & Asked & { readonly payment: string })
  | (Do<"finish"> & Asked & { readonly job: string })
  | (Do<"fail"> & Asked & { readonly job: string; readonly late: boolean })
  // all of a reconciliation, or until its worker dies before that page
  | (Do<"reconcile"> & Asked & { readonly dies: null | "payments" | "refunds" | "balance" })
  // the world outside: the provider, banks, and time
  | (Do<"pay"> & {
      readonly payment: string;
      readonly event: string;
      readonly lie: null | "amount" | "currency" | "reference";
    })
  | (Do<"decline"> & { readonly payment: string; readonly event: string })
  | (Do<"call"> & { readonly refund: string; readonly event: string; readonly outcome: "succeeded" | "pending" })
  | (Do<"bank"> & { readonly refund: string; readonly event: string; readonly outcome: "succeeded" | "failed" })
  | (Do<"dashboard"> & {
      readonly id: string;
      readonly payment: string;
      readonly amount: number;
      readonly event: string;
    })
  | (Do<"dispute"> & { readonly id: string; readonly payment: string; readonly amount: number; readonly event: string })
  | (Do<"judge"> & { readonly dispute: string; readonly event: string; readonly outcome: "won" | "lost" })
  // its webhook never comes; for good: the provider's list of events does not have it either
  | (Do<"lose"> & { readonly event: string; readonly forGood: boolean })
  | (Do<"jump"> & { readonly minutes: number })
  // clocks
  | Do<"sweep">
  | Do<"expire">;

export type Kind = Command["do"];

/** Commands that go out at the same time, each from a connection of its own. */
export type Step = readonly Command[];

/** No call of anybody's: it cannot be refused. */
const OUTSIDE = [
  ...(["pay", "decline", "call", "bank", "dashboard", "dispute", "judge", "lose"] as const),
  ...(["jump", "sweep", "expire"] as const),
] as const;
export const WORLD: ReadonlySet<Kind> = new Set(OUTSIDE);
export type Asking = Exclude<Command, { do: (typeof OUTSIDE)[number] }>;
/** Alone in its step: what it finds would depend on who was faster in a way that no order of the calls explains. */
export const ALONE: ReadonlySet<Kind> = new Set([...WORLD, "claim", "reconcile"]);
const WITH_KEY = [
  "place",
  "collect",
  "refund",
  "writeOff",
  "restock",
  "split",
  "openDrawer",
  "payIn",
  "payOut",
  "count",
] as const;
export const KEYED: ReadonlySet<Kind> = new Set(WITH_KEY);

export const isWrong = (command: Command): boolean => "wrong" in command && command.wrong === true;
