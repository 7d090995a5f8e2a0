// The control API under /_control: what a test or a person does to the provider that no customer of Stripe's can.
// JSON in and out, behind the same secret key. Nothing here weakens a check of the API itself.
import { type Context, Hono } from "hono";
import { z } from "zod";
import { ADVANCES, advance } from "./billing-cycle.ts";
import type { Courier } from "./courier.ts";
import { assertCredentials } from "./credentials.ts";
import { deliveryReport } from "./delivery-report.ts";
import { enqueue } from "./desk.ts";
import { openDesk, type Provider } from "./execute.ts";
import { invalid, missing, StripeFailure } from "./failure.ts";
import { faultSchema } from "./faults.ts";
import { mergePatch } from "./merge-patch.ts";
import { decideAccount, deleteAccount } from "./operations/accounts.ts";
import { disputeIntent } from "./operations/disputes.ts";
import { settleById } from "./operations/settle.ts";
import { FORGERIES } from "./signature.ts";

export interface ControlOptions {
  readonly provider: Provider;
  readonly courier: Courier;
  readonly secretKey: string;
}

const drainBody = z.strictObject({
  hurry: z.boolean().default(true),
  timeout_ms: z.number().int().min(1).max(600_000).default(30_000),
});
const deliverBody = z.strictObject({
  signature: z.enum(FORGERIES).default("valid"),
  times: z.number().int().min(1).max(1_000).default(1),
  /** Merged into the event (RFC 7396) before it is signed: a truly signed event that says something else. */
  patch: z.record(z.string(), z.json()).optional(),
});
const settleBody = z.strictObject({ id: z.string(), outcome: z.enum(["succeeded", "failed", "won", "lost"]) });
const disputeBody = z.strictObject({
  payment_intent: z.string(),
  amount: z.number().int().positive().optional(),
  reason: z.string().optional(),
});
const advanceBody = z.strictObject({ to: z.enum(ADVANCES) });
const accountBody = z.strictObject({
  charges_enabled: z.boolean().optional(),
  payouts_enabled: z.boolean().optional(),
  disabled_reason: z.enum(["rejected.fraud", "requirements.past_due", "under_review"]).nullable().optional(),
  deleted: z.literal(true).optional(),
});
const releaseBody = z.strictObject({ order: z.enum(["created", "reversed"]).default("created") });

async function read<S extends z.ZodType>(context: Context, schema: S): Promise<z.output<S>> {
  const text = await context.req.text();
  let body: unknown = {};
  try {
    if (text !== "") body = JSON.parse(text);
  } catch {
    throw invalid("The body is not JSON.");
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  return parsed.data;
}

export function createControl({ provider, courier, secretKey }: ControlOptions): Hono {
  const { store, clock, faults } = provider;
  const control = new Hono();
  control.onError((error, context) => {
    if (!(error instanceof StripeFailure)) throw error;
    return context.json({ error: error.body }, error.status as 400);
  });
  control.use("*", async (context, next) => {
    assertCredentials(context.req.raw.headers, secretKey);
    await next();
    courier.wake();
  });

  control.get("/deliveries", (context) => context.json({ deliveries: deliveryReport(store, context.req.query()) }));
  control.post("/drain", async (context) => {
    const { hurry, timeout_ms } = await read(context, drainBody);
    const settled = await courier.drain(hurry, timeout_ms);
    const rows = store.rows<{ status: string; count: number }>(
      "select status, count(*) as count from deliveries group by status",
    );
    return context.json({ settled, deliveries: Object.fromEntries(rows.map((row) => [row.status, row.count])) });
  });
  control.post("/release", async (context) => {
    const { order } = await read(context, releaseBody);
    const held = store.rows<{ id: number }>("select id from deliveries where status = 'held' order by id");
    if (order === "reversed") held.reverse();
    // Due times a millisecond apart in the past keep the asked order and go before anything that comes later.
    store.transaction(() => {
      for (const [index, { id }] of held.entries()) {
        store.run(
          "update deliveries set status = 'pending', due_at = ? where id = ?",
          clock.now() - held.length + index,
          id,
        );
      }
    });
    return context.json({ released: held.length });
  });
  control.post("/events/:id/deliver", async (context) => {
    const { signature, times, patch } = await read(context, deliverBody);
    const event = store.get("event", context.req.param("id"));
    if (!event) throw missing("event", context.req.param("id"));
    const payload = JSON.stringify(patch ? mergePatch(event, patch) : event, null, 2);
    const now = clock.now();
    const deliveries = store.transaction(() =>
      Array.from({ length: times }, () =>
        enqueue(store, event.id, payload, { status: "pending", dueAt: now, now, forgery: signature }),
      ),
    );
    return context.json({ deliveries });
  });
  control.post("/settle", async (context) => {
    const { id, outcome } = await read(context, settleBody);
    const desk = openDesk(provider, { id: null, idempotency_key: null });
    return context.json(store.transaction(() => settleById(desk, id, outcome)));
  });
  control.post("/disputes", async (context) => {
    const { payment_intent, ...request } = await read(context, disputeBody);
    const desk = openDesk(provider, { id: null, idempotency_key: null });
    return context.json(store.transaction(() => disputeIntent(desk, payment_intent, request)));
  });
  control.post("/subscriptions/:id/advance", async (context) => {
    const { to } = await read(context, advanceBody);
    const desk = openDesk(provider, { id: null, idempotency_key: null });
    return context.json(store.transaction(() => advance(desk, context.req.param("id"), to)));
  });
  control.post("/accounts/:id", async (context) => {
    const { deleted, ...change } = await read(context, accountBody);
    const desk = openDesk(provider, { id: null, idempotency_key: null });
    const id = context.req.param("id");
    return context.json(store.transaction(() => (deleted ? deleteAccount(desk, id) : decideAccount(desk, id, change))));
  });
  control.get("/faults", (context) => context.json({ faults: faults.list() }));
  control.post("/faults", async (context) => {
    const body = await read(context, z.union([faultSchema, z.array(faultSchema)]));
    for (const fault of [body].flat()) faults.add(fault);
    return context.json({ faults: faults.list() });
  });
  control.delete("/faults", (context) => {
    faults.clear();
    return context.json({ faults: [] });
  });
  control.post("/reset", async (context) => {
    faults.clear();
    store.clear();
    // A webhook already on its way still arrives; answering after it keeps it out of what comes next.
    await courier.drain(true, 15_000);
    return context.json({ reset: true });
  });
  return control;
}
