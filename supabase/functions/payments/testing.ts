// The payments function as the platform calls it, against the real local payment provider over HTTP, and a stand-in for
// the database that keeps the rules of the RPCs which this function relies on: one open payment, the first attach wins,
// a cancelled payment stays cancelled.

import { SECRET_KEY } from "../../../scripts/provider/testing.ts";
import type { GuardOptions } from "../_shared/guard.ts";
import { createPaymentProvider } from "../_shared/payment-provider.ts";
import { Problem } from "../_shared/problem.ts";
import { startProviderProcess } from "../_shared/provider-process.ts";
import { createStripe, createStripeGuard } from "../_shared/stripe-client.ts";
import { fakeRpc, KEYS, post, testFunction, testProject } from "../_shared/testing.ts";
import { paymentsRoutes } from "./handler.ts";

export const ORDER_ID = "0d6b4ad1-0c9e-4f4f-9d3c-3b9f2f9f3a11";
export const VENUE_ID = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
export const SESSION_TOKEN = "guest-session-token";

export interface Payment {
  readonly id: string;
  status: "reserved" | "pending" | "canceled" | "succeeded";
  reference: string | null;
}

const refuse = (code: string, status: number): never => {
  throw new Problem({ code, status, detail: code });
};

export function createBooks(amountMinor = 1850) {
  const payments: Payment[] = [];
  const queue: { job_id: number; attempt: number; message: unknown }[] = [];
  const settled = { finished: [] as number[], failed: [] as { id: number; error: string; final: boolean }[] };
  const refunds: Record<string, unknown>[] = [];
  const find = (id: unknown) => payments.find((payment) => payment.id === id) ?? refuse("payment_not_found", 404);
  const hooks = { beforeAttach: (_payment: Payment): void => {}, refusal: null as string | null };

  const database = fakeRpc({
    start_payment: ({ p_session_token }) => {
      if (p_session_token !== SESSION_TOKEN) refuse("guest_session_invalid", 401);
      if (hooks.refusal) refuse(hooks.refusal, 409);
      let open = payments.find(({ status }) => status === "reserved" || status === "pending");
      if (!open) {
        open = { id: crypto.randomUUID(), status: "reserved", reference: null };
        payments.push(open);
      }
      return {
        payment_id: open.id,
        status: open.status,
        amount_minor: amountMinor,
        currency: "GBP",
        provider_reference: open.reference,
        order_id: ORDER_ID,
        venue_id: VENUE_ID,
        description: "Order #042",
      };
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
      return { payment_id: payment.id, status: payment.status, provider_reference: payment.reference };
    },
    confirm_refund: (args) => {
      refunds.push(args);
      return { refund_id: args.p_refund_id, outcome: args.p_status };
    },
    relay_outbox: () => 0,
    claim_jobs: ({ p_queue, p_limit }) => (p_queue === "provider_calls" ? queue.splice(0, Number(p_limit)) : []),
    finish_job: ({ p_job_id }) => settled.finished.push(Number(p_job_id)) > 0,
    fail_job: ({ p_job_id, p_error, p_final }) => {
      if (settled.finished.includes(Number(p_job_id))) refuse("job_not_found", 404);
      settled.failed.push({ id: Number(p_job_id), error: String(p_error), final: p_final === true });
      return { job_id: p_job_id, dead: p_final === true };
    },
  });
  const enqueue = (topic: string, payload: unknown, attempt = 1) => {
    queue.push({ job_id: queue.length + settled.finished.length + 1, attempt, message: { topic, payload } });
  };
  return { ...database, payments, queue, settled, refunds, hooks, enqueue };
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
