// What a turn leaves behind: in the conversation, in the log, in the day's budget, and with the provider.
import assert from "node:assert/strict";
import { asks, says } from "../_shared/openai-server.testing.ts";
import { assertProblem } from "../_shared/testing.ts";
import { last, OTHER_VENUE, refuse, withHouse } from "./ask.testing.ts";

const again = asks("search_menu", { query: "x" });

Deno.test("a turn is one line of the log and one row: how it ended, how often it asked, how long it took", async () => {
  let now = 1_000;
  const script = [
    () => {
      now = 1_250.4;
      return says("Hello");
    },
  ];
  await withHouse(
    script,
    async ({ hear, call, named }) => {
      await hear("Hello?");
      const { level, outcome, requests, ms } = call.lines.find(({ message }) => message === "turn") ?? {};
      assert.deepEqual({ level, outcome, requests, ms }, { level: "info", outcome: "ok", requests: 1, ms: 250 });
      assert.equal(named("finish_assistant_turn")[0]?.args.p_latency_ms, 250);
    },
    { now: () => now },
  );
});

Deno.test("a turn that cannot be finished is a line of the log, too", async () => {
  const answers = { finish_assistant_turn: refuse("database_unavailable", 503) };
  await withHouse(
    [says("Hello")],
    async ({ hear, call }) => {
      assert.equal(last(await hear("Hello?")), "error database_unavailable");
      const { level, outcome } = call.lines.find(({ message }) => message === "turn not finished") ?? {};
      assert.deepEqual({ level, outcome }, { level: "warn", outcome: "ok" });
    },
    { answers },
  );
});

Deno.test("a fault of ours is the end of the stream, and says nothing of itself", async () => {
  const answers = { continue_assistant_turn: () => Promise.reject(new Error("secret")) };
  await withHouse(
    [asks("search_menu", { query: "" })],
    async ({ hear, call, named }) => {
      const heard = await hear("Hello");
      assert.equal(last(heard), "error internal_error");
      assert.ok(!JSON.stringify(heard).includes("secret"));
      assert.match(JSON.stringify(call.lines), /"fault"/);
      assert.equal(named("finish_assistant_turn")[0]?.args.p_outcome, "internal_error");
    },
    { answers },
  );
});

Deno.test("what is said between tools is kept in order, a paragraph each", async () => {
  await withHouse(
    [{ text: " Let me see.\n", ...again }, { text: " \n", ...again }, again, says("Two soups. ")],
    async ({ hear, named }) => {
      await hear("Soups?");
      assert.equal(named("finish_assistant_turn")[0]?.args.p_text, "Let me see.\n\nTwo soups.");
    },
  );
});

Deno.test("before the model is asked again, the most that it can use is held again", async () => {
  await withHouse([again, says("Done")], async ({ hear, named }) => {
    await hear("Soups?");
    const first = named("begin_assistant_turn")[0]?.args;
    const { p_held_tokens: tokens, p_held_cost_micro: cost } = named("continue_assistant_turn")[0]?.args ?? {};
    assert.equal(cost, (Number(tokens) - 4_000) * 2 + 4_000 * 10);
    // What was said earlier is known by now, and held no longer.
    assert.ok(Number(tokens) > 10_000 && Number(tokens) < Number(first?.p_held_tokens), `${tokens}`);
  });
});

Deno.test("the provider can tell people apart, and nothing else of them", async () => {
  await withHouse([says("1"), says("2"), says("3")], async ({ ask, model, token }) => {
    const other = { authorization: `Bearer ${await token({ sub: OTHER_VENUE })}` };
    for (const headers of [{}, {}, other]) await (await ask("Hello", {}, headers)).text();
    const [first, second, third] = model.requests.map(({ body }) => body.safety_identifier);
    assert.match(String(first), /^[0-9a-f]{64}$/);
    assert.equal(first, second);
    assert.notEqual(first, third);
  });
});

Deno.test("a question that cannot be asked is told what is wrong with it", async () => {
  await withHouse([], async ({ ask }) => {
    const { detail } = await assertProblem(await ask(" "), 422, "invalid_input");
    assert.match(String(detail), /^message: /);
  });
});
