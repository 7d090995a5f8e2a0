-- Working time: clocking in and out, late and early, what was forgotten, corrections, the timesheet.
begin;
select plan(118);
select tests.fixture();
create function pg_temp.clock_in(p_name text, p_actor text, p_venue text) returns jsonb language plpgsql as $$
declare
  v_entry jsonb := tests.call(p_actor, format('clock_in({%s})', p_venue));
begin
  perform tests.keep(p_name, (v_entry ->> 'time_entry_id')::uuid);
  return v_entry;
end $$;
create function pg_temp.plan(p_name text, p_venue text, p_person text, p_from text, p_until text) returns void language plpgsql as $$
begin
  perform tests.keep(p_name, (tests.call('owner_a', format('plan_shift({%s}, {%s}, now() + interval %L, now() + interval %L)', p_venue, p_person, p_from, p_until)) ->> 'shift_id')::uuid);
  perform tests.call('owner_a', format('publish_shifts({%s}, now() - interval ''40 days'', now() + interval ''40 days'')', p_venue));
end $$;
create function pg_temp.backdate(p_entry text, p_by interval) returns void language sql as $$
  update public.time_entries set clocked_in_at = clocked_in_at - p_by where id = tests.id(p_entry)
$$;
create function pg_temp.sheet(p_actor text, p_venue text default 'venue_a1') returns jsonb language sql as $$
  select tests.call(p_actor, format('get_timesheet({%s}, now() - interval ''30 days'', now() + interval ''1 day'')', p_venue))
$$;

-- everybody who works here clocks in, with whatever role; nobody else
select tests.answers(a, 'clock_in({venue_a1})', '{"status": "open", "shift": null, "clocked_out_at": null, "worked_minutes": null}', a || ' clocks in')
from unnest(array['owner_a', 'manager_a1', 'staff_a', 'kitchen_a1', 'cashier_a']) a;
select tests.refused(a, 'clock_in({venue_a1})', 'permission_denied', a || ' does not work here') from unnest(array['owner_b', 'stranger']) a;
select tests.refused('kitchen_a1', 'clock_in({venue_a2})', 'permission_denied', 'nor does a cook of the other venue');
select tests.refused('owner_a', 'clock_in(''00000000-0000-0000-0000-000000000000'')', 'permission_denied', 'a venue that does not exist is the same refusal');
select tests.refused('anon', 'clock_in({venue_a1})', '42501', 'guests do not work');

