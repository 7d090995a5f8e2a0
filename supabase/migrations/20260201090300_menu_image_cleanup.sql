-- What nobody shows is removed: uploads that were never attached, images that were taken off the menu, and those of dishes that
-- left it a month ago, unless a published version shows them. SQL cannot delete objects, only Storage can: a worker asks it to.
--
-- An object that is a day old and shown nowhere can never be shown again (attach_menu_image refuses it), so between the
-- question which ones these are and their removal nothing can change.

select private.create_queue('storage', 10);
insert into private.outbox_routes (topic, queue) values ('menu_images.orphaned', 'storage');

create function private.orphaned_menu_images(p_limit integer) returns setof text
language sql stable set search_path = '' as $$
  select o.name from storage.objects o
  where o.bucket_id = 'menu-images' and o.created_at < now() - interval '24 hours'
    and not exists (select 1 from public.menu_item_images m where m.path = o.name)
    and not exists (select 1 from public.menu_image_variants v where v.path = o.name)
    and not exists (select 1 from public.menu_versions mv where mv.image_paths @> array[o.name])
  limit p_limit
$$;
comment on function private.orphaned_menu_images(integer) is 'Names of objects in the bucket menu-images that no menu shows or has shown, a day after their upload.';

create function public.get_orphaned_menu_images(p_limit integer default 100) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    perform private.fail('invalid_input', 'limit: 1 to 1000');
  end if;
  return (select coalesce(jsonb_agg(o), '[]') from private.orphaned_menu_images(p_limit) o);
end $$;
comment on function public.get_orphaned_menu_images(integer) is
  'Up to p_limit (1-1000) names of objects in the bucket menu-images that can be removed. For workers only. Returns [name]. '
  'Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.get_orphaned_menu_images(integer) to service_role;

create function private.clean_menu_images() returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_waits boolean := exists (select 1 from private.orphaned_menu_images(1));
begin
  if v_waits then
    perform private.emit('menu_images.orphaned', '{}');
  end if;
  -- Their objects follow tomorrow: a publication that still reads these rows is over by then.
  delete from public.menu_item_images m using public.menu_items i
  where i.venue_id = m.venue_id and i.id = m.menu_item_id and i.archived_at < now() - interval '30 days';
  return v_waits;
end $$;
comment on function private.clean_menu_images() is
  'Clock, daily: has a worker remove the objects that no menu shows, and takes the images off items that were archived 30 days ago. Returns whether a worker was asked.';
