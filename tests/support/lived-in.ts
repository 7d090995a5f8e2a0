/** A venue with something in every table, so that "sees nothing" can be told from "there is nothing to see". */

import { guest } from "./actors.ts";
import { type Api, must } from "./api.ts";
import { makeKey, paysForIntegrations } from "./api-keys.ts";
import { subscribed } from "./billing.ts";
import { collect, meal, type Order, place, type Session, scan } from "./guests.ts";
import type { HttpApi } from "./http-api.ts";
import { type Image, picture } from "./images.ts";
import { type Loyal, makeLoyal } from "./loyalty.ts";
import { disputed, paidOnline, record, succeeded } from "./payments.ts";
import { fillStockroom, type Stockroom } from "./stockroom.ts";
import { openDrawer, split } from "./till.ts";
import { buildVenue, invite, stock, type Venue } from "./venue.ts";
import { type Told, toldOnce } from "./webhooks.ts";
import type { World } from "./world.ts";

export interface LivedIn extends Venue, Stockroom, Loyal, Told {
  readonly session: Session;
  /** Placed, not paid. */
  readonly order: Order;
  readonly invitationId: string;
  readonly apiKeyId: string;
  /** Paid online. */
  readonly paymentId: string;
  /** In quarantine: it says that a payment was another amount. */
  readonly eventId: string;
  readonly ticketId: string;
  readonly lineId: string;
  readonly membershipId: string;
  readonly ingredientId: string;
  /** Of the cake, with a variant. */
  readonly image: Image;
  /** Booked, for tomorrow, without a table. */
  readonly reservationId: string;
  readonly waitingPartyId: string;
  readonly emptyTableId: string;
  /** Of the second table. */
  readonly qrCodeId: string;
  /** Published, of the owner, who has clocked in for it. */
  readonly shiftId: string;
  readonly timeEntryId: string;
  readonly questionId: string;
  readonly feedbackId: string;
  /** The order's bill, split in two. */
  readonly billId: string;
  readonly drawerId: string;
  /** Of the owner, not confirmed. */
  readonly proposalId: string;
  readonly turnId: string;
  /** Of the owner, in the background. */
  readonly jobId: string;
  readonly findingId: string;
}

export async function livedIn(world: World<HttpApi>): Promise<LivedIn> {
  const { api } = world;
  const venue = await buildVenue(world);
  const { owner, venueId, menu } = venue;
  const translation = { venue_id: venueId, locale: "fr", menu_item_id: menu.cake, name: "Gâteau" };
  must(await api.insert(owner, "menu_translations", [translation]));
  const image = await picture(world, owner, venueId, menu.cake);
  must(await api.rpc(owner, "publish_menu", { p_venue_id: venueId }));
  const ingredientId = await stock(api, owner, venueId, menu.cake, 10);
  const session = await scan(api, venue.tables[0].qr);
  const customer = { name: "A. Guest", phone: "+44 20 7946 0000" };
  const order = must(await place(api, session, { ...meal(menu, "pay_later"), customer }));
  const discount = { venue_id: venueId, name: "For regulars", code: "REGULAR", percent_bp: 1_000 };
  must(await api.insert(owner, "discounts", [discount]));
  const eaten = must(await place(api, session, { ...meal(menu, "pay_later"), discount_code: "regular" }));
  const { payment_id } = must(await collect(api, owner, eaten.id, eaten.total_minor));
  const refund = { p_payment_id: payment_id, p_amount_minor: 100, p_reason: "cold", p_idempotency_key: payment_id };
  must(await api.rpc(owner, "refund_payment", refund));
  const { payment, reference } = await paidOnline(api, session, meal(menu, "pay_now"));
  must(await record(api, disputed(reference)));
  const contradiction = must(await record(api, succeeded({ ...payment, amount_minor: 1 }, reference)));
  const { invitation_id } = await invite(api, owner, venue.organisationId, "next@guests.example", "server");
  const party = { p_venue_id: venueId, p_party_size: 2, p_name: "A. Guest", p_phone: "+44 20 7946 0000" };
  const tomorrow = { ...party, p_starts_at: new Date(Date.now() + 86_400_000).toISOString(), p_idempotency_key: "1" };
  const { reservation_id } = must(await api.rpc<{ reservation_id: string }>(owner, "book_reservation", tomorrow));
  const waiting = { ...party, p_quoted_minutes: 10, p_idempotency_key: "1" };
  const { waiting_party_id } = must(await api.rpc<{ waiting_party_id: string }>(owner, "add_waiting_party", waiting));
  const [third] = must(await api.insert(owner, "tables", [{ venue_id: venueId, label: "3" }]));
  await world.sql`select private.close_day(v, (now() - interval '3 days')::date, now())
    from public.venues v where v.id = ${venueId}`;
  const { shiftId, timeEntryId } = await working(api, venue);
  const question = { venue_id: venueId, kind: "stars", prompt: "How was it?" };
  const [asked] = must(await api.insert(owner, "feedback_questions", [question]));
  await serve(api, venue, eaten.id);
  const answers = [{ question_id: asked?.id, answer: 5 }];
  const feedback = { p_session_token: session.session_token, p_order_id: eaten.id, p_answers: answers };
  const { feedback_id } = must(await api.rpc<{ feedback_id: string }>(guest, "leave_feedback", feedback));
  const first = async (query: string): Promise<string> =>
    must(await api.select<{ id: string }>(owner, `${query}&select=id&limit=1`))[0]?.id ?? "";
  const proposalId = await proposed(world, venue);
  const turnId = await questioned(world, venue);
  const [job] = await world.sql<{ id: string }[]>`
    insert into public.assistant_jobs (organisation_id, venue_id, actor_id, kind, arguments)
    values (${venue.organisationId}, ${venueId}, ${owner.userId}, 'translate_menu', '{}') returning id`;
  const stockroom = await fillStockroom(api, owner, { venueId, ingredientId, optionId: menu.plain });
  await paysForIntegrations(world.sql, venue.organisationId);
  const key = { p_organisation_id: venue.organisationId, p_name: "Till", p_scopes: ["orders.read"] };
  const { api_key_id } = await makeKey(api, owner, key);
  await subscribed(api, venue);
  must(await api.rpc(venue.owner, "start_account_link", { p_organisation_id: venue.organisationId }));
  const loyal = await makeLoyal(api, owner, venueId, session, menu.coffee);
  const bill = must(await split(api, owner, { p_order_id: order.id }, { method: "equal", shares: 2 }));
  const drawer = must(await openDrawer(api, owner, venueId, "Bar", 5_000));
  return {
    ...venue,
    ...stockroom,
    ...loyal,
    ...(await toldOnce(world.sql, venue)),
    session,
    order,
    invitationId: invitation_id,
    apiKeyId: api_key_id,
    paymentId: payment.payment_id,
    eventId: contradiction.event_id,
    ticketId: await first(`kitchen_tickets?order_id=eq.${order.id}`),
    lineId: order.lines[0]?.id ?? "",
    membershipId: await first(`memberships?user_id=eq.${venue.members.server.userId}`),
    ingredientId,
    image,
    reservationId: reservation_id,
    waitingPartyId: waiting_party_id,
    emptyTableId: third?.id ?? "",
    qrCodeId: await first(`qr_codes?table_id=eq.${venue.tables[1].id}&kind=eq.table`),
    shiftId,
    timeEntryId,
    questionId: asked?.id ?? "",
    feedbackId: feedback_id,
    billId: bill.bill_id,
    drawerId: drawer.drawer_session_id,
    proposalId,
    turnId,
    jobId: job?.id ?? "",
    findingId: await differed(world, venue),
  };
}

