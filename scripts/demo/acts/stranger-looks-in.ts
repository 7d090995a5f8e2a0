/**
 * Somebody who owns another organisation, and somebody with no account at all, ask the very questions that the owner
 * asks. Nothing proves isolation but both halves: the owner sees rows, the others see none.
 */
import { randomUUID } from "node:crypto";
import type { Database } from "../../../supabase/functions/_shared/database.types.ts";
import {
  balanceAnswer,
  orderAnswer,
  organisationAnswer,
  publishAnswer,
  refundAnswer,
  venueAnswer,
} from "../answers.ts";
import { expectEqual, Mismatch } from "../mismatch.ts";
import { accept, createPerson, type Person } from "../person.ts";
import { expectRefusal } from "../refusal.ts";
import { joinStage, type Stage } from "../stage.ts";
import type { House } from "./open-house.ts";
import type { PaidOrder } from "./pay-by-card.ts";

type Table = keyof Database["public"]["Tables"];

const BY_ORGANISATION: Table[] = ["venues", "memberships", "invitations"];
const BY_VENUE: Table[] = [
  "kitchen_stations",
  "menu_categories",
  "menu_items",
  "modifier_groups",
  "modifier_options",
  "menu_item_modifier_groups",
  "menu_versions",
  "published_menu_items",
  "tables",
  "qr_codes",
  "table_sessions",
  "orders",
  "order_lines",
  "order_events",
  "kitchen_tickets",
  "payments",
  "refunds",
];

export async function strangerLooksIn(stage: Stage, house: House, { order, paymentId }: PaidOrder): Promise<number> {
  const { timeline, access, logOf, run } = stage;
  timeline.act("Somebody else looks in");
  const stranger = await timeline.step({
    actor: "stranger",
    title: "opens an organisation of their own",
    look: logOf("auth"),
    async work(say) {
      const person = await joinStage(stage, "stranger");
      const names = { p_name: "Other Kitchens", p_slug: `other-kitchens-${run}` };
      const { id } = await person.call("create_organisation", names, organisationAnswer);
      const venue = { p_organisation_id: id, p_name: "Other Bistro", p_slug: `other-bistro-${run}` };
      await person.call("create_venue", venue, venueAnswer);
      say("an owner too, but not here");
      return person;
    },
  });
  const rows = await timeline.step({
    actor: "stranger",
    title: "asks what the owner asks",
    look: logOf("rest"),
    async work(say) {
      const seen = await countRows(house.owner, house);
      const blank = Object.entries(seen).filter(([, rows]) => rows === 0);
      if (blank.length > 0)
        throw new Mismatch(
          "tables in which the owner must see rows",
          [],
          blank.map(([table]) => table),
        );
      const leaked = Object.entries(await countRows(stranger, house)).filter(([, rows]) => rows > 0);
      expectEqual("tables in which the stranger sees rows", leaked, []);
      const tables = Object.keys(seen).length;
      const total = Object.values(seen).reduce((sum, rows) => sum + rows, 0);
      say(`${tables} tables`, `the owner sees ${total} rows`, "the stranger 0");
      return total;
    },
  });
  await timeline.step({
    actor: "stranger",
    title: "tries to serve, refund, publish, audit",
    look: logOf("rest"),
    async work(say) {
      const served = stranger.call("advance_order", { p_order_id: order.id, p_to: "served" }, orderAnswer);
      await expectRefusal("order_not_found", "serving a stranger's order", served);
      const money = {
        p_payment_id: paymentId,
        p_amount_minor: 1,
        p_reason: "mine now",
        p_idempotency_key: randomUUID(),
      };
      await expectRefusal(
        "payment_not_found",
        "refunding a stranger's payment",
        stranger.call("refund_payment", money, refundAnswer),
      );
      const published = stranger.call("publish_menu", { p_venue_id: house.venueId }, publishAnswer);
      await expectRefusal("permission_denied", "publishing a stranger's menu", published);
      const books = stranger.call("get_ledger_balance", { p_organisation_id: house.organisationId }, balanceAnswer);
      await expectRefusal("permission_denied", "reading a stranger's books", books);
      say("refused, all four");
    },
  });
  await timeline.step({
    actor: "nobody",
    title: "reads orders without an account",
    async work(say) {
      const { client } = createPerson("nobody", access);
      const orders = (async () => accept("orders", await client.from("orders").select("id")))();
      const SQL_PERMISSION_DENIED = "42501";
      await expectRefusal(SQL_PERMISSION_DENIED, "reading orders without an account", orders);
      say("refused by the database itself");
    },
  });
  return rows;
}

async function countRows({ client }: Person, { organisationId, venueId }: House): Promise<Record<string, number>> {
  const count = async (table: Table, column: string, id: string): Promise<[string, number]> => {
    return [
      table,
      accept(
        table,
        await client
          .from(table)
          .select(column)
          .match({ [column]: id }),
      ).length,
    ];
  };
  const counts = await Promise.all([
    count("organisations", "id", organisationId),
    ...BY_ORGANISATION.map((table) => count(table, "organisation_id", organisationId)),
    ...BY_VENUE.map((table) => count(table, "venue_id", venueId)),
  ]);
  return Object.fromEntries(counts);
}
