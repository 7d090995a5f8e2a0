-- What an enterprise organisation may read over plain SQL is data: views by name, source and columns. Every schema
-- tenant_<slug> is generated from this list, and a digest of what would be generated says which schemas are behind it.
--
-- Not on the list: hashes and references of secrets, guests' and members' personal data, and whatever people write
-- freely (notes, reasons, answers), because it may name somebody. A test holds it against private.personal_data.

insert into public.tier_entitlements (tier, entitlement, max_count) values
  ('starter', 'tenant_schema', 0), ('pro', 'tenant_schema', 0), ('enterprise', 'tenant_schema', null);

insert into private.errors (code, http_status, meaning, remedy) values
  ('tenant_schema_not_found', 404, 'This organisation has no SQL schema.', 'Provision it first.');

create table private.tenant_schemas (
  organisation_id uuid primary key references public.organisations on delete cascade,
  schema_name text not null unique,
  views_version text,
  password_set_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint name_is_an_identifier check (schema_name ~ '^tenant_[a-z0-9_]{3,56}$')
);
comment on table private.tenant_schemas is
  'The SQL schemas of enterprise organisations. A row and its schema and login role are made and dropped together.';
comment on column private.tenant_schemas.schema_name is 'Name of the schema and of its login role; stays when the organisation''s slug changes.';
comment on column private.tenant_schemas.views_version is 'Digest of the views as they were made; null: there are none.';
comment on column private.tenant_schemas.password_set_at is 'When the present password was made; sessions from before are ended.';
comment on column private.tenant_schemas.closed_at is
  'Since when the plan or subscription no longer includes the schema: the role cannot log in and the views are empty; after 30 days it is dropped.';
create trigger set_updated_at before update on private.tenant_schemas for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on private.tenant_schemas for each row execute function private.audit();

create table private.tenant_views (
  view_name text primary key,
  source regclass not null,
  tenant_column name not null,
  shown name[] not null,
  meaning text not null,
  constraint tenant_column_is_known check (tenant_column in ('venue_id', 'organisation_id', 'id'))
);
comment on table private.tenant_views is 'The views of a tenant''s schema. Reference data, changed by migrations only; see docs/tenant-schemas.md.';
comment on column private.tenant_views.source is 'The table whose rows are shown.';
comment on column private.tenant_views.tenant_column is 'venue_id: rows of the organisation''s venues; organisation_id, or id: rows of the organisation itself.';
comment on column private.tenant_views.shown is 'The columns, in order. What is added to the table later is not shown before it is added here.';
comment on column private.tenant_views.meaning is 'One sentence, which becomes the view''s comment.';

