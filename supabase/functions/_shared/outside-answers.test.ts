import assert from "node:assert/strict";
import { failsWith, toReceiver } from "./outside.testing.ts";
import { status, withReceiver } from "./receiver.testing.ts";

Deno.test("redirects are answers, and not followed", () =>
  withReceiver(status(200), (inner) =>
    withReceiver(status(302, { location: `${inner.url}/secret` }), async (outer) => {
      assert.equal(await toReceiver(outer, { allowedHosts: ["127.0.0.1"] }).post(outer.url, {}, ""), 302);
      assert.deepEqual([outer.received.length, inner.received.length], [1, 0]);
    }),
  ));

Deno.test("every status is told as it is", async () => {
  for (const code of [201, 400, 404, 410, 429, 500, 503]) {
    await withReceiver(status(code), async (receiver) => {
      assert.equal(await toReceiver(receiver).post(receiver.url, {}, "x".repeat(100_000)), code);
    });
  }
});

Deno.test("who is silent, or drips, or never ends has a deadline; the rest of an answer is not waited for", async () => {
  await withReceiver(
    () => {},
    (receiver) => failsWith("timeout", toReceiver(receiver, { withinMs: 200 }).post(receiver.url, {}, "")),
  );
  await withReceiver(
    (response) => {
      const drip = setInterval(() => response.socket?.write("x"), 10);
      response.socket?.write("HTTP/1.1 200 OK\r\nx-slow: ");
      response.socket?.on("close", () => clearInterval(drip));
    },
    (receiver) => failsWith("timeout", toReceiver(receiver, { withinMs: 200 }).post(receiver.url, {}, "")),
  );
  await withReceiver(
    (response) => {
      response.writeHead(200, { "content-length": "1000000000" });
      response.flushHeaders();
    },
    async (receiver) => assert.equal(await toReceiver(receiver).post(receiver.url, {}, ""), 200),
  );
});

Deno.test("what is not HTTP, breaks off, or has no end of its head is no answer", async () => {
  for (const words of [
    "SSH-2.0-OpenSSH\r\n\r\n",
    "HTTP/1.1 099 Low\r\n\r\n",
    "HTTP/1.1 101 Other\r\n\r\n",
    "HTTP/1.1 200 OK\r\n",
  ]) {
    await withReceiver(
      (response) => void response.socket?.end(words),
      (receiver) => failsWith("answer", toReceiver(receiver).post(receiver.url, {}, "")),
    );
  }
  await withReceiver(
    (response) => void response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(40_000)}`),
    (receiver) => failsWith("answer", toReceiver(receiver).post(receiver.url, {}, "")),
  );
  await withReceiver(
    (response) => void response.socket?.end("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n"),
    async (receiver) => assert.equal(await toReceiver(receiver).post(receiver.url, {}, ""), 202),
  );
});

Deno.test("no header smuggles another", async () => {
  await withReceiver(status(200), async (receiver) => {
    await assert.rejects(toReceiver(receiver).post(receiver.url, { a: "1\r\nb: 2" }, ""));
    assert.equal(receiver.received.length, 0);
  });
});
