-- Dead letters are for people: what never worked is listed, and then tried again or thrown away.

create function public.list_dead_letters(p_queue text, p_limit integer default 50, p_after bigint default 0)
returns table (letter_id bigint, topic text, error text, attempts integer, failed_at timestamptz, replayable boolean, payload jsonb)
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_queue(p_queue);
  return query execute format($sql$
    select q.msg_id, q.message ->> 'topic', q.message ->> 'error', (q.message ->> 'attempts')::integer, (q.message ->> 'failed_at')::timestamptz,
      not (q.message ? 'redacted' or q.message ? 'malformed'), coalesce(q.message -> 'payload', q.message -> 'malformed')
    from pgmq.%I q where q.msg_id > $1 order by q.msg_id limit $2 $sql$, 'q_' || p_queue || '_dead')
    using coalesce(p_after, 0), least(greatest(p_limit, 1), 500);
end $$;
comment on function public.list_dead_letters(text, integer, bigint) is
  'Up to p_limit (1-500) dead letters of a queue after the letter p_after, oldest first. For operators only. Returns (letter_id, '
  'topic, error, attempts, failed_at, replayable, payload). Definer: the service role has no queue access. Errors: job_not_found.';
grant execute on function public.list_dead_letters(text, integer, bigint) to service_role;

create function public.replay_dead_letters(p_queue text, p_letter_ids bigint[] default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_messages jsonb[];
  v_kept integer;
begin
  perform private.require_queue(p_queue);
  -- Deleting is what wins a letter: of two replays at once each sends what it has removed.
  execute format($sql$
    with taken as (
      delete from pgmq.%1$I q
      where ($1 is null or q.msg_id = any ($1)) and not (q.message ? 'redacted' or q.message ? 'malformed')
      returning q.msg_id, q.message - '{error,attempts,failed_at}'::text[] as message
    )
    select coalesce(array_agg(t.message order by t.msg_id), '{}'),
      (select count(*) from pgmq.%1$I q where $1 is null or q.msg_id = any ($1)) - count(*) from taken t $sql$, 'q_' || p_queue || '_dead')
    into v_messages, v_kept using p_letter_ids;
  if cardinality(v_messages) > 0 then
    perform pgmq.send_batch(p_queue, v_messages);
    perform private.wake_worker();
  end if;
  return jsonb_build_object('replayed', cardinality(v_messages), 'kept', v_kept);
end $$;
comment on function public.replay_dead_letters(text, bigint[]) is
  'Puts dead letters (null: all) back into their queue, as new jobs, oldest first. Those that have lost a secret, or never were '
  'messages, are kept. For operators only. Returns {replayed, kept}. Definer: the service role has no queue access. Errors: job_not_found.';
grant execute on function public.replay_dead_letters(text, bigint[]) to service_role;

create function public.purge_dead_letters(p_queue text, p_letter_ids bigint[] default null, p_failed_before timestamptz default null) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_purged integer;
begin
  perform private.require_queue(p_queue);
  if p_letter_ids is null and p_failed_before is null then
    perform private.fail('invalid_input', 'p_letter_ids or p_failed_before says which letters');
  end if;
  execute format($sql$
    delete from pgmq.%I q where q.msg_id = any (coalesce($1, array[q.msg_id])) and (q.message ->> 'failed_at')::timestamptz < coalesce($2, 'infinity')
  $sql$, 'q_' || p_queue || '_dead') using p_letter_ids, p_failed_before;
  get diagnostics v_purged = row_count;
  return v_purged;
end $$;
comment on function public.purge_dead_letters(text, bigint[], timestamptz) is
  'Throws dead letters away: the ones named, the ones that failed before an instant, or both conditions together. For operators '
  'only. Returns how many. Definer: the service role has no queue access. Errors: job_not_found, invalid_input.';
grant execute on function public.purge_dead_letters(text, bigint[], timestamptz) to service_role;
