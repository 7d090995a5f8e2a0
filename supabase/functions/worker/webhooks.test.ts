import assert from "node:assert/strict";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { createOutside, type Outside, OutsideError, type OutsideFailure, outsideOptions } from "../_shared/outside.ts";
import { Problem } from "../_shared/problem.ts";
import { type Received, type Receiver, status, withReceiver } from "../_shared/receiver.testing.ts";
import { fakeRpc, KEYS, post, testFunction, testProject } from "../_shared/testing.ts";
import { workerRoutes } from "./handler.ts";
import { signedHeaders, webhookEvents, webhooks } from "./webhooks.ts";

const SECRET = `whsec_${btoa("a secret of thirty-two bytes, yes")}`;
const OTHER = `whsec_${btoa("another one of thirty-two bytes!!")}`;
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const EVENT = { id: uuid(1), type: "order.placed", version: 1, timestamp: "2026-06-01T12:00:00+00:00", data: { n: 1 } };

const claim = (job_id: number, url: string, more: object = {}) => ({
  ...{ job_id, attempt: 1, endpoint_id: uuid(9), url, secrets: [SECRET], event: { ...EVENT, id: uuid(job_id) } },
  ...more,
});
type Claim = ReturnType<typeof claim>;

/** The worker with nothing but webhooks, on a database that hands out these claims and notes what is settled. */
async function workerOf(
  outside: Outside,
  claims: Claim[],
  settle: (args: Record<string, unknown>) => unknown = () => ({ status: "delivered" }),
) {
  const { identify } = await testProject();
  const { rpc, named } = fakeRpc({
    relay_outbox: () => 0,
    claim_webhooks: ({ p_limit }) => claims.splice(0, Number(p_limit)),
    settle_webhook: settle,
  });
  const routes = workerRoutes({ identify, rpc, queues: [webhooks({ outside })], now: Date.now });
  const worker = testFunction({ name: "worker", routes, cors: false });
  return {
    worker,
    work: () => worker(post("/worker", {}, { apikey: KEYS.secret })),
    settled: () => named("settle_webhook").map(({ args }) => ({ ...args, p_latency_ms: "measured" })),
    named,
  };
}

const outsideOf = (receiver: Receiver, withinMs = 5_000) =>
  createOutside({ ...outsideOptions({}), allowedHosts: ["127.0.0.1"], caCerts: [receiver.cert], withinMs });
const headersOf = ({ headers }: Received) => headers as Record<string, string>;

Deno.test("a delivery arrives as the Standard Webhooks library expects it, and is settled with its status", () =>
  withReceiver(status(204), async (receiver) => {
    const { work, settled } = await workerOf(outsideOf(receiver), [claim(7, `${receiver.url}/hook?x=1`)]);
    assert.deepEqual(await (await work()).json(), { relayed: 0, done: 1, retried: 0, dead: 0 });
    const [request] = receiver.received;
    assert.ok(request);
    assert.deepEqual(new Webhook(SECRET).verify(request.body, headersOf(request)), { ...EVENT, id: uuid(7) });
    assert.deepEqual([request.method, request.path], ["POST", "/hook?x=1"]);
    assert.deepEqual(
      [request.headers["content-type"], request.headers["webhook-id"], request.headers["user-agent"]],
      ["application/json", uuid(7), "Servio-Webhooks/1"],
    );
    const settling = { p_job_id: 7, p_attempt: 1, p_latency_ms: "measured", p_response_status: 204 };
    assert.deepEqual(settled(), [settling]);
  }));

Deno.test("what was changed on its way, or is sent again later, or signed by somebody else is not verified", () => {
  const body = JSON.stringify(EVENT);
  const sent = { secrets: [SECRET], id: EVENT.id, body };
  const verify = (secret: string, text: string, headers: Record<string, string>) => () =>
    new Webhook(secret).verify(text, headers);
  verify(SECRET, body, signedHeaders(sent, Date.now()))();
  assert.throws(verify(SECRET, `${body} `, signedHeaders(sent, Date.now())), WebhookVerificationError);
  assert.throws(verify(OTHER, body, signedHeaders(sent, Date.now())), WebhookVerificationError);
  assert.throws(verify(SECRET, body, signedHeaders(sent, Date.now() - 360_000)), WebhookVerificationError);
  const otherId = { ...signedHeaders(sent, Date.now()), "webhook-id": uuid(2) };
  assert.throws(verify(SECRET, body, otherId), WebhookVerificationError);
});

Deno.test("while a secret is being replaced, whoever knows either one verifies", () => {
  const body = JSON.stringify(EVENT);
  const headers = signedHeaders({ secrets: [OTHER, SECRET], id: EVENT.id, body }, Date.now());
  assert.match(headers["webhook-signature"] ?? "", /^v1,\S+ v1,\S+$/);
  for (const secret of [SECRET, OTHER]) assert.deepEqual(new Webhook(secret).verify(body, headers), EVENT);
});

