// The proxy against upstreams that refuse, reset, stall, stream and echo, on real sockets.
import { EventEmitter, once } from "node:events";
import http, { type RequestListener, type Server } from "node:http";
import net, { type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createProxy } from "./gateway-proxy.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listening<S extends net.Server>(server: S): Promise<number> {
  server.listen(0, "127.0.0.1");
  closers.push(() => {
    server.close();
    if (server instanceof http.Server) server.closeAllConnections();
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function front(upstreamPort: number, answerWithinMs = 5_000, atOnce = 512): Promise<string> {
  const proxy = createProxy(54321);
  closers.push(proxy.close);
  const part = { name: "rest", port: upstreamPort, answerWithinMs, atOnce };
  const server = http.createServer((req, res) => proxy.forward(req, res, { part, path: req.url ?? "/", cors: true }));
  return `http://127.0.0.1:${await listening(server)}`;
}

const upstream = (listener: RequestListener) => listening<Server>(http.createServer(listener));

async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await listening(server);
  server.close();
  return port;
}

describe("the gateway's proxy", () => {
  it("names the part that is not running", async () => {
    const response = await fetch(await front(await freePort()), { method: "POST", body: "x".repeat(200_000) });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ code: "UPSTREAM_DOWN", message: "rest is not running", part: "rest" });
  });

  it("gives a part no more at once than it asked for; every other gets its turn", async () => {
    let [active, most] = [0, 0];
    const busy = upstream((_req, res) => {
      active += 1;
      most = Math.max(most, active);
      setImmediate(() => setImmediate(() => res.end("done", () => (active -= 1))));
    });
    const url = await front(await busy, 5_000, 2);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => fetch(url).then((response) => response.text())),
    );
    expect([most, answers.length, new Set(answers)]).toEqual([2, 100, new Set(["done"])]);
  });

  it("keeps its answer when the rest of the body comes after it", async () => {
    const url = new URL(await front(await freePort()));
    const call = http.request({ port: url.port, method: "POST", headers: { "content-length": 6 } });
    call.write("ser");
    const [response] = (await once(call, "response")) as [http.IncomingMessage];
    call.end("vio");
    let text = "";
    for await (const chunk of response) text += chunk;
    expect([response.statusCode, JSON.parse(text)]).toEqual([503, expect.objectContaining({ part: "rest" })]);
  });

  it("keeps the caller's connection usable when an answer comes before the body has been read", async () => {
    const late = upstream(async (req, res) => {
      if (Number(req.headers["content-length"]) < 100) return void req.resume().once("end", () => res.end("small"));
      await once(req, "readable");
      res.end("too large");
    });
    const url = new URL(await front(await late));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    closers.push(() => agent.destroy());
    for (const size of [4_000_000, 10, 10]) {
      const call = http.request({ agent, port: url.port, method: "POST", headers: { "content-length": size } });
      call.end(Buffer.alloc(size));
      const [response] = (await once(call, "response")) as [http.IncomingMessage];
      let text = "";
      for await (const chunk of response) text += chunk;
      expect(text).toBe(size > 100 ? "too large" : "small");
    }
  });

  it("names the part that breaks the connection", async () => {
    const port = await listening(net.createServer((socket) => void socket.once("data", () => socket.destroy())));
    const response = await fetch(await front(port));
    expect([response.status, await response.json()]).toEqual([502, expect.objectContaining({ part: "rest" })]);
  });

  it("does not wait for a silent part for ever", async () => {
    const response = await fetch(await front(await upstream(() => {}), 50));
    expect([response.status, await response.json()]).toEqual([
      504,
      expect.objectContaining({ code: "UPSTREAM_TIMEOUT" }),
    ]);
  });

  it("cuts the caller off when an answer breaks half way, instead of ending it as if it were whole", async () => {
    const port = await upstream((_, res) => {
      res.write("half");
      setImmediate(() => setImmediate(() => res.destroy()));
    });
    await expect(fetch(await front(port)).then((response) => response.text())).rejects.toThrow();
  });

  it("takes the upstream request away with the caller, before and during the answer", async () => {
    for (const begins of [false, true]) {
      const upstreamSide = new EventEmitter();
      const [arrived, left] = [once(upstreamSide, "arrived"), once(upstreamSide, "left")];
      const port = await upstream((req, res) => {
        req.socket.once("close", () => upstreamSide.emit("left"));
        if (begins) res.write("data: 0\n\n");
        upstreamSide.emit("arrived");
      });
      const caller = new AbortController();
      const call = fetch(await front(port), { signal: caller.signal }).catch((error: Error) => error.name);
      await arrived;
      if (begins) await call;
      caller.abort();
      await left;
      if (!begins) expect(await call).toBe("AbortError");
    }
  });

  it("carries bodies of every framing, both ways, byte for byte", async () => {
    const echo = await upstream((req, res) => {
      if (req.headers["x-length"]) res.setHeader("content-length", req.headers["content-length"] ?? "0");
      req.pipe(res);
    });
    const url = await front(echo);
    for (const size of [0, 1, 64 * 1024, 64 * 1024 + 1, 3_000_000]) {
      const body = Buffer.alloc(size, "servio");
      for (const headers of [{}, { "x-length": "known" }] as Record<string, string>[]) {
        const known = await fetch(url, { method: "POST", body, headers });
        expect(Buffer.from(await known.arrayBuffer()).equals(body), `${size} bytes`).toBe(true);
      }
      const stream = new Blob([body]).stream();
      const chunked = await fetch(url, { method: "POST", body: stream, duplex: "half" } as RequestInit);
      expect(Buffer.from(await chunked.arrayBuffer()).equals(body), `${size} bytes in chunks`).toBe(true);
    }
  });

  it("keeps status, repeated headers and empty answers as they are, and hop-by-hop headers to itself", async () => {
    const port = await upstream((req, res) => {
      if (req.url === "/head") return void res.writeHead(200, { "content-length": "42" }).end();
      if (req.url === "/304") return void res.writeHead(304, { etag: '"1"' }).end();
      if (req.url === "/204") return void res.writeHead(204).end();
      res.writeHead(
        201,
        "Made",
        [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
          ["keep-alive", "timeout=1"],
        ].flat(),
      );
      res.end(JSON.stringify(req.headers));
    });
    const url = await front(port);
    const made = await fetch(url, {
      headers: { "x-forwarded-for": "203.0.113.9", "cf-connecting-ip": "203.0.113.9", te: "trailers" },
    });
    expect([made.status, made.statusText, made.headers.getSetCookie()]).toEqual([201, "Made", ["a=1", "b=2"]]);
    expect(made.headers.get("access-control-allow-origin")).toBe("*");
    const seen = (await made.json()) as Record<string, string>;
    expect(seen).toMatchObject({ "x-forwarded-for": "127.0.0.1", "x-forwarded-port": "54321" });
    for (const kept of ["te", "cf-connecting-ip"]) expect(seen).not.toHaveProperty(kept);
    expect((await fetch(`${url}/head`, { method: "HEAD" })).headers.get("content-length")).toBe("42");
    for (const status of [204, 304]) expect((await fetch(`${url}/${status}`)).status).toBe(status);
  });
});
