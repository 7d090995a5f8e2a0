// The payments function as the platform calls it, against the real local payment provider over HTTP, and a stand-in for
// the database that keeps the rules of the RPCs which this function relies on: one open payment, the first attach wins,
// a cancelled payment stays cancelled.

import { SECRET_KEY } from "../../../scripts/provider/testing.ts";
import type { GuardOptions } from "../_shared/guard.ts";
import { createPaymentProvider } from "../_shared/payment-provider.ts";
import { startProviderProcess } from "../_shared/provider-process.ts";
import { createStripe, createStripeGuard } from "../_shared/stripe-client.ts";
import { fakeRpc, KEYS, post, testFunction, testProject } from "../_shared/testing.ts";
import { TOPICS } from "../worker/topics.ts";
import { createClaims, refuse } from "./claims.ts";
import { paymentsRoutes } from "./handler.ts";

export const ORDER_ID = "0d6b4ad1-0c9e-4f4f-9d3c-3b9f2f9f3a11";
export const VENUE_ID = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
export const SESSION_TOKEN = "guest-session-token";

interface FakeJob {
  readonly job_id: number;
  readonly attempt: number;
  readonly message: unknown;
}

export interface Payment {
  readonly id: string;
  status: "reserved" | "pending" | "canceled" | "succeeded";
  reference: string | null;
  readonly goesOn?: object | null;
}

export function createBooks(amountMinor = 1850) {
  const payments: Payment[] = [];
  const queue: FakeJob[] = [];
  const checks: FakeJob[] = [];
  const queues: Record<string, FakeJob[]> = { provider_calls: queue, payment_checks: checks };
  const settled = { finished: [] as number[], failed: [] as { id: number; error: string; final: boolean }[] };
  const refunds: Record<string, unknown>[] = [];
  const reports: Record<string, unknown>[] = [];
  const described = (payment: Payment) => ({
    payment_id: payment.id,
    status: payment.status,
    amount_minor: amountMinor,
    currency: "GBP",
    provider_reference: payment.reference,
    order_id: ORDER_ID,
    venue_id: VENUE_ID,
    description: "Order #042",
    ...payment.goesOn,
    created_at: new Date().toISOString(),
  });
  const find = (id: unknown) => payments.find((payment) => payment.id === id) ?? refuse("payment_not_found", 404);
  const hooks = {
    beforeAttach: (_payment: Payment): void => {},
    refusal: null as string | null,
    /** The function dies before it can close its claim. */
    isKilled: false,
    isOver: false,
    /** Where new payments go on to. */
    destination: null as { destination: string; application_fee_minor: number } | null,
  };
  const claims = createClaims();

  const database = fakeRpc({
    start_payment: ({ p_session_token, p_idempotency_key, p_request }) => {
      if (p_session_token !== SESSION_TOKEN) refuse("guest_session_invalid", 401);
      const claim = p_idempotency_key === undefined ? null : claims.open(String(p_idempotency_key), p_request);
      if (claim?.payment) return { ...described(find(claim.payment)), replayed: true };
      if (hooks.refusal) refuse(hooks.refusal, 409);
      let open = payments.find(({ status }) => status === "reserved" || status === "pending");
      if (!open) {
        open = { id: crypto.randomUUID(), status: "reserved", reference: null, goesOn: hooks.destination };
        payments.push(open);
      }
      return { ...described(open), ...(claim ? { claim_id: claim.id } : {}) };
    },
    finish_claim: ({ p_claim_id, p_answer }) => {
      if (hooks.isKilled) refuse("killed", 500);
      return claims.finish(String(p_claim_id), p_answer as { payment_id: string } | undefined);
    },
    get_payment_check: ({ p_payment_id }) => ({ ...described(find(p_payment_id)), is_over: hooks.isOver }),
    report_payment: (args) => {
      reports.push(args);
      const payment = find(args.p_payment_id);
      if (args.p_state === "succeeded") {
        if (args.p_amount_minor !== amountMinor) return { payment_id: payment.id, outcome: "amount_mismatch" };
        payment.status = "succeeded";
        payment.reference = String(args.p_provider_reference);
      } else if (args.p_state === "dead") payment.status = "canceled";
      return { payment_id: payment.id, outcome: args.p_state };
    },
    refuse_destination: ({ p_payment_id }) => {
      const payment = find(p_payment_id);
      payment.status = "canceled";
      hooks.destination = null;
      return { payment_id: payment.id, status: payment.status };
    },
    attach_payment: ({ p_payment_id, p_provider_reference }) => {
      const payment = find(p_payment_id);
      hooks.beforeAttach(payment);
      if ((payment.reference ?? p_provider_reference) !== p_provider_reference)
        refuse("payment_reference_conflict", 409);
      payment.reference = String(p_provider_reference);
      if (payment.status === "reserved") payment.status = "pending";
      return { payment_id: payment.id, status: payment.status };
    },
    cancel_payment: ({ p_payment_id }) => {
      const payment = find(p_payment_id);
      if (payment.status !== "succeeded") payment.status = "canceled";
      return described(payment);
    },
    confirm_refund: (args) => {
      refunds.push(args);
      return { refund_id: args.p_refund_id, outcome: args.p_status };
    },
    relay_outbox: () => 0,
    claim_jobs: ({ p_queue, p_limit }) => queues[String(p_queue)]?.splice(0, Number(p_limit)) ?? [],
    finish_job: ({ p_job_id }) => settled.finished.push(Number(p_job_id)) > 0,
    fail_job: ({ p_job_id, p_error, p_final }) => {
      if (settled.finished.includes(Number(p_job_id))) refuse("job_not_found", 404);
      settled.failed.push({ id: Number(p_job_id), error: String(p_error), final: p_final === true });
      return { job_id: p_job_id, dead: p_final === true };
    },
  });
  const enqueue = (topic: string, payload: unknown, attempt = 1) => {
    const job_id = queue.length + checks.length + settled.finished.length + 1;
    const target = TOPICS.payment_checks?.includes(topic) ? checks : queue;
    target.push({ job_id, attempt, message: { topic, payload } });
  };
  return { ...database, payments, queue, settled, refunds, reports, claims, hooks, enqueue };
}

