-- A finding that somebody has looked into is closed: by whom it concerns, with a reason, on record, for as long as it stays the
-- same. What no longer differs is resolved by the next run, without anybody.
begin;
select plan(46);
select tests.fixture();
create function pg_temp.finds(p_kind text, p_subject text, p_detail jsonb default '{"there": 1}', p_payment text default 'online_a1') returns integer language sql as $$
  select private.note_findings(array[(select row(p_subject, p_kind, null, null, p.organisation_id, p.venue_id, p.id, p_detail)::private.difference from public.payments p where p.id = tests.id(p_payment))], array[p_subject])
$$;
create function pg_temp.finding(p_subject text) returns uuid language sql as $$
  select tests.keep(p_subject, (select f.id from private.reconciliation_findings f where f.subject = p_subject order by f.resolved_at nulls first limit 1))
$$;
create function pg_temp.close(p_subject text, p_reason text default 'looked into') returns text language sql as $$ select format('close_finding({%s}, %L)', p_subject, p_reason) $$;
create function pg_temp.open() returns integer language sql as $$ select (tests.call('service_role', 'get_health()') #>> '{reconciliation,open_findings}')::integer $$;
select pg_temp.finds('payment_paid_twice', 'pi_a'), pg_temp.finds('payment_paid_twice', 'pi_b', p_payment => 'online_b1'), pg_temp.finds('payment_amount_differs', 'pi_c'), pg_temp.finds('payment_amount_differs', 'pi_d');
insert into private.reconciliation_findings (kind, subject, organisation_id, detail) values ('subscription_price_unknown', 'sub_a', tests.id('org_a'), '{}'), ('subscription_price_unknown', 'sub_b', tests.id('org_b'), '{}');
insert into private.reconciliation_findings (kind, subject, detail) values ('payment_unknown_here', 'pi_nobody', '{}');
insert into private.reconciliation_runs (requested_by, window_from, window_to, finished_at, outcome) values ('clock', now() - interval '1 hour', now(), now(), 'differences');
select pg_temp.finding(s) from unnest(array['pi_a', 'pi_b', 'pi_c', 'pi_d', 'sub_a', 'sub_b', 'pi_nobody']) s;
select is(pg_temp.open(), 7, 'seven are open');

-- by whom it concerns
select tests.refused('anon', pg_temp.close('pi_a'), '42501', 'nobody closes anything');
select tests.refused(a, pg_temp.close('pi_a'), c, format('%s: %s', a, c)) from (values ('stranger', 'finding_not_found'), ('owner_b', 'finding_not_found'), ('server_a1', 'permission_denied'), ('kitchen_a1', 'permission_denied')) v (a, c);
select tests.refused('manager_a1', pg_temp.close('sub_a'), 'finding_not_found', 'what a plan costs is no manager''s business');
select tests.refused('owner_a', pg_temp.close(s), 'finding_not_found', 'not the owner''s: ' || s) from unnest(array['sub_b', 'pi_b', 'pi_nobody']) s;
select tests.refused('owner_a', 'close_finding(gen_random_uuid(), ''x'')', 'finding_not_found', 'an unknown one is not found');
select tests.refused('service_role', 'close_finding(null, ''x'')', 'finding_not_found', 'nor is none');
select tests.refused('owner_a', format('close_finding({pi_a}, %s)', r), 'invalid_input', 'refused reason: ' || left(r, 20)) from unnest(array['null', '''''', '''  ''', quote_literal(repeat('x', 281))]) r;
update public.organisations set subscription_status = 'unpaid', trial_ends_at = now() - interval '1 day' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.close('pi_a'), 'subscription_inactive', 'nor in read-only mode');
update public.organisations set subscription_status = 'active' where id = tests.id('org_a');
select is(pg_temp.open(), 7, 'all that closed nothing');
select tests.answers('owner_a', pg_temp.close('pi_a', ' the second was refunded '), jsonb_build_object('finding_id', tests.id('pi_a'), 'close_reason', 'the second was refunded', 'closed_by', tests.id('owner_a'), 'resolved_at', null), 'the owner does, with a reason');
select tests.answers('manager_a1', pg_temp.close('pi_c'), jsonb_build_object('closed_by', tests.id('manager_a1')), 'so does the manager of the venue');
select tests.answers('owner_a', pg_temp.close('sub_a'), jsonb_build_object('closed_by', tests.id('owner_a')), 'the owner closes what is about the subscription');
select tests.answers('service_role', pg_temp.close('pi_nobody'), '{"closed_by": null, "close_reason": "looked into"}', 'the operator what is nobody''s');
select tests.answers('service_role', pg_temp.close('pi_b'), '{"closed_by": null}', 'and everybody''s');
select is(pg_temp.open(), 2, 'two are left');
select is((select count(*) from jsonb_array_elements(tests.call('service_role', 'get_reconciliation_status()') -> 'findings')), 2::bigint, 'for the operator, too');
select tests.answers('service_role', 'get_reconciliation_status()', '{"open_findings": 2}', 'who counts them');

