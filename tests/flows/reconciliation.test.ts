/**
 * A reconciliation as an operator asks for it: through the command, the queue, the worker and the provider's own API. What it
 * does in every trouble is shown in supabase/tests/payments/reconciliation.race.ts, with a provider whose clock moves.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { machine } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { MEAL_MINOR, meal, readOrder, scan } from "../support/guests.ts";
import { openPayment } from "../support/payments.ts";
import { provider } from "../support/provider.ts";
import { until } from "../support/until.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
afterAll(() => world.close());
const venue = await buildVenue(world);
const { stripe } = provider(stack);
const ROOT = join(import.meta.dirname, "..", "..");

interface Said {
  readonly run: { readonly run_id: string; readonly outcome: string; readonly counts: Record<string, number> };
  readonly open_findings: number;
  readonly findings: readonly { readonly subject: string }[];
}

function reconcile(args: readonly string[], env: Record<string, string> = {}) {
  const dir = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", STACK_DIR: stack.dir };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: ROOT, env: { ...dir, ...env } };
    execFile(process.execPath, ["scripts/reconcile/main.ts", ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

/** Paid, and the event of it said nothing about whose it was: only the provider's object knows by now. */
async function paidUnnoticed() {
  const session = await scan(api, venue.counterQr);
  const { order, payment } = await openPayment(api, session, meal(venue.menu, "pay_now", "counter"));
  const { id } = await stripe.paymentIntents.create({
    ...{ amount: payment.amount_minor, currency: "gbp", confirm: true, payment_method: "pm_card_visa" },
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
  });
  await until("its event has come", async () => {
    const [event] = await sql`select 1 from private.provider_events where payload #>> '{data,object,id}' = ${id}
      and type = 'payment_intent.succeeded'`;
    return event;
  });
  await stripe.paymentIntents.update(id, { metadata: { payment_id: payment.payment_id } });
  must(await api.rpc(machine, "attach_payment", { p_payment_id: payment.payment_id, p_provider_reference: id }));
  return { session, order, intentId: id };
}

test("the command has a forgotten payment settled, and says so in words and as JSON", async () => {
  const { session, order, intentId } = await paidUnnoticed();
  expect((await readOrder(api, session, order.id)).status).toBe("pending_payment");
  // A run that another test asked for may have looked too early.
  const said = await until(
    "a reconciliation has settled it",
    async () => {
      const { code, stdout, stderr } = await reconcile(["--json", "--since", "2h"]);
      const answer = JSON.parse(stdout || "null") as Said | null;
      expect(answer, stderr).not.toBeNull();
      expect(code).toBe(answer?.run.outcome === "clean" ? 0 : 1);
      return (await readOrder(api, session, order.id)).status === "placed" && answer;
    },
    { withinMs: 60_000 },
  );
  expect(said.run.counts.payments).toBeGreaterThan(0);
  expect(said.findings.map(({ subject }) => subject)).not.toContain(intentId);
  const paid = { payment_status: "paid", paid_minor: MEAL_MINOR };
  expect(await readOrder(api, session, order.id)).toMatchObject(paid);
  const inbox =
    await sql`select outcome from private.provider_events where event_id like ${`reconciled:%:${intentId}`}`;
  expect(inbox).toMatchObject([{ outcome: "settled" }]);
  const { stdout } = await reconcile([]);
  expect(stdout).toMatch(/reconciling what was made since/);
  expect(stdout).toMatch(/(clean|differences) .* payments/);
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});

test("an owner reads that the house is in order until then, by day", async () => {
  const report = must(
    await api.rpc<{
      findings: object[];
      reconciled_until: string;
      days: { provider_minor: number; books_minor: number }[];
    }>(venue.owner, "get_reconciliation_report", { p_organisation_id: venue.organisationId }),
  );
  expect(report.findings).toEqual([]);
  expect(Date.parse(report.reconciled_until)).toBeGreaterThan(Date.now() - 3_600_000);
  expect(report.days.reduce((sum, day) => sum + day.provider_minor, 0)).toBe(MEAL_MINOR);
  expect(report.days.reduce((sum, day) => sum + day.books_minor, 0)).toBe(MEAL_MINOR);
});

test.each([
  [["--help"], {}, 0, "npm run reconcile"],
  [["--since", "yesterday"], {}, 2, "--since"],
  [["--since", "2026-13-01"], {}, 2, "no date"],
  [["--timeout", "0m"], {}, 2, "--timeout"],
  [["--loud"], {}, 2, "--loud"],
  [[], { STACK_DIR: "/nowhere" }, 1, "no stack is running"],
  [[], { SUPABASE_URL: "http://127.0.0.1:9" }, 2, "SUPABASE_SECRET_KEY"],
  [["--since", "401d"], {}, 1, "invalid_input"],
])("the command %j answers with code and sentence", async (args, env, code, sentence) => {
  const run = await reconcile(args as string[], env as Record<string, string>);
  expect([run.code, run.stdout + run.stderr]).toEqual([code, expect.stringContaining(sentence as string)]);
});
