-- What a plan includes is data, and one function answers "how many may this organisation have?". Limits hold under
-- concurrency because the check locks the organisation and counts after the insert, inside the same statement.

create table public.tiers (
  tier text primary key,
  monthly_price_minor bigint not null,
  currency text not null default 'GBP',
  constraint price_is_not_negative check (monthly_price_minor >= 0)
);
comment on table public.tiers is 'The plans. Reference data, changed by migrations only.';
comment on column public.tiers.monthly_price_minor is 'Price per month in minor units, excluding VAT.';

create table public.tier_entitlements (
  tier text not null references public.tiers,
  entitlement text not null,
  max_count bigint,
  primary key (tier, entitlement),
  constraint max_count_is_not_negative check (max_count >= 0)
);
comment on table public.tier_entitlements is 'What each plan includes. Reference data, changed by migrations only.';
comment on column public.tier_entitlements.max_count is 'How many; 0 = not included, null = unlimited (for a feature: included).';

alter table public.tiers enable row level security;
alter table public.tier_entitlements enable row level security;
create policy select_all on public.tiers for select to anon, authenticated using (true);
create policy select_all on public.tier_entitlements for select to anon, authenticated using (true);
grant select on public.tiers, public.tier_entitlements to anon, authenticated;

insert into public.tiers (tier, monthly_price_minor) values ('starter', 9900), ('pro', 24900), ('enterprise', 49900);
insert into public.tier_entitlements (tier, entitlement, max_count)
select t.tier, e.entitlement, t.max_count
from (values
  ('tables', 5, 40, null::bigint),
  ('menu_items', 50, 200, null),
  ('staff', 3, 15, null),
  ('venues', 1, 3, null),
  ('kitchen_stations', 0, null, null),
  ('inventory', 0, null, null),
  ('loyalty', 0, null, null),
  ('csv_export', 0, null, null),
  ('integrations', 0, 0, null), -- API keys and webhooks
  ('api_requests', 100, 600, 10000), -- a minute
  ('assistant', 0, 0, null)
) as e (entitlement, starter, pro, enterprise)
cross join lateral (values ('starter', e.starter::bigint), ('pro', e.pro::bigint), ('enterprise', e.enterprise)) as t (tier, max_count);

alter table public.organisations add constraint tier_exists foreign key (tier) references public.tiers;
create index organisations_by_tier on public.organisations (tier);

-- What is sold beside a plan. Prices are those of functions/_shared/plans.json, which is what the provider is set up from.
create table public.add_ons (
  add_on text primary key,
  tier text not null references public.tiers,
  entitlement text not null,
  max_count bigint not null,
  monthly_price_minor bigint not null,
  currency text not null default 'GBP',
  constraint it_adds_something check (max_count > 0),
  constraint price_is_not_negative check (monthly_price_minor >= 0)
);
comment on table public.add_ons is 'What can be added to a plan for a price. Reference data, changed by migrations only.';
comment on column public.add_ons.tier is 'The plan it is sold with.';
comment on column public.add_ons.max_count is 'How many it adds to what the plan includes.';
comment on column public.add_ons.monthly_price_minor is 'Price per month in minor units, excluding VAT.';
create index add_ons_by_tier on public.add_ons (tier);
alter table public.add_ons enable row level security;
create policy select_all on public.add_ons for select to anon, authenticated using (true);
grant select on public.add_ons to anon, authenticated;
insert into public.add_ons (add_on, tier, entitlement, max_count, monthly_price_minor) values
  ('kitchen_display', 'starter', 'kitchen_stations', 1, 1900), ('integrations', 'pro', 'integrations', 1, 2900);

