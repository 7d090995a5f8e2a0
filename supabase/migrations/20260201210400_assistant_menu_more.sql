-- The rest of what the assistant can change of the menu: discounts, translations, images, publishing; what performs and undoes
-- all of it; and the reads for which there was no function yet.

create function private.plan_create_discount(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_percent_bp integer := (p_arguments ->> 'percent_bp')::integer;
begin
  perform private.require_keys(p_arguments, array['name', 'percent_bp'], array['code', 'menu_item_id', 'category_id', 'starts_on', 'ends_on', 'max_uses']);
  if v_percent_bp not between 1 and 10000 then
    perform private.fail('invalid_input', 'percent_bp: 1 to 10000');
  end if;
  -- Never stackable: two of them are not worth more than one.
  return row(jsonb_build_object('same_code', (select count(*) from public.discounts d where d.venue_id = p_venue_id and d.is_active and d.code = upper(p_arguments ->> 'code'))),
    jsonb_strip_nulls(jsonb_build_object('name', trim(p_arguments ->> 'name'), 'percent_bp', v_percent_bp, 'code', upper(p_arguments ->> 'code'),
      'menu_item_id', (p_arguments ->> 'menu_item_id')::uuid, 'category_id', (p_arguments ->> 'category_id')::uuid,
      'starts_on', (p_arguments ->> 'starts_on')::date, 'ends_on', (p_arguments ->> 'ends_on')::date, 'max_uses', (p_arguments ->> 'max_uses')::integer, 'is_stackable', false)),
    jsonb_build_object('discounts', 1, 'percent_bp', v_percent_bp,
      'active_discounts', (select count(*) from public.discounts d where d.venue_id = p_venue_id and d.is_active)), v_percent_bp);
end $$;
comment on function private.plan_create_discount(uuid, jsonb) is
  'Plans {name, percent_bp, code?, menu_item_id? or category_id?, starts_on?, ends_on?, max_uses?}; measured in what it takes off. Errors: invalid_input.';

create function private.plan_publish_menu(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_diff jsonb;
begin
  perform private.require_keys(p_arguments, '{}');
  perform 1 from public.venues v where v.id = p_venue_id for no key update;
  v_diff := public.diff_menu(p_venue_id);
  if jsonb_array_length(v_diff -> 'added') + jsonb_array_length(v_diff -> 'removed') + jsonb_array_length(v_diff -> 'changed') = 0 then
    perform private.fail('invalid_input', 'the draft is what guests see already');
  end if;
  return row(jsonb_build_object('version', v_diff -> 'version'), v_diff - 'venue_id' - 'version', jsonb_build_object('added', jsonb_array_length(v_diff -> 'added'),
    'removed', jsonb_array_length(v_diff -> 'removed'), 'changed', jsonb_array_length(v_diff -> 'changed')), 1);
end $$;
comment on function private.plan_publish_menu(uuid, jsonb) is
  'Plans {}: the whole draft, as diff_menu shows it. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';

create function private.plan_translate_items(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_locale text := p_arguments ->> 'locale';
  v_ids uuid[];
begin
  perform private.require_keys(p_arguments, array['locale', 'texts']);
  perform private.require_keys(t.text, array['menu_item_id', 'name'], array['description']) from jsonb_array_elements(p_arguments -> 'texts') t (text);
  select array_agg((t.text ->> 'menu_item_id')::uuid) into v_ids from jsonb_array_elements(p_arguments -> 'texts') t (text);
  perform private.require_ids('texts', v_ids, 100);
  if cardinality(v_ids) <> (select count(distinct i) from unnest(v_ids) i) then
    perform private.fail('invalid_input', 'texts: an item is named twice');
  end if;
  perform private.lock_items(p_venue_id, v_ids);
  return row((select jsonb_agg(jsonb_build_object('menu_item_id', i.id, 'source', i.name, 'name', t.name, 'description', t.description) order by i.id)
      from public.menu_items i left join public.menu_translations t on t.venue_id = p_venue_id and t.locale = v_locale and t.menu_item_id = i.id
      where i.venue_id = p_venue_id and i.id = any (v_ids)),
    (select jsonb_agg(jsonb_build_object('menu_item_id', i.id, 'source', i.name, 'name', trim(w.text ->> 'name'), 'description', trim(w.text ->> 'description')) order by i.id)
      from jsonb_array_elements(p_arguments -> 'texts') w (text) join public.menu_items i on i.venue_id = p_venue_id and i.id = (w.text ->> 'menu_item_id')::uuid),
    jsonb_build_object('items', cardinality(v_ids), 'replaced', (select count(*) from public.menu_translations t
      where t.venue_id = p_venue_id and t.locale = v_locale and t.menu_item_id = any (v_ids)), 'is_published', false), cardinality(v_ids));
end $$;
comment on function private.plan_translate_items(uuid, jsonb) is
  'Plans {locale, texts: [{menu_item_id, name, description?}]}: beside the source, never over it. Errors: invalid_input, menu_item_not_found.';

create function private.ids_in(p_list jsonb, p_key text) returns uuid[]
language sql immutable set search_path = '' as $$
  select coalesce(array_agg((e ->> p_key)::uuid order by e ->> p_key), '{}') from jsonb_array_elements(p_list) e
$$;
comment on function private.ids_in(jsonb, text) is 'The ids under one key of every object of a list.';

create function private.switch_back(p_venue_id uuid, p_list jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform public.set_availability(p_venue_id, (p_list #>> '{0,is_available}')::boolean,
    private.ids_in(jsonb_path_query_array(p_list, '$[*] ? (@.kind == "item")'), 'id'), private.ids_in(jsonb_path_query_array(p_list, '$[*] ? (@.kind == "option")'), 'id'));
end $$;
comment on function private.switch_back(uuid, jsonb) is
  'Switches items and options as a side of a proposal says. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';

create function private.perform_menu_change(p_proposal public.assistant_proposals) returns private.performed
language plpgsql volatile set search_path = '' as $$
declare
  v_venue constant uuid := p_proposal.venue_id;
  v_id uuid;
  v_answer jsonb;
begin
  case p_proposal.tool
    when 'update_prices' then
      update public.menu_items i set price_minor = a.price_minor from jsonb_to_recordset(p_proposal.after) a (menu_item_id uuid, price_minor bigint)
      where i.venue_id = v_venue and i.id = a.menu_item_id;
      return row(jsonb_build_object('items', p_proposal.measured), '{}'::jsonb);
    when 'set_availability', 'set_category_availability' then
      perform private.switch_back(v_venue, p_proposal.after);
      return row(jsonb_build_object('items', p_proposal.measured), '{}'::jsonb);
    when 'create_item' then
      insert into public.menu_items (venue_id, category_id, name, price_minor, description, tax_rate_bp)
      select v_venue, a.category_id, a.name, a.price_minor, a.description, a.tax_rate_bp
      from jsonb_to_record(p_proposal.after) a (category_id uuid, name text, price_minor bigint, description text, tax_rate_bp integer) returning id into v_id;
      return row(jsonb_build_object('menu_item_id', v_id), jsonb_build_object('menu_item_id', v_id));
    when 'archive_items' then
      update public.menu_items i set archived_at = now() where i.venue_id = v_venue and i.id = any (private.ids_in(p_proposal.after, 'menu_item_id'));
      return row(jsonb_build_object('items', p_proposal.measured), '{}'::jsonb);
    when 'create_discount' then
      insert into public.discounts (venue_id, name, percent_bp, code, menu_item_id, category_id, starts_on, ends_on, max_uses, is_stackable)
      select v_venue, a.name, a.percent_bp, a.code, a.menu_item_id, a.category_id, a.starts_on, a.ends_on, a.max_uses, a.is_stackable
      from jsonb_to_record(p_proposal.after) a (name text, percent_bp integer, code text, menu_item_id uuid, category_id uuid, starts_on date, ends_on date,
        max_uses integer, is_stackable boolean) returning id into v_id;
      return row(jsonb_build_object('discount_id', v_id), jsonb_build_object('discount_id', v_id));
    when 'publish_menu' then
      v_answer := public.publish_menu(v_venue);
      -- Before the first publication there is nothing to go back to.
      return row(v_answer, case when p_proposal.before -> 'version' <> 'null' then jsonb_build_object('version', v_answer -> 'version') end);
    when 'translate_items' then
      insert into public.menu_translations as t (venue_id, locale, menu_item_id, name, description)
      select v_venue, p_proposal.arguments ->> 'locale', a.menu_item_id, a.name, a.description
      from jsonb_to_recordset(p_proposal.after) a (menu_item_id uuid, name text, description text)
      on conflict on constraint one_translation_per_locale do update set name = excluded.name, description = excluded.description;
      return row(jsonb_build_object('items', p_proposal.measured), '{}'::jsonb);
    when 'set_item_image' then
      return private.perform_item_image(p_proposal);
  end case;
end $$;
comment on function private.perform_menu_change(public.assistant_proposals) is
  'Does what a proposal of the menu says, as its tables and RPCs allow it: prices, items, discounts and translations are rows that menu.edit writes. Errors: '
  'not_authenticated, permission_denied, subscription_inactive, invalid_input, menu_incomplete, menu_item_not_found, menu_image_*, entitlement_exceeded.';

create function private.undo_menu_change(p_proposal public.assistant_proposals) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_venue constant uuid := p_proposal.venue_id;
  v_rows integer;
begin
  case p_proposal.tool
    when 'update_prices' then
      update public.menu_items i set price_minor = b.price_minor
      from jsonb_to_recordset(p_proposal.before) b (menu_item_id uuid, price_minor bigint), jsonb_to_recordset(p_proposal.after) a (menu_item_id uuid, price_minor bigint)
      where i.venue_id = v_venue and i.id = b.menu_item_id and a.menu_item_id = b.menu_item_id and i.price_minor = a.price_minor;
      get diagnostics v_rows = row_count;
      return v_rows = p_proposal.measured;
    when 'set_availability', 'set_category_availability' then
      if exists (select 1 from jsonb_to_recordset(p_proposal.after) a (kind text, id uuid, is_available boolean)
        left join public.menu_items i on a.kind = 'item' and i.venue_id = v_venue and i.id = a.id
        left join public.modifier_options o on a.kind = 'option' and o.venue_id = v_venue and o.id = a.id
        where coalesce(i.is_available, o.is_available) is distinct from a.is_available) then
        return false;
      end if;
      perform private.switch_back(v_venue, p_proposal.before);
      return true;
    when 'create_item' then
      update public.menu_items i set archived_at = now() where i.venue_id = v_venue and i.id = (p_proposal.undo ->> 'menu_item_id')::uuid and i.archived_at is null;
      return found;
    when 'archive_items' then
      update public.menu_items i set archived_at = null where i.venue_id = v_venue and i.id = any (private.ids_in(p_proposal.after, 'menu_item_id')) and i.archived_at is not null;
      get diagnostics v_rows = row_count;
      return v_rows = p_proposal.measured;
    when 'create_discount' then
      update public.discounts d set is_active = false where d.venue_id = v_venue and d.id = (p_proposal.undo ->> 'discount_id')::uuid and d.is_active;
      return found;
    when 'publish_menu' then
      perform 1 from public.venues v where v.id = v_venue and v.menu_version = (p_proposal.undo ->> 'version')::integer for no key update;
      if found then
        perform public.rollback_menu(v_venue, (p_proposal.before ->> 'version')::integer);
        return true;
      end if;
      return false;
    when 'translate_items' then
      return private.undo_translations(p_proposal);
    when 'set_item_image' then
      return private.undo_item_image(p_proposal);
  end case;
end $$;
comment on function private.undo_menu_change(public.assistant_proposals) is
  'Takes a change of the menu back, or says that it is not there any more as it was made. Errors: those of perform_menu_change, menu_version_not_found.';

create function private.undo_translations(p_proposal public.assistant_proposals) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_rows integer;
begin
  with written as (
    select t.id, b.name, b.description from jsonb_to_recordset(p_proposal.after) a (menu_item_id uuid, name text, description text)
    join jsonb_to_recordset(p_proposal.before) b (menu_item_id uuid, name text, description text) on b.menu_item_id = a.menu_item_id
    join public.menu_translations t on t.venue_id = p_proposal.venue_id and t.locale = p_proposal.arguments ->> 'locale' and t.menu_item_id = a.menu_item_id
      and t.name is not distinct from a.name and t.description is not distinct from a.description
  ), gone as (
    delete from public.menu_translations t using written w where t.id = w.id and w.name is null and w.description is null returning 1
  ), restored as (
    update public.menu_translations t set name = w.name, description = w.description from written w
    where t.id = w.id and num_nonnulls(w.name, w.description) > 0 returning 1
  )
  select (select count(*) from gone) + (select count(*) from restored) into v_rows;
  return v_rows = p_proposal.measured;
end $$;
comment on function private.undo_translations(public.assistant_proposals) is 'Translations become what they were, or go again; says whether all were as they had been written.';
