-- What owners, guests and staff call. A card is 256 random bits, shown once and stored as a hash: it can be neither guessed
-- nor listed, and there is no other way to ask for a member.

create function public.save_loyalty_programme(
  p_venue_id uuid, p_name text, p_is_active boolean, p_earn_points integer, p_earn_per_minor bigint, p_point_value_minor bigint,
  p_min_redeem_points bigint, p_expires_after_days integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('settings.edit', p_venue_id);
  v_programme public.loyalty_programmes;
begin
  insert into public.loyalty_programmes as p
    (venue_id, name, is_active, earn_points, earn_per_minor, point_value_minor, min_redeem_points, expires_after_days)
  values (p_venue_id, trim(p_name), p_is_active, p_earn_points, p_earn_per_minor, p_point_value_minor, p_min_redeem_points, p_expires_after_days)
  on conflict (venue_id) do update set name = excluded.name, is_active = excluded.is_active, earn_points = excluded.earn_points,
    earn_per_minor = excluded.earn_per_minor, point_value_minor = excluded.point_value_minor,
    min_redeem_points = excluded.min_redeem_points, expires_after_days = excluded.expires_after_days
  returning * into v_programme;
  if p_is_active then
    perform private.require_entitlement(v_venue.organisation_id, 'loyalty');
  end if;
  return to_jsonb(v_programme) - array['created_at', 'updated_at'];
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'a name, and terms in the ranges that docs/loyalty.md gives');
  return null;
end $$;
comment on function public.save_loyalty_programme(uuid, text, boolean, integer, bigint, bigint, bigint, integer) is
  'Sets a venue''s loyalty programme, or switches it on or off: p_earn_points for every p_earn_per_minor, each worth '
  'p_point_value_minor, redeemed from p_min_redeem_points on, lost after p_expires_after_days without use. Orders keep the terms they '
  'were placed with; balances stay. Needs settings.edit, and the loyalty entitlement while it is on. Returns the programme; a repeat '
  'returns the same. Definer: clients do not write programmes. Errors: not_authenticated, permission_denied, subscription_inactive, '
  'invalid_input, entitlement_exceeded.';
grant execute on function public.save_loyalty_programme(uuid, text, boolean, integer, bigint, bigint, bigint, integer) to authenticated;

create function private.loyalty_json(p_venue_id uuid, p_account public.loyalty_accounts default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_programme public.loyalty_programmes;
begin
  select * into v_programme from public.loyalty_programmes p where p.venue_id = p_venue_id;
  return jsonb_build_object('programme', case when v_programme.is_active then to_jsonb(v_programme) - array['venue_id', 'created_at', 'updated_at'] end,
    'account', case when p_account.id is not null then jsonb_build_object('account_id', p_account.id, 'points', p_account.points,
      'worth_minor', greatest(p_account.points, 0) * v_programme.point_value_minor,
      'expires_at', case when v_programme.is_active then p_account.used_at + make_interval(days => v_programme.expires_after_days) end,
      'movements', (
        select coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'points', m.points, 'order_id', m.order_id, 'moved_at', m.created_at) order by m.id desc), '[]')
        from (select * from public.loyalty_movements m where m.venue_id = p_venue_id and m.account_id = p_account.id order by m.id desc limit 20) m)) end);
end $$;
comment on function private.loyalty_json(uuid, public.loyalty_accounts) is
  'A venue''s programme (null while it is off) and an account with its latest 20 movements: {programme, account}.';

