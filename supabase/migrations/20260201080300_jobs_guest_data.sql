-- Personal data of guests: where it is, is data. Export, erasure on request and the 90-day retention read the same list,
-- and a catalog test fails for a column that sounds personal and is not on it.

create table private.guest_tables (
  table_name regclass primary key,
  visited text not null,
  erasure text not null,
  order_id text,
  constraint erasure_is_known check (erasure in ('delete', 'blank'))
);
comment on table private.guest_tables is 'Tables with personal data of guests; each has a venue_id. Reference data, changed by migrations only.';
comment on column private.guest_tables.visited is 'The instant or date of the visit, from which the 90 days count: an SQL expression over the row t.';
comment on column private.guest_tables.erasure is 'delete: a row with personal data is nothing else; blank: the row stays, its personal columns become null.';
comment on column private.guest_tables.order_id is
  'Where a row does not say itself whose it is: its order, an SQL expression over the row t; the guest is then the order''s customer.';

create table private.personal_data (
  table_name regclass not null,
  column_name name not null,
  subject text not null,
  identifies text,
  primary key (table_name, column_name),
  constraint subject_is_known check (subject in ('guest', 'member', 'supplier', 'nobody')),
  constraint identifies_is_known check (identifies in ('phone', 'email', 'user')),
  constraint guests_are_found_by_their_own check (identifies is null or subject = 'guest')
);
comment on table private.personal_data is
  'Every column that holds personal data, or sounds as if it did, and whose it is. Reference data, changed by migrations only.';
comment on column private.personal_data.subject is 'guest: erased on request and after 90 days; member: kept with the organisation''s own history; supplier: a business contact, removed with the supplier; nobody: only sounds personal.';
comment on column private.personal_data.identifies is 'phone, email, or user (the id of one with that phone or email): a guest''s rows are found by this column.';

insert into private.guest_tables (table_name, visited, erasure, order_id) values
  ('public.order_lines', '(select o.created_at from public.orders o where o.venue_id = t.venue_id and o.id = t.order_id)', 'blank', 't.order_id'),
  ('public.feedback_answers', '(select o.created_at from public.feedback f join public.orders o on o.venue_id = f.venue_id and o.id = f.order_id '
    'where f.venue_id = t.venue_id and f.id = t.feedback_id)', 'delete',
    '(select f.order_id from public.feedback f where f.venue_id = t.venue_id and f.id = t.feedback_id)');
insert into private.guest_tables (table_name, visited, erasure) values
  ('public.order_customers', 't.created_at', 'delete'),
  -- Booked up to a year ahead: the visit counts, not the booking.
  ('public.reservation_customers', '(select r.ends_at from public.reservations r where r.venue_id = t.venue_id and r.id = t.reservation_id)', 'delete'),
  ('public.waiting_parties', 't.created_at', 'delete');
insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.order_customers', 'name', 'guest', null),
  ('public.order_customers', 'phone', 'guest', 'phone'),
  ('public.order_customers', 'email', 'guest', 'email'),
  ('public.order_lines', 'note', 'guest', null),
  ('public.feedback_answers', 'body', 'guest', null),
  ('public.reservation_customers', 'note', 'guest', null),
  ('public.reservation_customers', 'name', 'guest', null),
  ('public.reservation_customers', 'phone', 'guest', 'phone'),
  ('public.reservation_customers', 'email', 'guest', 'email'),
  ('public.waiting_parties', 'name', 'guest', null),
  ('public.waiting_parties', 'phone', 'guest', 'phone'),
  ('public.daily_closes', 'unsettled', 'nobody', null),
  ('public.invitations', 'email', 'member', null),
  ('public.suppliers', 'name', 'supplier', null),
  ('public.suppliers', 'email', 'supplier', null),
  ('public.suppliers', 'phone', 'supplier', null),
  ('private.audit_events', 'before', 'member', null), -- of invitations: the address
  ('private.audit_events', 'after', 'member', null),
  ('private.audit_events', 'table_name', 'nobody', null),
  ('public.organisations', 'name', 'nobody', null),
  ('public.venues', 'name', 'nobody', null),
  ('public.kitchen_stations', 'name', 'nobody', null),
  ('public.menu_categories', 'name', 'nobody', null),
  ('public.menu_items', 'name', 'nobody', null),
  ('public.modifier_groups', 'name', 'nobody', null),
  ('public.modifier_options', 'name', 'nobody', null),
  ('public.menu_versions', 'document', 'nobody', null),
  ('public.menu_version_translations', 'document', 'nobody', null),
  ('public.menu_translations', 'name', 'nobody', null),
  ('public.menu_labels', 'names', 'nobody', null),
  ('public.published_menu_items', 'name', 'nobody', null),
  ('public.published_menu_items', 'options', 'nobody', null),
  ('public.published_menu_items', 'choice_limits', 'nobody', null),
  ('public.ingredients', 'name', 'nobody', null),
  ('public.discounts', 'name', 'nobody', null),
  ('public.order_discounts', 'name', 'nobody', null),
  ('public.order_discounts', 'terms', 'nobody', null),
  ('public.order_events', 'details', 'nobody', null), -- ids, amounts and a course
  ('public.order_lines', 'name', 'nobody', null),
  ('public.order_lines', 'options', 'nobody', null),
  ('private.provider_events', 'payload', 'nobody', null), -- personal data is removed before it is stored
  ('private.outbox', 'payload', 'nobody', null), -- ids only
  ('private.idempotency_keys', 'response', 'nobody', null); -- ids, amounts and the notes of an order's lines; gone after 48 hours

