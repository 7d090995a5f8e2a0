// The functions runner as the supervisor starts it, with functions written by each test into a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { functionsService } from "./functions-service.ts";
import { freePorts } from "./ports.ts";

const project = mkdtempSync(path.join(tmpdir(), "servio-functions-"));
const functionsDir = path.join(project, "functions");
let runner: ChildProcess;
let url = "";
let log = "";

function write(file: string, code: string): void {
  mkdirSync(path.dirname(path.join(functionsDir, file)), { recursive: true });
  writeFileSync(path.join(functionsDir, file), code);
}

const call = (name: string, init?: RequestInit) => fetch(`${url}/${name}`, init);
const answer = async (name: string, init?: RequestInit) => {
  const response = await call(name, init);
  return [response.status, await response.text()];
};

beforeAll(async () => {
  write("plain/index.ts", `Deno.serve(() => new Response("plain"));`);
  const [port = 0] = await freePorts(1);
  const service = functionsService({ port, functionsDir, projectDir: project, env: { GREETING: "hello" } });
  runner = spawn(service.command, service.args, {
    cwd: service.cwd,
    env: service.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [runner.stdout, runner.stderr]) stream?.on("data", (chunk) => (log += String(chunk)));
  url = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(service.readyUrl), { timeout: 10_000, interval: 20 });
});

afterAll(() => {
  runner.kill();
  rmSync(project, { recursive: true, force: true });
});

