-- Local stand-in for pg_cron 1.6: the same tables, functions, errors and rights, in plain SQL. Nothing here runs a job:
-- the stack's ticker reads cron.job and does. Differences that remain: schedules named with @ are not accepted, jobs
-- are run in the database of the stack only, and there is no way to cancel a running job.
create schema cron;

create sequence cron.jobid_seq;
create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default inet_server_port(),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create sequence cron.runid_seq;
create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid int,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

-- The ticker listens; a notification leaves at commit, so it never sees a job that was rolled back.
create function cron.job_cache_invalidate() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_catalog.pg_notify('pg_cron_changed', '');
  return null;
end $$;
create trigger cron_job_cache_invalidate after insert or update or delete or truncate on cron.job
  for each statement execute function cron.job_cache_invalidate();

-- One field of a schedule: lists of *, n, a-b, each with an optional /step; months and weekdays also by name.
create function cron._is_field(field text, low int, high int, names text[]) returns boolean
language plpgsql immutable set search_path = '' as $$
declare
  v_item text;
  v_parts text[];
  v_number text;
  v_first int;
  v_value int;
begin
  foreach v_item in array pg_catalog.string_to_array(pg_catalog.lower(field), ',') loop
    v_parts := pg_catalog.regexp_match(v_item, '^(\*|[0-9]+|[a-z]{3})(?:-([0-9]+|[a-z]{3}))?(?:/([0-9]+))?$');
    if v_parts is null or (v_parts[1] = '*' and v_parts[2] is not null) or v_parts[3]::int = 0 then
      return false;
    end if;
    v_first := null;
    foreach v_number in array pg_catalog.array_remove(v_parts[1:2], '*') loop
      continue when v_number is null;
      v_value := case when v_number ~ '^[0-9]+$' then v_number::int
                      else pg_catalog.array_position(names, v_number) - 1 + low end;
      if v_value is null or v_value not between low and high or v_value < v_first then
        return false;
      end if;
      v_first := v_value;
    end loop;
  end loop;
  return field <> '';
end $$;

create function cron._check_schedule(schedule text) returns void language plpgsql immutable set search_path = '' as $$
declare
  f text[] := pg_catalog.regexp_split_to_array(pg_catalog.btrim(schedule, E' \t'), '\s+');
  months constant text[] := array['jan','feb','mar','apr','may','jun','jul','aug','sep','oct','nov','dec'];
  weekdays constant text[] := array['sun','mon','tue','wed','thu','fri','sat'];
begin
  if schedule ~* '^\s*([1-9]|[1-5][0-9])\s+seconds?\s*$' then
    return;
  end if;
  if pg_catalog.array_length(f, 1) = 5
     and cron._is_field(f[1], 0, 59, '{}') and cron._is_field(f[2], 0, 23, '{}')
     and (f[3] = '$' or cron._is_field(f[3], 1, 31, '{}'))
     and cron._is_field(f[4], 1, 12, months) and cron._is_field(f[5], 0, 7, weekdays) then
    return;
  end if;
  raise exception 'invalid schedule: %', schedule
    using errcode = 'invalid_parameter_value',
          hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
end $$;

-- Who may make a job run as whom. The functions below run as their caller, so current_user is the one who asks; the
-- writers run as owner of the tables and ask again by session, because they can be called directly.
create function cron._check_username(username text) returns void language plpgsql stable set search_path = '' as $$
begin
  if username <> current_user and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    raise exception 'must be superuser to create a job for another role' using errcode = 'insufficient_privilege';
  end if;
end $$;

create function cron._check_session(username text) returns void language plpgsql stable set search_path = '' as $$
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = username)
     and not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
    raise exception 'must be superuser to create a job for another role' using errcode = 'insufficient_privilege';
  end if;
end $$;

create function cron._write(job_name text, schedule text, command text, database text, username text, active boolean)
returns bigint language plpgsql security definer set search_path = '' as $$
declare
  v_id bigint;
begin
  perform cron._check_session(username);
  perform cron._check_schedule(schedule);
  insert into cron.job as j (schedule, command, database, username, active, jobname)
  values (schedule, command, database, username, active, job_name)
  on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
  returning j.jobid into v_id;
  return v_id;
end $$;

create function cron.schedule(schedule text, command text) returns bigint language sql as $$
  select cron._write(null, schedule, command, current_database(), current_user::text, true)
$$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
  select cron._write(job_name, schedule, command, current_database(), current_user::text, true)
$$;

create function cron.schedule_in_database(
  job_name text, schedule text, command text, database text, username text default null, active boolean default true
) returns bigint language plpgsql as $$
begin
  perform cron._check_username(coalesce(schedule_in_database.username, current_user::text));
  return cron._write(job_name, schedule, command, database, coalesce(schedule_in_database.username, current_user::text), active);
end $$;

create function cron._remove(job_id bigint, job_name text, username text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform cron._check_session(username);
  delete from cron.job j
   where j.username = _remove.username and (j.jobid = _remove.job_id or j.jobname = _remove.job_name);
  if not found then
    raise exception using errcode = 'internal_error', message = 'could not find valid entry for job '
      || coalesce(pg_catalog.quote_literal(_remove.job_name), _remove.job_id::text);
  end if;
  return true;
end $$;

create function cron.unschedule(job_id bigint) returns boolean language sql as $$
  select cron._remove(job_id, null, current_user::text)
$$;

create function cron.unschedule(job_name text) returns boolean language sql as $$
  select cron._remove(null, job_name, current_user::text)
$$;

create function cron._alter(
  job_id bigint, schedule text, command text, database text, username text, active boolean, owner text
) returns void language plpgsql security definer set search_path = '' as $$
begin
  perform cron._check_session(_alter.owner);
  perform cron._check_session(coalesce(_alter.username, _alter.owner));
  if _alter.schedule is not null then
    perform cron._check_schedule(_alter.schedule);
  end if;
  update cron.job j
     set schedule = coalesce(_alter.schedule, j.schedule), command = coalesce(_alter.command, j.command),
         database = coalesce(_alter.database, j.database), username = coalesce(_alter.username, j.username),
         active = coalesce(_alter.active, j.active)
   where j.jobid = _alter.job_id and j.username = _alter.owner;
  if not found then
    raise exception 'Job % does not exist or you don''t own it', _alter.job_id using errcode = 'internal_error';
  end if;
end $$;

create function cron.alter_job(
  job_id bigint, schedule text default null, command text default null, database text default null,
  username text default null, active boolean default null
) returns void language plpgsql as $$
begin
  if alter_job.username is not null then
    perform cron._check_username(alter_job.username);
  end if;
  perform cron._alter(job_id, schedule, command, database, username, active, current_user::text);
end $$;

-- As hosted leaves it: postgres schedules and reads, and deletes what has been logged; nobody else reaches the schema.
revoke all on all functions in schema cron from public;
grant usage on schema cron to postgres with grant option;
grant execute on all functions in schema cron to postgres with grant option;
grant select on cron.job to postgres with grant option;
grant all on cron.job_run_details to postgres with grant option;
