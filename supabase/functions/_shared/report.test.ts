import assert from "node:assert/strict";
import { createReport } from "./report.ts";

Deno.test("without a DSN nothing is loaded and nothing is sent", async () => {
  const report = await createReport({}, "things");
  report(new Error("unheard"), {});
});

Deno.test({
  name: "with a DSN a fault is sent with its ids, and without request, user or breadcrumbs",
  // The library keeps its transport for as long as the process lives.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const arrived = Promise.withResolvers<string>();
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      arrived.resolve(await request.text());
      return Response.json({});
    });
    const dsn = `http://public@127.0.0.1:${server.addr.port}/1`;
    const report = await createReport({ SENTRY_DSN: dsn, SENTRY_ENVIRONMENT: "tests" }, "things");
    report(new Error("it broke"), { request_id: "r1", trace_id: "t1" });
    const lines = (await arrived.promise).trim().split("\n");
    const event = JSON.parse(lines[2] ?? "{}") as Record<string, unknown>;
    assert.match(JSON.stringify(event.exception), /it broke/);
    assert.deepEqual(event.tags, { request_id: "r1", trace_id: "t1", function: "things" });
    assert.equal(event.environment, "tests");
    for (const personal of ["request", "user", "breadcrumbs", "server_name"]) assert.equal(event[personal], undefined);
    await server.shutdown();
  },
});
