-- Who changed what, when, from what to what, in which request. Written by triggers in the same transaction as the
-- change, so a change without its event cannot exist. Hot-path tables (orders, tickets, ledger) keep their own event
-- tables instead and are not audited twice.

create table private.audit_events (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default now(),
  organisation_id uuid,
  venue_id uuid,
  actor_id uuid,
  actor_role text not null,
  action text not null,
  table_name text not null,
  row_id uuid,
  before jsonb,
  after jsonb,
  trace_id text,
  constraint action_is_a_change check (action in ('insert', 'update', 'delete'))
);
comment on table private.audit_events is 'Append-only history of changes to tenancy, menu, table and stock data.';
comment on column private.audit_events.actor_id is 'The signed-in user or the API key, or null for guests, machines and migrations.';
comment on column private.audit_events.actor_role is 'The role that the request''s claims name (authenticated, anon, service_role; api_key) or the session''s user.';
comment on column private.audit_events.before is 'The changed columns as they were (update), or the whole row (delete); never a secret or its hash.';
comment on column private.audit_events.after is 'The changed columns as they are (update), or the whole row (insert); never a secret or its hash.';
comment on column private.audit_events.trace_id is 'W3C trace id of the request.';
create index audit_events_by_organisation on private.audit_events (organisation_id, occurred_at desc);
create index audit_events_by_row on private.audit_events (table_name, row_id);
create trigger audit_events_append_only before update or delete on private.audit_events
  for each row execute function private.forbid_change();
create trigger audit_events_no_truncate before truncate on private.audit_events
  for each statement execute function private.forbid_change();

create function private.audit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
  v_before jsonb;
  v_after jsonb;
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value) into v_before, v_after
    from jsonb_each(to_jsonb(old)) o join jsonb_each(to_jsonb(new)) n using (key)
    where o.value is distinct from n.value and o.key <> 'updated_at';
    if v_before is null then
      return null;
    end if;
  elsif tg_op = 'DELETE' then
    v_before := v_row;
  else
    v_after := v_row;
  end if;
  insert into private.audit_events (organisation_id, venue_id, actor_id, actor_role, action, table_name, row_id, before, after, trace_id)
  values (
    coalesce(v_row ->> 'organisation_id', case when tg_table_name = 'organisations' then v_row ->> 'id' end)::uuid,
    coalesce(v_row ->> 'venue_id', case when tg_table_name = 'venues' then v_row ->> 'id' end)::uuid,
    auth.uid(), coalesce(auth.role(), session_user::text), lower(tg_op), tg_table_name, (v_row ->> 'id')::uuid,
    v_before - 'token_hash' - 'secret_hash', v_after - 'token_hash' - 'secret_hash', private.trace_id());
  return null;
end $$;
comment on function private.audit() is
  'After-row trigger: writes one audit event with only the changed columns. Definer, because the roles that change the audited tables cannot write the history.';

create function private.audit_inserts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.audit_events (organisation_id, venue_id, actor_id, actor_role, action, table_name, row_id, after, trace_id)
  select (a.row ->> 'organisation_id')::uuid, (a.row ->> 'venue_id')::uuid, r.actor_id, r.actor_role, 'insert', tg_table_name, (a.row ->> 'id')::uuid,
    a.row - 'token_hash' - 'secret_hash', r.trace_id
  from (select to_jsonb(added) as row from added) a,
    (select auth.uid() as actor_id, coalesce(auth.role(), session_user::text) as actor_role, private.trace_id() as trace_id offset 0) r;
  return null;
end $$;
comment on function private.audit_inserts() is
  'After-insert statement trigger over the transition table "added": what audit writes for inserts, once per statement, for tables '
  'that are loaded by the thousand. Definer: see audit.';
