// Why there is no answer: what the person learns, what the log learns, and when it is worth asking again.
import assert from "node:assert/strict";
import { BrokenCircuitError, TaskCancelledError } from "cockatiel";
import { createLog } from "../_shared/log.ts";
import { ModelTrouble } from "../_shared/openai-client.ts";
import { Problem, unavailable } from "../_shared/problem.ts";
import { turnProblem, withResetTime } from "./turn-problems.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const refusal = (code: string, detail: string) =>
  new Problem({ code, status: 429, detail, hint: "Wait." }, { cause: "why" });
const spent = (until: string) => refusal("assistant_budget_exhausted", `tokens: 5 a day; again ${until}`);

Deno.test("a budget that is used up says when there is another, and for how long that is", () => {
  const told = withResetTime(spent("from 2026-06-01T12:30:00.5Z"), NOW) as Problem;
  assert.deepEqual(told.fields, {
    ...spent("from 2026-06-01T12:30:00.5Z").fields,
    headers: { "retry-after": "1801" },
    extensions: { resets_at: "2026-06-01T12:30:00.5Z" },
  });
  assert.equal(told.cause, "why");
  const past = withResetTime(spent("from 2026-06-01T11:00:00Z"), NOW) as Problem;
  assert.deepEqual(past.fields.headers, { "retry-after": "1" });
});

Deno.test("a budget that does not say when stays a refusal without a time", () => {
  for (const until of ["tomorrow", "from tomorrowZ", "from 2026-06-02T00:00:00Z, or later", "from "]) {
    const told = withResetTime(spent(until), NOW) as Problem;
    assert.deepEqual(told.fields, spent(until).fields, until);
  }
});

Deno.test("other refusals, and what is none, stay what they are", () => {
  for (const error of [refusal("rate_limited", "again from 2026-06-02T00:00:00Z"), new Error("x"), null, "text"]) {
    assert.equal(withResetTime(error, NOW), error);
  }
});

const trouble = (kind: ModelTrouble["kind"], cause?: unknown) => new ModelTrouble(kind, false, { cause });
const down = unavailable("model_unavailable", 15).fields;
const noAnswer = "no answer from the model";
const troubles: [string, Error, Problem["fields"] | string, object | null][] = [
  [
    "an outage",
    trouble("outage", new TypeError("no route")),
    down,
    { level: "warn", message: noAnswer, cause: "TypeError: no route" },
  ],
  [
    "an outage without a reason",
    trouble("outage"),
    down,
    { level: "warn", message: noAnswer, cause: "ModelTrouble: outage" },
  ],
  [
    "a key that is refused",
    trouble("refused", new Error("401")),
    down,
    { level: "error", message: noAnswer, cause: "Error: 401" },
  ],
  [
    "a breaker that is open",
    new BrokenCircuitError(),
    down,
    { level: "warn", message: noAnswer, cause: "Error: Execution prevented because the circuit breaker is open" },
  ],
  [
    "an answer that never comes",
    new TaskCancelledError("late"),
    down,
    { level: "warn", message: noAnswer, cause: "Error: late" },
  ],
  ["an answer that is none", trouble("invalid", new Error("x")), "model_answer_invalid", null],
  ["a refusal", refusal("rate_limited", "slow down"), "rate_limited", null],
  ["a fault of ours", new RangeError("secret"), "internal_error", { fault: "RangeError: secret" }],
];
for (const [what, error, becomes, written] of troubles) {
  Deno.test(`${what}: what is told, and what is written down`, () => {
    const lines: Record<string, unknown>[] = [];
    const log = createLog({}, (line) => lines.push(JSON.parse(line)));
    const told = turnProblem(error, { log, fault: (fault) => lines.push({ fault: String(fault) }) }, NOW);
    if (typeof becomes === "string") assert.equal(told.code, becomes);
    else assert.deepEqual(told.fields, becomes);
    assert.ok(!JSON.stringify(told.fields).includes("secret"));
    assert.deepEqual(
      lines.map(({ at: _at, ...line }) => line),
      written ? [written] : [],
    );
  });
}

Deno.test("a budget that is used up in the middle of a turn says when there is another, too", () => {
  const silent = { log: createLog({}, () => {}), fault: assert.fail };
  const { headers } = turnProblem(spent("from 2026-06-01T13:00:00Z"), silent, NOW).fields;
  assert.deepEqual(headers, { "retry-after": "3600" });
});
