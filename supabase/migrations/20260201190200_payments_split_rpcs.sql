-- Splitting: equally, by item or by amount, to the penny. The proportions are exact (whole weights, however large), and
-- private.split_minor rounds once per order.

create function private.check_split(p_split jsonb) returns void
language plpgsql immutable set search_path = '' as $$
declare
  c_uuid constant text := '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';
  v_shares jsonb := p_split -> 'shares';
  v_problem text;
begin
  select case
    when p_split is null or jsonb_typeof(p_split) <> 'object' or p_split - array['method', 'shares'] <> '{}' then '{method, shares}'
    when coalesce(p_split ->> 'method', '') not in ('equal', 'items', 'amount') then 'method: equal, items or amount'
    when p_split ->> 'method' = 'equal' then
      case when jsonb_typeof(v_shares) = 'number' and v_shares #>> '{}' ~ '^([2-9]|[1-4][0-9]|50)$' then null else 'shares: how many, from 2 to 50' end
    when coalesce(jsonb_typeof(v_shares), '') <> 'array' or jsonb_array_length(v_shares) > 50 then 'shares: a list of at most 50'
    when p_split ->> 'method' = 'amount' then
      case when jsonb_array_length(v_shares) < 1 or exists (
        select 1 from jsonb_array_elements(v_shares) s where jsonb_typeof(s.value) <> 'number' or s.value #>> '{}' !~ '^[1-9][0-9]{0,9}$') then 'shares: amounts in minor units' end
    when jsonb_array_length(v_shares) < 2 or exists (select 1 from jsonb_array_elements(v_shares) s where jsonb_typeof(s.value) <> 'array' or jsonb_array_length(s.value) > 100) then
      'shares: at least two lists of at most 100 {line_id, quantity}'
    when exists (
      select 1 from jsonb_array_elements(v_shares) s cross join lateral jsonb_array_elements(s.value) i
      where jsonb_typeof(i.value) <> 'object' or i.value - array['line_id', 'quantity'] <> '{}' or coalesce(i.value ->> 'line_id', '') !~ c_uuid
        or coalesce(jsonb_typeof(i.value -> 'quantity'), '') <> 'number' or i.value ->> 'quantity' !~ '^[1-9][0-9]?$') then 'shares: {line_id, quantity 1-99}'
  end into v_problem;
  if v_problem is not null then
    perform private.fail('split_invalid', v_problem);
  end if;
end $$;
comment on function private.check_split(jsonb) is
  'Refuses what is not {method: equal, shares: 2-50}, {method: amount, shares: [minor units]} or {method: items, shares: '
  '[[{line_id, quantity}]]}. Errors: split_invalid.';

create type private.share as (order_id uuid, number integer, amount_minor bigint, items jsonb);
comment on type private.share is 'What one of those who share a bill pays of one order.';

create function private.share_amounts(p_orders public.orders[], p_split jsonb) returns private.share[]
language plpgsql stable set search_path = '' as $$
declare
  v_due bigint := (select sum(o.total_minor - o.paid_minor) from unnest(p_orders) o);
  v_amounts bigint[];
begin
  if p_split ->> 'method' = 'equal' then
    v_amounts := private.split_minor(v_due, array_fill(1::numeric, array[(p_split ->> 'shares')::integer]));
  else
    v_amounts := array(select s.value::bigint from jsonb_array_elements_text(p_split -> 'shares') with ordinality s order by s.ordinality);
    v_due := v_due - (select sum(a) from unnest(v_amounts) a);
    if v_due < 0 then
      perform private.fail('split_invalid', format('shares: %s more than is due', -v_due));
    elsif v_due > 0 then
      v_amounts := v_amounts || v_due;
    end if;
  end if;
  -- Everybody pays the next stretch of the bill: few shares reach from one order into another.
  return array(
    select (o.id, p.number, least(o.upto, p.upto) - greatest(o.upto - o.due, p.upto - p.amount), null)::private.share
    from (
      select o.id, o.total_minor - o.paid_minor as due, sum(o.total_minor - o.paid_minor) over (order by o.ordinality)::bigint as upto
      from unnest(p_orders) with ordinality o) o
    join (
      select a.number, a.amount, sum(a.amount) over (order by a.number)::bigint as upto
      from unnest(v_amounts) with ordinality as a (amount, number)) p
      on p.upto - p.amount < o.upto and o.upto - o.due < p.upto
    order by p.number, o.upto);
end $$;
comment on function private.share_amounts(public.orders[], jsonb) is
  'Shares of so much each, or of the same each, over what is due on locked orders in turn; what the amounts leave is one more '
  'share. Errors: split_invalid.';

create function private.share_items(p_orders public.orders[], p_split jsonb) returns private.share[]
language plpgsql stable set search_path = '' as $$
declare
  -- Of 1 to 99: quantities divide it, so that every weight is whole.
  c_multiple constant numeric := 69720375229712477164533808935312303556800;
  v_people constant integer := jsonb_array_length(p_split -> 'shares');
begin
  if exists (
    select 1
    from (select (i.value ->> 'line_id')::uuid as id, sum((i.value ->> 'quantity')::integer) as quantity
      from jsonb_array_elements(p_split -> 'shares') s cross join lateral jsonb_array_elements(s.value) i group by 1) t
    where not exists (
      select 1 from unnest(p_orders) o join public.order_lines l on l.venue_id = o.venue_id and l.order_id = o.id
      where l.id = t.id and l.voided_at is null and l.quantity >= t.quantity)) then
    perform private.fail('split_invalid', 'shares: a line that is not on the bill, or more of it than there is');
  end if;
  return array(
    with taken as (
      select s.ordinality as number, (i.value ->> 'line_id')::uuid as line_id, sum((i.value ->> 'quantity')::integer) as quantity
      from jsonb_array_elements(p_split -> 'shares') with ordinality s cross join lateral jsonb_array_elements(s.value) i group by 1, 2
    ), lines as (
      select l.order_id, l.id, l.net_minor - l.discount_minor + case when o.prices_include_tax then 0 else l.tax_minor end as cost,
        div(c_multiple, l.quantity) as multiple, l.quantity - coalesce((select sum(t.quantity) from taken t where t.line_id = l.id), 0) as rest
      from unnest(p_orders) o join public.order_lines l on l.venue_id = o.venue_id and l.order_id = o.id where l.voided_at is null
    ), weights as (
      select l.order_id, n.number, sum(l.cost * l.multiple * (coalesce(t.quantity, 0) * v_people + l.rest)) as weight,
        jsonb_agg(jsonb_build_object('line_id', l.id, 'quantity', t.quantity) order by l.id) filter (where t.line_id is not null) as items
      from lines l cross join generate_series(1, v_people) as n (number)
      left join taken t on t.line_id = l.id and t.number = n.number group by 1, 2
    )
    select (o.id, s.number, s.amount_minor, coalesce((select w.items from weights w where w.order_id = o.id and w.number = s.number), '[]'))::private.share
    from unnest(p_orders) o
    cross join lateral unnest(private.split_minor(o.total_minor - o.paid_minor,
      array(select w.weight from weights w where w.order_id = o.id order by w.number))) with ordinality as s (amount_minor, number)
    where s.amount_minor > 0 order by s.number, o.id);
end $$;
comment on function private.share_items(public.orders[], jsonb) is
  'Shares of what is due on each of some locked orders, in proportion to what everybody took of its lines after discounts and with '
  'tax: service charge, tip and what is paid already fall on everybody alike. What nobody took is shared by all. Errors: split_invalid.';

create function private.bill_json(p_venue_id uuid, p_bill_ids uuid[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('bill_id', b.bill_id, 'method', b.method, 'amount_minor', b.amount_minor,
      'paid_minor', b.paid_minor, 'is_open', b.is_open, 'shares', b.shares) order by b.created_at, b.bill_id), '[]')
    from (
      select s.bill_id, min(s.method) as method, min(s.created_at) as created_at, sum(s.amount_minor) as amount_minor, sum(s.paid_minor) as paid_minor,
        bool_or(s.is_open) as is_open, jsonb_agg(jsonb_build_object('number', s.number, 'amount_minor', s.amount_minor, 'paid_minor', s.paid_minor, 'parts', s.parts) order by s.number) as shares
      from (
        select b.bill_id, s.number, min(b.method) as method, min(b.created_at) as created_at, sum(s.amount_minor) as amount_minor,
          coalesce(sum(s.amount_minor) filter (where p.is_paid), 0) as paid_minor, bool_or(b.ended_at is null) as is_open,
          jsonb_agg(jsonb_build_object('share_id', s.id, 'order_id', s.order_id, 'amount_minor', s.amount_minor, 'items', s.items,
            'status', case when p.is_paid then 'paid' when b.ended_at is not null then 'over' when p.is_being_paid then 'being_paid' else 'open' end)
            order by o.business_date, o.number) as parts
        from public.bill_splits b
        join public.orders o on o.venue_id = b.venue_id and o.id = b.order_id
        join public.bill_shares s on s.venue_id = b.venue_id and s.order_id = b.order_id and s.split_id = b.id
        cross join lateral (
          select coalesce(bool_or(p.status = 'succeeded'), false) as is_paid, coalesce(bool_or(p.status in ('reserved', 'pending')), false) as is_being_paid
          from public.payments p where p.venue_id = s.venue_id and p.order_id = s.order_id and p.share_id = s.id) p
        where b.venue_id = p_venue_id and b.bill_id = any (p_bill_ids)
        group by b.bill_id, s.number) s
      group by s.bill_id) b);
