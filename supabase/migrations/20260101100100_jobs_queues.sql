-- What must happen outside of the database leaves it through the outbox, written in the transaction that causes it, and
-- from there through a pgmq queue: at least once, with leases, backoff, and a dead-letter queue for what never works.

create table private.queues (
  queue text primary key,
  attempts integer not null,
  constraint attempts_are_positive check (attempts > 0)
);
comment on table private.queues is 'The queues that workers drain; each has a dead-letter queue beside it. Reference data, changed by migrations only.';
comment on column private.queues.attempts is 'After this many attempts a job is a dead letter.';

create function private.create_queue(p_queue text, p_attempts integer) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.queues (queue, attempts) values (p_queue, p_attempts);
  perform pgmq.create(p_queue), pgmq.create(p_queue || '_dead');
end $$;
comment on function private.create_queue(text, integer) is 'For migrations: a queue with its dead-letter queue.';
select private.create_queue('provider_calls', 10);

create table private.outbox_routes (
  topic text primary key,
  queue text not null references private.queues
);
comment on table private.outbox_routes is 'Which queue a topic goes to. Reference data, changed by migrations only.';
create index outbox_routes_by_queue on private.outbox_routes (queue);
insert into private.outbox_routes (topic, queue) values
  ('refund.requested', 'provider_calls'), ('payment.cancel_requested', 'provider_calls');

create table private.outbox (
  id bigint generated always as identity primary key,
  topic text not null references private.outbox_routes,
  payload jsonb not null,
  trace_id text,
  created_at timestamptz not null default now(),
  relayed_at timestamptz
);
comment on table private.outbox is 'Messages on their way out; relayed ones are kept for 7 days.';
comment on column private.outbox.payload is
  'Ids, never personal data: who handles a message looks up what is true then. What must not outlive the message, such as '
  'a token, goes under the key "secrets": it leaves the outbox with the relay, and never becomes a dead letter.';
create index outbox_waiting on private.outbox (id) where relayed_at is null;
create index outbox_by_topic on private.outbox (topic);
create index outbox_relayed on private.outbox (relayed_at) where relayed_at is not null;

create function private.wake_worker() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_url text;
  v_key text;
begin
  if current_setting('servio.worker_woken', true) = 'yes' then
    return;
  end if;
  select max(s.decrypted_secret) filter (where s.name = 'functions_url'), max(s.decrypted_secret) filter (where s.name = 'functions_secret_key')
  into v_url, v_key from vault.decrypted_secrets s where s.name in ('functions_url', 'functions_secret_key');
  if v_url is null or v_key is null then
    raise warning 'vault secrets functions_url and functions_secret_key are not set: queued jobs wait';
    return;
  end if;
  perform set_config('servio.worker_woken', 'yes', true);
  perform net.http_post(url := v_url || '/worker', body := '{}'::jsonb,
    headers := jsonb_build_object('content-type', 'application/json', 'apikey', v_key), timeout_milliseconds := 30000);
end $$;
comment on function private.wake_worker() is
  'Asks the worker function to drain the queues; the request leaves when the transaction commits, one for each transaction. '
  'Needs the vault secrets functions_url and functions_secret_key; without them the queues wait and health says so.';

