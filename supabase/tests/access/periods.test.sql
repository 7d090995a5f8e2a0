-- Every RPC that is asked for a period, read from the catalog, refuses one that is none, has no end or is too long: with its
-- own code, by whoever may ask.
begin;
select plan(101);
select tests.fixture();
update public.organisations set tier = 'enterprise' where id = tests.id('org_a');

create temporary table asked as
select p.proname::text collate "default" as name, case when p.proargnames[1] = 'p_organisation_id' then tests.id('org_a') else tests.id('venue_a1') end as whose
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.proargnames[2:3] = array['p_from', 'p_until'];
select is((select count(*) from asked), 20::bigint, 'the catalog lists them');

select tests.refused('owner_a', format('%s(%L, %s)', a.name, a.whose, d.days), 'invalid_input', format('%s: %s', a.name, d.days))
from asked a, unnest(array[$$'infinity', 'infinity'$$, $$'-infinity', '2026-03-01'$$, $$'2026-03-02', '2026-03-01'$$, $$'1999-12-31', '2000-01-01'$$, $$'2022-01-01', '2026-03-01'$$]) d (days) order by a.name, d.days;

select * from finish();
rollback;
