-- get_menu: 600 a minute from one address, as the nearest proxy saw it, and never as a caller claims.
begin;
select plan(23);
select tests.fixture();
create function pg_temp.network(p_headers text) returns text language plpgsql as $$
begin
  perform set_config('request.headers', p_headers, true);
  return private.network();
end $$;
create function pg_temp.reading(p_headers text, p_mode text default 'off', p_actor text default 'anon') returns text language plpgsql as $$
begin
  perform tests.act_as(p_actor), set_config('request.headers', p_headers, true);
  if p_mode = 'on' then -- only a subtransaction that fails gives it back
    perform set_config('transaction_read_only', 'on', true), public.get_menu('pgtap-venue-a1');
    raise exception 'read';
  end if;
  perform public.get_menu('pgtap-venue-a1');
  perform set_config('role', 'none', true), set_config('request.headers', '', true);
  return 'ok';
exception when others then
  return sqlerrm;
end $$;

-- whence
select is(pg_temp.network(h), n, coalesce(h, 'nothing')) from (values
  ('', null), ('{}', ''), ('{"x-forwarded-for": "192.0.2.1"}', '192.0.2.1'),
  ('{"x-forwarded-for": "198.51.100.7, 192.0.2.1"}', '192.0.2.1'), -- what a caller claims comes first
  ('{"x-forwarded-for": "198.51.100.7", "cf-connecting-ip": "192.0.2.1"}', '192.0.2.1'),
  ('{"x-forwarded-for": "::ffff:192.0.2.1"}', '192.0.2.1'),
  ('{"cf-connecting-ip": "2001:db8:1:2:3:4:5:6"}', '2001:db8:1:2::'), ('{"cf-connecting-ip": "2001:db8:1:2::9"}', '2001:db8:1:2::'), ('{"cf-connecting-ip": "2001:db8:1:3::9"}', '2001:db8:1:3::')) t (h, n);

-- how many
select is(pg_temp.reading('{"x-forwarded-for": "192.0.2.1"}'), 'ok', 'a guest reads the menu');
update private.rate_limits set used = 599 where scope = 'get_menu' and subject = md5('get_menu|192.0.2.1')::uuid;
select is(pg_temp.reading('{"x-forwarded-for": "192.0.2.1"}'), 'ok', 'the 600th of an address and minute does');
select is(pg_temp.reading(h, 'off', a), 'rate_limited', format('the 601st does not: %s as %s', h, a))
from (values ('{"x-forwarded-for": "192.0.2.1"}', 'anon'), ('{"x-forwarded-for": "198.51.100.8, 192.0.2.1"}', 'anon'), ('{"cf-connecting-ip": "192.0.2.1"}', 'anon'), ('{"x-forwarded-for": "192.0.2.1"}', 'owner_a')) t (h, a);
select is(pg_temp.reading('{"x-forwarded-for": "192.0.2.2"}'), 'ok', 'another address is not held responsible');
select is(pg_temp.reading('{}'), 'ok', 'who comes from nowhere');
update private.rate_limits set used = 600 where scope = 'get_menu' and subject = md5('get_menu|')::uuid;
select is(pg_temp.reading('{}'), 'rate_limited', 'is counted with all who do');
update private.rate_limits set minute = minute - interval '1 minute' where scope = 'get_menu';
select is(pg_temp.reading('{"x-forwarded-for": "192.0.2.1"}'), 'ok', 'the next minute is another');
select is(pg_temp.reading('{"x-forwarded-for": "192.0.2.1"}', 'on'), 'post_required', 'what only reads cannot be counted, and is refused');
select is((select count(*) from private.rate_limits r where r.scope = 'get_menu' and r.subject::text ~ '192'), 0::bigint, 'nobody''s address is kept');

-- what the plan says holds instead
select tests.api_key('site', 'owner_a', 'org_a', '{menu.read}');
update private.rate_limits set used = 600 where scope = 'get_menu';
select is(pg_temp.reading('{"x-forwarded-for": "192.0.2.1"}'), 'rate_limited', 'an address that has read enough');
select is(pg_temp.reading('{"x-forwarded-for": "192.0.2.1"}', 'off', 'site'), 'ok', 'reads on with an API key, by the limit of the plan');

select * from finish();
rollback;
