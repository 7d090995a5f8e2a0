import assert from "node:assert/strict";
import { traceFrom, traceOf, traceparent } from "./trace.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";

Deno.test("a trace goes on with a span of our own and the caller's choice of sampling", () => {
  const sampled = traceOf(`00-${ID}-00f067aa0ba902b7-01`);
  assert.equal(sampled.traceId, ID);
  assert.match(sampled.spanId, /^[0-9a-f]{16}$/);
  assert.notEqual(sampled.spanId, "00f067aa0ba902b7");
  assert.equal(traceparent(sampled), `00-${ID}-${sampled.spanId}-01`);
  assert.equal(traceparent(traceOf(`00-${ID}-00f067aa0ba902b7-00`)).slice(-2), "00");
  assert.equal(traceOf(`cc-${ID}-00f067aa0ba902b7-01-what-the-future-brings`).traceId, ID);
});

Deno.test("what is not a traceparent starts a new trace", () => {
  for (const odd of [
    null,
    "",
    "nonsense",
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${ID}-${"0".repeat(16)}-01`,
    `ff-${ID}-00f067aa0ba902b7-01`,
    `00-${ID.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${ID}-00f067aa0ba902b7-01x`,
  ]) {
    const { traceId } = traceOf(odd);
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.notEqual(traceId, ID);
  }
});

Deno.test("a queued message goes on with the trace it was written in", () => {
  assert.equal(traceFrom(ID).traceId, ID);
  for (const odd of [null, undefined, "", "x", "0".repeat(32)]) assert.match(traceFrom(odd).traceId, /^[0-9a-f]{32}$/);
});
