// What the embedded auth tables lack against hosted Supabase's, added once after they are created: the columns that
// ordinary seed files fill, the uniqueness of an e-mail address (without it two sign-ups at once make two users), the
// indexes that sign-in, refresh and user deletion need, and row level security.
import type { Sql } from "postgres";

export async function completeAuthSchema(sql: Sql): Promise<void> {
  await sql.unsafe(`
    alter table auth.users
      add column if not exists instance_id uuid,
      add column if not exists is_super_admin boolean;
    alter table auth.identities alter column id set default gen_random_uuid();

    create unique index if not exists users_email_partial_key on auth.users (email) where is_sso_user = false;
    create unique index if not exists refresh_tokens_token_unique on auth.refresh_tokens (token);
    create index if not exists refresh_tokens_session_id_idx on auth.refresh_tokens (session_id);
    create index if not exists refresh_tokens_user_id_idx on auth.refresh_tokens (user_id);
    create index if not exists sessions_user_id_idx on auth.sessions (user_id);
    create index if not exists identities_user_id_idx on auth.identities (user_id);

    do $$
    declare
      v_table name;
    begin
      for v_table in select tablename from pg_catalog.pg_tables where schemaname = 'auth' loop
        execute format('alter table auth.%I enable row level security', v_table);
      end loop;
    end $$;
  `);
}
