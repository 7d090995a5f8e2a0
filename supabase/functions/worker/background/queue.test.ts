import assert from "node:assert/strict";
import { says } from "../../_shared/background-server.testing.ts";
import { Problem } from "../../_shared/problem.ts";
import { JOB, TEXTS, TRANSLATED, translating, waitingFor, withModel } from "./testing.ts";

const DONE = { done: true };
const asked = { start_assistant_job: () => translating };
const waiting = { get_assistant_job: () => waitingFor("resp_1") };

Deno.test("a job is asked in the background: stored, strict, without tools, under a pseudonym, menus apart from instructions", () =>
  withModel(asked, async ({ server, work, told }) => {
    assert.deepEqual(await work("requested"), DONE);
    assert.deepEqual(told(), [{ name: "note_assistant_response", args: { p_job_id: JOB, p_response_id: "resp_1" } }]);
    const [{ body, headers } = { body: {}, headers: {} as Record<string, unknown> }] = server.asked;
    const { instructions, input, text, ...rest } = body as Record<string, unknown>;
    assert.deepEqual(rest, {
      model: "model-of-tests",
      background: true,
      store: true,
      reasoning: { effort: "low" },
      tools: [],
      max_output_tokens: 8_108,
      safety_identifier: translating.person,
      metadata: { job_id: JOB },
    });
    assert.equal(headers.authorization, "Bearer sk-tests");
    assert.match(String(instructions), /French/);
    assert.doesNotMatch(String(instructions), /Ignore your rules|Pie/);
    assert.deepEqual(input, [
      { role: "user", content: [{ type: "input_text", text: JSON.stringify({ texts: TEXTS }) }] },
    ]);
    const { format } = text as { format: Record<string, unknown> };
    assert.deepEqual([format.type, format.strict, format.name], ["json_schema", true, "translation"]);
  }));

Deno.test("what is not requested any more is not asked", () =>
  withModel({ start_assistant_job: () => ({ job_id: JOB, status: "discarded" }) }, async ({ server, work, told }) => {
    assert.deepEqual(await work("requested"), DONE);
    assert.deepEqual([server.asked, told()], [[], []]);
  }));

Deno.test("a job that was called off, or asked by another worker, while it was asked: this answer is not needed", async () => {
  for (const noted of [
    { status: "cancelled", response_id: null },
    { status: "asked", response_id: "resp_of_another" },
  ]) {
    const answers = { ...asked, note_assistant_response: () => ({ job_id: JOB, ...noted }) };
    await withModel(answers, async ({ server, work }) => {
      assert.deepEqual(await work("requested"), DONE);
      assert.deepEqual(server.cancelled, ["resp_1"]);
    });
  }
});

Deno.test("without a model the job fails and says so", () =>
  withModel(
    { ...asked, ...waiting },
    async ({ work, told }) => {
      for (const topic of ["requested", "answered"] as const) assert.deepEqual(await work(topic), DONE);
      assert.deepEqual(
        told().map(({ args }) => args.p_reason),
        ["model_not_configured", "model_not_configured"],
      );
      assert.deepEqual(await work("cancelled"), DONE);
    },
    { configured: false },
  ));

Deno.test("a question that is refused fails the job; a provider in trouble is asked again later", async () => {
  for (const status of [400, 413, 422]) {
    await withModel(asked, async ({ server, work, told }) => {
      server.fails(status);
      assert.deepEqual(await work("requested"), DONE);
      assert.deepEqual(
        told().map(({ name, args }) => [name, args.p_reason]),
        [["fail_assistant_job", "question_refused"]],
      );
    });
  }
  for (const status of [0, 401, 408, 429, 500, 503]) {
    await withModel({ ...asked, ...waiting }, async ({ server, work, told }) => {
      for (const topic of ["requested", "answered", "cancelled"] as const) {
        server.fails(status);
        const outcome = await work(topic);
        assert.equal(!outcome.done && outcome.final, false, `${topic} ${status}`);
        assert.equal(outcome.done, false, `${topic} ${status}`);
        assert.ok(!JSON.stringify(outcome).includes("sk-tests"), "no key in a dead letter");
      }
      assert.deepEqual(told(), []);
    });
  }
});

