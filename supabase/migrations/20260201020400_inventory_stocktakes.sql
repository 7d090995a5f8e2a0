-- Counting while guests order. Each count remembers what the books said at that moment; posting books the difference
-- between the two, so that what was sold between the count and the posting is neither lost nor taken twice.

create table public.stocktakes (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  status text not null default 'open',
  opened_by uuid,
  opened_at timestamptz not null default now(),
  closed_by uuid,
  closed_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint stocktakes_tenant_key unique (venue_id, id),
  constraint status_is_known check (status in ('open', 'posted', 'cancelled')),
  constraint closed_when_not_open check ((status = 'open') = (closed_at is null))
);
comment on table public.stocktakes is 'Counts of a venue''s stock: open, then posted to the books or cancelled.';
comment on column public.stocktakes.opened_by is 'The member. No foreign key: history outlives accounts.';
comment on column public.stocktakes.closed_by is 'Who posted or cancelled it.';
create unique index one_open_stocktake on public.stocktakes (venue_id) where status = 'open';

create table public.stocktake_counts (
  venue_id uuid not null references public.venues on delete cascade,
  stocktake_id uuid not null,
  ingredient_id uuid not null,
  counted numeric(14, 3) not null,
  expected numeric(14, 3) not null,
  counted_by uuid,
  counted_at timestamptz not null default now(),
  primary key (venue_id, stocktake_id, ingredient_id),
  constraint stocktake_is_in_the_venue foreign key (venue_id, stocktake_id) references public.stocktakes (venue_id, id) on delete cascade,
  constraint ingredient_is_in_the_venue foreign key (venue_id, ingredient_id) references public.ingredients (venue_id, id) on delete cascade,
  constraint counted_is_not_negative check (counted >= 0)
);
comment on table public.stocktake_counts is 'What was counted of each ingredient; what was not counted stays as the books say.';
comment on column public.stocktake_counts.counted is 'What is there, in the ingredient''s unit.';
comment on column public.stocktake_counts.expected is 'What the books said when it was counted; below zero when more was sold than was there.';
comment on column public.stocktake_counts.counted_by is 'The member. No foreign key: history outlives accounts.';
create index stocktake_counts_by_ingredient on public.stocktake_counts (venue_id, ingredient_id);

alter table public.stocktakes enable row level security;
alter table public.stocktake_counts enable row level security;
create policy select_member on public.stocktakes for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
create policy select_member on public.stocktake_counts for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
grant select on public.stocktakes, public.stocktake_counts to authenticated;
create trigger set_updated_at before update on public.stocktakes for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.stocktakes for each row execute function private.audit();

alter table public.stock_movements
  add column stocktake_id uuid,
  add constraint stocktake_is_in_the_venue foreign key (venue_id, stocktake_id) references public.stocktakes (venue_id, id),
  add constraint counts_belong_to_a_stocktake check ((kind = 'stocktake') = (stocktake_id is not null));
comment on column public.stock_movements.stocktake_id is 'The stocktake whose difference it books.';
create unique index once_per_stocktake_and_ingredient on public.stock_movements (venue_id, stocktake_id, ingredient_id) where stocktake_id is not null;

create function private.find_stocktake(p_stocktake_id uuid) returns public.stocktakes
language plpgsql volatile set search_path = '' as $$
declare
  v_stocktake public.stocktakes;
begin
  perform private.require_user();
  -- Posting and cancelling change the row, counting shares it: nothing is counted into a stocktake that is being closed.
  select * into v_stocktake from public.stocktakes s where s.id = p_stocktake_id and s.venue_id = any (private.my_venues()) for share;
  if not found then
    perform private.fail('stocktake_not_found');
  end if;
  perform private.require_venue('inventory.edit', v_stocktake.venue_id);
  return v_stocktake;
end $$;
comment on function private.find_stocktake(uuid) is
  'A stocktake that the signed-in user may work on, kept from being closed until the transaction ends. Errors: '
  'not_authenticated, stocktake_not_found, permission_denied, subscription_inactive.';

