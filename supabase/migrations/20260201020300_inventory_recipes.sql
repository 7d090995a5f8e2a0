-- Recipes of options beside those of items, and what follows from both: what an order takes, what is sold out, what a
-- dish costs. Nothing here is stored twice: availability and cost are derived when they are asked for.

alter table public.venues add column allows_negative_stock boolean not null default false;
comment on column public.venues.allows_negative_stock is
  'Whether guests may order what the books say is gone: then stock neither refuses an order nor takes an item off sale. '
  'Paid orders are cooked either way.';
grant update (allows_negative_stock) on public.venues to authenticated;

create table public.option_recipe_lines (
  venue_id uuid not null references public.venues on delete cascade,
  option_id uuid not null,
  ingredient_id uuid not null,
  quantity numeric(14, 3) not null,
  primary key (venue_id, option_id, ingredient_id),
  constraint option_is_in_the_venue foreign key (venue_id, option_id) references public.modifier_options (venue_id, id) on delete cascade,
  constraint ingredient_is_in_the_venue foreign key (venue_id, ingredient_id) references public.ingredients (venue_id, id) on delete cascade,
  constraint quantity_is_not_zero check (quantity <> 0)
);
comment on table public.option_recipe_lines is
  'How much more of an ingredient a portion takes with an option, in the ingredient''s unit; below zero for what it leaves out.';
create index option_recipe_lines_by_ingredient on public.option_recipe_lines (venue_id, ingredient_id);

