// What goes over the wire to an outside address and back, what is left open, and what an operator may set.
import assert from "node:assert/strict";
import { parseEnv } from "./env.ts";
import { failsWith, toReceiver } from "./outside.testing.ts";
import { createOutside, OutsideError, outsideOptions, outsideSchema } from "./outside.ts";
import { status, withReceiver } from "./receiver.testing.ts";

const answering = (words: string, test: (call: () => Promise<number>) => Promise<void>) =>
  withReceiver(
    (response) => void response.socket?.end(words),
    (receiver) => test(() => toReceiver(receiver, { withinMs: 1_000 }).post(receiver.url, {}, "")),
  );

Deno.test("an answer is what begins as one: version, status, and a head that ends", async () => {
  const answers: [string, number][] = [
    ["HTTP/1.0 200 OK\r\n\r\n", 200],
    ["HTTP/1.1 204\r\nx: y\r\n\r\n", 204],
    ["HTTP/1.1 599 Odd\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 599],
    [`HTTP/1.1 200 OK\r\nx: ${"y".repeat(10_000)}\r\n\r\n`, 200],
    [`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 404 No\r\n\r\n`, 404],
  ];
  for (const [words, expected] of answers) {
    await answering(words, async (call) => assert.equal(await call(), expected, words.slice(0, 30)));
  }
  for (const words of [
    "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.2 200 OK\r\n\r\n",
    "HTTP/1.1 600 OK\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "xHTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1  200 OK\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 101 Other\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 099 Low\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
  ]) {
    await answering(words, (call) => failsWith("answer", call()));
  }
});

Deno.test("a request says to whom it goes, how long it is, and that nothing follows", () =>
  withReceiver(status(200), async (receiver) => {
    const body = '{"grüße":1}';
    await toReceiver(receiver).post(`${receiver.url}/in?a=b`, { "content-type": "application/json" }, body);
    const [request] = receiver.received;
    assert.deepEqual(
      { ...request?.headers },
      {
        host: `127.0.0.1:${receiver.port}`,
        "content-type": "application/json",
        "content-length": String(new TextEncoder().encode(body).length),
        connection: "close",
      },
    );
    assert.deepEqual([request?.path, request?.body], ["/in?a=b", body]);
  }));

Deno.test("a header with either half of a line break is not sent", () =>
  withReceiver(status(200), async (receiver) => {
    for (const value of ["1\rb: 2", "1\nb: 2"]) {
      await failsWith("connection", toReceiver(receiver).post(receiver.url, { a: value }, ""));
    }
    assert.equal(receiver.received.length, 0);
  }));

/** The addresses that are connected to, and what is looked up; nobody answers. */
async function tried(url: string, found: readonly string[] = []) {
  const [asked, connected]: [string[], unknown[]] = [[], []];
  const outside = createOutside({
    ...outsideOptions({}),
    resolve: (host, type) => {
      asked.push(`${host} ${type}`);
      return type === "A" ? Promise.resolve([...found]) : Promise.reject(new Error("no such family"));
    },
    connect: ({ hostname, port }) => Promise.reject(connected.push(`${hostname} ${port}`)),
  });
  const error = await outside.post(url, {}, "").catch((reason: unknown) => reason);
  assert.ok(error instanceof OutsideError);
  return { asked, connected, message: error.message };
}

Deno.test("an address is connected to as it is; a name that looks like one is looked up", async () => {
  const literal = { asked: [], message: "outside: connection" };
  assert.deepEqual(await tried("https://8.8.8.8/"), { ...literal, connected: ["8.8.8.8 443"] });
  assert.deepEqual(await tried("https://193.184.215.114/"), { ...literal, connected: ["193.184.215.114 443"] });
  assert.deepEqual(await tried("https://8.8.8.8:1024/"), { ...literal, connected: ["8.8.8.8 1024"] });
  assert.deepEqual(await tried("https://[2606:4700:4700::1111]:8443/"), {
    ...literal,
    connected: ["2606:4700:4700::1111 8443"],
  });
  for (const name of ["8.8.8.8.example", "x.8.8.8.8.example", "v1.1.1.example"]) {
    const { asked, connected } = await tried(`https://${name}/`, ["1.1.1.1"]);
    assert.deepEqual([asked, connected], [[`${name} A`, `${name} AAAA`], ["1.1.1.1 443"]]);
  }
});

Deno.test("what is refused is refused for itself, and not for a name that leads nowhere", async () => {
  const urls = ["https://user@8.8.8.8/", "https://:pass@8.8.8.8/", "http://8.8.8.8/", "ftp://8.8.8.8/"];
  for (const url of [...urls, "https://8.8.8.8:80/", "https://8.8.8.8:1023/"]) {
    assert.deepEqual(await tried(url), { asked: [], connected: [], message: "outside: address" }, url);
  }
});

Deno.test("a connection that comes too late is closed, and no further address is tried", async () => {
  const late = Promise.withResolvers<Deno.TcpConn>();
  let closed = 0;
  let tries = 0;
  const outside = createOutside({
    ...outsideOptions({}),
    withinMs: 20,
    resolve: (_, type) => Promise.resolve(type === "A" ? ["8.8.8.8", "8.8.4.4"] : []),
    connect: () => {
      tries += 1;
      return late.promise;
    },
  });
  await failsWith("timeout", outside.post("https://example.com/", {}, ""));
  late.resolve({ close: () => (closed += 1) } as unknown as Deno.TcpConn);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual([closed, tries], [1, 1]);
});

Deno.test("what an operator allows is a list of hosts, and an authority is one", () => {
  const read = (values: Record<string, string>) => outsideOptions(parseEnv(outsideSchema, (name) => values[name]));
  const hosts = ["n8n.internal:8443", "[fd00::1]:443", "127.0.0.1", "a-b"];
  assert.deepEqual(read({ OUTSIDE_ALLOWED_HOSTS: hosts.join(",") }).allowedHosts, hosts);
  for (const OUTSIDE_ALLOWED_HOSTS of ["a,,b", ",a", "a,", "a b", "A", "a/b", "https://a"]) {
    assert.throws(() => read({ OUTSIDE_ALLOWED_HOSTS }), /OUTSIDE_ALLOWED_HOSTS/, OUTSIDE_ALLOWED_HOSTS);
  }
  const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----";
  assert.deepEqual([read({}).caCerts, read({ OUTSIDE_CA_CERTS: pem }).caCerts], [[], [pem]]);
});
