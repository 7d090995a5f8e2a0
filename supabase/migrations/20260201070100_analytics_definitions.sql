-- What each number means, once. A KPI is a function of sums over orders, so that an hour, a month and an organisation are
-- the same formula over more rows; what is summed is defined in the next file, and nowhere else.
--
-- Everything belongs to the business day and the moment of its order: a refund that comes a month later corrects the day
-- on which the food was sold.

insert into public.tier_entitlements (tier, entitlement, max_count) values
  ('starter', 'advanced_analytics', 0), ('pro', 'advanced_analytics', null), ('enterprise', 'advanced_analytics', null),
  ('starter', 'cross_venue_analytics', 0), ('pro', 'cross_venue_analytics', 0), ('enterprise', 'cross_venue_analytics', null);

create function private.require_feature(p_organisation_id uuid, p_feature text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if private.entitlement_limit(p_organisation_id, p_feature) = 0 then
    perform private.fail('entitlement_exceeded', p_feature || ': not in the plan');
  end if;
end $$;
comment on function private.require_feature(uuid, text) is
  'Refuses what the organisation''s plan does not include at all; for features, which are not counted. Errors: entitlement_exceeded.';

create function private.is_sale(p_status text) returns boolean
language sql immutable parallel safe as $$
  select p_status in ('placed', 'accepted', 'preparing', 'ready', 'served', 'completed')
$$;
comment on function private.is_sale(text) is
  'Whether an order of this status is one in every KPI: it reached the kitchen and was not cancelled. '
  'Advisor function_search_path_mutable: a function with settings is never inlined; this one refers to nothing outside of pg_catalog.';

create function private.net_revenue_minor(p_gross_minor bigint, p_refunds_minor bigint, p_tax_minor bigint) returns bigint
language sql immutable parallel safe set search_path = '' as $$
  select p_gross_minor - p_refunds_minor - p_tax_minor
$$;
comment on function private.net_revenue_minor(bigint, bigint, bigint) is
  'Net revenue: what sales came to, less what was given back of them, less the tax on the rest. Tips are in none of the three.';

create function private.average_order_minor(p_gross_minor bigint, p_orders bigint) returns bigint
language sql immutable parallel safe set search_path = '' as $$
  select case when p_orders > 0 then private.divide_half_up(p_gross_minor, p_orders) end
$$;
comment on function private.average_order_minor(bigint, bigint) is 'Average order value: gross revenue per order, rounded half-up; null without orders.';

create function private.refund_rate_bp(p_refunds_minor bigint, p_gross_minor bigint) returns bigint
language sql immutable parallel safe set search_path = '' as $$
  select case when p_gross_minor > 0 then round(10000.0 * p_refunds_minor / p_gross_minor)::bigint end
$$;
comment on function private.refund_rate_bp(bigint, bigint) is 'Refund rate: refunds as a share of gross revenue, in basis points; null without revenue.';

create function private.table_turn_seconds(p_turn_seconds bigint, p_turns bigint) returns bigint
language sql immutable parallel safe set search_path = '' as $$
  select case when p_turns > 0 then private.divide_half_up(p_turn_seconds, p_turns) end
$$;
comment on function private.table_turn_seconds(bigint, bigint) is
  'Table turn: how long parties that ordered had their table, on average, from opening to closing; null without one that left.';

create function private.refunds_minor(p_total_minor bigint, p_tip_minor bigint, p_paid_minor bigint, p_refunded_minor bigint) returns bigint
language sql immutable parallel safe as $$
  select least(greatest(p_refunded_minor - greatest(p_paid_minor - p_total_minor, 0), 0), p_total_minor - p_tip_minor)
$$;
comment on function private.refunds_minor(bigint, bigint, bigint, bigint) is
  'Refunds of an order: what was given back of its bill. What was paid beyond the total was never revenue, nor is giving it back a '
  'refund; the bill is given back before the tip. Advisor function_search_path_mutable: as is_sale.';

create function private.margin_minor(p_costed_net_minor bigint, p_cost_minor bigint) returns bigint
language sql immutable parallel safe set search_path = '' as $$
  select case when p_costed_net_minor <> 0 or p_cost_minor <> 0 then p_costed_net_minor - p_cost_minor end
$$;
comment on function private.margin_minor(bigint, bigint) is
  'Margin: net revenue less what its ingredients cost by recipe at the sale, over the lines of which the cost is known; null without one.';

create function private.margin_bp(p_costed_net_minor bigint, p_cost_minor bigint) returns bigint
language sql immutable parallel safe set search_path = '' as $$
  select case when p_costed_net_minor > 0 then round(10000.0 * (p_costed_net_minor - p_cost_minor) / p_costed_net_minor)::bigint end
$$;
comment on function private.margin_bp(bigint, bigint) is 'Margin as a share of the net revenue that it is of, in basis points; null without revenue.';

create function private.day_of_period(p_business_date date, p_granularity text) returns date
language sql immutable parallel safe set search_path = '' as $$
  select case p_granularity
    when 'week' then date_trunc('week', p_business_date::timestamp)::date
    when 'month' then date_trunc('month', p_business_date::timestamp)::date
    else p_business_date end
$$;
comment on function private.day_of_period(date, text) is 'First day of the period that a business day belongs to; weeks begin on Monday.';

-- The rollups. A quarter of an hour is the finest grain of which the hours of every time zone are made.
create table private.kpi_quarters (
  venue_id uuid not null references public.venues on delete cascade,
  business_date date not null,
  quarter_at timestamptz not null,
  orders bigint not null,
  cancelled_orders bigint not null,
  gross_minor bigint not null,
  refunds_minor bigint not null,
  tax_minor bigint not null,
  tips_minor bigint not null,
  turns bigint not null,
  turn_seconds bigint not null,
  prep_seconds integer[] not null,
  costed_net_minor bigint not null,
  cost_minor bigint not null,
  primary key (venue_id, business_date, quarter_at)
);
comment on table private.kpi_quarters is
  'Rollup: the sums of the orders placed in a quarter of an hour, as private.count_quarters counts them.';
comment on column private.kpi_quarters.orders is 'Orders that reached the kitchen and were not cancelled.';
comment on column private.kpi_quarters.cancelled_orders is 'Cancelled ones; none of the other sums knows them.';
comment on column private.kpi_quarters.gross_minor is 'Gross revenue: what the orders cost, tax and service charge included, without tips.';
comment on column private.kpi_quarters.refunds_minor is 'What was given back of the gross revenue, whenever; what was overpaid is not revenue.';
comment on column private.kpi_quarters.tax_minor is 'Tax on what was not given back.';
comment on column private.kpi_quarters.tips_minor is 'Tips, less what was given back of them.';
comment on column private.kpi_quarters.turns is 'Parties that left their table; each counts with its first order of the day.';
comment on column private.kpi_quarters.turn_seconds is 'How long these had their tables, together.';
comment on column private.kpi_quarters.prep_seconds is
  'Seconds from fired to ready, of each ticket, ascending: percentiles of percentiles would be none.';

comment on column private.kpi_quarters.costed_net_minor is 'Net revenue of the lines of which the cost is known.';
comment on column private.kpi_quarters.cost_minor is 'What the ingredients of these lines cost when they were sold.';

create table private.kpi_items (
  venue_id uuid not null references public.venues on delete cascade,
  business_date date not null,
  menu_item_id uuid not null,
  orders bigint not null,
  quantity bigint not null,
  sales_minor bigint not null,
  net_minor bigint not null,
  costed_net_minor bigint not null,
  cost_minor bigint not null,
  primary key (venue_id, business_date, menu_item_id),
  constraint item_is_in_the_venue foreign key (venue_id, menu_item_id) references public.menu_items (venue_id, id) on delete cascade
);
comment on table private.kpi_items is 'Rollup: what was sold of an item on a business day, as private.count_items counts it.';
comment on column private.kpi_items.sales_minor is 'What the lines cost, less what is on the house, before discounts and refunds.';
comment on column private.kpi_items.net_minor is 'Net revenue of the lines: what is left after discounts, refunds and tax; service charge belongs to no item.';
comment on column private.kpi_items.costed_net_minor is 'The part of it that belongs to lines of which the cost is known.';
comment on column private.kpi_items.cost_minor is 'What the ingredients of these lines cost when they were sold.';
create index kpi_items_by_item on private.kpi_items (venue_id, menu_item_id);

create table private.kpi_payments (
  venue_id uuid not null references public.venues on delete cascade,
  business_date date not null,
  method text not null,
  payments bigint not null,
  collected_minor bigint not null,
  tips_minor bigint not null,
  refunded_minor bigint not null,
  primary key (venue_id, business_date, method)
);
comment on table private.kpi_payments is 'Rollup: how the orders of a business day were paid, as private.count_payments counts it.';
comment on column private.kpi_payments.collected_minor is 'What was taken, tips included, before refunds.';

create table private.stale_days (
  venue_id uuid not null references public.venues on delete cascade,
  business_date date not null,
  primary key (venue_id, business_date)
);
comment on table private.stale_days is
  'Business days that changed since they were rolled up. They are read from rows until the clock has counted them again; the '
  'current day stays here until it is over.';

create table private.rollup_watermark (
  only_row boolean primary key default true,
  seen_until timestamptz not null,
  constraint there_is_one_row check (only_row)
);
comment on table private.rollup_watermark is 'Up to when changes have been noticed.';
insert into private.rollup_watermark (seen_until) values ('-infinity');

-- How the clock finds what changed. Block ranges instead of trees: an order pays nothing for them when it is written, and
-- what changed lately lies in few ranges.
create index orders_by_change on public.orders using brin (updated_at) with (pages_per_range = 16, autosummarize = on);
create index kitchen_tickets_by_change on public.kitchen_tickets using brin (updated_at) with (pages_per_range = 16, autosummarize = on);
create index table_sessions_by_change on public.table_sessions using brin (closed_at) with (pages_per_range = 16, autosummarize = on);
