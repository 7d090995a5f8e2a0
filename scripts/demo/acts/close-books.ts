/** The owner counts: what came in, what went back, and a ledger whose accounts sum to zero. */
import { z } from "zod";
import { type Balance, balanceAnswer } from "../answers.ts";
import { expectEqual } from "../mismatch.ts";
import { money } from "../money.ts";
import { accept, createPerson, type Person } from "../person.ts";
import type { Stage } from "../stage.ts";
import { waitUntil } from "../wait-until.ts";
import type { House } from "./open-house.ts";
import type { TillOrder } from "./pay-at-till.ts";
import type { PaidOrder } from "./pay-by-card.ts";
import type { Refunded } from "./refund-part.ts";

const RECONCILED_WITHIN_MS = 60_000;

export interface Takings {
  paidMinor: number;
  refundedMinor: number;
  balance: Balance;
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

export async function closeBooks(
  stage: Stage,
  house: House,
  card: PaidOrder,
  till: TillOrder,
  refunded: Refunded,
): Promise<Takings> {
  const { timeline, logOf } = stage;
  const { owner, organisationId, venueId } = house;
  const { client } = owner;
  timeline.act("The owner closes the books");
  const takings = await timeline.step({
    actor: "owner",
    title: "compares orders with payments",
    look: logOf("rest"),
    async work(say) {
      const columns = "paid_minor, refunded_minor, total_minor, tip_minor";
      const orders = accept("orders", await client.from("orders").select(columns).eq("venue_id", venueId));
      const payments = accept(
        "payments",
        await client.from("payments").select("status, amount_minor").eq("venue_id", venueId),
      );
      const refunds = accept(
        "refunds",
        await client.from("refunds").select("status, amount_minor").eq("venue_id", venueId),
      );
      const settled = (rows: { status: string; amount_minor: number }[]) =>
        sum(rows.filter(({ status }) => status === "succeeded").map(({ amount_minor }) => amount_minor));
      const paidMinor = sum(orders.map(({ paid_minor }) => paid_minor));
      const refundedMinor = sum(orders.map(({ refunded_minor }) => refunded_minor));
      expectEqual("orders.paid against payments", paidMinor, settled(payments));
      expectEqual("orders.refunded against refunds", refundedMinor, settled(refunds));
      expectEqual("paid against owed", paidMinor, sum(orders.map(({ total_minor }) => total_minor)));
      say(`${money(paidMinor)} in`, `${money(refundedMinor)} back`, `${orders.length} orders`);
      return { paidMinor, refundedMinor, tips: sum(orders.map(({ tip_minor }) => tip_minor)) };
    },
  });
  await bookFees(stage, organisationId, owner);
  const balance = await timeline.step({
    actor: "owner",
    title: "asks for the trial balance",
    look: logOf("rest"),
    async work(say) {
      const balances = await owner.call("get_ledger_balance", { p_organisation_id: organisationId }, balanceAnswer);
      const fees = feesIn(balances);
      const cash = takings.paidMinor - card.order.total_minor;
      const expected = {
        currency: "GBP",
        sum_minor: 0,
        accounts: {
          provider: card.order.total_minor - refunded.amountMinor - fees,
          ...(fees === 0 ? {} : { provider_fees: fees }),
          cash,
          orders: -(takings.paidMinor - takings.refundedMinor - takings.tips),
          tips: -takings.tips,
        },
      };
      expectEqual("the balance of the organisation's books", balances, [expected]);
      expectEqual("cash in the till", cash, till.order.total_minor + takings.tips - card.order.tip_minor);
      say(
        ...Object.entries(expected.accounts).map(([account, minor]) => `${account} ${money(minor)}`),
        `sum ${money(0)}`,
      );
      return expected;
    },
  });
  return { paidMinor: takings.paidMinor, refundedMinor: takings.refundedMinor, balance };
}

const feesIn = ([balance]: Balance[]) => balance?.accounts.provider_fees ?? 0;

/** What the provider kept of the payments comes with the next reconciliation; an operator asks for one. */
async function bookFees(
  { timeline, access, secretKey, logOf, patience = 1 }: Stage,
  organisationId: string,
  owner: Person,
) {
  if (secretKey === undefined) return;
  const operator = createPerson("operator", { ...access, publishableKey: secretKey });
  await timeline.step({
    actor: "operator",
    title: "compares the books with the provider",
    look: logOf("functions"),
    async work(say) {
      const balances = await waitUntil({
        what: "the provider's fees",
        within: RECONCILED_WITHIN_MS * patience,
        // One that was under way may have looked too early.
        ask: async () => {
          await operator.call("request_reconciliation", {}, z.looseObject({ run_id: z.guid() }));
          return await owner.call("get_ledger_balance", { p_organisation_id: organisationId }, balanceAnswer);
        },
        until: (answer) => feesIn(answer) !== 0,
        expected: "an account provider_fees",
      });
      say(`the provider kept ${money(feesIn(balances))}`);
    },
  });
}
