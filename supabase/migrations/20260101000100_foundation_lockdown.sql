-- The first statement of the project closes every door; each later migration opens the ones it needs, on the line
-- after the object. A per-schema revoke would be a no-op against PUBLIC, so the function revoke is global.

alter default privileges revoke execute on functions from public;

alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

revoke create on schema public from public;

create schema private;
comment on schema private is
  'Helpers, ledgers, secrets and queues. No API role has USAGE here: what clients may do is a function in public. '
  'Policies still call these functions, because EXECUTE alone is checked when a stored expression runs.';
revoke all on schema private from public;

-- On hosted Supabase and on the embedded stack these are no-ops or trusted installs; where an administrator made
-- pg_cron beforehand (it is not a trusted extension everywhere), the existing one is used.
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault;
create extension pgmq;