-- on record, once
select tests.answers('manager_a1', pg_temp.close('pi_a', 'again'), jsonb_build_object('close_reason', 'the second was refunded', 'closed_by', tests.id('owner_a')), 'a repeat returns the same');
select results_eq($$select x.actor_id, x.organisation_id, x.venue_id, x.after ->> 'close_reason', x.after ? 'detail' from private.audit_events x where x.table_name = 'reconciliation_findings' and x.after ->> 'finding_id' = tests.id('pi_a')::text$$,
  $$values (tests.id('owner_a'), tests.id('org_a'), tests.id('venue_a1'), 'the second was refunded', false)$$, 'who, where and why, once');
select is((select count(*) from private.audit_events x where x.table_name = 'reconciliation_findings'), 5::bigint, 'for each of them');
select set_eq($$select f ->> 'subject' as subject, f ->> 'close_reason' as reason from jsonb_array_elements(tests.call('owner_a', 'get_reconciliation_report({org_a})') -> 'findings') f (f)$$,
  $$values ('pi_a', 'the second was refunded'), ('pi_c', 'looked into'), ('sub_a', 'looked into'), ('pi_d', null)$$, 'the owner''s report says so');
select is(tests.call('owner_a', 'get_reconciliation_report({org_a}, current_date + 1, current_date + 2)') #> '{findings,0,subject}', '"pi_d"', 'later it shows what is open still');
select is(jsonb_array_length(tests.call('owner_a', 'get_reconciliation_report({org_a}, current_date + 1, current_date + 2)') -> 'findings'), 1, 'and that alone');

-- it stays closed while it is the same
select is(pg_temp.finds('payment_paid_twice', 'pi_a'), 0, 'the next run finds it again');
select is(pg_temp.open(), 2, 'and it stays closed');
select is((select f.last_seen_at > f.closed_at from private.reconciliation_findings f where f.id = tests.id('pi_a')), true, 'seen, though');
select is(pg_temp.finds('payment_paid_twice', 'pi_a', '{"there": 2}'), 1, 'another difference is a new finding');
select is(pg_temp.open(), 3, 'and open');
select isnt((select f.resolved_at from private.reconciliation_findings f where f.id = tests.id('pi_a')), null, 'the old one is over');
select tests.answers('owner_a', pg_temp.close('pi_a'), '{"close_reason": "the second was refunded"}', 'and stays as it was');
select is(pg_temp.finds('payment_amount_differs', 'pi_d', '{"there": 2}'), 0, 'one that nobody has closed goes on, whatever it says now');

-- without anybody
select is(private.note_findings('{}', array['pi_d', 'pi_c']), 0, 'what no longer differs');
select is((select count(*) from private.reconciliation_findings f where f.id in (tests.id('pi_c'), tests.id('pi_d')) and f.resolved_at is not null), 2::bigint, 'is resolved, closed or not');
select tests.refused('owner_a', pg_temp.close('pi_d'), 'finding_not_open', 'and needs nobody');
select is(pg_temp.finds('payment_amount_differs', 'pi_c'), 1, 'should it come back, it is open');

-- a day of the balance that was closed is looked at no more, once it is out of the window; it keeps no run from being clean
update private.reconciliation_findings set closed_at = now(), close_reason = 'x' where resolved_at is null and closed_at is null;
insert into private.reconciliation_findings (kind, subject, detail, closed_at, close_reason) values ('balance_differs', 'GBP 2026-01-05', '{}', now(), 'x'), ('balance_differs', 'GBP ' || (now() at time zone 'UTC')::date - 2, '{}', now(), 'x');
select tests.keep('worker', gen_random_uuid()), tests.keep('run', (tests.call('service_role', 'request_reconciliation(now() - interval ''3 days'')') ->> 'run_id')::uuid);
select tests.call('service_role', 'claim_reconciliation({run}, {worker})');
select tests.answers('service_role', 'finish_reconciliation({run}, {worker})', '{"outcome": "clean", "open_findings": 0}', 'what is closed is no difference');
select results_eq($$select f.resolved_at is not null from private.reconciliation_findings f where f.kind = 'balance_differs' order by f.subject$$, $$values (false), (true)$$, 'the day that was looked at is resolved, the one long ago was not');
select * from finish();
rollback;
