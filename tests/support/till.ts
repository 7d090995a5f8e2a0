/** What the till does beyond taking money: bills in shares, and drawers with cash in them. */
import { randomUUID } from "node:crypto";
import type { Actor } from "./actors.ts";
import type { Api } from "./api.ts";

export interface Part {
  readonly share_id: string;
  readonly order_id: string;
  readonly amount_minor: number;
  readonly items: readonly { readonly line_id: string; readonly quantity: number }[] | null;
  readonly status: "open" | "being_paid" | "paid" | "over";
}

export interface Bill {
  readonly bill_id: string;
  readonly method: string;
  readonly amount_minor: number;
  readonly paid_minor: number;
  readonly is_open: boolean;
  readonly shares: readonly {
    readonly number: number;
    readonly amount_minor: number;
    readonly paid_minor: number;
    readonly parts: readonly Part[];
  }[];
}

export interface Drawer {
  readonly drawer_session_id: string;
  readonly expected_minor?: number;
  readonly counted_minor: number | null;
  readonly difference_minor?: number | null;
}

export type Split =
  | { readonly method: "equal"; readonly shares: number }
  | { readonly method: "amount"; readonly shares: readonly number[] }
  | {
      readonly method: "items";
      readonly shares: readonly (readonly { readonly line_id: string; readonly quantity: number }[])[];
    };

export type Whose = { readonly p_order_id: string } | { readonly p_session_id: string };

export const splitting = (whose: Whose, split: Split) => ({
  p_split: split,
  p_idempotency_key: randomUUID(),
  ...whose,
});

export const split = (api: Api, by: Actor, whose: Whose, how: Split) =>
  api.rpc<Bill>(by, "split_bill", splitting(whose, how));

export const partsOf = (bill: Bill): Part[] => bill.shares.flatMap(({ parts }) => parts);

/** Arguments of collect_payment for a part of a bill. */
export const paying = ({ order_id, amount_minor, share_id }: Part, key: string = randomUUID()) => ({
  p_order_id: order_id,
  p_method: "cash",
  p_amount_minor: amount_minor,
  p_idempotency_key: key,
  p_share_id: share_id,
});

export const opening = (venueId: string, name: string, floatMinor: number) => ({
  p_venue_id: venueId,
  p_name: name,
  p_float_minor: floatMinor,
  p_idempotency_key: randomUUID(),
});

export const closing = (drawerId: string, countedMinor: number) => ({
  p_drawer_session_id: drawerId,
  p_counted_minor: countedMinor,
  p_idempotency_key: randomUUID(),
});

export const openDrawer = (api: Api, by: Actor, venueId: string, name: string, floatMinor: number) =>
  api.rpc<Drawer>(by, "open_drawer", opening(venueId, name, floatMinor));

export const closeDrawer = (api: Api, by: Actor, drawerId: string, countedMinor: number) =>
  api.rpc<Drawer>(by, "close_drawer", closing(drawerId, countedMinor));
