-- Files from which a menu is read: a bucket of its own, private, with names {venue_id}/{uuid}.{ext}. What a file is, is decided
-- by its bytes when a worker reads it; here are who may put it there, how large it may be, and when it goes.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('menu-files', 'menu-files', false, 10485760, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']);

create policy menu_files_select_editor on storage.objects for select to authenticated
  using (bucket_id = 'menu-files' and split_part(name, '/', 1) = any ((select private.venues_with('menu.edit')::text[])::text[]));
create policy menu_files_insert_editor on storage.objects for insert to authenticated
  with check (bucket_id = 'menu-files' and name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(pdf|jpg|jpeg|png|webp)$'
    and split_part(name, '/', 1) = any ((select private.venues_with('menu.edit')::text[])::text[]));
-- There is no policy for update: what a job was asked to read is not exchanged under it.
create policy menu_files_delete_editor on storage.objects for delete to authenticated
  using (bucket_id = 'menu-files' and split_part(name, '/', 1) = any ((select private.venues_with('menu.edit')::text[])::text[]));

create function private.require_menu_files(p_venue_id uuid, p_paths text[]) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_types text[] := (select b.allowed_mime_types from storage.buckets b where b.id = 'menu-files');
  v_found bigint;
  v_size numeric;
  v_unfit boolean;
begin
  if p_paths is null or cardinality(p_paths) not between 1 and 5 or exists (
      select 1 from unnest(p_paths) p where p is null or p !~ ('^' || p_venue_id || '/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(pdf|jpg|jpeg|png|webp)$'))
    or cardinality(p_paths) <> (select count(distinct p) from unnest(p_paths) p) then
    perform private.fail('invalid_input', 'paths: 1 to 5 of {venue_id}/{uuid}.{pdf, jpg, jpeg, png or webp}, as uploaded, each once');
  end if;
  select count(*), coalesce(sum(case when jsonb_typeof(o.metadata -> 'size') = 'number' then (o.metadata ->> 'size')::numeric end), 0),
    bool_or(jsonb_typeof(o.metadata -> 'size') is distinct from 'number' or not coalesce(o.metadata ->> 'mimetype' = any (v_types), false))
  into v_found, v_size, v_unfit
  from storage.objects o
  where o.bucket_id = 'menu-files' and o.name = any (p_paths) and o.owner_id = auth.uid()::text and o.created_at > now() - interval '24 hours';
  if v_found <> cardinality(p_paths) then
    perform private.fail('menu_file_not_uploaded');
  elsif v_unfit or v_size > 10485760 then
    perform private.fail('menu_file_invalid', format('%s bytes in all', v_size));
  end if;
end $$;
comment on function private.require_menu_files(uuid, text[]) is
  'Refuses paths that are not fresh uploads of the signed-in user in this venue''s folder, and too much of them. What the client said a file is, is not '
  'believed here: see the worker. Errors: invalid_input, menu_file_not_uploaded, menu_file_invalid.';
