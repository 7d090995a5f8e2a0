-- Booking, assigning, checking in, cancelling; the waiting list; and the clock that ends what nobody ended.

create function private.require_reservation(p_reservation_id uuid) returns public.reservations
language plpgsql volatile set search_path = '' as $$
declare
  v_reservation public.reservations;
begin
  perform private.require_user();
  select * into v_reservation from public.reservations r
  where r.id = p_reservation_id and r.venue_id = any (private.my_venues()) for no key update;
  if not found then
    perform private.fail('reservation_not_found');
  end if;
  perform private.require_venue('tables.seat', v_reservation.venue_id);
  return v_reservation;
end $$;
comment on function private.require_reservation(uuid) is
  'Locks a reservation that the signed-in user may act on. Errors: not_authenticated, reservation_not_found, permission_denied, subscription_inactive.';

create function private.lock_bookable_table(p_venue_id uuid, p_table_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- Bookings of one table take turns: two that meet in the exclusion constraint alone would wait for each other.
  perform 1 from public.tables t where t.venue_id = p_venue_id and t.id = p_table_id and t.is_active for no key update;
  if not found then
    perform private.fail('table_not_found');
  end if;
end $$;
comment on function private.lock_bookable_table(uuid, uuid) is 'Locks an active table for a booking. Errors: table_not_found.';

create function private.reservation_json(p_reservation public.reservations) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('reservation_id', p_reservation.id, 'table_id', p_reservation.table_id, 'status', p_reservation.status,
    'party_size', p_reservation.party_size, 'starts_at', p_reservation.starts_at, 'ends_at', p_reservation.ends_at,
    'session_id', p_reservation.session_id)
$$;
comment on function private.reservation_json(public.reservations) is 'A reservation as its RPCs answer it, without the person.';

create function public.book_reservation(
  p_venue_id uuid, p_idempotency_key text, p_starts_at timestamptz, p_party_size integer, p_name text,
  p_phone text default null, p_email text default null, p_note text default null, p_table_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('tables.seat', p_venue_id);
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_array(p_starts_at, p_party_size, p_name, p_phone, p_email, p_note, p_table_id);
  v_reservation public.reservations;
  v_answer jsonb := private.replay_idempotent(p_venue_id, v_caller, 'book_reservation', p_idempotency_key, v_request);
begin
  if v_answer is not null then
    return v_answer;
  end if;
  if p_starts_at is null or p_starts_at not between now() - interval '15 minutes' and now() + interval '1 year' then
    perform private.fail('invalid_input', 'p_starts_at: from now to a year ahead');
  end if;
  if p_table_id is not null then
    perform private.lock_bookable_table(p_venue_id, p_table_id);
  end if;
  insert into public.reservations (venue_id, table_id, party_size, starts_at, ends_at, booked_by)
  values (p_venue_id, p_table_id, p_party_size, p_starts_at, p_starts_at + make_interval(mins => v_venue.turn_minutes), private.person())
  returning * into v_reservation;
  insert into public.reservation_customers (reservation_id, venue_id, name, phone, email, note)
  values (v_reservation.id, p_venue_id, trim(p_name), p_phone, p_email, p_note);
  return private.store_idempotent(p_venue_id, v_caller, 'book_reservation', p_idempotency_key, v_request, private.reservation_json(v_reservation));
exception
  when exclusion_violation then
    perform private.fail('reservation_overlap');
    return null;
  when check_violation or not_null_violation then
    perform private.fail('invalid_input', 'p_party_size: 1 to 100; p_name: 1 to 120 characters; phone 40, e-mail 254, note 280 at most');
    return null;
end $$;
comment on function public.book_reservation(uuid, text, timestamptz, integer, text, text, text, text, uuid) is
  'Takes a reservation for the venue''s turn time, at a table or without one yet. Needs tables.seat. Returns {reservation_id, '
  'table_id, status, party_size, starts_at, ends_at, session_id}; the same key with the same request returns the first answer. '
  'Definer: clients do not write reservations. Errors: not_authenticated, permission_denied, subscription_inactive, '
  'idempotency_key_*, invalid_input, table_not_found, reservation_overlap.';
grant execute on function public.book_reservation(uuid, text, timestamptz, integer, text, text, text, text, uuid) to authenticated;

create function private.find_table(p_reservation public.reservations) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_table uuid;
begin
  for v_table in
    select t.id from public.tables t
    where t.venue_id = p_reservation.venue_id and t.is_active and t.seats >= p_reservation.party_size
      and t.blocked_reason is null and t.merged_into is null
      and not exists (select 1 from public.reservations r where r.venue_id = t.venue_id and r.table_id = t.id
        and r.id <> p_reservation.id and r.status in ('booked', 'checked_in')
        and tstzrange(r.starts_at, r.ends_at) && tstzrange(p_reservation.starts_at, p_reservation.ends_at))
    order by t.seats, t.label
  loop
    -- Somebody may book it by hand at this moment: look again once it is locked.
    perform private.lock_bookable_table(p_reservation.venue_id, v_table);
    if not exists (select 1 from public.reservations r where r.venue_id = p_reservation.venue_id and r.table_id = v_table
        and r.id <> p_reservation.id and r.status in ('booked', 'checked_in')
        and tstzrange(r.starts_at, r.ends_at) && tstzrange(p_reservation.starts_at, p_reservation.ends_at)) then
      return v_table;
    end if;
  end loop;
  perform private.fail('no_table_free');
  return null;
end $$;
comment on function private.find_table(public.reservations) is
  'The smallest free table that seats a party, locked; callers hold the venue''s row, so that two of them take turns. Errors: no_table_free, table_not_found.';

create function public.assign_reservation(p_reservation_id uuid, p_table_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_reservation public.reservations;
begin
  perform private.require_user();
  perform 1 from public.venues v
  where v.id = (select r.venue_id from public.reservations r where r.id = p_reservation_id and r.venue_id = any (private.my_venues()))
  for no key update;
  v_reservation := private.require_reservation(p_reservation_id);
  if v_reservation.status <> 'booked' then
    perform private.fail('reservation_closed', 'it is ' || v_reservation.status);
  end if;
  if p_table_id is not null then
    perform private.lock_bookable_table(v_reservation.venue_id, p_table_id);
  end if;
  update public.reservations r set table_id = coalesce(p_table_id, private.find_table(v_reservation))
  where r.id = p_reservation_id returning * into v_reservation;
  return private.reservation_json(v_reservation);
exception when exclusion_violation then
  perform private.fail('reservation_overlap');
  return null;
end $$;
comment on function public.assign_reservation(uuid, uuid) is
  'Gives a booked reservation a table: the one named, whatever its size, or else the smallest free one that seats the party. '
  'Needs tables.seat. Returns the reservation as book_reservation does. Definer: clients do not write reservations. Errors: '
  'not_authenticated, reservation_not_found, permission_denied, subscription_inactive, reservation_closed, table_not_found, '
  'reservation_overlap, no_table_free.';
grant execute on function public.assign_reservation(uuid, uuid) to authenticated;

create function private.seat_party(p_venue_id uuid, p_table_id uuid, p_reservation_id uuid, p_join boolean) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_leader uuid;
  v_state text;
  v_reservation uuid;
  v_session uuid;
begin
  select coalesce(t.merged_into, t.id) into v_leader from public.tables t
  where t.venue_id = p_venue_id and t.id = p_table_id and t.is_active for share;
  if not found then
    perform private.fail('table_not_found');
  end if;
  select s.state, s.reservation_id into v_state, v_reservation from private.table_states(p_venue_id) s where s.table_id = v_leader;
  if v_state = 'blocked' then
    perform private.fail('table_blocked');
  elsif v_state = 'reserved' and v_reservation is distinct from p_reservation_id then
    perform private.fail('table_reserved');
  elsif p_join then
    return private.join_table(p_venue_id, p_table_id, private.person());
  end if;
  insert into public.table_sessions (venue_id, table_id, opened_by) values (p_venue_id, v_leader, private.person())
  on conflict (venue_id, table_id) where closed_at is null and table_id is not null do nothing returning id into v_session;
  if not found then
    perform private.fail('table_occupied');
  end if;
  return v_session;
end $$;
comment on function private.seat_party(uuid, uuid, uuid, boolean) is
  'Opens a session for a party at a table that nobody has or holds but p_reservation_id; with p_join one that is open is taken. '
  'Errors: table_not_found, table_reserved, table_blocked, table_occupied, table_session_closed.';

create function public.check_in_reservation(p_reservation_id uuid, p_table_id uuid default null, p_join boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_reservation public.reservations := private.require_reservation(p_reservation_id);
  v_session uuid;
begin
  if v_reservation.status = 'checked_in' then
    return private.reservation_json(v_reservation);
  elsif v_reservation.status <> 'booked' then
    perform private.fail('reservation_closed', 'it is ' || v_reservation.status);
  elsif coalesce(p_table_id, v_reservation.table_id) is null then
    perform private.fail('invalid_input', 'p_table_id: no table is assigned');
  end if;
  v_session := private.seat_party(v_reservation.venue_id, coalesce(p_table_id, v_reservation.table_id), p_reservation_id, p_join is true);
  update public.reservations r set status = 'checked_in', session_id = v_session, table_id = coalesce(p_table_id, r.table_id)
  where r.id = p_reservation_id returning * into v_reservation;
  return private.reservation_json(v_reservation);
exception when exclusion_violation then
  perform private.fail('reservation_overlap');
  return null;
end $$;
comment on function public.check_in_reservation(uuid, uuid, boolean) is
  'The party has come: opens the session of its table, or of another one. With p_join it takes the session that the party''s '
  'own phones have opened already. Needs tables.seat. Returns the reservation as book_reservation does, with session_id; a '
  'repeat returns the same. Definer: clients do not write reservations. Errors: not_authenticated, reservation_not_found, '
  'permission_denied, subscription_inactive, reservation_closed, invalid_input, table_not_found, table_occupied, table_reserved, '
  'table_blocked, reservation_overlap, table_session_closed.';
grant execute on function public.check_in_reservation(uuid, uuid, boolean) to authenticated;

create function public.cancel_reservation(p_reservation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_reservation public.reservations := private.require_reservation(p_reservation_id);
begin
  if v_reservation.status not in ('booked', 'cancelled') then
    perform private.fail('reservation_closed', 'it is ' || v_reservation.status);
  end if;
  update public.reservations r set status = 'cancelled' where r.id = p_reservation_id and r.status = 'booked' returning * into v_reservation;
  if not found then
    select * into v_reservation from public.reservations r where r.id = p_reservation_id;
  end if;
  return private.reservation_json(v_reservation);
end $$;
comment on function public.cancel_reservation(uuid) is
  'Cancels a booked reservation; its time is free at once. Needs tables.seat. Returns the reservation as book_reservation does; a '
  'repeat returns the same. Definer: clients do not write reservations. Errors: not_authenticated, reservation_not_found, '
  'permission_denied, subscription_inactive, reservation_closed.';
grant execute on function public.cancel_reservation(uuid) to authenticated;

create function private.advance_reservations(p_venue_id uuid default null) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ended integer;
  v_left integer;
begin
  with due as (
    select r.id, case r.status when 'booked' then 'no_show' else 'completed' end as status
    from public.reservations r join public.venues v on v.id = r.venue_id
    left join public.table_sessions s on s.venue_id = r.venue_id and s.id = r.session_id
    where r.status in ('booked', 'checked_in') and r.venue_id = coalesce(p_venue_id, r.venue_id)
      and case r.status when 'booked' then r.starts_at < now() - make_interval(mins => v.no_show_minutes) else s.closed_at is not null end
    for no key update of r skip locked
  )
  update public.reservations r set status = due.status from due where r.id = due.id;
  get diagnostics v_ended = row_count;
  update public.waiting_parties w set status = 'left' from public.venues v
  where v.id = w.venue_id and w.status = 'waiting' and v.id = coalesce(p_venue_id, v.id)
    and private.business_date(v.timezone, v.day_starts_at, w.created_at) < private.business_date(v.timezone, v.day_starts_at);
  get diagnostics v_left = row_count;
  return v_ended + v_left;
end $$;
comment on function private.advance_reservations(uuid) is
  'At a venue (null: at all): a booked reservation whose party did not come in the venue''s no-show time becomes no_show; one whose '
  'session is closed becomes completed; who waited since an earlier business day has left. Returns how many.';