create function public.open_stocktake(p_venue_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_opened public.stocktakes;
  v_created boolean;
begin
  perform private.require_venue('inventory.edit', p_venue_id);
  insert into public.stocktakes (venue_id, opened_by) values (p_venue_id, auth.uid())
  on conflict (venue_id) where status = 'open' do nothing
  returning * into v_opened;
  v_created := found;
  if not v_created then
    select * into v_opened from public.stocktakes s where s.venue_id = p_venue_id and s.status = 'open';
  end if;
  return jsonb_build_object('stocktake_id', v_opened.id, 'status', v_opened.status, 'opened_at', v_opened.opened_at, 'created', v_created);
end $$;
comment on function public.open_stocktake(uuid) is
  'Opens a stocktake; a venue has one open at a time, and a second call returns it. Needs inventory.edit. Returns '
  '{stocktake_id, status, opened_at, created}. Definer: clients do not write stocktakes. Errors: not_authenticated, '
  'permission_denied, subscription_inactive.';
grant execute on function public.open_stocktake(uuid) to authenticated;

create function public.count_stock(p_stocktake_id uuid, p_lines jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_stocktake public.stocktakes := private.find_stocktake(p_stocktake_id);
  v_lines private.stock_line[];
begin
  if v_stocktake.status <> 'open' then
    perform private.fail('stocktake_closed', 'it is ' || v_stocktake.status);
  end if;
  v_lines := private.read_stock_lines(v_stocktake.venue_id, p_lines, array['ingredient_id', 'quantity', 'unit']);
  if cardinality(v_lines) = 0 or exists (select 1 from unnest(v_lines) l where l.quantity < 0) then
    perform private.fail('invalid_input', 'lines: 1 to 500 counts, none below zero');
  end if;
  -- One statement reads what the books say and writes it beside the count. Sorted, so that two counters cannot deadlock.
  insert into public.stocktake_counts as c (venue_id, stocktake_id, ingredient_id, counted, expected, counted_by)
  select v_stocktake.venue_id, p_stocktake_id, i.id, l.quantity, i.on_hand, auth.uid()
  from unnest(v_lines) l join public.ingredients i on i.venue_id = v_stocktake.venue_id and i.id = l.ingredient_id
  order by i.id
  on conflict on constraint stocktake_counts_pkey do update
    set counted = excluded.counted, expected = excluded.expected, counted_by = excluded.counted_by, counted_at = excluded.counted_at;
  return jsonb_build_object('stocktake_id', p_stocktake_id, 'status', v_stocktake.status, 'counted', (
    select count(*) from public.stocktake_counts c where c.venue_id = v_stocktake.venue_id and c.stocktake_id = p_stocktake_id));
end $$;
comment on function public.count_stock(uuid, jsonb) is
  'Notes what was counted, [{ingredient_id, quantity, unit?}], beside what the books say at this moment; a recount replaces '
  'both. Guests may go on ordering. Needs inventory.edit. Returns {stocktake_id, status, counted}, the number of ingredients '
  'counted so far. Definer: clients do not write counts. Errors: not_authenticated, stocktake_not_found, permission_denied, '
  'subscription_inactive, stocktake_closed, invalid_input, ingredient_not_found, unit_mismatch.';
grant execute on function public.count_stock(uuid, jsonb) to authenticated;

create function private.close_stocktake(p_stocktake_id uuid, p_status text) returns public.stocktakes
language plpgsql volatile set search_path = '' as $$
declare
  v_stocktake public.stocktakes;
begin
  perform private.require_user();
  select * into v_stocktake from public.stocktakes s where s.id = p_stocktake_id and s.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('stocktake_not_found');
  end if;
  perform private.require_venue('inventory.edit', v_stocktake.venue_id);
  -- Wins once; whoever comes second finds no open stocktake, and null is returned.
  update public.stocktakes s set status = p_status, closed_at = now(), closed_by = auth.uid()
  where s.id = p_stocktake_id and s.status = 'open' returning * into v_stocktake;
  if not found then
    if (select s.status from public.stocktakes s where s.id = p_stocktake_id) <> p_status then
      perform private.fail('stocktake_closed');
    end if;
    return null;
  end if;
  return v_stocktake;
end $$;
comment on function private.close_stocktake(uuid, text) is
  'Posts or cancels an open stocktake: the row if this call did it, null if an earlier one did the same. Errors: '
  'not_authenticated, stocktake_not_found, permission_denied, subscription_inactive, stocktake_closed.';

create function public.post_stocktake(p_stocktake_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_stocktake public.stocktakes := private.close_stocktake(p_stocktake_id, 'posted');
begin
  if v_stocktake.id is not null then
    if not exists (select 1 from public.stocktake_counts c where c.venue_id = v_stocktake.venue_id and c.stocktake_id = p_stocktake_id) then
      perform private.fail('invalid_input', 'nothing has been counted');
    end if;
    insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, reason, created_by, stocktake_id)
    select c.venue_id, c.ingredient_id, 'stocktake', c.counted - c.expected, 'stocktake', auth.uid(), p_stocktake_id
    from public.stocktake_counts c
    where c.venue_id = v_stocktake.venue_id and c.stocktake_id = p_stocktake_id and c.counted <> c.expected;
  end if;
  return (
    select jsonb_build_object('stocktake_id', p_stocktake_id, 'status', 'posted', 'value_minor', sum(d.value_minor),
      'lines', jsonb_agg(jsonb_build_object('ingredient_id', d.id, 'name', d.name, 'unit', d.unit, 'expected', d.expected, 'counted', d.counted,
        'difference', d.counted - d.expected, 'value_minor', d.value_minor) order by d.name))
    from (
      select i.id, i.name, i.unit, c.expected, c.counted, round((c.counted - c.expected) * i.cost_per_1000_minor / 1000) as value_minor
      from public.stocktake_counts c join public.ingredients i on i.venue_id = c.venue_id and i.id = c.ingredient_id
      where c.stocktake_id = p_stocktake_id) d);
end $$;
comment on function public.post_stocktake(uuid) is
  'Books the differences between what was counted and what the books said at each count, and closes the stocktake. Needs '
  'inventory.edit. Returns {stocktake_id, status, value_minor, lines: [{ingredient_id, name, unit, expected, counted, '
  'difference, value_minor}]}; value_minor is the difference at the present cost, null where that is unknown. A repeat books '
  'nothing. Definer: clients do not write movements. Errors: not_authenticated, stocktake_not_found, permission_denied, '
  'subscription_inactive, stocktake_closed, invalid_input.';
grant execute on function public.post_stocktake(uuid) to authenticated;

create function public.cancel_stocktake(p_stocktake_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.close_stocktake(p_stocktake_id, 'cancelled');
  return jsonb_build_object('stocktake_id', p_stocktake_id, 'status', 'cancelled');
end $$;
comment on function public.cancel_stocktake(uuid) is
  'Closes an open stocktake without booking anything. Needs inventory.edit. Returns {stocktake_id, status}; a repeat returns the '
  'same. Definer: clients do not write stocktakes. Errors: not_authenticated, stocktake_not_found, permission_denied, '
  'subscription_inactive, stocktake_closed.';
grant execute on function public.cancel_stocktake(uuid) to authenticated;