/** Patience and rest of a person's test run instead of a service's. */
const QUICK = { timeoutMs: 400, withinMs: 3_000, firstDelayMs: 1, failuresToOpen: 50 };

export type Setting = Awaited<ReturnType<typeof createSetting>>;

const bench = await startProviderProcess();
globalThis.addEventListener("unload", () => bench.stop());

async function createSetting(guard: Partial<GuardOptions>) {
  const project = await testProject();
  const books = createBooks();
  const stripe = createStripe({ STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_API_URL: bench.url }, { timeoutMs: 300 });
  const provider = createPaymentProvider(stripe, createStripeGuard({ ...QUICK, ...guard }));
  const callers: string[] = [];
  const clock = { ms: 0 };
  const routes = paymentsRoutes({
    identify: project.identify,
    callerRpc: (caller) => {
      callers.push(caller.outcome === "matched" ? caller.kind : caller.outcome);
      return books.rpc;
    },
    serviceRpc: books.rpc,
    provider,
  });
  const call = testFunction({ name: "payments", routes, cors: true });
  const body = { session_token: SESSION_TOKEN, order_id: ORDER_ID, method: "payment_intent" };
  return {
    bench,
    books,
    call,
    callers,
    clock,
    provider,
    project,
    pay: (changes: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
      call(post("/payments", { ...body, ...changes }, { apikey: KEYS.publishable, ...headers })),
  };
}

export async function withProvider(test: (setting: Setting) => Promise<void>, guard: Partial<GuardOptions> = {}) {
  await bench.reset();
  await test(await createSetting(guard));
}

export interface StartedBody {
  readonly payment_id: string;
  readonly status: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly client_secret?: string;
  readonly checkout_url?: string;
}

export async function started(response: Response): Promise<StartedBody> {
  const body = await response.json();
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return body as StartedBody;
}

export const intentOf = ({ client_secret }: StartedBody): string => client_secret?.split("_secret_")[0] ?? "";
