/**
 * A clone of the migrated and seeded database as nobody has touched it: generators and linters read that, never a
 * database in which tests or people have worked.
 */
import { randomBytes } from "node:crypto";
import { using } from "./connection.ts";
import { openPg17 } from "./lane-pg17.ts";

/** `url` is of role postgres, as which migrations run; `adminUrl` of the superuser. */
export async function withFreshClone<T>(work: (url: string, adminUrl: string) => Promise<T>): Promise<T> {
  const lane = await openPg17();
  const name = `servio_fresh_${randomBytes(4).toString("hex")}`;
  const admin = (sql: string) => using(lane.url("supabase_admin", "template1"), (client) => client.query(sql));
  try {
    await admin(`create database ${name} template ${lane.template} strategy file_copy owner postgres`);
    try {
      return await work(lane.url("postgres", name), lane.url("supabase_admin", name));
    } finally {
      await admin(`drop database if exists ${name} with (force)`);
    }
  } finally {
    await lane.stop();
  }
}
