// What background work takes of the day's budget before the model is asked, and says that it has used after it.
import assert from "node:assert/strict";
import { says } from "../../_shared/background-server.testing.ts";
import { reading, translation } from "./questions.ts";
import { JOB, translating, waitingFor, withModel } from "./testing.ts";

const DONE = { done: true };
const asked = { start_assistant_job: () => translating };
const waiting = { get_assistant_job: () => waitingFor("resp_1") };

Deno.test("before it is asked, what it may use at most is taken: the question and the longest answer", () =>
  withModel(asked, async ({ server, work, taken }) => {
    await work("requested");
    const [{ p_input_tokens: input, p_output_tokens: output, ...share } = {}] = taken();
    assert.equal(output, server.asked[0]?.body.max_output_tokens);
    const { instructions, input: said, text } = server.asked[0]?.body ?? {};
    const bytes = JSON.stringify([instructions, said, text]).length;
    assert.ok(Number(input) > bytes / 4 && Number(input) < bytes / 2, `${input} of ${bytes} bytes`);
    assert.deepEqual(share, {
      p_job_id: JOB,
      p_model: "model-of-tests",
      p_cost_micro: Number(input) + 10 * Number(output),
    });
  }));

Deno.test("when the day is used up, or the job called off, the model is not asked", async () => {
  for (const status of ["failed", "cancelled"]) {
    const refused = { ...asked, take_assistant_job_budget: () => ({ job_id: JOB, status }) };
    await withModel(refused, async ({ server, work, told, taken }) => {
      assert.deepEqual(await work("requested"), DONE);
      assert.deepEqual([server.asked, told(), taken().length], [[], [], 1]);
    });
  }
});

Deno.test("what the provider remembered costs less; what it does not say, or cannot be, is not told", async () => {
  const usage = { input_tokens: 100, output_tokens: 20, input_tokens_details: { cached_tokens: 50 } };
  const spent = { p_input_tokens: 100, p_output_tokens: 20, p_cost_micro: 255 };
  const cases: [unknown, object][] = [
    [usage, spent],
    [null, {}],
    [{ ...usage, input_tokens: -1 }, {}],
    [{ ...usage, output_tokens: 10_000_001 }, {}],
  ];
  for (const [said, args] of cases) {
    await withModel({ ...asked, ...waiting }, async ({ server, work, told }) => {
      await work("requested");
      server.becomes("resp_1", { ...says("{"), usage: said });
      await work("answered");
      assert.deepEqual(told().at(-1)?.args, { p_job_id: JOB, p_reason: "answer_invalid", ...args });
    });
  }
});

Deno.test("no question holds more than it can need: little for a short menu, never a day's budget", () => {
  const texts = (count: number, length: number) =>
    Array.from({ length: count }, (_, n) => ({ ref: n, kind: "item", name: "x".repeat(length), description: null }));
  const short = translation(texts(10, 10), "en", "fr");
  const long = translation(texts(400, 150), "en", "fr");
  const file = (pages: number) => ({ kind: "pdf" as const, name: "menu-1.pdf", pages, dataUrl: "" });
  const thick = reading([file(30), file(1)], "GBP");
  assert.ok(short.mostOutputTokens < 10_000);
  assert.ok(long.mostOutputTokens > 2 * 20_000 && long.mostOutputTokens <= 64_000);
  assert.ok(thick.inputTokens > 31 * 5_000 && thick.inputTokens < 160_000);
  for (const { inputTokens, mostOutputTokens } of [long, thick]) assert.ok(inputTokens + mostOutputTokens < 250_000);
});
