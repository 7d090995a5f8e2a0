// The users' admin API: what it does for the secret keys, and that nobody else gets near it.
import { describe, expect, it } from "vitest";
import { type Front, newEmail, PASSWORD } from "./front-context.ts";

export const adminSuite = (front: () => Front) =>
  describe("the users' admin API", () => {
    it.each(["secretKey", "serviceRoleKey"] as const)(
      "creates, lists, updates and deletes with the %s",
      async (key) => {
        const { stack, client } = front();
        const { admin } = client(stack[key]).auth;
        const email = newEmail();
        const created = await admin.createUser({
          email: email.toUpperCase(),
          password: PASSWORD,
          email_confirm: true,
          user_metadata: { name: "Ida" },
          app_metadata: { team: "ops" },
        });
        expect(created.data.user).toMatchObject({ email, app_metadata: { provider: "email", team: "ops" } });
        expect(created.data.user).not.toHaveProperty("encrypted_password");
        const id = created.data.user?.id ?? "";

        const signedIn = await client().auth.signInWithPassword({ email, password: PASSWORD });
        expect(signedIn.data.user?.app_metadata.team).toBe("ops");

        const listed = await admin.listUsers({ page: 1, perPage: 1 });
        expect(listed.data.users).toHaveLength(1);
        expect(listed.data).toMatchObject({ total: expect.any(Number) });
        expect((await admin.getUserById(id)).data.user?.email).toBe(email);

        const updated = await admin.updateUserById(id, {
          password: "a new password",
          app_metadata: { team: null, seat: 4 },
        });
        expect(updated.data.user?.app_metadata).toEqual({ provider: "email", providers: ["email"], seat: 4 });
        const refresh_token = signedIn.data.session?.refresh_token ?? "";
        expect((await client().auth.refreshSession({ refresh_token })).error).not.toBeNull();
        expect((await client().auth.signInWithPassword({ email, password: "a new password" })).error).toBeNull();

        expect((await admin.deleteUser(id)).error).toBeNull();
        expect((await admin.getUserById(id)).error).toMatchObject({ status: 404, code: "user_not_found" });
      },
    );

    it("refuses what it would have to ignore, and what is not valid, by name", async () => {
      const { admin } = front().client(front().stack.secretKey).auth;
      const unknown = await admin.createUser({ email: newEmail(), ban_duration: "1h" });
      expect(unknown.error).toMatchObject({ status: 400, code: "validation_failed" });
      expect(unknown.error?.message).toContain("ban_duration");
      expect((await admin.createUser({ email: "nobody" })).error?.code).toBe("validation_failed");
      expect((await admin.createUser({ email: newEmail(), password: "short" })).error?.code).toBe("validation_failed");
      const { email } = await front().person();
      expect((await admin.createUser({ email })).error).toMatchObject({ status: 422, code: "email_exists" });
      expect((await admin.generateLink({ type: "magiclink", email })).error).toMatchObject({ status: 501 });
    });

    it("is closed to anon, to users and to tokens that only claim to be service_role", async () => {
      const { stack, client, person } = front();
      const { client: user, id } = await person();
      expect((await client().auth.admin.listUsers()).error).toMatchObject({ status: 403, code: "not_admin" });
      expect((await client(stack.anonKey).auth.admin.deleteUser(id)).error).toMatchObject({
        status: 403,
        code: "not_admin",
      });
      const { data } = await user.auth.getSession();
      const asUser = { apikey: stack.publishableKey, authorization: `Bearer ${data.session?.access_token}` };
      const listed = await fetch(`${stack.url}/auth/v1/admin/users`, { headers: asUser });
      expect([listed.status, await listed.json()]).toEqual([403, expect.objectContaining({ error_code: "not_admin" })]);
      const forged = stack.serviceRoleKey.replace(/[^.]+$/, stack.anonKey.split(".")[2] ?? "");
      const headers = { apikey: stack.publishableKey, authorization: `Bearer ${forged}` };
      expect((await fetch(`${stack.url}/auth/v1/admin/users`, { headers })).status).toBe(403);
    });
  });
