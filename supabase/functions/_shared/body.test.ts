import assert from "node:assert/strict";
import { parseJson, readBytes } from "./body.ts";
import { Problem } from "./problem.ts";

const request = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request("http://127.0.0.1:9/", {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
const refusal = async (wanted: Promise<unknown>) => {
  const error = await wanted.catch((reason) => reason);
  assert.ok(error instanceof Problem, String(error));
  return error;
};

Deno.test("what arrives in pieces is put together in its order", async () => {
  const pieces = [[1, 2, 3], [4], [5, 6]];
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new Uint8Array(piece));
      controller.close();
    },
  });
  assert.deepEqual(Array.from(await readBytes(request(body), 6)), [1, 2, 3, 4, 5, 6]);
});

Deno.test("without a body nothing has arrived, and nothing is no JSON", async () => {
  const bytes = await readBytes(request(null), 10);
  assert.equal(bytes.length, 0);
  assert.throws(() => parseJson(bytes), { code: "json_invalid" });
});

Deno.test("as many bytes as are allowed pass, whatever is said of their number; the refusal names the limit", async () => {
  const five = new Uint8Array(5);
  assert.equal((await readBytes(request(five, { "content-length": "5" }), 5)).length, 5);
  assert.equal((await readBytes(request(five, { "content-length": "1" }), 5)).length, 5);
  for (const [body, length] of [
    [five, "5"],
    [five, "1"],
    [new Uint8Array(1), "5"],
  ] as const) {
    const error = await refusal(readBytes(request(body, { "content-length": length }), 4));
    assert.equal(error.code, "body_too_large");
    assert.match(error.fields.detail, /\b4 bytes/);
  }
});

Deno.test("a type may be written as HTTP lets it be; another one, or none, is refused", async () => {
  for (const type of ["application/json", " Application/JSON ; charset=utf-8", "application/json;"]) {
    assert.equal((await readBytes(request("{}", { "content-type": type }), 10)).length, 2, type);
  }
  assert.equal((await readBytes(request("{}", { "content-encoding": " Identity " }), 10)).length, 2);
  for (const headers of [{ "content-type": "" }, { "content-type": "text/json" }, { "content-encoding": "gzip" }]) {
    const error = await refusal(readBytes(request("{}", headers as Record<string, string>), 10));
    assert.equal(error.code, "unsupported_media_type", JSON.stringify(headers));
  }
});
