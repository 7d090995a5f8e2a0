// The users part of Auth's admin API (create, list, get, update, delete), which the embedded server lacks. Only a
// verified service_role token gets here; the gateway makes one out of the secret key. Attributes that this server would
// have to ignore are refused by name: silence about `ban_duration` would be worse than its absence.
import postgres, { type Sql } from "postgres";
import { z } from "zod";
import { AuthProblem, type JsonAnswer } from "./auth-problem.ts";
import { USER_COLUMNS, type UserRow, userView } from "./auth-user-view.ts";

export type AdminRequest = { method: string; path: string; query: URLSearchParams; body: string };

const metadata = z.record(z.string(), z.unknown());
const common = {
  email: z.email().transform((email) => email.toLowerCase()),
  password: z.string().min(6).max(72),
  email_confirm: z.boolean(),
  role: z.enum(["authenticated", "service_role"]),
  app_metadata: metadata,
  user_metadata: metadata,
};
const createBody = z.strictObject(common).partial().required({ email: true }).extend({ id: z.uuid().optional() });
const updateBody = z.strictObject(common).partial();
const page = z.coerce.number().int().min(1).catch(1);
const perPage = z.coerce.number().int().min(1).max(1000).catch(50);

const UNIQUE_VIOLATION = "23505";
const FOREIGN_KEY_VIOLATION = "23503";
// pgcrypto's bcrypt at hosted Auth's cost; what it writes, the embedded server verifies.
const HASH = "extensions.gen_salt('bf', 10)";

