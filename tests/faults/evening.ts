/**
 * The demo's evening with parts dying in it. The house opens and the team arrives in peace; from the first scan to the
 * closing of the books every request is patient and anything may die. Afterwards the demo's own checks have passed, the
 * books are in order, and the provider has charged and refunded once.
 */
import { randomBytes, randomUUID } from "node:crypto";
import postgres from "postgres";
import Stripe from "stripe";
import { closeBooks } from "../../scripts/demo/acts/close-books.ts";
import { complete, cook, serve } from "../../scripts/demo/acts/cook-and-serve.ts";
import { gatherTeam } from "../../scripts/demo/acts/gather-team.ts";
import { openHouse } from "../../scripts/demo/acts/open-house.ts";
import { payAtTill } from "../../scripts/demo/acts/pay-at-till.ts";
import { payByCard } from "../../scripts/demo/acts/pay-by-card.ts";
import { placeOrder } from "../../scripts/demo/acts/place-order.ts";
import { refundPart } from "../../scripts/demo/acts/refund-part.ts";
import { cardNetworkOf } from "../../scripts/demo/card-network.ts";
import type { Stage } from "../../scripts/demo/stage.ts";
import { createTimeline } from "../../scripts/demo/timeline.ts";
import type { StackState } from "../../scripts/stack/state.ts";
import { violations } from "../support/books.ts";
import { patientFetch, type Watch } from "./patient-fetch.ts";
import { persist, Wrong } from "./persist.ts";

const quiet: Watch = { begin: () => 0, reached: async () => {}, again: () => {} };

export async function playThrough(state: StackState, watch: Watch): Promise<void> {
  // Until the parts that died last are back, there is nobody to open a house with.
  let present = quiet;
  const patient = patientFetch({
    begin: () => present.begin(),
    reached: (request, moment) => present.reached(request, moment),
    again: () => present.again(),
  });
  const access = { url: state.url, publishableKey: state.publishableKey, fetch: patient };
  const timeline = createTimeline(() => {});
  const stage: Stage = {
    timeline,
    access,
    network: cardNetworkOf(state, { retries: 30, withinMs: 120_000, fetch: patient }),
    run: randomBytes(6).toString("hex"),
    password: randomUUID(),
    patience: 6,
    logOf: (part) => part,
  };
  const house = await openHouse(stage);
  const team = await gatherTeam(stage, house);

  present = watch;
  const placed = await placeOrder(stage, house, team);
  const card = await payByCard(stage, house, placed.guest, placed.sessionToken, placed.order);
  await cook(stage, team, card.order);
  await serve(stage, team, card.order);
  await complete(stage, team, card.order, placed.sessionId);
  const till = await payAtTill(stage, house, team, card.order);
  const refunded = await refundPart(stage, house, team, card);
  await closeBooks(stage, house, card, till, refunded);
  present = quiet;

  await persist(() => requireOnce(state, house.organisationId, card.order.id, refunded.amountMinor));
}

/** Nothing lost, nothing doubled: the books' rules, and what the provider itself has on record. */
async function requireOnce(
  state: StackState,
  organisationId: string,
  orderId: string,
  refunded: number,
): Promise<void> {
  const sql = postgres(state.dbUrl, { max: 1, onnotice: () => {} });
  try {
    const wrong = await violations(sql, organisationId);
    if (wrong.length > 0) throw new Wrong(`the books: ${JSON.stringify(wrong)}`);
    const [counted] = await sql`
      select (select count(*)::int from public.orders where organisation_id = ${organisationId}) as orders,
        (select count(*)::int from public.payments where organisation_id = ${organisationId} and status = 'succeeded') as payments,
        (select count(*)::int from public.refunds r join public.payments p on p.id = r.payment_id where p.organisation_id = ${organisationId}) as refunds`;
    expectSame("rows", { ...counted }, { orders: 2, payments: 2, refunds: 1 });
  } finally {
    await sql.end({ timeout: 1 });
  }
  const { hostname, port } = new URL(state.providerUrl ?? "");
  const stripe = new Stripe(state.stripeSecretKey ?? "", { host: hostname, port, protocol: "http", telemetry: false });
  const intents = await stripe.paymentIntents.list({ limit: 100 });
  const charged = intents.data.filter(
    ({ metadata, status }) => metadata.order_id === orderId && status === "succeeded",
  );
  expectSame("intents that took money", charged.length, 1);
  const refunds = await stripe.refunds.list({ payment_intent: charged[0]?.id ?? "" });
  expectSame(
    "refunds at the provider",
    refunds.data.map(({ amount, status }) => [amount, status]),
    [[refunded, "succeeded"]],
  );
}

function expectSame(what: string, found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  throw new Wrong(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}
