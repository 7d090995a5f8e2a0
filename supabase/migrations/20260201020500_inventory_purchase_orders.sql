-- Purchase orders: draft → sent → partial → received, or cancelled. A supplier has one draft, which proposals and people
-- fill; what is still to come is known per line, so that nothing is received twice or ordered twice.

create table public.purchase_orders (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  supplier_id uuid not null,
  status text not null default 'draft',
  created_by uuid,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  closed_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint purchase_orders_tenant_key unique (venue_id, id),
  constraint supplier_is_in_the_venue foreign key (venue_id, supplier_id) references public.suppliers (venue_id, id),
  constraint status_is_known check (status in ('draft', 'sent', 'partial', 'received', 'cancelled')),
  constraint sent_before_received check (status in ('draft', 'cancelled') or sent_at is not null),
  constraint closed_when_done check ((status in ('received', 'cancelled')) = (closed_at is not null))
);
comment on table public.purchase_orders is 'What a venue orders from a supplier.';
comment on column public.purchase_orders.status is 'draft → sent → partial → received; cancelled ends an order whose rest will not come, and keeps what was received.';
comment on column public.purchase_orders.created_by is 'The member. No foreign key: history outlives accounts.';
create unique index one_draft_per_supplier on public.purchase_orders (venue_id, supplier_id) where status = 'draft';
create index purchase_orders_by_supplier on public.purchase_orders (venue_id, supplier_id, created_at desc);

create table public.purchase_order_lines (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  purchase_order_id uuid not null,
  ingredient_id uuid not null,
  quantity numeric(14, 3) not null,
  cost_minor bigint,
  received_quantity numeric(14, 3) not null default 0,
  received_cost_minor bigint not null default 0,
  constraint purchase_order_lines_tenant_key unique (venue_id, id),
  constraint one_line_per_ingredient unique (venue_id, purchase_order_id, ingredient_id),
  constraint purchase_order_is_in_the_venue foreign key (venue_id, purchase_order_id) references public.purchase_orders (venue_id, id) on delete cascade,
  constraint ingredient_is_in_the_venue foreign key (venue_id, ingredient_id) references public.ingredients (venue_id, id),
  constraint quantity_is_positive check (quantity > 0),
  constraint cost_is_not_negative check (cost_minor >= 0 and received_cost_minor >= 0),
  constraint no_more_is_received_than_ordered check (received_quantity between 0 and quantity)
);
comment on table public.purchase_order_lines is 'Ingredients of a purchase order, in their base units.';
comment on column public.purchase_order_lines.cost_minor is 'What the whole line should cost, in minor units; null when not agreed.';
comment on column public.purchase_order_lines.received_quantity is 'What has come so far: the sum of the line''s movements.';
comment on column public.purchase_order_lines.received_cost_minor is 'What has been paid for what has come, in minor units.';
create index purchase_order_lines_by_ingredient on public.purchase_order_lines (venue_id, ingredient_id);

alter table public.purchase_orders enable row level security;
alter table public.purchase_order_lines enable row level security;
create policy select_member on public.purchase_orders for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
create policy select_member on public.purchase_order_lines for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
grant select on public.purchase_orders, public.purchase_order_lines to authenticated;
create trigger set_updated_at before update on public.purchase_orders for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.purchase_orders for each row execute function private.audit();
create trigger audit after insert or update or delete on public.purchase_order_lines for each row execute function private.audit();

alter table public.stock_movements
  add column purchase_order_line_id uuid,
  add constraint purchase_order_line_is_in_the_venue foreign key (venue_id, purchase_order_line_id) references public.purchase_order_lines (venue_id, id),
  add constraint deliveries_are_received check (purchase_order_line_id is null or kind = 'receive');
comment on column public.stock_movements.purchase_order_line_id is 'The line of the purchase order that was delivered.';
create index stock_movements_by_purchase_order_line on public.stock_movements (venue_id, purchase_order_line_id) where purchase_order_line_id is not null;

