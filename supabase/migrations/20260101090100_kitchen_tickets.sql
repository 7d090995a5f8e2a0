-- One ticket per order line and station, created in the transaction that sends the order to the kitchen. Cooks move
-- tickets; the order follows.

create table public.kitchen_tickets (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  order_id uuid not null,
  order_line_id uuid not null,
  station_id uuid not null,
  status text not null default 'new',
  created_at timestamptz not null default now(),
  fired_at timestamptz default now(),
  started_at timestamptz,
  ready_at timestamptz,
  bumped_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint kitchen_tickets_tenant_key unique (venue_id, id),
  constraint one_ticket_per_line_and_station unique (venue_id, order_line_id, station_id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint line_is_in_the_venue foreign key (venue_id, order_line_id) references public.order_lines (venue_id, id),
  constraint station_is_in_the_venue foreign key (venue_id, station_id) references public.kitchen_stations (venue_id, id),
  constraint status_is_known check (status in ('held', 'new', 'in_progress', 'ready', 'bumped', 'cancelled')),
  constraint held_means_not_fired check (case status when 'cancelled' then true else (status = 'held') = (fired_at is null) end)
);
comment on table public.kitchen_tickets is 'What a station has to cook.';
comment on column public.kitchen_tickets.status is 'held → new → in_progress → ready → bumped; recall goes one back, but never to held; cancelled with its line or order.';
comment on column public.kitchen_tickets.fired_at is 'When the kitchen could begin; null while its course is held. Ages and prep times count from here.';
create index kitchen_tickets_by_order on public.kitchen_tickets (venue_id, order_id);
comment on constraint station_is_in_the_venue on public.kitchen_tickets is
  'Advisor unindexed_foreign_keys: stations go only with a venue without orders, and what they list is open_kitchen_tickets.';
create index open_kitchen_tickets on public.kitchen_tickets (venue_id, station_id, created_at) where status in ('held', 'new', 'in_progress', 'ready');

alter table public.kitchen_tickets enable row level security;
create policy select_kitchen on public.kitchen_tickets for select to authenticated
  using (venue_id = any ((select private.venues_with('kitchen.read'))::uuid[]));
grant select on public.kitchen_tickets to authenticated;

create function private.roll_up_order(p_order public.orders, p_actor private.actor) returns public.orders
language plpgsql volatile set search_path = '' as $$
declare
  v_order public.orders := p_order;
  v_started boolean;
  v_done boolean;
begin
  select bool_or(t.status not in ('held', 'new')), bool_and(t.status in ('ready', 'bumped')) into v_started, v_done
  from public.kitchen_tickets t where t.venue_id = p_order.venue_id and t.order_id = p_order.id and t.status <> 'cancelled';
  -- Starting to cook accepts an order that nobody had accepted.
  if v_started and v_order.status = 'placed' then
    v_order := private.transition_order(v_order, 'accepted', p_actor, 'first ticket started');
  end if;
  if v_started and v_order.status = 'accepted' then
    v_order := private.transition_order(v_order, 'preparing', p_actor, 'first ticket started');
  end if;
  if v_done and v_order.status = 'preparing' then
    v_order := private.transition_order(v_order, 'ready', p_actor, 'every ticket is ready');
  end if;
  return v_order;
end $$;
comment on function private.roll_up_order(public.orders, private.actor) is
  'Moves a locked order as its tickets say: the first start to preparing, all ready or bumped to ready. A recall leaves the order as it is.';

create function private.move_tickets(p_ticket_ids uuid[], p_to text) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_venues uuid[];
  v_found bigint;
  v_orders public.orders[];
  v_stuck text;
  v_answer jsonb;
begin
  perform private.require_user();
  select count(*), array_agg(distinct t.venue_id) into v_found, v_venues from public.kitchen_tickets t
  where t.id = any (p_ticket_ids) and t.venue_id = any (private.venues_with('kitchen.read'));
  if v_found < cardinality(p_ticket_ids) then
    perform private.fail('ticket_not_found');
  end if;
  perform private.require_venue('kitchen.update', v) from unnest(v_venues) v;
  -- What comes by an API key is limited by the plan instead.
  perform private.take_rate_limit('kitchen', v, 500) from (select v from unnest(v_venues) v order by v) v where not private.is_api_key();
  -- The orders first, in the order of their ids: two cooks who finish the last two tickets of one take turns, and the
  -- second sees both.
  select array_agg(o) into v_orders from (
    select * from public.orders o
    where (o.venue_id, o.id) in (select t.venue_id, t.order_id from public.kitchen_tickets t where t.id = any (p_ticket_ids))
    order by o.id for no key update) o;
  update public.kitchen_tickets t
  set status = p_to, updated_at = now(),
      started_at = case p_to when 'new' then null else coalesce(t.started_at, now()) end,
      ready_at = case when p_to in ('new', 'in_progress') then null else coalesce(t.ready_at, now()) end,
      bumped_at = case p_to when 'bumped' then now() end
  where t.id = any (p_ticket_ids) and (t.status, p_to) in (
    ('new', 'in_progress'), ('in_progress', 'ready'), ('ready', 'bumped'),
    ('bumped', 'ready'), ('ready', 'in_progress'), ('in_progress', 'new'));
  select t.status into v_stuck from public.kitchen_tickets t where t.id = any (p_ticket_ids) and t.status is distinct from p_to limit 1;
  if found then
    perform private.fail('ticket_transition_invalid', format('from %s to %s', v_stuck, p_to));
  end if;
  select array_agg(private.roll_up_order(o, private.caller())) into v_orders from unnest(v_orders) o;
  select jsonb_agg(jsonb_build_object('ticket_id', t.id, 'status', t.status, 'order_id', o.id, 'order_status', o.status) order by t.id)
  into v_answer
  from public.kitchen_tickets t join unnest(v_orders) o on o.id = t.order_id where t.id = any (p_ticket_ids);
  return v_answer;
end $$;
comment on function private.move_tickets(uuid[], text) is
  'Moves different tickets one step, all or none, and their orders with them; at most 500 calls of members per venue and minute. Errors: '
  'not_authenticated, ticket_not_found, permission_denied, subscription_inactive, rate_limited, ticket_transition_invalid.';

create function public.advance_ticket(p_ticket_id uuid, p_to text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_ticket_id is null then
    perform private.require_user(), private.fail('ticket_not_found');
  end if;
  return private.move_tickets(array[p_ticket_id], p_to) -> 0;
end $$;
comment on function public.advance_ticket(uuid, text) is
  'Moves a ticket one step: in_progress, ready, bumped; or one back (recall). The order follows: preparing with the first start, '
  'ready with the last ready. Needs kitchen.update. At most 500 such calls per venue and minute. Returns {ticket_id, status, '
  'order_id, order_status}; a repeat returns the same. Definer: clients do not write tickets. Errors: not_authenticated, '
  'ticket_not_found, permission_denied, subscription_inactive, rate_limited, ticket_transition_invalid.';
grant execute on function public.advance_ticket(uuid, text) to authenticated;

create function public.advance_tickets(p_ticket_ids uuid[], p_to text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[] := array(select distinct i from unnest(p_ticket_ids) i where i is not null);
begin
  perform private.require_user();
  if cardinality(v_ids) not between 1 and 50 then
    perform private.fail('invalid_input', 'p_ticket_ids: 1 to 50');
  end if;
  return private.move_tickets(v_ids, p_to);
end $$;
comment on function public.advance_tickets(uuid[], text) is
  'Moves up to 50 tickets one step, all or none, as advance_ticket does. Needs kitchen.update. Returns [{ticket_id, status, '
  'order_id, order_status}]; a repeat returns the same. Definer: clients do not write tickets. Errors: not_authenticated, '
  'invalid_input, ticket_not_found, permission_denied, subscription_inactive, rate_limited, ticket_transition_invalid.';
grant execute on function public.advance_tickets(uuid[], text) to authenticated;
