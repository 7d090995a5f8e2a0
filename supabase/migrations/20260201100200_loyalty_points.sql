-- How orders redeem and earn. Redeeming is one more discount of the order, taken by private.price_order and kept with it;
-- earning follows the order's own row, so that whatever is paid, refunded or cancelled, by whatever way, is counted once.

create function private.is_loyalty(p_loyalty jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_typeof(p_loyalty) = 'object' and p_loyalty - array['card', 'points'] = '{}'
    and coalesce(jsonb_typeof(p_loyalty -> 'card'), '') = 'string' and length(p_loyalty ->> 'card') between 1 and 100
    and (not p_loyalty ? 'points' or jsonb_typeof(p_loyalty -> 'points') = 'number' and p_loyalty ->> 'points' ~ '^[1-9][0-9]{0,6}$');
end $$;
comment on function private.is_loyalty(jsonb) is
  'Whether this is {card, points?}: a member''s card, and how many points the order may redeem, 1 to 9999999.';

create function private.require_loyalty(p_venue public.venues) returns public.loyalty_programmes
language plpgsql stable set search_path = '' as $$
declare
  v_programme public.loyalty_programmes;
begin
  select * into v_programme from public.loyalty_programmes p where p.venue_id = p_venue.id and p.is_active;
  if not found or private.entitlement_limit(p_venue.organisation_id, 'loyalty') = 0 then
    perform private.fail('loyalty_not_offered');
  end if;
  return v_programme;
end $$;
comment on function private.require_loyalty(public.venues) is
  'The venue''s programme, if it is on and the organisation''s plan includes it. Errors: loyalty_not_offered.';

create function private.require_card(p_venue_id uuid, p_card text) returns public.loyalty_accounts
language plpgsql stable set search_path = '' as $$
declare
  v_account public.loyalty_accounts;
begin
  select a.* into v_account
  from private.loyalty_cards c join public.loyalty_accounts a on a.venue_id = c.venue_id and a.id = c.account_id
  where c.card_hash = private.token_hash(p_card) and c.venue_id = p_venue_id;
  if not found then
    perform private.fail('loyalty_card_invalid');
  end if;
  return v_account;
end $$;
comment on function private.require_card(uuid, text) is
  'The account that a card belongs to, in this venue. Errors: loyalty_card_invalid.';

create function private.apply_points(p_venue public.venues, p_priced private.priced_order, p_loyalty jsonb) returns private.priced_order
language plpgsql stable set search_path = '' as $$
declare
  v_priced private.priced_order := p_priced;
  v_programme public.loyalty_programmes := private.require_loyalty(p_venue);
  v_account public.loyalty_accounts := private.require_card(p_venue.id, p_loyalty ->> 'card');
  v_points bigint := p_loyalty ->> 'points';
  v_left bigint[];
  v_amount bigint;
begin
  if v_points < v_programme.min_redeem_points then
    perform private.fail('loyalty_points_too_few', format('at least %s', v_programme.min_redeem_points));
  elsif v_points > v_account.points then
    perform private.fail('loyalty_points_insufficient', format('the account has %s', v_account.points));
  elsif v_points > 0 then
    v_left := array(select l.line_minor - l.comp_minor - l.discount_minor from unnest(v_priced.lines) with ordinality l order by l.ordinality);
    select least(v_points * v_programme.point_value_minor, sum(l)) into v_amount from unnest(v_left) l;
  end if;
  if v_amount > 0 then
    -- No more points than it takes; of the last one perhaps a part.
    v_points := private.points_for(v_amount, v_programme.point_value_minor);
    select array_agg(s.whole - s.share order by s.ordinality) into v_left
    from unnest(v_left, private.split_minor(v_amount, v_left)) with ordinality as s (whole, share, ordinality);
    v_priced.lines := private.discounted(p_venue, v_priced.lines, v_left);
    v_priced.discounts := v_priced.discounts || (null, v_programme.name, v_amount, jsonb_build_object('scope', 'order',
      'amount_minor', v_points * v_programme.point_value_minor, 'points', v_points))::private.priced_discount;
  end if;
  return v_priced;
end $$;
comment on function private.apply_points(public.venues, private.priced_order, jsonb) is
  'An order''s lines and discounts with what a member redeems taken off, after every other discount: an amount off the whole '
  'order, at most what is left of it. Errors: loyalty_not_offered, loyalty_card_invalid, loyalty_points_too_few, loyalty_points_insufficient.';

create function private.points_for(p_amount_minor bigint, p_point_value_minor bigint) returns bigint
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (p_amount_minor + p_point_value_minor - 1) / p_point_value_minor;
end $$;
comment on function private.points_for(bigint, bigint) is 'How many points an amount takes: one that is used in part is used.';

create function private.use_points(p_order public.orders, p_card text, p_discounts private.priced_discount[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_account public.loyalty_accounts := private.require_card(p_order.venue_id, p_card);
  v_points bigint := coalesce((select (d.terms ->> 'points')::bigint from unnest(p_discounts) d where d.terms ? 'points'), 0);
begin
  insert into public.order_loyalty (venue_id, order_id, account_id, earn_points, earn_per_minor, point_value_minor, redeemed_points, steps)
  select p_order.venue_id, p_order.id, v_account.id, p.earn_points, p.earn_per_minor, p.point_value_minor, v_points, sign(v_points)
  from public.loyalty_programmes p where p.venue_id = p_order.venue_id;
  if v_points > 0 then
    insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id, step)
    values (p_order.venue_id, v_account.id, 'redeem', -v_points, p_order.id, 1);
  end if;
end $$;
comment on function private.use_points(public.orders, text, private.priced_discount[]) is
  'Notes the member of a new order with the terms of now, and takes the points that it redeems, before the order''s discounts '
  'are locked. Errors: loyalty_card_invalid, loyalty_points_insufficient.';

create function private.points_earned(p_order public.orders, p_earn_points integer, p_earn_per_minor bigint) returns bigint
language plpgsql stable set search_path = '' as $$
declare
  -- What was written off was never paid.
  v_paid bigint := p_order.paid_minor - (
    select coalesce(sum(p.amount_minor), 0) from public.payments p
    where p.venue_id = p_order.venue_id and p.order_id = p_order.id and p.method = 'write_off');
  -- What is paid fills the bill before the tip; what is refunded, but for what was paid too much, is taken from the bill first.
  v_bill bigint := p_order.total_minor - p_order.tip_minor;
  v_refunded bigint := greatest(0, p_order.refunded_minor - greatest(0, p_order.paid_minor - p_order.total_minor));
  v_kept bigint := greatest(0, least(v_bill, v_paid) - v_refunded);
begin
  return case when v_bill = 0 or p_order.status in ('cancelled', 'expired') then 0
    else div((p_order.subtotal_minor - p_order.discount_minor)::numeric * v_kept * p_earn_points, v_bill::numeric * p_earn_per_minor) end;
end $$;
comment on function private.points_earned(public.orders, integer, bigint) is
  'The points that an order has brought as it is now: on what its lines cost after comps and discounts, in proportion to how '
  'much of the bill is paid, not written off and not refunded, rounded down once. Neither tip nor service charge nor tax on top brings any.';

create function private.follow_loyalty() returns trigger
language plpgsql volatile set search_path = '' as $$
declare
  v_loyalty public.order_loyalty;
  v_earned bigint;
  v_back bigint;
begin
  -- The order's row is locked by the update that brought us here: nobody else counts this order meanwhile.
  select * into v_loyalty from public.order_loyalty l where l.venue_id = new.venue_id and l.order_id = new.id;
  v_earned := private.points_earned(new, v_loyalty.earn_points, v_loyalty.earn_per_minor) - v_loyalty.earned_points;
  if v_earned <> 0 then
    update public.order_loyalty l set earned_points = l.earned_points + v_earned, steps = l.steps + 1
    where l.venue_id = new.venue_id and l.order_id = new.id returning * into v_loyalty;
    insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id, step)
    values (new.venue_id, v_loyalty.account_id, case when v_earned > 0 then 'earn' else 'reverse' end, v_earned, new.id, v_loyalty.steps);
  end if;
  if new.status in ('cancelled', 'expired', 'completed') and v_loyalty.redeemed_points > 0 and v_loyalty.returned_points = 0 then
    v_back := v_loyalty.redeemed_points;
    if new.status = 'completed' then
      -- What was comped or voided since may have left less to take the points off.
      select v_back - private.points_for(d.amount_minor, v_loyalty.point_value_minor) into v_back
      from public.order_discounts d where d.venue_id = new.venue_id and d.order_id = new.id and d.terms ? 'points';
    end if;
    if v_back > 0 then
      update public.order_loyalty l set returned_points = v_back, steps = l.steps + 1
      where l.venue_id = new.venue_id and l.order_id = new.id returning * into v_loyalty;
      insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id, step)
      values (new.venue_id, v_loyalty.account_id, 'return', v_back, new.id, v_loyalty.steps);
    end if;
  end if;
  return null;