create function private.purchase_order_json(p_venue_id uuid, p_purchase_order_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('purchase_order_id', o.id, 'status', o.status, 'created_at', o.created_at, 'sent_at', o.sent_at, 'closed_at', o.closed_at,
    'supplier', jsonb_build_object('id', s.id, 'name', s.name, 'email', s.email, 'phone', s.phone),
    'cost_minor', (select sum(l.cost_minor) from public.purchase_order_lines l where l.venue_id = o.venue_id and l.purchase_order_id = o.id),
    'lines', (
      select coalesce(jsonb_agg(jsonb_build_object('line_id', l.id, 'ingredient_id', i.id, 'name', i.name, 'unit', i.unit, 'quantity', l.quantity,
        'cost_minor', l.cost_minor, 'received_quantity', l.received_quantity, 'received_cost_minor', l.received_cost_minor) order by i.name), '[]')
      from public.purchase_order_lines l join public.ingredients i on i.venue_id = l.venue_id and i.id = l.ingredient_id
      where l.venue_id = o.venue_id and l.purchase_order_id = o.id))
  from public.purchase_orders o join public.suppliers s on s.venue_id = o.venue_id and s.id = o.supplier_id
  where o.venue_id = p_venue_id and o.id = p_purchase_order_id
$$;
comment on function private.purchase_order_json(uuid, uuid) is 'A purchase order with its lines, as its RPCs return it.';

create function private.lock_purchase_order(p_purchase_order_id uuid) returns public.purchase_orders
language plpgsql volatile set search_path = '' as $$
declare
  v_order public.purchase_orders;
begin
  perform private.require_user();
  select * into v_order from public.purchase_orders o
  where o.id = p_purchase_order_id and o.venue_id = any (private.my_venues()) for no key update;
  if not found then
    perform private.fail('purchase_order_not_found');
  end if;
  perform private.require_venue('inventory.edit', v_order.venue_id);
  return v_order;
end $$;
comment on function private.lock_purchase_order(uuid) is
  'Locks a purchase order that the signed-in user may change. Errors: not_authenticated, purchase_order_not_found, permission_denied, subscription_inactive.';

create function private.is_low(p_on_hand numeric, p_par_level numeric, p_reorder_level numeric) returns boolean
language sql immutable parallel safe as $$
  select p_on_hand <= p_reorder_level or (p_reorder_level is null and p_on_hand < p_par_level)
    or (p_on_hand <= 0 and (p_par_level is not null or p_reorder_level is not null))
$$;
comment on function private.is_low(numeric, numeric, numeric) is
  'At or below the reorder level; without one, below par; with either, at zero. Null or false for what is not watched. '
  'Advisor function_search_path_mutable: a function with settings is never inlined; this one refers to nothing outside of pg_catalog.';

create function private.low_stock(p_venue_id uuid) returns table (
  ingredient_id uuid, name text, unit text, on_hand numeric, par_level numeric, reorder_level numeric, supplier_id uuid,
  cost_per_1000_minor bigint, on_order numeric, proposed_quantity numeric)
language sql stable set search_path = '' as $$
  select i.id, i.name, i.unit, i.on_hand, i.par_level, i.reorder_level, i.supplier_id, i.cost_per_1000_minor, o.quantity,
    -- What is on its way is not ordered again.
    case when o.quantity is null and i.par_level > i.on_hand then ceil((i.par_level - i.on_hand) * 1.2) end
  from public.ingredients i
  left join lateral (
    select sum(l.quantity - l.received_quantity) as quantity
    from public.purchase_order_lines l
    join public.purchase_orders p on p.venue_id = l.venue_id and p.id = l.purchase_order_id and p.status in ('draft', 'sent', 'partial')
    where l.venue_id = i.venue_id and l.ingredient_id = i.id and l.received_quantity < l.quantity
  ) o on true
  where i.venue_id = p_venue_id and private.is_low(i.on_hand, i.par_level, i.reorder_level)
$$;
comment on function private.low_stock(uuid) is
  'Ingredients that are low, with what is still to come and what to order: '
  'ceil((par - on hand) × 1.2), unless some is on its way.';

create function public.get_low_stock(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('inventory.read', p_venue_id);
  return jsonb_build_object('ingredients', (
    select coalesce(jsonb_agg(to_jsonb(l) - 'cost_per_1000_minor' order by l.name), '[]') from private.low_stock(p_venue_id) l));
end $$;
comment on function public.get_low_stock(uuid) is
  'What runs low, derived from the books at each call: {ingredients: [{ingredient_id, name, unit, on_hand, par_level, '
  'reorder_level, supplier_id, on_order, proposed_quantity}]}. Needs inventory.read. Definer: one answer over several tables. '
  'Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.get_low_stock(uuid) to authenticated;
