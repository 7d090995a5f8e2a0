/**
 * Random menus on their way through the database: drafted row by row, published by the owner, priced, written as orders.
 * All cases of a batch are one publication of one venue, and one statement: a batch costs a few round trips. Discounts
 * are the venue's, so each case switches on its own before it asks.
 */
import { randomUUID } from "node:crypto";
import type { JSONValue, Sql } from "postgres";
import { must } from "../support/api.ts";
import { scan } from "../support/guests.ts";
import { join, type Member, offerLoyalty } from "../support/loyalty.ts";
import type { SqlApi } from "../support/sql-api.ts";
import { foundVenue, rotate } from "../support/venue.ts";
import type { World } from "../support/world.ts";
import { type Discount, nameOf, POINTS } from "./discount-reference.ts";
import { at } from "./lists.ts";
import { type PricingCase, withMore } from "./pricing-cases.ts";
import type { Case, Priced } from "./pricing-reference.ts";
import { ASK, READ } from "./pricing-sql.ts";

/** A case on the menu: what its numbers are called in the database. */
interface OnMenu {
  readonly order: PricingCase;
  readonly items: readonly { readonly id: string; readonly options: readonly (readonly string[])[] }[];
  readonly discountIds: readonly string[];
  readonly code: string | null;
}

export interface Published {
  readonly venueId: string;
  /** Who redeems points, and never runs out of them. */
  readonly member: Member;
  readonly orders: readonly OnMenu[];
}

/** A new venue, with the menus of all cases drafted into one and published by the owner. */
export async function publish({ users, api, sql }: World<SqlApi>, cases: readonly PricingCase[]): Promise<Published> {
  const [owner] = await users(1);
  if (!owner) throw new Error("no user was made");
  const { organisationId, venueId } = await foundVenue(api, owner);
  // The plan that has any number of items.
  await sql`update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = ${organisationId}`;
  const { orders, rows } = draft(venueId, cases);
  for (const [table, added] of Object.entries(rows)) await fill(sql, table, added);
  must(await api.rpc(owner, "publish_menu", { p_venue_id: venueId }));
  await offerLoyalty(api, owner, venueId, { p_name: POINTS, p_min_redeem_points: 1 });
  const member = await join(api, await scan(api, await rotate(api, owner, venueId, "counter")));
  await sql`insert into public.loyalty_movements (venue_id, account_id, kind, points, reason, created_by)
    values (${venueId}, ${member.accountId}, 'adjust', ${10 ** 12}, 'for ever', ${owner.userId})`;
  return { venueId, member, orders };
}

function draft(venueId: string, cases: readonly PricingCase[]) {
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
  const orders = cases.map((order, nr): OnMenu => {
    const categories = [named("menu_categories", {}), named("menu_categories", {})];
    const items = order.menu.map(({ price, taxRateBp, category, groups }) => {
      const row = { category_id: at(categories, category), price_minor: price, tax_rate_bp: taxRateBp };
      const id = named("menu_items", row);
      const options = groups.map(({ min, max, deltas }, position) => {
        const group = named("modifier_groups", { min_choices: min, max_choices: max });
        add("menu_item_modifier_groups", { menu_item_id: id, group_id: group, position });
        return deltas.map((delta) => named("modifier_options", { group_id: group, price_delta_minor: delta }));
      });
      return { id, options };
    });
    const targetOf = ({ target }: Discount) => ({
      menu_item_id: target !== "order" && "item" in target ? at(items, target.item).id : null,
      category_id: target !== "order" && "category" in target ? at(categories, target.category) : null,
    });
    const codeOf = (index: number) => `CASE${nr}-${index}`;
    const discountIds = order.discounts.map((discount, index) =>
      named("discounts", {
        name: nameOf(index),
        ...targetOf(discount),
        percent_bp: "percentBp" in discount.off ? discount.off.percentBp : null,
        amount_minor: "amount" in discount.off ? discount.off.amount : null,
        code: discount.hasCode ? codeOf(index) : null,
        is_stackable: discount.isStackable,
        is_active: false,
        created_at: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
      }),
    );
    return { order, items, discountIds, code: order.code === null ? null : codeOf(order.code) };
  });
  return { orders, rows };
}

