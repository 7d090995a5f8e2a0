import assert from "node:assert/strict";
import { type ContextManager, context, ROOT_CONTEXT, TraceFlags, trace as telemetry } from "@opentelemetry/api";
import { traceFrom, traceOf, traceparent } from "./trace.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";

Deno.test("a trace goes on with a span of our own and the caller's choice of sampling", () => {
  const sampled = traceOf(`00-${ID}-00f067aa0ba902b7-01`);
  assert.equal(sampled.traceId, ID);
  assert.match(sampled.spanId, /^[0-9a-f]{16}$/);
  assert.notEqual(sampled.spanId, "00f067aa0ba902b7");
  assert.equal(traceparent(sampled), `00-${ID}-${sampled.spanId}-01`);
  assert.equal(traceparent(traceOf(`00-${ID}-00f067aa0ba902b7-00`)).slice(-2), "00");
  const zeros = `${"0".repeat(31)}1`;
  assert.equal(traceOf(` 00-${zeros}-${"0".repeat(15)}1-01 `).traceId, zeros);
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
    `x00-${ID}-00f067aa0ba902b7-01`,
    `00-${ID}-00f067aa0ba902b7-1`,
  ]) {
    const { traceId, sampled } = traceOf(odd);
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.notEqual(traceId, ID);
    assert.equal(sampled, true);
  }
});

Deno.test("a queued message goes on with the trace it was written in", () => {
  for (const id of [ID, `${"0".repeat(31)}1`]) assert.equal(traceFrom(id).traceId, id);
  assert.equal(traceFrom(ID).sampled, true);
  for (const odd of [null, undefined, "", "x", "0".repeat(32), `${ID}0`, `0${ID}`, ID.toUpperCase()]) {
    const { traceId } = traceFrom(odd);
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.notEqual(traceId, odd);
  }
});

/** A runtime that records spans, with this one under way. */
function during<T>(traceFlags: number, spanId: string, work: () => T): T {
  const span = telemetry.wrapSpanContext({ traceId: ID, spanId, traceFlags });
  const manager: ContextManager = {
    active: () => telemetry.setSpan(ROOT_CONTEXT, span),
    with: (_context, run, self, ...args) => run.call(self as ThisParameterType<typeof run>, ...args),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  assert.ok(context.setGlobalContextManager(manager));
  try {
    return work();
  } finally {
    context.disable();
  }
}

Deno.test("where the runtime records a span, that is the one that goes on, as it is sampled", () => {
  const other = `00-${"1".repeat(32)}-00f067aa0ba902b7-01`;
  for (const [flags, sampled] of [
    [TraceFlags.SAMPLED, true],
    [TraceFlags.NONE, false],
  ] as const) {
    const recorded = during(flags, "00f067aa0ba902b8", () => traceOf(other));
    assert.deepEqual(recorded, { traceId: ID, spanId: "00f067aa0ba902b8", sampled });
  }
  assert.equal(during(TraceFlags.SAMPLED, "0".repeat(16), () => traceOf(other)).traceId, "1".repeat(32));
});