Deno.test("a repeat is the same event under a new timestamp: its bytes and its id are the same", () =>
  withReceiver(status(500), async (receiver) => {
    const claims = [claim(7, receiver.url), claim(7, receiver.url, { attempt: 2 })];
    const { work } = await workerOf(outsideOf(receiver), claims, () => ({ status: "pending" }));
    assert.deepEqual(await (await work()).json(), { relayed: 0, done: 0, retried: 2, dead: 0 });
    const [first, second] = receiver.received;
    assert.equal(first?.body, second?.body);
    assert.equal(first?.headers["webhook-id"], second?.headers["webhook-id"]);
  }));

Deno.test("bad answers are settled as they are; what is answered by nobody, by why", async () => {
  for (const code of [301, 404, 410, 500]) {
    await withReceiver(status(code, { location: "https://169.254.169.254/" }), async (receiver) => {
      const { work, settled } = await workerOf(outsideOf(receiver), [claim(1, receiver.url)], () => ({
        status: "failed",
      }));
      assert.equal((await (await work()).json()).dead, 1);
      const settling = { p_job_id: 1, p_attempt: 1, p_latency_ms: "measured", p_response_status: code };
      assert.deepEqual(settled(), [settling]);
    });
  }
  await withReceiver(
    () => {},
    async (receiver) => {
      const { work, settled } = await workerOf(outsideOf(receiver, 100), [claim(1, receiver.url)]);
      await work();
      assert.deepEqual(settled(), [{ p_job_id: 1, p_attempt: 1, p_latency_ms: "measured", p_failure: "timeout" }]);
    },
  );
  for (const failure of ["address", "connection", "answer"] satisfies OutsideFailure[]) {
    const outside = { post: () => Promise.reject(new OutsideError(failure)) };
    const { work, settled } = await workerOf(outside, [claim(1, "https://x.example/")]);
    await work();
    assert.deepEqual(settled(), [{ p_job_id: 1, p_attempt: 1, p_latency_ms: "measured", p_failure: failure }]);
  }
});

Deno.test("as one is done the next is claimed: who is slow holds the places it has, and nobody waits for it", async () => {
  const sent: string[] = [];
  let answerSlow = () => {};
  const slow = new Promise<number>((resolve) => {
    answerSlow = () => resolve(200);
  });
  const outside: Outside = {
    post: (url) => {
      sent.push(url);
      // The slow ones answer when all of the others have been sent: had these to wait for them, this would never end.
      if (sent.length === 104) answerSlow();
      return url.includes("slow") ? slow : Promise.resolve(200);
    },
  };
  const claims = Array.from({ length: 4 }, (_, n) => claim(n + 1, "https://slow.example/"));
  claims.push(...Array.from({ length: 100 }, (_, n) => claim(n + 10, "https://quick.example/")));
  const { work, named } = await workerOf(outside, claims);
  assert.equal((await (await work()).json()).done, 104);
  assert.equal(named("claim_webhooks")[0]?.args.p_limit, 20);
  assert.ok(named("claim_webhooks").every(({ args }) => Number(args.p_limit) >= 1));
});

Deno.test("a delivery that another worker has, or whose endpoint was switched off meanwhile, is left alone", async () => {
  const gone = () => Promise.reject(new Problem({ code: "job_not_found", status: 404, detail: "gone" }));
  const { work, worker } = await workerOf({ post: () => Promise.resolve(200) }, [claim(1, "https://x.example/")], gone);
  assert.equal((await work()).status, 200);
  assert.equal(worker.reported.length, 0);
});

Deno.test("trouble of ours is reported when the others are sent", async () => {
  const settle = ({ p_job_id }: Record<string, unknown>) => {
    if (p_job_id === 1) throw new Error("the database is away");
    return { status: "delivered" };
  };
  const claims = [claim(1, "https://x.example/"), claim(2, "https://x.example/")];
  const { work, worker, named } = await workerOf({ post: () => Promise.resolve(200) }, claims, settle);
  assert.equal((await work()).status, 500);
  assert.equal(named("settle_webhook").length, 2);
  assert.equal(worker.reported.length, 1);
});

Deno.test("no log line names an address, a secret or what was sent", async () => {
  const outside = { post: () => Promise.reject(new OutsideError("address")) };
  const claims = [claim(1, "https://user-given.example/token-in-path")];
  const { work, worker } = await workerOf(outside, claims, () => ({ status: "pending" }));
  await work();
  const lines = JSON.stringify(worker.lines);
  assert.ok(lines.includes("webhook not delivered") && lines.includes(uuid(9)));
  assert.ok(!/user-given|token-in-path|whsec_|order\.placed/.test(lines));
});

Deno.test("an event is handed to the database as it came", async () => {
  const { rpc, calls } = fakeRpc({ spread_webhook_event: () => 1 });
  const trace = { traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: true };
  const [spread] = Object.values(webhookEvents({ rpc }).topics);
  assert.deepEqual(await spread?.(EVENT, trace), { done: true });
  assert.deepEqual(calls, [{ name: "spread_webhook_event", args: { p_event: EVENT } }]);
  await assert.rejects(async () => await spread?.("no event", trace), { name: "ZodError" });
});
