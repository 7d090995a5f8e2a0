-- Orders hold a snapshot: names, prices and tax as they were when the order was priced. Totals equal the sum of their
-- parts by constraint, and what is paid and refunded is moved by the ledger alone.

create table public.orders (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  organisation_id uuid not null,
  number integer not null,
  business_date date not null,
  session_id uuid,
  table_id uuid,
  source text not null,
  fulfilment text not null,
  payment_mode text not null,
  status text not null,
  menu_version integer not null,
  currency text not null,
  prices_include_tax boolean not null,
  subtotal_minor bigint not null,
  tax_minor bigint not null,
  service_charge_bp integer not null default 0,
  service_charge_minor bigint not null,
  tip_minor bigint not null,
  total_minor bigint not null,
  discount_minor bigint not null default 0,
  paid_minor bigint not null default 0,
  refunded_minor bigint not null default 0,
  payment_status text not null generated always as (
    case
      when refunded_minor > 0 and refunded_minor >= paid_minor then 'refunded'
      when refunded_minor > 0 then 'partially_refunded'
      when paid_minor >= total_minor then 'paid'
      when paid_minor > 0 then 'partially_paid'
      else 'unpaid'
    end) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint orders_tenant_key unique (venue_id, id),
  constraint one_number_per_business_day unique (venue_id, business_date, number),
  constraint venue_is_in_the_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id),
  constraint session_is_in_the_venue foreign key (venue_id, session_id) references public.table_sessions (venue_id, id),
  constraint table_is_in_the_venue foreign key (venue_id, table_id) references public.tables (venue_id, id),
  constraint menu_version_is_in_the_venue foreign key (venue_id, menu_version) references public.menu_versions (venue_id, version),
  constraint source_is_known check (source in ('qr', 'counter', 'pos', 'api')),
  constraint fulfilment_is_known check (fulfilment in ('table', 'collection', 'counter')),
  constraint payment_mode_is_known check (payment_mode in ('pay_now', 'pay_later', 'pay_at_till')),
  constraint status_is_known check (status in ('pending_payment', 'placed', 'accepted', 'preparing', 'ready', 'served', 'completed', 'cancelled', 'expired')),
  constraint only_pay_now_waits_for_payment check (payment_mode = 'pay_now' or status not in ('pending_payment', 'expired')),
  constraint amounts_are_not_negative check (least(subtotal_minor, discount_minor, tax_minor, service_charge_minor, tip_minor, paid_minor, refunded_minor) >= 0),
  constraint discount_is_at_most_the_subtotal check (discount_minor <= subtotal_minor),
  constraint total_is_the_sum_of_its_parts check (
    total_minor = subtotal_minor - discount_minor + service_charge_minor + tip_minor + case when prices_include_tax then 0 else tax_minor end),
  constraint refunds_are_at_most_payments check (refunded_minor <= paid_minor)
);
comment on table public.orders is 'One order: what was ordered, priced by the database, and how far it and its payment have come.';
comment on column public.orders.number is 'Counts from 1 per venue and business day; short enough to call out.';
comment on column public.orders.business_date is 'The venue''s business day on which it was placed.';
comment on column public.orders.subtotal_minor is 'Sum of what the lines cost (net_minor), before discounts.';
comment on column public.orders.discount_minor is 'Sum of order_discounts, and of what they take off each line.';
comment on column public.orders.tax_minor is 'Sum of the lines'' tax; part of what the lines cost when prices include tax, else part of the total.';
comment on column public.orders.service_charge_bp is 'The venue''s service charge when it was placed; what is priced again is charged by it.';
comment on column public.orders.paid_minor is 'Gross settlements by the ledger, tips included; never written otherwise.';
comment on column public.orders.refunded_minor is 'Refunds by the ledger; never written otherwise.';
comment on column public.orders.payment_status is 'Derived from paid_minor, refunded_minor and total_minor.';
create index orders_by_venue on public.orders (venue_id, created_at desc, id desc);
create index open_orders_by_venue on public.orders (venue_id, status)
  where status not in ('completed', 'cancelled', 'expired');
create index orders_by_session on public.orders (venue_id, session_id) where session_id is not null;
create index orders_by_table on public.orders (venue_id, table_id) where table_id is not null;
comment on constraint venue_is_in_the_organisation on public.orders is
  'Advisor unindexed_foreign_keys: a venue is deleted only while it has no order, and every list of orders begins with a venue.';
comment on constraint menu_version_is_in_the_venue on public.orders is
  'Advisor unindexed_foreign_keys: published versions go only with a venue without orders, and nobody lists orders by version.';
create index unpaid_orders_by_age on public.orders (created_at) where status = 'pending_payment';