create function public.join_loyalty(p_session_token text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
  v_card text := private.random_token();
  v_venue public.venues;
  v_account public.loyalty_accounts;
begin
  select * into v_venue from public.venues v where v.id = v_guest.venue_id;
  perform private.require_active(v_venue.organisation_id);
  perform private.require_loyalty(v_venue);
  perform private.take_rate_limit('join_loyalty', v_guest.device_id, 5);
  -- Who is signed in has one account here, whatever happens at once; anonymous cards never meet this constraint.
  insert into public.loyalty_accounts as a (venue_id, user_id) values (v_venue.id, private.person())
  on conflict on constraint one_account_per_member_and_venue do update set user_id = a.user_id
  returning * into v_account;
  insert into private.loyalty_cards (account_id, venue_id, card_hash) values (v_account.id, v_venue.id, private.token_hash(v_card))
  on conflict on constraint loyalty_cards_pkey do update set card_hash = excluded.card_hash;
  return jsonb_build_object('card', v_card) || private.loyalty_json(v_venue.id, v_account);
end $$;
comment on function public.join_loyalty(text) is
  'Makes a guest a member of the venue''s programme and returns {card, programme, account}; the card is shown this once. A signed-in '
  'guest gets a new card for the account they have here, and the one before stops working. At most 5 per device and minute. Definer: '
  'guests have no access to tables. Errors: guest_session_invalid, subscription_inactive, loyalty_not_offered, rate_limited.';
grant execute on function public.join_loyalty(text) to anon, authenticated;

create function public.get_loyalty(p_session_token text, p_card text default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
begin
  return private.loyalty_json(v_guest.venue_id, case when p_card is not null then private.require_card(v_guest.venue_id, p_card) end);
end $$;
comment on function public.get_loyalty(text, text) is
  'The programme of the guest''s venue, null while there is none, and with a card its account: {programme: {name, is_active, earn_points, '
  'earn_per_minor, point_value_minor, min_redeem_points, expires_after_days}, account: {account_id, points, worth_minor, expires_at, '
  'movements: [the latest 20: {kind, points, order_id, moved_at}]}}. Definer: guests have no access to tables. Errors: '
  'guest_session_invalid, loyalty_card_invalid.';
grant execute on function public.get_loyalty(text, text) to anon, authenticated;

create function public.find_loyalty_account(p_venue_id uuid, p_card text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('payments.collect', p_venue_id);
  return private.loyalty_json(p_venue_id, private.require_card(p_venue_id, p_card));
end $$;
comment on function public.find_loyalty_account(uuid, text) is
  'What staff see of the card that a member shows: {programme, account} as in get_loyalty. Needs payments.collect. Definer: cards '
  'are not readable by clients. Errors: not_authenticated, permission_denied, subscription_inactive, loyalty_card_invalid.';
grant execute on function public.find_loyalty_account(uuid, text) to authenticated;

create function public.adjust_points(p_account_id uuid, p_points bigint, p_reason text, p_idempotency_key text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_account public.loyalty_accounts;
  v_caller text := 'user:' || private.require_user();
  v_request jsonb := jsonb_build_object('account_id', p_account_id, 'points', p_points, 'reason', p_reason);
  v_answer jsonb;
begin
  select * into v_account from public.loyalty_accounts a where a.id = p_account_id and a.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('loyalty_account_not_found');
  end if;
  perform private.require_venue('orders.cancel', v_account.venue_id);
  v_answer := private.replay_idempotent(v_account.venue_id, v_caller, 'adjust_points', p_idempotency_key, v_request);
  if v_answer is not null then
    return v_answer;
  elsif p_points is null or p_points = 0 or p_points not between -1000000 and 1000000 then
    perform private.fail('invalid_input', 'p_points: from -1000000 to 1000000, not 0');
  end if;
  insert into public.loyalty_movements (venue_id, account_id, kind, points, reason, created_by)
  values (v_account.venue_id, v_account.id, 'adjust', p_points, private.require_reason(p_reason), auth.uid());
  return private.store_idempotent(v_account.venue_id, v_caller, 'adjust_points', p_idempotency_key, v_request,
    (select jsonb_build_object('account_id', a.id, 'points', a.points) from public.loyalty_accounts a where a.id = p_account_id));
end $$;
comment on function public.adjust_points(uuid, bigint, text, text) is
  'Gives a member points or takes some away, never below zero, with a reason; who and why stay with the movement for good. Needs '
  'orders.cancel, as what gives parts of an order away. Returns {account_id, points}. Definer: clients do not write points. Errors: '
  'not_authenticated, loyalty_account_not_found, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, '
  'loyalty_points_insufficient.';
grant execute on function public.adjust_points(uuid, bigint, text, text) to authenticated;

create function public.get_loyalty_report(p_venue_id uuid, p_from timestamptz, p_until timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.check_window(p_from, p_until);
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'currency', v_venue.currency, 'from', p_from, 'until', p_until,
      'accounts', a.accounts, 'outstanding_points', a.points,
      'outstanding_minor', a.points * coalesce((select p.point_value_minor from public.loyalty_programmes p where p.venue_id = p_venue_id), 0),
      'moved', (
        select coalesce(jsonb_object_agg(m.kind, m.points), '{}')
        from (select m.kind, sum(m.points) as points from public.loyalty_movements m
              where m.venue_id = p_venue_id and m.created_at >= p_from and m.created_at < p_until group by m.kind) m))
    from (select count(*) as accounts, coalesce(sum(greatest(a.points, 0)), 0)::bigint as points
          from public.loyalty_accounts a where a.venue_id = p_venue_id) a);
end $$;
comment on function public.get_loyalty_report(uuid, timestamptz, timestamptz) is
  'What a venue owes its members now, and how points moved in a window of at most 92 days: {venue_id, currency, from, until, accounts, '
  'outstanding_points, outstanding_minor, moved: {kind: points}}. Needs analytics.read. Definer: read below the policies, in one query. '
  'Errors: not_authenticated, permission_denied, invalid_input.';
grant execute on function public.get_loyalty_report(uuid, timestamptz, timestamptz) to authenticated;