create function private.without_personal_data(p_object jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return case jsonb_typeof(p_object)
    when 'object' then (
      select coalesce(jsonb_object_agg(e.key, private.without_personal_data(e.value)), '{}') from jsonb_each(p_object) e
      where e.key not in ('name', 'email', 'phone', 'address', 'billing_details', 'customer_details', 'customer_email',
        'receipt_email', 'receipt_url', 'shipping', 'shipping_details', 'individual_name', 'business_name',
        'individual', 'company', 'business_profile', 'external_accounts', 'tos_acceptance', 'settings'))
    when 'array' then (
      select coalesce(jsonb_agg(private.without_personal_data(e.value) order by e.ordinality), '[]')
      from jsonb_array_elements(p_object) with ordinality e)
    else p_object end;
end $$;
comment on function private.without_personal_data(jsonb) is
  'A provider''s object without who paid, or whose account it is: names, addresses, phone numbers and e-mail addresses at any depth. The books need none of them.';

create function private.guest_condition(p_table regclass) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_order_id text := (select g.order_id from private.guest_tables g where g.table_name = p_table);
begin
  if v_order_id is not null then
    return format('t.venue_id = $1 and %s in (select t.order_id from public.order_customers t where %s)',
      v_order_id, private.guest_condition('public.order_customers'));
  end if;
  return (select format('t.venue_id = $1 and (%s)', string_agg(
    case d.identifies
      when 'phone' then format('regexp_replace(t.%I, ''\D'', '''', ''g'') = nullif(regexp_replace($2, ''\D'', '''', ''g''), '''')', d.column_name)
      when 'user' then format('t.%I in (select u.id from auth.users u where lower(u.email) = nullif(lower(trim($3)), '''') or u.phone = nullif(regexp_replace($2, ''\D'', '''', ''g''), ''''))', d.column_name)
      else format('lower(t.%I) = nullif(lower(trim($3)), '''')', d.column_name) end, ' or '))
    from private.personal_data d where d.table_name = p_table and d.identifies is not null);
end $$;
comment on function private.guest_condition(regclass) is
  'The condition on rows t of a table that belong to a guest of venue $1 with phone $2 (compared by digits) or e-mail $3 (whatever the case).';

create function private.personal_condition(p_table regclass) returns text
language sql stable set search_path = '' as $$
  select '(' || string_agg(format('t.%I is not null', d.column_name), ' or ' order by d.column_name) || ')'
  from private.personal_data d where d.table_name = p_table and d.subject = 'guest'
$$;
comment on function private.personal_condition(regclass) is 'The condition on rows t of a table that hold personal data of a guest at all.';

create function private.erase_rows(p_table regclass, p_condition text) returns text
language sql volatile set search_path = '' as $$
  select case g.erasure
    when 'delete' then format('delete from %s t where %s and (%s)', p_table, private.personal_condition(p_table), p_condition)
    else format('update %s t set %s where %s and (%s)', p_table,
      string_agg(format('%I = null', d.column_name), ', '), private.personal_condition(p_table), p_condition) end
  from private.guest_tables g join private.personal_data d on d.table_name = g.table_name and d.subject = 'guest'
  where g.table_name = p_table group by g.table_name, g.erasure
$$;
comment on function private.erase_rows(regclass, text) is 'The statement that erases the personal data of the rows t that meet a condition.';

create function private.require_guest_search(p_venue_id uuid, p_phone text, p_email text) returns public.venues
language plpgsql stable set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('settings.read', p_venue_id);
begin
  if coalesce(p_phone, '') !~ '\d' and coalesce(trim(p_email), '') = '' then
    perform private.fail('invalid_input', 'p_phone or p_email says whose data');
  end if;
  return v_venue;
end $$;
comment on function private.require_guest_search(uuid, text, text) is
  'Owners and managers answer guests'' requests, by settings.read: the duty to answer does not end with the subscription. '
  'Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';

create function public.export_guest_data(p_venue_id uuid, p_phone text default null, p_email text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_guest_search(p_venue_id, p_phone, p_email);
  v_table regclass;
  v_rows jsonb;
  v_tables jsonb := '{}';
begin
  for v_table in select g.table_name from private.guest_tables g order by g.order_id is null, g.table_name::text loop
    execute format('select coalesce(jsonb_agg(to_jsonb(t) order by %s), ''[]'') from %s t where %s and %s',
        (select g.visited from private.guest_tables g where g.table_name = v_table), v_table, private.personal_condition(v_table), private.guest_condition(v_table))
      into v_rows using v_venue.id, p_phone, p_email;
    v_tables := v_tables || jsonb_build_object((select c.relname from pg_catalog.pg_class c where c.oid = v_table), v_rows);
  end loop;
  return jsonb_build_object('venue_id', v_venue.id, 'exported_at', now(), 'tables', v_tables, 'orders', (
    select coalesce(jsonb_agg(jsonb_build_object('order_id', o.id, 'number', o.number, 'business_date', o.business_date,
      'currency', o.currency, 'total_minor', o.total_minor, 'lines', (
        select jsonb_agg(jsonb_build_object('name', l.name, 'quantity', l.quantity, 'note', l.note) order by l.position)
        from public.order_lines l where l.venue_id = o.venue_id and l.order_id = o.id)) order by o.created_at), '[]')
    from jsonb_array_elements(v_tables -> 'order_customers') c
    join public.orders o on o.venue_id = v_venue.id and o.id = (c.value ->> 'order_id')::uuid), 'points', (
    select coalesce(jsonb_agg(jsonb_build_object('account_id', m.account_id, 'kind', m.kind, 'points', m.points, 'order_id', m.order_id,
      'reason', m.reason, 'moved_at', m.created_at) order by m.id), '[]')
    from jsonb_array_elements(v_tables -> 'loyalty_accounts') a
    join public.loyalty_movements m on m.venue_id = v_venue.id and m.account_id = (a.value ->> 'id')::uuid));
end $$;
comment on function public.export_guest_data(uuid, text, text) is
  'Everything a venue holds about the guest with this phone number (compared by its digits) or e-mail address. Needs settings.read. '
  'Returns {venue_id, exported_at, tables: {<table>: [rows]}, orders: [{order_id, number, business_date, currency, total_minor, lines}], '
  'points: [{account_id, kind, points, order_id, reason, moved_at}]}. '
  'Definer: reads whatever the list names. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.export_guest_data(uuid, text, text) to authenticated;

create function public.erase_guest_data(p_venue_id uuid, p_phone text default null, p_email text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_guest_search(p_venue_id, p_phone, p_email);
  v_table regclass;
  v_count integer;
  v_erased jsonb := '{}';
begin
  -- What is found through its order goes before the order's customer.
  for v_table in select g.table_name from private.guest_tables g order by g.order_id is null, g.table_name::text loop
    execute format('%s', private.erase_rows(v_table, private.guest_condition(v_table))) using v_venue.id, p_phone, p_email;
    get diagnostics v_count = row_count;
    v_erased := v_erased || jsonb_build_object((select c.relname from pg_catalog.pg_class c where c.oid = v_table), v_count);
  end loop;
  -- That somebody was erased, by whom and when; never who.
  insert into private.audit_events (organisation_id, venue_id, actor_id, actor_role, action, table_name, after, trace_id)
  values (v_venue.organisation_id, v_venue.id, auth.uid(), auth.role(), 'delete', 'guest_data', v_erased, private.trace_id());
  return jsonb_build_object('venue_id', v_venue.id, 'erased', v_erased);
end $$;
comment on function public.erase_guest_data(uuid, text, text) is
  'Erases what a venue holds about the guest with this phone number (compared by its digits) or e-mail address, for good; orders and '
  'payments stay, without a person. Needs settings.read. Returns {venue_id, erased: {<table>: rows}}; a repeat finds nothing. '
  'Definer: clients do not delete these rows. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.erase_guest_data(uuid, text, text) to authenticated;

create function private.erase_old_guest_data(p_venue_id uuid default null) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_table private.guest_tables;
  v_count integer;
  v_erased integer := 0;
begin
  for v_table in select * from private.guest_tables g order by g.table_name::text loop
    execute format('%s', private.erase_rows(v_table.table_name, format('t.venue_id = coalesce($1, t.venue_id) and %s < now() - interval ''90 days''', v_table.visited)))
      using p_venue_id;
    get diagnostics v_count = row_count;
    v_erased := v_erased + v_count;
  end loop;
  return v_erased;
end $$;
comment on function private.erase_old_guest_data(uuid) is 'Erases guests'' personal data at a venue (null: at all) 90 days after the visit. Returns how many rows.';

create index order_customers_by_age on public.order_customers (created_at);
create index order_lines_with_notes on public.order_lines (venue_id, order_id) where note is not null;
create index feedback_answers_in_words on public.feedback_answers (venue_id, feedback_id) where body is not null;
