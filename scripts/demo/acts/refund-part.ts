/** Something was wrong with the lemonade: a part of the card payment goes back, through the provider that took it. */
import { randomUUID } from "node:crypto";
import { refundAnswer } from "../answers.ts";
import { expectEqual } from "../mismatch.ts";
import { money, orderNumber } from "../money.ts";
import { accept, type Person } from "../person.ts";
import { expectRefusal } from "../refusal.ts";
import type { Stage } from "../stage.ts";
import { waitUntil } from "../wait-until.ts";
import type { Team } from "./gather-team.ts";
import type { House } from "./open-house.ts";
import { expectOneSettlement, type PaidOrder } from "./pay-by-card.ts";

/** One large lemonade. */
const REFUND_MINOR = 470;
const SETTLE_WITHIN_MS = 30_000;

export interface Refunded {
  refundId: string;
  amountMinor: number;
}

export async function refundPart(stage: Stage, house: House, team: Team, paid: PaidOrder): Promise<Refunded> {
  const { timeline, logOf, network, patience = 1 } = stage;
  const { order, paymentId, settledBy } = paid;
  timeline.act("A lemonade goes back");
  const ask = (person: Person, p_amount_minor: number, p_idempotency_key: string = randomUUID()) => {
    const args = { p_payment_id: paymentId, p_amount_minor, p_reason: "the lemonade was warm", p_idempotency_key };
    return person.call("refund_payment", args, refundAnswer);
  };
  await timeline.step({
    actor: "kitchen",
    title: "tries to refund it",
    async work(say) {
      await expectRefusal("permission_denied", "a refund by the kitchen", ask(team.kitchen, REFUND_MINOR));
      say("refused: permission_denied");
    },
  });
  const refund = await timeline.step({
    actor: "cashier",
    title: `refunds a part of ${orderNumber(order.number)}`,
    look: logOf("rest"),
    async work(say) {
      const key = randomUUID();
      const requested = await ask(team.cashier, REFUND_MINOR, key);
      expectEqual("an online refund", requested, { amount_minor: REFUND_MINOR, status: "pending" });
      expectEqual("the refund, asked for twice", await ask(team.cashier, REFUND_MINOR, key), requested);
      say(money(REFUND_MINOR), "reserved until the provider confirms");
      return requested;
    },
  });
  await timeline.step({
    actor: "provider",
    title: "sends the money back",
    look: `${logOf("functions")}  and  ${logOf("stack")}`,
    async work(say) {
      const { client } = team.cashier;
      const columns = "status, failure_code, provider_reference";
      await waitUntil({
        what: "the refund",
        within: SETTLE_WITHIN_MS * patience,
        ask: async () =>
          accept("refund", await client.from("refunds").select(columns).eq("id", refund.refund_id).single()),
        until: ({ status }) => status === "succeeded",
        expected: { status: "succeeded" },
      });
      const sums = await client
        .from("orders")
        .select("paid_minor, refunded_minor, payment_status")
        .eq("id", order.id)
        .single();
      const expected = {
        paid_minor: order.total_minor,
        refunded_minor: REFUND_MINOR,
        payment_status: "partially_refunded",
      };
      expectEqual("the order's sums", accept("order", sums), expected);
      say(`${money(REFUND_MINOR)} of ${money(order.total_minor)} refunded`);
    },
  });
  await timeline.step({
    actor: "cashier",
    title: "tries to refund more than is left",
    async work(say) {
      await expectRefusal(
        "refund_exceeds_payment",
        "a refund beyond the payment",
        ask(team.cashier, order.total_minor),
      );
      say("refused: refund_exceeds_payment");
    },
  });
  const { courier } = network;
  if (courier && settledBy) {
    await timeline.step({
      actor: "provider",
      title: "repeats the payment's event, late",
      look: logOf("functions"),
      async work(say) {
        expectEqual("the late delivery", await courier.deliverAgain(settledBy, 1), [200]);
        await expectOneSettlement(house, order);
        say("acknowledged", "nothing changes");
      },
    });
  }
  return { refundId: refund.refund_id, amountMinor: REFUND_MINOR };
}
