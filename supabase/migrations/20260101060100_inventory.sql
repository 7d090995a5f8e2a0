-- Stock is an append-only ledger of movements; on_hand is its sum, kept beside the ingredient by the same statement that
-- writes the movement. What one order line takes of one ingredient is taken once, by constraint.

create table public.ingredients (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  name text not null,
  unit text not null,
  on_hand numeric(14, 3) not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint ingredients_tenant_key unique (venue_id, id),
  constraint one_ingredient_of_a_name unique (venue_id, name),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint unit_is_known check (unit in ('g', 'ml', 'each'))
);
comment on table public.ingredients is 'What dishes are made of, counted in a base unit.';
comment on column public.ingredients.on_hand is 'Sum of the ingredient''s movements, in its unit. Below zero when a paid order needed more than there was.';

create table public.recipe_lines (
  venue_id uuid not null references public.venues on delete cascade,
  menu_item_id uuid not null,
  ingredient_id uuid not null,
  quantity numeric(14, 3) not null,
  primary key (venue_id, menu_item_id, ingredient_id),
  constraint item_is_in_the_venue foreign key (venue_id, menu_item_id) references public.menu_items (venue_id, id) on delete cascade,
  constraint ingredient_is_in_the_venue foreign key (venue_id, ingredient_id) references public.ingredients (venue_id, id) on delete cascade,
  constraint quantity_is_positive check (quantity > 0)
);
comment on table public.recipe_lines is 'How much of an ingredient one portion of an item takes, in the ingredient''s unit.';
create index recipe_lines_by_ingredient on public.recipe_lines (venue_id, ingredient_id);

create table public.stock_movements (
  id bigint generated always as identity primary key,
  venue_id uuid not null,
  ingredient_id uuid not null,
  kind text not null,
  quantity numeric(14, 3) not null,
  order_line_id uuid,
  reason text,
  created_by uuid,
  created_at timestamptz not null default now(),
  constraint ingredient_is_in_the_venue foreign key (venue_id, ingredient_id) references public.ingredients (venue_id, id),
  constraint kind_is_known check (kind in ('sale', 'return', 'receive', 'adjust', 'waste', 'stocktake', 'transfer')),
  constraint sign_fits_the_kind check (
    case when kind in ('sale', 'waste') then quantity < 0 when kind in ('return', 'receive') then quantity > 0 else quantity <> 0 end),
  constraint sales_belong_to_a_line check (kind not in ('sale', 'return') or order_line_id is not null)
);
comment on table public.stock_movements is 'Append-only: every change of stock, signed, in the ingredient''s unit.';
comment on column public.stock_movements.created_by is 'The member, or null for guests and machines. No foreign key: history outlives accounts.';
create unique index once_per_line_and_ingredient on public.stock_movements (order_line_id, ingredient_id, kind)
  where order_line_id is not null;
create index stock_movements_by_ingredient on public.stock_movements (venue_id, ingredient_id, created_at desc);
create trigger stock_movements_append_only before update or delete on public.stock_movements
  for each row execute function private.forbid_change();
create trigger stock_movements_no_truncate before truncate on public.stock_movements
  for each statement execute function private.forbid_change();

create function private.sum_stock() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Ingredients are locked in the order of their ids, so that two orders with the same ones cannot deadlock.
  perform 1 from public.ingredients i
  where (i.venue_id, i.id) in (select a.venue_id, a.ingredient_id from added a) order by i.id for no key update;
  update public.ingredients i set on_hand = i.on_hand + a.quantity
  from (select venue_id, ingredient_id, sum(quantity) as quantity from added group by venue_id, ingredient_id) a
  where i.venue_id = a.venue_id and i.id = a.ingredient_id;
  return null;
end $$;
comment on function private.sum_stock() is
  'After-insert trigger: adds new movements to on_hand. Definer, because nobody may write on_hand.';
create trigger sum_stock after insert on public.stock_movements
  referencing new table as added for each statement execute function private.sum_stock();

