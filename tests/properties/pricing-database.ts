/**
 * Random menus on their way through the database: drafted row by row, published by the owner, priced, written as orders.
 * All cases of a batch are one publication of one venue, and one statement each way: a batch costs a few round trips.
 */
import { randomUUID } from "node:crypto";
import type { JSONValue, Sql } from "postgres";
import { must } from "../support/api.ts";
import type { SqlApi } from "../support/sql-api.ts";
import { foundVenue } from "../support/venue.ts";
import type { World } from "../support/world.ts";
import { at, type Case, type Priced } from "./pricing-reference.ts";

/** A case on the menu: what its numbers are called in the database. */
interface OnMenu {
  readonly order: Case;
  readonly items: readonly { readonly id: string; readonly options: readonly (readonly string[])[] }[];
}

export interface Published {
  readonly venueId: string;
  readonly orders: readonly OnMenu[];
}

/** A new venue, with the menus of all cases drafted into one and published by the owner. */
export async function publish({ users, api, sql }: World<SqlApi>, cases: readonly Case[]): Promise<Published> {
  const [owner] = await users(1);
  if (!owner) throw new Error("no user was made");
  const { organisationId, venueId } = await foundVenue(api, owner);
  // The plan that has any number of items.
  await sql`update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = ${organisationId}`;
  const { orders, rows } = draft(venueId, cases);
  for (const [table, added] of Object.entries(rows)) await fill(sql, table, added);
  must(await api.rpc(owner, "publish_menu", { p_venue_id: venueId }));
  return { venueId, orders };
}

function draft(venueId: string, cases: readonly Case[]) {
  const rows: Record<string, object[]> = {};
  const add = (table: string, row: object): void => {
    const sofar = rows[table] ?? [];
    sofar.push({ venue_id: venueId, ...row });
    rows[table] = sofar;
  };
  const named = (table: string, row: object): string => {
    const id = randomUUID();
    add(table, { id, name: "X", ...row });
    return id;
  };
  const orders = cases.map((order): OnMenu => {
    const category = named("menu_categories", {});
    const items = order.menu.map(({ price, taxRateBp, groups }) => {
      const id = named("menu_items", { category_id: category, price_minor: price, tax_rate_bp: taxRateBp });
      const options = groups.map(({ min, max, deltas }, position) => {
        const group = named("modifier_groups", { min_choices: min, max_choices: max });
        add("menu_item_modifier_groups", { menu_item_id: id, group_id: group, position });
        return deltas.map((delta) => named("modifier_options", { group_id: group, price_delta_minor: delta }));
      });
      return { id, options };
    });
    return { order, items };
  });
  return { orders, rows };
}

async function fill(sql: Sql, table: string, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(", ");
  await sql.unsafe(
    `insert into public.${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::public.${table}, $1)`,
    [asJson(rows)],
  );
}

/** The order as a client sends it, and what of the venue this case sets. */
const asSent = ({ order, items }: OnMenu) => ({
  venue: { prices_include_tax: order.pricesIncludeTax, service_charge_bp: order.serviceChargeBp },
  request: {
    fulfilment: order.fulfilment,
    payment_mode: "pay_at_till",
    tip_minor: order.tip,
    lines: order.lines.map(({ item, quantity, chosen }) => ({
      menu_item_id: at(items, item).id,
      quantity,
      options: chosen.flatMap((indexes, g) => indexes.map((i) => at(at(at(items, item).options, g), i))),
    })),
  },
});

const AMOUNTS = ["subtotal_minor", "tax_minor", "service_charge_minor", "tip_minor", "total_minor"];
const OF_A_LINE = ["options_minor", "line_minor", "tax_minor"];
const picked = (from: string, names: readonly string[]) => names.map((name) => `'${name}', ${from}.${name}`).join(", ");

const PRICE = `
  select jsonb_build_object(${picked("p", AMOUNTS)}, 'lines', (
    select jsonb_agg(jsonb_build_object(${picked("l", OF_A_LINE)}) order by l.position) from unnest(p.lines) l)) as priced
  from jsonb_array_elements($1) with ordinality as c (sent, n)
  join public.venues v on v.id = $2
  cross join lateral private.price_order(jsonb_populate_record(v, c.sent -> 'venue'), c.sent -> 'request') p
  order by c.n`;

const WRITE = `
  with written as materialized (
    select c.n, private.create_order(t.venue, private.price_order(t.venue, c.sent -> 'request'), c.sent -> 'request', 'counter', null, null,
      row('member', null)) as o
    from jsonb_array_elements($1) with ordinality as c (sent, n)
    join public.venues v on v.id = $2
    cross join lateral (select jsonb_populate_record(v, c.sent -> 'venue') as venue offset 0) t
  )
  select ((w.o).id) as id from written w order by w.n`;

const READ = `
  select jsonb_build_object(${picked("o", AMOUNTS)}, 'lines', (
    select jsonb_agg(jsonb_build_object(${picked("l", OF_A_LINE)}) order by l.position)
    from public.order_lines l where l.venue_id = o.venue_id and l.order_id = o.id)) as priced
  from unnest($1::uuid[]) with ordinality as w (id, n) join public.orders o on o.id = w.id order by w.n`;

const asJson = (value: readonly object[]) => value as unknown as JSONValue;
const exact = (_key: string, value: unknown) => (typeof value === "number" ? BigInt(value) : value);
const amounts = (rows: readonly { priced: unknown }[]): Priced[] =>
  rows.map(({ priced }) => JSON.parse(JSON.stringify(priced), exact) as Priced);

/** What private.price_order says, in the order of the cases. */
export const price = async (sql: Sql, { venueId, orders }: Published): Promise<Priced[]> =>
  amounts(await sql.unsafe<{ priced: unknown }[]>(PRICE, [asJson(orders.map(asSent)), venueId]));

/** Writes them all as orders, past every deferred constraint, and reads what is kept. */
export async function write(sql: Sql, { venueId, orders }: Published): Promise<Priced[]> {
  const written = await sql.unsafe<{ id: string }[]>(WRITE, [asJson(orders.map(asSent)), venueId]);
  return amounts(await sql.unsafe<{ priced: unknown }[]>(READ, [written.map(({ id }) => id)]));
}