async function fill(sql: Sql, table: string, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(", ");
  await sql.unsafe(
    `insert into public.${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::public.${table}, $1)`,
    [rows as unknown as JSONValue],
  );
}

/** The order as a client sends it. */
const requestOf = ({ items, code }: OnMenu, { fulfilment, tip, lines, redemption }: Case, { card }: Member) => ({
  fulfilment,
  payment_mode: "pay_at_till",
  tip_minor: tip,
  ...(code === null ? {} : { discount_code: code }),
  ...(redemption ? { loyalty: { card, points: redemption.points } } : {}),
  lines: lines.map(({ item, quantity, chosen }) => ({
    menu_item_id: at(items, item).id,
    quantity,
    options: chosen.flatMap((indexes, g) => indexes.map((i) => at(at(at(items, item).options, g), i))),
  })),
});

const asSent = (one: OnMenu, member: Member) => ({
  venue: { prices_include_tax: one.order.pricesIncludeTax, service_charge_bp: one.order.serviceChargeBp },
  request: requestOf(one, one.order, member),
  more: requestOf(one, withMore(one.order), member),
  point_value_minor: one.order.redemption?.pointValue ?? 1,
  discount_ids: one.discountIds,
});

type Amounts = Readonly<Record<string, number>>;
interface Row extends Amounts {
  readonly lines: readonly Amounts[] & number;
  readonly discounts: readonly (Amounts & { readonly name: string & number; readonly terms?: Amounts & number })[] &
    number;
}

const exact = (value: number | undefined): bigint => BigInt(value as number); // BigInt itself refuses undefined

function pricedOf(row: Row): Priced {
  return {
    lines: row.lines.map(({ options_minor, line_minor, discount_minor, tax_minor }) => ({
      options_minor: exact(options_minor),
      line_minor: exact(line_minor),
      discount_minor: exact(discount_minor),
      tax_minor: exact(tax_minor),
    })),
    discounts: row.discounts.map(({ name, amount_minor }) => ({ name, amount_minor: exact(amount_minor) })),
    subtotal_minor: exact(row.subtotal_minor),
    discount_minor: exact(row.discount_minor),
    tax_minor: exact(row.tax_minor),
    service_charge_minor: exact(row.service_charge_minor),
    tip_minor: exact(row.tip_minor),
    total_minor: exact(row.total_minor),
    // As priced they stand in the terms of the discount, as written in the account's own ledger.
    points: exact(row.points ?? row.discounts.find(({ terms }) => terms?.points !== undefined)?.terms?.points ?? 0),
  };
}

/** Null where the code takes nothing off, so that the order is refused. */
export interface Answers {
  readonly priced: Priced | null;
  /** What the order holds once it is written, past every deferred constraint. */
  readonly written: Priced | null;
  /** The price of the cart with more of one line. */
  readonly more: Priced | null;
}

export async function ask(sql: Sql, { venueId, member, orders }: Published): Promise<Answers[]> {
  const sent = orders.map((one) => asSent(one, member)) as unknown as JSONValue;
  const rows = await sql.unsafe<{ answer: { priced: Row | null; more: Row | null; order_id: string | null } }[]>(ASK, [
    sent,
    venueId,
  ]);
  const ids = rows.flatMap(({ answer }) => answer.order_id ?? []);
  const written = await sql.unsafe<{ written: Row & { readonly id: string & number } }[]>(READ, [ids]);
  const byId = new Map(written.map((row) => [row.written.id as string, row.written]));
  const priced = (row: Row | null | undefined) => (row ? pricedOf(row) : null);
  return rows.map(({ answer }) => ({
    priced: priced(answer.priced),
    written: priced(byId.get(answer.order_id ?? "")),
    more: priced(answer.more),
  }));
}
