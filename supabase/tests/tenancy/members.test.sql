-- change_role and remove_member: nobody above their own rank, never without an owner.
begin;
select plan(41);
select tests.fixture();

-- anon, strangers and the roles that may not
select tests.refused('anon', $$change_role({membership_staff_a}, 'owner')$$, '42501', 'a guest cannot change roles');
select tests.refused('anon', $$remove_member({membership_staff_a})$$, '42501', 'nor remove members');
select tests.refused('stranger', $$change_role({membership_staff_a}, 'owner')$$, 'member_not_found', 'a stranger learns nothing');
select tests.refused('owner_b', $$change_role({membership_staff_a}, 'staff')$$, 'member_not_found', 'nor an owner of another organisation');
select tests.refused('owner_b', $$remove_member({membership_staff_a})$$, 'member_not_found', 'who cannot remove either');
select tests.refused(a, $$change_role({membership_staff_a}, 'cashier')$$, 'permission_denied', a || ' cannot change a role')
from unnest(array['manager_a', 'manager_a1', 'staff_a', 'kitchen_a', 'server_a', 'cashier_a']) a;
select tests.refused('staff_a', $$change_role({membership_staff_a}, 'owner')$$, 'permission_denied', 'staff cannot promote themselves');
select tests.refused('manager_a', $$change_role({membership_manager_a}, 'owner')$$, 'permission_denied', 'nor can managers');
select tests.refused('owner_a', $$change_role(gen_random_uuid(), 'staff')$$, 'member_not_found', 'an unknown membership is refused');
select tests.refused('owner_a', $$change_role({membership_staff_a}, 'emperor')$$, 'invalid_input', 'an unknown role is refused');
select tests.refused('owner_a', $$change_role({membership_staff_a1}, 'owner')$$, 'invalid_input', 'a membership of one venue cannot become owner');

-- the owner may
select tests.answers('owner_a', $$change_role({membership_staff_a}, 'manager')$$, '{"role": "manager"}', 'an owner changes a role');
select is((select m.role from public.memberships m where m.id = tests.id('membership_staff_a')), 'manager', 'it is changed');
select tests.answers('staff_a', $$set_availability({venue_a1}, true, array[{burger_a1}])$$, '{}', 'the new right works at once, without a new token');
select tests.affects('staff_a', $$update public.venues set name = 'Renamed' where id = {venue_a1}$$, 1, 'in policies too');
select tests.answers('owner_a', $$change_role({membership_staff_a}, 'manager')$$, '{"role": "manager"}', 'a repeat returns the same');

-- nobody is removed by a lower rank; a manager of a venue manages that venue only
select tests.refused('manager_a', $$remove_member({membership_owner_a})$$, 'role_above_own', 'a manager cannot remove an owner');
select tests.refused('manager_a1', $$remove_member({membership_cashier_a})$$, 'permission_denied', 'a venue''s manager cannot remove organisation-wide members');
select tests.refused('cashier_a', $$remove_member({membership_server_a})$$, 'permission_denied', 'a cashier removes nobody');
select tests.answers('manager_a1', $$remove_member({membership_server_a1})$$, '{"removed": true}', 'a venue''s manager removes its server');
select tests.affects('server_a1', $$select 1 from public.orders where venue_id = {venue_a1}$$, 0, 'who sees nothing from then on');
select tests.refused('server_a1', $$advance_order({later_a1}, 'accepted')$$, 'order_not_found', 'nor does anything');
select tests.answers('kitchen_a1', $$remove_member({membership_kitchen_a1})$$, '{"removed": true}', 'anybody may leave');

-- an organisation keeps an owner
select tests.refused('owner_a', $$remove_member({membership_owner_a})$$, 'last_owner', 'the last owner cannot leave');
select tests.refused('owner_a', $$change_role({membership_owner_a}, 'manager')$$, 'last_owner', 'nor step down');
select tests.refused('postgres', $$delete from public.memberships where id = {membership_owner_a}$$, 'last_owner', 'not even the database''s owner removes them');
select tests.refused('postgres', $$update public.memberships set role = 'staff' where id = {membership_owner_a}$$, 'last_owner', 'nor demotes them');
select tests.refused('postgres', $$update public.memberships set organisation_id = {org_b} where id = {membership_owner_a}$$, 'last_owner', 'nor moves them away');
select tests.refused('postgres', $$delete from auth.users where id = {owner_a}$$, 'last_owner', 'nor does deleting their account');
select tests.answers('owner_a', $$change_role({membership_cashier_a}, 'owner')$$, '{"role": "owner"}', 'with a second owner');
select tests.answers('owner_a', $$remove_member({membership_owner_a})$$, '{"removed": true}', 'the first may leave');
select tests.refused('cashier_a', $$remove_member({membership_cashier_a})$$, 'last_owner', 'and the second is now the last');

-- an account that is deleted leaves its history, not its rights
select tests.refused('postgres', $$delete from auth.users where id = {cashier_a}$$, 'last_owner', 'the last owner''s account stays');
select tests.affects('postgres', $$delete from auth.users where id = {owner_a}$$, 1, 'the former owner''s account can go');
select is((select count(*) from public.menu_versions v where v.venue_id = tests.id('venue_a1') and v.published_by is null), 1::bigint, 'what they published stays');
select is((select count(*) from private.audit_events e where e.actor_id = tests.id('owner_a')) > 10, true, 'so does the record of what they did');

select * from finish();
rollback;
