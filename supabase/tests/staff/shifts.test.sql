-- Shifts: who plans, who sees, one at a time per person over all venues of an organisation, what can still be changed.
begin;
select plan(91);
select tests.fixture();
create function pg_temp.plan_call(p_venue text, p_person text, p_from text, p_until text) returns text language sql as $$
  select format('plan_shift({%s}, {%s}, now() + interval %L, now() + interval %L)', p_venue, p_person, p_from, p_until)
$$;
create function pg_temp.plan(p_name text, p_actor text, p_venue text, p_person text, p_from text, p_until text) returns uuid language sql as $$
  select tests.keep(p_name, (tests.call(p_actor, pg_temp.plan_call(p_venue, p_person, p_from, p_until)) ->> 'shift_id')::uuid)
$$;

-- who plans: staff.schedule, where it holds
select tests.answers('owner_a', pg_temp.plan_call('venue_a1', 'server_a', '1 day', '1 day 8 hours'), '{"status": "draft"}', 'an owner drafts a shift');
select pg_temp.plan('shift', 'manager_a1', 'venue_a1', 'server_a1', '1 day', '1 day 8 hours');
select is((select s.user_id from public.shifts s where s.id = tests.id('shift')), tests.id('server_a1'), 'a venue''s manager does, too');
select is(pg_temp.plan('shift', 'owner_a', 'venue_a1', 'server_a1', '1 day', '1 day 8 hours'), tests.id('shift'), 'the same shift again is the same shift');
select tests.refused('anon', pg_temp.plan_call('venue_a1', 'server_a1', '3 days', '3 days 1 hour'), '42501', 'a guest plans nothing');
select tests.refused(a, pg_temp.plan_call('venue_a1', 'server_a1', '3 days', '3 days 1 hour'), 'permission_denied', a || ' plans nothing here')
from unnest(array['staff_a', 'kitchen_a1', 'server_a1', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', pg_temp.plan_call('venue_a2', 'server_a', '3 days', '3 days 1 hour'), 'permission_denied', 'a manager of one venue plans nothing in the other');
select tests.refused(a, $$insert into public.shifts (organisation_id, venue_id, user_id, starts_at, ends_at) values ({org_a}, {venue_a1}, {server_a1}, now(), now() + interval '1 hour')$$, '42501', a || ' writes no shift directly') from unnest(array['owner_a', 'service_role']) a;

-- for whom: members whose membership reaches the venue
select tests.refused('owner_a', pg_temp.plan_call('venue_a2', 'server_a1', '3 days', '3 days 1 hour'), 'member_not_found', 'who belongs to one venue works in no other');
select tests.refused('owner_a', pg_temp.plan_call('venue_a1', 'server_b', '3 days', '3 days 1 hour'), 'member_not_found', 'nor does somebody of another organisation');
select tests.refused('owner_a', 'plan_shift({venue_a1}, null, now(), now() + interval ''1 hour'')', 'member_not_found', 'or nobody');

-- when
select tests.refused('owner_a', pg_temp.plan_call('venue_a1', 'server_a1', t[1], t[2]), 'invalid_input', format('no shift from %s to %s', t[1], t[2]))
from (values (array['3 days', '3 days']), (array['3 days', '3 days 14 minutes']), (array['3 days', '3 days 16 hours 1 second']), (array['3 days', '2 days']), (array['-32 days', '-31 days -20 hours']), (array['366 days', '366 days 1 hour'])) v (t);
select tests.refused('owner_a', format('plan_shift({venue_a1}, {server_a1}, %L, %L)', f, u), 'invalid_input', format('none from %s to %s', f, u))
from (values ('infinity', 'infinity'), ('-infinity', '2026-01-01'), (null, null), ('-infinity', 'infinity')) v (f, u);
select tests.refused('owner_a', 'plan_shift({venue_a1}, {server_a1}, now(), ''infinity'')', 'invalid_input', 'none without an end');
select tests.answers('owner_a', pg_temp.plan_call('venue_a1', 'server_a1', '5 days', '5 days 15 minutes'), '{}', 'a quarter of an hour is a shift');
select tests.answers('owner_a', pg_temp.plan_call('venue_a1', 'server_a1', '6 days', '6 days 16 hours'), '{}', 'so are sixteen');
select throws_ok($$insert into public.shifts (organisation_id, venue_id, user_id, starts_at, ends_at) values (tests.id('org_a'), tests.id('venue_a1'), tests.id('server_a1'), now() - interval '1 day', now())$$, '23514', null, 'longer ones are none, by constraint');

-- one at a time, over all venues of the organisation
select tests.refused('owner_a', pg_temp.plan_call('venue_a1', 'server_a', f, u), 'shift_overlap', format('%s to %s overlaps', f, u))
from (values ('1 day 7 hours', '1 day 10 hours'), ('23 hours', '1 day 1 second'), ('1 day 2 hours', '1 day 3 hours'), ('23 hours', '1 day 9 hours'), ('1 day', '1 day 7 hours')) v (f, u);
select tests.refused('owner_a', pg_temp.plan_call('venue_a2', 'server_a', '1 day 7 hours', '1 day 10 hours'), 'shift_overlap', 'in another venue of the organisation, too');
select tests.answers('owner_a', pg_temp.plan_call('venue_a2', 'server_a', '1 day 8 hours', '1 day 10 hours'), '{}', 'one may begin where the other ends');
select tests.answers('owner_a', pg_temp.plan_call('venue_a1', 'kitchen_a', '1 day', '1 day 8 hours'), '{}', 'other people work at the same time');
select tests.call('server_a', format('accept_invitation(%L)', tests.call('owner_b', $$invite_member({org_b}, 'server_a@example.test', 'server')$$) ->> 'token'));
select tests.answers('owner_b', pg_temp.plan_call('venue_b1', 'server_a', '1 day', '1 day 8 hours'), '{}', 'another employer''s plan is not in the way, and not revealed');
select throws_ok($$insert into public.shifts (organisation_id, venue_id, user_id, starts_at, ends_at) values (tests.id('org_a'), tests.id('venue_a2'), tests.id('server_a'), now() + interval '1 day', now() + interval '25 hours')$$, '23P01', null, 'an overlap is impossible by constraint');

-- who sees: staff.read; the person once it is published
select tests.affects('manager_a1', 'select 1 from public.shifts where id = {shift}', 1, 'who reads staff sees the draft');
select tests.affects('server_a1', 'select 1 from public.shifts', 0, 'its person does not');
select tests.refused(a, 'publish_shifts({venue_a1}, now(), now() + interval ''2 days'')', 'permission_denied', a || ' publishes nothing') from unnest(array['staff_a', 'server_a1', 'owner_b']) a;
select tests.refused('owner_a', format('publish_shifts({venue_a1}, %L, %L)', f, u), 'invalid_input', format('no window from %s to %s', f, u))
from (values ('2026-03-01', '2026-03-01'), ('2026-03-02', '2026-03-01'), ('2026-01-01', '2026-04-04'), ('-infinity', 'infinity'), ('2026-01-01', null), ('1999-12-31', '2000-01-01'), ('2200-01-01', '2200-01-02')) v (f, u);
select tests.answers('manager_a1', 'publish_shifts({venue_a1}, now(), now() + interval ''1 day'')', '{"published": 0}', 'what starts at the end of a window is not in it');
select tests.answers('manager_a1', 'publish_shifts({venue_a1}, now() + interval ''1 day'', now() + interval ''2 days'')', '{"published": 3}', 'what starts at its beginning is');
select tests.answers('manager_a1', 'publish_shifts({venue_a1}, now() + interval ''1 day'', now() + interval ''2 days'')', '{"published": 0}', 'and is published once');
select tests.affects('server_a1', 'select 1 from public.shifts where id = {shift}', 1, 'now its person sees it');
select tests.affects('server_a1', 'select 1 from public.shifts', 1, 'and nothing else');
select tests.affects('staff_a', 'select 1 from public.shifts', 0, 'a colleague sees nobody''s');
select tests.affects('server_b', 'select 1 from public.shifts', 0, 'nor does a member of another organisation');

-- moving
select tests.answers('manager_a1', 'change_shift({shift}, now() + interval ''1 day 1 hour'', now() + interval ''1 day 5 hours'')', '{"status": "published"}', 'a published shift is moved and stays published');
select tests.refused('server_a1', 'change_shift({shift}, now() + interval ''2 days'', now() + interval ''2 days 1 hour'')', 'shift_not_found', 'its person does not move it');
select tests.refused(a, 'change_shift({shift}, now() + interval ''2 days'', now() + interval ''2 days 1 hour'')', 'shift_not_found', a || ' finds none') from unnest(array['owner_b', 'staff_a', 'stranger']) a;
select tests.refused('owner_a', 'change_shift({shift}, now() + interval ''2 days'', now() + interval ''2 days'')', 'invalid_input', 'not to nothing');
select tests.refused('owner_a', 'change_shift({shift}, now() + interval ''5 days'', now() + interval ''5 days 1 hour'')', 'shift_overlap', 'nor onto another');

-- cancelling
select tests.refused('owner_a', 'cancel_shift({shift}, '' '')', 'invalid_input', 'not without a reason');
select tests.refused('owner_a', format('cancel_shift({shift}, %L)', repeat('x', 281)), 'invalid_input', 'nor with a novel');
select tests.refused('server_a1', 'cancel_shift({shift}, ''tired'')', 'shift_not_found', 'nor by its person');
select tests.answers('manager_a1', 'cancel_shift({shift}, '' private party '')', '{"status": "cancelled"}', 'a manager cancels');
select tests.answers('manager_a1', 'cancel_shift({shift}, null)', '{"status": "cancelled"}', 'a repeat says the same');
select is((select s.cancel_reason from public.shifts s where s.id = tests.id('shift')), 'private party', 'with the first reason');
select tests.affects('server_a1', 'select 1 from public.shifts where id = {shift} and status = ''cancelled''', 1, 'its person sees that it is off, and why');
select tests.refused('owner_a', 'change_shift({shift}, now() + interval ''2 days'', now() + interval ''2 days 1 hour'')', 'shift_closed', 'a cancelled shift does not move');
select tests.answers('owner_a', pg_temp.plan_call('venue_a1', 'server_a1', '1 day 2 hours', '1 day 4 hours'), '{"status": "draft"}', 'its time is free again');
select throws_ok(format('update public.shifts set %s where id = tests.id(''shift'')', s), '23514', null, s || ' is impossible')
from unnest(array['cancel_reason = null', 'cancel_reason = '' ''', 'status = ''draft''', 'status = ''done'', cancel_reason = null', 'status = ''published'', cancel_reason = null, published_at = null']) s;

select throws_ok($$insert into public.shifts (organisation_id, venue_id, user_id, starts_at, ends_at) values (tests.id('org_b'), tests.id('venue_a1'), tests.id('owner_b'), now(), now() + interval '1 hour')$$, '23503', null, 'a shift is in a venue of its organisation, by constraint');

-- who leaves has no shifts to come
select pg_temp.plan('later', 'owner_a', 'venue_a1', 'cashier_a1', '2 days', '2 days 4 hours');
select pg_temp.plan('here', 'owner_a', 'venue_a1', 'cashier_a', '2 days', '2 days 4 hours'), pg_temp.plan('there', 'owner_a', 'venue_a2', 'cashier_a', '3 days', '3 days 4 hours'),
  pg_temp.plan('past', 'owner_a', 'venue_a2', 'cashier_a', '-3 days', '-2 days -20 hours');
select tests.call('owner_a', 'remove_member({membership_cashier_a1})');
select is((select s.status || ': ' || s.cancel_reason from public.shifts s where s.id = tests.id('later')), 'cancelled: no longer a member', 'their shifts are called off');
select tests.call('cashier_a', format('accept_invitation(%L)', tests.call('owner_a', $$invite_member({org_a}, 'cashier_a@example.test', 'server', {venue_a1})$$) ->> 'token'));
select tests.call('owner_a', 'remove_member({membership_cashier_a})');
select is((select array_agg(s.status order by s.starts_at) from public.shifts s where s.user_id = tests.id('cashier_a')), array['draft', 'draft', 'cancelled'],
  'but not those of the past, nor where another membership reaches');
select tests.call('owner_a', 'publish_shifts({venue_a1}, now(), now() + interval ''30 days'')');
select tests.affects('cashier_a1', 'select 1 from public.shifts', 0, 'who has left sees nothing');

-- history
select is((select count(*) from private.audit_events e where e.row_id = tests.id('shift') and e.actor_id = tests.id('manager_a1')), 4::bigint, 'planned, published, moved and cancelled: by whom is kept');
update public.shifts set updated_at = '2026-01-01' where id = tests.id('shift');
select is((select s.updated_at from public.shifts s where s.id = tests.id('shift')), now(), 'and when, by nobody''s word');

-- an ended trial: seen, not planned
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.affects('manager_a1', 'select 1 from public.shifts where id = {shift}', 1, 'without a subscription the plan is still read');
select tests.refused('owner_a', c, 'subscription_inactive', 'and not changed: ' || c)
from unnest(array['plan_shift({venue_a1}, {server_a1}, now(), now() + interval ''1 hour'')', 'change_shift({shift}, now(), now() + interval ''1 hour'')', 'cancel_shift({shift}, ''x'')', 'publish_shifts({venue_a1}, now(), now() + interval ''1 hour'')']) c;

select * from finish();
rollback;
