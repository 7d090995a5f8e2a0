-- The login role of a tenant's schema. Role and schema share one name. Settings of a role are defaults that its user may
-- change; what holds regardless is: no privilege but SELECT on its views, the connection limit, and the clock below,
-- which ends what runs too long.

-- Nothing of ours rests on what everybody may do, so everybody may do less: a login role can neither look into public nor
-- make temporary tables and functions. Rights on a database are not copied with it, hence a function.
revoke usage on schema public from public;

create function private.forbid_temporary_tables() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (
    select 1 from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    where d.datname = current_database() and a.grantee = 0 and a.privilege_type = 'TEMPORARY'
  ) then
    -- Two that change one database's rights at once would fail: whoever comes second waits, and repeats it without effect.
    perform pg_advisory_xact_lock(hashtextextended('private.forbid_temporary_tables', 0));
    execute format('revoke temporary on database %I from public', current_database());
  end if;
end $$;
comment on function private.forbid_temporary_tables() is 'Takes from PUBLIC the right to make temporary tables in this database.';
do $$ begin perform private.forbid_temporary_tables(); end $$;

create function private.scram_verifier(p_password text, p_salt bytea default extensions.gen_random_bytes(16)) returns text
language plpgsql volatile set search_path = '' as $$
declare
  c_iterations constant integer := 4096;
  v_key bytea := convert_to(p_password, 'UTF8');
  v_block bytea := extensions.hmac(p_salt || '\x00000001'::bytea, v_key, 'sha256');
  v_salted bit(256) := ('x' || encode(v_block, 'hex'))::bit(256);
  v_salted_key bytea;
begin
  for i in 2 .. c_iterations loop
    v_block := extensions.hmac(v_block, v_key, 'sha256');
    v_salted := v_salted # ('x' || encode(v_block, 'hex'))::bit(256);
  end loop;
  v_salted_key := decode((select string_agg(lpad(to_hex(substring(v_salted from 32 * n + 1 for 32)::integer), 8, '0'), '' order by n) from generate_series(0, 7) n), 'hex');
  return format('SCRAM-SHA-256$%s:%s$%s:%s', c_iterations, encode(p_salt, 'base64'),
    encode(sha256(extensions.hmac('Client Key'::bytea, v_salted_key, 'sha256')), 'base64'),
    encode(extensions.hmac('Server Key'::bytea, v_salted_key, 'sha256'), 'base64'));
end $$;
comment on function private.scram_verifier(text, bytea) is
  'What Postgres stores for a password of ASCII characters (RFC 5803): "alter role … password" takes it as it is, so that no statement and no log has the password itself.';

create function private.tenant_schema_name(p_slug text, p_organisation_id uuid) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_name text := 'tenant_' || replace(p_slug, '-', '_');
begin
  if length(v_name) > 63 or to_regnamespace(v_name) is not null or to_regrole(v_name) is not null then
    v_name := left(v_name, 45) || '__' || left(md5(p_organisation_id::text), 16);
  end if;
  return v_name;
end $$;
comment on function private.tenant_schema_name(text, uuid) is
  'tenant_<slug>, with _ for -. Where that is longer than a name may be, or taken (by an organisation that had the slug before), it '
  'ends in __ and a digest of the id: no slug has two hyphens in a row, so the two forms never meet.';

create function private.tenant_role_settings(p_name text) returns text[]
language sql stable set search_path = '' as $$
  select array['default_transaction_read_only=on', 'statement_timeout=60s', 'lock_timeout=5s', 'idle_in_transaction_session_timeout=60s', 'search_path=' || quote_ident(p_name)]
$$;
comment on function private.tenant_role_settings(text) is 'With which settings a tenant''s sessions begin, as pg_db_role_setting shows them.';

create function private.has_tenant_settings(p_name text) returns boolean
language sql stable set search_path = '' as $$
  select array(select unnest(s.setconfig) order by 1) = array(select unnest(private.tenant_role_settings(p_name)) order by 1)
  from (select coalesce(array_agg(c.setting), '{}') as setconfig from pg_db_role_setting r, unnest(r.setconfig) c (setting) where r.setrole = to_regrole(p_name)) s
