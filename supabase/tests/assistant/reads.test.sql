-- What the assistant reads beside what apps had already: each by who may, with what is there, in its own venue only.
begin;
select plan(92);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id in (tests.id('org_a'), tests.id('org_b'));
create temporary table reads (call text, permission text);
insert into reads values ('list_open_orders({venue_#})', 'orders.read'), ('search_menu({venue_#}, '''')', 'menu.read'), ('list_items_without_image({venue_#})', 'menu.read'), ('list_qr_codes({venue_#})', 'tables.read'),
  ('get_table_revenue({venue_#}, current_date - 1, current_date)', 'analytics.read'), ('list_stock({venue_#}, '''')', 'inventory.read'), ('get_team({venue_#})', 'staff.read'), ('get_schedule({venue_#}, now(), now() + interval ''1 day'')', 'staff.read'),
  ('compare_kpis({venue_#}, current_date - 1, current_date)', 'analytics.read'), ('get_bottom_items({venue_#}, current_date - 1, current_date)', 'analytics.read'), ('get_item_pairs({venue_#}, current_date - 1, current_date)', 'analytics.read'),
  ('forecast_demand({venue_#})', 'analytics.read');

-- who: exactly the roles with its permission, also when the subscription has ended
create function pg_temp.who(p_call text, p_venue text) returns text language sql as $$
  select string_agg(a, ' ' order by a) from unnest(array['cashier_a1', 'kitchen_a1', 'manager_a', 'manager_a1', 'owner_a', 'owner_b', 'server_a1', 'staff_a1', 'stranger']) a, tests.attempt(a, replace(p_call, '#', p_venue)) o where o.state = '00000'
$$;
create function pg_temp.with_right(p_permission text) returns text language sql as $$
  select string_agg(a, ' ' order by a) from unnest(array['cashier_a1', 'kitchen_a1', 'manager_a', 'manager_a1', 'owner_a', 'server_a1', 'staff_a1']) a join public.role_permissions p on p.role = split_part(a, '_', 1) and p.permission = p_permission
$$;
select is(pg_temp.who(r.call, 'a1'), pg_temp.with_right(r.permission), r.call || ': ' || r.permission) from reads r;
select is(pg_temp.who(r.call, 'a2'), 'manager_a owner_a', r.call || ': not of another venue') from reads r where r.permission in ('analytics.read', 'staff.read');
select tests.refused('owner_b', replace(r.call, '#', 'a1'), 'permission_denied', r.call || ': no stranger') from reads r;
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select is(pg_temp.who(r.call, 'a1'), pg_temp.with_right(r.permission), r.call || ': also in read-only mode') from reads r;
update public.organisations set subscription_status = 'active', tier = 'starter' where id = tests.id('org_a');
select tests.refused('owner_a', replace(r.call, '#', 'a1'), 'entitlement_exceeded', r.call || ': not in this plan') from reads r where r.call ~ '^(get_bottom|get_item|forecast)';
update public.organisations set tier = 'enterprise' where id = tests.id('org_a');

