-- invite_member, cancel_invitation, accept_invitation: one pending per place and address, one acceptance per token, no role above one's own.
begin;
select plan(58);
select tests.fixture();
select tests.create_user('ann');
select tests.create_user('bob');

-- anon, stranger, the roles that may not
select tests.refused('anon', $$invite_member({org_a}, 'x@example.test', 'staff')$$, '42501', 'a guest cannot invite');
select tests.refused('anon', $$accept_invitation('x')$$, '42501', 'a guest cannot accept');
select tests.refused('stranger', $$invite_member({org_a}, 'x@example.test', 'staff')$$, 'permission_denied', 'a stranger cannot invite');
select tests.refused('owner_b', $$invite_member({org_a}, 'x@example.test', 'staff')$$, 'permission_denied', 'an owner of another organisation cannot');
select tests.refused(a || '_a', $$invite_member({org_a}, 'x@example.test', 'staff')$$, 'permission_denied', a || ' cannot invite')
from unnest(array['staff', 'kitchen', 'server', 'cashier']) a;
select tests.refused('manager_a1', $$invite_member({org_a}, 'x@example.test', 'staff')$$, 'permission_denied', 'a manager of one venue cannot invite to the whole organisation');
select tests.refused('manager_a1', $$invite_member({org_a}, 'x@example.test', 'staff', {venue_a2})$$, 'permission_denied', 'nor to another venue');
select tests.refused('owner_a', $$invite_member({org_a}, 'x@example.test', 'staff', {venue_b1})$$, 'permission_denied', 'nobody invites to another organisation''s venue');
select tests.refused('owner_b', $$invite_member({org_a}, 'x@example.test', 'staff', {venue_b1})$$, 'permission_denied', 'nor mixes an organisation with their own venue');

-- no role above one's own; owners own the whole organisation
select tests.refused('manager_a', $$invite_member({org_a}, 'x@example.test', 'owner')$$, 'role_above_own', 'a manager cannot invite an owner');
select tests.answers('manager_a', $$invite_member({org_a}, 'peer@example.test', 'manager')$$, '{"role": "manager"}', 'but an equal');
select tests.refused('owner_a', $$invite_member({org_a}, 'x@example.test', 'owner', {venue_a1})$$, 'invalid_input', 'an owner cannot be narrowed to a venue');
select tests.refused('owner_a', $$invite_member({org_a}, 'x@example.test', 'emperor')$$, 'invalid_input', 'an unknown role is refused');
select tests.refused('owner_a', $$invite_member({org_a}, 'no address', 'staff')$$, 'invalid_input', 'a text that is no address is refused');

-- one pending per organisation, venue and address; only the hash of the token is stored
select tests.keep('invited', (i.answer ->> 'invitation_id')::uuid, i.answer ->> 'token')
from (select tests.call('manager_a1', $$invite_member({org_a}, ' Ann@Example.TEST ', 'server', {venue_a1})$$) as answer) i;
select results_eq($$select i.email, i.role, i.status, i.venue_id = tests.id('venue_a1'), i.expires_at - i.created_at from public.invitations i where i.id = tests.id('invited')$$,
  $$values ('ann@example.test', 'server', 'pending', true, interval '7 days')$$, 'a manager of a venue invites to it, for 7 days, by a normalised address');
select is((select i.token_hash from public.invitations i where i.id = tests.id('invited')), sha256(convert_to(tests.secret('invited'), 'UTF8')), 'the token itself is not stored');
select ok(length(tests.secret('invited')) = 43 and tests.secret('invited') ~ '^[A-Za-z0-9_-]+$', 'it has 256 bits, safe in a link');
select tests.refused('owner_a', $$invite_member({org_a}, 'ANN@example.test', 'staff', {venue_a1})$$, 'invitation_pending', 'a second for the same place and address is refused');
select tests.answers('owner_a', $$invite_member({org_a}, 'ann@example.test', 'staff')$$, '{"role": "staff"}', 'another place is another invitation');

-- the mail: asked for with the invitation, about what is true when it is sent; the token stays nowhere
select is((select count(*) from private.outbox o where o.payload ->> 'subject_id' = tests.id('invited')::text), 1::bigint, 'a mail is asked for, by the invitation that succeeded');
select is((select o.payload from private.outbox o where o.payload ->> 'subject_id' = tests.id('invited')::text),
  jsonb_build_object('template', 'invitation', 'subject_id', tests.id('invited'), 'secrets', jsonb_build_object('token', tests.secret('invited'))), 'with the token, and without an address');