-- one place at a time
select pg_temp.clock_in('entry', 'server_a', 'venue_a1');
select tests.answers('server_a', 'clock_in({venue_a1})', jsonb_build_object('time_entry_id', tests.id('entry')), 'clocking in again is the same entry');
select tests.refused('server_a', 'clock_in({venue_a2})', 'already_clocked_in', 'one is in one venue');
select throws_ok($$insert into public.time_entries (organisation_id, venue_id, user_id) values (tests.id('org_a'), tests.id('venue_a2'), tests.id('server_a'))$$, '23P01', null, 'by constraint');
select lives_ok($$insert into public.time_entries (organisation_id, venue_id, user_id) values (tests.id('org_b'), tests.id('venue_b1'), tests.id('server_a'))$$, 'another employer has other entries');
delete from public.time_entries where organisation_id = tests.id('org_b');
select tests.refused(a, 'clock_out({entry})', 'time_entry_not_found', a || ' cannot clock out for somebody else') from unnest(array['owner_a', 'manager_a', 'stranger']) a;
select pg_temp.backdate('entry', '3 hours 59 seconds');
select tests.answers('server_a', 'clock_out({entry})', '{"status": "closed", "worked_minutes": 180}', 'clocking out ends it, in whole minutes');
select is(tests.call('server_a', 'clock_out({entry})') ->> 'clocked_out_at', to_jsonb(now()) #>> '{}', 'a repeat says the same');
select tests.answers('server_a', 'clock_in({venue_a2})', '{"status": "open"}', 'and now elsewhere');
select tests.refused(a, 'update public.time_entries set clocked_out_at = now()', '42501', a || ' writes no entry directly') from unnest(array['owner_a', 'server_a', 'service_role']) a;

-- the shift that is on, and how late or early somebody was
select pg_temp.plan('tomorrow', 'venue_a1', 'server_a1', '2 hours 1 minute', '8 hours');
select tests.answers('server_a1', 'clock_in({venue_a1})', '{"shift": null}', 'more than two hours before a shift is not for it');
delete from public.time_entries where user_id = tests.id('server_a1');
select tests.call('owner_a', 'change_shift({tomorrow}, now() + interval ''2 hours'', now() + interval ''8 hours'')');
select tests.answers('server_a1', 'clock_in({venue_a1})', jsonb_build_object('shift', jsonb_build_object('shift_id', tests.id('tomorrow'), 'late_minutes', -120, 'overtime_minutes', null)), 'two hours before it is, and early');
delete from public.time_entries where user_id = tests.id('server_a1');
update public.shifts set status = 'draft', published_at = null where id = tests.id('tomorrow');
select tests.answers('server_a1', 'clock_in({venue_a1})', '{"shift": null}', 'a draft is nobody''s shift');
delete from public.time_entries where user_id = tests.id('server_a1');
select tests.call('owner_a', 'cancel_shift({tomorrow}, ''quiet'')');
select pg_temp.plan('shift', 'venue_a1', 'server_a1', '-4 hours', '-1 minute'), pg_temp.plan('next', 'venue_a1', 'server_a1', '-1 minute', '4 hours');
select pg_temp.clock_in('evening', 'server_a1', 'venue_a1');
select is((select e.shift_id from public.time_entries e where e.id = tests.id('evening')), tests.id('next'), 'a shift that has ended is not on');
update public.time_entries set clocked_in_at = now() - interval '4 hours' + interval '12 minutes 30 seconds', shift_id = tests.id('shift') where id = tests.id('evening');
select tests.answers('server_a1', 'clock_out({evening})', '{"worked_minutes": 227, "shift": {"late_minutes": 12, "overtime_minutes": 1}}', 'late by the minutes that have passed, and over by one');
update public.time_entries set clocked_out_at = now() - interval '1 hour 1 minute' where id = tests.id('evening');
select tests.answers('server_a1', 'clock_out({evening})', '{"shift": {"late_minutes": 12, "overtime_minutes": -60}}', 'who left an hour before the end: an hour');
insert into public.time_entries (organisation_id, venue_id, user_id, shift_id, status, clocked_in_at, clocked_out_at)
values (tests.id('org_a'), tests.id('venue_a1'), tests.id('server_a1'), tests.id('shift'), 'closed', now() - interval '30 minutes', now() - interval '1 minute');
select tests.answers('server_a1', 'clock_out({evening})', '{"shift": {"late_minutes": 12, "overtime_minutes": null}}', 'after a break the first entry says how late');
select is((pg_temp.sheet('server_a1') #> '{entries,1,shift}') - array['starts_at', 'ends_at'], jsonb_build_object('shift_id', tests.id('shift'), 'late_minutes', null, 'overtime_minutes', 0), 'and the last how early they left');
select throws_ok($$update public.time_entries set shift_id = tests.id('shift') where user_id = tests.id('server_a')$$, '23503', null, 'nobody works another''s shift, by constraint');
select tests.refused('owner_a', 'change_shift({shift}, now(), now() + interval ''1 hour'')', 'shift_closed', 'a shift that was worked does not move');
select tests.refused('owner_a', 'cancel_shift({shift}, ''x'')', 'shift_closed', 'and is not cancelled');

-- a forgotten clock-out: never closed silently
select pg_temp.clock_in('night', 'kitchen_a', 'venue_a1');
select pg_temp.backdate('night', '16 hours');
select tests.answers('kitchen_a', 'clock_in({venue_a1})', jsonb_build_object('time_entry_id', tests.id('night')), 'sixteen hours may be work');
select is(private.flag_forgotten_clock_outs(), 0, 'for the clock, too');
select pg_temp.backdate('night', '1 second');
select tests.answers('kitchen_a', 'clock_out({night})', '{"status": "forgotten", "clocked_out_at": null, "worked_minutes": null}', 'clocking out the next morning invents no hours');
update public.time_entries set status = 'open' where id = tests.id('night');
select isnt(pg_temp.clock_in('morning', 'kitchen_a', 'venue_a2') ->> 'time_entry_id', tests.id('night')::text, 'the next clock-in works, elsewhere, too');
select is((select e.status from public.time_entries e where e.id = tests.id('night')), 'forgotten', 'and calls the other one forgotten');
update public.time_entries set clocked_in_at = now() - interval '16 hours 1 second' where id = tests.id('morning');
select is(private.flag_forgotten_clock_outs(), 1, 'the clock flags what nobody touched');
select is((select e.status from public.time_entries e where e.id = tests.id('morning')), 'forgotten', 'in the open');
select is(private.flag_forgotten_clock_outs(), 0, 'once');
select tests.answers('kitchen_a', 'clock_out({morning})', '{"status": "forgotten"}', 'it stays so until a person says when it ended');

-- corrections
select tests.refused('kitchen_a', 'correct_time_entry({night}, now(), ''forgot'')', 'time_entry_not_found', 'not the person itself');
select tests.refused(a, 'correct_time_entry({night}, now(), ''forgot'')', 'time_entry_not_found', 'nor ' || a) from unnest(array['staff_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', 'correct_time_entry({morning}, now(), ''forgot'')', 'time_entry_not_found', 'nor a manager of the other venue');
select tests.refused('manager_a1', format('correct_time_entry({night}, %s)', c), 'invalid_input', 'nor with ' || c)
from unnest(array['now(), null', 'now(), '' ''', 'null, ''x''', 'now() - interval ''1 day'', ''x''', 'now() + interval ''1 minute'', ''x'', now()', '''infinity'', ''x''', 'now(), ''x'', now() - interval ''16 hours 1 second''',
  'now(), ''x'', ''-infinity''', 'now() - interval ''400 days'', ''x'', now() - interval ''401 days''', 'now() - interval ''1 second'', ''x'', now()']) c;
select tests.answers('manager_a1', 'correct_time_entry({night}, now() - interval ''9 hours'', '' left at eleven '')', jsonb_build_object('status', 'closed', 'corrected_by', tests.id('manager_a1'), 'correction_reason', 'left at eleven', 'worked_minutes', 420), 'who plans says when it ended, and why');
select is((select count(*) from private.audit_events e where e.row_id = tests.id('night') and e.actor_id = tests.id('manager_a1') and e.before ->> 'status' = 'forgotten' and e.after ->> 'correction_reason' = 'left at eleven'), 1::bigint, 'what it was before is kept');
update public.time_entries set updated_at = '2026-01-01' where id = tests.id('night');
select is((select e.updated_at from public.time_entries e where e.id = tests.id('night')), now(), 'and when, by nobody''s word');
select tests.refused('owner_a', 'correct_time_entry({morning}, now() - interval ''10 hours'', ''x'', now() - interval ''12 hours'')', 'time_entry_overlap', 'two entries of a person do not overlap');
select tests.answers('owner_a', 'correct_time_entry({morning}, now() - interval ''8 hours'', ''x'', now() - interval ''9 hours'')', '{"worked_minutes": 60}', 'side by side they stand');
select throws_ok(format('update public.time_entries set %s where id = tests.id(''night'')', s), '23514', null, s || ' is impossible')
from unnest(array['status = ''open''', 'clocked_out_at = null', 'clocked_out_at = clocked_in_at - interval ''1 second''', 'clocked_in_at = clocked_out_at - interval ''16 hours 1 second''', 'corrected_by = null', 'correction_reason = '' ''', 'status = ''paid'', clocked_out_at = null']) s;
update public.time_entries set clocked_in_at = now() + interval '1 hour', clocked_out_at = now() + interval '2 hours' where id = tests.id('morning');
select tests.refused('kitchen_a', 'clock_in({venue_a1})', 'time_entry_overlap', 'an entry in the future is in the way, and says so');
update public.time_entries set clocked_in_at = now() - interval '9 hours', clocked_out_at = now() - interval '8 hours' where id = tests.id('morning');

select throws_ok($$insert into public.time_entries (organisation_id, venue_id, user_id) values (tests.id('org_b'), tests.id('venue_a1'), tests.id('owner_b'))$$, '23503', null, 'work is done in a venue of its organisation, by constraint');

-- work that nobody clocked
create function pg_temp.add(p_user text, p_from text, p_until text, p_reason text default '''phone at home''', p_venue text default 'venue_a1') returns text language sql as $$
  select format('add_time_entry({%s}, {%s}, %s, %s, %s)', p_venue, p_user, p_from, p_until, p_reason)
$$;
select tests.refused('anon', pg_temp.add('cashier_a', 'now() - interval ''3 hours''', 'now()'), '42501', 'guests add no time');
select tests.refused(a, pg_temp.add('cashier_a', 'now() - interval ''3 hours''', 'now()'), 'permission_denied', a || ' adds none') from unnest(array['cashier_a', 'staff_a', 'server_a1', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', pg_temp.add('cashier_a', 'now() - interval ''3 hours''', 'now()', p_venue => 'venue_a2'), 'permission_denied', 'nor a manager of the other venue');
select tests.refused('manager_a1', pg_temp.add(p, 'now() - interval ''3 hours''', 'now()'), 'member_not_found', p || ' does not work there') from unnest(array['server_b1', 'stranger']) p;
select tests.refused('owner_a', pg_temp.add('server_a1', 'now() - interval ''3 hours''', 'now()', p_venue => 'venue_a2'), 'member_not_found', 'nor a member of one venue in another');
select tests.refused('manager_a1', pg_temp.add('cashier_a', v.f, v.u, v.r), 'invalid_input', concat_ws(', ', v.f, v.u, v.r)) from (values
  ('null', 'now()', '''x'''), ('now()', 'null', '''x'''), ('now() - interval ''3 hours''', 'now()', 'null'), ('now() - interval ''3 hours''', 'now()', ''' '''), ('now() - interval ''3 hours''', 'now()', 'repeat(''x'', 281)'),
  ('now()', 'now() - interval ''1 second''', '''x'''), ('now() - interval ''3 hours''', 'now() + interval ''1 second''', '''x'''), ('now() - interval ''16 hours 1 second''', 'now()', '''x'''),
  ('now() - interval ''367 days''', 'now() - interval ''366 days 20 hours''', '''x'''), ('''-infinity''', 'now()', '''x'''), ('now()', '''infinity''', '''x''')) v (f, u, r);
select pg_temp.plan('planned', 'venue_a1', 'cashier_a', '-30 hours', '-26 hours');
select tests.keep('added', (e.answer ->> 'time_entry_id')::uuid) from (select tests.call('manager_a1', pg_temp.add('cashier_a', 'now() - interval ''30 hours''', 'now() - interval ''26 hours''', ''' phone at home ''')) as answer) e;
select tests.answers('manager_a1', pg_temp.add('cashier_a', 'now() - interval ''30 hours''', 'now() - interval ''26 hours'''), jsonb_build_object('time_entry_id', tests.id('added'), 'status', 'closed', 'worked_minutes', 240,
  'corrected_by', tests.id('manager_a1'), 'correction_reason', 'phone at home', 'shift', jsonb_build_object('shift_id', tests.id('planned'), 'late_minutes', 0, 'overtime_minutes', 0)), 'a manager adds it, with a reason, to the shift; a repeat is the same');
select is((select count(*) from public.time_entries e where e.correction_reason = 'phone at home'), 1::bigint, 'once');
select is((select count(*) from private.audit_events e where e.row_id = tests.id('added') and e.action = 'insert' and e.actor_id = tests.id('manager_a1') and e.after ->> 'correction_reason' = 'phone at home'), 1::bigint, 'the history says whose word it is');
select is(tests.call('cashier_a', 'get_timesheet({venue_a1}, now() - interval ''40 hours'', now())') #>> '{entries,0,correction_reason}', 'phone at home', 'so does the member''s own timesheet');
select tests.refused('owner_a', pg_temp.add('cashier_a', 'now() - interval ''28 hours''', 'now() - interval ''25 hours'''), 'time_entry_overlap', 'it overlaps nothing of the person');
select tests.refused('owner_a', pg_temp.add('cashier_a', 'now() - interval ''28 hours''', 'now() - interval ''25 hours''', p_venue => 'venue_a2'), 'time_entry_overlap', 'in another venue, either');
select tests.answers('owner_a', pg_temp.add('cashier_a', 'now() - interval ''26 hours''', 'now() - interval ''25 hours''', p_venue => 'venue_a2'), '{"shift": null, "worked_minutes": 60}', 'side by side they stand');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.add('cashier_a', 'now() - interval ''20 hours''', 'now() - interval ''19 hours'''), 'subscription_inactive', 'a read-only organisation adds no time');
update public.organisations set subscription_status = 'trialing' where id = tests.id('org_a');
delete from public.time_entries where correction_reason = 'phone at home';
delete from public.shifts where id = tests.id('planned');

-- who sees
select tests.affects('server_a1', 'select 1 from public.time_entries where user_id <> {server_a1}', 0, 'one sees one''s own entries');
select tests.affects('server_a1', 'select 1 from public.time_entries', 2, 'all of them');
select is((select count(distinct e ->> 'user_id') from jsonb_array_elements(pg_temp.sheet('manager_a1') -> 'entries') e), 8::bigint, 'a manager''s timesheet has everybody');
select is((select array_agg(distinct e ->> 'user_id') from jsonb_array_elements(pg_temp.sheet('server_a1') -> 'entries') e), array[tests.id('server_a1')::text], 'a server''s has a server');
select tests.refused(a, 'get_timesheet({venue_a1}, now() - interval ''1 day'', now())', 'permission_denied', a || ' has none') from unnest(array['owner_b', 'stranger']) a;
select tests.refused('manager_a1', 'get_timesheet({venue_a2}, now() - interval ''1 day'', now())', 'permission_denied', 'nor a manager of the other venue');
select tests.refused('owner_a', 'get_timesheet({venue_a1}, now() - interval ''93 days'', now())', 'invalid_input', 'of a quarter at most');
select pg_temp.plan('missed', 'venue_a1', 'staff_a1', '-10 hours', '-8 hours'), pg_temp.plan('missed2', 'venue_a1', 'kitchen_a1', '-10 hours', '-8 hours'), pg_temp.plan('coming', 'venue_a1', 'staff_a1', '-1 hour', '1 hour');
select tests.call('owner_a', 'cancel_shift({missed2}, ''ill'')');
select is((select array_agg((s ->> 'shift_id')::uuid) from jsonb_array_elements(pg_temp.sheet('owner_a') -> 'missed_shifts') s), array[tests.id('missed')], 'a shift that ended without its person is missed; one that is on, cancelled or worked is not');
select is(jsonb_array_length(pg_temp.sheet('staff_a1') -> 'missed_shifts'), 1, 'its person is told');
select is(jsonb_array_length(pg_temp.sheet('server_a1') -> 'missed_shifts'), 0, 'a colleague is not');

-- who left, and an organisation that is read-only
select pg_temp.clock_in('last', 'staff_a1', 'venue_a1');
select tests.call('owner_a', 'remove_member({membership_staff_a1})');
select tests.affects('staff_a1', 'select 1 from public.time_entries', 0, 'who has left sees nothing');
select tests.answers('staff_a1', 'clock_out({last})', '{"status": "closed"}', 'but still ends what they had begun');
select pg_temp.clock_in('unpaid', 'server_a1', 'venue_a1');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('cashier_a1', 'clock_in({venue_a1})', 'subscription_inactive', 'without a subscription nobody clocks in');
select tests.answers('server_a1', 'clock_out({unpaid})', '{"status": "closed"}', 'but everybody out');
select tests.answers('owner_a', 'get_timesheet({venue_a1}, now() - interval ''1 day'', now())', '{}', 'and the hours are read');
select tests.refused('owner_a', 'correct_time_entry({unpaid}, now(), ''x'')', 'subscription_inactive', 'not corrected');

select * from finish();
rollback;
