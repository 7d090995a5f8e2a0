-- Images: who may put what into the bucket, what becomes an image of a dish, and what guests see of it.
begin;
select plan(150);
select tests.fixture();
select tests.call('owner_a', 'publish_menu({venue_a1})');

-- {#name} is a path: an upload of that name in the folder of an item
create function pg_temp.path(p_name text, p_item text, p_extension text default 'webp') returns text language sql as $$
  select i.venue_id || '/' || i.id || '/' || tests.keep('object_' || p_name, extensions.uuid_generate_v5(extensions.uuid_ns_url(), p_name)) || '.' || p_extension
  from public.menu_items i where i.id = tests.id(p_item)
$$;
create function pg_temp.upload_of(p_path text, p_mime text default 'image/webp', p_size text default '1000') returns text language sql as $$
  select format('insert into storage.objects (bucket_id, name, metadata) values (''menu-images'', %L, %L)', p_path, jsonb_build_object('mimetype', p_mime, 'size', p_size::jsonb))
$$;
create function pg_temp.upload(p_name text, p_item text, p_extension text default 'webp', p_mime text default 'image/webp', p_size text default '1000') returns text language plpgsql as $$
declare
  v_path text := pg_temp.path(p_name, p_item, p_extension);
begin
  perform tests.call('owner_' || case when p_item ~ '_b1$' then 'b' else 'a' end, pg_temp.upload_of(v_path, p_mime, p_size));
  return v_path;
end $$;
create function pg_temp.attach_of(p_path text, p_alt text default 'A burger', p_width text default '800', p_height text default '600') returns text language sql as $$
  select format('attach_menu_image(%L, %L, %s, %s)', p_path, p_alt, p_width, p_height)
$$;
create function pg_temp.attach(p_name text, p_item text, p_alt text default 'A burger') returns jsonb language plpgsql as $$
declare
  v_image jsonb := tests.call('manager_a1', pg_temp.attach_of(pg_temp.upload(p_name, p_item), p_alt));
begin
  perform tests.keep(p_name, (v_image ->> 'id')::uuid);
  return v_image;
end $$;
create function pg_temp.age(p_name text, p_age interval) returns void language sql as $$
  update storage.objects set created_at = now() - p_age where name ~ tests.id('object_' || p_name)::text
$$;

-- the bucket
select results_eq($$select public, file_size_limit, allowed_mime_types from storage.buckets where id = 'menu-images'$$,
  $$values (true, 5242880::bigint, array['image/jpeg', 'image/png', 'image/webp', 'image/avif'])$$, 'the bucket is public, takes 5 MiB, and no SVG');
select is((select count(*) from pg_policies where schemaname = 'storage' and policyname like 'menu_images_%'), 3::bigint, 'it has three policies');

-- who may upload: who edits the menu of that venue
select tests.affects(a, pg_temp.upload_of(pg_temp.path(a, 'burger_a1')), 1, a || ' uploads') from unnest(array['owner_a', 'manager_a', 'manager_a1', 'service_role']) a;
select tests.refused(a, pg_temp.upload_of(pg_temp.path(a, 'burger_a1')), '42501', a || ' uploads nothing')
from unnest(array['staff_a', 'kitchen_a', 'kitchen_a1', 'server_a', 'cashier_a', 'owner_b', 'stranger', 'anon', 'authenticated']) a;
select tests.refused('manager_a1', pg_temp.upload_of(pg_temp.path('next door', 'burger_a2')), '42501', 'a venue''s manager uploads nothing to another venue');
select tests.affects('owner_a', pg_temp.upload_of(pg_temp.path('next door', 'burger_a2')), 1, 'who has both does');

-- under which names
create function pg_temp.named(p_name text) returns text language sql as $$
  select replace(replace(replace(p_name, 'venue', tests.id('venue_a1')::text), 'item', tests.id('burger_a1')::text), 'uuid', '4d7f9b54-5a0e-4b7b-9a30-0123456789ab')
$$;
select tests.refused('owner_a', pg_temp.upload_of(pg_temp.named(n)), '42501', 'no name: ' || n)
from unnest(array['', 'x.png', 'venue/item/uuid', 'venue/item/uuid.svg', 'venue/item/uuid.PNG', 'venue/item/uuid.png.svg', 'venue/item/uuid.png/x.png', 'venue/uuid.png', 'venue/item/name.png', '/venue/item/uuid.png',
  'venue//item/uuid.png', 'venue/item/../uuid.png', 'venue/item/uuid.png ', 'item/venue/uuid.png', 'venue/item/uuid.png;x', 'public/item/uuid.png', 'venue/uuid/uuid.png', 'venue/item/uuid.gif']) n;
select tests.refused('owner_a', pg_temp.upload_of(tests.id('venue_a1') || '/' || tests.id('burger_a2') || '/4d7f9b54-5a0e-4b7b-9a30-0123456789ab.png'), '42501', 'the item is one of that venue');
select tests.refused('owner_a', pg_temp.upload_of(tests.id('venue_b1') || '/' || tests.id('burger_b1') || '/4d7f9b54-5a0e-4b7b-9a30-0123456789ab.png'), '42501', 'the venue is one''s own');
select tests.affects('owner_a', pg_temp.upload_of(pg_temp.named('venue/item/uuid.png')), 1, 'the right name is one');
select tests.refused('owner_a', pg_temp.upload_of(pg_temp.named('venue/item/uuid.png')), '23505', 'once');
select tests.refused('owner_a', $$insert into storage.objects (bucket_id, name) values ('other', 'x')$$, '42501', 'there is no other bucket');
select tests.affects('owner_a', 'update public.menu_items set archived_at = now() where id = {beer_a1}', 1, 'an item is archived');
select tests.refused('owner_a', pg_temp.upload_of(pg_temp.path('late', 'beer_a1')), '42501', 'and takes no image');

-- who may look, change, delete
select tests.affects(a, $$select 1 from storage.objects where name ~ {burger_a1}::text$$, 5, a || ' lists the objects') from unnest(array['owner_a', 'cashier_a', 'kitchen_a1', 'service_role']) a;
select tests.affects(a, $$select 1 from storage.objects$$, 0, a || ' lists nothing') from unnest(array['owner_b', 'stranger', 'anon']) a;
select tests.affects('manager_a1', $$select 1 from storage.objects where name ~ {burger_a2}::text$$, 0, 'a venue''s manager lists nothing of another venue');
select tests.affects('owner_a', $$update storage.objects set name = name, metadata = '{}'$$, 0, 'nobody exchanges an object, or moves it');
select tests.refused('owner_a', 'delete from storage.objects where name ~ {object_owner_a}::text', '42501', 'nobody deletes by SQL');
select set_config('storage.allow_delete_query', 'true', true);
select tests.affects(a, 'delete from storage.objects', 0, a || ' deletes nothing through Storage') from unnest(array['kitchen_a1', 'staff_a', 'owner_b', 'anon']) a;
select tests.affects('manager_a1', 'delete from storage.objects where name ~ {object_owner_a}::text', 1, 'an upload is taken back by who edits the menu');

-- attaching
select tests.refused('manager_a1', pg_temp.attach_of(pg_temp.path('nothing', 'burger_a1')), 'menu_image_not_uploaded', 'what was not uploaded is no image');
select is(pg_temp.attach('front', 'burger_a1', ' A burger ') - array['id', 'menu_item_id', 'path'], '{"alt": "A burger", "position": 1, "width": 800, "height": 600, "byte_size": 1000, "mime_type": "image/webp", "variants": []}', 'an upload becomes an image: size and type are Storage''s');
select tests.answers('owner_a', pg_temp.attach_of(pg_temp.path('front', 'burger_a1'), 'Something else'), jsonb_build_object('id', tests.id('front'), 'alt', 'A burger'), 'asked again, it is the same image');
select tests.refused(a, pg_temp.attach_of(pg_temp.path('front', 'burger_a1')), 'permission_denied', a || ' attaches nothing') from unnest(array['staff_a', 'kitchen_a1', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', pg_temp.attach_of(pg_temp.upload('other venue', 'burger_a2')), 'permission_denied', 'a venue''s manager attaches nothing elsewhere');
select tests.refused('owner_a', c, 'invalid_input', 'not taken: ' || left(c, 60)) from unnest(array[pg_temp.attach_of('x'), pg_temp.attach_of(pg_temp.path('front', 'burger_a1'), ' '), pg_temp.attach_of(pg_temp.path('front', 'burger_a1'), repeat('x', 501)),
  pg_temp.attach_of(pg_temp.path('front', 'burger_a1'), 'x', '0'), pg_temp.attach_of(pg_temp.path('front', 'burger_a1'), 'x', '1', '20001'), pg_temp.attach_of(pg_temp.path('front', 'burger_a1'), 'x', 'null'), pg_temp.attach_of(pg_temp.named('venue/item/name.png'))]) c;
select tests.refused('owner_a', pg_temp.attach_of(tests.id('venue_a1') || '/' || tests.id('burger_a2') || '/4d7f9b54-5a0e-4b7b-9a30-0123456789ab.png'), 'menu_item_not_found', 'another venue''s item is none here');
select tests.refused('owner_a', pg_temp.attach_of(pg_temp.path('late', 'beer_a1')), 'menu_item_not_found', 'nor is an archived one');
select tests.refused('owner_a', pg_temp.attach_of(pg_temp.upload(n, 'cola_a1', e, m, s)), 'menu_image_invalid', n)
from (values ('an ending that lies', 'png', 'image/webp', '1'), ('text', 'png', 'text/html', '1'), ('too large', 'png', 'image/png', '5242881'), ('empty', 'png', 'image/png', '0'), ('no size', 'png', 'image/png', '"many"')) v (n, e, m, s);
select tests.answers('owner_a', pg_temp.attach_of(pg_temp.upload('jpg', 'cola_a1', 'jpg', 'image/jpeg', '5242880')), '{"byte_size": 5242880, "mime_type": "image/jpeg"}', 'jpg is jpeg, and 5 MiB are not too large');
select pg_temp.upload('stale', 'burger_a1'), pg_temp.age('stale', interval '24 hours 1 second');
select tests.refused('owner_a', pg_temp.attach_of(pg_temp.path('stale', 'burger_a1')), 'menu_image_not_uploaded', 'after a day an upload is attached no more');
select pg_temp.attach('more' || n, 'burger_a1', 'More') from generate_series(2, 8) n;
select tests.refused('owner_a', pg_temp.attach_of(pg_temp.upload('ninth', 'burger_a1')), 'menu_image_limit', 'an item has eight images at most');
select tests.call('owner_a', 'remove_menu_image({more' || n || '})') from generate_series(4, 8) n;
select pg_temp.attach('side', 'burger_a1', 'From the side');

-- describing, ordering, removing
create function pg_temp.order_of() returns text language sql as $$
  select string_agg(i.name, ' ' order by m.position) from public.menu_item_images m join tests.ids i on i.id = m.id where m.menu_item_id = tests.id('burger_a1') and m.position = (select count(*) from public.menu_item_images x where x.menu_item_id = m.menu_item_id and x.position <= m.position)
$$;
select is(pg_temp.order_of(), 'front more2 more3 side', 'in order of attaching, without gaps');
select tests.call('manager_a1', 'order_menu_images({burger_a1}, array[{side}, {front}, {more2}, {more3}])');
select is(pg_temp.order_of(), 'side front more2 more3', 'they are put in another order');
select tests.refused('owner_a', format('order_menu_images({burger_a1}, %s)', o), 'invalid_input', 'no order: ' || o)
from unnest(array['null', 'array[{side}, {front}, {more2}]', 'array[{side}, {front}, {more2}, {more3}, {more3}]', 'array[{side}, {front}, {more2}, null]', 'array[{side}, {front}, {more2}, {burger_a1}]']) o;
select tests.answers('owner_a', 'remove_menu_image({front})', '{"removed": true}', 'one is removed');
select is(pg_temp.order_of(), 'side more2 more3', 'and the others move up');
select tests.refused('owner_a', 'remove_menu_image({front})', 'menu_image_not_found', 'once');
select tests.answers('manager_a1', 'describe_menu_image({side}, '' Burger, from the side '')', '{"alt": "Burger, from the side"}', 'what it shows is said anew');
select tests.refused('owner_a', c, 'invalid_input', c) from unnest(array['describe_menu_image({side}, '' '')', 'describe_menu_image({side}, null)', 'describe_menu_image({side}, repeat(''x'', 501))']) c;
create temporary table calls as select * from (values ('describe_menu_image({side}, ''x'')', 'menu_image_not_found'), ('remove_menu_image({side})', 'menu_image_not_found'),
  ('set_menu_image_variants({side}, ''[]'')', 'menu_image_not_found'), ('order_menu_images({burger_a1}, ''{}'')', 'menu_item_not_found')) v (call, code);
select tests.refused('owner_b', call, code, 'does not exist for another organisation: ' || call) from calls;
select tests.refused('kitchen_a1', call, 'permission_denied', 'kitchen: ' || call) from calls;

-- variants
create function pg_temp.variants_of(p_variants jsonb) returns text language sql as $$ select format('set_menu_image_variants({side}, %L)', p_variants) $$;
create function pg_temp.variant(p_path text, p_width integer default 400) returns jsonb language sql as $$ select jsonb_build_object('path', p_path, 'width', p_width, 'height', 300) $$;
select pg_temp.upload('small', 'burger_a1'), pg_temp.upload('large', 'burger_a1', 'avif', 'image/avif', '77'), pg_temp.upload('huge', 'burger_a1', 'png', 'image/png', '9999999');
create temporary table paths as select n as name, pg_temp.path(n, i, e) as path
from (values ('small', 'burger_a1', 'webp'), ('large', 'burger_a1', 'avif'), ('huge', 'burger_a1', 'png'), ('side', 'burger_a1', 'webp'), ('stale', 'burger_a1', 'webp'), ('nothing', 'burger_a1', 'webp'), ('jpg', 'cola_a1', 'jpg')) v (n, i, e);
create function pg_temp.p(p_name text) returns text language sql as $$ select path from paths where name = p_name $$;
select is(tests.call('manager_a1', pg_temp.variants_of(jsonb_build_array(pg_temp.variant(pg_temp.p('large'), 1600), pg_temp.variant(pg_temp.p('small'))))) -> 'variants',
  jsonb_build_array(pg_temp.variant(pg_temp.p('small')) || '{"byte_size": 1000, "mime_type": "image/webp"}', pg_temp.variant(pg_temp.p('large'), 1600) || '{"byte_size": 77, "mime_type": "image/avif"}'), 'an image has variants');
select tests.refused('owner_a', pg_temp.variants_of(v), c, 'no variants: ' || w) from (values
  ('null', 'null'::jsonb, 'invalid_input'), ('no list', '{}', 'invalid_input'), ('thirteen', (select jsonb_agg(pg_temp.variant(pg_temp.p('small'), n)) from generate_series(1, 13) n), 'invalid_input'),
  ('no object', '[1]', 'invalid_input'), ('no path', '[{"width": 1, "height": 1}]', 'invalid_input'), ('no width', jsonb_build_array(pg_temp.variant(pg_temp.p('small')) - 'width'), 'invalid_input'),
  ('half a pixel', jsonb_build_array(pg_temp.variant(pg_temp.p('small')) || '{"width": 1.5}'), 'invalid_input'), ('none at all', jsonb_build_array(pg_temp.variant(pg_temp.p('small'), 0)), 'invalid_input'),
  ('its own size', jsonb_build_array(pg_temp.variant(pg_temp.p('small')) || '{"byte_size": 1}'), 'invalid_input'), ('twice', jsonb_build_array(pg_temp.variant(pg_temp.p('small')), pg_temp.variant(pg_temp.p('small'), 5)), 'invalid_input'),
  ('the image itself', jsonb_build_array(pg_temp.variant(pg_temp.p('side'))), 'invalid_input'), ('in another item''s folder', jsonb_build_array(pg_temp.variant(pg_temp.p('jpg'))), 'invalid_input'), ('no upload''s path', '[{"path": "x", "width": 1, "height": 1}]', 'invalid_input'),
  ('never uploaded', jsonb_build_array(pg_temp.variant(pg_temp.p('nothing'))), 'menu_image_not_uploaded'), ('long ago', jsonb_build_array(pg_temp.variant(pg_temp.p('stale'))), 'menu_image_not_uploaded'), ('too large', jsonb_build_array(pg_temp.variant(pg_temp.p('huge'))), 'menu_image_invalid')) x (w, v, c);
select tests.refused('owner_a', pg_temp.attach_of(pg_temp.p('small')), 'invalid_input', 'a variant is no image of its own');

-- publishing: what guests see, what a diff says, what a rollback brings back
create function pg_temp.seen(p_locale text default null) returns jsonb language sql as $$
  select i.value -> 'images' from jsonb_array_elements(tests.call('anon', format('get_menu(%L, %L)', (select slug from public.venues where id = tests.id('venue_a1')), p_locale)) -> 'categories') c, jsonb_array_elements(c.value -> 'items') i
  where (i.value ->> 'id')::uuid = tests.id('burger_a1')
$$;
select is(pg_temp.seen(), '[]', 'guests see no image of a draft');
select is(jsonb_array_length(jsonb_path_query_first(tests.call('owner_a', 'diff_menu({venue_a1})'), '$.changed[*].fields.images.to') ), 3, 'a diff says what they would see');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select is(pg_temp.seen() -> 0, jsonb_build_object('path', pg_temp.p('side'), 'alt', 'Burger, from the side', 'width', 800, 'height', 600, 'byte_size', 1000, 'mime_type', 'image/webp', 'variants', jsonb_build_array(
  pg_temp.variant(pg_temp.p('small')) || '{"byte_size": 1000, "mime_type": "image/webp"}', pg_temp.variant(pg_temp.p('large'), 1600) || '{"byte_size": 77, "mime_type": "image/avif"}')), 'published, they do: path, words, size, variants');
select tests.answers('owner_a', 'publish_menu({venue_a1})', '{"changed": false}', 'nothing more to publish');
select tests.affects('manager_a1', 'insert into public.menu_translations (venue_id, locale, image_id, description) values ({venue_a1}, ''fr'', {side}, ''Un burger, de profil'')', 1, 'the words are translated');
select tests.refused('owner_a', i, '23514', i) from unnest(array['insert into public.menu_translations (venue_id, locale, image_id, name) values ({venue_a1}, ''de'', {side}, ''x'')', 'insert into public.menu_translations (venue_id, locale, image_id, menu_item_id, description) values ({venue_a1}, ''de'', {side}, {burger_a1}, ''x'')']) i;
select is(tests.call('owner_a', 'diff_menu({venue_a1})') #>> '{changed,0,fields,images.fr,to,0,alt}', 'Un burger, de profil', 'a diff says so');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select is(array[pg_temp.seen('fr') #>> '{0,alt}', pg_temp.seen('fr') #>> '{1,alt}', pg_temp.seen() #>> '{0,alt}'], array['Un burger, de profil', 'More', 'Burger, from the side'], 'guests read them, else the source''s');
select tests.call('owner_a', format('remove_menu_image({%s})', n)) from unnest(array['side', 'more2', 'more3']) n;
select tests.call('owner_a', 'publish_menu({venue_a1})');
select is(pg_temp.seen(), '[]', 'removed and published, they are gone');
select tests.affects('owner_a', 'delete from storage.objects where name ~ {object_side}::text or name ~ {object_large}::text', 0, 'their objects are kept: a version shows them');
select tests.call('owner_a', 'rollback_menu({venue_a1}, 3)');
select is(pg_temp.seen('fr') #>> '{0,alt}', 'Un burger, de profil', 'so a rollback brings them back');

-- the clock
select pg_temp.attach('kept', 'cola_a1', 'Cola'), pg_temp.attach('archived', 'cola_a1', 'Cola'), pg_temp.upload('young', 'cola_a1');
create function pg_temp.orphans() returns text language sql as $$
  select string_agg(i.name, ' ' order by i.name) from jsonb_array_elements_text(tests.call('service_role', 'get_removable_objects(''menu-images'')')) o join tests.ids i on i.name ~ '^object_' and o ~ i.id::text where i.name ~ '_(front|side|small|stale|young|kept|ninth)$'
$$;
select is(pg_temp.orphans(), 'object_stale', 'only what is a day old can be an orphan');
update storage.objects set created_at = now() - interval '25 hours' where name !~ tests.id('object_young')::text;
select is(pg_temp.orphans(), 'object_front object_ninth object_stale', 'never attached, or removed before a version showed it');
select is(jsonb_array_length(tests.call('service_role', 'get_removable_objects(''menu-images'', 1)')), 1, 'as many as asked for');
select tests.refused('service_role', format('get_removable_objects(''menu-images'', %s)', n), 'invalid_input', 'not ' || n) from unnest(array['0', '1001', 'null']) n;
select is(private.clean_storage(), array['menu-images'], 'the clock asks a worker');
select is((select count(*) from private.outbox o where o.topic = 'objects.removable' and o.relayed_at is null), 1::bigint, 'by one message');
select is((select count(*) from public.menu_item_images m where m.menu_item_id = tests.id('cola_a1')), 3::bigint, 'and leaves what is on the menu');
update public.menu_items set archived_at = now() - interval '29 days 23 hours' where id = tests.id('cola_a1');
select private.clean_storage();
select is((select count(*) from public.menu_item_images m where m.menu_item_id = tests.id('cola_a1')), 3::bigint, 'an archived dish keeps its images for a month');
update public.menu_items set archived_at = now() - interval '30 days 1 second' where id = tests.id('cola_a1');
select private.clean_storage();
select is((select count(*) from public.menu_item_images m where m.menu_item_id = tests.id('cola_a1')), 0::bigint, 'then it loses them');
select ok(pg_temp.orphans() ~ 'object_kept', 'and their objects are orphans');
update storage.objects set created_at = now() where bucket_id = 'menu-images';
select is(private.clean_storage(), '{}', 'without an orphan nobody is asked');

-- a read-only organisation
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.upload_of(pg_temp.path('unpaid', 'burger_a1')), '42501', 'without a subscription nothing is uploaded');
select tests.refused('owner_a', pg_temp.attach_of(pg_temp.path('unpaid', 'burger_a1')), 'subscription_inactive', 'nor attached');
select tests.affects('owner_a', 'select 1 from storage.objects where name ~ {object_side}::text', 1, 'what there is can be seen');

select * from finish();
rollback;
