import assert from "node:assert/strict";
import { functionErrors, sharedErrors } from "./function-errors.ts";

Deno.test("every refusal has a code, a status of its kind, and says what happened and what to do", () => {
  const registered = Object.entries(functionErrors);
  assert.ok(registered.length >= 15);
  for (const [code, { status, meaning, remedy }] of registered) {
    assert.match(code, /^[a-z]+(_[a-z]+)+$/);
    assert.ok(status >= 400 && status <= 599, code);
    for (const sentence of [meaning, remedy]) assert.match(sentence, /^[A-Z].+\.$/, code);
  }
});

Deno.test("a code means the same wherever it is met: no registry has one of the other's", () => {
  const shared = Object.entries(sharedErrors);
  assert.ok(shared.length >= 5);
  for (const [code, status] of shared) {
    assert.ok(status >= 400 && status <= 499, code);
    assert.ok(!(code in functionErrors), code);
  }
});
