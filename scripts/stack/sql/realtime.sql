-- The part of Supabase Realtime that lives in the database: broadcasts are rows, and reading a private topic is decided
-- by the policies on realtime.messages. The gateway follows what is committed (realtime-follow.ts) and delivers it to the open
-- channels. Unlike on hosted the table is not partitioned by day and keeps its rows until the stack is reset.
create table realtime.messages (
  id uuid not null default gen_random_uuid(),
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  transaction_id xid8 not null default pg_current_xact_id(),
  position bigint not null generated always as identity,
  primary key (id, inserted_at)
);
create index messages_by_transaction on realtime.messages (transaction_id);
alter table realtime.messages enable row level security;
alter table realtime.messages owner to supabase_realtime_admin;
grant select, insert, update on realtime.messages to postgres, anon, authenticated, service_role;

create function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')::text
$$;

-- As on hosted a broadcast that fails is a warning: it must never undo the change that it tells of.
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into realtime.messages (payload, event, topic, private, extension)
  values (payload, event, topic, private, 'broadcast');
exception when others then
  raise warning 'ErrorSendingBroadcastMessage: %', sqlerrm;
end $$;

create function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
  level text default 'ROW'
) returns void language plpgsql security definer set search_path = '' as $$
begin
  perform realtime.send(
    jsonb_build_object('old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema),
    event_name, topic_name, true);
end $$;
grant execute on all functions in schema realtime to postgres, anon, authenticated, service_role;
