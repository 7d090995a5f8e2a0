/** Webhooks end to end: an order is placed, a receiver of somebody else's is told over TLS, and checks the signature. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RECEIVER_CERT, RECEIVER_KEY } from "../../scripts/stack/test-stack.ts";
import { must } from "../support/api.ts";
import { meal, place, scan } from "../support/guests.ts";
import { until } from "../support/until.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
interface Delivery {
  readonly status: string;
  readonly attempts: number;
  readonly response_status: number | null;
  readonly latency_ms: number | null;
  readonly failure: string | null;
}
interface Created {
  readonly endpoint_id: string;
  readonly secret: string;
}

const byType = (a: { type?: string | undefined }, b: { type?: string | undefined }) =>
  `${a.type}`.localeCompare(`${b.type}`);
const world = httpWorld();
const { api, sql, stack } = world;
const received: Received[] = [];
const answers: number[] = []; // what the next requests are answered with; then 204
let server: Server;
let url: string;

beforeAll(async () => {
  const file = (name: string) => readFileSync(join(stack.dir, name));
  server = createServer({ cert: file(RECEIVER_CERT), key: file(RECEIVER_KEY) }, (request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers as Record<string, string>, body });
      response.writeHead(answers.shift() ?? 204, { location: "https://169.254.169.254/" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await world.close();
});

const venue = await buildVenue(world);
const { owner, organisationId } = venue;
await sql`update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = ${organisationId}`;

const create = async (p_url: string, ...p_event_types: string[]) =>
  must(
    await api.rpc<Created>(owner, "create_webhook_endpoint", {
      p_organisation_id: organisationId,
      p_url,
      p_event_types,
    }),
  );
const request = (what: string, is: (one: Received) => boolean) =>
  until(`a request: ${what}`, async () => received.find(is));
const bodyOf = ({ body }: Received) => JSON.parse(body) as { id: string; type: string; data: { order_id?: string } };
/** The delivery once it has been tried. */
const tried = (id: string, times = 1) =>
  until(`delivery ${id} was tried`, async () => {
    const [row] = must(await api.select<Delivery>(owner, `webhook_deliveries?id=eq.${id}`));
    return row && row.attempts >= times ? row : undefined;
  });
const tested = async (endpointId: string) =>
  must(
    await api.rpc<{ delivery_id: string; event_id: string }>(owner, "send_test_webhook", { p_endpoint_id: endpointId }),
  );

test("an order that is placed is told to whoever wants to know, signed, and nothing else is", async () => {
  const { secret } = await create(url, "order.placed");
  const session = await scan(api, venue.tables[0].qr);
  const order = must(await place(api, session, meal(venue.menu, "pay_later")));
  const told = await request("the order", (one) => bodyOf(one).data.order_id === order.id);
  const verified = new Webhook(secret).verify(told.body, told.headers);
  expect(verified).toMatchObject({
    type: "order.placed",
    version: 1,
    organisation_id: organisationId,
    venue_id: venue.venueId,
    data: { order_id: order.id, number: order.number, status: "placed", total_minor: order.total_minor },
  });
  expect(told.path).toBe("/hook?key=1");
  expect(told.headers["webhook-id"]).toBe(bodyOf(told).id);
  must(await api.rpc(owner, "cancel_order", { p_order_id: order.id, p_reason: "mistake" }));
  const { endpoint_id } = await create(url, "webhook.test");
  await tested(endpoint_id);
  await request("the test that comes after", (one) => bodyOf(one).type === "webhook.test");
  expect(received.filter((one) => bodyOf(one).data.order_id === order.id)).toHaveLength(1);
});

test("what was answered badly comes again: the same event, under the same id, until it is taken", async () => {
  const { endpoint_id, secret } = await create(url, "order.ready");
  answers.push(500);
  const { delivery_id, event_id } = await tested(endpoint_id);
  expect(await tried(delivery_id)).toMatchObject({
    status: "pending",
    attempts: 1,
    response_status: 500,
    failure: "answer",
  });
  await sql`update pgmq.q_webhooks set vt = now() where message #>> '{payload,delivery_id}' = ${delivery_id}`;
  await sql`select private.wake_if_waiting()`;
  expect(await tried(delivery_id, 2)).toMatchObject({ status: "delivered", response_status: 204, failure: null });
  const tries = received.filter(({ headers }) => headers["webhook-id"] === event_id);
  expect(tries).toHaveLength(2);
  for (const one of tries) new Webhook(secret).verify(one.body, one.headers);
  expect(tries[0]?.body).toBe(tries[1]?.body);

  must(await api.rpc(owner, "redeliver_webhook", { p_delivery_id: delivery_id }));
  await until("and once more by hand", async () =>
    received.filter(({ headers }) => headers["webhook-id"] === event_id).length === 3 ? true : undefined,
  );
});

test("while a secret is replaced, both sign", async () => {
  const { endpoint_id, secret } = await create(url, "order.ready");
  const { secret: next } = must(await api.rpc<Created>(owner, "rotate_webhook_secret", { p_endpoint_id: endpoint_id }));
  const { event_id } = await tested(endpoint_id);
  const told = await request("the test", ({ headers }) => headers["webhook-id"] === event_id);
  for (const known of [secret, next]) new Webhook(known).verify(told.body, told.headers);
});

test("a redirect is not followed, and an address inside is not called", async () => {
  const { endpoint_id } = await create(url, "order.ready");
  answers.push(302);
  const redirected = await tested(endpoint_id);
  expect(await tried(redirected.delivery_id)).toMatchObject({
    response_status: 302,
    failure: "redirect",
  });
  for (const inside of ["https://169.254.169.254/", "https://[::ffff:127.0.0.1]/", "https://localhost/"]) {
    const { endpoint_id: id } = await create(inside, "order.ready");
    const { delivery_id } = await tested(id);
    expect(await tried(delivery_id), inside).toMatchObject({ response_status: null, failure: "address" });
  }
});

test("an endpoint that says it is gone is told nothing more", async () => {
  const { endpoint_id } = await create(url, "order.ready");
  answers.push(410);
  const { delivery_id } = await tested(endpoint_id);
  expect(await tried(delivery_id)).toMatchObject({ status: "failed", response_status: 410 });
  const [endpoint] = must(
    await api.select(owner, `webhook_endpoints?id=eq.${endpoint_id}&select=is_enabled,disabled_because`),
  );
  expect(endpoint).toEqual({ is_enabled: false, disabled_because: "gone" });
});

test("docs/webhooks.md names every type of event, with the words of the database", async () => {
  const page = readFileSync(new URL("../../docs/webhooks.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` \| (.+) \|$/gm)].map(([, type, description]) => ({
    type,
    description,
  }));
  const types = must(await api.select<{ type: string }>(owner, "webhook_event_types?select=type,description"));
  expect(documented.toSorted(byType)).toEqual(types.toSorted(byType));
});