export function adminApi(sql: Sql): (request: AdminRequest) => Promise<JsonAnswer> {
  async function find(where: { id: string }, tx: Sql = sql): Promise<UserRow> {
    const [user] = await tx<UserRow[]>`select ${tx.unsafe(USER_COLUMNS)} from auth.users u where u.id = ${where.id}`;
    if (!user) throw new AuthProblem(404, "user_not_found", "User not found");
    return user;
  }

  async function create(text: string): Promise<JsonAnswer> {
    const body = parse(createBody, text);
    const appMetadata = { provider: "email", providers: ["email"], ...body.app_metadata };
    const user = await sql.begin(async (begun) => {
      const tx = begun as unknown as Sql; // a transaction is called like any connection; postgres.js types it apart
      const [row] = await tx<{ id: string }[]>`
        insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
        values (coalesce(${body.id ?? null}::uuid, gen_random_uuid()), 'authenticated', ${body.role ?? "authenticated"}, ${body.email},
                extensions.crypt(${body.password ?? crypto.randomUUID()}, ${tx.unsafe(HASH)}), ${body.email_confirm ? new Date() : null},
                ${tx.json(appMetadata as postgres.JSONValue)}, ${tx.json((body.user_metadata ?? {}) as postgres.JSONValue)})
        returning id`;
      const id = row?.id ?? "";
      const identity = {
        sub: id,
        email: body.email,
        email_verified: body.email_confirm === true,
        phone_verified: false,
      };
      await tx`
        insert into auth.identities (user_id, provider_id, provider, identity_data)
        values (${id}, ${id}, 'email', ${tx.json(identity)})`;
      return find({ id }, tx);
    });
    return { status: 200, body: userView(user) };
  }

  async function list(query: URLSearchParams): Promise<JsonAnswer> {
    const [number, size] = [page.parse(query.get("page")), perPage.parse(query.get("per_page"))];
    const users = await sql<UserRow[]>`
      select ${sql.unsafe(USER_COLUMNS)} from auth.users u order by u.created_at desc, u.id limit ${size} offset ${(number - 1) * size}`;
    const [count] = await sql<{ total: number }[]>`select count(*)::int as total from auth.users`;
    const total = count?.total ?? 0;
    const last = Math.max(1, Math.ceil(total / size));
    const link = (to: number, rel: string) => `</admin/users?page=${to}&per_page=${size}>; rel="${rel}"`;
    const links = number < last ? `${link(number + 1, "next")}, ${link(last, "last")}` : link(last, "last");
    const headers = {
      "x-total-count": String(total),
      link: links,
      "access-control-expose-headers": "X-Total-Count, Link",
    };
    return { status: 200, body: { users: users.map(userView), aud: "authenticated" }, headers };
  }

  async function update(id: string, text: string): Promise<JsonAnswer> {
    const body = parse(updateBody, text);
    const user = await sql.begin(async (begun) => {
      const tx = begun as unknown as Sql;
      await find({ id }, tx);
      // Metadata is merged; a key set to null is removed.
      await tx`
        update auth.users set
          email = coalesce(${body.email ?? null}, email),
          role = coalesce(${body.role ?? null}, role),
          encrypted_password = case when ${body.password ?? null}::text is null then encrypted_password
                                    else extensions.crypt(${body.password ?? ""}, ${tx.unsafe(HASH)}) end,
          email_confirmed_at = case when ${body.email_confirm === true} then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
          raw_app_meta_data = jsonb_strip_nulls(coalesce(raw_app_meta_data, '{}') || ${tx.json((body.app_metadata ?? {}) as postgres.JSONValue)}),
          raw_user_meta_data = jsonb_strip_nulls(coalesce(raw_user_meta_data, '{}') || ${tx.json((body.user_metadata ?? {}) as postgres.JSONValue)}),
          updated_at = now()
        where id = ${id}`;
      if (body.email) {
        await tx`update auth.identities set updated_at = now(),
                   identity_data = identity_data || ${tx.json({ email: body.email })} where user_id = ${id} and provider = 'email'`;
      }
      // Whoever held the old password is signed out everywhere.
      if (body.password) await tx`delete from auth.sessions where user_id = ${id}`;
      return find({ id }, tx);
    });
    return { status: 200, body: userView(user) };
  }

  async function remove(id: string, text: string): Promise<JsonAnswer> {
    const { should_soft_delete: soft } = parse(z.object({ should_soft_delete: z.boolean().optional() }), text);
    if (soft) throw new AuthProblem(501, "not_implemented", "Soft deletion is not part of this stack");
    const deleted = await sql`delete from auth.users where id = ${id} returning id`;
    if (deleted.length === 0) throw new AuthProblem(404, "user_not_found", "User not found");
    return { status: 200, body: {} };
  }

  return async ({ method, path, query, body }) => {
    const [, segment] = /^\/auth\/v1\/admin\/users(?:\/([^/]+))?$/.exec(path) ?? [null, undefined];
    if (!path.startsWith("/auth/v1/admin/users")) {
      throw new AuthProblem(501, "not_implemented", `${path} is not part of this stack's admin API`);
    }
    if (segment !== undefined && !z.uuid().safeParse(segment).success) {
      throw new AuthProblem(404, "validation_failed", "user_id must be an UUID");
    }
    try {
      if (!segment && method === "POST") return await create(body);
      if (!segment && method === "GET") return await list(query);
      if (segment && method === "GET") return { status: 200, body: userView(await find({ id: segment })) };
      if (segment && method === "PUT") return await update(segment, body);
      if (segment && method === "DELETE") return await remove(segment, body);
    } catch (error) {
      throw asProblem(error);
    }
    throw new AuthProblem(405, "method_not_allowed", `${method} is not allowed here`);
  };
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text || "{}");
  } catch {
    throw new AuthProblem(400, "bad_json", "Could not parse request body as JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AuthProblem(400, "validation_failed", z.prettifyError(result.error));
}

function asProblem(error: unknown): unknown {
  if (!(error instanceof postgres.PostgresError)) return error;
  if (error.code === UNIQUE_VIOLATION) {
    return new AuthProblem(422, "email_exists", "A user with this email address has already been registered");
  }
  if (error.code === FOREIGN_KEY_VIOLATION) {
    return new AuthProblem(
      500,
      "unexpected_failure",
      `Database error: other rows still need this user (${error.table_name})`,
    );
  }
  return error;
}
