/** supabase_vault: secrets in, secrets out, and who reaches them. */
import { describe, expect, test } from "vitest";
import type { ShimDatabase } from "./shims-context.ts";

export const vaultSuite = (db: () => ShimDatabase) =>
  describe("vault", () => {
    test("a secret is created, updated and read through the view; the table does not show it", async () => {
      const [created] = await db().sql`select vault.create_secret('s3cret — ü', 'name', 'why') as id`;
      const read = async () =>
        (
          await db()
            .sql`select name, description, decrypted_secret, secret from vault.decrypted_secrets where id = ${created?.id}`
        )[0];
      expect(await read()).toMatchObject({ name: "name", description: "why", decrypted_secret: "s3cret — ü" });
      expect((await read())?.secret).not.toContain("s3cret");
      await db().sql`select vault.update_secret(${created?.id}, new_secret := 'other')`;
      expect(await read()).toMatchObject({ name: "name", decrypted_secret: "other" });
      await db().sql`select vault.update_secret(${created?.id}, new_name := 'renamed')`;
      expect(await read()).toMatchObject({ name: "renamed", decrypted_secret: "other" });
      await expect(db().sql`select vault.create_secret('x', 'renamed')`).rejects.toMatchObject({ code: "23505" });
    });

    test("the API roles do not reach it, service_role does", async () => {
      const as = (role: string) =>
        db().sql.begin((tx) => [tx`set local role ${tx(role)}`, tx`select count(*) from vault.decrypted_secrets`]);
      await expect(as("anon")).rejects.toMatchObject({ code: "42501" });
      await expect(as("authenticated")).rejects.toMatchObject({ code: "42501" });
      await expect(as("service_role")).resolves.toBeDefined();
    });

    test("the stack has written where the functions are and with which key to call them", async () => {
      const rows = await db()
        .sql`select name, decrypted_secret from vault.decrypted_secrets where name like 'functions_%' order by name`;
      expect(rows).toEqual([
        { name: "functions_secret_key", decrypted_secret: db().stack.secretKey },
        { name: "functions_url", decrypted_secret: `${db().stack.url}/functions/v1` },
      ]);
    });
  });