select tests.call('service_role', 'relay_outbox()') > '0';
select is_empty($$select o.id from private.outbox o where o.payload::text ~ 'token' or o.payload ? 'secrets'$$, 'relayed, the outbox keeps no token');
select is((select q.message #>> '{payload,secrets,token}' from pgmq.q_mail q where q.message #>> '{payload,subject_id}' = tests.id('invited')::text), tests.secret('invited'), 'the queue has it');
select tests.answers('service_role', $$get_mail('invitation', {invited})$$, '{"to": "ann@example.test", "role": "server", "organisation": "Org a", "venue": "Venue a1"}', 'the worker learns to whom, and what it is about');
select tests.refused('service_role', $$get_mail('newsletter', {invited})$$, 'invalid_input', 'an unknown template is refused');
select tests.refused('owner_a', $$get_mail('invitation', {invited})$$, '42501', 'members do not ask');

-- accepting: unknown, wrong, once
select tests.refused('ann', $$accept_invitation('nonsense')$$, 'invitation_not_found', 'an unknown token is refused');
select tests.refused('ann', $$accept_invitation(null)$$, 'invitation_not_found', 'so is none');
select tests.refused('ann', $$accept_invitation(encode(sha256({$invited}::bytea), 'hex'))$$, 'invitation_not_found', 'its hash opens nothing');
select tests.answers('ann', $$accept_invitation({$invited})$$, '{"role": "server"}', 'the token makes a member');
select results_eq($$select m.role, m.venue_id, i.status, i.accepted_by from public.memberships m, public.invitations i
    where m.user_id = tests.id('ann') and i.id = tests.id('invited')$$,
  $$values ('server', tests.id('venue_a1'), 'accepted', tests.id('ann'))$$, 'with the invited role and place, and the invitation says who');
select tests.refused('ann', $$accept_invitation({$invited})$$, 'invitation_used', 'the same token works no second time');
select tests.refused('bob', $$accept_invitation({$invited})$$, 'invitation_used', 'nor for somebody else');
select is(tests.call('service_role', $$get_mail('invitation', {invited})$$), null, 'an accepted invitation is not mailed any more');

-- already a member; the invitation then stays pending
select tests.keep('again', (i.answer ->> 'invitation_id')::uuid, i.answer ->> 'token')
from (select tests.call('owner_a', $$invite_member({org_a}, 'bob@example.test', 'staff', {venue_a1})$$) as answer) i;
select tests.refused('ann', $$accept_invitation({$again})$$, 'already_member', 'who is a member in this scope cannot join twice');
select is((select i.status from public.invitations i where i.id = tests.id('again')), 'pending', 'and does not use up the invitation');

-- expired, by the clock and before it
update public.invitations set expires_at = now() - interval '1 second' where id = tests.id('again');
select tests.refused('bob', $$accept_invitation({$again})$$, 'invitation_expired', 'an invitation past its end is refused though no clock has run');
select is(private.expire_invitations(), 1, 'the clock marks it');
select tests.refused('bob', $$accept_invitation({$again})$$, 'invitation_expired', 'and it stays refused');
select tests.answers('owner_a', $$invite_member({org_a}, 'bob@example.test', 'staff', {venue_a1})$$, '{}', 'its place is free for a new one');

-- cancelling
select tests.refused('staff_a', $$cancel_invitation({again})$$, 'permission_denied', 'staff cannot cancel an invitation');
select tests.refused('owner_b', $$cancel_invitation({again})$$, 'permission_denied', 'a stranger cannot');
select tests.refused('owner_a', $$cancel_invitation({invited})$$, 'invitation_used', 'an accepted one cannot be cancelled');
select tests.keep('doomed', (i.answer ->> 'invitation_id')::uuid, i.answer ->> 'token')
from (select tests.call('owner_a', $$invite_member({org_a}, 'doomed@example.test', 'manager')$$) as answer) i;
select tests.answers('owner_a', $$cancel_invitation({doomed})$$, '{"status": "cancelled"}', 'an owner cancels');
select tests.answers('owner_a', $$cancel_invitation({doomed})$$, '{"status": "cancelled"}', 'a repeat says the same');
select is(tests.call('service_role', $$get_mail('invitation', {doomed})$$), null, 'a cancelled invitation is not mailed');
select tests.refused('bob', $$accept_invitation({$doomed})$$, 'invitation_used', 'its token no longer works');

-- not without end: by one member, and in one organisation
create function pg_temp.used(p_subject uuid, p_used integer) returns void language sql as $$
  insert into private.rate_limits (scope, subject, minute, used) values ('invite_member', p_subject, date_trunc('hour', now()), p_used)
  on conflict on constraint rate_limits_pkey do update set used = excluded.used
$$;
select pg_temp.used(tests.id('owner_a'), 49);
select tests.answers('owner_a', $$invite_member({org_a}, 'fifty@example.test', 'staff')$$, '{"role": "staff"}', 'the fiftieth invitation of the hour');
select tests.refused('owner_a', $$invite_member({org_a}, 'more@example.test', 'staff')$$, 'rate_limited', 'is the last by one member');
select ok(substring((tests.attempt('owner_a', $$invite_member({org_a}, 'more@example.test', 'staff')$$)).detail from '^retry after (\d+) seconds$')::integer between 0 and 3600, 'the refusal says how long to wait');
select is_empty($$select 1 from public.invitations i where i.email = 'more@example.test'$$, 'and nothing is sent');
select tests.answers('manager_a', $$invite_member({org_a}, 'more@example.test', 'staff')$$, '{"role": "staff"}', 'somebody else may go on');
select pg_temp.used(tests.id('org_a'), 200);
select tests.refused('manager_a', $$invite_member({org_a}, 'most@example.test', 'staff')$$, 'rate_limited', 'until the organisation has had its two hundred');
select tests.answers('owner_b', $$invite_member({org_b}, 'most@example.test', 'staff')$$, '{"role": "staff"}', 'which is nobody else''s concern');
update private.rate_limits set minute = minute - interval '1 hour' where scope = 'invite_member';
select tests.answers('owner_a', $$invite_member({org_a}, 'most@example.test', 'staff')$$, '{"role": "staff"}', 'the next hour is another');

select * from finish();
rollback;