insert into private.tenant_views (view_name, source, tenant_column, shown, meaning)
select v.name, coalesce(v.source, 'public.' || v.name)::regclass, v.tenant_column, string_to_array(v.shown, ' ')::name[], v.meaning
from (values
  ('organisation', 'public.organisations', 'id', 'id name slug tier subscription_status created_at', 'The organisation itself.'),
  ('venues', null, 'organisation_id', 'id name slug venue_type service_type currency locale timezone day_starts_at prices_include_tax service_charge_bp created_at', 'Its venues; business days turn at day_starts_at in the venue''s time zone.'),
  ('members', 'public.memberships', 'organisation_id', 'id venue_id user_id role created_at', 'Who works here, by id; venue_id is null for those of every venue.'),
  ('menu_categories', null, 'venue_id', 'id venue_id name position created_at', 'Categories of the draft menu.'),
  ('menu_items', null, 'venue_id', 'id venue_id category_id name price_minor tax_rate_bp allergens dietary_tags spice is_available archived_at created_at updated_at', 'Items of the draft menu, archived ones included, because orders refer to them.'),
  ('discounts', null, 'venue_id', 'id venue_id name percent_bp amount_minor menu_item_id category_id scope is_stackable is_active starts_on ends_on max_uses used_count created_at', 'Discounts, without their codes.'),
  ('tables', null, 'venue_id', 'id venue_id label seats area is_active created_at', 'Tables on the floor.'),
  ('table_sessions', null, 'venue_id', 'id venue_id table_id opened_at closed_at', 'Visits to a table, from the first scan to the close.'),
  ('reservations', null, 'venue_id', 'id venue_id table_id party_size starts_at ends_at status session_id created_at', 'Bookings, without the guests.'),
  ('waiting_parties', null, 'venue_id', 'id venue_id party_size quoted_minutes status session_id created_at updated_at', 'The waiting list, without the guests.'),
  ('daily_closes', null, 'venue_id', 'venue_id business_date closed_at expired_orders closed_sessions', 'When each business day was closed.'),
  ('orders', null, 'venue_id', 'id venue_id number business_date session_id table_id source fulfilment payment_mode status currency prices_include_tax subtotal_minor discount_minor tax_minor service_charge_minor tip_minor total_minor paid_minor refunded_minor payment_status created_at updated_at', 'Orders; amounts in minor units of currency.'),
  ('order_lines', null, 'venue_id', 'id venue_id order_id position menu_item_id name quantity unit_price_minor options options_minor line_minor discount_minor comp_minor net_minor tax_rate_bp tax_minor station_id course voided_at', 'Lines of orders; net_minor is what a line costs, nothing when voided.'),
  ('order_discounts', null, 'venue_id', 'venue_id order_id position discount_id name amount_minor', 'What each discount took off an order.'),
  ('order_events', null, 'venue_id', 'id venue_id order_id action from_status to_status actor_kind actor_id occurred_at', 'Every change of an order, by whom and when.'),
  ('payments', null, 'venue_id', 'id venue_id order_id method status amount_minor tip_minor currency failure_code collected_by settled_at created_at', 'Payments, without what identifies them at the provider.'),
  ('refunds', null, 'venue_id', 'id venue_id payment_id amount_minor status requested_by settled_at created_at', 'Refunds of payments.'),
  ('kitchen_stations', null, 'venue_id', 'id venue_id name kind is_active created_at', 'Stations of the kitchen.'),
  ('kitchen_tickets', null, 'venue_id', 'id venue_id order_id order_line_id station_id status created_at fired_at started_at ready_at bumped_at', 'Tickets, with the times from which preparation is measured.'),
  ('suppliers', null, 'venue_id', 'id venue_id name created_at', 'Suppliers by name.'),
  ('ingredients', null, 'venue_id', 'id venue_id name unit on_hand cost_per_1000_minor par_level reorder_level supplier_id created_at', 'Ingredients and what is on hand.'),
  ('recipe_lines', null, 'venue_id', 'venue_id menu_item_id ingredient_id quantity', 'What a menu item takes from stock.'),
  ('stock_movements', null, 'venue_id', 'id venue_id ingredient_id kind quantity order_line_id stocktake_id purchase_order_line_id created_by created_at', 'The ledger of stock: on hand is its sum.'),
  ('purchase_orders', null, 'venue_id', 'id venue_id supplier_id status created_by created_at sent_at closed_at', 'Orders to suppliers.'),
  ('purchase_order_lines', null, 'venue_id', 'id venue_id purchase_order_id ingredient_id quantity cost_minor received_quantity received_cost_minor', 'Lines of orders to suppliers, and what came of them.'),
  ('shifts', null, 'venue_id', 'id venue_id user_id starts_at ends_at status published_at created_at', 'Planned work.'),
  ('time_entries', null, 'venue_id', 'id venue_id user_id shift_id status clocked_in_at clocked_out_at created_at', 'Worked time.'),
  ('feedback', null, 'venue_id', 'id venue_id order_id is_hidden created_at', 'Feedback that guests left on an order.'),
  ('feedback_questions', null, 'venue_id', 'id venue_id kind prompt choices is_active created_at', 'What guests are asked.'),
  ('feedback_answers', null, 'venue_id', 'venue_id feedback_id question_id kind stars choice', 'Stars and choices; not what guests wrote.'),
  ('kpi_quarters', 'private.kpi_quarters', 'venue_id', 'venue_id business_date quarter_at orders cancelled_orders gross_minor refunds_minor tax_minor tips_minor turns turn_seconds', 'The numbers by quarter of an hour, up to five minutes old.'),
  ('kpi_items', 'private.kpi_items', 'venue_id', 'venue_id business_date menu_item_id orders quantity sales_minor', 'Sales by item and business day.'),
  ('kpi_payments', 'private.kpi_payments', 'venue_id', 'venue_id business_date method payments collected_minor tips_minor refunded_minor', 'Money by method and business day.')
) as v (name, source, tenant_column, shown, meaning);

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('private.tenant_schemas', 'schema_name', 'nobody', null),
  ('private.tenant_views', 'view_name', 'nobody', null);

