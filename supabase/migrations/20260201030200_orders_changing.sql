-- What amending, comping and voiding share: lock, price again, never fall below what is paid, write one event. Prices are
-- computed by price_order alone; lines that stay keep the prices they were ordered at.

create function private.lock_order_to_change(p_order_id uuid, p_permission text) returns public.orders
language plpgsql volatile set search_path = '' as $$
declare
  v_session uuid;
  v_order public.orders;
begin
  perform private.require_user();
  -- The session before the order. Its share lock holds off a close, which would not see what becomes due here, and a move.
  -- Where a move came first, the old session's lock is given up before the new one's is waited for.
  for v_round in 1..5 loop
    begin
      select o.session_id into v_session from public.orders o
      where o.id = p_order_id and o.venue_id = any (private.venues_with('orders.read'));
      perform 1 from public.table_sessions s where s.id = v_session for share;
      v_order := private.lock_order(p_order_id, p_permission);
      if v_order.session_id is distinct from v_session then
        raise exception 'the order was moved' using errcode = 'SVMOV';
      end if;
      return v_order;
    exception when sqlstate 'SVMOV' then
      null; -- look again where it is
    end;
  end loop;
  perform private.fail('table_session_closed', 'the order is being moved');
  return null;
end $$;
comment on function private.lock_order_to_change(uuid, text) is
  'Locks an order whose bill the signed-in user may change, after the session that it is in. Errors: as lock_order, table_session_closed.';

create function private.require_open_bill(p_order public.orders) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_order.status in ('cancelled', 'expired', 'completed') then
    perform private.fail('order_closed', 'the order is ' || p_order.status);
  end if;
  perform 1 from public.table_sessions s
  where s.venue_id = p_order.venue_id and s.id = p_order.session_id and s.closed_at is null;
  if not found and p_order.session_id is not null then
    perform private.fail('table_session_closed');
  end if;
end $$;
comment on function private.require_open_bill(public.orders) is
  'Refuses to change the bill of a locked order that is over, or whose session is. Errors: order_closed, table_session_closed.';

create function private.kept_lines(p_order public.orders, p_without uuid[] default '{}') returns private.priced_line[]
language sql stable set search_path = '' as $$
  select array_agg((l.position, l.menu_item_id, l.name, l.quantity, l.unit_price_minor, l.options, l.options_minor, l.line_minor,
    l.discount_minor, l.tax_rate_bp, l.tax_minor, l.station_id, l.note, l.id, l.course, l.comp_minor)::private.priced_line order by l.position)
  from public.order_lines l
  where l.venue_id = p_order.venue_id and l.order_id = p_order.id and l.voided_at is null and l.id <> all (p_without)
$$;
comment on function private.kept_lines(public.orders, uuid[]) is 'The lines that are on an order, but for some, as price_order takes them; null when none is left.';

create function private.price_again(p_order public.orders, p_kept private.priced_line[], p_more jsonb default '[]') returns private.priced_order
language plpgsql stable set search_path = '' as $$
declare
  v_venue public.venues;
  v_priced private.priced_order;
begin
  if coalesce(cardinality(p_kept), 0) + jsonb_array_length(p_more) not between 1 and 100 then
    perform private.fail('order_invalid', 'lines: 1 to 100 stay on an order; the last ones leave it by cancelling it');
  end if;
  select * into v_venue from public.venues v where v.id = p_order.venue_id;
  v_venue.prices_include_tax := p_order.prices_include_tax;
  v_venue.service_charge_bp := p_order.service_charge_bp;
  v_priced := private.price_order(v_venue, jsonb_build_object('fulfilment', p_order.fulfilment, 'payment_mode', p_order.payment_mode,
    'lines', p_more), coalesce(p_kept, '{}'), array(
      select (d.discount_id, d.name, d.amount_minor, d.terms)::private.priced_discount
      from public.order_discounts d where d.venue_id = p_order.venue_id and d.order_id = p_order.id order by d.position));
  -- Tips given at the till exceed what an order may be placed with.
  v_priced.tip_minor := p_order.tip_minor;
  v_priced.total_minor := v_priced.total_minor + p_order.tip_minor;
  return v_priced;
end $$;
comment on function private.price_again(public.orders, private.priced_line[], jsonb) is
  'What an order costs with these lines kept and more from the menu as it is published now; discounts, tax and service charge '
  'follow the rules of when it was placed. Errors: as price_order.';

create function private.change_bill(
  p_order public.orders, p_priced private.priced_order, p_action text, p_reason text, p_details jsonb) returns public.orders
language plpgsql volatile set search_path = '' as $$
declare
  v_after public.orders;
