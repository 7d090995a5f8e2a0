-- The image that guests see first: one that the item has, or one that was uploaded for it, with the words that say what it
-- shows. The bytes are in the bucket before the assistant hears of them; it fetches nothing.

create function private.images_of(p_venue_id uuid, p_menu_item_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('path', m.path, 'alt', m.alt) order by m.position), '[]')
  from public.menu_item_images m where m.venue_id = p_venue_id and m.menu_item_id = p_menu_item_id
$$;
comment on function private.images_of(uuid, uuid) is 'The images of an item in their order, as proposals show them: [{path, alt}].';

create function private.plan_set_item_image(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_path text := p_arguments ->> 'path';
  v_alt text := trim(p_arguments ->> 'alt');
  v_ids text[] := regexp_match(v_path, '^([0-9a-f-]{36})/([0-9a-f-]{36})/');
  v_image public.menu_item_images;
  v_item uuid;
  v_before jsonb;
  v_after jsonb;
begin
  if v_path is not null then
    perform private.require_keys(p_arguments, array['path', 'alt', 'width', 'height']);
    if v_ids is null or v_ids[1]::uuid <> p_venue_id then
      perform private.fail('invalid_input', 'path: {venue_id}/{menu_item_id}/{uuid}.{ext} of this venue, as uploaded');
    elsif exists (select 1 from public.menu_item_images m where m.path = v_path) then
      perform private.fail('invalid_input', 'path: it is an image of the item already; name its image_id');
    end if;
    v_item := v_ids[2]::uuid;
  else
    perform private.require_keys(p_arguments, array['image_id'], array['alt']);
    select * into v_image from public.menu_item_images m where m.venue_id = p_venue_id and m.id = (p_arguments ->> 'image_id')::uuid;
    if not found then
      perform private.fail('menu_image_not_found');
    end if;
    v_item := v_image.menu_item_id;
    v_path := v_image.path;
    v_alt := coalesce(v_alt, v_image.alt);
  end if;
  perform private.lock_items(p_venue_id, array[v_item]);
  v_before := private.images_of(p_venue_id, v_item);
  v_after := jsonb_build_array(jsonb_build_object('path', v_path, 'alt', v_alt))
    || jsonb_path_query_array(v_before, '$[*] ? (@.path != $path)', jsonb_build_object('path', v_path));
  if v_after = v_before then
    perform private.fail('invalid_input', 'image_id: it is the first already, with these words');
  end if;
  return row(jsonb_build_object('menu_item_id', v_item, 'images', v_before), jsonb_build_object('menu_item_id', v_item, 'images', v_after),
    jsonb_build_object('items', 1, 'images', jsonb_array_length(v_after), 'is_published', false), 1);
end $$;
comment on function private.plan_set_item_image(uuid, jsonb) is
  'Plans {image_id, alt?} or, for what was uploaded within 24 hours, {path, alt, width, height}: it becomes the item''s first image. '
  'Errors: invalid_input, menu_image_not_found, menu_item_not_found.';

create function private.put_images(p_venue_id uuid, p_side jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform public.describe_menu_image(m.id, i.alt) from jsonb_to_recordset(p_side -> 'images') i (path text, alt text)
  join public.menu_item_images m on m.venue_id = p_venue_id and m.path = i.path where m.alt <> i.alt;
  perform public.order_menu_images((p_side ->> 'menu_item_id')::uuid, array(
    select m.id from jsonb_array_elements(p_side -> 'images') with ordinality i (image, position)
    join public.menu_item_images m on m.venue_id = p_venue_id and m.path = i.image ->> 'path' order by i.position));
end $$;
comment on function private.put_images(uuid, jsonb) is
  'Orders and describes the images of an item as a side of a proposal says. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, menu_item_not_found, menu_image_not_found.';

create function private.perform_item_image(p_proposal public.assistant_proposals) returns private.performed
language plpgsql volatile set search_path = '' as $$
declare
  v_arguments constant jsonb := p_proposal.arguments;
  v_undo jsonb := '{}';
begin
  if v_arguments ->> 'path' is not null then
    v_undo := jsonb_build_object('image_id', public.attach_menu_image(v_arguments ->> 'path', v_arguments ->> 'alt',
      (v_arguments ->> 'width')::integer, (v_arguments ->> 'height')::integer) -> 'id');
  end if;
  perform private.put_images(p_proposal.venue_id, p_proposal.after);
  return row(jsonb_build_object('menu_item_id', p_proposal.after -> 'menu_item_id', 'images', p_proposal.after -> 'images'), v_undo);
end $$;
comment on function private.perform_item_image(public.assistant_proposals) is
  'Attaches the upload, if it is one, and puts it first. Errors: those of put_images, menu_image_limit, menu_image_not_uploaded, menu_image_invalid.';

create function private.undo_item_image(p_proposal public.assistant_proposals) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  if private.images_of(p_proposal.venue_id, (p_proposal.after ->> 'menu_item_id')::uuid) <> p_proposal.after -> 'images' then
    return false;
  end if;
  if p_proposal.undo ? 'image_id' then
    perform public.remove_menu_image((p_proposal.undo ->> 'image_id')::uuid);
  else
    perform private.put_images(p_proposal.venue_id, p_proposal.before);
  end if;
  return true;
end $$;
comment on function private.undo_item_image(public.assistant_proposals) is
  'Takes an attached image off again, or puts the item''s images back as they were. Errors: those of put_images.';