describe("the functions runner", () => {
  it("runs a function at its name, in either form of hosted", async () => {
    write("exported/index.ts", `export default { fetch: (req) => new Response(new URL(req.url).pathname) };`);
    expect(await answer("plain")).toEqual([200, "plain"]);
    expect(await answer("exported/deep/path")).toEqual([200, "/exported/deep/path"]);
  });

  it("knows nothing but the folders with an index.ts", async () => {
    write("_shared/index.ts", `Deno.serve(() => new Response("never"));`);
    write("empty/readme.ts", ``);
    for (const name of ["missing", "_shared", "empty", "plain%2f..", "%2fplain", ""]) {
      expect((await call(name)).status, name).toBe(404);
    }
  });

  it("serves new code after a change to the function or to what is shared", async () => {
    write("_shared/greet.ts", `export const greeting = "old";`);
    write(
      "greeter/index.ts",
      `import { greeting } from "../_shared/greet.ts"; Deno.serve(() => new Response(greeting));`,
    );
    expect(await answer("greeter")).toEqual([200, "old"]);
    write("_shared/greet.ts", `export const greeting: string = "new";`);
    await expect.poll(() => answer("greeter"), { timeout: 5_000 }).toEqual([200, "new"]);
    write("greeter/index.ts", `Deno.serve(() => new Response("own"));`);
    await expect.poll(() => answer("greeter"), { timeout: 5_000 }).toEqual([200, "own"]);
  });

  it("answers with the new code when a change comes while the old is still booting", async () => {
    write("late/index.ts", `await new Promise(() => {}); Deno.serve(() => new Response("never"));`);
    const waiting = answer("late");
    await expect.poll(() => answer("plain")).toEqual([200, "plain"]);
    write("late/index.ts", `Deno.serve(() => new Response("now"));`);
    expect(await waiting).toEqual([200, "now"]);
  });

  it("lets a call under way finish with the code it began with", async () => {
    const slow = (word: string) =>
      `Deno.serve(async (req) => { if (req.method === "POST") { console.log("under way"); await req.text(); } return new Response("${word}"); });`;
    write("slow/index.ts", slow("before"));
    expect(await answer("slow")).toEqual([200, "before"]);
    let finish: (() => void) | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("begun"));
        finish = () => controller.close();
      },
    });
    const underWay = answer("slow", { method: "POST", body, duplex: "half" } as RequestInit);
    await expect.poll(() => log).toContain("under way");
    write("slow/index.ts", slow("after"));
    await expect.poll(() => answer("slow"), { timeout: 5_000 }).toEqual([200, "after"]);
    finish?.();
    expect(await underWay).toEqual([200, "before"]);
  });

  it("answers a function that cannot start with BOOT_ERROR; the reason is in the log, not in the answer", async () => {
    write("broken/index.ts", `Deno.serve(() => new Response("x"`);
    write("silent/index.ts", `export const nothing = 1;`);
    write("throwing/index.ts", `throw new Error("secret reason");`);
    for (const name of ["broken", "silent", "throwing"]) {
      const response = await call(name);
      expect(response.status, name).toBe(503);
      expect(await response.json()).toEqual({
        code: "BOOT_ERROR",
        message: "Worker failed to boot (please check logs)",
      });
    }
    for (const reason of ["[broken] BOOT_ERROR", "neither calls Deno.serve", "secret reason"]) {
      await expect.poll(() => log).toContain(reason);
    }
    write("broken/index.ts", `Deno.serve(() => new Response("mended"));`);
    await expect.poll(() => answer("broken"), { timeout: 5_000 }).toEqual([200, "mended"]);
  });

  it("confines a crash to the function that crashed, and boots it again", async () => {
    write(
      "fragile/index.ts",
      `let calls = 0;
       Deno.serve((req) => {
         const how = new URL(req.url).searchParams.get("how");
         if (how === "exit") setTimeout(() => Deno.exit(1), 0);
         if (how === "reject") Promise.reject(new Error("nobody caught me"));
         if (how === "throw") throw new Error("thrown in a handler");
         return new Response(String(++calls));
       });`,
    );
    for (const how of ["exit", "reject"]) {
      await answer("fragile");
      await call(`fragile?how=${how}`).then((response) => response.text());
      // The worker ends a moment later; the first answer of its successor counts from one again.
      const post = () => answer("fragile", { method: "POST", body: "may have to be sent twice" });
      await expect.poll(post, { timeout: 5_000, interval: 10 }).toEqual([200, "1"]);
      expect(await answer("plain")).toEqual([200, "plain"]);
    }
    expect((await call("fragile?how=throw")).status).toBe(500);
    await expect.poll(() => log).toContain("nobody caught me");
  });

  it("finishes background work that was promised to EdgeRuntime.waitUntil", async () => {
    write(
      "later/index.ts",
      `Deno.serve(() => {
         EdgeRuntime.waitUntil(new Promise((done) => setTimeout(() => { console.log("background done"); done(0); }, 30)));
         EdgeRuntime.waitUntil(Promise.reject(new Error("background broke")));
         return new Response("at once");
       });`,
    );
    expect(await answer("later")).toEqual([200, "at once"]);
    await expect.poll(() => log).toContain("background done");
    await expect.poll(() => log).toContain("background broke");
    expect(await answer("later")).toEqual([200, "at once"]);
  });

  it("tells the function when the caller of a stream hangs up", async () => {
    write(
      "ticking/index.ts",
      `Deno.serve(() => { let t; return new Response(new ReadableStream({
         start(c) { t = setInterval(() => c.enqueue(new TextEncoder().encode("tick\\n")), 10); },
         cancel() { clearInterval(t); console.log("nobody listens"); } })); });`,
    );
    const caller = new AbortController();
    const response = await call("ticking", { signal: caller.signal });
    await response.body?.getReader().read();
    caller.abort();
    await expect.poll(() => log, { timeout: 5_000 }).toContain("nobody listens");
  });

  it("gives functions their environment and the network, and neither files, programs nor other people's secrets", async () => {
    write(
      "curious/index.ts",
      `const attempt = async (what) => { try { await what(); return "allowed"; } catch (error) { return error.name; } };
       Deno.serve(async () => Response.json({
         greeting: Deno.env.get("GREETING"),
         own: await attempt(() => Deno.readTextFile(new URL("./index.ts", import.meta.url))),
         passwd: await attempt(() => Deno.readTextFile("/etc/passwd")),
         write: await attempt(() => Deno.writeTextFile(new URL("./x.txt", import.meta.url), "x")),
         run: await attempt(() => new Deno.Command("true").output()),
         ffi: await attempt(() => Deno.dlopen("libc.so.6", {})),
         variables: Object.keys(Deno.env.toObject()),
       }));`,
    );
    const seen = (await (await call("curious")).json()) as Record<string, unknown>;
    const denied = "NotCapable";
    expect(seen).toMatchObject({
      greeting: "hello",
      own: "allowed",
      passwd: denied,
      write: denied,
      run: denied,
      ffi: denied,
    });
    expect(seen.variables).not.toContain("VITEST");
  });
});
