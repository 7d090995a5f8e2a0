// /v1/events and /v1/balance: what happened, and what it comes to. An event is kept as it was when it happened.
import type Stripe from "stripe";
import { z } from "zod";
import type { Desk } from "../desk.ts";
import { invalid } from "../failure.ts";
import { listParams, text } from "../params.ts";
import { listOf, route } from "./route.ts";

const openDeliveries = (desk: Desk, event: Stripe.Event): number =>
  desk.store.rows<{ count: number }>(
    "select count(*) as count from deliveries where event_id = ? and status in ('pending', 'held')",
    event.id,
  )[0]?.count ?? 0;

const current = (desk: Desk, event: Stripe.Event) => ({ ...event, pending_webhooks: openDeliveries(desk, event) });

const eventList = z.strictObject({ ...listParams, type: text.optional(), types: z.array(text).max(20).optional() });

/** Stripe's `type` may end with a star: `charge.*`. */
function wantedTypes(desk: Desk, type: string | undefined, types: string[] | undefined) {
  if (type !== undefined && types) throw invalid("You may only specify one of these parameters: type, types.");
  if (!type?.endsWith("*")) return type ?? types;
  const seen = desk.store.rows<{ type: string }>(
    "select distinct json_extract(body, '$.type') as type from objects where kind = 'event'",
  );
  return seen.map((row) => row.type).filter((name) => name.startsWith(type.slice(0, -1)));
}

function balance(desk: Desk): Stripe.Balance {
  const sums = new Map<string, number>();
  for (const { currency, net } of desk.store.all("balance_transaction")) {
    sums.set(currency, (sums.get(currency) ?? 0) + net);
  }
  if (sums.size === 0) sums.set("usd", 0);
  const available = [...sums].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
  const pending = available.map(({ currency }) => ({ amount: 0, currency, source_types: { card: 0 } }));
  return { object: "balance", available, livemode: false, pending };
}

export const eventRoutes = [
  route("GET", "/v1/events", eventList, ({ desk }, { type, types, ...page }) => {
    const found = desk.store.list("event", page, { type: wantedTypes(desk, type, types) });
    return listOf("/v1/events", { ...found, data: found.data.map((event) => current(desk, event)) });
  }),
  route("GET", "/v1/events/:id", z.strictObject({}), ({ desk, id }) => current(desk, desk.need("event", id))),
  route("GET", "/v1/balance", z.strictObject({}), ({ desk }) => balance(desk)),
];
