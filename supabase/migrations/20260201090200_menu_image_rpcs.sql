-- From an upload to a menu: an object becomes an image when attached, and what Storage says of it is believed, not the client.

insert into private.errors (code, http_status, meaning, remedy) values
  ('menu_item_not_found', 404, 'There is no such item on the draft menu in reach of this caller.', 'List the venue''s items and use the id of one that is not archived.'),
  ('menu_image_not_found', 404, 'There is no such image in reach of this caller.', 'List the item''s images and use one of their ids.'),
  ('menu_image_not_uploaded', 409, 'Nothing was uploaded under this path within the last 24 hours.', 'Upload the image under a new name, and attach it within a day.'),
  ('menu_image_invalid', 422, 'What was uploaded under this path is not an image that a menu takes.', 'Upload a JPEG, PNG, WebP or AVIF of at most 5 MiB under a name with the fitting ending.'),
  ('menu_image_limit', 409, 'The item has as many images as it can.', 'Remove one first.');

create function private.uploaded_image(p_path text, p_folder text, p_is_known boolean, out byte_size bigint, out mime_type text)
language plpgsql stable set search_path = '' as $$
declare
  v_bucket storage.buckets;
  v_metadata jsonb;
begin
  if p_path is null or p_path !~ '^[0-9a-f/-]{74}[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpg|jpeg|png|webp|avif)$' or left(p_path, 74) <> p_folder then
    perform private.fail('invalid_input', 'path: {venue_id}/{menu_item_id}/{uuid}.{jpg, jpeg, png, webp or avif}, as uploaded');
  end if;
  -- What is older and shown nowhere is the clock's, which may be removing it right now.
  select o.metadata into v_metadata from storage.objects o
  where o.bucket_id = 'menu-images' and o.name = p_path and (p_is_known or o.created_at > now() - interval '24 hours');
  if not found then
    perform private.fail('menu_image_not_uploaded');
  end if;
  select * into v_bucket from storage.buckets b where b.id = 'menu-images';
  mime_type := v_metadata ->> 'mimetype';
  byte_size := case when jsonb_typeof(v_metadata -> 'size') = 'number' then (v_metadata ->> 'size')::numeric else 0 end;
  if byte_size not between 1 and v_bucket.file_size_limit or not coalesce(mime_type = any (v_bucket.allowed_mime_types), false)
    or mime_type <> 'image/' || replace(substring(p_path from '[a-z]+$'), 'jpg', 'jpeg') then
    perform private.fail('menu_image_invalid', format('%s bytes of %s', byte_size, coalesce(mime_type, 'unknown type')));
  end if;
end $$;
comment on function private.uploaded_image(text, text, boolean) is
  'Size and type of a fresh upload, or of one that is shown already (p_is_known), in this folder ({venue_id}/{menu_item_id}/), as Storage knows them. Errors: invalid_input, menu_image_not_uploaded, menu_image_invalid.';

create function private.menu_image(p_image public.menu_item_images) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_image.id, 'menu_item_id', p_image.menu_item_id, 'path', p_image.path, 'alt', p_image.alt, 'position', p_image.position,
    'width', p_image.width, 'height', p_image.height, 'byte_size', p_image.byte_size, 'mime_type', p_image.mime_type,
    'variants', coalesce((
      select jsonb_agg(jsonb_build_object('path', v.path, 'width', v.width, 'height', v.height, 'byte_size', v.byte_size, 'mime_type', v.mime_type) order by v.width, v.mime_type)
      from public.menu_image_variants v where v.venue_id = p_image.venue_id and v.image_id = p_image.id), '[]'))
$$;
comment on function private.menu_image(public.menu_item_images) is 'An image of the draft as RPCs return it.';

create function private.require_menu_image(p_image_id uuid) returns public.menu_item_images
language plpgsql volatile set search_path = '' as $$
declare
  v_image public.menu_item_images;
begin
  perform private.require_user();
  select * into v_image from public.menu_item_images m where m.id = p_image_id and m.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('menu_image_not_found');
  end if;
  perform private.require_venue('menu.edit', v_image.venue_id);
  -- The venue first, as publishing does: what a publication under way shows is not let go before its version is there.
  perform 1 from public.venues v where v.id = v_image.venue_id for no key update;
  perform 1 from public.menu_items i where i.venue_id = v_image.venue_id and i.id = v_image.menu_item_id for no key update;
  select * into v_image from public.menu_item_images m where m.id = p_image_id;
  if not found then
    perform private.fail('menu_image_not_found');
  end if;
  return v_image;