alter table public.ingredients enable row level security;
alter table public.recipe_lines enable row level security;
alter table public.stock_movements enable row level security;
create policy select_member on public.ingredients for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
create policy insert_editor on public.ingredients for insert to authenticated
  with check (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy update_editor on public.ingredients for update to authenticated
  using (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy select_member on public.recipe_lines for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
create policy insert_editor on public.recipe_lines for insert to authenticated
  with check (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy update_editor on public.recipe_lines for update to authenticated
  using (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy delete_editor on public.recipe_lines for delete to authenticated
  using (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy select_member on public.stock_movements for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
grant select, insert (venue_id, name, unit), update (name) on public.ingredients to authenticated;
grant select, insert, update (quantity), delete on public.recipe_lines to authenticated;
grant select on public.stock_movements to authenticated;
create trigger set_updated_at before update on public.ingredients for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.recipe_lines for each row execute function private.audit();
create trigger guard_entitlement after insert on public.ingredients
  referencing new table as changed for each statement execute function private.guard_entitlement('inventory');

create function public.adjust_stock(p_ingredient_id uuid, p_kind text, p_quantity numeric, p_reason text, p_idempotency_key text,
  p_unit text default null, p_cost_minor bigint default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ingredient public.ingredients;
  v_caller text := 'user:' || private.require_user();
  v_request jsonb := jsonb_build_object('ingredient_id', p_ingredient_id, 'kind', p_kind, 'quantity', p_quantity, 'unit', p_unit, 'cost_minor', p_cost_minor, 'reason', p_reason);
  v_quantity numeric;
  v_answer jsonb;
begin
  select * into v_ingredient from public.ingredients i where i.id = p_ingredient_id and i.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('ingredient_not_found');
  end if;
  perform private.require_venue('inventory.edit', v_ingredient.venue_id);
  v_answer := private.replay_idempotent(v_ingredient.venue_id, v_caller, 'adjust_stock', p_idempotency_key, v_request);
  if v_answer is not null then
    return v_answer;
  end if;
  if coalesce(p_kind, '') not in ('receive', 'adjust', 'waste') or p_quantity is null or p_quantity = 0 or abs(p_quantity) > 1000000 or length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'kind is receive, adjust or waste; quantity is not zero; a reason is given');
  end if;
  if p_cost_minor is not null and (p_kind <> 'receive' or p_cost_minor not between 0 and 999999999) then
    perform private.fail('invalid_input', 'cost_minor: what a delivery cost, from 0 to 999999999');
  end if;
  v_quantity := private.base_quantity(p_quantity, p_unit, v_ingredient.unit);
  if v_quantity is null then
    perform private.fail('unit_mismatch');
  end if;
  if p_kind = 'receive' and v_quantity > 0 then
    perform private.receive_stock(v_ingredient.venue_id, array[row(0, p_ingredient_id, v_quantity, p_cost_minor)::private.stock_line], trim(p_reason));
  else
    insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, reason, created_by)
    values (v_ingredient.venue_id, p_ingredient_id, p_kind, v_quantity, trim(p_reason), auth.uid());
  end if;
  select i.on_hand into v_ingredient.on_hand from public.ingredients i where i.id = p_ingredient_id;
  return private.store_idempotent(v_ingredient.venue_id, v_caller, 'adjust_stock', p_idempotency_key, v_request,
    jsonb_build_object('ingredient_id', p_ingredient_id, 'on_hand', v_ingredient.on_hand, 'unit', v_ingredient.unit));
exception when check_violation then
  perform private.fail('invalid_input', 'receive adds, waste takes away');
  return null;
end $$;
comment on function public.adjust_stock(uuid, text, numeric, text, text, text, bigint) is
  'Books a stock movement (receive > 0, waste < 0, adjust either) in p_unit, any unit of the ingredient''s dimension, by '
  'default its own. p_cost_minor is what a delivery cost in all, and moves the ingredient''s cost to the weighted average. '
  'What happened is booked, below zero too. Needs inventory.edit. Returns {ingredient_id, on_hand, unit}. Definer: clients do '
  'not write movements. Errors: not_authenticated, ingredient_not_found, permission_denied, subscription_inactive, '
  'idempotency_key_*, invalid_input, unit_mismatch.';
grant execute on function public.adjust_stock(uuid, text, numeric, text, text, text, bigint) to authenticated;
