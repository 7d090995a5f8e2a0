// What a background answer can be, told by a server of its own through the official library.
import assert from "node:assert/strict";
import { type BackgroundModel, createBackgroundModel, QuestionRefused } from "./background-model.ts";
import { type BackgroundServer, backgroundServer, says } from "./background-server.testing.ts";
import type { ModelSettings } from "./model-settings.ts";
import { createModelGuard, createOpenAi, ModelTrouble } from "./openai-client.ts";

const QUESTION = {
  id: "job-1",
  person: "someone",
  instructions: "Translate.",
  content: [{ type: "input_text" as const, text: "Soup" }],
  answer: { name: "menu", schema: { type: "object" } },
  mostOutputTokens: 500,
};
const prices = { input: 2_000_000n, cachedInput: 1_000_000n, output: 4_000_000n };

async function withModel(
  test: (model: BackgroundModel, server: BackgroundServer) => Promise<void>,
  reasoningEffort: ModelSettings["reasoningEffort"] = null,
): Promise<void> {
  const server = await backgroundServer();
  const openai = createOpenAi({ apiKey: "sk-1", baseUrl: server.url }, { timeoutMs: 2_000 });
  try {
    await test(createBackgroundModel(openai, createModelGuard(), { model: "m-1", prices, reasoningEffort }), server);
  } finally {
    await server.close();
  }
}

Deno.test("a question is kept at the provider until it is answered, with its bounds, its schema and a pseudonym", async () => {
  const wanted = {
    model: "m-1",
    background: true,
    store: true,
    instructions: "Translate.",
    input: [{ role: "user", content: QUESTION.content }],
    text: { format: { type: "json_schema", strict: true, ...QUESTION.answer } },
    tools: [],
    max_output_tokens: 500,
    safety_identifier: "someone",
    metadata: { job_id: "job-1" },
  };
  await withModel(async (model, { asked }) => {
    assert.equal(await model.ask(QUESTION), "resp_1");
    assert.deepEqual(asked[0]?.body, wanted);
    assert.equal(model.name, "m-1");
    assert.equal(model.cost({ inputTokens: 10, cachedTokens: 4, outputTokens: 5 }), 36);
  });
  await withModel(async (model, { asked }) => {
    await model.ask(QUESTION);
    assert.deepEqual(asked[0]?.body, { ...wanted, reasoning: { effort: "low" } });
  }, "low");
});

Deno.test("what the provider will never take is told apart from what may pass; nothing is asked twice", () =>
  withModel(async (model, server) => {
    for (const status of [400, 404, 413, 422]) {
      server.fails(status);
      await assert.rejects(model.ask(QUESTION), QuestionRefused, String(status));
    }
    for (const status of [401, 403, 429]) {
      server.fails(status);
      await assert.rejects(model.ask(QUESTION), ModelTrouble, String(status));
    }
    assert.equal(server.asked.length, 0);
  }));

Deno.test("an answer is on its way, there, or will never come, with what it has used as far as that is known", () =>
  withModel(async (model, server) => {
    const id = await model.ask(QUESTION);
    const becomes = async (change: Record<string, unknown>) => {
      server.becomes(id, { incomplete_details: null, output: [], usage: undefined, ...change });
      return await model.look(id);
    };
    for (const status of ["queued", "in_progress"]) assert.deepEqual(await becomes({ status }), { state: "pending" });
    const usage = { inputTokens: 100, cachedTokens: 0, outputTokens: 20 };
    assert.deepEqual(await becomes(says("Suppe")), { state: "completed", text: "Suppe", usage });
    const { usage: used, ...unknown } = says("Suppe");
    assert.deepEqual(await becomes(unknown), { state: "completed", text: "Suppe", usage: null });
    const failures: [Record<string, unknown>, string][] = [
      [{ status: "completed" }, "model_refused"],
      [{ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }, "answer_too_long"],
      [{ status: "incomplete", incomplete_details: { reason: "content_filter" } }, "answer_incomplete"],
      [{ status: "incomplete" }, "answer_incomplete"],
      [{ status: "cancelled" }, "answer_cancelled"],
      [{ status: "failed" }, "model_failed"],
    ];
    for (const [change, reason] of failures) {
      assert.deepEqual(await becomes(change), { state: "failed", reason, usage: null });
      assert.deepEqual(await becomes({ ...change, usage: used }), { state: "failed", reason, usage });
    }
    assert.deepEqual(await model.look("resp_nobody"), { state: "failed", reason: "answer_lost", usage: null });
    server.fails(401);
    await assert.rejects(model.look(id), ModelTrouble);
  }));

Deno.test("to call off what is over or unknown is no error; not to be heard is one", () =>
  withModel(async (model, server) => {
    const id = await model.ask(QUESTION);
    await model.cancel(id);
    assert.deepEqual(server.cancelled, [id]);
    await model.cancel("resp_nobody");
    for (const status of [400, 404, 409]) {
      server.fails(status);
      await model.cancel(id);
    }
    server.fails(401);
    await assert.rejects(model.cancel(id), ModelTrouble);
    assert.deepEqual(server.cancelled, [id]);
  }));
