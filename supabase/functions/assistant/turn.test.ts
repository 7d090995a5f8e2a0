// The rounds between a question and its answer: tools, their order and number, and the mistakes of a model.
import assert from "node:assert/strict";
import { asks, type Script, says, toolOutputs } from "../_shared/openai-server.testing.ts";
import { type Answers, last, OTHER_VENUE, refuse, textOf, VENUE, withHouse } from "./ask.testing.ts";
import { registry } from "./registry.ts";

const again = asks("search_menu", { query: "x" });
const outcomeOf = (named: (name: "finish_assistant_turn") => { args: Record<string, unknown> }[]) =>
  named("finish_assistant_turn").map(({ args }) => args.p_outcome);

Deno.test("reads of one round run side by side, changes one after the other", async () => {
  const running = new Set<string>();
  let most = 0;
  const changes: string[] = [];
  let release = () => {};
  const both = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answers: Answers = {
    search_menu: async ({ p_query }) => {
      running.add(String(p_query));
      most = Math.max(most, running.size);
      if (running.size === 3) release();
      await both; // none ends before all have begun
      running.delete(String(p_query));
      return { items: [{ name: p_query }] };
    },
    propose_change: async ({ p_tool }) => {
      changes.push(`${p_tool} begins`);
      await Promise.resolve();
      changes.push(`${p_tool} ends`);
      return { proposal_id: p_tool };
    },
  };
  const read = (query: string) => ({ name: "search_menu", arguments: { query } });
  const change = (name: string) => ({ name, arguments: {} });
  const calls = [read("a"), change("publish_menu"), read("b"), change("draft_purchase_orders"), read("c")];
  const script: Script = [{ calls }, says("Done")];
  await withHouse(
    script,
    async ({ hear, model }) => {
      assert.equal(last(await hear("All")), "done ok");
      assert.equal(most, 3);
      assert.deepEqual(changes, [
        "publish_menu begins",
        "publish_menu ends",
        "draft_purchase_orders begins",
        "draft_purchase_orders ends",
      ]);
      const second = model.requests[1]?.body.input ?? [];
      const answered = second.filter(({ type }) => type === "function_call_output");
      assert.deepEqual(
        answered.map(({ call_id }) => call_id),
        [0, 1, 2, 3, 4].map((n) => `call_1_${n}`),
      );
      assert.match(String(answered[2]?.output), /"b"/);
    },
    { answers },
  );
});

Deno.test("rounds end: at the last one the model may call nothing, and calling all the same is no answer", async () => {
  const limits = { rounds: 2 };
  await withHouse(
    [again, again, says("That is all")],
    async ({ hear, model, named }) => {
      assert.equal(last(await hear("On")), "done ok");
      assert.deepEqual(
        model.requests.map(({ body }) => body.tool_choice),
        ["auto", "auto", "none"],
      );
      assert.deepEqual(
        named("continue_assistant_turn").map(({ args }) => args.p_request_number),
        [2, 3],
      );
    },
    { limits },
  );
  await withHouse(
    [again, again, again, again],
    async ({ hear, named, model }) => {
      assert.equal(last(await hear("On")), "done rounds_exhausted");
      assert.equal(named("search_menu").length, 2);
      assert.equal(model.left(), 1);
      assert.deepEqual(outcomeOf(named), ["rounds_exhausted"]);
    },
    { limits },
  );
});

Deno.test("too many calls at once: those past the limit are not made", async () => {
  const calls = Array.from({ length: 5 }, () => ({ name: "search_menu", arguments: { query: "x" } }));
  await withHouse(
    [{ calls }, says("Done")],
    async ({ hear, named, model }) => {
      await hear("All");
      assert.equal(named("search_menu").length, 3);
      const { error } = JSON.parse(toolOutputs(model.requests[1] as never)[3]?.split("\n")[1] ?? "{}");
      assert.deepEqual(error, { code: "invalid_input", detail: "At most 3 calls at once." });
      assert.deepEqual(named("finish_assistant_turn")[0]?.args.p_tools, { search_menu: { ok: 3, invalid_input: 2 } });
    },
    { limits: { callsPerRound: 3 } },
  );
});

