-- Screens that change by themselves: broadcasts from triggers on private channels, a few ids and statuses each. Whoever
-- is told of a change reads what it may through the API, so a broadcast never holds a name, an amount or a note.
--
--   venue:{venue_id}:orders    order_changed    {order_id, number, status, payment_status}     members with orders.read
--   venue:{venue_id}:kitchen   tickets_changed  {order_id, tickets: [[id, station_id, status]]} members with kitchen.read
--   session:{channel}          order_changed    as above                                       guests of the session
--
-- A guest has no account, only the anonymous key: for them the channel's name is the secret. It is 256 random bits, made
-- when a device of the session first asks for it, and opens nothing once the session is closed or 12 hours old. Sessions
-- whose guests do not listen have none, and cost nothing.

create table private.session_channels (
  session_id uuid primary key,
  venue_id uuid not null,
  channel text not null unique default private.random_token(),
  expires_at timestamptz not null default now() + interval '12 hours',
  constraint session_is_in_the_venue foreign key (venue_id, session_id) references public.table_sessions (venue_id, id) on delete cascade
);
comment on table private.session_channels is 'The secret channel that the guests of a session listen on.';
comment on column private.session_channels.channel is 'Kept as it is, not hashed: the database must name it to send. It shows statuses of one session''s orders, and opens nothing else.';
create index session_channels_by_session on private.session_channels (venue_id, session_id);

create function public.get_session_channel(p_session_token text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
  v_channel private.session_channels;
begin
  if not v_guest.is_open then
    perform private.fail('table_session_closed');
  end if;
  insert into private.session_channels as c (session_id, venue_id) values (v_guest.session_id, v_guest.venue_id)
  on conflict (session_id) do update
    -- After 12 hours a new one: who knew the old name and has left hears nothing more.
    set channel = case when c.expires_at > now() then c.channel else excluded.channel end,
        expires_at = case when c.expires_at > now() then c.expires_at else excluded.expires_at end
  returning * into v_channel;
  return jsonb_build_object('topic', 'session:' || v_channel.channel, 'expires_at', v_channel.expires_at);
end $$;
comment on function public.get_session_channel(text) is
  'The private Realtime topic on which the guests of a session hear of their orders: {topic, expires_at}. The topic is a secret '
  'of the session. Definer: guests have no access to tables. Errors: guest_session_invalid, table_session_closed.';
grant execute on function public.get_session_channel(text) to anon, authenticated;

create function private.may_listen(p_topic text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue uuid := substring(p_topic from '^venue:([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}):(?:orders|kitchen)$');
begin
  if v_venue is not null then
    return v_venue = any (private.venues_with(split_part(p_topic, ':', 3) || '.read'));
  end if;
  return exists (
    select 1 from private.session_channels c
    join public.table_sessions s on s.venue_id = c.venue_id and s.id = c.session_id
    where c.channel = substring(p_topic from '^session:(.+)$') and c.expires_at > now() and s.closed_at is null);
end $$;
comment on function private.may_listen(text) is
  'Whether the caller may join a Realtime topic: a venue''s by permission, a session''s by knowing its name. Definer, because '
  'guests and members cannot read memberships and channels.';
grant execute on function private.may_listen(text) to anon, authenticated;

create policy select_listener on realtime.messages for select to anon, authenticated
  using (extension = 'broadcast' and (select private.may_listen((select realtime.topic()))));

create function private.broadcast_order() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_change constant jsonb := jsonb_build_object('order_id', new.id, 'number', new.number, 'status', new.status, 'payment_status', new.payment_status);
  v_channel text;
begin
  perform realtime.send(v_change, 'order_changed', 'venue:' || new.venue_id || ':orders', true);
  if new.session_id is not null then
    select c.channel into v_channel from private.session_channels c where c.session_id = new.session_id and c.expires_at > now();
    if found then
      perform realtime.send(v_change, 'order_changed', 'session:' || v_channel, true);
    end if;
  end if;
  -- Here, because a trigger of its own would cost every order more than the question does.
  if exists (select from public.webhook_endpoints e where e.organisation_id = new.organisation_id and e.is_enabled) then
    perform private.tell_of_order(new, old.status, old.payment_status);
  end if;
  return null;
end $$;
comment on function private.broadcast_order() is
  'Trigger: tells the venue, the guests of the session if they listen, and the organisation''s webhooks if it has any, that an order '
  'is new or changed. Definer, because channels of sessions are secrets.';
create trigger broadcast_new after insert on public.orders for each row execute function private.broadcast_order();
create trigger broadcast_changed after update on public.orders for each row
  when ((old.status, old.payment_status, old.total_minor, old.session_id, old.table_id)
    is distinct from (new.status, new.payment_status, new.total_minor, new.session_id, new.table_id))
  execute function private.broadcast_order();

create function private.broadcast_tickets() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform realtime.send(c.change, 'tickets_changed', 'venue:' || c.venue_id || ':kitchen', true)
  from (
    select t.venue_id, jsonb_build_object('order_id', t.order_id, 'tickets', jsonb_agg(jsonb_build_array(t.id, t.station_id, t.status))) as change
    from changed t group by t.venue_id, t.order_id
  ) c;
  return null;
end $$;
comment on function private.broadcast_tickets() is
  'Statement trigger over the transition table "changed": tells the kitchen of new and moved tickets, one message per order. '
  'Definer, so that it sees every ticket of the statement.';
create trigger broadcast_new after insert on public.kitchen_tickets
  referencing new table as changed for each statement execute function private.broadcast_tickets();
create trigger broadcast_moved after update on public.kitchen_tickets
  referencing new table as changed for each statement execute function private.broadcast_tickets();