create table public.organisation_add_ons (
  organisation_id uuid not null references public.organisations,
  add_on text not null references public.add_ons,
  primary key (organisation_id, add_on)
);
comment on table public.organisation_add_ons is 'The add-ons that an organisation pays for, as its subscription says.';
create index organisation_add_ons_by_add_on on public.organisation_add_ons (add_on);
alter table public.organisation_add_ons enable row level security;
create policy select_billing on public.organisation_add_ons for select to authenticated
  using (organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
grant select on public.organisation_add_ons to authenticated;

create function private.plan_limit(p_tier text, p_add_ons text[], p_entitlement text) returns bigint
language sql stable set search_path = '' as $$
  select case when e.tier is not null and e.max_count is null then null else coalesce(e.max_count, 0) + (
    select coalesce(sum(a.max_count), 0)::bigint from public.add_ons a where a.add_on = any (p_add_ons) and a.tier = p_tier and a.entitlement = p_entitlement) end
  from (select 1) one left join public.tier_entitlements e on e.tier = p_tier and e.entitlement = p_entitlement
$$;
comment on function private.plan_limit(text, text[], text) is
  'How many of something a plan with these add-ons includes: 0 none, null unlimited; none of what neither names.';

create function private.entitlement_limit(p_organisation_id uuid, p_entitlement text) returns bigint
language sql stable set search_path = '' as $$
  select private.plan_limit(case when o.subscription_status = 'trialing' and o.tier = 'starter' then 'pro' else o.tier end,
    array(select x.add_on from public.organisation_add_ons x where x.organisation_id = o.id), p_entitlement)
  from public.organisations o
  where o.id = p_organisation_id
$$;
comment on function private.entitlement_limit(uuid, text) is
  'How many of something an organisation may have: what its plan includes and its add-ons add. A trial carries pro entitlements, without add-ons.';

create function private.entitlement_usage(p_organisation_id uuid, p_entitlement text) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return case p_entitlement
    when 'venues' then (select count(*) from public.venues v where v.organisation_id = p_organisation_id)
    when 'staff' then (select count(distinct m.user_id) from public.memberships m where m.organisation_id = p_organisation_id)
    when 'tables' then (select count(*) from public.tables t join public.venues v on v.id = t.venue_id
                        where v.organisation_id = p_organisation_id and t.is_active)
    when 'menu_items' then (select count(*) from public.menu_items i join public.venues v on v.id = i.venue_id
                            where v.organisation_id = p_organisation_id and i.archived_at is null)
    when 'kitchen_stations' then (select count(*) from public.kitchen_stations s join public.venues v on v.id = s.venue_id
                                  where v.organisation_id = p_organisation_id and s.is_active and s.kind <> 'expo')
    when 'inventory' then (select count(*) from public.ingredients i join public.venues v on v.id = i.venue_id
                           where v.organisation_id = p_organisation_id)
    when 'webhook_endpoints' then (select count(*) from public.webhook_endpoints e where e.organisation_id = p_organisation_id)
    when 'loyalty' then (select count(*) from public.loyalty_programmes p join public.venues v on v.id = p.venue_id
                         where v.organisation_id = p_organisation_id and p.is_active)
  end;
end $$;
comment on function private.entitlement_usage(uuid, text) is
  'How many an organisation has now. Expo, which every venue needs, is not counted as a station.';

create function private.require_entitlement(p_organisation_id uuid, p_entitlement text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_limit bigint := private.entitlement_limit(p_organisation_id, p_entitlement);
begin
  if v_limit is null then
    return;
  end if;
  -- Whoever adds at the same time counts after this transaction has ended, and then sees its rows.
  perform 1 from public.organisations o where o.id = p_organisation_id for no key update;
  if private.entitlement_usage(p_organisation_id, p_entitlement) > v_limit then
    perform private.fail('entitlement_exceeded', format('%s: the plan includes %s', p_entitlement, v_limit));
  end if;
end $$;
comment on function private.require_entitlement(uuid, text) is
  'Refuses when an organisation has, with what this transaction added, more than its plan includes. Errors: entitlement_exceeded.';

create function private.guard_entitlement() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_organisation uuid;
begin
  if tg_table_name in ('venues', 'memberships') then
    for v_organisation in select distinct c.organisation_id from changed c order by 1 loop
      perform private.require_entitlement(v_organisation, tg_argv[0]);
    end loop;
  else
    for v_organisation in
      select distinct v.organisation_id from (select distinct c.venue_id from changed c) c join public.venues v on v.id = c.venue_id order by 1
    loop
      perform private.require_entitlement(v_organisation, tg_argv[0]);
    end loop;
  end if;
  return null;
end $$;
comment on function private.guard_entitlement() is
  'After-insert statement trigger (entitlement) over the transition table "changed": counts once per statement. Definer, '
  'because it counts and locks rows its caller may not. Errors: entitlement_exceeded.';

create function private.guard_entitlement_again() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_entitlement(v.organisation_id, tg_argv[0]) from public.venues v where v.id = new.venue_id;
  return null;
end $$;
comment on function private.guard_entitlement_again() is
  'After-update row trigger (entitlement) for a row that counts again, such as a table switched back on. Definer: see '
  'guard_entitlement. Errors: entitlement_exceeded.';

create trigger guard_entitlement after insert on public.venues
  referencing new table as changed for each statement execute function private.guard_entitlement('venues');
create trigger guard_entitlement after insert on public.memberships
  referencing new table as changed for each statement execute function private.guard_entitlement('staff');
