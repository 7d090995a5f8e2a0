// The rounds between a question and its answer, and each way in which they end.
import assert from "node:assert/strict";
import { asks, fails, type Script, says, toolOutputs } from "../_shared/openai-server.testing.ts";
import { assertProblem } from "../_shared/testing.ts";
import { type Answers, last, OTHER_VENUE, refuse, textOf, VENUE, withHouse } from "./ask.testing.ts";

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
    async ({ hear, named }) => {
      await hear("All");
      assert.equal(named("search_menu").length, 3);
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
        assert.equal(finished?.data.outcome, code);
        assert.equal(
          heard.some(({ event }) => event === "proposal"),
          false,
        );
        const tool = code === "tool_not_found" ? "unknown" : name;
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

Deno.test("when the day's budget is used up in the middle, that is the end of it", async () => {
  const answers = {
    continue_assistant_turn: refuse("assistant_budget_exhausted", 429, "cost: again from 2126-06-02T03:00:00Z"),
  };
  await withHouse(
    [{ text: "Let me see.", ...again }],
    async ({ hear, named, model }) => {
      const heard = await hear("Go on");
      assert.equal(last(heard), "error assistant_budget_exhausted");
      assert.ok(Number(heard.at(-1)?.data.retry_after_s) > 1_000_000);
      assert.equal(model.requests.length, 1);
      const end = named("finish_assistant_turn")[0]?.args;
      assert.deepEqual(
        [end?.p_outcome, end?.p_text, end?.p_input_tokens],
        ["assistant_budget_exhausted", "Let me see.", 100],
      );
    },
    { answers },
  );
});

const failures: [string, Script, string, "used" | "unused", number][] = [
  ["it fails twice", [fails(500), fails(503)], "model_unavailable", "unused", 2],
  ["it is too busy twice", [fails(429), fails(429)], "model_unavailable", "unused", 2],
  ["the key is refused", [fails(401)], "model_unavailable", "unused", 1],
  ["the request is refused", [fails(400)], "model_unavailable", "unused", 1],
  ["the connection breaks", [says("One moment", { ends: "disconnect" })], "model_unavailable", "used", 1],
  ["it ends without an end", [{ raw: 'data: {"type":"response.created"}\n\n' }], "model_unavailable", "used", 1],
  ["it says that it failed", [says("One moment", { ends: "failed" })], "model_unavailable", "used", 1],
  ["it speaks no JSON", [{ raw: "data: {oops\n\n" }], "model_answer_invalid", "used", 1],
  [
    "it makes no sense",
    [{ raw: 'data: {"type":"response.completed","response":{"output":7}}\n\n' }],
    "model_answer_invalid",
    "used",
    1,
  ],
  ["it never stops", [says(`${"x".repeat(999)} `.repeat(50))], "model_answer_invalid", "used", 1],
];
for (const [what, script, code, used, requests] of failures) {
  Deno.test(`no answer: ${what}`, async () => {
    await withHouse(script, async ({ hear, named, model }) => {
      const heard = await hear("Hello?");
      assert.equal(last(heard), `error ${code}`);
      assert.equal(model.requests.length, requests);
      const end = named("finish_assistant_turn")[0]?.args;
      assert.equal(end?.p_outcome, code);
      assert.equal(Number(end?.p_input_tokens) > 0, used === "used", `${end?.p_input_tokens} tokens`);
    });
  });
}

Deno.test("a first try that failed is made again", async () => {
  await withHouse([fails(500), says("Here I am")], async ({ hear, named }) => {
    const heard = await hear("Hello?");
    assert.deepEqual([textOf(heard), last(heard)], ["Here I am", "done ok"]);
    assert.equal(named("finish_assistant_turn")[0]?.args.p_input_tokens, 100);
  });
});

Deno.test("an answer cut off by its limit is kept, and said to be cut off", async () => {
  await withHouse([says("Once upon", { ends: "incomplete" })], async ({ hear, named }) => {
    assert.equal(last(await hear("A story")), "done cut_off");
    assert.equal(named("finish_assistant_turn")[0]?.args.p_text, "Once upon");
  });
});

Deno.test("a refusal of the model is its answer; a thought goes with the next round, as it came", async () => {
  const script: Script = [{ reasoning: "sealed", ...again }, { refusal: "I will not." }];
  await withHouse(
    script,
    async ({ hear, model }) => {
      assert.equal(textOf(await hear("Do wrong")), "I will not.");
      assert.deepEqual(model.requests[0]?.body.include, ["reasoning.encrypted_content"]);
      assert.match(JSON.stringify(model.requests[1]?.body.input), /"encrypted_content":"sealed"/);
    },
    { settings: { reasoningEffort: "low" } },
  );
});

Deno.test("a server that says all at once, without a word of what it cost, is estimated", async () => {
  const output = [
    { type: "message", content: [{ type: "output_text", text: "All at once" }] },
    { type: "web_search_call" },
  ];
  const raw = `data: ${JSON.stringify({ type: "response.completed", response: { output } })}\n\n`;
  await withHouse([{ raw }], async ({ hear, named }) => {
    assert.equal(textOf(await hear("Hello")), "All at once");
    const end = named("finish_assistant_turn")[0]?.args;
    assert.ok(Number(end?.p_input_tokens) > 1_000 && Number(end?.p_output_tokens) > 3);
  });
});

Deno.test("a slow drip: the request has an end, and so has the turn", async () => {
  const drip = says("word ".repeat(500), { everyMs: 10 });
  await withHouse(
    [drip],
    async ({ hear, model, named }) => {
      assert.equal(last(await hear("Slowly")), "error model_unavailable");
      await model.requests[0]?.over;
      assert.equal(model.requests[0]?.hungUp(), true);
      assert.ok(
        Number(named("finish_assistant_turn")[0]?.args.p_input_tokens) > 1_000,
        "what it may have cost is counted",
      );
    },
    { guard: { timeoutMs: 80 } },
  );
  await withHouse(
    [drip],
    async ({ hear, model }) => {
      const heard = await hear("Slowly");
      assert.deepEqual([last(heard), heard.at(-1)?.data.retry_after_s], ["error model_unavailable", 15]);
      await model.requests[0]?.over;
    },
    { limits: { turnMs: 80 } },
  );
});

Deno.test("who stops listening is asked nothing more for, and what was used is paid", async () => {
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const answers: Answers = {
    finish_assistant_turn: () => {
      settle();
      return { requests: 1, input_tokens: 1, output_tokens: 1, cost_micro: 1 };
    },
  };
  await withHouse(
    [says("One two three", { ends: "never" }), again],
    async ({ ask, model, named }) => {
      const reader = (await ask("Hello")).body?.getReader();
      const decoder = new TextDecoder();
      let heard = "";
      while (!heard.includes("two")) heard += decoder.decode((await reader?.read())?.value);
      await reader?.cancel();
      await settled;
      await model.requests[0]?.over;
      assert.equal(model.requests[0]?.hungUp(), true);
      assert.equal(model.requests.length, 1);
      const end = named("finish_assistant_turn")[0]?.args;
      assert.deepEqual([end?.p_outcome, String(end?.p_text).slice(0, 7)], ["cancelled", "One two"]);
      assert.ok(Number(end?.p_input_tokens) > 1_000);
    },
    { answers },
  );
});

Deno.test("what is down is not asked: after some failures the breaker says so at once, and tools stay", async () => {
  const guard = { failuresToOpen: 2, openForMs: 60_000 };
  await withHouse(
    [fails(500), fails(500)],
    async ({ hear, ask, model, calls }) => {
      assert.equal(last(await hear("Hello?")), "error model_unavailable");
      const before = calls.length;
      const response = await ask("Hello?");
      assert.equal(response.headers.get("retry-after"), "15");
      const { hint } = await assertProblem(response, 503, "model_unavailable");
      assert.match(String(hint), /assistant\/tools/);
      assert.deepEqual([model.requests.length, calls.length - before], [2, 0], "neither the model nor the database");
    },
    { guard },
  );
});

Deno.test("a breaker that opens in the middle ends the turn", async () => {
  await withHouse(
    [again, fails(500), says("never said")],
    async ({ hear, model }) => {
      assert.equal(last(await hear("Hello?")), "error model_unavailable");
      assert.equal(model.requests.length, 2);
    },
    { guard: { failuresToOpen: 1, openForMs: 60_000 } },
  );
});
