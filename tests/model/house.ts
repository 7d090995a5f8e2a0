/**
 * The house that a script is played in: a venue of its own in a real database, the people in it, and which row each handle
 * stands for. Everybody calls as the API does: with a role and claims, never as the owner of the tables.
 */
import type { Sql } from "postgres";
import type { Actor } from "../support/actors.ts";
import { must } from "../support/api.ts";
import type { SqlApi } from "../support/sql-api.ts";
import { onlyId } from "../support/stockroom.ts";
import { buildVenue, type Venue } from "../support/venue.ts";
import type { World } from "../support/world.ts";
import type { Line } from "./commands.ts";
import { OPENING_STOCK, RECIPES } from "./state.ts";

export interface House extends Venue {
  readonly world: World<SqlApi>;
  /** For calls that go out together. */
  readonly crowd: SqlApi;
  /** One connection with prepared statements: for looking, and for what the world outside does. */
  readonly eye: Sql;
  /** One connection that no trigger notices, for what nobody does: time passes. */
  readonly time: Sql;
  readonly ingredients: readonly [string, string];
  /** Rows and tokens by handle, and handles by row. */
  readonly rows: Map<string, string>;
  readonly handles: Map<string, string>;
  readonly tokens: Map<string, string>;
  /** Messages of pgmq by what they are about, with the attempt at which they were claimed. */
  readonly messages: Map<string, { id: string; attempt: number }[]>;
  /** The calls that had a key, and what they answered. */
  readonly calls: Map<string, { actor: Actor; name: string; args: Record<string, unknown>; answer: unknown }>;
}

export const nameRow = ({ rows, handles }: House, handle: string, id: string): void => {
  if (handles.has(id)) return;
  rows.set(handle, id);
  handles.set(id, handle);
};

export async function openHouse({
  world,
  crowd,
  eye,
  time,
}: Pick<House, "world" | "crowd" | "eye" | "time">): Promise<House> {
  const venue = await buildVenue(world);
  const { owner, venueId, menu } = venue;
  const add = async (name: string) =>
    onlyId(must(await world.api.insert(owner, "ingredients", [{ venue_id: venueId, name, unit: "each" }])));
  const ingredients = [await add("Flour"), await add("Milk")] as const;
  const recipe = (item: Line["item"]) =>
    RECIPES[item].flatMap((quantity, index) =>
      quantity === 0
        ? []
        : [{ venue_id: venueId, menu_item_id: menu[item], ingredient_id: ingredients[index], quantity }],
    );
  const recipes = [...recipe("coffee"), ...recipe("cake"), ...recipe("pizza")];
  must(await world.api.insert(owner, "recipe_lines", recipes));
  for (const [index, units] of OPENING_STOCK.entries()) {
    const received = {
      p_ingredient_id: ingredients[index],
      p_kind: "receive",
      p_quantity: units,
      p_reason: "delivery",
    };
    must(await world.api.rpc(owner, "adjust_stock", { ...received, p_idempotency_key: `opening ${index}` }));
  }
  const empty = () => new Map();
  const known = { rows: empty(), handles: empty(), tokens: empty(), messages: empty(), calls: empty() };
  return { ...venue, world, crowd, eye, time, ingredients, ...known };
}

/** What a message of the queue is about. */
export function jobKey(handles: House["handles"], topic: string, payload: Readonly<Record<string, string>>): string {
  const [about = "", what = ""] = topic.split(".");
  const kind = what === "check_requested" ? "check" : about === "refund" ? "refund" : "cancel";
  const subject = (about === "refund" ? payload.refund_id : payload.payment_id) ?? "";
  return `${kind} ${handles.get(subject) ?? subject}`;
}

/** The order lines as a client sends them. */
export const linesOf = ({ menu }: House, lines: readonly Line[]) =>
  lines.map(({ item, quantity }) => ({
    menu_item_id: menu[item],
    quantity,
    ...(item === "pizza" ? { options: [menu.large, menu.olives] } : {}),
  }));
