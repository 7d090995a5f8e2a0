/** pg_net: sent after commit, never after a rollback, and every outcome written down. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ShimDatabase } from "./shims-context.ts";

export const netSuite = (db: () => ShimDatabase) =>
  describe("pg_net", () => {
    const seen: { method: string; url: string; body: string; type: string | undefined }[] = [];
    const server = createServer(async (req, res) => {
      let body = "";
      for await (const chunk of req) body += chunk;
      seen.push({ method: req.method ?? "", url: req.url ?? "", body, type: req.headers["content-type"] });
      if (req.url?.startsWith("/slow")) return;
      res.writeHead(201, { "content-type": "text/plain" }).end("kept");
    });
    let base: string;

    beforeAll(async () => {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    const answerTo = (id: unknown) =>
      vi.waitFor(
        async () => {
          const [row] = await db()
            .sql`select status_code, content, content_type, timed_out, error_msg from net._http_response where id = ${id as string}`;
          if (!row) throw new Error(`no answer to request ${id}`);
          return row;
        },
        { timeout: 5_000, interval: 20 },
      );

    test("get, post and delete are sent after commit, with params encoded and the answer kept", async () => {
      const [got] = await db().sql`select net.http_get(${`${base}/get?a=1`}, params := '{"q": "crème & co"}') as id`;
      expect(await answerTo(got?.id)).toMatchObject({
        status_code: 201,
        content: "kept",
        content_type: "text/plain",
        timed_out: false,
      });
      const [posted] = await db()
        .sql`select net.http_post(${`${base}/post`}, body := '{"n": 1}', headers := '{"x-trace": "t"}') as id`;
      await answerTo(posted?.id);
      const [deleted] = await db().sql`select net.http_delete(${`${base}/delete`}) as id`;
      await answerTo(deleted?.id);
      expect(seen).toMatchObject([
        { method: "GET", url: "/get?a=1&q=cr%C3%A8me%20%26%20co" },
        { method: "POST", url: "/post", body: '{"n": 1}', type: "application/json" },
        { method: "DELETE", url: "/delete" },
      ]);
    });

    test("a request that is rolled back is never sent", async () => {
      const undone = db().sql.begin(async (tx) => {
        await tx`select net.http_get(${`${base}/undone`})`;
        throw new Error("rolled back");
      });
      await expect(undone).rejects.toThrow("rolled back");
      const [after] = await db().sql`select net.http_get(${`${base}/after`}) as id`;
      await answerTo(after?.id);
      expect(seen.map((request) => request.url)).toContain("/after");
      expect(seen.map((request) => request.url)).not.toContain("/undone");
    });

    test("a timeout, a refused connection and another protocol are written down as such", async () => {
      const [slow] = await db().sql`select net.http_get(${`${base}/slow`}, timeout_milliseconds := 100) as id`;
      expect(await answerTo(slow?.id)).toMatchObject({ status_code: null, timed_out: true });
      const [refused] = await db().sql`select net.http_get('http://127.0.0.1:1/') as id`;
      expect(await answerTo(refused?.id)).toMatchObject({
        status_code: null,
        timed_out: false,
        error_msg: expect.any(String),
      });
      const [other] = await db().sql`select net.http_get('data:text/plain,hello') as id`;
      expect(await answerTo(other?.id)).toMatchObject({ error_msg: "Unsupported protocol" });
    });

    test("post refuses another content type", async () => {
      const other = db().sql`select net.http_post(${base}, headers := '{"content-type": "text/plain"}')`;
      await expect(other).rejects.toThrow('Content-Type header must be "application/json"');
    });
  });
