// Accounts, sessions and tokens, as supabase-js meets them through the gateway.
import http from "node:http";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { type Front, newEmail, PASSWORD } from "./front-context.ts";

export const authSuite = (front: () => Front) =>
  describe("auth through the gateway", () => {
    it("signs up with a token that carries what hosted tokens carry", async () => {
      const { stack, person } = front();
      const { token, id, email } = await person();
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: "ES256", kid: stack.signingKey.kid });
      expect(decodeJwt(token)).toMatchObject({
        iss: `${stack.url}/auth/v1`,
        sub: id,
        aud: "authenticated",
        role: "authenticated",
        email,
        app_metadata: { provider: "email", providers: ["email"] },
        user_metadata: { name: "Ada" },
        aal: "aal1",
        amr: [{ method: "password", timestamp: expect.any(Number) }],
        session_id: expect.any(String),
        is_anonymous: false,
      });
    });

    it("hands metadata to triggers as an object", async () => {
      const { stack, person, client } = front();
      const { id } = await person("Grace");
      const { data } = await client(stack.secretKey).from("profiles").select("name").eq("user_id", id).single();
      expect(data).toEqual({ name: "Grace" });
    });

    it("refuses a second account for one address, also when both sign up at once", async () => {
      const { client, person } = front();
      const { email } = await person();
      const again = await client().auth.signUp({ email, password: PASSWORD });
      expect(again.error).toMatchObject({ code: "user_already_exists", status: 422 });

      const contested = newEmail();
      const both = await Promise.all([1, 2].map(() => client().auth.signUp({ email: contested, password: PASSWORD })));
      expect(both.map(({ error }) => error?.code ?? "ok").sort()).toEqual(["ok", "user_already_exists"]);
    });

    it("says that a trigger refused a sign-up, and nothing more", async () => {
      const options = { data: { name: "Refused" } };
      const { error } = await front().client().auth.signUp({ email: newEmail(), password: PASSWORD, options });
      expect(error?.message).toBe("Database error saving new user");
    });

    it("signs in with the right password only", async () => {
      const { client, person } = front();
      const { email } = await person();
      const wrong = await client().auth.signInWithPassword({ email, password: "something else" });
      expect(wrong.error).toMatchObject({ code: "invalid_credentials", status: 400 });
      const right = await client().auth.signInWithPassword({ email, password: PASSWORD });
      expect(right.data.session?.access_token).toBeTruthy();
    });

    // Only Linux answers on the whole of 127.0.0.0/8, which here are the other addresses.
    const elsewhere = it.skipIf(process.platform !== "linux");
    elsewhere("refuses an address that tries too often, whatever address it claims, and no other", async () => {
      const stranger = { localAddress: "127.0.0.77" };
      const attempts = Array.from({ length: 110 }, (_, i) => signIn(front(), stranger, `192.0.2.${i}`));
      const statuses = await Promise.all(attempts);
      expect(statuses.filter((status) => status === 400)).toHaveLength(100);
      expect(statuses.filter((status) => status === 429)).toHaveLength(10);
      expect(await signIn(front(), { localAddress: "127.0.0.78" }, "127.0.0.77")).toBe(400);
    });

    it("rotates refresh tokens, and a refresh does not change how somebody signed in", async () => {
      const { client } = await front().person();
      const before = (await client.auth.getSession()).data.session;
      const { data, error } = await client.auth.refreshSession();
      expect(error).toBeNull();
      expect(data.session?.refresh_token).not.toBe(before?.refresh_token);
      expect(decodeJwt(data.session?.access_token ?? "").amr).toEqual(decodeJwt(before?.access_token ?? "").amr);
    });

    it("ends the session when a refresh token is replayed after its successor was used", async () => {
      const { client } = await front().person();
      const first = (await client.auth.getSession()).data.session?.refresh_token ?? "";
      await client.auth.refreshSession();
      await client.auth.refreshSession();
      const replay = await front().client().auth.refreshSession({ refresh_token: first });
      expect(replay.error?.code).toBe("refresh_token_already_used");
      expect((await client.auth.refreshSession()).error).not.toBeNull();
    });

    it("knows the signed-in user, by the server and by the published key", async () => {
      const { client, id, email } = await front().person();
      expect((await client.auth.getUser()).data.user).toMatchObject({ id, email });
      expect((await client.auth.getClaims()).data?.claims).toMatchObject({ sub: id, role: "authenticated" });
    });

    it("publishes no private or shared key", async () => {
      const response = await fetch(`${front().stack.url}/auth/v1/.well-known/jwks.json`);
      const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
      expect(keys.map(({ kty, d, k }) => ({ kty, d, k }))).toEqual([{ kty: "EC", d: undefined, k: undefined }]);
    });

    it("updates the user, and a new password ends the other sessions", async () => {
      const { client, email } = await front().person();
      const other = front().client();
      await other.auth.signInWithPassword({ email, password: PASSWORD });
      const renamed = await client.auth.updateUser({ data: { name: "Augusta" } });
      expect(renamed.data.user?.user_metadata).toMatchObject({ name: "Augusta" });
      expect((await other.auth.getUser()).error).toBeNull();

      expect((await client.auth.updateUser({ password: "a new password" })).error).toBeNull();
      expect((await other.auth.refreshSession()).error).not.toBeNull();
      expect((await client.auth.refreshSession()).error).toBeNull();
    });

    it("signs out: the session's tokens are worthless to auth", async () => {
      const { client, token } = await front().person();
      const refresh = (await client.auth.getSession()).data.session?.refresh_token ?? "";
      expect((await client.auth.signOut()).error).toBeNull();
      const late = front().client();
      expect((await late.auth.refreshSession({ refresh_token: refresh })).error).not.toBeNull();
      expect((await late.auth.getUser(token)).error?.name).toBe("AuthSessionMissingError");
    });

    it("refuses forged, expired and garbage tokens with 403 bad_jwt", async () => {
      const { client, mint } = front();
      const { id, token } = await front().person();
      const forged = `${token.slice(0, -8)}AAAAAAAA`;
      const expired = await mint({ sub: id, role: "authenticated", aud: "authenticated" }, { expiresIn: "-1s" });
      for (const bad of [forged, expired, "a.b.c"]) {
        expect((await client().auth.getUser(bad)).error).toMatchObject({ status: 403, code: "bad_jwt" });
      }
    });
  });

/** The answer's status when nobody's password is tried from an address of the loopback. */
const signIn = ({ stack }: Front, from: { localAddress: string }, claimed: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const headers = {
      apikey: stack.publishableKey,
      "content-type": "application/json",
      "x-forwarded-for": claimed,
    };
    const url = `${stack.url}/auth/v1/token?grant_type=password`;
    const request = http.request(url, { method: "POST", headers, ...from, agent: false }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
    });
    request.on("error", reject).end(JSON.stringify({ email: newEmail(), password: PASSWORD }));
  });