create function private.tenant_view_statement(p_view private.tenant_views, p_schema text, p_organisation_id uuid) returns text
language sql stable set search_path = '' as $$
  -- The array is computed once per statement and serves as an index condition. While the schema is closed it is empty.
  select format('create view %I.%I with (security_barrier = true) as select %s from %s t where t.%I = any (array(select %s and s.closed_at is null))',
    p_schema, p_view.view_name, (select string_agg(format('t.%I', c.name), ', ' order by c.nr) from unnest(p_view.shown) with ordinality c (name, nr)),
    p_view.source, p_view.tenant_column,
    format(case p_view.tenant_column
      when 'venue_id' then 'v.id from public.venues v join private.tenant_schemas s on s.organisation_id = v.organisation_id where v.organisation_id = %L::uuid'
      else 's.organisation_id from private.tenant_schemas s where s.organisation_id = %L::uuid' end, p_organisation_id))
$$;
comment on function private.tenant_view_statement(private.tenant_views, text, uuid) is
  'The statement that makes one view of one organisation. Its owner is postgres, so that it reads below row-level security; '
  'the barrier keeps a reader''s own conditions from seeing a row before the tenant''s condition has let it through.';

create function private.tenant_views_version() returns text
language sql stable set search_path = '' as $$
  select md5(string_agg(private.tenant_view_statement(v, 'x', '00000000-0000-0000-0000-000000000000') || v.meaning, ';' order by v.view_name))
  from private.tenant_views v
$$;
comment on function private.tenant_views_version() is
  'A digest of all views as they would be made now: it changes when a row of the list does, and nobody has to think of it.';

create function private.clear_tenant_schema(p_schema text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_views text := (select string_agg(c.oid::regclass::text, ', ') from pg_class c where c.relnamespace = to_regnamespace(quote_ident(p_schema)) and c.relkind = 'v');
begin
  if v_views is not null then
    execute format('drop view %s', v_views);
  end if;
  update private.tenant_schemas s set views_version = null where s.schema_name = p_schema;
end $$;
comment on function private.clear_tenant_schema(text) is 'Drops the views of one tenant''s schema, and nothing else in it.';

create function private.fill_tenant_schema(p_tenant private.tenant_schemas) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_view private.tenant_views;
begin
  perform private.clear_tenant_schema(p_tenant.schema_name);
  for v_view in select * from private.tenant_views v order by v.view_name loop
    execute format('%s', private.tenant_view_statement(v_view, p_tenant.schema_name, p_tenant.organisation_id));
    execute format('comment on view %I.%I is %L', p_tenant.schema_name, v_view.view_name, v_view.meaning);
  end loop;
  execute format('grant usage on schema %1$I to %1$I', p_tenant.schema_name);
  execute format('grant select on all tables in schema %1$I to %1$I', p_tenant.schema_name);
  update private.tenant_schemas s set views_version = private.tenant_views_version() where s.organisation_id = p_tenant.organisation_id;
end $$;
comment on function private.fill_tenant_schema(private.tenant_schemas) is 'Makes the views of one tenant''s schema as the list says now, in place of what is there.';

create function private.clear_tenant_schemas() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_schemas text[] := array(select s.schema_name from private.tenant_schemas s where s.views_version is not null order by s.organisation_id);
begin
  perform private.clear_tenant_schema(s.name) from unnest(v_schemas) s (name);
  return cardinality(v_schemas);
end $$;
comment on function private.clear_tenant_schemas() is
  'For migrations: the first statement of one that drops or retypes a column that is shown, which no view may then hold. '
  'upgrade_tenant_schemas() is the last. Returns how many schemas were cleared.';