$$;
comment on function private.has_tenant_settings(text) is 'Whether a role begins with exactly these settings: everybody may change their own role''s.';

create function private.set_tenant_settings(p_name text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_setting text;
  v_database name;
begin
  for v_database in select d.datname from pg_db_role_setting r join pg_database d on d.oid = r.setdatabase where r.setrole = to_regrole(p_name) loop
    execute format('alter role %I in database %I reset all', p_name, v_database);
  end loop;
  execute format('alter role %I reset all', p_name);
  foreach v_setting in array private.tenant_role_settings(p_name) loop
    execute format('alter role %I set %s = %L', p_name, split_part(v_setting, '=', 1), split_part(v_setting, '=', 2));
  end loop;
end $$;
comment on function private.set_tenant_settings(text) is 'Gives a tenant''s role its settings back, whatever its user has made of them.';

create function private.ensure_tenant_role(p_name text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if to_regrole(p_name) is null then
    execute format('create role %I nologin noinherit connection limit 5', p_name);
    -- Since Postgres 16 making a role does not give its rights. They are needed to end its sessions and to drop what is its own.
    execute format('grant %I to %I', p_name, current_user);
  end if;
  if to_regnamespace(p_name) is null then
    execute format('create schema %I', p_name);
  end if;
end $$;
comment on function private.ensure_tenant_role(text) is 'Makes the role, which cannot log in yet, and the empty schema. A restored backup may have brought one without the other.';

create function private.end_tenant_sessions(p_name text, p_begun_before timestamptz, p_transaction_before timestamptz default '-infinity') returns integer
language sql volatile set search_path = '' as $$
  select count(*)::integer from (
    select pg_terminate_backend(a.pid) from pg_stat_activity a
    where a.usename = p_name and (a.backend_start < p_begun_before or a.xact_start < p_transaction_before) offset 0) t
$$;
comment on function private.end_tenant_sessions(text, timestamptz, timestamptz) is 'Ends a tenant''s sessions, or transactions, that began before. Returns how many.';

create function private.set_tenant_password(p_name text) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_password text := private.random_token();
  -- Assigned, not selected: an expression is no statement, which a log of statements could show with its parameters.
  v_verifier text := private.scram_verifier(v_password);
begin
  execute format('alter role %I login connection limit 5 password %L', p_name, v_verifier);
  perform private.set_tenant_settings(p_name), private.end_tenant_sessions(p_name, 'infinity');
  update private.tenant_schemas s set password_set_at = clock_timestamp() where s.schema_name = p_name;
  return v_password;
end $$;
comment on function private.set_tenant_password(text) is
  'Gives a tenant''s role a new password, its settings and the right to log in, and ends its sessions. Returns the password, which is nowhere else.';

create function private.drop_tenant_schema() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.end_tenant_sessions(old.schema_name, 'infinity'), private.clear_tenant_schema(old.schema_name);
  if to_regnamespace(old.schema_name) is not null then
    execute format('drop schema %I cascade', old.schema_name);
  end if;
  if to_regrole(old.schema_name) is not null then
    execute format('drop owned by %I', old.schema_name); -- large objects, which every role may make
    execute format('drop role %I', old.schema_name);
  end if;
  return null;
end $$;
comment on function private.drop_tenant_schema() is
  'Trigger: with the row go the schema, the role and its sessions; also when the organisation is deleted. Definer, because whoever deletes '
  'the row may not drop roles.';
create trigger drop_tenant_schema after delete on private.tenant_schemas for each row execute function private.drop_tenant_schema();

create function private.may_use_tenant_schema(p_organisation_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.entitlement_limit(o.id, 'tenant_schema') is distinct from 0
    and private.subscription_is_active(o.subscription_status, o.trial_ends_at, o.past_due_since)
  from public.organisations o where o.id = p_organisation_id
$$;
comment on function private.may_use_tenant_schema(uuid) is 'Whether an organisation''s plan includes a SQL schema, and the subscription is on.';

create function private.settle_tenant_schema(p_organisation_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_may boolean := private.may_use_tenant_schema(p_organisation_id);
  v_name text;
begin
  update private.tenant_schemas s set closed_at = case when v_may then null else now() end
  where s.organisation_id = p_organisation_id and (s.closed_at is null) <> v_may
  returning s.schema_name into v_name;
  if v_name is not null and to_regrole(v_name) is not null then
    execute format('alter role %I %s', v_name, case when v_may then 'login' else 'nologin' end);
    if not v_may then
      perform private.end_tenant_sessions(v_name, 'infinity');
    end if;
  end if;
end $$;
comment on function private.settle_tenant_schema(uuid) is
  'Closes an organisation''s schema when its plan or subscription ends, and opens it again, with the password it had, when they are back. The caller holds the organisation''s lock.';

create function private.settle_tenant_schema_of_plan() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_tenant_schema(new.id);
  return null;
end $$;
comment on function private.settle_tenant_schema_of_plan() is
  'Trigger: a change of plan or subscription closes or opens the schema in the same transaction. Definer, because it alters a role.';
create trigger settle_tenant_schema after update of tier, subscription_status, trial_ends_at, past_due_since on public.organisations
  for each row execute function private.settle_tenant_schema_of_plan();

create function private.upgrade_tenant_schemas() returns integer
language plpgsql volatile set search_path = '' set lock_timeout = '2s' as $$
declare
  v_tenant private.tenant_schemas;
  v_upgraded integer := 0;
begin
  for v_tenant in
    select s.* from private.tenant_schemas s
    where s.views_version is distinct from private.tenant_views_version()
      or to_regnamespace(s.schema_name) is null or to_regrole(s.schema_name) is null
    order by s.organisation_id
  loop
    begin
      perform 1 from private.tenant_schemas s where s.organisation_id = v_tenant.organisation_id for no key update;
      if found then
        perform private.ensure_tenant_role(v_tenant.schema_name), private.fill_tenant_schema(v_tenant);
        v_upgraded := v_upgraded + 1;
      end if;
    exception when lock_not_available then
      raise notice '% is being read and stays as it is until the clock comes again', v_tenant.schema_name;
    end;
  end loop;
  return v_upgraded;
end $$;
comment on function private.upgrade_tenant_schemas() is
  'Brings the views of every tenant''s schema to what the list says now; for migrations, and for the clock, which takes what was being read. Returns how many.';

create function private.keep_tenant_schemas() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_id uuid;
  v_name text;
  v_ended integer;
begin
  -- Time has passed: a grace period, a trial, or the 30 days for which a closed schema is kept. Organisation first, as everywhere.
  for v_id in
    select s.organisation_id from private.tenant_schemas s
    where (s.closed_at is null) <> private.may_use_tenant_schema(s.organisation_id) or s.closed_at < now() - interval '30 days'
    order by s.organisation_id
  loop
    perform 1 from public.organisations o where o.id = v_id for no key update;
    perform private.settle_tenant_schema(v_id);
    delete from private.tenant_schemas s where s.organisation_id = v_id and s.closed_at < now() - interval '30 days';
  end loop;
  perform private.upgrade_tenant_schemas();
  -- What everybody may do to themselves: another role setting, a large object.
  for v_name in
    select s.schema_name from private.tenant_schemas s where not private.has_tenant_settings(s.schema_name) for no key update of s skip locked
  loop
    perform private.set_tenant_settings(v_name);
  end loop;
  perform lo_unlink(l.oid) from pg_largeobject_metadata l join private.tenant_schemas s on to_regrole(s.schema_name) = l.lomowner;
  -- A session from before the password, with a second for the commit of the change; a transaction of more than five minutes.
  select coalesce(sum(private.end_tenant_sessions(s.schema_name, case when s.closed_at is null then s.password_set_at + interval '1 second' else 'infinity' end,
    clock_timestamp() - interval '5 minutes')), 0) into v_ended from private.tenant_schemas s;
  return v_ended;
end $$;
comment on function private.keep_tenant_schemas() is
  'Clock, every minute: closes, opens and drops schemas as time passes, upgrades their views, takes back what their users changed about their own role, '
  'and ends sessions that were begun with an older password or while closed, and transactions of more than five minutes. Returns how many sessions.';
