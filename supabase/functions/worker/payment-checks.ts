// What has no outcome in time is asked about: payments whose event did not come or whose guest has left, and refunds that
// nobody confirmed. Every step has the effect of running once.
import { z } from "zod";
import type { PaymentProvider } from "../_shared/payment-provider.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type Queue } from "./job.ts";
import { onlinePayment, reportPaid } from "./online-payment.ts";
import { refund, refundingOf, refundRequested } from "./refunding.ts";

export interface PaymentChecksDependencies {
  readonly rpc: Rpc;
  readonly provider: PaymentProvider;
}

const paymentCheck = z.object({ payment_id: z.guid() });
const known = onlinePayment.extend({ is_over: z.boolean() });
const refundCheck = refundRequested.extend({ refund_reference: z.string().nullable() });

export const paymentChecks = ({ rpc, provider }: PaymentChecksDependencies): Queue => ({
  name: "payment_checks",
  batch: 5,
  topics: {
    "payment.check_requested": async (payload, trace) => {
      const { payment_id } = paymentCheck.parse(payload);
      const payment = known.parse(await rpc("get_payment_check", { p_payment_id: payment_id }, trace));
      const { provider_reference: reference } = payment;
      if (payment.status !== "pending" || reference === null) return DONE;
      let object = await provider.retrieve(reference);
      // The guest has had their time. Who pays in this moment is faster, and the answer says so.
      if (object.state === "open" && payment.is_over) object = await provider.abandon(reference);
      if (object.paid) return await reportPaid(payment_id, object.paid, rpc, trace);
      await rpc("report_payment", { p_payment_id: payment_id, p_state: object.state }, trace);
      return DONE;
    },

    "refund.check_requested": async (payload, trace) => {
      const check = refundCheck.parse(payload);
      return await refund(refundingOf(check, check.refund_reference), rpc, provider, trace);
    },
  },
});
