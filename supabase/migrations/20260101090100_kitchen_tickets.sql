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
  started_at timestamptz,
  ready_at timestamptz,
  bumped_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint kitchen_tickets_tenant_key unique (venue_id, id),
  constraint one_ticket_per_line_and_station unique (venue_id, order_line_id, station_id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint line_is_in_the_venue foreign key (venue_id, order_line_id) references public.order_lines (venue_id, id),
  constraint station_is_in_the_venue foreign key (venue_id, station_id) references public.kitchen_stations (venue_id, id),
  constraint status_is_known check (status in ('new', 'in_progress', 'ready', 'bumped', 'cancelled'))
);
comment on table public.kitchen_tickets is 'What a station has to cook.';
comment on column public.kitchen_tickets.status is 'new → in_progress → ready → bumped; recall goes one back; cancelled with its order.';
create index kitchen_tickets_by_order on public.kitchen_tickets (venue_id, order_id);
create index kitchen_tickets_by_station on public.kitchen_tickets (venue_id, station_id);
create index open_kitchen_tickets on public.kitchen_tickets (venue_id, station_id, created_at) where status in ('new', 'in_progress', 'ready');

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
  select bool_or(t.status <> 'new'), bool_and(t.status in ('ready', 'bumped')) into v_started, v_done
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

create function public.advance_ticket(p_ticket_id uuid, p_to text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ticket public.kitchen_tickets;
  v_order public.orders;
begin
  perform private.require_user();
  select * into v_ticket from public.kitchen_tickets t where t.id = p_ticket_id and t.venue_id = any (private.venues_with('kitchen.read'));
  if not found then
    perform private.fail('ticket_not_found');
  end if;
  perform private.require_venue('kitchen.update', v_ticket.venue_id);
  -- The order first: two cooks who finish its last two tickets take turns, and the second sees both.
  select * into v_order from public.orders o where o.venue_id = v_ticket.venue_id and o.id = v_ticket.order_id for no key update;
  update public.kitchen_tickets t
  set status = p_to, updated_at = now(),
      started_at = case p_to when 'new' then null else coalesce(t.started_at, now()) end,
      ready_at = case when p_to in ('new', 'in_progress') then null else coalesce(t.ready_at, now()) end,
      bumped_at = case p_to when 'bumped' then now() end
  where t.id = p_ticket_id and (t.status, p_to) in (
    ('new', 'in_progress'), ('in_progress', 'ready'), ('ready', 'bumped'),
    ('bumped', 'ready'), ('ready', 'in_progress'), ('in_progress', 'new'))
  returning * into v_ticket;
  if not found then
    select * into v_ticket from public.kitchen_tickets t where t.id = p_ticket_id;
    if v_ticket.status is distinct from p_to then
      perform private.fail('ticket_transition_invalid', format('from %s to %s', v_ticket.status, p_to));
    end if;
  end if;
  v_order := private.roll_up_order(v_order, row('member', auth.uid()));
  return jsonb_build_object('ticket_id', v_ticket.id, 'status', v_ticket.status, 'order_id', v_order.id, 'order_status', v_order.status);
end $$;
comment on function public.advance_ticket(uuid, text) is
  'Moves a ticket one step: in_progress, ready, bumped; or one back (recall). The order follows: preparing with the first start, '
  'ready with the last ready. Needs kitchen.update. Returns {ticket_id, status, order_id, order_status}; a repeat returns the '
  'same. Definer: clients do not write tickets. Errors: not_authenticated, ticket_not_found, permission_denied, '
  'subscription_inactive, ticket_transition_invalid.';
grant execute on function public.advance_ticket(uuid, text) to authenticated;