end $$;
comment on function private.bill_json(uuid, uuid[]) is
  'Split bills as guests and staff see them: [{bill_id, method, amount_minor, paid_minor, is_open, shares: [{number, amount_minor, paid_minor, '
  'parts: [{share_id, order_id, amount_minor, items, status}]}]}].';

create function private.lock_bill(p_order_id uuid, p_session_id uuid) returns public.orders[]
language plpgsql volatile set search_path = '' as $$
declare
  v_session public.table_sessions;
  v_order public.orders;
  v_orders public.orders[];
begin
  if p_order_id is not null then
    v_order := private.lock_order(p_order_id, 'payments.collect');
    if p_session_id is not null then
      perform private.fail('invalid_input', 'p_order_id or p_session_id');
    end if;
    return array[v_order];
  elsif p_session_id is null then
    perform private.fail('invalid_input', 'p_order_id or p_session_id');
  end if;
  -- The share lock holds off whoever rearranges sessions; who places a further order passes, and it is not part of the split.
  select * into v_session from public.table_sessions s where s.id = p_session_id and s.venue_id = any (private.my_venues()) for share;
  if not found then
    perform private.fail('table_session_not_found');
  end if;
  perform private.require_venue('payments.collect', v_session.venue_id);
  v_orders := array(
    select o from public.orders o
    where o.venue_id = v_session.venue_id and o.session_id = p_session_id and o.status not in ('cancelled', 'expired')
    order by o.id for no key update);
  return array(select o from unnest(v_orders) o order by o.business_date, o.number);
