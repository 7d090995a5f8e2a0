/**
 * A restaurant ready for guests, built through the same RPCs and tables that its people use: organisation, venue,
 * menu with modifiers and stations, publication, tables with QR codes, and one member of every role by invitation.
 */
import { randomBytes } from "node:crypto";
import type { Actor } from "./actors.ts";
import { type Api, must } from "./api.ts";
import type { World } from "./world.ts";

export type Role = "manager" | "staff" | "kitchen" | "server" | "cashier";
const ROLES: readonly Role[] = ["manager", "staff", "kitchen", "server", "cashier"];

export interface Table {
  readonly id: string;
  readonly label: string;
  readonly qr: string;
}

export interface Menu {
  /** 12.00, must choose one size (large +3.00), may choose two extras (+1.00, −0.50); cooked at the grill. */
  readonly pizza: string;
  readonly regular: string;
  readonly large: string;
  readonly olives: string;
  readonly plain: string;
  /** 3.20, without any choice; expo. */
  readonly coffee: string;
  /** 4.50, without tax; expo. */
  readonly cake: string;
}

export interface Venue {
  readonly organisationId: string;
  readonly venueId: string;
  readonly slug: string;
  readonly owner: Actor;
  readonly members: Readonly<Record<Role, Actor>>;
  readonly menu: Menu;
  readonly tables: readonly [Table, Table];
  readonly counterQr: string;
}

type Here = Pick<World<Api>, "api" | "users">;

export async function buildVenue(world: Here): Promise<Venue> {
  const [owner, ...others] = (await world.users(1 + ROLES.length)) as [Actor, ...Actor[]];
  const { organisationId, venueId, slug } = await foundVenue(world.api, owner);
  const menu = await writeMenu(world.api, owner, venueId);
  must(await world.api.rpc(owner, "publish_menu", { p_venue_id: venueId }));
  const [one, two] = must(
    await world.api.insert(owner, "tables", [
      { venue_id: venueId, label: "1", seats: 2 },
      { venue_id: venueId, label: "2", seats: 4 },
    ]),
  ) as [{ id: string }, { id: string }];
  const tables = [
    { id: one.id, label: "1", qr: await rotate(world.api, owner, venueId, "table", one.id) },
    { id: two.id, label: "2", qr: await rotate(world.api, owner, venueId, "table", two.id) },
  ] as const;
  const counterQr = await rotate(world.api, owner, venueId, "counter");
  const members = {} as Record<Role, Actor>;
  for (const [index, role] of ROLES.entries()) {
    const member = others[index] as Actor;
    await join(world.api, owner, member, organisationId, role);
    members[role] = member;
  }
  return { organisationId, venueId, slug, owner, members, menu, tables, counterQr };
}

export async function foundVenue(api: Api, owner: Actor) {
  const slug = `house-${randomBytes(6).toString("hex")}`;
  const organisation = must(
    await api.rpc<{ id: string }>(owner, "create_organisation", { p_name: "House", p_slug: slug }),
  );
  const venue = must(
    await api.rpc<{ id: string }>(owner, "create_venue", {
      p_organisation_id: organisation.id,
      p_name: "House",
      p_slug: slug,
    }),
  );
  return { organisationId: organisation.id, venueId: venue.id, slug };
}

export async function invite(api: Api, by: Actor, organisationId: string, email: string, role: string) {
  return must(
    await api.rpc<{ token: string; invitation_id: string }>(by, "invite_member", {
      p_organisation_id: organisationId,
      p_email: email,
      p_role: role,
    }),
  );
}

export async function join(api: Api, by: Actor, member: Actor, organisationId: string, role: string) {
  const { token } = await invite(api, by, organisationId, member.email, role);
  return must(await api.rpc<{ membership_id: string }>(member, "accept_invitation", { p_token: token }));
}

export async function rotate(api: Api, by: Actor, venueId: string, kind: string, tableId: string | null = null) {
  const args = { p_venue_id: venueId, p_kind: kind, p_table_id: tableId };
  return must(await api.rpc<{ token: string }>(by, "rotate_qr_code", args)).token;
}

export async function writeMenu(api: Api, owner: Actor, venueId: string): Promise<Menu> {
  const add = async (table: string, row: Record<string, unknown>): Promise<string> => {
    const [added] = must(await api.insert(owner, table, [{ venue_id: venueId, ...row }]));
    if (!added) throw new Error(`${table}: nothing was inserted`);
    return added.id;
  };
  const grill = await add("kitchen_stations", { name: "Grill", kind: "grill" });
  const mains = await add("menu_categories", { name: "Mains", position: 1, station_id: grill });
  const sweets = await add("menu_categories", { name: "Sweets", position: 2 });
  const pizza = await add("menu_items", { category_id: mains, name: "Pizza", price_minor: 1200 });
  const coffee = await add("menu_items", { category_id: sweets, name: "Coffee", price_minor: 320 });
  const cake = await add("menu_items", { category_id: sweets, name: "Cake", price_minor: 450, tax_rate_bp: 0 });
  const size = await add("modifier_groups", { name: "Size", min_choices: 1, max_choices: 1 });
  const extras = await add("modifier_groups", { name: "Extras", min_choices: 0, max_choices: 2 });
  const option = (group: string, name: string, delta: number) =>
    add("modifier_options", { group_id: group, name, price_delta_minor: delta });
  const regular = await option(size, "Regular", 0);
  const large = await option(size, "Large", 300);
  const olives = await option(extras, "Olives", 100);
  const plain = await option(extras, "No cheese", -50);
  must(
    await api.insert(owner, "menu_item_modifier_groups", [
      { venue_id: venueId, menu_item_id: pizza, group_id: size, position: 1 },
      { venue_id: venueId, menu_item_id: pizza, group_id: extras, position: 2 },
    ]),
  );
  return { pizza, regular, large, olives, plain, coffee, cake };
}

/** Gives an item a recipe of one unit, and this many units of stock. */
export async function stock(api: Api, owner: Actor, venueId: string, itemId: string, onHand: number): Promise<string> {
  const [added] = must(
    await api.insert(owner, "ingredients", [{ venue_id: venueId, name: `Stock of ${itemId}`, unit: "each" }]),
  );
  const ingredient = added?.id ?? "";
  must(
    await api.insert(owner, "recipe_lines", [
      { venue_id: venueId, menu_item_id: itemId, ingredient_id: ingredient, quantity: 1 },
    ]),
  );
  const receive = { p_ingredient_id: ingredient, p_kind: "receive", p_quantity: onHand, p_reason: "delivery" };
  must(await api.rpc(owner, "adjust_stock", { ...receive, p_idempotency_key: ingredient }));
  return ingredient;
}
