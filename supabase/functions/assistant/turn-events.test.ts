// A stream of events: what is sent, that it stays open, and that nobody speaks to whoever has gone.
import assert from "node:assert/strict";
import { problem, unavailable } from "../_shared/problem.ts";
import { type Emit, problemEvent, streamEvents } from "./turn-events.ts";

const open = () => new AbortController().signal;

Deno.test("events are sent as they come, and the stream ends with the work", async () => {
  const response = streamEvents((emit) => {
    emit({ type: "text", delta: "two\nlines" });
    emit({ type: "done", outcome: "ok" });
    return Promise.resolve();
  }, open());
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(
    await response.text(),
    'event: text\ndata: {"delta":"two\\nlines"}\n\nevent: done\ndata: {"outcome":"ok"}\n\n',
  );
});

Deno.test("a quiet stream is kept open", async () => {
  let end = () => {};
  const work = () =>
    new Promise<void>((resolve) => {
      end = resolve;
    });
  const reader = streamEvents(work, open(), 5).body?.getReader();
  assert.equal(new TextDecoder().decode((await reader?.read())?.value), ": still here\n\n");
  end();
  for (let one = await reader?.read(); one && !one.done; one = await reader?.read());
});

for (const how of ["the reader", "the connection"]) {
  Deno.test(`${how} is gone: the work learns it, and speaks to nobody`, async () => {
    let speak: Emit = () => {};
    const gone = new AbortController();
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const response = streamEvents(async (emit, signal) => {
      speak = emit;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      assert.equal(signal.reason.name, "AbortError");
      emit({ type: "done", outcome: "ok" });
      end();
    }, gone.signal);
    if (how === "the reader") await response.body?.cancel();
    else gone.abort();
    await ended;
    speak({ type: "text", delta: "anybody there?" });
    if (how === "the connection") await response.body?.cancel();
  });
}

Deno.test("a problem as an event", () => {
  const { code, status, detail } = problem("model_answer_invalid").fields;
  assert.deepEqual(problemEvent(problem("model_answer_invalid").fields), { type: "error", code, status, detail });
  const { retry_after_s } = problemEvent(unavailable("model_unavailable", 15).fields) as { retry_after_s: number };
  assert.equal(retry_after_s, 15);
  assert.ok(
    !("retry_after_s" in problemEvent(unavailable("model_unavailable", 0).fields)),
    "at once is no time to wait",
  );
});
