-- delete_venue: by an owner, one that was never used; what is on record keeps its venue.
begin;
select plan(21);
select tests.fixture();
select tests.keep('venue_new', (tests.call('owner_a', $$create_venue({org_a}, 'New', 'pgtap-new')$$) ->> 'id')::uuid);
select tests.join_member('manager_new', 'owner_a', 'org_a', 'manager', 'venue_new');

-- who may: venue.delete
select tests.refused('anon', 'delete_venue({venue_new})', '42501', 'a guest deletes nothing');
select tests.refused(a, 'delete_venue({venue_new})', 'permission_denied', a || ' deletes no venue') from unnest(array['manager_a', 'manager_new', 'staff_a', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('owner_a', 'delete_venue(null)', 'permission_denied', 'no venue is nobody''s venue');
select tests.refused('owner_a', 'delete from public.venues where id = {venue_new}', '42501', 'nobody deletes the row');

-- what is on record: each by itself
create function pg_temp.used(p_statement text) returns tests.outcome language plpgsql as $$
declare
  v_outcome tests.outcome;
begin
  begin
    execute p_statement; -- its own calls expand names, also those that it makes
    v_outcome := tests.attempt('owner_a', 'delete_venue({venue_new})');
    raise exception using errcode = 'UNDO0';
  exception when sqlstate 'UNDO0' then
    null;
  end;
  return v_outcome;
end $$;
select tests.refused('owner_a', 'delete_venue({venue_a1})', 'venue_in_use', 'a venue that has sold stays');
select is((pg_temp.used($$select tests.insert('salt', 'owner_a', 'insert into public.ingredients (venue_id, name, unit) values ({venue_new}, ''Salt'', ''g'')'), tests.call('owner_a', 'adjust_stock({salt}, ''receive'', 1, ''x'', ''k'')')$$)).message, 'venue_in_use', 'so does one with stock on record');
select is((pg_temp.used($$select tests.call('manager_new', 'clock_in({venue_new})')$$)).message, 'venue_in_use', 'and one where somebody has worked');
select is((pg_temp.used($$select tests.insert('salt', 'owner_a', 'insert into public.ingredients (venue_id, name, unit) values ({venue_new}, ''Salt'', ''g'')')$$)).state, '00000', 'an ingredient that never moved is no record');

-- one that was prepared and never used: all of it goes, nothing else
select tests.insert('mains_new', 'owner_a', $i$insert into public.menu_categories (venue_id, name) values ({venue_new}, 'Mains')$i$);
select tests.insert('soup_new', 'owner_a', $i$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_new}, {mains_new}, 'Soup', 500)$i$);
select tests.insert(t || '_new', 'owner_a', format($i$insert into public.tables (venue_id, label) values ({venue_new}, %L)$i$, t)) from unnest(array['t1', 't2']) t;
select tests.insert('salt_new', 'owner_a', $i$insert into public.ingredients (venue_id, name, unit) values ({venue_new}, 'Salt', 'g')$i$), tests.insert('miller_new', 'owner_a', $i$insert into public.suppliers (venue_id, name) values ({venue_new}, 'Miller')$i$);
select tests.call('owner_a', format('save_purchase_order({venue_new}, {miller_new}, %L)', jsonb_build_array(jsonb_build_object('ingredient_id', tests.id('salt_new'), 'quantity', 5)))) is null;
select tests.call('owner_a', $i$add_waiting_party({venue_new}, 'w', 2, 'Bob', 10)$i$) is null;
select tests.call('owner_a', 'publish_menu({venue_new})') is null, tests.call('owner_a', 'merge_tables({t1_new}, array[{t2_new}])') is null, tests.call('owner_a', 'plan_shift({venue_new}, {manager_new}, now(), now() + interval ''1 hour'')') is null,
  tests.keep('qr_new', null, tests.call('owner_a', $i$rotate_qr_code({venue_new}, 'table', {t1_new})$i$) ->> 'token'),
  tests.call('owner_a', $i$book_reservation({venue_new}, 'r', now() + interval '1 day', 2, 'Ada', p_table_id => {t2_new})$i$) is null;
select tests.scan('guest_new', 'qr_new');
create temporary table before as select (select count(*) from public.tables) as tables, (select count(*) from public.memberships) as members, (select count(*) from public.menu_versions) as versions;
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', 'delete_venue({venue_new})', 'subscription_inactive', 'a read-only organisation deletes nothing');
update public.organisations set subscription_status = 'active', tier = 'pro' where id = tests.id('org_a');
select tests.refused('owner_a', $$create_venue({org_a}, 'Fourth', 'pgtap-fourth')$$, 'entitlement_exceeded', 'it takes a place of the plan');
select tests.answers('owner_a', 'delete_venue({venue_new})', jsonb_build_object('venue_id', tests.id('venue_new'), 'slug', 'pgtap-new', 'deleted', true), 'an owner deletes it');
select is((select array[b.tables - (select count(*) from public.tables), b.members - (select count(*) from public.memberships), b.versions - (select count(*) from public.menu_versions)] from before b), array[2, 1, 1]::bigint[], 'with its tables, its own members and its menu, and nobody else''s');
select tests.refused('anon', 'get_venue(''pgtap-new'')', 'venue_not_found', 'it is gone');
select tests.refused('anon', 'get_bill({$guest_new})', 'guest_session_invalid', 'for its guests, too');
select tests.answers('owner_a', $$create_venue({org_a}, 'Fourth', 'pgtap-new')$$, '{"slug": "pgtap-new"}', 'its slug and its place are free');
select is((select count(*) from private.audit_events e where e.table_name = 'venues' and e.action = 'delete' and e.row_id = tests.id('venue_new') and e.actor_id = tests.id('owner_a')), 1::bigint, 'who deleted it is kept');

select * from finish();
rollback;
