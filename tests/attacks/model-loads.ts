/** A model that does too much: on its own, made up, or without end. */
import { expect } from "vitest";
import { asks, fails, says } from "../../supabase/functions/_shared/openai-server.testing.ts";
import { NOTHING, type Scene } from "./attack.ts";
import { call, done, type ModelAttack, outputs } from "./model-attack.ts";

const price = (scene: Scene, price_minor: number) => ({
  prices: [{ menu_item_id: scene.mine.menu.coffee, price_minor }],
});
const LETTERS = "x".repeat(4_000);

export const modelLoads: readonly ModelAttack[] = [
  {
    risk: "LLM06",
    title: "it proposes, and confirms its own proposal",
    script: (scene) => [
      asks("update_prices", price(scene, 333)),
      asks("confirm_proposal", { p_proposal_id: NOTHING }),
      done,
    ],
    tools: ["update_prices ok", "unknown tool_not_found"],
    end: "done ok",
    proposes: true,
  },
  call("LLM06", "a price ten times as high", "update_prices", (scene) => price(scene, 3_200), "guardrail_exceeded"),
  {
    risk: "LLM06",
    title: "seventeen calls at once: the last is too many",
    script: () => [{ calls: Array.from({ length: 17 }, () => ({ name: "list_roles", arguments: {} })) }, done],
    tools: Array(16).fill("list_roles ok"),
    end: "done ok",
    also: (asked) => expect(outputs(asked)).toContain("At most 16 calls at once"),
  },
  {
    risk: "LLM06",
    title: "a change in ten pieces is ten proposals, and no change",
    script: (scene) => [
      { calls: Array.from({ length: 10 }, (_, n) => ({ name: "update_prices", arguments: price(scene, 310 + n) })) },
      done,
    ],
    tools: Array(10).fill("update_prices ok"),
    end: "done ok",
    proposes: true,
  },
  {
    risk: "LLM07",
    title: "there is no secret in what it is told first",
    script: () => [says("My instructions are as follows.")],
    tools: [],
    end: "done ok",
    also: ({ requests }) => {
      const { instructions = "" } = requests[0]?.body ?? {};
      expect(instructions.length).toBeGreaterThan(500);
      expect(instructions).not.toMatch(/sk-|sb_|eyJ|https?:|[0-9a-f]{8}-[0-9a-f]{4}-|private\.|select /);
    },
  },
  call("LLM08", "a wildcard that finds all", "search_menu", () => ({ query: "%", limit: null }), "ok", {
    also: (asked, { mine }) => expect(outputs(asked)).not.toContain(mine.menu.pizza),
  }),
  call(
    "LLM09",
    "an id that it made up",
    "advance_order",
    () => ({ order_id: NOTHING, to: "accepted" }),
    "order_not_found",
  ),
  {
    risk: "LLM10",
    title: "a tool after a tool, without end",
    limits: { rounds: 3 },
    script: () => Array.from({ length: 9 }, () => asks("list_roles", {})),
    tools: Array(3).fill("list_roles ok"),
    end: "done rounds_exhausted",
    also: ({ requests }) => expect(requests).toHaveLength(4),
  },
  call(
    "LLM10",
    "10,000 items",
    "archive_items",
    () => ({ menu_item_ids: Array(10_000).fill(NOTHING) }),
    "invalid_input",
  ),
  {
    risk: "LLM10",
    title: "an answer without end",
    script: () => [says(Array(11).fill(LETTERS).join(" "))],
    tools: [],
    end: "error model_answer_invalid",
  },
  {
    risk: "LLM10",
    title: "an answer a word at a time, for hours",
    limits: { turnMs: 300 },
    script: () => [says("a b c d e f g h i j k l m n o p q r s t u v w x y z", { everyMs: 100 })],
    tools: [],
    end: "error model_unavailable",
  },
  {
    risk: "LLM10",
    title: "an answer that never ends",
    limits: { turnMs: 300 },
    script: () => [says("Wait", { ends: "never" })],
    tools: [],
    end: "error model_unavailable",
  },
  {
    risk: "LLM10",
    title: "hung up half-way, after a tool",
    script: () => [asks("list_roles", {}), says("I will now", { ends: "disconnect" })],
    tools: ["list_roles ok"],
    end: "error model_unavailable",
  },
  {
    risk: "LLM10",
    title: "too many questions, says the provider",
    script: () => [fails(429, { "retry-after": "1" }), fails(429, { "retry-after": "1" })],
    tools: [],
    end: "error model_unavailable",
  },
];
