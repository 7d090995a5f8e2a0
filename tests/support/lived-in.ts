/** A venue with something in every table, so that "sees nothing" can be told from "there is nothing to see". */
import { guest } from "./actors.ts";
import { type Api, must } from "./api.ts";
import { collect, meal, type Order, place, type Session, scan } from "./guests.ts";
import type { HttpApi } from "./http-api.ts";
import { type Image, picture } from "./images.ts";
import { type Loyal, loyaltyArguments, makeLoyal } from "./loyalty.ts";
import { paidOnline } from "./payments.ts";
import { fillStockroom, type Stockroom } from "./stockroom.ts";
import { buildVenue, invite, stock, type Venue } from "./venue.ts";
import type { World } from "./world.ts";

export interface LivedIn extends Venue, Stockroom, Loyal {
  readonly session: Session;
  /** Placed, not paid. */
  readonly order: Order;
  readonly invitationId: string;
  /** Paid online. */
  readonly paymentId: string;
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
  const { payment } = await paidOnline(api, session, meal(menu, "pay_now"));
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
  const stockroom = await fillStockroom(api, owner, { venueId, ingredientId, optionId: menu.plain });
  const loyal = await makeLoyal(api, owner, venueId, session, menu.coffee);
  return {
    ...venue,
    ...stockroom,
    ...loyal,
    session,
    order,
    invitationId: invitation_id,
    paymentId: payment.payment_id,
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
  };
}

const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();

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
export function argumentsOf(house: LivedIn): Readonly<Record<string, unknown>> {
  const note = "a note of the test";
  return {
    ...loyaltyArguments(house),
    p_alt: "A slice of cake",
    p_amount_minor: 100,
    p_changes: { add: [{ menu_item_id: house.menu.coffee, quantity: 1 }] },
    p_content: "name\r\nCola\r\n",
    p_cost_minor: null,
    p_course: 1,
    p_csv: "name,unit\r\nFlour,kg\r\n",
    p_confirm: true,
    p_answers: [{ question_id: house.questionId, answer: 4 }],
    p_clocked_in_at: null,
    p_clocked_out_at: new Date().toISOString(),
    p_currency: "GBP",
    p_email: "third@guests.example",
    p_ends_at: hours(9),
    p_feedback_id: house.feedbackId,
    p_force: false,
    p_from: hours(-24),
    p_format: "csv",
    p_granularity: "day",
    p_height: 600,
    p_idempotency_key: "a key of the test",
    p_image_id: house.image.id,
    p_image_ids: [house.image.id],
    p_ingredient_id: house.ingredientId,
    p_invitation_id: house.invitationId,
    p_is_available: true,
    p_join: false,
    p_is_hidden: true,
    p_kind: "table",
    p_line_id: house.lineId,
    p_limit: 10,
    p_lines: [{ ingredient_id: house.ingredientId, quantity: 1 }],
    p_locale: "en-GB",
    p_membership_id: house.membershipId,
    p_menu_item_id: house.menu.cake,
    p_menu_item_ids: [house.menu.cake],
    p_method: "cash",
    p_name: "House",
    p_option_id: null,
    p_note: note,
    p_option_ids: [],
    p_order: meal(house.menu, "pay_later"),
    p_order_id: house.order.id,
    p_order_ids: [house.order.id],
    p_organisation_id: house.organisationId,
    p_party_size: 2,
    p_path: house.image.path,
    p_payment_id: house.paymentId,
    p_purchase_order_id: house.purchaseOrderId,
    p_phone: "+44 20 7946 0001",
    p_quantity: 1,
    p_quoted_minutes: 15,
    p_qr_code_id: house.qrCodeId,
    p_qr_token: house.tables[0].qr,
    p_reason: note,
    p_reservation_id: house.reservationId,
    p_role: "server",
    p_session_id: house.session.session_id,
    p_session_token: house.session.session_token,
    p_shift_id: house.shiftId,
    p_slug: house.slug,
    p_source: "pos",
    p_station_id: null,
    p_stocktake_id: house.stocktakeId,
    p_starts_at: hours(5),
    p_supplier_id: house.supplierId,
    p_state: "free",
    p_table_id: house.tables[1].id,
    p_table_ids: [house.emptyTableId],
    p_tokens: [house.tables[0].qr],
    p_table_session_id: null,
    p_tendered_minor: null,
    p_terminal_reference: null,
    p_ticket_id: house.ticketId,
    p_ticket_ids: [house.ticketId],
    p_time_entry_id: house.timeEntryId,
    p_timezone: "Europe/London",
    p_tip_minor: 0,
    p_to: "in_progress",
    p_to_ingredient_id: house.ingredientId,
    p_token: "a guessed token",
    p_tokens: [house.tables[0].qr],
    p_unit: null,
    p_until: hours(24),
    p_user_id: house.members.cashier.userId,
    p_variants: [],
    p_venue_id: house.venueId,
    p_venue_slug: house.slug,
    p_venue_type: "cafe",
    p_waiting_party_id: house.waitingPartyId,
    p_version: 1,
    p_width: 800,
    p_with_ids: true,
  };
}