create table public.order_lines (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  order_id uuid not null,
  position integer not null,
  menu_item_id uuid not null,
  name text not null,
  quantity integer not null,
  unit_price_minor bigint not null,
  options jsonb not null,
  options_minor bigint not null,
  line_minor bigint not null,
  discount_minor bigint not null default 0,
  tax_rate_bp integer not null,
  tax_minor bigint not null,
  station_id uuid not null,
  note text,
  course integer not null default 1,
  comp_minor bigint not null default 0,
  voided_at timestamptz,
  net_minor bigint not null generated always as (case when voided_at is null then line_minor - comp_minor else 0 end) stored,
  constraint order_lines_tenant_key unique (venue_id, id),
  constraint one_line_per_position unique (venue_id, order_id, position),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint item_is_in_the_venue foreign key (venue_id, menu_item_id) references public.menu_items (venue_id, id),
  constraint station_is_in_the_venue foreign key (venue_id, station_id) references public.kitchen_stations (venue_id, id),
  constraint quantity_is_in_range check (quantity between 1 and 99),
  constraint line_is_price_times_quantity check (line_minor = greatest(unit_price_minor + options_minor, 0) * quantity),
  constraint course_is_in_range check (course between 1 and 9),
  constraint comp_is_within_the_line check (comp_minor between 0 and line_minor),
  constraint discount_is_within_the_line check (discount_minor between 0 and net_minor),
  constraint tax_is_within_the_line check (tax_minor between 0 and net_minor - discount_minor)
);
comment on table public.order_lines is 'Lines of an order, a snapshot of the published menu.';
comment on column public.order_lines.unit_price_minor is 'The item''s published price for one, without options.';
comment on column public.order_lines.options is 'Chosen options: [{id, name, price_delta_minor}].';
comment on column public.order_lines.options_minor is 'Sum of the chosen options'' price deltas for one.';
comment on column public.order_lines.line_minor is 'max(unit_price_minor + options_minor, 0) × quantity.';
comment on column public.order_lines.discount_minor is 'The line''s share of the order''s discounts.';
comment on column public.order_lines.tax_minor is 'Tax in or on what is left of net_minor after discounts, rounded half-up per line.';
comment on column public.order_lines.course is 'Course 1 is cooked at once, later ones when they are fired.';
comment on column public.order_lines.comp_minor is 'How much of the line is on the house; its price stays on the bill.';
comment on column public.order_lines.voided_at is 'When it was taken off the order; order_events says by whom and why.';
comment on column public.order_lines.net_minor is 'What the line costs before discounts: nothing once voided, else line_minor less comp_minor. The only column to sum.';
comment on column public.order_lines.station_id is 'The kitchen station that cooks it.';
create index order_lines_by_item on public.order_lines (venue_id, menu_item_id);
comment on constraint station_is_in_the_venue on public.order_lines is
  'Advisor unindexed_foreign_keys: stations go only with a venue without orders, and the kitchen lists tickets, not lines.';

create table public.order_discounts (
  venue_id uuid not null,
  order_id uuid not null,
  position integer not null,
  discount_id uuid,
  name text not null,
  amount_minor bigint not null,
  terms jsonb not null,
  primary key (venue_id, order_id, position),
  constraint one_use_per_order unique (venue_id, order_id, discount_id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint it_adds_nothing check (amount_minor >= 0)
);
comment on table public.order_discounts is 'What was taken off an order, a snapshot of its discounts in the order in which they were applied.';
comment on column public.order_discounts.discount_id is 'Null once the discount has been deleted.';
comment on column public.order_discounts.amount_minor is 'What it takes off the lines as they are now; nothing, once what it was for has left the order.';
comment on column public.order_discounts.terms is 'What it took off what when the order was placed ({scope, percent_bp or amount_minor, menu_item_id or category_id}): changed lines get the same.';
create index order_discounts_by_discount on public.order_discounts (venue_id, discount_id);

create table public.order_events (
  id bigint generated always as identity primary key,
  venue_id uuid not null,
  order_id uuid not null,
  from_status text,
  to_status text not null,
  actor_kind text not null,
  actor_id uuid,
  reason text,
  action text not null default 'moved',
  details jsonb,
  occurred_at timestamptz not null default now(),
  trace_id text,
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint actor_kind_is_known check (actor_kind in ('guest', 'member', 'api', 'provider', 'clock')),
  constraint action_is_known check (action in ('moved', 'amended', 'comped', 'voided', 'fired')),
  constraint only_moves_change_the_status check ((action = 'moved') = (from_status is distinct from to_status))
);
comment on table public.order_events is 'Append-only: every change of an order, who made it, when and why.';
comment on column public.order_events.action is 'moved: its status changed; amended, comped, voided: its lines did; fired: a course went to the kitchen.';
comment on column public.order_events.details is 'What was changed when the status was not: ids of lines, amounts, the course.';
comment on column public.order_events.actor_id is 'The member''s user id, the API key''s id, or the guest''s device id.';
create index order_events_by_order on public.order_events (venue_id, order_id, id);
create trigger order_events_append_only before update or delete on public.order_events
  for each row execute function private.forbid_change();
create trigger order_events_no_truncate before truncate on public.order_events
  for each statement execute function private.forbid_change();

create table public.order_customers (
  order_id uuid primary key,
  venue_id uuid not null,
  name text,
  phone text,
  email text,
  created_at timestamptz not null default now(),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id) on delete cascade,
  constraint texts_are_bounded check (length(name) <= 120 and length(phone) <= 40 and length(email) <= 254)
);
comment on table public.order_customers is 'Personal data a guest gave with an order, apart from the order so that it can be erased.';
create index order_customers_by_venue on public.order_customers (venue_id, order_id);

