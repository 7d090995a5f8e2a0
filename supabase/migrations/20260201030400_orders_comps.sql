-- What goes on the house, and what is taken off the bill after the kitchen has begun. Both before the money: what has been
-- paid is refunded, never rewritten, so the ledger is not touched here.

create function private.lock_line_to_change(p_line_id uuid) returns public.order_lines
language plpgsql volatile set search_path = '' as $$
declare
  v_line public.order_lines;
begin
  perform private.require_user();
  select * into v_line from public.order_lines l where l.id = p_line_id and l.venue_id = any (private.venues_with('orders.read'));
  if not found then
    perform private.fail('order_line_not_found');
  end if;
  perform private.lock_order_to_change(v_line.order_id, 'orders.cancel');
  -- What it is now that nobody else changes it.
  select * into v_line from public.order_lines l where l.venue_id = v_line.venue_id and l.id = p_line_id;
  return v_line;
end $$;
comment on function private.lock_line_to_change(uuid) is
  'A line of an order that the signed-in user may give away, with its order locked. Errors: as lock_order, order_line_not_found.';

create function private.require_reason(p_reason text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
  end if;
  return trim(p_reason);
end $$;
comment on function private.require_reason(text) is 'The reason, trimmed. Errors: invalid_input.';

create function public.comp_line(p_line_id uuid, p_reason text, p_amount_minor bigint default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_line public.order_lines := private.lock_line_to_change(p_line_id);
  v_order public.orders;
  v_comp bigint := coalesce(p_amount_minor, v_line.line_minor);
  v_priced private.priced_order;
begin
  select * into v_order from public.orders o where o.venue_id = v_line.venue_id and o.id = v_line.order_id;
  if v_line.voided_at is not null then
    perform private.fail('order_line_not_found', 'the line has been taken off');
  elsif v_line.comp_minor = v_comp then
    return private.order_json(v_order.venue_id, v_order.id);
  end if;
  perform private.require_open_bill(v_order), private.require_reason(p_reason);
  if v_comp not between 0 and v_line.line_minor then
    perform private.fail('amount_invalid', format('p_amount_minor: from 0 to the line''s %s', v_line.line_minor));
  end if;
  v_priced := private.price_again(v_order, array(
    select (k.position, k.menu_item_id, k.name, k.quantity, k.unit_price_minor, k.options, k.options_minor, k.line_minor, k.discount_minor, k.tax_rate_bp, k.tax_minor,
      k.station_id, k.note, k.line_id, k.course, case k.line_id when p_line_id then v_comp else k.comp_minor end)::private.priced_line
    from unnest(private.kept_lines(v_order)) k));
  v_order := private.change_bill(v_order, v_priced, 'comped', private.require_reason(p_reason),
    jsonb_build_object('line_id', p_line_id, 'comp_minor', v_comp, 'comp_before_minor', v_line.comp_minor));
  perform private.place_if_settled(v_order);
  return private.order_json(v_order.venue_id, v_order.id);
end $$;
comment on function public.comp_line(uuid, text, bigint) is
  'Puts a line, or p_amount_minor of it, on the house, with a reason: the line and its price stay on the bill, its comp_minor is '
  'not owed and carries no tax or service charge. 0 lifts a comp. Refused when the order would cost less than is paid: refund '
  'instead. Needs orders.cancel. Returns the order; a repeat returns the same. Definer: clients do not write orders. Errors: '
  'not_authenticated, order_line_not_found, permission_denied, subscription_inactive, order_closed, table_session_closed, '
  'invalid_input, amount_invalid, order_below_paid, bill_split_paid.';
grant execute on function public.comp_line(uuid, text, bigint) to authenticated;

create function public.void_line(p_line_id uuid, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_line public.order_lines := private.lock_line_to_change(p_line_id);
  v_order public.orders;
  v_reason text;
begin
  select * into v_order from public.orders o where o.venue_id = v_line.venue_id and o.id = v_line.order_id;
  if v_line.voided_at is not null then
    return private.order_json(v_order.venue_id, v_order.id);
  end if;
  perform private.require_open_bill(v_order);
  v_reason := private.require_reason(p_reason);
  v_order := private.change_bill(v_order, private.price_again(v_order, private.kept_lines(v_order, array[p_line_id])), 'voided', v_reason,
    jsonb_build_object('line_id', p_line_id));
  perform private.void_lines(v_order, array[p_line_id], v_reason);
  -- The line may have been the last one that was not ready.
  perform private.roll_up_order(v_order, private.caller());
  perform private.place_if_settled(v_order);
  return private.order_json(v_order.venue_id, v_order.id);
end $$;
comment on function public.void_line(uuid, text) is
  'Takes a line off an order that is not completed, with a reason: it costs nothing, its ticket is cancelled, its stock goes '
  'back, or is waste once a cook had begun it. Refused for the last line (cancel the order), and when the order would cost less '
  'than is paid: refund instead. Needs orders.cancel. Returns the order; a repeat returns the same. Definer: clients do not '
  'write orders. Errors: not_authenticated, order_line_not_found, permission_denied, subscription_inactive, order_closed, '
  'table_session_closed, invalid_input, order_invalid, order_below_paid, bill_split_paid.';
grant execute on function public.void_line(uuid, text) to authenticated;
