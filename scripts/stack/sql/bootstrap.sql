-- What a hosted Supabase project has before the first migration: roles, schemas, extensions, rights and auth helpers.
-- Runs once per cluster, as supabase_admin (the superuser), in database postgres. Postgres 15 and 17 both take it.
-- The migrations and the seed know nothing of this file; they meet the same ground here as there.

-- Roles. postgres owns the application and is no superuser; the API roles cannot log in, authenticator becomes them.
create role postgres login nosuperuser createdb createrole replication bypassrls password 'postgres';
create role anon nologin inherit;
create role authenticated nologin inherit;
create role service_role nologin inherit bypassrls;
create role authenticator login noinherit password 'postgres';
create role supabase_auth_admin login noinherit createrole password 'postgres';
create role supabase_storage_admin login noinherit createrole password 'postgres';
create role supabase_functions_admin login noinherit createrole password 'postgres';
create role supabase_replication_admin login replication password 'postgres';
create role supabase_realtime_admin nologin noinherit;
create role supabase_read_only_user login bypassrls password 'postgres';
create role dashboard_user nosuperuser createdb createrole replication;

grant pg_read_all_data to supabase_read_only_user;
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;
grant anon, authenticated, service_role to supabase_storage_admin;
-- Hosted lets postgres change the settings of authenticator that PostgREST reads (supautils).
grant authenticator to postgres with admin option;
grant set on parameter pgrst.db_pre_request to postgres;
grant supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
do $$
begin
  if current_setting('server_version_num')::int >= 160000 then
    grant pg_create_subscription to postgres;
  end if;
end $$;

alter role supabase_admin set search_path to "$user", public, auth, extensions;
alter role postgres set search_path to "$user", public, extensions;
alter role supabase_auth_admin set search_path to auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout to 60000;
alter role supabase_storage_admin set search_path to storage;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';

alter database postgres owner to postgres;
grant all on database postgres to dashboard_user, supabase_auth_admin, supabase_storage_admin;

-- Schemas and the extensions that every project starts with.
create schema extensions authorization postgres;
create schema auth authorization supabase_auth_admin;
create schema storage authorization supabase_storage_admin;
create schema realtime authorization supabase_admin;
create schema graphql_public authorization supabase_admin;
create schema supabase_migrations authorization postgres;
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

create extension "uuid-ossp" with schema extensions;
create extension pgcrypto with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension supabase_vault;

grant usage on schema public to postgres, anon, authenticated, service_role;
grant all on schema public to postgres;
grant usage on schema extensions to anon, authenticated, service_role, supabase_auth_admin, authenticator;
grant all on schema extensions to dashboard_user;
grant usage on schema auth to anon, authenticated, service_role;
grant all on schema auth to dashboard_user, postgres;
grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to postgres, dashboard_user;
grant usage on schema realtime to postgres, anon, authenticated, service_role;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;
grant all on all tables in schema extensions to postgres with grant option;
grant all on all routines in schema extensions to postgres with grant option;
grant all on all sequences in schema extensions to postgres with grant option;

-- Default privileges. What supabase_admin makes in public is exposed to the API roles. What postgres makes, so every
-- migration, is not: that is the default of new projects since 2026, reached as there by granting all and taking back
-- what reads, writes or runs (TRUNCATE, REFERENCES and TRIGGER stay with the API roles, as on hosted).
alter default privileges for role supabase_admin in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke execute on functions from anon, authenticated, service_role;
alter default privileges for role supabase_auth_admin in schema auth grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on routines to postgres, dashboard_user;
alter default privileges for role supabase_storage_admin in schema storage grant all on tables to postgres, anon, authenticated, service_role;

-- Who is asking. Owned by supabase_admin on purpose: the embedded Auth connects as supabase_auth_admin and would
-- otherwise replace these by versions that read only request.jwt.claim.sub, which PostgREST no longer sets.
create function auth.uid() returns uuid language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')::text
$$;
create function auth.email() returns text language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.email', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')::text
$$;
create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                  nullif(current_setting('request.jwt.claims', true), ''))::jsonb
$$;
grant execute on all functions in schema auth to public;

-- Hosted reloads PostgREST's picture of the schema after every change to it.
create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as $$
begin
  notify pgrst, 'reload schema';
end $$;
create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_ddl_watch();
