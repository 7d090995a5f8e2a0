// The protocol as its official client speaks it, over real HTTP, in both of its dialects; and what no client would send.
import assert from "node:assert/strict";
import { assertProblem, KEYS, post, USER_ID } from "../_shared/testing.ts";
import { tools } from "../assistant/registry.ts";
import { LARGEST_BODY_BYTES } from "../assistant/run-tool.ts";
import { jsonSchema } from "../assistant/tool.ts";
import { accept, connected, contentOf, mcp, refuse, rpcMessage, search, VENUE } from "./client.testing.ts";

for (const mode of ["auto", "legacy"] as const) {
  Deno.test(`the official client (${mode}) lists the registry and uses it, with its person's token`, async () => {
    const world = await mcp();
    await connected(
      world,
      async (client) => {
        assert.match(client.getInstructions() ?? "", /list_venues/);
        const { tools: seen } = await client.listTools();
        assert.deepEqual(
          seen.map(({ name }) => name),
          ["list_venues", ...tools.map(({ name }) => name)],
        );
        for (const tool of tools) {
          const shown = seen.find(({ name }) => name === tool.name);
          assert.deepEqual(shown?.inputSchema, jsonSchema(tool));
          assert.equal(shown?.annotations?.readOnlyHint, tool.kind === "read", tool.name);
          assert.equal(shown?.annotations?.destructiveHint, tool.kind === "read" ? undefined : false, tool.name);
          assert.equal(shown?.description, tool.description);
        }
        const read = await client.callTool({ name: "search_menu", arguments: search });
        const result = { tool: "search_menu", kind: "read", result: { items: [{ name: "Soup" }] } };
        assert.deepEqual([read.isError, read.structuredContent], [undefined, result]);
        assert.deepEqual(read.content, [{ type: "text", text: JSON.stringify(result) }]);
        const proposed = await client.callTool({ name: "publish_menu", arguments: { venue_id: VENUE } });
        assert.deepEqual(contentOf(proposed).result, { proposal_id: VENUE, status: "pending" });
      },
      mode,
    );
    assert.deepEqual(new Set(world.callers), new Set([USER_ID]));
    assert.deepEqual(
      world.calls.map(({ name }) => name),
      ["use_assistant", "search_menu", "record_assistant_call", "propose_change", "record_assistant_call"],
    );
  });
}

Deno.test("venues: which there are, and nothing about the plan or the person", async () => {
  await connected(await mcp(), async (client) => {
    const { structuredContent } = await client.callTool({ name: "list_venues", arguments: {} });
    const venue = { id: VENUE, name: "Bistro", currency: "GBP", timezone: "Europe/London" };
    assert.deepEqual(structuredContent, { venues: [venue] });
    const wrong = await client.callTool({ name: "list_venues", arguments: { user_id: VENUE } });
    assert.equal(contentOf(wrong).error?.code, "invalid_input");
  });
});

Deno.test("what is refused is an answer: which code, why, and that it is an error", async () => {
  const world = await mcp({ use_assistant: refuse("permission_denied") });
  await connected(world, async (client) => {
    const cases: [string, object, string, RegExp][] = [
      ["search_menu", search, "permission_denied", /because of/],
      ["drop_table", search, "tool_not_found", /./],
      ["constructor", {}, "tool_not_found", /./],
      ["search_menu", {}, "invalid_input", /venue_id/],
      ["search_menu", { ...search, as: "owner" }, "invalid_input", /as/],
      ["archive_items", { venue_id: VENUE, menu_item_ids: Array(11).fill(VENUE) }, "invalid_input", /menu_item_ids/],
    ];
    for (const [name, args, code, detail] of cases) {
      const answer = await client.callTool({ name, arguments: args as Record<string, unknown> });
      const { error } = contentOf(answer);
      assert.deepEqual([answer.isError, error?.code], [true, code], name);
      assert.match(error?.detail ?? "", detail);
    }
    const [first] = world.calls.filter(({ name }) => name === "record_assistant_call");
    assert.equal(first?.args.p_outcome, "permission_denied");
  });
  assert.deepEqual(world.reported, []);
});

