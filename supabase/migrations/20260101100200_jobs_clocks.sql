-- Every schedule there is. Minute schedules only: older versions of pg_cron know no seconds; what is urgent wakes a
-- worker itself, the clock is the safety net.

create function private.wake_if_waiting() returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_waits boolean := exists (select 1 from private.outbox o where o.relayed_at is null);
  v_queue text;
begin
  for v_queue in select q.queue from private.queues q loop
    exit when v_waits;
    execute format('select exists (select 1 from pgmq.%I q where q.vt <= clock_timestamp())', 'q_' || v_queue) into v_waits;
  end loop;
  if v_waits then
    perform private.wake_worker();
  end if;
  return v_waits;
end $$;
comment on function private.wake_if_waiting() is 'Clock, every minute: wakes a worker when messages or jobs wait. Returns whether.';

create function private.expire_invitations() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_expired integer;
begin
  update public.invitations i set status = 'expired' where i.status = 'pending' and i.expires_at <= now();
  get diagnostics v_expired = row_count;
  return v_expired;
end $$;
comment on function private.expire_invitations() is 'Clock, hourly: marks invitations that were not accepted in time. Returns how many.';

create function private.purge_expired() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_purged integer := 0;
  v_count integer;
begin
  delete from private.idempotency_keys k where k.expires_at <= now();
  get diagnostics v_count = row_count;
  v_purged := v_purged + v_count;
  delete from private.rate_limits r where r.minute < now() - interval '1 hour';
  get diagnostics v_count = row_count;
  v_purged := v_purged + v_count;
  delete from private.guest_devices d where d.expires_at < now() - interval '1 day';
  get diagnostics v_count = row_count;
  v_purged := v_purged + v_count;
  delete from private.outbox o where o.relayed_at < now() - interval '7 days';
  get diagnostics v_count = row_count;
  v_purged := v_purged + v_count;
  delete from private.notices n where n.created_at < now() - interval '7 days';
  get diagnostics v_count = row_count;
  v_purged := v_purged + v_count;
  delete from public.webhook_events e where e.created_at < now() - interval '30 days';
  get diagnostics v_count = row_count;
  v_purged := v_purged + v_count;
  delete from private.webhook_secrets s where s.expires_at <= now();
  get diagnostics v_count = row_count;
  v_purged := v_purged + v_count;
  delete from private.billing_notices n where n.created_at < now() - interval '7 days';
  get diagnostics v_count = row_count;
  v_purged := v_purged + v_count;
  delete from cron.job_run_details d where d.end_time < now() - interval '7 days';
  get diagnostics v_count = row_count;
  return v_purged + v_count;
end $$;
comment on function private.purge_expired() is
  'Clock, hourly: removes expired idempotency keys, old rate counters, guest devices a day past their end, replaced webhook secrets '
  'past their overlap, week-old relayed messages, notices and clock records, and webhook events after 30 days. Returns how many rows.';

-- What is done venue by venue is only asked for here: jobs do it, so that one venue holds up no other.
select cron.schedule('expire-orders', '* * * * *', 'select private.request_due(''orders.expire'')');
select cron.schedule('wake-worker', '* * * * *', 'select private.wake_if_waiting()');
select cron.schedule('reconcile', '*/15 * * * *', 'select private.reconcile_by_clock()');
select cron.schedule('expire-invitations', '7 * * * *', 'select private.expire_invitations()');
select cron.schedule('purge-expired', '17 * * * *', 'select private.purge_expired()');
select cron.schedule('daily-close', '* * * * *', 'select private.request_due(''day.close'')');
select cron.schedule('advance-reservations', '*/5 * * * *', 'select private.request_due(''reservations.advance'')');
select cron.schedule('erase-guest-data', '37 3 * * *', 'select private.request_due(''guests.erase'')');
select cron.schedule('watch-stock', '* * * * *', 'select private.request_due(''stock.watch'')');
select cron.schedule('roll-up', '*/5 * * * *', 'select private.request_due(''sales.roll_up'')');
select cron.schedule('flag-forgotten-clock-outs', '37 * * * *', 'select private.flag_forgotten_clock_outs()');
select cron.schedule('clean-storage', '47 3 * * *', 'select private.clean_storage()');
select cron.schedule('expire-points', '57 3 * * *', 'select private.expire_points()');
select cron.schedule('sweep-payments', '* * * * *', 'select private.sweep_payments(), private.sweep_events()');
select cron.schedule('watch-subscriptions', '*/5 * * * *', 'select private.watch_subscriptions()');
select cron.schedule('keep-tenant-schemas', '* * * * *', 'select private.keep_tenant_schemas()');
select cron.schedule('expire-proposals', '* * * * *', 'select private.expire_proposals()');
select cron.schedule('forget-conversations', '27 3 * * *', 'select private.forget_conversations()');
select cron.schedule('watch-assistant-jobs', '* * * * *', 'select private.watch_assistant_jobs()');

create function public.get_health() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object(
    'database_time', clock_timestamp(),
    'started_seconds_ago', extract(epoch from clock_timestamp() - pg_postmaster_start_time())::integer,
    'outbox', (select jsonb_build_object('waiting', count(*), 'oldest_seconds', coalesce(extract(epoch from now() - min(o.created_at))::integer, 0))
               from private.outbox o where o.relayed_at is null),
    'queues', (select jsonb_object_agg(m.queue_name, jsonb_build_object('length', m.queue_length, 'oldest_seconds', coalesce(m.oldest_msg_age_sec, 0)))
               from pgmq.metrics_all() m where m.queue_name <> 'webhooks') || jsonb_build_object('webhooks', private.overdue_webhooks()),
    'clocks', (select coalesce(jsonb_object_agg(j.jobname, jsonb_build_object('schedule', j.schedule,
                 'succeeded_seconds_ago', (
                   select extract(epoch from now() - max(d.start_time))::integer from cron.job_run_details d where d.jobid = j.jobid and d.status = 'succeeded'))), '{}')
               from cron.job j where j.active and j.database = current_database()),
    'quarantined_events', (select count(*) from private.provider_events e where e.status = 'quarantined'),
    'reconciliation', (
      select jsonb_build_object('good_seconds_ago', extract(epoch from now() - max(r.finished_at))::integer,
        'open_findings', (select count(*) from private.reconciliation_findings f where f.resolved_at is null and f.closed_at is null))
      from private.reconciliation_runs r where r.outcome in ('clean', 'differences')),
    'worker_configured', (select count(*) = 2 from vault.decrypted_secrets s where s.name in ('functions_url', 'functions_secret_key')));
end $$;
comment on function public.get_health() is
  'What readiness is judged by: {database_time, started_seconds_ago, outbox, queues, clocks, quarantined_events, reconciliation, worker_configured}; ages in seconds. '
  'For the health function only. Definer: the service role has no table access. Errors: none.';
grant execute on function public.get_health() to service_role;
