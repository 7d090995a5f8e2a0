-- An order equals its lines, its discounts and its ledger when a transaction ends, whoever wrote what: each way to break one
-- of the three and keep the other two, written by the tables' own owner.
begin;
select plan(9);
select tests.fixture();

-- A copy of a row with changes; what an order needs besides is zero.
create function pg_temp.copy(p_table regclass, p_id uuid, p_changes jsonb) returns void language plpgsql as $$
declare
  v_columns text := (select string_agg(quote_ident(a.attname), ', ') from pg_attribute a where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = '');
begin
  execute format('insert into %1$s (%2$s) select %2$s from (select (jsonb_populate_record(t, %3$L)).* from %1$s t where t.id = %4$L) c', p_table, v_columns, p_changes, p_id);
end $$;
create function pg_temp.forge(p_order jsonb, p_line jsonb default '{}') returns void language plpgsql as $$
declare
  v_order uuid := gen_random_uuid();
begin
  perform pg_temp.copy('public.orders', tests.id('later_a1'), '{"number": 999, "subtotal_minor": 100, "tax_minor": 0, "discount_minor": 0, "service_charge_minor": 0, "tip_minor": 0, "total_minor": 100, "paid_minor": 0, "refunded_minor": 0}'
    || jsonb_build_object('id', v_order) || p_order);
  perform pg_temp.copy('public.order_lines', tests.id('later_a1_line1'), '{"unit_price_minor": 100, "options_minor": 0, "quantity": 1, "line_minor": 100, "comp_minor": 0, "discount_minor": 0, "tax_minor": 0}'
    || jsonb_build_object('id', gen_random_uuid(), 'order_id', v_order) || p_line);
end $$;
create function pg_temp.says(p_statement text, p_message text, p_name text) returns text language sql as $$
  select is(case o.state when '00000' then 'nothing' else o.state || ': ' || regexp_replace(o.message, '[0-9a-f]{8}-[0-9a-f-]{27}', '#') end, p_message, p_name) from tests.attempt('postgres', p_statement, true) o
$$;

-- a new order
select pg_temp.says($$select pg_temp.forge('{}')$$, 'nothing', 'an order that equals its one line is possible');
select pg_temp.says($$select pg_temp.forge('{"subtotal_minor": 99, "total_minor": 99}')$$, '23514: order # does not equal the sum of its lines', 'one that costs less than its line is not');
select pg_temp.says($$select pg_temp.forge('{"discount_minor": 40, "total_minor": 60}', '{"discount_minor": 40}')$$, '23514: order # does not equal the sum of its discounts', 'nor one with something taken off by no discount');
select matches((tests.attempt('postgres', $$select pg_temp.forge('{"paid_minor": 100}')$$, true)).message, 'ledger', 'nor one that is paid without a ledger');

-- an order that is there
select pg_temp.says($$update public.orders set subtotal_minor = subtotal_minor + 1, total_minor = total_minor + 1 where id = {later_a1}$$, '23514: order # does not equal the sum of its lines', 'its sums cannot change alone');
select pg_temp.says($$select pg_temp.copy('public.order_lines', {later_a1_line1}, '{"id": "00000000-0000-4000-8000-000000000000", "position": 9}')$$, '23514: order # does not equal the sum of its lines', 'no line joins it alone');
select pg_temp.says($$update public.order_lines set tax_minor = tax_minor - 1 where id = {later_a1_line1}$$, '23514: order # does not equal the sum of its lines', 'none changes alone');
select pg_temp.says($$with l as (update public.order_lines set discount_minor = 10 where id = {later_a1_line1})
  update public.orders set discount_minor = 10, total_minor = total_minor - 10 where id = {later_a1}$$, '23514: order # does not equal the sum of its discounts', 'nothing is taken off by no discount');
select matches((tests.attempt('postgres', 'update public.orders set paid_minor = 1 where id = {later_a1}', true)).message, 'ledger', 'nothing is paid outside the ledger');

select * from finish();
rollback;
