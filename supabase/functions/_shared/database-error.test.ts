import assert from "node:assert/strict";
import { DatabaseTrouble, type PostgrestFailure, readPostgrestFailure } from "./database-error.ts";
import { Problem } from "./problem.ts";

const read = (failure: Partial<PostgrestFailure>) =>
  readPostgrestFailure({ status: 500, code: "", message: "m", details: null, hint: null, ...failure });

function refusal(failure: Partial<PostgrestFailure>): Problem["fields"] {
  const error = read(failure);
  assert.ok(error instanceof Problem, String(error));
  return error.fields;
}

Deno.test("a refusal of the database is told with its own code, status, detail and hint", () => {
  const failure = { status: 409, code: "PT409", message: "out_of_stock" };
  assert.deepEqual(refusal({ ...failure, details: "Two are left.", hint: "Order less." }), {
    ...{ code: "out_of_stock", status: 409, detail: "Two are left.", hint: "Order less.", headers: undefined },
  });
  const bare = refusal({ ...failure, details: "", hint: "" });
  assert.deepEqual([bare.detail, bare.hint], ["out_of_stock", undefined]);
});

Deno.test("only what the database says on purpose is a refusal", () => {
  for (const code of ["PT500", "PT4099", "XPT409", "P0001", "42501", "23505", "PGRST202", "PGRST3011", "XPGRST301"]) {
    const error = read({ status: 409, code });
    assert.ok(!(error instanceof Problem) && !(error instanceof DatabaseTrouble), code);
    assert.match(error.message, new RegExp(`409 ${code}: m`));
  }
});

Deno.test("a limit is told with the seconds that are left of its minute", () => {
  const left = () => 60 - new Date().getUTCSeconds();
  for (;;) {
    const before = left();
    const { headers } = refusal({ code: "PT429", message: "rate_limited" });
    if (left() !== before) continue; // the second was over
    assert.deepEqual(headers, { "retry-after": String(before) });
    break;
  }
  assert.equal(refusal({ code: "PT409", message: "out_of_stock" }).headers, undefined);
});

Deno.test("a token that the gateway did not look at closely enough is refused like any other", () => {
  for (const code of ["PGRST300", "PGRST301", "PGRST302", "PGRST303"]) {
    assert.deepEqual(refusal({ status: 401, code }).code, "token_invalid");
  }
});

Deno.test("trouble says of which kind it is, and what was said", () => {
  const contention = read({ code: "40P01" });
  const outage = read({ status: 503, code: "PGRST000" });
  assert.ok(contention instanceof DatabaseTrouble && outage instanceof DatabaseTrouble);
  assert.deepEqual([contention.kind, contention.message], ["contention", "40P01 m"]);
  assert.deepEqual([outage.kind, outage.message], ["outage", "503 PGRST000 m"]);
});
