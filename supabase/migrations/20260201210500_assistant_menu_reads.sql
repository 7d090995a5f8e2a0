-- What the assistant reads of the draft menu.

create function public.search_menu(p_venue_id uuid, p_query text, p_limit integer default 20) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('menu.read', p_venue_id);
begin
  if p_limit is null or p_limit not between 1 and 100 then
    perform private.fail('invalid_input', 'p_limit: 1 to 100');
  elsif p_query is null or length(p_query) > 100 then
    perform private.fail('invalid_input', 'p_query: up to 100 characters');
  end if;
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'currency', v_venue.currency, 'items', coalesce(jsonb_agg(to_jsonb(f) order by f.category, f.name, f.menu_item_id), '[]'))
    from (
      select i.id as menu_item_id, i.name, i.description, i.price_minor, i.is_available, i.category_id, c.name as category
      from public.menu_items i join public.menu_categories c on c.venue_id = i.venue_id and c.id = i.category_id
      where i.venue_id = p_venue_id and i.archived_at is null
        and (position(lower(trim(p_query)) in lower(i.name)) > 0 or position(lower(trim(p_query)) in lower(i.description)) > 0 or position(lower(trim(p_query)) in lower(c.name)) > 0)
      order by c.name, i.name, i.id limit p_limit) f);
end $$;
comment on function public.search_menu(uuid, text, integer) is
  'Items of the draft menu of which name, description or category contain p_query, at most p_limit, 1 to 100; an empty one finds all: {venue_id, currency, '
  'items: [{menu_item_id, name, description, price_minor, is_available, category_id, category}]}. Needs menu.read. Definer: one answer over several '
  'tables. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.search_menu(uuid, text, integer) to authenticated;

create function public.list_items_without_image(p_venue_id uuid, p_limit integer default 50) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('menu.read', p_venue_id);
  if p_limit is null or p_limit not between 1 and 100 then
    perform private.fail('invalid_input', 'p_limit: 1 to 100');
  end if;
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'without_image', coalesce(max(f.total), 0),
      'items', coalesce(jsonb_agg(jsonb_build_object('menu_item_id', f.id, 'name', f.name) order by f.name, f.id), '[]'))
    from (
      select i.id, i.name, count(*) over () as total from public.menu_items i
      where i.venue_id = p_venue_id and i.archived_at is null
        and not exists (select 1 from public.menu_item_images m where m.venue_id = i.venue_id and m.menu_item_id = i.id)
      order by i.name, i.id limit p_limit) f);
end $$;
comment on function public.list_items_without_image(uuid, integer) is
  'Items of the draft menu that have no image, at most p_limit, 1 to 100: {venue_id, without_image (how many there are), items: [{menu_item_id, name}]}. '
  'Needs menu.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.list_items_without_image(uuid, integer) to authenticated;
