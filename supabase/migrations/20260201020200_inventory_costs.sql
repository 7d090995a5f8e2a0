-- What stock is worth and where it comes from. The cost of an ingredient is the weighted average of its deliveries, kept
-- per thousand base units (a kilogram, a litre, a thousand pieces), so that money stays an integer of minor units.

create table public.suppliers (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  name text not null,
  email text,
  phone text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint suppliers_tenant_key unique (venue_id, id),
  constraint one_supplier_of_a_name unique (venue_id, name),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint email_is_an_address check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254),
  constraint phone_is_short_text check (length(trim(phone)) between 1 and 40)
);
comment on table public.suppliers is 'Whom a venue buys from, with the contact that a purchase order goes to.';

alter table public.suppliers enable row level security;
create policy select_member on public.suppliers for select to authenticated
  using (venue_id = any ((select private.venues_with('inventory.read'))::uuid[]));
create policy insert_editor on public.suppliers for insert to authenticated
  with check (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy update_editor on public.suppliers for update to authenticated
  using (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
create policy delete_editor on public.suppliers for delete to authenticated
  using (venue_id = any ((select private.venues_with('inventory.edit'))::uuid[]));
grant select, insert (venue_id, name, email, phone), update (name, email, phone), delete on public.suppliers to authenticated;
create trigger set_updated_at before update on public.suppliers for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.suppliers for each row execute function private.audit();

alter table public.ingredients
  add column cost_per_1000_minor bigint,
  add column par_level numeric(14, 3),
  add column reorder_level numeric(14, 3),
  add column supplier_id uuid,
  add constraint supplier_is_in_the_venue foreign key (venue_id, supplier_id) references public.suppliers (venue_id, id) on delete set null (supplier_id),
  add constraint cost_is_plausible check (cost_per_1000_minor between 0 and 10000000000),
  add constraint par_level_is_positive check (par_level > 0),
  add constraint reorder_level_is_below_par check (reorder_level >= 0 and (par_level is null or reorder_level <= par_level));
comment on column public.ingredients.cost_per_1000_minor is
  'What 1000 base units cost (a kilogram, a litre, a thousand pieces), in minor units; null while unknown. Deliveries move it to the weighted average.';
comment on column public.ingredients.par_level is 'How much should be there after a delivery; null for what is not reordered.';
comment on column public.ingredients.reorder_level is 'At or below this it is low; null means as soon as it is below par.';
comment on column public.ingredients.supplier_id is 'Whom it is reordered from.';
create index ingredients_by_supplier on public.ingredients (venue_id, supplier_id);
grant insert (cost_per_1000_minor, par_level, reorder_level, supplier_id), update (cost_per_1000_minor, par_level, reorder_level, supplier_id)
  on public.ingredients to authenticated;
-- Not on_hand: its history is the ledger of movements.
create trigger audit after insert or delete on public.ingredients for each row execute function private.audit();
create trigger audit_update after update of name, cost_per_1000_minor, par_level, reorder_level, supplier_id on public.ingredients
  for each row execute function private.audit();

alter table public.stock_movements
  add column transfer_id uuid,
  add constraint transfers_have_two_sides check ((kind = 'transfer') = (transfer_id is not null));
comment on column public.stock_movements.transfer_id is 'What the two movements of a transfer have in common; together they are zero.';
create unique index one_movement_per_side_of_a_transfer on public.stock_movements (transfer_id, ingredient_id) where transfer_id is not null;

create function private.average_cost(p_on_hand numeric, p_cost_per_1000_minor bigint, p_quantity numeric, p_paid_minor bigint) returns bigint
language sql immutable parallel safe set search_path = '' as $$
  select least(10000000000, case
    when p_paid_minor is null then p_cost_per_1000_minor
    -- What is owed (stock below zero) or of unknown cost has no value to average with.
    when p_cost_per_1000_minor is null or p_on_hand <= 0 then round(p_paid_minor * 1000 / p_quantity)
    else round((p_on_hand * p_cost_per_1000_minor + p_paid_minor * 1000::numeric) / (p_on_hand + p_quantity)) end)::bigint
$$;
comment on function private.average_cost(numeric, bigint, numeric, bigint) is
  'Cost per 1000 after a delivery of a quantity > 0 for which so much was paid in all: the weighted average, half-up; null '
  'paid leaves it as it was.';

create function private.receive_stock(p_venue_id uuid, p_deliveries private.stock_line[], p_reason text, p_line_ids uuid[] default null) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform 1 from public.ingredients i
  where i.venue_id = p_venue_id and i.id in (select d.ingredient_id from unnest(p_deliveries) d) order by i.id for no key update;
  -- The cost first: it is averaged with what was on hand before.
  update public.ingredients i set cost_per_1000_minor = private.average_cost(i.on_hand, i.cost_per_1000_minor, d.quantity, d.cost_minor)
  from unnest(p_deliveries) d where i.venue_id = p_venue_id and i.id = d.ingredient_id and d.cost_minor is not null;
  insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, reason, created_by, purchase_order_line_id)
  select p_venue_id, d.ingredient_id, 'receive', d.quantity, p_reason, auth.uid(), p_line_ids[d.ordinality]
  from rows from (unnest(p_deliveries)) with ordinality as d (position, ingredient_id, quantity, cost_minor, ordinality);
end $$;
comment on function private.receive_stock(uuid, private.stock_line[], text, uuid[]) is
  'Books deliveries of different ingredients and moves their costs to the weighted average. p_line_ids names the purchase '
  'order line of each, in the same order.';

create function public.transfer_stock(p_ingredient_id uuid, p_to_ingredient_id uuid, p_quantity numeric, p_reason text, p_idempotency_key text,
  p_unit text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_caller text := 'user:' || private.require_user();
  v_from public.ingredients;
  v_to public.ingredients;
  v_from_venue public.venues;
  v_to_venue public.venues;
  v_request jsonb := jsonb_build_object('ingredient_id', p_ingredient_id, 'to_ingredient_id', p_to_ingredient_id, 'quantity', p_quantity, 'unit', p_unit, 'reason', p_reason);
  v_answer jsonb;
  v_quantity numeric;
  v_transfer uuid := gen_random_uuid();
begin
  select * into v_from from public.ingredients i where i.id = p_ingredient_id and i.venue_id = any (private.my_venues());
  select * into v_to from public.ingredients i where i.id = p_to_ingredient_id and i.venue_id = any (private.my_venues());
  if v_from.id is null or v_to.id is null then
    perform private.fail('ingredient_not_found');
  end if;
  v_from_venue := private.require_venue('inventory.edit', v_from.venue_id);
  v_to_venue := private.require_venue('inventory.edit', v_to.venue_id);
  v_answer := private.replay_idempotent(v_from.venue_id, v_caller, 'transfer_stock', p_idempotency_key, v_request);
  if v_answer is not null then
    return v_answer;
  end if;
  if v_from_venue.id = v_to_venue.id or v_from_venue.organisation_id <> v_to_venue.organisation_id then
    perform private.fail('invalid_input', 'p_to_ingredient_id: of another venue of the same organisation');
  end if;
  if coalesce(not p_quantity between 0 and 1000000, true) or length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'quantity: above 0 and at most 1000000; reason: 1 to 280 characters');
  end if;
  v_quantity := private.base_quantity(p_quantity, p_unit, v_from.unit);
  if v_quantity is null or v_from.unit <> v_to.unit then
    perform private.fail('unit_mismatch');
  end if;
  if v_quantity <= 0 then
    perform private.fail('invalid_input', 'quantity: at least a thousandth of the base unit');
  end if;
  perform 1 from public.ingredients i where i.id in (p_ingredient_id, p_to_ingredient_id) order by i.id for no key update;
  select * into v_from from public.ingredients i where i.id = p_ingredient_id;
  if v_from.on_hand < v_quantity and not v_from_venue.allows_negative_stock then
    perform private.fail('out_of_stock', format('%s %s on hand', v_from.on_hand, v_from.unit));
  end if;
  if v_from_venue.currency = v_to_venue.currency then
    update public.ingredients i
    set cost_per_1000_minor = private.average_cost(i.on_hand, i.cost_per_1000_minor, v_quantity, round(v_quantity * v_from.cost_per_1000_minor / 1000)::bigint)
    where i.id = p_to_ingredient_id and v_from.cost_per_1000_minor is not null;
  end if;
  insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, reason, created_by, transfer_id) values
    (v_from.venue_id, p_ingredient_id, 'transfer', -v_quantity, trim(p_reason), auth.uid(), v_transfer),
    (v_to.venue_id, p_to_ingredient_id, 'transfer', v_quantity, trim(p_reason), auth.uid(), v_transfer);
  return private.store_idempotent(v_from.venue_id, v_caller, 'transfer_stock', p_idempotency_key, v_request,
    (select jsonb_build_object('transfer_id', v_transfer, 'quantity', v_quantity, 'unit', v_from.unit,
      'from_on_hand', v_from.on_hand - v_quantity, 'to_on_hand', i.on_hand) from public.ingredients i where i.id = p_to_ingredient_id));
end $$;
comment on function public.transfer_stock(uuid, uuid, numeric, text, text, text) is
  'Moves stock to the same kind of ingredient of another venue of the organisation, with its cost where both venues have one '
  'currency. p_unit is any unit of the dimension, by default the base unit. Needs inventory.edit in both venues. Returns '
  '{transfer_id, quantity, unit, from_on_hand, to_on_hand}. Definer: clients do not write movements. Errors: '
  'not_authenticated, ingredient_not_found, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, '
  'unit_mismatch, out_of_stock.';
grant execute on function public.transfer_stock(uuid, uuid, numeric, text, text, text) to authenticated;
