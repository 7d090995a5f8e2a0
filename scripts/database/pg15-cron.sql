-- The real pg_cron is no trusted extension: an administrator makes it, and the migration's `if not exists` then finds it.
-- The rights are those that a hosted project gives after creating it. Run as supabase_admin.
create extension pg_cron with schema pg_catalog;
grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
alter default privileges in schema cron grant all on tables to postgres with grant option;
grant all privileges on all tables in schema cron to postgres with grant option;
revoke all on table cron.job from postgres;
grant select on table cron.job to postgres with grant option;
