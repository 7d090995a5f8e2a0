-- Objects that nothing needs any more go: images that no menu shows, and files from which a menu was read. SQL cannot delete
-- objects, only Storage can: a worker is asked to.
--
-- What is named here can never be used again (attach_menu_image and read_menu_files refuse what is older), so between the
-- question which ones these are and their removal nothing can change.

select private.create_queue('storage', 10);
insert into private.outbox_routes (topic, queue) values ('objects.removable', 'storage');

create function private.removable_objects(p_bucket_id text, p_limit integer) returns setof text
language sql stable set search_path = '' as $$
  (select o.name from storage.objects o
  where p_bucket_id = 'menu-images' and o.bucket_id = 'menu-images' and o.created_at < now() - interval '24 hours'
    and not exists (select 1 from public.menu_item_images m where m.path = o.name)
    and not exists (select 1 from public.menu_image_variants v where v.path = o.name)
    and not exists (select 1 from public.menu_versions mv where mv.image_paths @> array[o.name])
  limit p_limit)
  union all
  (select o.name from storage.objects o
  where p_bucket_id = 'menu-files' and o.bucket_id = 'menu-files' and o.created_at < now() - interval '48 hours'
  limit p_limit)
$$;
comment on function private.removable_objects(text, integer) is
  'Names of objects in a bucket that nothing needs: menu-images that no menu shows or has shown, a day after their upload; menu-files '
  'that no job can read any more, when a day for asking, and an hour for the job, have passed. None of any other bucket.';

create function public.get_removable_objects(p_bucket_id text, p_limit integer default 100) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select 1 from storage.buckets b where b.id = p_bucket_id) then
    perform private.fail('invalid_input', 'bucket_id: a bucket');
  elsif p_limit is null or p_limit not between 1 and 1000 then
    perform private.fail('invalid_input', 'limit: 1 to 1000');
  end if;
  return (select coalesce(jsonb_agg(o), '[]') from private.removable_objects(p_bucket_id, p_limit) o);
end $$;
comment on function public.get_removable_objects(text, integer) is
  'Up to p_limit (1-1000) names of objects in a bucket that can be removed. For workers only. Returns [name]. '
  'Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.get_removable_objects(text, integer) to service_role;

create function private.clean_storage() returns text[]
language plpgsql volatile set search_path = '' as $$
declare
  v_buckets text[] := array(select b.id from storage.buckets b where exists (select 1 from private.removable_objects(b.id, 1)) order by b.id);
begin
  perform private.emit('objects.removable', jsonb_build_object('bucket_id', b)) from unnest(v_buckets) b;
  -- Their objects follow tomorrow: a publication that still reads these rows is over by then.
  delete from public.menu_item_images m using public.menu_items i
  where i.venue_id = m.venue_id and i.id = m.menu_item_id and i.archived_at < now() - interval '30 days';
  return v_buckets;
end $$;
comment on function private.clean_storage() is
  'Clock, daily: has a worker remove the objects that nothing needs, bucket by bucket, and takes the images off items that were archived 30 days ago. '
  'Returns the buckets of which a worker was asked.';
