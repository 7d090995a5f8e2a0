-- The image that guests see first, set by proposal: what may be chosen, and what happens to what was there.
begin;
select plan(18);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id in (tests.id('org_a'), tests.id('org_b'));

create function pg_temp.upload(p_item text, p_mime text default 'image/png') returns text language sql as $$
  insert into storage.objects (bucket_id, name, metadata)
  select 'menu-images', concat_ws('/', i.venue_id, i.id, gen_random_uuid() || '.png'), jsonb_build_object('mimetype', p_mime, 'size', 100)
  from public.menu_items i where i.id = tests.id(p_item) returning name
$$;
create function pg_temp.of_path(p_path text) returns text language sql as $$
  select format('propose_change({venue_a1}, ''set_item_image'', %L)', jsonb_build_object('path', p_path, 'alt', 'A burger', 'width', 640, 'height', 480))
$$;
create function pg_temp.of_image(p_more jsonb default '{}') returns text language sql as $$
  select format('propose_change({venue_a1}, ''set_item_image'', %L)', jsonb_build_object('image_id', tests.id('image')) || p_more)
$$;
create function pg_temp.images() returns text language sql as $$
  select string_agg(m.alt, ', ' order by m.position) from public.menu_item_images m where m.menu_item_id = tests.id('burger_a1')
$$;
create function pg_temp.confirm() returns tests.outcome language sql as $$ select tests.attempt('manager_a1', 'confirm_proposal({p})') $$;

create temporary table paths as select pg_temp.upload('burger_a1') as path;
select tests.keep('p', (tests.call('manager_a1', pg_temp.of_path(p.path)) ->> 'proposal_id')::uuid) is null from paths p;
select results_eq('select a.before -> ''images'', a.after #>> ''{images,0,alt}'' from public.assistant_proposals a where a.id = tests.id(''p'')', $$values ('[]'::jsonb, 'A burger')$$, 'an item without an image: before and after');
select is(pg_temp.images(), null, 'nothing is attached yet');
select is((select o.answer #>> '{result,images,0,path}' from pg_temp.confirm() o), (select p.path from paths p), 'confirmed, it is attached');
select is(pg_temp.images(), 'A burger', 'with its words');
select tests.keep('image', m.id) is null from public.menu_item_images m where m.menu_item_id = tests.id('burger_a1');
select tests.refused('manager_a1', pg_temp.of_path(p.path), 'invalid_input', 'what is attached is named by its id') from paths p;
select tests.refused('manager_a1', pg_temp.of_image(), 'invalid_input', 'nor is the first made the first');
select tests.refused('manager_a1', pg_temp.of_image('{"alt": "A burger "}'), 'invalid_input', 'with the words that it has');
select tests.answers('manager_a1', pg_temp.of_image('{"alt": "Burger, from above"}'), '{"status": "pending", "after": {"images": [{"alt": "Burger, from above"}]}}', 'but with others');
select tests.refused('manager_a1', pg_temp.of_image(jsonb_build_object('path', p.path, 'alt', 'x', 'width', 1, 'height', 1)), 'invalid_input', 'one or the other') from paths p;

-- what was uploaded is Storage's to say
select tests.refused('manager_a1', pg_temp.of_path(concat_ws('/', tests.id('venue_a1'), tests.id('burger_a1'), gen_random_uuid() || '.png')), 'menu_image_not_uploaded', 'nothing is there');
select tests.refused('manager_a1', pg_temp.of_path(pg_temp.upload('burger_a1', 'text/html')), 'menu_image_invalid', 'what is there is no image');
select tests.refused('manager_a1', pg_temp.of_path(pg_temp.upload('burger_b1')), 'invalid_input', 'it is another house''s');
select tests.refused('manager_a1', pg_temp.of_path('https://images.example.test/burger.png'), 'invalid_input', 'nothing is fetched');
select tests.refused('manager_a1', replace(pg_temp.of_path(pg_temp.upload('burger_a1')), '"A burger"', '"  "'), 'invalid_input', 'it is described');
select tests.refused('manager_a1', format('propose_change({venue_a1}, ''set_item_image'', %L)', jsonb_build_object('image_id', tests.id('burger_a1'))), 'menu_image_not_found', 'no such image');

-- one that is first pushes the others back, and taken off it lets them come forward again
create temporary table second as select pg_temp.upload('burger_a1') as path;
select tests.keep('p', (tests.call('manager_a1', replace(pg_temp.of_path(s.path), 'A burger', 'Another')) ->> 'proposal_id')::uuid) is null from second s;
select is((select o.state from pg_temp.confirm() o) || ' ' || pg_temp.images(), '00000 Another, A burger', 'first');
select is((select o.answer ->> 'status' from tests.attempt('manager_a1', 'undo_proposal({p})') o) || ' ' || pg_temp.images(), 'undone A burger', 'and off again');
insert into public.menu_item_images (venue_id, menu_item_id, path, alt, position, width, height, byte_size, mime_type)
select tests.id('venue_a1'), tests.id('burger_a1'), concat_ws('/', tests.id('venue_a1'), tests.id('burger_a1'), n || '.png'), 'x', n, 1, 1, 1, 'image/png' from generate_series(2, 8) n;
select tests.refused('manager_a1', pg_temp.of_path(pg_temp.upload('burger_a1')), 'menu_image_limit', 'eight are enough');

select * from finish();
rollback;
