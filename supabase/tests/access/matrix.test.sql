-- The permission matrix, copied from the product's rules as a literal: the data in the database must say the same, and
-- the helpers that policies and RPCs ask must answer accordingly for each role, organisation-wide and in one venue.
begin;
select plan(157);
select tests.fixture();

create temporary table truth (permission text, owner boolean, manager boolean, staff boolean, kitchen boolean, server boolean, cashier boolean);
insert into truth values
  ('orders.read', true, true, true, true, true, true),
  ('orders.update', true, true, false, true, true, false),
  ('orders.cancel', true, true, false, false, false, false),
  ('kitchen.read', true, true, false, true, false, false),
  ('kitchen.update', true, true, false, true, false, false),
  ('menu.read', true, true, true, true, true, true),
  ('menu.edit', true, true, false, false, false, false),
  ('menu.availability', true, true, true, true, false, false),
  ('inventory.read', true, true, true, true, false, false),
  ('inventory.edit', true, true, false, false, false, false),
  ('tables.read', true, true, true, false, true, true),
  ('tables.manage', true, true, false, false, false, false),
  ('tables.seat', true, true, true, false, true, false),
  ('payments.collect', true, true, false, false, true, true),
  ('payments.refund', true, true, false, false, false, true),
  ('analytics.read', true, true, false, false, false, false),
  ('staff.read', true, true, false, false, false, false),
  ('staff.manage', true, true, false, false, false, false),
  ('staff.schedule', true, true, false, false, false, false),
  ('staff.roles', true, false, false, false, false, false),
  ('settings.read', true, true, false, false, false, false),
  ('settings.edit', true, true, false, false, false, false),
  ('integrations.manage', true, false, false, false, false, false),
  ('billing.read', true, false, false, false, false, false),
  ('billing.edit', true, false, false, false, false, false),
  ('venue.delete', true, false, false, false, false, false),
  ('ai.use', true, true, true, false, false, false);

select is((select count(*) from truth), 27::bigint, 'the truth table is complete');
select set_eq('select permission from public.permissions', 'select permission from truth', 'the permissions are those of the rules');
select set_eq('select role from public.roles', $$values ('owner'), ('manager'), ('staff'), ('kitchen'), ('server'), ('cashier')$$, 'so are the roles');
select set_eq('select role, permission from public.role_permissions',
  $$select r.role, t.permission from truth t cross join lateral (values ('owner', t.owner), ('manager', t.manager), ('staff', t.staff),
      ('kitchen', t.kitchen), ('server', t.server), ('cashier', t.cashier)) r (role, may) where r.may$$, 'the matrix is that of the rules');
select results_eq($$select role from public.roles order by rank desc, role$$, $$values ('owner'), ('manager'), ('staff'), ('cashier'), ('kitchen'), ('server')$$,
  'owners stand above managers, managers above staff, staff above the rest');
select set_eq($$select permission from public.permissions where not needs_subscription$$,
  $$select permission from truth where permission like '%.read' union values ('billing.edit'), ('payments.refund')$$, 'reading and paying us need no subscription, nor does giving guests their money back; everything else does');

-- What the helpers say, by acting as each member: {actor, permission} → venues and organisations.
create function pg_temp.reach(p_actor text, p_permission text, out venues text, out organisations text) language plpgsql as $$
declare
  v_venues uuid[];
  v_organisations uuid[];
begin
  perform set_config('request.jwt.claims', json_build_object('sub', tests.id(p_actor), 'role', 'authenticated')::text, true);
  v_venues := private.venues_with(p_permission);
  v_organisations := private.organisations_with(p_permission);
  perform set_config('request.jwt.claims', '', true);
  select coalesce(string_agg(i.name, ' ' order by i.name), '') into venues from tests.ids i where i.name ~ '^venue_' and i.id = any (v_venues);
  select coalesce(string_agg(i.name, ' ' order by i.name), '') into organisations from tests.ids i where i.name ~ '^org_' and i.id = any (v_organisations);
end $$;