begin
  if p_priced.total_minor < p_order.paid_minor - p_order.refunded_minor then
    perform private.fail('order_below_paid', format('%s are paid, %s would be owed', p_order.paid_minor - p_order.refunded_minor, p_priced.total_minor));
  end if;
  if p_order.split_id is not null
    and (p_priced.total_minor <> p_order.total_minor or exists (select 1 from unnest(p_priced.lines) l where l.line_id is null)) then
    perform private.change_split_bill(p_order);
  end if;
  update public.orders o
  set subtotal_minor = p_priced.subtotal_minor, discount_minor = p_priced.discount_minor, tax_minor = p_priced.tax_minor,
      service_charge_minor = p_priced.service_charge_minor, total_minor = p_priced.total_minor
  where o.id = p_order.id returning * into v_after;
  update public.order_discounts od set amount_minor = d.amount_minor
  from unnest(p_priced.discounts) with ordinality d
  where od.venue_id = v_after.venue_id and od.order_id = v_after.id and od.position = d.ordinality and od.amount_minor <> d.amount_minor;
  -- What the discounts take off is split over the lines anew, those that stay as they are included.
  update public.order_lines l set comp_minor = p.comp_minor, discount_minor = p.discount_minor, tax_minor = p.tax_minor
  from unnest(p_priced.lines) p
  where l.venue_id = v_after.venue_id and l.order_id = v_after.id and l.id = p.line_id
    and (l.comp_minor, l.discount_minor, l.tax_minor) <> (p.comp_minor, p.discount_minor, p.tax_minor);
  insert into public.order_events (venue_id, order_id, from_status, to_status, actor_kind, actor_id, reason, action, details, trace_id)
  values (v_after.venue_id, v_after.id, v_after.status, v_after.status, (private.caller()).kind, auth.uid(), p_reason, p_action,
    p_details || jsonb_build_object('total_before_minor', p_order.total_minor, 'total_minor', v_after.total_minor), private.trace_id());
  if v_after.total_minor <> p_order.total_minor then
    -- A running online payment asks for another amount. Should it succeed all the same, what exceeds the bill is refunded.
    perform private.abandon_payments(v_after);
  end if;
  return v_after;
end $$;
comment on function private.change_bill(public.orders, private.priced_order, text, text, jsonb) is
  'Gives a locked order, its discounts and the lines that it keeps their new amounts, with an event; a split of it is over. Errors: order_below_paid, '
  'bill_split_paid.';

create function private.place_if_settled(p_order public.orders) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_order.status = 'pending_payment' and p_order.paid_minor >= p_order.total_minor then
    perform private.transition_order(p_order, 'placed', private.caller(), 'nothing is due any more');
  end if;
end $$;
comment on function private.place_if_settled(public.orders) is 'An order that waited for its payment and now owes nothing goes to the kitchen.';

create function private.lock_stock(p_order public.orders, p_more private.priced_line[] default '{}') returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform 1 from public.ingredients i
  where (i.venue_id, i.id) in (
    -- What was taken once comes back, whatever the recipe says by now.
    select m.venue_id, m.ingredient_id
    from public.order_lines l join public.stock_movements m on m.venue_id = l.venue_id and m.order_line_id = l.id
    where l.venue_id = p_order.venue_id and l.order_id = p_order.id
    union
    select r.venue_id, r.ingredient_id
    from (select l.menu_item_id from public.order_lines l where l.venue_id = p_order.venue_id and l.order_id = p_order.id
          union all select l.menu_item_id from unnest(p_more) l) l
    join public.recipe_lines r on r.venue_id = p_order.venue_id and r.menu_item_id = l.menu_item_id
    union
    select r.venue_id, r.ingredient_id
    from (select l.options from public.order_lines l where l.venue_id = p_order.venue_id and l.order_id = p_order.id
          union all select l.options from unnest(p_more) l) l
    cross join lateral jsonb_array_elements(l.options) o
    join public.option_recipe_lines r on r.venue_id = p_order.venue_id and r.option_id = (o.value ->> 'id')::uuid)
  order by i.id for no key update;
end $$;
comment on function private.lock_stock(public.orders, private.priced_line[]) is
  'Locks every ingredient of an order''s lines, and of those that it is about to get, in the order of their ids, for who gives '
  'stock back and takes other stock: each movement locks in order by itself, two of them would not.';

create function private.void_lines(p_order public.orders, p_line_ids uuid[], p_reason text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_cooked uuid[];
begin
  if p_order.status <> 'pending_payment' then
    -- Cooked is what a cook has begun; once the order was moved on by hand, everything.
    v_cooked := array(select t.order_line_id from public.kitchen_tickets t
      where t.venue_id = p_order.venue_id and t.order_id = p_order.id and t.order_line_id = any (p_line_ids)
        and (p_order.status in ('ready', 'served') or t.status not in ('held', 'new')));
    perform private.withdraw_from_kitchen(p_order, p_reason, true, v_cooked);
    perform private.withdraw_from_kitchen(p_order, p_reason, false, array(select unnest(p_line_ids) except select unnest(v_cooked)));
  end if;
  update public.order_lines l set voided_at = now(), discount_minor = 0, tax_minor = 0
  where l.venue_id = p_order.venue_id and l.order_id = p_order.id and l.id = any (p_line_ids);
end $$;
comment on function private.void_lines(public.orders, uuid[], text) is
  'Takes lines off an order: their tickets are cancelled, and their stock goes back, or is waste if they were cooked.';
