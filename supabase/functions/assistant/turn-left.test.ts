// Somebody asks and leaves: nothing more is asked for or proposed, and what was used is paid.
import assert from "node:assert/strict";
import { asks, says } from "../_shared/openai-server.testing.ts";
import { type Answers, withHouse } from "./ask.testing.ts";

const again = asks("search_menu", { query: "x" });

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

Deno.test("who leaves while a change is being proposed is proposed no other", async () => {
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const ended = Promise.withResolvers<unknown>();
  const answers: Answers = {
    propose_change: async () => {
      await left;
      return { proposal_id: "p" };
    },
    finish_assistant_turn: ({ p_outcome }) => {
      ended.resolve(p_outcome);
      return { requests: 1, input_tokens: 1, output_tokens: 1, cost_micro: 1 };
    },
  };
  const calls = ["publish_menu", "draft_purchase_orders"].map((name) => ({ name, arguments: {} }));
  await withHouse(
    [{ calls }, says("never said")],
    async ({ ask, named, model }) => {
      const reader = (await ask("Both")).body?.getReader();
      while (named("propose_change").length === 0) await reader?.read();
      await reader?.cancel();
      leave();
      assert.equal(await ended.promise, "cancelled");
      assert.deepEqual([named("propose_change").length, model.requests.length], [1, 1]);
    },
    { answers },
  );
});
