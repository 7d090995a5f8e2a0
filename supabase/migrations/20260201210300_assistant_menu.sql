-- What the assistant can change of the menu. Prices move within a fifth of what they were a day ago, however often they are
-- moved; discounts take at most 30 % and never meet another one.

insert into private.assistant_changes (tool, permission, measure) values
  ('update_prices', 'menu.edit', 'prices'), ('set_availability', 'menu.availability', 'availability'), ('set_category_availability', 'menu.availability', 'availability'),
  ('create_item', 'menu.edit', 'new_items'), ('archive_items', 'menu.edit', 'archived_items'), ('create_discount', 'menu.edit', 'discount_bp'),
  ('publish_menu', 'menu.edit', 'publications'), ('translate_items', 'menu.edit', 'translations'), ('set_item_image', 'menu.edit', 'images');

create function private.lock_items(p_venue_id uuid, p_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_found bigint;
begin
  perform 1 from public.menu_items i where i.venue_id = p_venue_id and i.id = any (p_ids) and i.archived_at is null order by i.id for no key update;
  get diagnostics v_found = row_count;
  if v_found <> cardinality(p_ids) then
    perform private.fail('menu_item_not_found');
  end if;
end $$;
comment on function private.lock_items(uuid, uuid[]) is 'Locks items of the venue''s draft menu by id, and finds them all. Errors: menu_item_not_found.';

create function private.plan_update_prices(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_most_bp bigint := (select g.per_call from private.assistant_guardrails g where g.measure = 'price_change_bp');
  v_change private.change;
  v_ids uuid[];
  v_wrong text;
begin
  perform private.require_keys(p_arguments, array['prices']);
  perform private.require_keys(p.price, array['menu_item_id', 'price_minor']) from jsonb_array_elements(p_arguments -> 'prices') p (price);
  select array_agg((p.price ->> 'menu_item_id')::uuid) into v_ids from jsonb_array_elements(p_arguments -> 'prices') p (price);
  perform private.require_ids('prices', v_ids, 50);
  if cardinality(v_ids) <> (select count(distinct i) from unnest(v_ids) i) then
    perform private.fail('invalid_input', 'prices: an item is named twice');
  end if;
  perform private.lock_items(p_venue_id, v_ids);
  with wished as (
    select i.id, i.name, i.price_minor as now_minor, (p.price ->> 'price_minor')::bigint as wish_minor
    from jsonb_array_elements(p_arguments -> 'prices') p (price)
    join public.menu_items i on i.venue_id = p_venue_id and i.id = (p.price ->> 'menu_item_id')::uuid
  ), moved as (
    -- What the item cost before the first of the changes that the assistant made to it within a day.
    select distinct on (b.menu_item_id) b.menu_item_id, b.price_minor
    from public.assistant_proposals p cross join lateral jsonb_to_recordset(p.before) b (menu_item_id uuid, price_minor bigint)
    where p.venue_id = p_venue_id and p.tool = 'update_prices' and p.status in ('confirmed', 'undone') and p.decided_at > now() - interval '24 hours'
    order by b.menu_item_id, p.decided_at
  ), sold as (
    select l.menu_item_id, sum(l.quantity) as quantity from public.orders o join public.order_lines l on l.venue_id = o.venue_id and l.order_id = o.id
    where o.venue_id = p_venue_id and o.created_at > now() - interval '7 days' and private.is_sale(o.status) and l.voided_at is null and l.menu_item_id = any (v_ids)
    group by l.menu_item_id
  ), weighed as (
    select w.*, coalesce(m.price_minor, w.now_minor) as base_minor, coalesce(s.quantity, 0) as quantity
    from wished w left join moved m on m.menu_item_id = w.id left join sold s on s.menu_item_id = w.id
  )
  select jsonb_agg(jsonb_build_object('menu_item_id', w.id, 'name', w.name, 'price_minor', w.now_minor) order by w.id),
    jsonb_agg(jsonb_build_object('menu_item_id', w.id, 'name', w.name, 'price_minor', w.wish_minor) order by w.id),
    jsonb_build_object('items', count(*), 'highest_change_bp', max(case when w.now_minor > 0 then abs(w.wish_minor - w.now_minor) * 10000 / w.now_minor end),
      'week_sales_change_minor', sum((w.wish_minor - w.now_minor) * w.quantity)::bigint, 'is_published', false), count(*)::integer,
    string_agg(format('%s: %s is more than %s %% away from %s', w.name, w.wish_minor, v_most_bp / 100, w.base_minor), '; ')
      filter (where abs(w.wish_minor::numeric - w.base_minor) * 10000 > w.base_minor::numeric * v_most_bp)
  into v_change.before, v_change.after, v_change.impact, v_change.measured, v_wrong from weighed w;
  if v_change.before @> v_change.after then
    perform private.fail('invalid_input', 'prices: they are so already');
  elsif v_wrong is not null then
    perform private.fail('guardrail_exceeded', left(v_wrong, 500));
  end if;
  return v_change;
end $$;
comment on function private.plan_update_prices(uuid, jsonb) is
  'Plans {prices: [{menu_item_id, price_minor}]}: 1 to 50 items of the draft. Errors: invalid_input, menu_item_not_found, guardrail_exceeded.';

create function private.plan_availability(p_venue_id uuid, p_item_ids uuid[], p_option_ids uuid[], p_is_available boolean) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_change private.change;
begin
  if p_is_available is null then
    perform private.fail('invalid_input', 'is_available: true or false');
  end if;
  perform private.lock_items(p_venue_id, p_item_ids);
  perform 1 from public.modifier_options o where o.venue_id = p_venue_id and o.id = any (p_option_ids) order by o.id for no key update;
  select jsonb_agg(jsonb_build_object('kind', x.kind, 'id', x.id, 'name', x.name, 'is_available', x.is_available) order by x.kind, x.id), count(*)
  into v_change.before, v_change.measured
  from (
    select 'item' as kind, i.id, i.name, i.is_available from public.menu_items i where i.venue_id = p_venue_id and i.id = any (p_item_ids)
    union all
    select 'option', o.id, o.name, o.is_available from public.modifier_options o where o.venue_id = p_venue_id and o.id = any (p_option_ids)) x
  where x.is_available <> p_is_available;
  if v_change.measured = 0 then
    perform private.fail('invalid_input', 'they are so already, or not of this venue');
  end if;
  v_change.after := (select jsonb_agg(b || jsonb_build_object('is_available', p_is_available)) from jsonb_array_elements(v_change.before) b);
  v_change.impact := jsonb_build_object('items', (select count(*) from jsonb_array_elements(v_change.before) b where b ->> 'kind' = 'item'),
    'options', (select count(*) from jsonb_array_elements(v_change.before) b where b ->> 'kind' = 'option'));
  return v_change;
end $$;
comment on function private.plan_availability(uuid, uuid[], uuid[], boolean) is
  'What switching these on or off would change: only those that are otherwise. Errors: invalid_input, menu_item_not_found.';

create function private.plan_set_availability(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['is_available'], array['menu_item_ids', 'option_ids']);
  return private.plan_availability(p_venue_id,
    case when p_arguments ? 'menu_item_ids' then private.ids_of(p_arguments, 'menu_item_ids', 100) else '{}' end,
    case when p_arguments ? 'option_ids' then private.ids_of(p_arguments, 'option_ids', 100) else '{}' end, (p_arguments ->> 'is_available')::boolean);
end $$;
comment on function private.plan_set_availability(uuid, jsonb) is
  'Plans {is_available, menu_item_ids?, option_ids?}. Errors: invalid_input, menu_item_not_found.';

create function private.plan_set_category_availability(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['is_available', 'category_id']);
  return private.plan_availability(p_venue_id, array(select i.id from public.menu_items i
    where i.venue_id = p_venue_id and i.category_id = (p_arguments ->> 'category_id')::uuid and i.archived_at is null order by i.id),
    '{}', (p_arguments ->> 'is_available')::boolean);
end $$;
comment on function private.plan_set_category_availability(uuid, jsonb) is 'Plans {is_available, category_id}: every item of a category. Errors: invalid_input, menu_item_not_found.';

create function private.plan_create_item(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['category_id', 'name', 'price_minor'], array['description', 'tax_rate_bp']);
  perform 1 from public.menu_categories c where c.venue_id = p_venue_id and c.id = (p_arguments ->> 'category_id')::uuid for key share;
  if not found then
    perform private.fail('invalid_input', 'category_id: no category of this venue');
  end if;
  return row(jsonb_build_object('same_name', (select count(*) from public.menu_items i
      where i.venue_id = p_venue_id and i.archived_at is null and lower(i.name) = lower(trim(p_arguments ->> 'name')))),
    jsonb_build_object('category_id', p_arguments -> 'category_id', 'name', trim(p_arguments ->> 'name'), 'price_minor', (p_arguments ->> 'price_minor')::bigint,
      'description', coalesce(trim(p_arguments ->> 'description'), ''), 'tax_rate_bp', coalesce((p_arguments ->> 'tax_rate_bp')::integer, 2000)),
    jsonb_build_object('items', 1, 'is_published', false), 1);
end $$;
comment on function private.plan_create_item(uuid, jsonb) is
  'Plans {category_id, name, price_minor, description?, tax_rate_bp?}: a new item of the draft. Errors: invalid_input.';

create function private.plan_archive_items(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[];
begin
  perform private.require_keys(p_arguments, array['menu_item_ids']);
  v_ids := private.ids_of(p_arguments, 'menu_item_ids', 10);
  perform private.lock_items(p_venue_id, v_ids);
  return row((select jsonb_agg(jsonb_build_object('menu_item_id', i.id, 'name', i.name, 'price_minor', i.price_minor, 'is_archived', false) order by i.id)
      from public.menu_items i where i.venue_id = p_venue_id and i.id = any (v_ids)),
    (select jsonb_agg(jsonb_build_object('menu_item_id', i.id, 'name', i.name, 'price_minor', i.price_minor, 'is_archived', true) order by i.id)
      from public.menu_items i where i.venue_id = p_venue_id and i.id = any (v_ids)),
    jsonb_build_object('items', cardinality(v_ids), 'is_published', false, 'sold_within_a_week', (
      select coalesce(sum(l.quantity), 0) from public.orders o join public.order_lines l on l.venue_id = o.venue_id and l.order_id = o.id
      where o.venue_id = p_venue_id and o.created_at > now() - interval '7 days' and private.is_sale(o.status) and l.voided_at is null and l.menu_item_id = any (v_ids))),
    cardinality(v_ids));
end $$;
comment on function private.plan_archive_items(uuid, jsonb) is 'Plans {menu_item_ids}: 1 to 10 items leave the draft. Errors: invalid_input, menu_item_not_found.';