end $$;
comment on function private.follow_loyalty() is
  'Trigger of orders with a member: brings the points earned up to what the order is worth now, and gives back what it redeemed '
  'when it is cancelled or expires, or what it did not need when it is completed.';
create trigger follow_loyalty after update of status, subtotal_minor, discount_minor, total_minor, tip_minor, paid_minor, refunded_minor
  on public.orders for each row when (new.has_member) execute function private.follow_loyalty();

create function private.expire_points() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_expired integer;
begin
  -- Who redeems at this moment holds the account, and has used it.
  with due as (
    select a.venue_id, a.id, a.points from public.loyalty_accounts a
    join public.loyalty_programmes p on p.venue_id = a.venue_id and p.is_active
    where a.points > 0 and a.used_at < now() - make_interval(days => p.expires_after_days)
    order by a.id for no key update of a skip locked
  )
  insert into public.loyalty_movements (venue_id, account_id, kind, points)
  select d.venue_id, d.id, 'expire', -d.points from due d;
  get diagnostics v_expired = row_count;
  -- A card that was made and never used leaves nothing behind.
  delete from public.loyalty_accounts a using public.loyalty_programmes p
  where p.venue_id = a.venue_id and p.is_active and a.used_at < now() - make_interval(days => p.expires_after_days)
    and not exists (select 1 from public.order_loyalty l where l.venue_id = a.venue_id and l.account_id = a.id)
    and not exists (select 1 from public.loyalty_movements m where m.venue_id = a.venue_id and m.account_id = a.id);
  return v_expired;
end $$;
comment on function private.expire_points() is
  'Clock, daily: takes the points of accounts that were not used for as long as their venue''s programme says, while it is on, and '
  'removes those that never were. Returns how many accounts lost points.';