create table private.order_counters (
  venue_id uuid not null references public.venues on delete cascade,
  business_date date not null,
  last_number integer not null,
  primary key (venue_id, business_date)
);
comment on table private.order_counters is 'The last order number of each venue and business day.';

alter table public.orders enable row level security;
alter table public.order_lines enable row level security;
alter table public.order_discounts enable row level security;
alter table public.order_events enable row level security;
alter table public.order_customers enable row level security;
create policy select_member on public.orders for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
create policy select_member on public.order_lines for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
create policy select_member on public.order_discounts for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
create policy select_member on public.order_events for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
create policy select_service on public.order_customers for select to authenticated
  using (venue_id = any ((select private.venues_once_with('payments.collect'))::uuid[]));
grant select on public.orders, public.order_lines, public.order_discounts, public.order_events, public.order_customers to authenticated;
create trigger set_updated_at before update on public.orders for each row execute function private.set_updated_at();

create function private.check_order_sums() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_new uuid;
  v_old uuid;
  v_parts text;
begin
  if tg_table_name = 'orders' then
    v_new := new.id;
    v_old := old.id;
  else
    v_new := new.order_id;
    v_old := old.order_id;
  end if;
  -- Both ends of a change: what is moved leaves one order and joins another.
  select case when (o.subtotal_minor, o.tax_minor, o.discount_minor) = (l.net_minor, l.tax_minor, l.discount_minor) then 'discounts' else 'lines' end
  into v_parts
  from public.orders o
  cross join lateral (
    select coalesce(sum(l.net_minor), 0) as net_minor, coalesce(sum(l.tax_minor), 0) as tax_minor,
      coalesce(sum(l.discount_minor), 0) as discount_minor
    from public.order_lines l where l.venue_id = o.venue_id and l.order_id = o.id
  ) l
  cross join lateral (
    select coalesce(sum(d.amount_minor), 0) as discount_minor
    from public.order_discounts d where d.venue_id = o.venue_id and d.order_id = o.id
  ) d
  where o.id in (v_new, v_old)
    and (o.subtotal_minor, o.tax_minor, o.discount_minor, o.discount_minor) <> (l.net_minor, l.tax_minor, l.discount_minor, d.discount_minor)
  limit 1;
  if found then
    raise exception 'order % does not equal the sum of its %', coalesce(v_new, v_old), v_parts using errcode = '23514';
  end if;
  return null;
end $$;
comment on function private.check_order_sums() is
  'Deferred constraint: when the transaction ends, subtotal, tax and discount of an order equal the sums of its lines, and its '
  'discount that of its discounts. Definer, so that it sees every one.';
create constraint trigger order_equals_its_parts after insert or update of subtotal_minor, tax_minor, discount_minor on public.orders
  deferrable initially deferred for each row execute function private.check_order_sums();
create constraint trigger lines_equal_their_order after update or delete on public.order_lines
  deferrable initially deferred for each row execute function private.check_order_sums();
create constraint trigger discounts_equal_their_order after insert or update or delete on public.order_discounts
  deferrable initially deferred for each row execute function private.check_order_sums();

create function private.check_new_lines() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
  v_order uuid;
begin
  select a.order_id into v_order
  from (select distinct n.venue_id, n.order_id from added n) a
  where not exists (
    select 1 from public.orders o
    where o.venue_id = a.venue_id and o.id = a.order_id and (o.subtotal_minor, o.tax_minor, o.discount_minor) = (
      select sum(l.net_minor), sum(l.tax_minor), sum(l.discount_minor)
      from public.order_lines l where l.venue_id = a.venue_id and l.order_id = a.order_id))
  limit 1;
  if found then
    raise exception 'order % does not equal the sum of its lines', v_order using errcode = '23514';
  end if;
  return null;
end $$;
comment on function private.check_new_lines() is
  'Statement trigger over the transition table "added": new lines are written after the order has their sums, and all at once. '
  'One question per statement, where a deferred constraint asks per line. Without sequential scans: a plan made while the tables '
  'were empty would read all lines for each order. Definer, so that it sees every line.';
create trigger new_lines_equal_their_order after insert on public.order_lines
  referencing new table as added for each statement execute function private.check_new_lines();

alter table public.stock_movements add constraint line_is_in_the_venue
  foreign key (venue_id, order_line_id) references public.order_lines (venue_id, id);
create index stock_movements_by_line on public.stock_movements (venue_id, order_line_id) where order_line_id is not null;
