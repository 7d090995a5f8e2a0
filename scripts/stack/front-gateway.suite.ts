// Keys, tokens and routes: each refusal stands beside the call that is let through.
import http from "node:http";
import { describe, expect, it } from "vitest";
import type { Front } from "./front-context.ts";

type Headers = Record<string, string>;

export const gatewaySuite = (front: () => Front) =>
  describe("the gateway's rules", () => {
    const get = (path: string, headers: Headers = {}) => fetch(front().stack.url + path, { headers });
    const whoami = async (headers: Headers) => {
      const response = await fetch(`${front().stack.url}/rest/v1/rpc/whoami`, { method: "POST", headers });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };

    it("wants an API key for rest and auth, and one of ours", async () => {
      for (const path of ["/rest/v1/notes", "/auth/v1/user", "/auth/v1/settings"]) {
        expect((await get(path)).status, path).toBe(401);
        expect((await get(path, { apikey: "sb_publishable_guess" })).status, path).toBe(401);
      }
      const { apikey } = { apikey: front().stack.publishableKey };
      expect((await get("/auth/v1/settings", { apikey })).status).toBe(200);
      expect((await get(`/auth/v1/settings?apikey=${apikey}`)).status).toBe(200);
    });

    it.each([
      ["publishableKey", "anon"],
      ["anonKey", "anon"],
      ["secretKey", "service_role"],
      ["serviceRoleKey", "service_role"],
    ] as const)("takes the %s for the role %s", async (key, role) => {
      const apikey = front().stack[key];
      expect(await whoami({ apikey })).toEqual({ status: 200, body: { role, uid: null } });
      expect(await whoami({ apikey, authorization: `Bearer ${apikey}` })).toMatchObject({ body: { role } });
    });

    it("takes a user's token before the key, also before a secret one", async () => {
      const { stack, person } = front();
      const { token, id } = await person();
      for (const apikey of [stack.publishableKey, stack.secretKey]) {
        const asked = await whoami({ apikey, authorization: `Bearer ${token}` });
        expect(asked).toEqual({ status: 200, body: { role: "authenticated", uid: id } });
      }
    });

    it("never treats an invalid credential as anonymous", async () => {
      const { stack, mint } = front();
      const claims = { role: "authenticated", sub: crypto.randomUUID() };
      const expired = await mint(claims, { expiresIn: "-5m" });
      const [head, payload] = (await mint(claims)).split(".");
      const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
      const bearers = [expired, `${head}.${payload}.AAAA`, unsigned, "garbage", stack.secretKey, ""];
      for (const bearer of bearers) {
        const { status } = await whoami({ apikey: stack.publishableKey, authorization: `Bearer ${bearer}` });
        expect(status, bearer).toBe(401);
      }
      expect((await whoami({ apikey: stack.publishableKey, authorization: "Basic dTpw" })).status).toBe(401);
    });

    it("keeps the key out of the query that PostgREST reads", async () => {
      const { stack, person } = front();
      const { client, token } = await person();
      await client.from("notes").insert({ body: "mine" });
      const url = `${stack.url}/rest/v1/notes?select=body&apikey=${stack.publishableKey}&body=eq.mine`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      expect(await response.json()).toEqual([{ body: "mine" }]);
    });

    it("answers preflights without a key, and unknown routes with 404", async () => {
      const preflight = await fetch(`${front().stack.url}/rest/v1/notes`, {
        method: "OPTIONS",
        headers: { origin: "https://app.example", "access-control-request-headers": "apikey,prefer" },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get("access-control-allow-headers")).toBe("apikey,prefer");
      for (const path of ["/", "/restful", "/functions/v1/", "/functions/v1/missing"]) {
        expect((await get(path)).status, path).toBe(404);
      }
      expect(await (await get("/health")).json()).toEqual({ status: "ok" });
    });

    it("lets only valid JWTs into a function with verify_jwt", async () => {
      const { stack, person, mint } = front();
      const { token } = await person();
      const call = async (authorization?: string) => {
        const headers: Headers = { apikey: stack.publishableKey, ...(authorization && { authorization }) };
        const response = await get("/functions/v1/guarded", headers);
        return [response.status, ((await response.json()) as { code?: string }).code];
      };
      expect(await call(`Bearer ${token}`)).toEqual([200, undefined]);
      expect(await call(`Bearer ${stack.anonKey}`)).toEqual([200, undefined]);
      expect(await call()).toEqual([401, "UNAUTHORIZED_NO_AUTH_HEADER"]);
      const expired = await mint({ role: "authenticated" }, { expiresIn: "-1s" });
      for (const bad of [stack.publishableKey, stack.secretKey, "garbage", expired, `${token}x`]) {
        expect(await call(`Bearer ${bad}`), bad).toEqual([401, "UNAUTHORIZED_INVALID_JWT_FORMAT"]);
      }
      expect((await fetch(`${stack.url}/functions/v1/guarded`, { method: "OPTIONS" })).status).toBe(200);
    });

    it("is not talked past verify_jwt by another spelling of the path", async () => {
      const { stack } = front();
      const spellings = [
        "open/../guarded",
        "open/%2e%2e/guarded",
        "open/x\\..\\..\\guarded",
        "./guarded",
        "open//../../guarded",
      ];
      for (const spelling of spellings) {
        const status = await new Promise((resolve, reject) => {
          const path = `/functions/v1/${spelling}`; // sent as it is: fetch would put it into its normal form first
          http
            .get({ port: new URL(stack.url).port, path }, (res) => resolve(res.resume().statusCode))
            .on("error", reject);
        });
        expect(status, spelling).toBe(401);
      }
    });

    it("passes a call to an open function as it came, but chooses the caller's address itself", async () => {
      const headers = { apikey: "anything", "x-forwarded-for": "203.0.113.9", "content-type": "text/plain" };
      const body = "é".repeat(100_000); // beyond what is buffered, so it is piped
      const response = await fetch(`${front().stack.url}/functions/v1/open/a/b?c=d`, { method: "PUT", headers, body });
      const forwardedFor = expect.stringMatching(/127\.0\.0\.1$/);
      const seen = { method: "PUT", path: "/open/a/b", query: "?c=d", body, apikey: "anything", forwardedFor };
      expect(await response.json()).toEqual(seen);
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    });

    it("streams server-sent events as they come", async () => {
      const response = await get("/functions/v1/stream");
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let seen = "";
      while (!seen.includes("data: 2")) seen += (await reader?.read())?.value ?? "";
      await reader?.cancel();
      expect(seen).toContain("data: 0\n\n");
    });
  });