end $$;
comment on function private.require_menu_image(uuid) is
  'The image, if the signed-in user may edit its menu, with venue and item locked. Errors: not_authenticated, menu_image_not_found, permission_denied, subscription_inactive.';

create function public.attach_menu_image(p_path text, p_alt text, p_width integer, p_height integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ids text[] := regexp_match(p_path, '^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/');
  v_image public.menu_item_images;
  v_count integer;
begin
  perform private.require_user();
  if v_ids is null or coalesce(length(trim(p_alt)), 0) not between 1 and 500
    or p_width is null or p_width not between 1 and 20000 or p_height is null or p_height not between 1 and 20000 then
    perform private.fail('invalid_input', 'path: as uploaded; alt: 1 to 500 characters; width and height: 1 to 20000 pixels');
  end if;
  perform private.require_venue('menu.edit', v_ids[1]::uuid);
  perform 1 from public.menu_items i where i.venue_id = v_ids[1]::uuid and i.id = v_ids[2]::uuid and i.archived_at is null for no key update;
  if not found then
    perform private.fail('menu_item_not_found');
  end if;
  select * into v_image from public.menu_item_images m where m.path = p_path;
  if found then
    return private.menu_image(v_image);
  end if;
  if exists (select 1 from public.menu_image_variants v where v.path = p_path) then
    perform private.fail('invalid_input', 'path: this is a variant of another image');
  end if;
  select count(*) into v_count from public.menu_item_images m where m.venue_id = v_ids[1]::uuid and m.menu_item_id = v_ids[2]::uuid;
  if v_count >= 8 then
    perform private.fail('menu_image_limit');
  end if;
  insert into public.menu_item_images (venue_id, menu_item_id, path, alt, position, width, height, byte_size, mime_type)
  select v_ids[1]::uuid, v_ids[2]::uuid, p_path, trim(p_alt), v_count + 1, p_width, p_height, u.byte_size, u.mime_type
  from private.uploaded_image(p_path, v_ids[1] || '/' || v_ids[2] || '/', false) u
  returning * into v_image;
  return private.menu_image(v_image);
end $$;
comment on function public.attach_menu_image(text, text, integer, integer) is
  'Makes what was uploaded to the bucket menu-images as {venue_id}/{menu_item_id}/{uuid}.{ext} within the last 24 hours the last '
  'image of its item, in the draft; asked again, it answers with the image as it is. p_alt says in the venue''s language what it '
  'shows; size and type are Storage''s. Needs menu.edit. Returns {id, menu_item_id, path, alt, position, width, height, byte_size, '
  'mime_type, variants}. Definer: clients cannot claim what Storage has not. Errors: not_authenticated, permission_denied, '
  'subscription_inactive, invalid_input, menu_item_not_found, menu_image_limit, menu_image_not_uploaded, menu_image_invalid.';
grant execute on function public.attach_menu_image(text, text, integer, integer) to authenticated;

create function public.describe_menu_image(p_image_id uuid, p_alt text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_image public.menu_item_images := private.require_menu_image(p_image_id);
begin
  if coalesce(length(trim(p_alt)), 0) not between 1 and 500 then
    perform private.fail('invalid_input', 'alt: 1 to 500 characters');
  end if;
  update public.menu_item_images m set alt = trim(p_alt) where m.id = p_image_id returning * into v_image;
  return private.menu_image(v_image);
end $$;
comment on function public.describe_menu_image(uuid, text) is
  'Says in the venue''s language what an image shows; other languages are rows of menu_translations with image_id and description. '
  'Needs menu.edit. Returns the image as attach_menu_image does. Definer: clients write no images. Errors: not_authenticated, '
  'menu_image_not_found, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.describe_menu_image(uuid, text) to authenticated;

create function public.order_menu_images(p_menu_item_id uuid, p_image_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue_id uuid;
begin
  perform private.require_user();
  select i.venue_id into v_venue_id from public.menu_items i where i.id = p_menu_item_id and i.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('menu_item_not_found');
  end if;
  perform private.require_venue('menu.edit', v_venue_id);
  perform 1 from public.menu_items i where i.venue_id = v_venue_id and i.id = p_menu_item_id for no key update;
  if p_image_ids is null or (select coalesce(array_agg(m.id order by m.id), '{}') from public.menu_item_images m where m.venue_id = v_venue_id and m.menu_item_id = p_menu_item_id)
    is distinct from (select coalesce(array_agg(x order by x), '{}') from unnest(p_image_ids) x) then
    perform private.fail('invalid_input', 'image_ids: each image of the item once');
  end if;
  update public.menu_item_images m set position = x.ordinality
  from unnest(p_image_ids) with ordinality x (id, ordinality) where m.id = x.id and m.position <> x.ordinality;
  return jsonb_build_object('menu_item_id', p_menu_item_id, 'images', to_jsonb(p_image_ids));
end $$;
comment on function public.order_menu_images(uuid, uuid[]) is
  'Puts the images of an item in this order; each is named once. Needs menu.edit. Returns {menu_item_id, images}. Definer: clients '
  'write no images. Errors: not_authenticated, menu_item_not_found, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.order_menu_images(uuid, uuid[]) to authenticated;

create function public.remove_menu_image(p_image_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_image public.menu_item_images := private.require_menu_image(p_image_id);
begin
  delete from public.menu_item_images m where m.id = p_image_id;
  update public.menu_item_images m set position = m.position - 1
  where m.venue_id = v_image.venue_id and m.menu_item_id = v_image.menu_item_id and m.position > v_image.position;
  return jsonb_build_object('id', p_image_id, 'menu_item_id', v_image.menu_item_id, 'removed', true);
end $$;
comment on function public.remove_menu_image(uuid) is
  'Takes an image and its variants off the draft. Their objects stay while a published version shows them, and are otherwise '
  'removed by a clock. Needs menu.edit. Returns {id, menu_item_id, removed}. Definer: clients write no images. Errors: '
  'not_authenticated, menu_image_not_found, permission_denied, subscription_inactive.';
grant execute on function public.remove_menu_image(uuid) to authenticated;

create function public.set_menu_image_variants(p_image_id uuid, p_variants jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_image public.menu_item_images := private.require_menu_image(p_image_id);
  v_known text[];
begin
  if coalesce(jsonb_typeof(p_variants), '') <> 'array' or jsonb_array_length(p_variants) > 12 or exists (
    select 1 from jsonb_array_elements(p_variants) e
    where jsonb_typeof(e.value) <> 'object' or e.value - array['path', 'width', 'height'] <> '{}' or coalesce(jsonb_typeof(e.value -> 'path'), '') <> 'string'
      or coalesce(e.value ->> 'width', '') !~ '^[0-9]{1,5}$' or coalesce(e.value ->> 'height', '') !~ '^[0-9]{1,5}$'
      or (e.value ->> 'width')::integer not between 1 and 20000 or (e.value ->> 'height')::integer not between 1 and 20000) then
    perform private.fail('invalid_input', 'variants: at most 12 of {path, width, height}, in whole pixels up to 20000');
  end if;
  with gone as (
    delete from public.menu_image_variants v where v.venue_id = v_image.venue_id and v.image_id = p_image_id returning v.path
  ) select coalesce(array_agg(g.path), '{}') into v_known from gone g;
  if exists (select 1 from jsonb_array_elements(p_variants) e where e.value ->> 'path' in (
      select m.path from public.menu_item_images m union all select v.path from public.menu_image_variants v))
    or (select count(*) > count(distinct e.value ->> 'path') from jsonb_array_elements(p_variants) e) then
    perform private.fail('invalid_input', 'variants: a path is an image''s already, or named twice');
  end if;
  -- What was a variant before needs no fresh upload.
  insert into public.menu_image_variants (path, venue_id, image_id, width, height, byte_size, mime_type)
  select e.value ->> 'path', v_image.venue_id, p_image_id, (e.value ->> 'width')::integer, (e.value ->> 'height')::integer,
    u.byte_size, u.mime_type
  from jsonb_array_elements(p_variants) e
  cross join lateral private.uploaded_image(e.value ->> 'path', left(v_image.path, 74), e.value ->> 'path' = any (v_known)) u;
  return private.menu_image(v_image);
exception when unique_violation then
  perform private.fail('invalid_input', 'variants: one for each width and type');
end $$;
comment on function public.set_menu_image_variants(uuid, jsonb) is
  'Replaces the variants of an image by [{path, width, height}], at most 12, one for each width and type: uploads in the image''s '
  'own folder. Needs menu.edit. Returns the image as attach_menu_image does. Definer: clients cannot claim what Storage has not. '
  'Errors: not_authenticated, menu_image_not_found, permission_denied, subscription_inactive, invalid_input, '
  'menu_image_not_uploaded, menu_image_invalid.';
grant execute on function public.set_menu_image_variants(uuid, jsonb) to authenticated;