const ID = VENUE;
const mistakes: [string, string, unknown, string, Answers?][] = [
  ["no such tool", "drop_table", {}, "tool_not_found"],
  ["a name of JavaScript", "__proto__", {}, "tool_not_found"],
  ["the confirmation", "confirm_proposal", { p_proposal_id: ID }, "tool_not_found"],
  ["broken JSON", "search_menu", '{"query": "so', "json_invalid"],
  ["no object", "search_menu", [1], "invalid_input"],
  ["nothing", "search_menu", null, "invalid_input"],
  ["an argument too many", "search_menu", { query: "", as: "owner" }, "invalid_input"],
  ["too much", "archive_items", { menu_item_ids: Array(10_000).fill(ID) }, "invalid_input"],
  ["more than anything", "search_menu", `{"query": "${"x".repeat(70_000)}"}`, "invalid_input"],
  ["another venue", "search_menu", { venue_id: OTHER_VENUE, query: "" }, "permission_denied"],
  ["an id that is none", "archive_items", { menu_item_ids: ["soup"] }, "invalid_input"],
  [
    "an id of nothing",
    "publish_menu",
    {},
    "menu_item_not_found",
    { propose_change: refuse("menu_item_not_found", 404) },
  ],
  [
    "what one may not do",
    "search_menu",
    { query: "" },
    "permission_denied",
    { use_assistant: refuse("permission_denied", 403) },
  ],
  [
    "a fault of ours",
    "search_menu",
    { query: "" },
    "internal_error",
    { search_menu: () => Promise.reject(new Error("secret")) },
  ],
];
for (const [what, name, args, code, answers = {}] of mistakes) {
  Deno.test(`${what}: the tool's answer is an error that the model reads, and the conversation goes on`, async () => {
    const script: Script = [
      asks(name, args),
      (request) => {
        const [output = ""] = toolOutputs(request);
        return says(`It said ${JSON.parse(output.split("\n")[1] ?? "{}").error?.code}${/secret/.exec(output) ?? ""}`);
      },
    ];
    await withHouse(
      script,
      async ({ hear, named }) => {
        const heard = await hear("Do it");
        assert.equal(textOf(heard), `It said ${code}`);
        assert.equal(last(heard), "done ok");
        const finished = heard.find(({ event }) => event === "tool_finished");
        const kind = registry.get(name)?.kind ?? "unknown";
        const tool = code === "tool_not_found" ? "unknown" : name;
        assert.deepEqual(finished?.data, { call_id: "call_1_0", tool, kind, outcome: code, rows: 0 });
        assert.equal(
          heard.some(({ event }) => event === "proposal"),
          false,
        );
        assert.deepEqual(named("finish_assistant_turn")[0]?.args.p_tools, { [tool]: { [code]: 1 } });
      },
      { answers },
    );
  });
}

Deno.test("its own venue, named, is no mistake", async () => {
  const script: Script = [asks("search_menu", { venue_id: VENUE, query: "" }), says("Done")];
  await withHouse(script, async ({ hear, named }) => {
    await hear("Do it");
    assert.deepEqual(named("search_menu")[0]?.args, { p_venue_id: VENUE, p_query: "", p_limit: 20 });
  });
});

Deno.test("a long answer of a tool is cut and says so; what was read first is forgotten first", async () => {
  const answers = { search_menu: () => ({ items: Array(500).fill({ name: "A long name of a dish" }) }) };
  await withHouse(
    [again, again, says("Done")],
    async ({ hear, model }) => {
      await hear("Read");
      const [first = "", second = ""] = toolOutputs(model.requests[2] as never);
      assert.match(first.slice(0, 200), /left out/);
      assert.ok(second.length > 8_000 && second.length < 10_000, `${second.length}`);
      assert.match(second.slice(0, 100), /"cut_after":8000,"of":1\d{4}/);
    },
    { answers, limits: { toolLetters: 8_000, inputTokens: 13_500 } },
  );
});
