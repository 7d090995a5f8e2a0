/** What guests do: scan, order, pay. The secret of their device is all they have. */
import { randomUUID } from "node:crypto";
import { type Actor, guest } from "./actors.ts";
import { type Answer, type Api, must } from "./api.ts";
import type { Menu } from "./venue.ts";

export interface Session {
  readonly session_token: string;
  readonly session_id: string;
  readonly kind: string;
  readonly venue: { readonly name: string; readonly slug: string; readonly currency: string };
  readonly table: { readonly label: string } | null;
}

export interface OrderRequest {
  readonly fulfilment: string;
  readonly payment_mode: string;
  readonly tip_minor?: number;
  readonly customer?: Readonly<Record<string, string>>;
  readonly lines: readonly {
    readonly menu_item_id: string;
    readonly quantity: number;
    readonly options?: readonly string[];
    readonly note?: string;
  }[];
}

export interface Order {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly payment_status: string;
  readonly subtotal_minor: number;
  readonly tax_minor: number;
  readonly tip_minor: number;
  readonly total_minor: number;
  readonly paid_minor: number;
  readonly refunded_minor: number;
  readonly due_minor: number;
  readonly lines: readonly { readonly id: string; readonly name: string; readonly line_minor: number }[];
}

export const scan = async (api: Api, qr: string): Promise<Session> =>
  must(await api.rpc<Session>(guest, "start_table_session", { p_qr_token: qr }));

/** A large pizza with olives and two coffees: 16.00 + 6.40 = 22.40. */
export const meal = (menu: Menu, mode: string, fulfilment = "table"): OrderRequest => ({
  fulfilment,
  payment_mode: mode,
  lines: [
    { menu_item_id: menu.pizza, quantity: 1, options: [menu.large, menu.olives] },
    { menu_item_id: menu.coffee, quantity: 2 },
  ],
});
export const MEAL_MINOR = 2240;

export const snack = (itemId: string, mode: string, quantity = 1, fulfilment = "table"): OrderRequest => ({
  fulfilment,
  payment_mode: mode,
  lines: [{ menu_item_id: itemId, quantity }],
});

export const placing = (session: Session, order: unknown, key: string = randomUUID()) => ({
  p_session_token: session.session_token,
  p_idempotency_key: key,
  p_order: order,
});

export const place = (api: Api, session: Session, order: unknown, key?: string): Promise<Answer<Order>> =>
  api.rpc<Order>(guest, "place_order", placing(session, order, key));

export const readOrder = async (api: Api, session: Session, orderId: string): Promise<Order> =>
  must(await api.rpc<Order>(guest, "get_guest_order", { p_session_token: session.session_token, p_order_id: orderId }));

export interface Collected {
  readonly payment_id: string;
  readonly amount_minor: number;
  readonly tip_minor: number;
  readonly change_minor: number;
  readonly order_status: string;
  readonly payment_status: string;
  readonly due_minor: number;
}

/** Cash or card at the till; any further argument of collect_payment goes into `more`. */
export const collect = (api: Api, by: Actor, orderId: string, amountMinor: number, more: object = {}) =>
  api.rpc<Collected>(by, "collect_payment", {
    p_order_id: orderId,
    p_method: "cash",
    p_amount_minor: amountMinor,
    p_idempotency_key: randomUUID(),
    ...more,
  });
