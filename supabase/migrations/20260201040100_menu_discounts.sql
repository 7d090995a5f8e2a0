-- Discounts are live, like availability: they are no part of what is published. What one takes off an order is worked out
-- by private.price_order alone and kept with the order.

insert into private.errors (code, http_status, meaning, remedy) values
  ('discount_code_invalid', 422, 'The discount code is unknown, or not valid now.', 'Check the code, or order without it.'),
  ('discount_not_applicable', 409, 'The discount code takes nothing off this order.', 'Order what the code is for, or leave the code out.'),
  ('discount_used_up', 409, 'A discount of this order has been used as often as it may be.', 'Quote the order again; leave the code out if one was sent.');

create table public.discounts (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  name text not null,
  code text,
  percent_bp integer,
  amount_minor bigint,
  menu_item_id uuid,
  category_id uuid,
  scope text not null generated always as (
    case when menu_item_id is not null then 'item' when category_id is not null then 'category' else 'order' end) stored,
  is_stackable boolean not null default false,
  is_active boolean not null default true,
  starts_on date,
  ends_on date,
  weekdays integer[],
  from_time time,
  until_time time,
  max_uses integer,
  used_count integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint discounts_tenant_key unique (venue_id, id),
  constraint item_is_in_the_venue foreign key (venue_id, menu_item_id) references public.menu_items (venue_id, id) on delete cascade,
  constraint category_is_in_the_venue foreign key (venue_id, category_id) references public.menu_categories (venue_id, id) on delete cascade,
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint code_is_in_capitals check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
  constraint either_percent_or_amount check (num_nonnulls(percent_bp, amount_minor) = 1),
  constraint percent_is_a_share check (percent_bp between 1 and 10000),
  constraint amount_is_plausible check (amount_minor between 1 and 100000000),
  constraint at_most_one_target check (num_nonnulls(menu_item_id, category_id) <= 1),
  constraint it_starts_before_it_ends check (starts_on <= ends_on),
  constraint weekdays_are_iso check (cardinality(weekdays) > 0 and weekdays <@ array[1, 2, 3, 4, 5, 6, 7]),
  constraint hours_have_two_ends check (num_nulls(from_time, until_time) <> 1 and from_time <> until_time),
  constraint uses_are_at_most_the_maximum check (used_count >= 0 and (max_uses is null or max_uses > 0 and used_count <= max_uses))
);
comment on table public.discounts is 'What takes something off an order: by itself while its window is open, or when its code is sent.';
comment on column public.discounts.code is 'In capitals; guests may write it as they like. Null: no code is needed.';
comment on column public.discounts.percent_bp is 'Basis points off what is left after the discounts before it.';
comment on column public.discounts.amount_minor is 'Minor units off: each portion of the item or category, or the order once. Never more than is left.';
comment on column public.discounts.scope is 'item, category or order: what the percentage or amount is taken off, by the target that is set.';
comment on column public.discounts.category_id is 'Takes in the items that are in the category now, in the draft.';
comment on column public.discounts.is_stackable is 'Whether it may meet others that are stackable; otherwise it is the only discount of its order.';
comment on column public.discounts.starts_on is 'First business day of the venue.';
comment on column public.discounts.ends_on is 'Last business day of the venue.';
comment on column public.discounts.weekdays is 'ISO weekdays of the business day, 1 Monday to 7 Sunday; null is every day.';
comment on column public.discounts.from_time is 'Local time at which it begins each day; later than until_time when it passes midnight.';
comment on column public.discounts.until_time is 'Local time at which it has ended.';
comment on column public.discounts.max_uses is 'How many orders may use it; null is any number.';
comment on column public.discounts.used_count is 'Orders that use it, without cancelled and expired ones.';
create unique index one_active_discount_of_a_code on public.discounts (venue_id, code) where is_active and code is not null;
create index active_discounts_by_venue on public.discounts (venue_id) where is_active;
create index discounts_by_item on public.discounts (venue_id, menu_item_id);
create index discounts_by_category on public.discounts (venue_id, category_id);

