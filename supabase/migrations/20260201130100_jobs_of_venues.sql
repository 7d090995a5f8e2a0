-- Clocks look, jobs do. What is due at some venue becomes one job of that venue, in a transaction of its own and with a time
-- limit: what fails or is slow at one restaurant is retried by itself, and holds up nobody else. A venue has one job of a kind
-- at a time, however much is due there. What takes long has a queue beside the one of what cannot wait.

select private.create_queue('venue_jobs', 8);
select private.create_queue('venue_upkeep', 8);
insert into private.outbox_routes (topic, queue) values
  ('orders.expire', 'venue_jobs'), ('day.close', 'venue_jobs'), ('reservations.advance', 'venue_jobs'), ('stock.watch', 'venue_jobs'),
  ('sales.roll_up', 'venue_upkeep'), ('guests.erase', 'venue_upkeep');

create table private.venue_jobs (
  topic text not null references private.outbox_routes,
  venue_id uuid not null references public.venues on delete cascade,
  requested_at timestamptz not null default now(),
  primary key (topic, venue_id)
);
comment on table private.venue_jobs is 'Jobs of venues that were asked for and are not done; the job itself is in a queue.';
comment on column private.venue_jobs.requested_at is 'After an hour it counts as lost, or dead, and is asked for again: every such job has the effect of running once.';
create index venue_jobs_by_venue on private.venue_jobs (venue_id);

create function private.request_venue_jobs(p_topic text, p_venue_ids uuid[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_requested integer;
begin
  with due as (
    select distinct d.venue_id from unnest(p_venue_ids) d (venue_id)
  ), lost as (
    update private.venue_jobs j set requested_at = now()
    where (j.topic, j.venue_id) in (
      select l.topic, l.venue_id from private.venue_jobs l join due on due.venue_id = l.venue_id
      where l.topic = p_topic and l.requested_at < now() - interval '1 hour' for no key update of l skip locked)
    returning j.venue_id
  ), fresh as (
    insert into private.venue_jobs (topic, venue_id)
    select p_topic, due.venue_id from due
    -- Not left to the conflict alone, which would wait for the job that is running.
    where not exists (select 1 from private.venue_jobs j where j.topic = p_topic and j.venue_id = due.venue_id)
    on conflict do nothing returning venue_id
  ), sent as (
    insert into private.outbox (topic, payload)
    select p_topic, jsonb_build_object('venue_id', r.venue_id) from (select l.venue_id from lost l union all select f.venue_id from fresh f) r
    returning 1
  )
  select count(*) into v_requested from sent;
  if v_requested > 0 then
    perform private.wake_worker();
  end if;
  return v_requested;
end $$;
comment on function private.request_venue_jobs(text, uuid[]) is 'Asks for a job at each venue, unless one is under way. Returns how many.';

create function private.due_venues(p_topic text) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_table private.guest_tables;
  v_some uuid[];
  v_venues uuid[] := '{}';
begin
  case p_topic
    when 'orders.expire' then
      return array(
        select distinct o.venue_id from public.orders o
        where o.status = 'pending_payment' and o.created_at < now() - interval '30 minutes' and o.paid_minor = o.refunded_minor);
    when 'day.close' then
      return array(select (d.venue).id from private.due_closes(now()) d);
    when 'reservations.advance' then
      return array(
        select r.venue_id from public.reservations r join public.venues v on v.id = r.venue_id
        where r.status = 'booked' and r.starts_at < now() - make_interval(mins => v.no_show_minutes)
        union
        select r.venue_id from public.reservations r join public.table_sessions s on s.venue_id = r.venue_id and s.id = r.session_id
        where r.status = 'checked_in' and s.closed_at is not null
        union
        select w.venue_id from public.waiting_parties w join public.venues v on v.id = w.venue_id
        where w.status = 'waiting' and private.business_date(v.timezone, v.day_starts_at, w.created_at) < private.business_date(v.timezone, v.day_starts_at));
    when 'stock.watch' then
      return private.venues_with_stock_news();
    when 'sales.roll_up' then
      perform private.note_stale_days();
      return array(
        select distinct d.venue_id from private.stale_days d join public.venues v on v.id = d.venue_id
        where d.business_date < private.business_date(v.timezone, v.day_starts_at));
    when 'guests.erase' then
      for v_table in select * from private.guest_tables g order by g.table_name::text loop
        execute format('select array(select distinct t.venue_id from %s t where %s and %s < now() - interval ''90 days'')', v_table.table_name,
          private.personal_condition(v_table.table_name), v_table.visited) into v_some;
        v_venues := v_venues || v_some;
      end loop;
      return v_venues;
  end case;
end $$;
comment on function private.due_venues(text) is 'The venues at which a job of this topic has something to do now; may name one twice.';

create function private.request_due(p_topic text) returns integer
language plpgsql volatile set search_path = '' as $$
begin
  return private.request_venue_jobs(p_topic, private.due_venues(p_topic));
end $$;
comment on function private.request_due(text) is
  'Clock: asks for a job of this topic at every venue where something is due and none is under way. Returns how many.';

-- PostgREST applies the time limit to the whole request.
create function public.run_venue_job(p_topic text, p_venue_id uuid) returns integer
language plpgsql security definer set search_path = '' set statement_timeout = '30s' as $$
declare
  v_done integer;
begin
  if p_venue_id is null then
    perform private.fail('invalid_input', 'venue_id: which one');
  elsif not exists (select 1 from private.outbox_routes r where r.topic = p_topic and r.queue in ('venue_jobs', 'venue_upkeep')) then
    perform private.fail('invalid_input', 'topic: unknown');
  elsif not exists (select 1 from public.venues v where v.id = p_venue_id) then
    return 0;
  end if;
  case p_topic
    when 'orders.expire' then v_done := private.expire_orders(p_venue_id);
    when 'day.close' then v_done := private.close_due_days(now(), p_venue_id);
    when 'reservations.advance' then v_done := private.advance_reservations(p_venue_id);
    when 'stock.watch' then v_done := private.watch_stock(p_venue_id);
    when 'sales.roll_up' then v_done := private.count_stale_days(400, p_venue_id);
    when 'guests.erase' then v_done := private.erase_old_guest_data(p_venue_id);
  end case;
  delete from private.venue_jobs j where j.topic = p_topic and j.venue_id = p_venue_id;
  return v_done;
end $$;
comment on function public.run_venue_job(text, uuid) is
  'Does what is due at one venue: orders.expire, day.close, reservations.advance, stock.watch, sales.roll_up or guests.erase. Each '
  'may be repeated, at the same time too, and has the effect of running once. For workers only. Returns how much was done; 0 for '
  'a venue that is gone. Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.run_venue_job(text, uuid) to service_role;
