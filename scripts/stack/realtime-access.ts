// May these claims read this private topic? Row level security on realtime.messages decides, exactly as on hosted: a
// row for the topic is written and read back as the caller inside a transaction that is always rolled back. Only the
// three API roles can be taken on; a token that names any other role is refused before Postgres is asked.
import type { JWTPayload } from "jose";
import type { Sql } from "postgres";

export type CanRead = (topic: string, claims: JWTPayload) => Promise<boolean>;

const API_ROLES = new Set(["anon", "authenticated", "service_role"]);

class RollBack extends Error {}

export function readPermission(sql: Sql): CanRead {
  return async (topic, claims) => {
    if (typeof claims.role !== "string" || !API_ROLES.has(claims.role)) return false;
    const role = claims.role;
    let readable = false;
    try {
      await sql.begin(async (tx) => {
        const [probe] = await tx<{ id: string }[]>`
          insert into realtime.messages (topic, extension, private) values (${topic}, 'broadcast', true) returning id`;
        await tx`
          select set_config('statement_timeout', '5s', true), set_config('role', ${role}, true),
                 set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
                 set_config('realtime.topic', ${topic}, true)`;
        readable = (await tx`select 1 from realtime.messages where id = ${probe?.id ?? null}`).length === 1;
        throw new RollBack();
      });
    } catch (error) {
      if (error instanceof RollBack) return readable;
      // A policy that raises refuses: say why in the log, since the caller is only told "Unauthorized".
      console.error(`[realtime] policy check for topic ${topic} failed:`, (error as Error).message);
    }
    return false;
  };
}