create function private.emit(p_topic text, p_payload jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.outbox (topic, payload, trace_id) values (p_topic, p_payload, private.trace_id());
  perform private.wake_worker();
end $$;
comment on function private.emit(text, jsonb) is 'Writes a message to the outbox and wakes a worker, both at commit.';

create function public.relay_outbox() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_relayed integer;
begin
  with waiting as (
    select o.* from private.outbox o where o.relayed_at is null order by o.id limit 500 for no key update skip locked
  ), relayed as (
    update private.outbox o set relayed_at = now(), payload = o.payload - 'secrets' from waiting w where o.id = w.id returning w.*
  ), sent as (
    select pgmq.send(r.queue, jsonb_build_object('topic', o.topic, 'payload', o.payload, 'trace_id', o.trace_id, 'outbox_id', o.id))
    from relayed o join private.outbox_routes r on r.topic = o.topic order by o.id
  )
  select count(*) into v_relayed from sent;
  return v_relayed;
end $$;
comment on function public.relay_outbox() is
  'Moves up to 500 waiting messages to their queues; their secrets go along and are not kept here. For workers only. Returns how many. Definer: the service role has no table access. Errors: none.';
grant execute on function public.relay_outbox() to service_role;

create function private.require_queue(p_queue text) returns integer
language plpgsql stable set search_path = '' as $$
declare
  v_attempts integer;
begin
  select q.attempts into v_attempts from private.queues q where q.queue = p_queue;
  if not found then
    perform private.fail('job_not_found', 'unknown queue');
  end if;
  return v_attempts;
end $$;
comment on function private.require_queue(text) is 'How many attempts a job of this queue has; refuses an unknown queue. Errors: job_not_found.';

-- 50 attempts with at most 15 minutes between them, as mails have. A dead letter of its own raises no alert: that would not end.
select private.create_queue('alerts', 50);
insert into private.outbox_routes (topic, queue) values ('operators.alerted', 'alerts'), ('operators.mailed', 'alerts');

create function private.alert_operators(p_alert jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- Two jobs, so that a mail that is tried again reports nothing again.
  perform private.emit(t, p_alert || jsonb_build_object('alert_id', v.id))
  from (select gen_random_uuid() as id) v, unnest(array['operators.alerted', 'operators.mailed']) t;
end $$;
comment on function private.alert_operators(jsonb) is
  'Tells the platform''s operators, once, of something that needs a person: {kind, and what it is about}; ids and codes only.';

create function private.bury_job(p_queue text, p_job_id bigint, p_attempts integer, p_message jsonb, p_error text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_letter_id bigint;
  v_letter jsonb := case when jsonb_typeof(p_message) = 'object' then p_message else jsonb_build_object('malformed', p_message) end;
begin
  if v_letter #> '{payload,secrets}' is not null then
    v_letter := v_letter #- '{payload,secrets}' || '{"redacted": true}';
  end if;
  v_letter_id := pgmq.send(p_queue || '_dead', v_letter
    || jsonb_build_object('error', left(p_error, 2000), 'attempts', p_attempts, 'failed_at', now()));
  perform pgmq.delete(p_queue, p_job_id);
  if p_queue <> 'alerts' then
    perform private.alert_operators(jsonb_build_object('kind', 'dead_letter', 'queue', p_queue, 'letter_id', v_letter_id,
      'topic', left(v_letter ->> 'topic', 100)));
  end if;
end $$;
comment on function private.bury_job(text, bigint, integer, jsonb, text) is
  'Makes a job a dead letter, with its error and without its secrets, and has the operators told.';

create function public.claim_jobs(p_queue text, p_limit integer default 10, p_lease_seconds integer default 60)
returns table (job_id bigint, attempt integer, message jsonb)
language plpgsql security definer set search_path = '' as $$
declare
  c_error constant text := 'its workers died or were too slow, every time';
  v_attempts constant integer := private.require_queue(p_queue);
begin
  for claim_jobs.job_id, claim_jobs.attempt, claim_jobs.message in
    select m.msg_id, m.read_ct::integer, m.message
    from pgmq.read(p_queue, least(greatest(p_lease_seconds, 1), 3600), least(greatest(p_limit, 1), 100)) m
  loop
    -- A job that ends whoever runs it is never reported as failed: it is known by coming back too often.
    if claim_jobs.attempt > v_attempts then
      perform private.bury_job(p_queue, claim_jobs.job_id, claim_jobs.attempt - 1, claim_jobs.message, c_error);
    else
      return next;
    end if;
  end loop;
end $$;
comment on function public.claim_jobs(text, integer, integer) is
  'Claims up to p_limit (1-100) jobs for p_lease_seconds (1-3600); unfinished ones come back after the lease, and become dead '
  'letters after the queue''s number of attempts. For workers only. '
  'Returns (job_id, attempt, message). Definer: the service role has no queue access. Errors: job_not_found.';
grant execute on function public.claim_jobs(text, integer, integer) to service_role;

create function public.finish_job(p_queue text, p_job_id bigint) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_queue(p_queue);
  return pgmq.delete(p_queue, p_job_id);
end $$;
comment on function public.finish_job(text, bigint) is
  'Removes a job that is done. For workers only. Returns whether it was still there. Definer: the service role has no queue access. Errors: job_not_found.';
grant execute on function public.finish_job(text, bigint) to service_role;

create function private.retry_delay(p_attempt integer, p_longest_seconds integer) returns integer
language sql volatile set search_path = '' as $$
  select 1 + floor(random() * least(power(2, p_attempt), p_longest_seconds))::integer
$$;
comment on function private.retry_delay(integer, integer) is
  'Exponential backoff with full jitter: a random number of seconds up to 2^attempt, at most p_longest_seconds.';

create function public.fail_job(p_queue text, p_job_id bigint, p_error text, p_final boolean default false, p_attempt integer default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_attempts constant integer := private.require_queue(p_queue);
  v_job record;
  v_delay integer;
begin
  execute format('select read_ct, message from pgmq.%I where msg_id = $1 for update', 'q_' || p_queue) into v_job using p_job_id;
  if v_job.message is null or v_job.read_ct <> p_attempt then
    perform private.fail('job_not_found', 'the job is gone, or another worker has it');
  end if;
  if p_final or v_job.read_ct >= v_attempts then
    perform private.bury_job(p_queue, p_job_id, v_job.read_ct, v_job.message, p_error);
    return jsonb_build_object('job_id', p_job_id, 'dead', true);
  end if;
  v_delay := private.retry_delay(v_job.read_ct, 900);
  perform pgmq.set_vt(p_queue, p_job_id, v_delay);
  return jsonb_build_object('job_id', p_job_id, 'dead', false, 'retry_in_seconds', v_delay);
end $$;
comment on function public.fail_job(text, bigint, text, boolean, integer) is
  'Puts a failed job back with backoff, or into the dead-letter queue after the queue''s number of attempts or when p_final. '
  'p_attempt, as claimed, keeps a worker whose lease has run out from giving back what another one is doing. For workers only. '
  'Returns {job_id, dead, retry_in_seconds?}. Definer: the service role has no queue access. Errors: job_not_found.';
grant execute on function public.fail_job(text, bigint, text, boolean, integer) to service_role;
