/**
 * Reconciliation with everything real but the network in between: the worker's own code on a database of its own, and the
 * local provider on a clock that a test moves. The provider's webhooks reach nobody: whatever the books learn, they learn
 * by looking.
 */
import { randomUUID } from "node:crypto";
import { manualClock } from "../../scripts/provider/clock.ts";
import { type Bench, SECRET_KEY, startBench } from "../../scripts/provider/testing.ts";
import { createBillingProvider } from "../../supabase/functions/_shared/billing-provider.ts";
import { createConnectProvider } from "../../supabase/functions/_shared/connect-provider.ts";
import { createPaymentProvider } from "../../supabase/functions/_shared/payment-provider.ts";
import { createProviderRecords, type ProviderRecords } from "../../supabase/functions/_shared/provider-records.ts";
import { createStripe, createStripeGuard } from "../../supabase/functions/_shared/stripe-client.ts";
import { drain } from "../../supabase/functions/worker/drain.ts";
import { providerCalls } from "../../supabase/functions/worker/provider-calls.ts";
import { reconcileQueue } from "../../supabase/functions/worker/reconcile/queue.ts";
import { machine } from "./actors.ts";
import { must } from "./api.ts";
import { meal, type Order, type Session, scan } from "./guests.ts";
import { openPayment } from "./payments.ts";
import type { SqlApi } from "./sql-api.ts";
import { buildVenue, type Venue } from "./venue.ts";
import { log, trace, workerRpc } from "./worker-rpc.ts";
import type { World } from "./world.ts";

export const DAY_MS = 86_400_000;

export interface Worker {
  /** Before each call of the database: what throws here is a worker that dies. */
  readonly beforeCall?: (name: string, calls: number) => void;
  readonly now?: () => number;
  /** What the provider remembers, changed. */
  readonly remembering?: (records: ProviderRecords) => ProviderRecords;
}

export interface Run {
  readonly run_id: string;
  readonly outcome: string | null;
  readonly step: string;
  readonly window_from: string;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Charged {
  readonly session: Session;
  readonly order: Order;
  readonly paymentId: string;
  readonly intentId: string;
}

/** The provider's clock stands ten days back. */
export async function reconciler(world: World<SqlApi>) {
  const clock = manualClock(Date.now() - 10 * DAY_MS);
  const bench: Bench = await startBench({ clock });
  const venue: Venue = await buildVenue(world);
  const stripe = createStripe({ STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_API_URL: bench.url });
  const guard = createStripeGuard();
  const provider = createPaymentProvider(stripe, guard);
  const records = createProviderRecords(stripe, guard);

  /** Drains the queues as one worker does; the outcome is the database's. */
  async function work(worker: Worker = {}): Promise<void> {
    const rpc = workerRpc(world.api, worker.beforeCall);
    const now = worker.now ?? Date.now;
    const remembered = worker.remembering?.(records) ?? records;
    const queues = [
      providerCalls({
        rpc,
        provider,
        billing: createBillingProvider(stripe, guard),
        accounts: createConnectProvider(stripe, guard),
      }),
      reconcileQueue({ rpc, records: remembered, now, log }),
    ];
    await drain({ rpc, queues, trace, log, now: Date.now });
  }
  const request = async (since?: Date): Promise<Run> =>
    must(await world.api.rpc<Run>(machine, "request_reconciliation", since ? { p_since: since.toISOString() } : {}));
  const status = async (runId?: string) =>
    must(
      await world.api.rpc<{ run: Run; open_findings: number; findings: Finding[]; days: Day[] }>(
        machine,
        "get_reconciliation_status",
        runId ? { p_run_id: runId } : {},
      ),
    );

  /** As many workers, one after the other, as it takes. */
  async function finish(runId: string, worker: Worker = {}): Promise<Run> {
    for (let workers = 0; workers < 20; workers += 1) {
      await work(worker);
      const { run } = await status(runId);
      if (run.outcome !== null) return run;
    }
    throw new Error(`the reconciliation ${runId} does not end`);
  }

  /** An order that waits for its payment, with its intent at the provider. */
  async function charge(): Promise<Charged> {
    const session = await scan(world.api, venue.counterQr);
    const { order, payment } = await openPayment(world.api, session, meal(venue.menu, "pay_now", "counter"));
    const { reference } = await provider.createIntent({
      paymentId: payment.payment_id,
      orderId: order.id,
      venueId: venue.venueId,
      amountMinor: payment.amount_minor,
      currency: payment.currency,
      description: "Order",
    });
    const attached = { p_payment_id: payment.payment_id, p_provider_reference: reference };
    must(await world.api.rpc(machine, "attach_payment", attached));
    return { session, order, paymentId: payment.payment_id, intentId: reference };
  }
  /** The guest pays, or tries to. */
  const confirm = (intentId: string, card = "pm_card_visa"): Promise<boolean> =>
    bench.stripe.paymentIntents
      .confirm(intentId, { payment_method: card, return_url: "https://guests.example/" })
      .then(() => true)
      .catch(() => false);

  await bench.fault({ target: "webhook", event: "*", action: "drop", times: 1_000_000 });
  return {
    bench,
    clock,
    venue,
    work,
    request,
    status,
    finish,
    /** One whole reconciliation. */
    reconcile: async (worker: Worker = {}): Promise<Run> => finish((await request()).run_id, worker),
    charge,
    confirm,
    /** Orders that were paid, as only the provider knows. */
    async paid(count = 1): Promise<Charged[]> {
      const charges: Charged[] = [];
      for (let n = 0; n < count; n += 1) {
        const made = await charge();
        if (!(await confirm(made.intentId))) throw new Error("the card was declined");
        charges.push(made);
      }
      return charges;
    },
    refund: async (paymentId: string, amount: number): Promise<string> => {
      const args = { p_payment_id: paymentId, p_amount_minor: amount, p_reason: "cold" };
      const key = { p_idempotency_key: randomUUID() };
      const answer = await world.api.rpc<{ refund_id: string }>(venue.owner, "refund_payment", { ...args, ...key });
      return must(answer).refund_id;
    },
    close: () => bench.close(),
  };
}

export interface Finding {
  readonly kind: string;
  readonly subject: string;
  readonly payment_id: string | null;
  readonly resolved_at: string | null;
}
export interface Day {
  readonly day: string;
  readonly currency: string;
  readonly provider_minor: number;
  readonly books_minor: number;
  readonly in_transit_minor: number;
  readonly unknown_here_minor: number;
  readonly missing_there_minor: number;
  readonly amount_differs_minor: number;
  readonly provider_fees_minor: number;
  readonly booked_fees_minor: number;
}