alter table public.option_recipe_lines enable row level security;
create policy select_member on public.option_recipe_lines for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
create policy insert_editor on public.option_recipe_lines for insert to authenticated
  with check (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy update_editor on public.option_recipe_lines for update to authenticated
  using (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy delete_editor on public.option_recipe_lines for delete to authenticated
  using (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
grant select, insert, update (quantity), delete on public.option_recipe_lines to authenticated;
create trigger audit after insert or update or delete on public.option_recipe_lines for each row execute function private.audit();

create function public.set_recipe(p_venue_id uuid, p_lines jsonb, p_menu_item_id uuid default null, p_option_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_lines private.stock_line[];
begin
  perform private.require_venue('inventory.edit', p_venue_id);
  if num_nonnulls(p_menu_item_id, p_option_id) <> 1 then
    perform private.fail('invalid_input', 'name an item or an option');
  end if;
  v_lines := private.read_stock_lines(p_venue_id, p_lines, array['ingredient_id', 'quantity', 'unit']);
  -- The row of the dish makes two who write its recipe at once take turns.
  if p_menu_item_id is not null then
    perform 1 from public.menu_items i where i.venue_id = p_venue_id and i.id = p_menu_item_id for no key update;
  else
    perform 1 from public.modifier_options o where o.venue_id = p_venue_id and o.id = p_option_id for no key update;
  end if;
  if not found then
    perform private.fail('invalid_input', 'no such item or option in this venue');
  end if;
  if exists (select 1 from unnest(v_lines) l where l.quantity = 0 or (l.quantity < 0 and p_menu_item_id is not null)) then
    perform private.fail('invalid_input', 'quantity: at least a thousandth; below zero for options only');
  end if;
  if p_menu_item_id is not null then
    delete from public.recipe_lines r where r.venue_id = p_venue_id and r.menu_item_id = p_menu_item_id
      and r.ingredient_id not in (select l.ingredient_id from unnest(v_lines) l);
    insert into public.recipe_lines as r (venue_id, menu_item_id, ingredient_id, quantity)
    select p_venue_id, p_menu_item_id, l.ingredient_id, l.quantity from unnest(v_lines) l
    on conflict on constraint recipe_lines_pkey do update set quantity = excluded.quantity where r.quantity <> excluded.quantity;
  else
    delete from public.option_recipe_lines r where r.venue_id = p_venue_id and r.option_id = p_option_id
      and r.ingredient_id not in (select l.ingredient_id from unnest(v_lines) l);
    insert into public.option_recipe_lines as r (venue_id, option_id, ingredient_id, quantity)
    select p_venue_id, p_option_id, l.ingredient_id, l.quantity from unnest(v_lines) l
    on conflict on constraint option_recipe_lines_pkey do update set quantity = excluded.quantity where r.quantity <> excluded.quantity;
  end if;
  return jsonb_build_object('menu_item_id', p_menu_item_id, 'option_id', p_option_id, 'lines', (
    select coalesce(jsonb_agg(jsonb_build_object('ingredient_id', i.id, 'name', i.name, 'quantity', l.quantity, 'unit', i.unit) order by l.position), '[]')
    from unnest(v_lines) l join public.ingredients i on i.id = l.ingredient_id));
end $$;
comment on function public.set_recipe(uuid, jsonb, uuid, uuid) is
  'Replaces the whole recipe of an item or of an option with [{ingredient_id, quantity, unit?}], in any unit of the '
  'ingredient''s dimension; an option may take less than nothing of what it leaves out. Needs inventory.edit. Returns '
  '{menu_item_id, option_id, lines: [{ingredient_id, name, quantity, unit}]} in base units; orders take it from now on. '
  'Definer: it locks menu rows that its caller may not edit. Errors: not_authenticated, permission_denied, '
  'subscription_inactive, invalid_input, ingredient_not_found, unit_mismatch.';
grant execute on function public.set_recipe(uuid, jsonb, uuid, uuid) to authenticated;

alter table public.stock_movements
  add column cost_per_1000_minor bigint,
  add constraint only_sales_have_a_cost check (kind = 'sale' or cost_per_1000_minor is null);
comment on column public.stock_movements.cost_per_1000_minor is
  'Of a sale: what 1000 base units of the ingredient cost at that moment; null when nobody knew. Later deliveries change no margin of the past.';

create function private.take_stock(p_venue_id uuid, p_order_line_ids uuid[], p_may_go_negative boolean) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_short text;
  v_options_have_recipes constant boolean := exists (select 1 from public.option_recipe_lines r where r.venue_id = p_venue_id);
begin
  -- A venue without recipes pays two looks into an index, one whose options have none does not unpack them.
  if not v_options_have_recipes then
    if not exists (select 1 from public.recipe_lines r where r.venue_id = p_venue_id) then
      return;
    end if;
    insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id, cost_per_1000_minor)
    select l.venue_id, r.ingredient_id, 'sale', -r.quantity * l.quantity, l.id,
      (select i.cost_per_1000_minor from public.ingredients i where i.venue_id = l.venue_id and i.id = r.ingredient_id)
    from public.order_lines l
    join public.recipe_lines r on r.venue_id = l.venue_id and r.menu_item_id = l.menu_item_id
    where l.id = any (p_order_line_ids)
    order by l.position, r.ingredient_id;
  else
    insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id, cost_per_1000_minor)
    select l.venue_id, t.ingredient_id, 'sale', -sum(t.quantity) * l.quantity, l.id,
      (select i.cost_per_1000_minor from public.ingredients i where i.venue_id = l.venue_id and i.id = t.ingredient_id)
    from public.order_lines l
    cross join lateral (
      select r.ingredient_id, r.quantity from public.recipe_lines r where r.venue_id = l.venue_id and r.menu_item_id = l.menu_item_id
      union all
      select r.ingredient_id, r.quantity from jsonb_array_elements(l.options) o
      join public.option_recipe_lines r on r.venue_id = l.venue_id and r.option_id = (o.value ->> 'id')::uuid
    ) t
    where l.id = any (p_order_line_ids)
    group by l.venue_id, l.id, l.position, l.quantity, t.ingredient_id
    having sum(t.quantity) > 0
    order by l.position, t.ingredient_id;
  end if;
  if found and not p_may_go_negative then
    -- The movements' trigger has locked and updated the ingredients, so this reads what no other order can change.
    select i.name into v_short
    from public.stock_movements m
    join public.ingredients i on i.venue_id = m.venue_id and i.id = m.ingredient_id
    where m.order_line_id = any (p_order_line_ids) and m.kind = 'sale' and i.on_hand < 0
    order by i.name limit 1;
    if found and not (select v.allows_negative_stock from public.venues v where v.id = p_venue_id) then
      perform private.fail('out_of_stock', 'not enough ' || v_short);
    end if;
  end if;
end $$;
comment on function private.take_stock(uuid, uuid[], boolean) is
  'Takes what order lines need by the recipes of items and options: one movement per line and ingredient, line by line, none for '
  'what options leave out. Errors: out_of_stock.';

create function private.sold_out_options(p_venue_id uuid) returns setof uuid
language sql stable rows 10 set search_path = '' as $$
  select distinct r.option_id
  from public.venues v
  join public.option_recipe_lines r on r.venue_id = v.id and r.quantity > 0
  join public.ingredients i on i.venue_id = r.venue_id and i.id = r.ingredient_id
  where v.id = p_venue_id and not v.allows_negative_stock and i.on_hand < r.quantity
$$;
comment on function private.sold_out_options(uuid) is 'Options of which not one portion can be made. Derived, not stored: see sold_out_items.';

create function private.sold_out_items(p_venue_id uuid) returns setof uuid
language plpgsql stable rows 10 set search_path = '' as $$
declare
  v_off text[];
begin
  return query
    select distinct r.menu_item_id
    from public.venues v
    join public.recipe_lines r on r.venue_id = v.id
    join public.ingredients i on i.venue_id = r.venue_id and i.id = r.ingredient_id
    where v.id = p_venue_id and not v.allows_negative_stock and i.on_hand < r.quantity;
  select array_agg(o.id::text) into v_off
  from (select o.id from public.modifier_options o where o.venue_id = p_venue_id and not o.is_available
        union select private.sold_out_options(p_venue_id)) o;
  if v_off is not null then
    -- Who must choose a milk cannot order when there is no milk left to choose.
    return query
      select p.menu_item_id
      from public.venues v
      join public.published_menu_items p on p.venue_id = v.id and p.version = v.menu_version and p.options operator(pg_catalog.?|) v_off
      where v.id = p_venue_id and exists (
        select 1 from jsonb_array_elements(p.choice_limits) with ordinality g
        where (g.value ->> 0)::bigint > (
          select count(*) from jsonb_each(p.options) o where (o.value ->> 'group')::bigint = g.ordinality and o.key <> all (v_off)));
  end if;
end $$;
comment on function private.sold_out_items(uuid) is
  'Items of which not one portion can be made: an ingredient of the recipe is missing, or too few options of a required group '
  'can be chosen. May name one twice. Derived, not stored: receiving stock lifts exactly what stock had closed.';

create function private.dish_costs(p_venue_id uuid) returns table (menu_item_id uuid, cost_minor bigint, unknown_costs text[])
language sql stable set search_path = '' as $$
  select r.menu_item_id,
    case when count(*) = count(i.cost_per_1000_minor) then round(sum(r.quantity * i.cost_per_1000_minor) / 1000)::bigint end,
    coalesce(array_agg(i.name order by i.name) filter (where i.cost_per_1000_minor is null), '{}')
  from public.recipe_lines r join public.ingredients i on i.venue_id = r.venue_id and i.id = r.ingredient_id
  where r.venue_id = p_venue_id
  group by r.menu_item_id
$$;
comment on function private.dish_costs(uuid) is
  'What the ingredients of one portion cost, rounded half-up once, for every item with a recipe; null with the names of the '
  'ingredients whose cost is unknown.';

create function public.get_dish_costs(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('inventory.read', p_venue_id);
begin
  return jsonb_build_object('currency', v_venue.currency,
    'items', (
      select coalesce(jsonb_agg(jsonb_build_object('menu_item_id', i.id, 'name', i.name, 'price_minor', i.price_minor, 'net_price_minor', n.net,
        'has_recipe', c.menu_item_id is not null, 'cost_minor', c.cost_minor, 'unknown_costs', coalesce(c.unknown_costs, '{}'),
        'margin_minor', n.net - c.cost_minor, 'margin_bp', case when n.net > 0 then round((n.net - c.cost_minor) * 10000::numeric / n.net) end)
        order by i.name, i.id), '[]')
      from public.menu_items i
      cross join lateral (select i.price_minor - case when v_venue.prices_include_tax
        then private.divide_half_up(i.price_minor * i.tax_rate_bp, 10000 + i.tax_rate_bp) else 0 end as net) n
      left join private.dish_costs(p_venue_id) c on c.menu_item_id = i.id
      where i.venue_id = p_venue_id and i.archived_at is null),
    'options', (
      select coalesce(jsonb_agg(jsonb_build_object('option_id', o.id, 'name', o.name, 'price_delta_minor', o.price_delta_minor,
        'cost_minor', c.cost_minor, 'unknown_costs', c.unknown_costs) order by o.name, o.id), '[]')
      from (
        select r.option_id, case when count(*) = count(i.cost_per_1000_minor) then round(sum(r.quantity * i.cost_per_1000_minor) / 1000) end as cost_minor,
          coalesce(array_agg(i.name order by i.name) filter (where i.cost_per_1000_minor is null), '{}') as unknown_costs
        from public.option_recipe_lines r join public.ingredients i on i.venue_id = r.venue_id and i.id = r.ingredient_id
        where r.venue_id = p_venue_id group by r.option_id
      ) c join public.modifier_options o on o.venue_id = p_venue_id and o.id = c.option_id));
end $$;
comment on function public.get_dish_costs(uuid) is
  'Cost and margin of every item of the draft menu from its recipe: {currency, items: [{menu_item_id, name, price_minor, '
  'net_price_minor, has_recipe, cost_minor, unknown_costs, margin_minor, margin_bp}], options: [{option_id, name, '
  'price_delta_minor, cost_minor, unknown_costs}]}. Margins are on the price without tax, in basis points of it; null while a cost is '
  'unknown. Needs inventory.read. Definer: one answer over tables of two permissions. Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.get_dish_costs(uuid) to authenticated;
