// One question to a model that answers badly or not at all: what that is called, and whether it is asked again.
import assert from "node:assert/strict";
import { fails, type Script, says } from "../_shared/openai-server.testing.ts";
import { ask, message, whole } from "./ask-model.testing.ts";

const nonsense: [string, object][] = [
  ["no call is without its number", { type: "function_call", call_id: "", name: "n", arguments: "" }],
  ["numbers end", { type: "function_call", call_id: "c".repeat(201), name: "n", arguments: "" }],
  ["names end", { type: "function_call", call_id: "c", name: "n".repeat(201), arguments: "" }],
  ["a call has arguments", { type: "function_call", call_id: "c", name: "n" }],
  ["a message is of parts that are known", { type: "message", content: [{ type: "image" }] }],
  ["a thought has a number", { type: "reasoning", encrypted_content: "sealed" }],
];
for (const [what, one] of nonsense) {
  Deno.test(`an answer that makes no sense is none: ${what}`, async () => {
    await ask([whole([one])], async (asked) => {
      await assert.rejects(asked, (error: Error & { kind?: string; begun?: boolean }) => {
        assert.deepEqual([error.kind, error.begun], ["invalid", true]);
        assert.equal((error.cause as Error).name, "ZodError", "which the log can say");
        return true;
      });
    });
  });
}

Deno.test("what has failed stays failed, whatever follows", async () => {
  const events = [{ type: "response.failed" }, { type: "response.completed", response: { output: [message("Yes")] } }];
  const raw = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  await ask([{ raw }], async (asked, model) => {
    await assert.rejects(asked, { name: "ModelTrouble", kind: "outage", begun: true });
    assert.equal(model.requests.length, 1);
  });
});

Deno.test("asked again is only what has not begun, and only if that may help; the guard repeats nothing", async () => {
  const guard = { retries: 3, isTransient: () => true };
  const tries: [Script, string, boolean, number][] = [
    [[fails(503), fails(503), says("never said")], "outage", false, 2],
    [[fails(400), says("never said")], "refused", false, 1],
    [[{ raw: "" }, says("never said")], "outage", true, 1],
    [[says("One moment", { ends: "disconnect" }), says("never said")], "outage", true, 1],
  ];
  for (const [script, kind, begun, requests] of tries) {
    await ask(
      script,
      async (asked, model) => {
        await assert.rejects(asked, { name: "ModelTrouble", kind, begun });
        assert.equal(model.requests.length, requests);
      },
      { guard },
    );
  }
});

Deno.test("whoever hangs up learns their own reason, before the model speaks and while it does", async () => {
  const reason = new Error("the person has left");
  await ask(
    [says("never said")],
    async (asked, model) => {
      await assert.rejects(asked, reason);
      assert.equal(model.requests.length, 0);
    },
    { signal: AbortSignal.abort(reason) },
  );
  const person = new AbortController();
  const asking = { signal: person.signal, onText: () => person.abort(reason) };
  await ask(
    [says("One two", { ends: "never" })],
    async (asked, model) => {
      await assert.rejects(asked, reason);
      await model.requests[0]?.over;
      assert.equal(model.requests[0]?.hungUp(), true);
    },
    asking,
  );
});
