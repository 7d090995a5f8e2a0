/** The assistant as people use it: a tool by its name, and for every tool arguments that fit a house in full service. */
import type { StackState } from "../../scripts/stack/state.ts";
import { tools } from "../../supabase/functions/assistant/registry.ts";
import type { Actor } from "./actors.ts";
import { type Answer, must } from "./api.ts";
import { answerFrom, callFunction } from "./functions.ts";
import { collect, type Order, place, scan, snack } from "./guests.ts";
import type { HttpApi } from "./http-api.ts";
import { picture } from "./images.ts";
import { hours, type LivedIn, livedIn } from "./lived-in.ts";
import type { World } from "./world.ts";

export interface Proposal {
  readonly proposal_id: string;
  readonly status: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly impact: Readonly<Record<string, unknown>>;
}
export interface Used<T> {
  readonly tool: string;
  readonly kind: "read" | "change";
  readonly result: T;
}

export const useTool = async <T = unknown>(
  stack: StackState,
  actor: Actor,
  name: string,
  body: object,
): Promise<Answer<Used<T>>> => answerFrom(await callFunction(stack, `assistant/tools/${name}`, { actor, body }));

export interface Asked extends LivedIn {
  /** By tool. */
  readonly examples: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const enterprise = (world: World<HttpApi>, organisationId: string) =>
  world.sql`update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = ${organisationId}`;

/** A house of the enterprise plan in which every tool has something to do. */
export async function houseWithAssistant(world: World<HttpApi>): Promise<Asked> {
  const house = await livedIn(world);
  await enterprise(world, house.organisationId);
  const { api, sql } = world;
  const { owner, venueId, menu } = house;
  const [counter] = [await scan(api, house.counterQr)];
  const sold: Order = must(await place(api, counter, snack(menu.coffee, "pay_at_till", 2, "counter")));
  must(await collect(api, owner, sold.id, sold.total_minor));
  for (const to of ["accepted", "preparing", "ready"]) {
    must(await api.rpc(owner, "advance_order", { p_order_id: sold.id, p_to: to }));
  }
  const second = await picture(world, owner, venueId, menu.cake);
  must(await api.update(owner, `menu_items?id=eq.${menu.cake}`, { description: "With cream" }));
  const low = { venue_id: venueId, name: "Salt", unit: "g", par_level: 100, reorder_level: 50 };
  must(await api.insert(owner, "ingredients", [{ ...low, supplier_id: house.supplierId }]));
  await sql`insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id, created_at)
    values (${venueId}, ${house.ingredientId}, 'sale', -70, ${sold.lines[0]?.id ?? ""}, now() - interval '3 days')`;
  const [category] = must(await api.select<{ id: string }>(owner, `menu_categories?venue_id=eq.${venueId}&limit=1`));
  const week = { from: hours(-150), until: hours(24) };
  const days = { from: hours(-48).slice(0, 10), until: hours(24).slice(0, 10) };
  return {
    ...house,
    examples: {
      list_open_orders: {},
      list_kitchen_queue: {},
      list_overdue_orders: {},
      get_today: {},
      advance_order: { order_id: house.order.id, to: "accepted" },
      complete_order: { order_id: sold.id },
      cancel_order: { order_id: house.order.id, reason: "left" },
      search_menu: { query: "cof" },
      update_prices: { prices: [{ menu_item_id: menu.coffee, price_minor: 350 }] },
      set_availability: { is_available: false, menu_item_ids: [menu.pizza], option_ids: [menu.olives] },
      create_item: { category_id: category?.id, name: "Soup", price_minor: 700 },
      archive_items: { menu_item_ids: [menu.cake] },
      create_discount: { name: "Quiet hours", percent_bp: 1_000 },
      publish_menu: {},
      list_qr_codes: {},
      create_qr_code: { table_id: house.tables[0].id },
      create_qr_codes: { table_ids: house.tables.map(({ id }) => id) },
      rotate_qr_code: { qr_code_id: house.qrCodeId },
      list_station_tickets: {},
      list_overdue_tickets: {},
      get_prep_times: week,
      advance_tickets: { ticket_ids: [house.ticketId], to: "in_progress" },
      list_items_without_image: {},
      set_item_image: { image_id: second.id },
      translate_items: { locale: "de", texts: [{ menu_item_id: menu.cake, name: "Kuchen" }] },
      set_category_availability: { category_id: category?.id, is_available: false },
      list_tables: { seats: 2 },
      list_table_orders: { table_id: house.tables[0].id },
      get_table_revenue: days,
      create_tables: { tables: [{ label: "Garden 1", seats: 4 }] },
      merge_tables: { table_id: house.tables[1].id, table_ids: [house.emptyTableId] },
      list_stock: { query: "" },
      list_low_stock: {},
      adjust_stock: {
        kind: "waste",
        reason: "spilt",
        lines: [{ ingredient_id: house.ingredientId, quantity: -1 }],
      },
      set_par_levels: { usage_days: 7, cover_days: 2, ingredient_ids: [house.ingredientId] },
      draft_purchase_orders: {},
      list_team: {},
      list_roles: {},
      get_schedule: week,
      get_staff_performance: week,
      invite_member: { email: "fourth@guests.example", role: "server" },
      compare_kpis: days,
      list_top_items: days,
      list_bottom_items: days,
      list_peak_hours: days,
      list_item_pairs: days,
      get_wait_times: week,
      forecast_demand: { menu_item_id: menu.coffee },
    },
  };
}

/** For one tool, with the venue. */
export function exampleOf({ examples, venueId }: Pick<Asked, "examples" | "venueId">, name: string) {
  const example = examples[name];
  if (!example) throw new Error(`tests/support/assistant.ts has no example for ${name} yet`);
  return { venue_id: venueId, ...example };
}

export const allTools = tools;