end $$;
comment on function private.lock_bill(uuid, uuid) is
  'The order, or the orders of the session that count, locked by id, oldest first. Errors: as lock_order, invalid_input, '
  'table_session_not_found.';

create function public.split_bill(
  p_split jsonb, p_idempotency_key text, p_order_id uuid default null, p_session_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_caller text := 'user:' || private.require_user();
  v_orders public.orders[] := private.lock_bill(p_order_id, p_session_id);
  v_request jsonb := jsonb_build_object('split', p_split, 'order_id', p_order_id, 'session_id', p_session_id);
  v_venue_id uuid := coalesce((v_orders[1]).venue_id, (select s.venue_id from public.table_sessions s where s.id = p_session_id));
  v_answer jsonb := private.replay_idempotent(v_venue_id, v_caller, 'split_bill', p_idempotency_key, v_request);
  v_bill uuid := gen_random_uuid();
  v_shares private.share[];
begin
  if v_answer is not null then
    return v_answer;
  elsif p_order_id is not null and (v_orders[1]).status in ('cancelled', 'expired') then
    perform private.fail('order_closed', 'the order is ' || (v_orders[1]).status);
  end if;
  v_orders := array(select v_orders[n] from generate_subscripts(v_orders, 1) n where (v_orders[n]).total_minor > (v_orders[n]).paid_minor order by n);
  if v_orders = '{}' then
    perform private.fail('order_already_paid');
  elsif exists (select 1 from unnest(v_orders) o where o.split_id is not null) then
    perform private.fail('bill_is_split');
  end if;
  perform private.check_split(p_split);
  v_shares := case p_split ->> 'method' when 'items' then private.share_items(v_orders, p_split) else private.share_amounts(v_orders, p_split) end;
  if (select count(distinct s.number) from unnest(v_shares) s) < (case p_split ->> 'method'
    when 'equal' then (p_split ->> 'shares')::integer when 'items' then jsonb_array_length(p_split -> 'shares') else 2 end) then
    perform private.fail('split_invalid', 'everybody pays something, and at least two do');
  end if;
  with splits as (
    insert into public.bill_splits (venue_id, order_id, bill_id, method, amount_minor, created_by)
    select o.venue_id, o.id, v_bill, p_split ->> 'method', o.total_minor - o.paid_minor, auth.uid() from unnest(v_orders) o
    returning venue_id, order_id, id
  ), shares as (
    insert into public.bill_shares (venue_id, order_id, split_id, number, amount_minor, items)
    select b.venue_id, b.order_id, b.id, s.number, s.amount_minor, s.items from splits b join unnest(v_shares) s on s.order_id = b.order_id
  )
  update public.orders o set split_id = b.id from splits b where o.venue_id = b.venue_id and o.id = b.order_id;
  return private.store_idempotent(v_venue_id, v_caller, 'split_bill', p_idempotency_key, v_request,
    private.bill_json(v_venue_id, array[v_bill]) -> 0);
end $$;
comment on function public.split_bill(jsonb, text, uuid, uuid) is
  'Splits what is due on an order, or on every unpaid order of a table session, into shares that add up to it. p_split = {method: equal, '
  'shares: how many} | {method: amount, shares: [minor units]}, where what they leave is one more share, | {method: items, shares: '
  '[[{line_id, quantity}]]}, where what nobody took is shared by all. Each part of a share is one order''s and is paid by its '
  'share_id (collect_payment, or the payments function). Needs payments.collect. Returns {bill_id, method, amount_minor, paid_minor, is_open, '
  'shares: [{number, amount_minor, paid_minor, parts: [{share_id, order_id, amount_minor, items, status: open | being_paid | paid | over}]}]}. '
  'Definer: clients do not write splits. Errors: not_authenticated, invalid_input, order_not_found, table_session_not_found, permission_denied, '
  'subscription_inactive, idempotency_key_*, order_closed, order_already_paid, bill_is_split, split_invalid.';
grant execute on function public.split_bill(jsonb, text, uuid, uuid) to authenticated;

create function public.cancel_bill_split(p_bill_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue_id uuid;
  v_order public.orders;
begin
  perform private.require_user();
  select b.venue_id into v_venue_id from public.bill_splits b
  where b.bill_id = p_bill_id and b.venue_id = any (private.venues_with('orders.read')) limit 1;
  if not found then
    perform private.fail('bill_split_not_found');
  end if;
  perform private.require_venue('payments.collect', v_venue_id);
  for v_order in
    select o.* from public.orders o
    where o.venue_id = v_venue_id and o.id in (select b.order_id from public.bill_splits b where b.venue_id = v_venue_id and b.bill_id = p_bill_id)
    order by o.id for no key update
  loop
    -- Since it was split it may have been paid, or split anew.
    if exists (select 1 from public.bill_splits b where b.id = v_order.split_id and b.bill_id = p_bill_id) then
      perform private.end_split(v_order, 'cancelled');
      -- Should one succeed all the same, it pays a part of the order.
      perform private.abandon_payments(v_order);
    end if;
  end loop;
  return private.bill_json(v_venue_id, array[p_bill_id]) -> 0;
end $$;
comment on function public.cancel_bill_split(uuid) is
  'Ends a split: what has been paid of it stays paid, and what is left is due on the orders as a whole, to be paid or split anew. '
  'Needs payments.collect. Returns the bill as split_bill does, with is_open false; a repeat returns the same. Definer: clients do '
  'not write splits. Errors: not_authenticated, bill_split_not_found, permission_denied, subscription_inactive.';
grant execute on function public.cancel_bill_split(uuid) to authenticated;
