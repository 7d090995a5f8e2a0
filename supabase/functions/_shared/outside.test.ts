import assert from "node:assert/strict";
import { parseEnv } from "./env.ts";
import { failsWith, toReceiver } from "./outside.testing.ts";
import { createOutside, type OutsideOptions, outsideOptions, outsideSchema } from "./outside.ts";
import { status, withReceiver } from "./receiver.testing.ts";

const nowhere: OutsideOptions = {
  allowedHosts: [],
  caCerts: [],
  withinMs: 5_000,
  resolve: () => Promise.reject(new Error("no name is looked up here")),
  connect: () => Promise.reject(new Error("nothing is connected here")),
};
Deno.test("addresses that are not public are not connected to, however they are written", async () => {
  const connected: unknown[] = [];
  const outside = createOutside({ ...nowhere, connect: (to) => Promise.reject(connected.push(to)) });
  const urls = [
    [
      "http://example.com/",
      "ftp://example.com/",
      "file:///etc/passwd",
      "gopher://example.com/",
      "data:,x",
      "javascript:1",
    ],
    ["https://user@example.com/", "https://user:pass@example.com/", "https://:pass@example.com/"],
    ["https://example.com:22/", "https://example.com:80/", "https://example.com:25/", "https://8.8.8.8:1023/"],
    ["https://127.0.0.1/", "https://127.1/", "https://0177.0.0.1/", "https://2130706433/", "https://0x7f000001/"],
    ["https://0x7f.1/", "https://017700000001/", "https://0/", "https://127.0.0.1./", "https://１２７.0.0.1/"],
    ["https://127。0。0。1/", "https://%31%32%37.0.0.1/", "https://①②⑦.⓪.⓪.①/", "https://[::1]/", "https://[::]/"],
    ["https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "https://[::ffff:169.254.169.254]/"],
    ["https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1]/", "https://10.0.0.1/"],
    [
      "https://192.168.1.1:8443/",
      "https://172.16.0.1/",
      "https://100.64.0.1/",
      "https://224.0.0.1/",
      "https://0.0.0.0/",
    ],
    [
      "",
      "https://",
      "https:///x",
      "//example.com",
      "example.com",
      "https://exa mple.com/",
      "https://[::1",
      "https://256.0.0.1/",
    ],
  ].flat();
  assert.ok(urls.length >= 40);
  for (const url of urls)
    await failsWith("address", outside.post(url, {}, "")).catch((error) => assert.fail(`${url}: ${error}`));
  assert.deepEqual(connected, []);
});

Deno.test("a name is refused when it leads nowhere, or to any address that is not public", async () => {
  const names: Record<string, readonly [a: string[], aaaa: string[]]> = {
    "nowhere.example": [[], []],
    "inside.example": [["10.1.2.3"], []],
    "metadata.example": [["169.254.169.254"], []],
    "loopback.example": [[], ["::1"]],
    "mapped.example": [[], ["::ffff:10.0.0.1"]],
    "both.example": [["8.8.8.8", "127.0.0.1"], []],
    "second-family.example": [["8.8.8.8"], ["fd00::1"]],
    "fourth.example": [["8.8.8.8", "8.8.4.4", "1.1.1.1", "192.168.0.1"], []],
    "not-an-address.example": [["localhost"], []],
  };
  const connected: unknown[] = [];
  const outside = createOutside({
    ...nowhere,
    resolve: (host, type) => Promise.resolve(names[host]?.[type === "A" ? 0 : 1] ?? []),
    connect: (to) => Promise.reject(connected.push(to)),
  });
  for (const name of Object.keys(names)) await failsWith("address", outside.post(`https://${name}/`, {}, ""));
  await failsWith("address", createOutside(nowhere).post("https://unresolvable.example/", {}, ""));
  assert.deepEqual(connected, []);
});

Deno.test("a name is looked up once, and what was looked at is what is connected to: the next answer may be another", () =>
  withReceiver(status(204), async ({ port, cert, received }) => {
    const asked: string[] = [];
    const connected: unknown[] = [];
    const outside = createOutside({
      ...nowhere,
      caCerts: [cert],
      resolve: (host, type) => {
        asked.push(`${host} ${type}`);
        return Promise.resolve(type === "A" ? [asked.length > 2 ? "127.0.0.1" : "93.184.215.14"] : []);
      },
      connect: (to) => {
        connected.push(to);
        return Deno.connect({ hostname: "127.0.0.1", port });
      },
    });
    assert.equal(await outside.post("https://localhost/hook?a=1", {}, "{}"), 204);
    assert.deepEqual(asked, ["localhost A", "localhost AAAA"]);
    assert.deepEqual(connected, [{ hostname: "93.184.215.14", port: 443 }]);
    assert.equal(received[0]?.headers.host, "localhost");
    assert.equal(received[0]?.path, "/hook?a=1");
  }));

Deno.test("the second address is tried when the first does not answer; a fourth is not", async () => {
  const connected: unknown[] = [];
  const outside = createOutside({
    ...nowhere,
    resolve: (_, type) => Promise.resolve(type === "A" ? ["8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1"] : []),
    connect: ({ hostname }) => Promise.reject(connected.push(hostname)),
  });
  await failsWith("connection", outside.post("https://example.com/", {}, ""));
  assert.deepEqual(connected, ["8.8.8.8", "8.8.4.4", "1.1.1.1"]);
});

Deno.test("what the operator allows is called, over TLS like everybody, and only there", () =>
  withReceiver(status(200), async (receiver) => {
    const outside = toReceiver(receiver);
    assert.equal(await outside.post(`${receiver.url}/in`, { "x-one": "1" }, '{"grüße": "日本"}'), 200);
    const [request] = receiver.received;
    assert.deepEqual([request?.method, request?.path, request?.headers["x-one"]], ["POST", "/in", "1"]);
    assert.equal(request?.body, '{"grüße": "日本"}');
    await failsWith("address", outside.post(`https://127.0.0.1:${receiver.port + 1}/`, {}, ""));
    await failsWith("address", outside.post(`https://127.0.0.2:${receiver.port}/`, {}, ""));
    await failsWith("address", outside.post(`http://127.0.0.1:${receiver.port}/`, {}, ""));
    const anyPort = toReceiver(receiver, { allowedHosts: ["127.0.0.1"] });
    assert.equal(await anyPort.post(receiver.url, {}, ""), 200);
    assert.equal(receiver.received.length, 2);
  }));

Deno.test("a certificate that nobody vouches for, or for another name, is no connection", () =>
  withReceiver(status(200), async (receiver) => {
    await failsWith("connection", toReceiver(receiver, { caCerts: [] }).post(receiver.url, {}, ""));
    const outside = toReceiver(receiver, {
      resolve: (_, type) => Promise.resolve(type === "A" ? ["8.8.8.8"] : []),
      connect: () => Deno.connect({ hostname: "127.0.0.1", port: receiver.port }),
    });
    await failsWith("connection", outside.post("https://other.example/", {}, ""));
    await failsWith("connection", outside.post("https://not_a-.example/", {}, ""));
    assert.equal(receiver.received.length, 0);
  }));

Deno.test("a connection that is never made has the same deadline", () => {
  const outside = createOutside({
    ...nowhere,
    withinMs: 50,
    resolve: (_, type) => Promise.resolve(type === "A" ? ["8.8.8.8"] : []),
    connect: () => new Promise(() => {}),
  });
  return failsWith("timeout", outside.post("https://example.com/", {}, ""));
});

Deno.test("allowed hosts and authorities come from the environment, and are checked", () => {
  const read = (values: Record<string, string>) => parseEnv(outsideSchema, (name) => values[name]);
  assert.deepEqual(outsideOptions(read({})).allowedHosts, []);
  assert.deepEqual(outsideOptions(read({ OUTSIDE_ALLOWED_HOSTS: "n8n.internal:8443,127.0.0.1" })).allowedHosts, [
    "n8n.internal:8443",
    "127.0.0.1",
  ]);
  assert.throws(() => read({ OUTSIDE_ALLOWED_HOSTS: "https://x/" }), /OUTSIDE_ALLOWED_HOSTS/);
  assert.throws(() => read({ OUTSIDE_CA_CERTS: "/etc/ca.pem" }), /OUTSIDE_CA_CERTS/);
});