alter table public.discounts enable row level security;
create policy select_member on public.discounts for select to authenticated
  using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
create policy insert_editor on public.discounts for insert to authenticated
  with check (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]));
create policy update_editor on public.discounts for update to authenticated
  using (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]));
create policy delete_editor on public.discounts for delete to authenticated
  using (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]));
grant select, delete on public.discounts to authenticated;
grant insert (venue_id, name, code, percent_bp, amount_minor, menu_item_id, category_id, is_stackable, is_active,
  starts_on, ends_on, weekdays, from_time, until_time, max_uses) on public.discounts to authenticated;
grant update (name, code, percent_bp, amount_minor, menu_item_id, category_id, is_stackable, is_active,
  starts_on, ends_on, weekdays, from_time, until_time, max_uses) on public.discounts to authenticated;
create trigger set_updated_at before update on public.discounts for each row execute function private.set_updated_at();
-- Uses are counted by orders, which keep their own history.
create trigger audit after insert or delete or update of name, code, percent_bp, amount_minor, menu_item_id, category_id, is_stackable,
  is_active, starts_on, ends_on, weekdays, from_time, until_time, max_uses on public.discounts
  for each row execute function private.audit();

-- Orders keep the name and the amount; the discount itself may be changed or deleted afterwards.
alter table public.order_discounts add constraint discount_is_in_the_venue
  foreign key (venue_id, discount_id) references public.discounts (venue_id, id) on delete set null (discount_id);

create function private.discount_is_on(p_discount public.discounts, p_timezone text, p_day_starts_at time, p_at timestamptz default now()) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (select coalesce(w.day >= p_discount.starts_on, true) and coalesce(w.day <= p_discount.ends_on, true)
    and coalesce(extract(isodow from w.day)::integer = any (p_discount.weekdays), true)
    and case
      when p_discount.from_time is null then true
      when p_discount.from_time < p_discount.until_time then w.clock >= p_discount.from_time and w.clock < p_discount.until_time
      else w.clock >= p_discount.from_time or w.clock < p_discount.until_time
    end
  from (select private.business_date(p_timezone, p_day_starts_at, p_at) as day, (p_at at time zone p_timezone)::time as clock) w);
end $$;
comment on function private.discount_is_on(public.discounts, text, time, timestamptz) is
  'Whether a discount''s window is open: business days and weekdays as orders count them, hours by the venue''s clock on the '
  'wall. A Friday''s 22:00 to 02:00 therefore ends in the night to Saturday.';

create function private.use_discounts(p_venue_id uuid, p_discount_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_used bigint;
begin
  -- Locked in the order of their ids; whoever waited here counts what the one before has left.
  perform 1 from public.discounts d where d.venue_id = p_venue_id and d.id = any (p_discount_ids) order by d.id for no key update;
  update public.discounts d set used_count = d.used_count + 1
  where d.venue_id = p_venue_id and d.id = any (p_discount_ids) and d.is_active and (d.max_uses is null or d.used_count < d.max_uses);
  get diagnostics v_used = row_count;
  if v_used <> cardinality(p_discount_ids) then
    perform private.fail('discount_used_up');
  end if;
end $$;
comment on function private.use_discounts(uuid, uuid[]) is
  'Takes one use of each discount for an order; the last use goes to one order only, however many were priced with it. Errors: discount_used_up.';

create function private.release_discounts(p_venue_id uuid, p_order_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[] := array(
    select od.discount_id from public.order_discounts od where od.venue_id = p_venue_id and od.order_id = p_order_id and od.discount_id is not null);
begin
  perform 1 from public.discounts d where d.venue_id = p_venue_id and d.id = any (v_ids) order by d.id for no key update;
  update public.discounts d set used_count = d.used_count - 1 where d.venue_id = p_venue_id and d.id = any (v_ids);
end $$;
comment on function private.release_discounts(uuid, uuid) is 'Gives back the uses of an order that was cancelled or has expired.';
