/** Searches that should find too much, facts that are none, and more than anybody needs. */
import { expect } from "vitest";
import { must } from "../support/api.ts";
import type { Proposal } from "../support/assistant.ts";
import { useTool } from "../support/assistant.ts";
import { type Attack, NOTHING, personOf, type Scene, tool } from "./attack.ts";

const retrieval = tool("LLM08");
const invention = tool("LLM09");
const load = tool("LLM10");

const none = (list: string) => (answer: string) => expect(JSON.parse(answer).result[list]).toEqual([]);
const window = (days: number) => ({
  from: "2026-01-01",
  until: new Date(Date.UTC(2026, 0, days)).toISOString().slice(0, 10),
});
const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

let stale = { p_proposal_id: NOTHING };

export const loads: readonly Attack[] = [
  retrieval("a wildcard that finds all", "search_menu", () => ({ query: "%" }), none("items")),
  retrieval("a wildcard for one letter", "list_stock", () => ({ query: "_" }), none("ingredients")),
  retrieval("a pattern that takes for ever", "search_menu", () => ({ query: "(a+)+$" }), none("items")),
  retrieval(
    "a name that another venue's menu has as well",
    "search_menu",
    () => ({ query: "pizza" }),
    (answer, { mine, theirs }) => {
      expect(answer).toContain(mine.menu.pizza);
      expect(answer).not.toContain(theirs.menu.pizza);
    },
  ),
  retrieval("more than a page", "search_menu", () => ({ query: "", limit: 10_000 }), "invalid_input"),
  retrieval(
    "another venue's board, by its station",
    "list_station_tickets",
    ({ theirs }) => ({ venue_id: theirs.venueId }),
    "permission_denied",
  ),

  invention(
    "an order that there is not",
    "advance_order",
    () => ({ order_id: NOTHING, to: "accepted" }),
    "order_not_found",
  ),
  invention(
    "an item that there is not",
    "update_prices",
    () => ({ prices: [{ menu_item_id: NOTHING, price_minor: 100 }] }),
    "menu_item_not_found",
  ),
  invention(
    "a ticket that there is not",
    "advance_tickets",
    () => ({ ticket_ids: [NOTHING], to: "ready" }),
    "ticket_not_found",
  ),
  invention("a table that there is not", "create_qr_code", () => ({ table_id: NOTHING }), "table_not_found"),
  invention(
    "an order's id for an item's",
    "archive_items",
    ({ mine }) => ({ menu_item_ids: [mine.order.id] }),
    "menu_item_not_found",
  ),
  invention("an order's number for its id", "complete_order", () => ({ order_id: "42" }), "invalid_input"),
  invention(
    "a day that there is not",
    "list_top_items",
    () => ({ from: "2026-02-30", until: "2026-03-01" }),
    "invalid_input",
  ),
  invention(
    "a period that ends before it begins",
    "list_top_items",
    () => ({ from: "2026-03-02", until: "2026-03-01" }),
    "invalid_input",
  ),
  invention(
    "half a penny",
    "update_prices",
    ({ mine }) => ({ prices: [{ menu_item_id: mine.menu.coffee, price_minor: 330.5 }] }),
    "invalid_input",
  ),
  invention(
    "a price in words",
    "update_prices",
    ({ mine }) => ({ prices: [{ menu_item_id: mine.menu.coffee, price_minor: "330" }] }),
    "invalid_input",
  ),
  invention(
    "a change that is none",
    "update_prices",
    ({ mine }) => ({ prices: [{ menu_item_id: mine.menu.pizza, price_minor: 1_200 }] }),
    "invalid_input",
  ),
  {
    risk: "LLM09",
    title: "a proposal made from what is no longer so",
    expected: "proposal_stale",
    prepare: async ({ api, mine, stack }) => {
      const wish = { venue_id: mine.venueId, prices: [{ menu_item_id: mine.menu.coffee, price_minor: 340 }] };
      const { result } = must(await useTool<Proposal>(stack, mine.members.manager, "update_prices", wish));
      must(await api.update(mine.owner, `menu_items?id=eq.${mine.menu.coffee}`, { price_minor: 325 }));
      stale = { p_proposal_id: result.proposal_id };
    },
    send: (scene, by) => scene.api.rpc(personOf(scene, by), "confirm_proposal", stale),
  },

  load("more than 64 KiB", "search_menu", () => ({ query: "x".repeat(70_000) }), "body_too_large"),
  load("10,000 items", "archive_items", () => ({ menu_item_ids: Array(10_000).fill(NOTHING) }), "body_too_large"),
  load(
    "1,000 items, which fit into a body",
    "archive_items",
    () => ({ menu_item_ids: Array(1_000).fill(NOTHING) }),
    "invalid_input",
  ),
  load("lists in lists in lists", "search_menu", () => nested(20_000), "invalid_input"),
  load("a thousand millions of lines", "list_open_orders", () => ({ limit: 1e9 }), "invalid_input"),
  load("the revenue of ten years by the hour", "list_peak_hours", () => window(3_650), "invalid_input"),
  load(
    "waiting times of a year",
    "get_wait_times",
    () => ({ from: "2025-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z" }),
    "invalid_input",
  ),
  load(
    "a novel on the menu",
    "create_item",
    ({ mine }) => ({ ...mine.examples.create_item, description: "x".repeat(2_001) }),
    "invalid_input",
  ),
  load("a call after 120 within a minute", "search_menu", () => ({ query: "" }), "rate_limited", {
    by: "staff",
    // This minute and the next, which may begin meanwhile.
    prepare: ({ sql, mine }: Scene) => sql`
      insert into private.rate_limits (scope, subject, minute, used)
      select 'use_assistant', ${mine.members.staff.userId}::uuid,
        date_bin('1 minute', now(), '2000-01-01 00:00:00+00') + n * interval '1 minute', 120
      from generate_series(0, 1) n on conflict on constraint rate_limits_pkey do update set used = 120`,
  }),
];