create temporary table may as
select t.permission, r.role, r.may from truth t cross join lateral (values ('owner', t.owner), ('manager', t.manager), ('staff', t.staff),
  ('kitchen', t.kitchen), ('server', t.server), ('cashier', t.cashier)) r (role, may);

select is((select reach.venues || '|' || reach.organisations from pg_temp.reach(m.role || '_a', m.permission) reach),
  case when m.may then 'venue_a1 venue_a2|org_a' else '|' end,
  format('%s %s %s in both venues of the organisation, and nowhere else', m.role, case when m.may then 'has' else 'has not' end, m.permission))
from may m where m.role in ('owner', 'manager', 'cashier') order by m.role, m.permission;

select is((select string_agg(reach.venues || '|' || reach.organisations, ', ') from pg_temp.reach(m.role || '_a1', m.permission) reach),
  case when m.may then 'venue_a1|' else '|' end,
  format('%s of one venue %s %s there, and nowhere organisation-wide', m.role, case when m.may then 'has' else 'has not' end, m.permission))
from may m where m.role in ('staff', 'server') order by m.role, m.permission;

-- The remaining roles and the edges
select is((select string_agg(m.permission, ' ' order by m.permission) from may m, pg_temp.reach('kitchen_a', m.permission) reach where m.role = 'kitchen' and reach.venues = 'venue_a1 venue_a2'),
  (select string_agg(m.permission, ' ' order by m.permission) from may m where m.role = 'kitchen' and m.may), 'kitchen has exactly its permissions');
select is((select reach.venues || reach.organisations from pg_temp.reach('stranger', 'orders.read') reach), '', 'a stranger has nothing');
select is((select reach.venues || reach.organisations from pg_temp.reach('owner_a', 'orders.fly') reach), '', 'nobody has a permission that does not exist');
select is(private.venues_with('orders.read'), '{}', 'without a user there are no venues');
select is(private.organisations_with('orders.read'), '{}', 'and no organisations');
select is(private.my_venues(), '{}', 'and none of one''s own');
-- two memberships add up
select tests.call('owner_a', format('accept_invitation(%L)', tests.call('owner_b', $$invite_member({org_b}, 'owner-of-a@example.test', 'staff', {venue_b1})$$) ->> 'token'));
select is((select reach.venues from pg_temp.reach('owner_a', 'menu.availability') reach), 'venue_a1 venue_a2 venue_b1', 'memberships of two organisations add up');
select is((select reach.venues from pg_temp.reach('owner_a', 'menu.edit') reach), 'venue_a1 venue_a2', 'each with its own role');
select tests.affects('owner_a', $$update public.menu_items set name = name where id = {burger_b1}$$, 0, 'so a role of one organisation does nothing in the other');
select tests.affects('owner_a', $$update public.menu_items set name = name where id = {burger_a1}$$, 1, 'and everything in its own');
select tests.refused('owner_a', $$refund_payment({cash_b1}, 1, 'x', 'k')$$, 'permission_denied', 'in RPCs too');
select tests.answers('owner_a', $$refund_payment({cash_a1}, 1, 'x', 'k')$$, '{}', 'where their own allows it');

-- what checks read is the matrix, whatever changes
create function pg_temp.differs() returns setof record language sql as $$
  select p.permission, p.needs_subscription, r.role from public.permissions p left join public.role_permissions r using (permission)
  except select t.permission, t.needs_subscription, r.role from private.permission_roles t left join lateral unnest(t.roles) r (role) on true
$$;
select is_empty('select * from pg_temp.differs() d (a text, b boolean, c text)', 'permission_roles is the matrix');
delete from public.role_permissions where role = 'kitchen';
select is_empty($$select 1 from private.permission_roles p where 'kitchen' = any (p.roles)$$, 'it follows a right that is taken away at once');
update public.permissions set needs_subscription = not needs_subscription where permission = 'menu.read';
select is_empty('select * from pg_temp.differs() d (a text, b boolean, c text)', 'and follows it');
select is_empty($$select 1 from private.permission_roles p where 'kitchen' = any (p.roles)$$, 'also when a right is taken away');

select * from finish();
rollback;
