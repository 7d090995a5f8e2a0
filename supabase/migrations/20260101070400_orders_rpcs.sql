-- What guests and staff call. Guests are known by the secret of their device, staff by their token.

create function private.check_choices(p_guest private.guest, p_venue public.venues, p_order jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_fulfilment text := p_order ->> 'fulfilment';
  v_mode text := p_order ->> 'payment_mode';
begin
  if v_fulfilment <> all (case p_guest.kind when 'table' then array['table'] when 'table_pickup' then array['counter'] else array['counter', 'collection'] end) then
    perform private.fail('fulfilment_not_allowed', format('a %s code does not allow %s', p_guest.kind, v_fulfilment));
  end if;
  if (v_mode = 'pay_later' and p_guest.kind <> 'table')
    or (v_mode = 'pay_at_till' and v_fulfilment = 'collection' and not p_venue.collection_pays_at_till) then
    perform private.fail('payment_mode_not_allowed', format('%s with %s', v_mode, v_fulfilment));
  end if;
end $$;
comment on function private.check_choices(private.guest, public.venues, jsonb) is
  'Refuses a fulfilment or payment mode that the scanned code does not offer. Errors: fulfilment_not_allowed, payment_mode_not_allowed.';

create function private.write_lines(p_order public.orders, p_lines private.priced_line[], p_shift integer default 0) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into public.order_lines (venue_id, order_id, position, menu_item_id, name, quantity, unit_price_minor, options,
    options_minor, line_minor, discount_minor, tax_rate_bp, tax_minor, station_id, note, course)
  select p_order.venue_id, p_order.id, l.position + p_shift, l.menu_item_id, l.name, l.quantity, l.unit_price_minor, l.options,
    l.options_minor, l.line_minor, l.discount_minor, l.tax_rate_bp, l.tax_minor, l.station_id, l.note, l.course
  from unnest(p_lines) l where l.line_id is null;
end $$;
comment on function private.write_lines(public.orders, private.priced_line[], integer) is
  'Writes the priced lines that an order does not have yet, p_shift places after the positions they were priced at.';

create function private.create_order(
  p_venue public.venues, p_priced private.priced_order, p_order jsonb, p_source text,
  p_session_id uuid, p_table_id uuid, p_actor private.actor) returns public.orders
language plpgsql volatile set search_path = '' as $$
declare
  v_order public.orders;
  v_business_date date := private.business_date(p_venue.timezone, p_venue.day_starts_at);
  v_waits boolean := p_order ->> 'payment_mode' = 'pay_now' and p_priced.total_minor > 0;
begin
  -- The counter's row is locked from here to the commit: it comes as late as the order's own row allows.
  insert into private.order_counters as c (venue_id, business_date, last_number) values (p_venue.id, v_business_date, 1)
  on conflict on constraint order_counters_pkey do update set last_number = c.last_number + 1
  returning c.last_number into v_order.number;

  insert into public.orders (venue_id, organisation_id, number, business_date, session_id, table_id, source, fulfilment, payment_mode,
    status, menu_version, currency, prices_include_tax, subtotal_minor, discount_minor, tax_minor, service_charge_bp,
    service_charge_minor, tip_minor, total_minor, has_member)
  values (p_venue.id, p_venue.organisation_id, v_order.number, v_business_date, p_session_id, p_table_id, p_source,
    p_order ->> 'fulfilment', p_order ->> 'payment_mode', case when v_waits then 'pending_payment' else 'placed' end,
    p_priced.menu_version, p_priced.currency, p_priced.prices_include_tax, p_priced.subtotal_minor, p_priced.discount_minor, p_priced.tax_minor,
    p_venue.service_charge_bp, p_priced.service_charge_minor, p_priced.tip_minor, p_priced.total_minor, p_order ? 'loyalty')
  returning * into v_order;

  perform private.write_lines(v_order, p_priced.lines);

  if v_order.has_member then
    perform private.use_points(v_order, p_order #>> '{loyalty,card}', p_priced.discounts);
  end if;
  if p_priced.discount_minor > 0 then
    perform private.use_discounts(p_venue.id, array(select d.discount_id from unnest(p_priced.discounts) d where d.discount_id is not null));
    insert into public.order_discounts (venue_id, order_id, position, discount_id, name, amount_minor, terms)
    select v_order.venue_id, v_order.id, d.ordinality, d.discount_id, d.name, d.amount_minor, d.terms
    from unnest(p_priced.discounts) with ordinality d;
  end if;

  insert into public.order_events (venue_id, order_id, to_status, actor_kind, actor_id, trace_id)
  values (v_order.venue_id, v_order.id, v_order.status, p_actor.kind, p_actor.id, private.trace_id());

  if p_order -> 'customer' <> '{}' then
    insert into public.order_customers (order_id, venue_id, name, phone, email)
    values (v_order.id, v_order.venue_id, p_order #>> '{customer,name}', p_order #>> '{customer,phone}', p_order #>> '{customer,email}');
  end if;
  if not v_waits then
    perform private.send_to_kitchen(v_order, false);
  end if;
  return v_order;
end $$;
comment on function private.create_order(public.venues, private.priced_order, jsonb, text, uuid, uuid, private.actor) is
  'Writes a priced order with its lines, event and customer; unless it waits for payment, it reaches the kitchen at once. Errors: discount_used_up, loyalty_*, out_of_stock.';

create function public.quote_order(p_session_token text, p_order jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
  v_order jsonb := jsonb_strip_nulls(p_order);
  v_venue public.venues;
  v_priced private.priced_order;
begin
  select * into v_venue from public.venues v where v.id = v_guest.venue_id;
  v_priced := private.price_order(v_venue, v_order);
  perform private.check_choices(v_guest, v_venue, v_order);
  return jsonb_build_object('currency', v_priced.currency, 'menu_version', v_priced.menu_version,
    'prices_include_tax', v_priced.prices_include_tax, 'subtotal_minor', v_priced.subtotal_minor,
    'discount_minor', v_priced.discount_minor, 'tax_minor', v_priced.tax_minor,
    'service_charge_minor', v_priced.service_charge_minor, 'tip_minor', v_priced.tip_minor, 'total_minor', v_priced.total_minor,
    'discounts', (select coalesce(jsonb_agg(jsonb_build_object('name', d.name, 'amount_minor', d.amount_minor) order by d.ordinality), '[]')
      from unnest(v_priced.discounts) with ordinality d),
    'lines', (select jsonb_agg(to_jsonb(l) - array['station_id', 'line_id', 'comp_minor'] order by l.position) from unnest(v_priced.lines) l));
end $$;
comment on function public.quote_order(text, jsonb) is
  'What an order would cost now, changing nothing: {currency, menu_version, prices_include_tax, subtotal_minor, discount_minor, '
  'tax_minor, service_charge_minor, tip_minor, total_minor, discounts, lines}. p_order = {fulfilment, payment_mode, customer?, tip_minor?, discount_code?, loyalty?: {card, points?}, lines: '
  '[{menu_item_id, quantity, options?, note?, course?}]}, without prices. Definer: guests have no access to tables. Errors: '
  'guest_session_invalid, order_invalid, menu_*, option_*, discount_*, loyalty_*, fulfilment_not_allowed, payment_mode_not_allowed.';
grant execute on function public.quote_order(text, jsonb) to anon, authenticated;

-- The generic plan from the first call on: its statements are lookups by key, and planning each of them five times over
-- would make the first orders of a connection the slow ones.
create function public.place_order(p_session_token text, p_idempotency_key text, p_order jsonb) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
  v_order jsonb := jsonb_strip_nulls(p_order);
  v_venue public.venues;
  v_priced private.priced_order;
  v_placed public.orders;
  v_answer jsonb;
begin
  v_answer := private.replay_idempotent(v_guest.venue_id, 'guest:' || v_guest.device_id, 'place_order', p_idempotency_key, v_order);
  if v_answer is not null then
    return v_answer;
  end if;
  -- Closing or rearranging a session waits for this lock: an order is either counted by it, or looks again where its guest
  -- now sits. Share, not key share: what updates an order takes that on its session, by foreign key.
  for v_round in 1..3 loop
    perform 1 from public.table_sessions s
    where s.venue_id = v_guest.venue_id and s.id = v_guest.session_id and s.closed_at is null and s.arrangement = v_guest.arrangement for share;
    exit when found;
    v_guest := private.require_guest(p_session_token);
    if not v_guest.is_open or v_round = 3 then
      perform private.fail('table_session_closed');
    end if;
  end loop;
  perform private.take_rate_limit('place_order', v_guest.device_id, 30);
  select * into v_venue from public.venues v where v.id = v_guest.venue_id;
  perform private.require_active(v_venue.organisation_id);
  v_priced := private.price_order(v_venue, v_order);
  perform private.check_choices(v_guest, v_venue, v_order);
  v_placed := private.create_order(v_venue, v_priced, v_order, 'qr', v_guest.session_id, v_guest.table_id, row('guest', v_guest.device_id));
  return private.store_idempotent(v_guest.venue_id, 'guest:' || v_guest.device_id, 'place_order', p_idempotency_key, v_order,
    private.order_json(v_placed.venue_id, v_placed.id));
end $$;
comment on function public.place_order(text, text, jsonb) is
  'Places an order, priced now by the database, and returns it as get_guest_order does. pay_now waits in pending_payment '
  'until the payment settles; the other modes reach the kitchen at once. The same key with the same order returns the first '
  'answer. At most 30 orders per device and minute. Definer: guests have no access to tables. Errors: guest_session_invalid, '
  'table_session_closed, idempotency_key_*, rate_limited, subscription_inactive, order_invalid, menu_*, option_*, discount_*, '
  'loyalty_*, fulfilment_not_allowed, payment_mode_not_allowed, out_of_stock.';
grant execute on function public.place_order(text, text, jsonb) to anon, authenticated;

create function public.get_guest_order(p_session_token text, p_order_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
begin
  perform 1 from public.orders o where o.venue_id = v_guest.venue_id and o.id = p_order_id and o.session_id = v_guest.session_id;
  if not found then
    perform private.fail('order_not_found');
  end if;
  return private.order_json(v_guest.venue_id, p_order_id);
end $$;
comment on function public.get_guest_order(text, uuid) is
  'An order of the guest''s own session: {id, number, status, payment_status, totals in minor units, due_minor, lines, …}. '
  'Definer: guests have no access to tables. Errors: guest_session_invalid, order_not_found.';
grant execute on function public.get_guest_order(text, uuid) to anon, authenticated;

create function public.get_bill(p_session_token text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
begin
  return (
    select jsonb_build_object('session_id', v_guest.session_id, 'is_open', v_guest.is_open,
      'total_minor', coalesce(sum(o.total_minor), 0), 'paid_minor', coalesce(sum(o.paid_minor), 0),
      'refunded_minor', coalesce(sum(o.refunded_minor), 0), 'due_minor', coalesce(sum(greatest(o.total_minor - o.paid_minor, 0)), 0),
      'orders', coalesce(jsonb_agg(private.order_json(o.venue_id, o.id) order by o.created_at, o.id), '[]'),
      'splits', case when count(o.split_id) > 0 then private.bill_json(v_guest.venue_id, array(
        select b.bill_id from public.bill_splits b where b.id = any (array_agg(o.split_id)))) else '[]' end)
    from public.orders o
    where o.venue_id = v_guest.venue_id and o.session_id = v_guest.session_id and o.status not in ('cancelled', 'expired'));
end $$;
comment on function public.get_bill(text) is
  'The shared bill of the guest''s session: {session_id, is_open, total_minor, paid_minor, refunded_minor, due_minor, orders, '
  'splits: by whom what is paid while a part of it is split, as split_bill returns it}. Definer: guests have no access to tables. Errors: guest_session_invalid.';
grant execute on function public.get_bill(text) to anon, authenticated;

create function public.advance_order(p_order_id uuid, p_to text, p_reason text default null, p_force boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.orders := private.lock_order(p_order_id, case when p_force then 'orders.cancel' else 'orders.update' end);
begin
  if v_order.status = p_to then
    return private.order_json(v_order.venue_id, v_order.id);
  end if;
  if not exists (select 1 from private.order_transitions t
                 where t.from_status = v_order.status and t.to_status = p_to and t.permission = 'orders.update'
                   and v_order.fulfilment = any (t.fulfilments)) then
    perform private.fail('order_transition_invalid', format('from %s to %s', v_order.status, p_to));
  end if;
  if p_to = 'completed' and v_order.paid_minor < v_order.total_minor
    and (p_force is not true or length(trim(coalesce(p_reason, ''))) = 0) then
    perform private.fail('order_unsettled', format('%s is due', v_order.total_minor - v_order.paid_minor));
  elsif p_to = 'ready' and exists (
    select 1 from public.kitchen_tickets t where t.venue_id = v_order.venue_id and t.order_id = v_order.id and t.status = 'held') then
    perform private.fail('course_held');
  end if;
  perform private.transition_order(v_order, p_to, private.caller(), left(trim(p_reason), 280));
  return private.order_json(v_order.venue_id, v_order.id);
end $$;
comment on function public.advance_order(uuid, text, text, boolean) is
  'Moves an order to the status that follows: accepted, preparing, ready, served (tables), completed. Needs orders.update. '
  'Completing needs a settled bill, or p_force with a reason by somebody with orders.cancel. Returns the order; a repeat '
  'returns the same. Definer: clients do not write orders. Errors: not_authenticated, order_not_found, permission_denied, '
  'subscription_inactive, order_transition_invalid, order_unsettled, course_held.';
grant execute on function public.advance_order(uuid, text, text, boolean) to authenticated;

create function public.cancel_order(p_order_id uuid, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.orders := private.lock_order(p_order_id, 'orders.cancel');
begin
  if v_order.status = 'cancelled' then
    return private.order_json(v_order.venue_id, v_order.id);
  end if;
  if length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
  end if;
  if v_order.paid_minor > v_order.refunded_minor then
    perform private.fail('order_paid', format('%s is not refunded', v_order.paid_minor - v_order.refunded_minor));
  end if;
  perform private.transition_order(v_order, 'cancelled', private.caller(), trim(p_reason));
  return private.order_json(v_order.venue_id, v_order.id);
end $$;
comment on function public.cancel_order(uuid, text) is
  'Cancels an order that is not completed and holds no money, with a reason. Before cooking its stock goes back, later it is '
  'waste. A running online payment is cancelled at the provider; should it succeed all the same, it is refunded. Needs '
  'orders.cancel. Returns the order; a repeat returns the same. Definer: clients do not write orders. Errors: not_authenticated, '
  'order_not_found, permission_denied, subscription_inactive, invalid_input, order_paid, order_transition_invalid.';
grant execute on function public.cancel_order(uuid, text) to authenticated;