export const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();

/** The assistant has been asked, and has proposed something. A trial has no assistant: the rows are written as it writes them. */
async function proposed({ api, sql }: World<HttpApi>, { owner, venueId }: Venue): Promise<string> {
  const call = { p_venue_id: venueId, p_tool: "search_menu", p_arguments: {}, p_outcome: "ok" };
  must(await api.rpc(owner, "record_assistant_call", { ...call, p_rows: 1, p_latency_ms: 5 }));
  const [proposal] = await sql<{ id: string }[]>`
    insert into public.assistant_proposals
      (organisation_id, venue_id, actor_id, tool, arguments, before, after, impact, measured, hash)
    select organisation_id, id, ${owner.userId}, 'publish_menu', '{}', '{}', '{}', '{}', 1, sha256(id::text::bytea)
    from public.venues where id = ${venueId} returning id`;
  return proposal?.id ?? "";
}

/** Books and provider have said different things, as a reconciliation writes it. */
async function differed({ sql }: World<HttpApi>, { organisationId, venueId }: Venue): Promise<string> {
  const [finding] = await sql<{ id: string }[]>`
    insert into private.reconciliation_findings (kind, subject, organisation_id, venue_id, detail)
    values ('payment_missing_there', ${`pi_of_${venueId}`}, ${organisationId}, ${venueId}, '{}') returning id`;
  return finding?.id ?? "";
}

/** What the function that asks the model would keep to itself. */
export const turnKey = (venueId: string): string => `the key of the turn in ${venueId}`;

/** Somebody has asked the assistant's model something. */
async function questioned({ sql }: World<HttpApi>, { owner, venueId }: Venue): Promise<string> {
  const [turn] = await sql<{ id: string }[]>`
    with c as (
      insert into public.assistant_conversations (organisation_id, venue_id, actor_id)
      select organisation_id, id, ${owner.userId} from public.venues where id = ${venueId} returning *
    ), m as (
      insert into public.assistant_messages (venue_id, actor_id, conversation_id, said_by, text)
      select venue_id, actor_id, id, 'person', 'Hello' from c
    )
    insert into private.assistant_turns
      (organisation_id, venue_id, actor_id, conversation_id, day, key_hash, model, prompt_sha256, held_tokens, held_cost_micro)
    select organisation_id, venue_id, actor_id, id, current_date, sha256(${turnKey(venueId)}::text::bytea), 'model-1', '\\x00', 1, 1 from c
    returning id`;
  return turn?.id ?? "";
}

async function working(api: Api, { owner, venueId }: Venue) {
  const times = { p_starts_at: hours(-1), p_ends_at: hours(4) };
  const planned = { p_venue_id: venueId, p_user_id: owner.userId, ...times };
  const { shift_id } = must(await api.rpc<{ shift_id: string }>(owner, "plan_shift", planned));
  must(await api.rpc(owner, "publish_shifts", { p_venue_id: venueId, p_from: hours(-2), p_until: hours(1) }));
  const entry = must(await api.rpc<{ time_entry_id: string }>(owner, "clock_in", { p_venue_id: venueId }));
  return { shiftId: shift_id, timeEntryId: entry.time_entry_id };
}

/** Takes an order from the kitchen to the table. */
export async function serve(api: Api, { owner }: Venue, orderId: string): Promise<void> {
  for (const to of ["accepted", "preparing", "ready", "served"]) {
    must(await api.rpc(owner, "advance_order", { p_order_id: orderId, p_to: to }));
  }
}

/** The arguments with which this house's own people could call a function; every name that functions have is here. */