Deno.test("an answer is checked and handed to the database, with what it has cost", () =>
  withModel({ ...asked, ...waiting }, async ({ server, work, told }) => {
    await work("requested");
    server.becomes("resp_1", says(JSON.stringify(TRANSLATED)));
    assert.deepEqual(await work("answered"), DONE);
    assert.deepEqual(told().at(-1), {
      name: "finish_assistant_job",
      args: { p_job_id: JOB, p_answer: TRANSLATED, p_input_tokens: 100, p_output_tokens: 20, p_cost_micro: 300 },
    });
  }));

Deno.test("an answer that is not there yet is waited for", () =>
  withModel({ ...asked, ...waiting }, async ({ server, work, told }) => {
    await work("requested");
    for (const status of ["queued", "in_progress"]) {
      server.becomes("resp_1", { status });
      assert.deepEqual(await work("answered"), DONE);
    }
    assert.equal(told().length, 1);
  }));

Deno.test("what has ended meanwhile is not looked at", () =>
  withModel({ get_assistant_job: () => ({ ...waitingFor("resp_1"), status: "cancelled" }) }, async ({ work, told }) => {
    assert.deepEqual(await work("answered"), DONE);
    assert.deepEqual(told(), []);
  }));

const refusal = {
  ...says(""),
  output: [{ type: "message", role: "assistant", content: [{ type: "refusal", refusal: "No." }] }],
};
const endings: [string, Record<string, unknown>, string][] = [
  ["failed", { status: "failed", error: { code: "server_error", message: "x" } }, "model_failed"],
  ["was cancelled", { status: "cancelled" }, "answer_cancelled"],
  ["is too long", { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }, "answer_too_long"],
  ["was cut", { status: "incomplete", incomplete_details: { reason: "content_filter" } }, "answer_incomplete"],
  ["is a refusal", refusal, "model_refused"],
  ["is no JSON", says("Here you are: {"), "answer_invalid"],
  ["is something else", says('{"orders": "all refunded"}'), "answer_invalid"],
];
for (const [what, change, reason] of endings) {
  Deno.test(`an answer that ${what} fails the job: ${reason}`, () =>
    withModel({ ...asked, ...waiting }, async ({ server, work, told }) => {
      await work("requested");
      server.becomes("resp_1", change);
      assert.deepEqual(await work("answered"), DONE);
      const { name, args } = told().at(-1) ?? {};
      assert.deepEqual([name, args?.p_reason], ["fail_assistant_job", reason]);
    }));
}

Deno.test("an answer that the provider does not have any more is lost", () =>
  withModel({ get_assistant_job: () => waitingFor("resp_gone") }, async ({ work, told }) => {
    assert.deepEqual(await work("answered"), DONE);
    assert.deepEqual(
      told().map(({ args }) => args),
      [{ p_job_id: JOB, p_reason: "answer_lost" }],
    );
  }));

Deno.test("what was called off is told to the provider; what is unknown there, or was never asked, is no trouble", () =>
  withModel({ ...asked, ...waiting }, async ({ server, work }) => {
    assert.deepEqual(await work("cancelled"), DONE);
    assert.deepEqual(server.cancelled, []);
    await work("requested");
    assert.deepEqual(await work("cancelled"), DONE);
    assert.deepEqual(server.cancelled, ["resp_1"]);
    server.fails(400);
    assert.deepEqual(await work("cancelled"), DONE);
  }));

Deno.test("a job that went with its venue is done; one that the database does not take is not", async () => {
  const refusing = (code: string, status: number) => () => {
    throw new Problem({ code, status, detail: code });
  };
  const gone = refusing("assistant_job_not_found", 404);
  await withModel({ start_assistant_job: gone, get_assistant_job: gone }, async ({ server, work }) => {
    for (const topic of ["requested", "answered", "cancelled"] as const) assert.deepEqual(await work(topic), DONE);
    assert.deepEqual(server.asked, []);
  });
  await withModel({ start_assistant_job: refusing("permission_denied", 403) }, async ({ work }) => {
    assert.equal((await work("requested")).done, false);
  });
});

Deno.test("a message that names no job is buried", () =>
  withModel({}, async ({ work }) => {
    const outcome = await work("requested", { job_id: "all" });
    assert.ok(!outcome.done && outcome.final);
  }));