-- what
select tests.answers('server_a1', 'list_open_orders({venue_a1})', '{"open": 4, "currency": "GBP", "orders": [{"number": 3, "table": "T1", "due_minor": 2025, "lines": [{"name": "Burger", "quantity": 1}, {"name": "Beer", "quantity": 1}]}]}', 'open orders with what is on them');
select ok((tests.call('server_a1', 'list_open_orders({venue_a1})'))::text !~ 'Ada|07700', 'without who ordered');
update public.orders set created_at = created_at - interval '1 hour' where id = tests.id('later_a1');
select is((select array_agg(o ->> 'number' order by o ->> 'number') from jsonb_array_elements(tests.call('owner_a', 'list_open_orders({venue_a1}, 1)') -> 'orders') o), array['3'], 'the oldest first');
select tests.answers('owner_a', 'list_open_orders({venue_a1}, 50, {t2_a1})', '{"open": 0, "orders": []}', 'those of one table'), tests.answers('owner_a', 'list_open_orders({venue_a1}, 50, {t1_a2})', '{"open": 0}', 'of this venue');
select tests.answers('staff_a1', 'search_menu({venue_a1}, '' BUR '')', '{"items": [{"name": "Burger", "price_minor": 1250, "category": "Mains", "is_available": true}]}', 'items by a part of their name'),
  is(jsonb_array_length(tests.call('staff_a1', 'search_menu({venue_a1}, ''drink'')') -> 'items'), 1, 'or of their category'), is(jsonb_array_length(tests.call('staff_a1', 'search_menu({venue_a1}, ''%'')') -> 'items'), 0, 'a sign is a sign'),
  is(jsonb_array_length(tests.call('staff_a1', 'search_menu({venue_a1}, '''', 2)') -> 'items'), 2, 'and at most so many');
update public.menu_items set archived_at = now() where id = tests.id('beer_a1');
insert into public.menu_item_images (venue_id, menu_item_id, path, alt, position, width, height, byte_size, mime_type) select i.venue_id, i.id, concat_ws('/', i.venue_id, i.id, 'x.png'), 'Cola', 1, 1, 1, 1, 'image/png' from public.menu_items i where i.id = tests.id('cola_a1');
select tests.answers('owner_a', 'list_items_without_image({venue_a1})', '{"without_image": 1, "items": [{"name": "Burger"}]}', 'what has no image and is not archived');
select is((select array_agg(concat_ws(' ', c ->> 'label', c ->> 'kind') order by concat_ws(' ', c ->> 'label', c ->> 'kind') collate "C") from (select jsonb_array_elements(tests.call('cashier_a1', 'list_qr_codes({venue_a1})') -> 'codes') c) x), array['T1 table', 'T1 table_pickup', 'T2 table', 'counter'], 'codes that work');
select tests.call('owner_a', 'revoke_qr_code({qr_table2_a1})') is null;
select tests.answers('owner_a', 'list_qr_codes({venue_a1})', '{"tables_without_code": [{"label": "T2"}]}', 'and tables that have none');
select ok((tests.call('owner_a', 'list_qr_codes({venue_a1})'))::text !~ 'token|hash', 'without their secrets');
select tests.answers('owner_a', 'get_table_revenue({venue_a1}, current_date - 1, current_date + 1)', '{"currency": "GBP", "tables": [{"label": "T1", "seats": 4, "orders": 2, "sales_minor": 3275, "per_seat_minor": 819}, {"label": "T2", "orders": 0, "sales_minor": 0}]}', 'what each table sold');
select tests.answers('staff_a1', 'list_stock({venue_a1}, ''BEE'')', '{"ingredients": [{"name": "Beef", "unit": "g", "on_hand": 9700}]}', 'stock'), tests.answers('staff_a1', 'list_stock({venue_a1}, ''x'')', '{"ingredients": []}', 'and none');
select is((select string_agg(distinct m ->> 'role', ' ' order by m ->> 'role') from jsonb_array_elements(tests.call('manager_a', 'get_team({venue_a2})') -> 'members') m), 'cashier kitchen manager owner server staff', 'a team');
select is((select count(*) from jsonb_array_elements(tests.call('manager_a1', 'get_team({venue_a1})') -> 'members') m where (m ->> 'is_organisation_wide')::boolean), 0::bigint, 'as far as one sees it');
select ok((tests.call('manager_a', 'get_team({venue_a1})'))::text !~ '@', 'without addresses');
select tests.call('owner_a', 'plan_shift({venue_a1}, {server_a1}, now(), now() + interval ''1 hour'')') is null;
select tests.answers('manager_a', 'get_schedule({venue_a1}, now(), now() + interval ''1 day'')', '{"shifts": [{"status": "draft"}]}', 'who works when'), tests.answers('manager_a', 'get_schedule({venue_a2}, now(), now() + interval ''1 day'')', '{"shifts": []}', 'there');
update public.orders set business_date = business_date - 1 where id = tests.id('till_a1');
select tests.answers('manager_a', format('get_item_pairs({venue_a1}, %L, %L)', o.business_date, o.business_date), '{"orders": 2, "pairs": [{"orders": 1}]}', 'what goes together') from public.orders o where o.id = tests.id('later_a1');
select is((select string_agg(i ->> 'name', ' ') from jsonb_array_elements(tests.call('manager_a', 'get_bottom_items({venue_a1}, ''2020-01-01'', ''2020-01-01'')') -> 'items') i), 'Beer Burger Cola', 'what nobody bought is at the bottom');
select tests.answers('manager_a', format('compare_kpis({venue_a1}, %L, %L)', o.business_date, o.business_date), jsonb_build_object('previous_from', o.business_date - 1, 'currency', 'GBP'), 'a day beside the day before') from public.orders o where o.id = tests.id('later_a1');

-- refusals
select tests.refused('owner_a', c, 'invalid_input', c) from unnest(array['list_open_orders({venue_a1}, 0)', 'list_open_orders({venue_a1}, 101)', 'search_menu({venue_a1}, null)', 'search_menu({venue_a1}, '''', 0)', 'list_items_without_image({venue_a1}, 0)', 'list_stock({venue_a1}, null)',
  'list_stock({venue_a1}, '''', 101)', 'get_table_revenue({venue_a1}, current_date, current_date - 1)', 'get_table_revenue({venue_a1}, current_date - 92, current_date)', 'get_schedule({venue_a1}, now(), now() + interval ''32 days'')', 'get_schedule({venue_a1}, now(), null)',
  'compare_kpis({venue_a1}, current_date, current_date - 1)', 'get_bottom_items({venue_a1}, null, current_date)', 'get_bottom_items({venue_a1}, current_date, current_date, 0)', 'get_item_pairs({venue_a1}, current_date - 92, current_date)', 'get_item_pairs({venue_a1}, current_date, current_date, 101)',
  'forecast_demand({venue_a1}, null, 1)', 'forecast_demand({venue_a1}, null, 13)', 'forecast_demand({venue_a1}, null, 8, 0)', 'forecast_demand({venue_a1}, null, 8, 8)', 'forecast_demand({venue_a1}, null, null)', 'forecast_demand({venue_a1}, null, 8, null)']) c;

select * from finish();
rollback;