Deno.test("a fault is said to be one and no more, and is reported", async () => {
  const world = await mcp({ search_menu: () => Promise.reject(new Error("password is hunter2")) });
  await connected(world, async (client) => {
    const answer = await client.callTool({ name: "search_menu", arguments: search });
    assert.equal(answer.isError, true);
    assert.equal(contentOf(answer).error?.code, "internal_error");
    assert.ok(!JSON.stringify(answer).includes("hunter2"));
  });
  assert.equal(world.reported.length, 1);
});

Deno.test("without a member's own token there is nothing, and the challenge says what to bring", async () => {
  const world = await mcp();
  const { call, project, calls } = world;
  const ask = (headers: Record<string, string> = {}) =>
    call(post("/mcp", rpcMessage("tools/list"), { ...accept, ...headers }));
  const challenge = async (headers: Record<string, string>, code: string, expected: string) => {
    const response = await ask(headers);
    assert.equal(response.headers.get("www-authenticate"), expected);
    await assertProblem(response, 401, code);
  };
  const realm = 'Bearer realm="servio"';
  await challenge({}, "not_authenticated", realm);
  await challenge({ apikey: KEYS.publishable }, "not_authenticated", realm);
  await challenge({ authorization: `Bearer ${KEYS.secret}` }, "not_authenticated", realm);
  const invalid = `${realm}, error="invalid_token"`;
  await challenge({ authorization: "Basic dXNlcjpwYXNz" }, "token_invalid", invalid);
  for (const token of [
    await project.token({}, "stranger"),
    await project.token({ exp: 1 }),
    await project.token({ role: "service_role" }),
    await project.sharedSecretToken(),
  ]) {
    await challenge({ authorization: `Bearer ${token}` }, "token_invalid", invalid);
  }
  await assert.rejects(
    connected(world, async () => {}, "auto", {}),
    /401|Unauthorized/i,
  );
  assert.deepEqual(calls, []);
});

Deno.test("what is no message of the protocol is refused with a 4xx", async () => {
  const { call, calls, authorization, reported } = await mcp();
  const send = (body: BodyInit | object, headers: Record<string, string> = {}) =>
    call(post("/mcp", body, { authorization, ...accept, ...headers }));
  for (const method of ["GET", "DELETE", "PUT", "OPTIONS"]) {
    const response = await call(
      new Request("http://127.0.0.1:9/mcp", { method, headers: { authorization, ...accept } }),
    );
    assert.equal(response.headers.get("allow"), "POST");
    await assertProblem(response, 405, "method_not_allowed");
  }
  await assertProblem(await call(post("/mcp/tools", {}, { authorization })), 404, "route_not_found");
  const list = rpcMessage("tools/list");
  await assertProblem(await send(list, { "content-type": "text/plain" }), 415, "unsupported_media_type");
  await assertProblem(await send("{oops"), 400, "json_invalid");
  await assertProblem(await send(`"${"x".repeat(LARGEST_BODY_BYTES)}"`), 413, "body_too_large");
  await assertProblem(await send([list, list]), 422, "invalid_input");
  for (const body of [
    {},
    "7",
    { jsonrpc: "1.0", id: 1, method: "tools/list" },
    { jsonrpc: "2.0", id: {}, method: 7 },
  ]) {
    const response = await send(body);
    await response.body?.cancel();
    assert.ok(response.status >= 400 && response.status < 500, `${JSON.stringify(body)}: ${response.status}`);
  }
  assert.deepEqual([calls, reported], [[], []]);
});

Deno.test("no other method does anything, and no argument reaches the log", async () => {
  const { call, calls, authorization } = await mcp();
  for (const method of ["resources/list", "prompts/list", "tools/drop", "subscriptions/listen", "logging/setLevel"]) {
    const response = await call(post("/mcp", rpcMessage(method), { authorization, ...accept }));
    assert.ok(response.status < 500, method);
    assert.match(await response.text(), /"error":/, method);
  }
  assert.deepEqual(calls, []);
  const body = rpcMessage("tools/call", { name: "search_menu", arguments: { ...search, query: "somebody's name" } });
  assert.match(await (await call(post("/mcp", body, { authorization, ...accept }))).text(), /Soup/);
  assert.ok(!JSON.stringify(call.lines).includes("somebody"));
});
