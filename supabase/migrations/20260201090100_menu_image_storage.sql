-- Where the bytes of menu images are: the bucket, and who may put what into it. Names are {venue_id}/{menu_item_id}/{uuid}.{ext}.
--
-- The bucket is public: whoever knows a name gets the bytes without a token, through a cache. A published menu is public, and
-- a guest's page could not show it otherwise than by links signed again at every read, which no cache could keep. The image of
-- a draft is protected by its name alone, 122 random bits, which only members can list; nothing else belongs into this bucket.
--
-- No SVG: it is a document that runs scripts, and would run them under the address of the project's own API.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('menu-images', 'menu-images', true, 5242880, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']);

-- Storage itself looks objects up by bucket and name, which has the index; each policy is a filter on what that finds. The
-- helper runs once per statement. Its own columns are called objects.…, since inside of a subquery name would be the dish's.
create policy menu_images_select_member on storage.objects for select to authenticated
  using (bucket_id = 'menu-images' and split_part(name, '/', 1) = any ((select private.venues_with('menu.read')::text[])::text[]));

create policy menu_images_insert_editor on storage.objects for insert to authenticated
  with check (bucket_id = 'menu-images' and case
    when name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpg|jpeg|png|webp|avif)$'
    then split_part(name, '/', 1) = any ((select private.venues_with('menu.edit')::text[])::text[])
      and exists (select 1 from public.menu_items i
        where i.venue_id = split_part(objects.name, '/', 1)::uuid and i.id = split_part(objects.name, '/', 2)::uuid and i.archived_at is null)
    else false end);

-- There is no policy for update: what a published menu shows is not exchanged under its guests, and caches may keep it.

-- An upload may be taken back; what a menu shows or has shown may not. remove_menu_image ends the first, the clock cleans up.
create policy menu_images_delete_editor on storage.objects for delete to authenticated
  using (bucket_id = 'menu-images' and split_part(name, '/', 1) = any ((select private.venues_with('menu.edit')::text[])::text[])
    and not exists (select 1 from public.menu_item_images m where m.path = objects.name)
    and not exists (select 1 from public.menu_image_variants v where v.path = objects.name)
    and not exists (select 1 from public.menu_versions mv where mv.image_paths @> array[objects.name]));
