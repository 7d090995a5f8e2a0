-- Contracts over every table, read from the catalogs: also over those that are added next year. Each list of exceptions
-- is literal, and each reading has a floor, so that an empty catalog cannot pass.
begin;
select plan(40);

create temporary table relations as
select c.oid, n.nspname::text collate "default" as room, c.relname::text collate "default" as name, c.relkind, c.relrowsecurity
from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm', 'f');
create temporary table columns as
select r.oid, r.room, r.name, a.attname::text collate "default" as column_name, a.attnum, a.attnotnull, format_type(a.atttypid, a.atttypmod) as type
from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped;
create temporary table policies as
select p.polname::text collate "default" as policy, r.name, p.polcmd, p.polroles, p.polqual is not null as has_using, p.polwithcheck is not null as has_check, p.polpermissive from pg_policy p join relations r on r.oid = p.polrelid;
create temporary table foreign_keys as
select k.conname::text as name, k.conrelid, k.confrelid, k.conkey, k.confkey, f.room || '.' || f.name as source, coalesce(t.room || '.' || t.name, k.confrelid::regclass::text) as target
from pg_constraint k join relations f on f.oid = k.conrelid left join relations t on t.oid = k.confrelid where k.contype = 'f';
create temporary table api_roles as select oid, rolname::text collate "default" as role from pg_roles where rolname in ('anon', 'authenticated', 'service_role');

-- floors
select cmp_ok((select count(*) from relations where room = 'public'), '>=', 30::bigint, 'at least 30 public tables are read');
select cmp_ok((select count(*) from relations where room = 'private'), '>=', 12::bigint, 'at least 12 private tables are read');
select cmp_ok((select count(*) from policies), '>=', 40::bigint, 'at least 40 policies are read');
select cmp_ok((select count(*) from foreign_keys), '>=', 60::bigint, 'at least 60 foreign keys are read');
select is((select count(*) from api_roles), 3::bigint, 'the three API roles exist');

-- row-level security
select is_empty($$select name from relations where room = 'public' and relkind in ('r', 'p') and not relrowsecurity$$, 'every public table is under row-level security');
select is_empty($$select name from relations where room = 'public' and relkind not in ('r', 'p')$$, 'there is no view, which would run with its owner''s rights');
select is_empty($$select r.name from relations r where r.room = 'public' and not exists (select 1 from policies p where p.name = r.name)$$, 'every public table has a policy');
select is_empty($$select name, policy from policies where polcmd = '*'$$, 'no policy is "for all"');
select is_empty($$select name, policy from policies where 0 = any (polroles)$$, 'every policy names its role');
select is_empty($$select name, policy from policies where not polpermissive$$, 'none is restrictive: each is read by itself');
select is_empty($$select name, policy from policies where polcmd in ('a', 'w') and not has_check$$, 'what writes has a WITH CHECK');
select is_empty($$select name, policy from policies where polcmd in ('r', 'w', 'd') and not has_using$$, 'what reads, updates or deletes has a USING');
select is_empty($$select p.name, p.policy, r.rolname from policies p, unnest(p.polroles) o join pg_roles r on r.oid = o where r.rolname not in ('anon', 'authenticated')$$, 'policies are for guests and members only');
select set_eq($$select p.name from policies p, api_roles r where r.role = 'anon' and r.oid = any (p.polroles)$$, array['tiers', 'tier_entitlements', 'add_ons'], 'for guests there are three');
-- one call per statement: a helper in a policy stands in a sub-select
select is_empty($$select tablename, policyname from pg_policies where schemaname = 'public' and (coalesce(qual, '') || coalesce(with_check, '')) ~ '(private\.|auth\.uid)'
  and regexp_replace(coalesce(qual, '') || coalesce(with_check, ''), '\( ?SELECT (private|auth)\.', '', 'g') ~ '(private\.|auth\.uid)'$$, 'each policy asks its helper once per statement');
-- a grant and a policy belong together
select is_empty($$select r.name, x.cmd from relations r, (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')) x (polcmd, cmd)
  where r.room = 'public' and (case when x.cmd = 'delete' then has_table_privilege('authenticated', r.oid, x.cmd) else has_any_column_privilege('authenticated', r.oid, x.cmd) end)
    is distinct from exists (select 1 from policies p where p.name = r.name and p.polcmd = x.polcmd::"char")$$, 'what a policy lets through is granted, and what is granted has a policy');

-- privileges
select set_eq($$select r.name, p.privilege from relations r, unnest(array['select', 'insert', 'update', 'references']) p (privilege) where has_any_column_privilege('anon', r.oid, p.privilege)$$,
  $$values ('tiers', 'select'), ('tier_entitlements', 'select'), ('add_ons', 'select')$$, 'guests may read three tables, in both rooms together');
select is_empty($$select r.name, p.privilege from relations r, unnest(array['select', 'insert', 'update', 'references']) p (privilege) where has_any_column_privilege('service_role', r.oid, p.privilege)$$, 'the service role has no column of any table');
select is_empty($$select r.name, a.role from relations r, api_roles a where a.role <> 'authenticated' and has_table_privilege(a.role, r.oid, 'delete')$$, 'neither guests nor machines delete a row');
select is_empty($$select r.name, a.role, p.privilege from relations r, api_roles a, unnest(array['truncate', 'references', 'trigger']) p (privilege) where has_table_privilege(a.role, r.oid, p.privilege)$$,
  'no API role may truncate, refer to or put a trigger on a table');
select is_empty($$select r.name, a.role from relations r, api_roles a where r.room = 'private' and has_table_privilege(a.role, r.oid, 'select, insert, update, delete, truncate, references, trigger')$$, 'no API role has any privilege on a private table');
select is_empty($$select role from api_roles where has_schema_privilege(role, 'private', 'usage') or has_schema_privilege(role, 'private', 'create')$$, 'no API role enters the private schema');
select is_empty($$select role, s from api_roles, unnest(array['public', 'request', 'pgmq', 'cron']) s where has_schema_privilege(role, s, 'create') or (s not in ('public', 'request') and has_schema_privilege(role, s, 'usage'))$$,
  'none creates in public or beside it, or enters the queues or the clocks');
select is_empty($$select s.relname, a.role from pg_class s join pg_namespace n on n.oid = s.relnamespace, api_roles a where n.nspname in ('public', 'private', 'pgmq') and s.relkind = 'S' and has_sequence_privilege(a.role, s.oid, 'usage, select, update')$$,
  'no API role uses a sequence');
select is_empty($$select c.name, c.column_name, a.role from columns c, api_roles a where has_column_privilege(a.role, c.oid, c.attnum, 'update') and c.column_name in ('id', 'venue_id', 'organisation_id', 'user_id', 'created_at', 'updated_at', 'role', 'tier', 'status', 'on_hand')
    or c.column_name ~ '_hash$' and has_column_privilege(a.role, c.oid, c.attnum, 'select, insert, update')$$, 'no client moves a row to another tenant, or writes its identity, times, role, plan or status, or sees the hash of a secret');

-- the doors that are open by column, each named: what is not here is written by nobody but the database
select set_eq($$select r.name, p.privilege, string_agg(c.column_name, ' ' order by c.column_name) from relations r cross join unnest(array['select', 'insert', 'update']) p (privilege) join columns c on c.oid = r.oid
    where not has_table_privilege('authenticated', r.oid, p.privilege) and has_column_privilege('authenticated', r.oid, c.attnum, p.privilege) group by r.name, p.privilege$$,
  $$values ('discounts', 'insert', 'amount_minor category_id code ends_on from_time is_active is_stackable max_uses menu_item_id name percent_bp starts_on until_time venue_id weekdays'),
    ('discounts', 'update', 'amount_minor category_id code ends_on from_time is_active is_stackable max_uses menu_item_id name percent_bp starts_on until_time weekdays'),
    ('feedback_questions', 'insert', 'choices kind position prompt venue_id'),
    ('feedback_questions', 'update', 'is_active position'),
    ('ingredients', 'insert', 'cost_per_1000_minor name par_level reorder_level supplier_id unit venue_id'),
    ('ingredients', 'update', 'cost_per_1000_minor name par_level reorder_level supplier_id'),
    ('invitations', 'select', 'accepted_by created_at email expires_at id invited_by organisation_id role status updated_at venue_id'),
    ('kitchen_stations', 'insert', 'kind name venue_id'),
    ('kitchen_stations', 'update', 'is_active name'),
    ('loyalty_accounts', 'select', 'created_at id points used_at venue_id'),
    ('loyalty_movements', 'select', 'account_id created_at id kind order_id points reason venue_id'),
    ('menu_categories', 'update', 'name position station_id'),
    ('menu_item_modifier_groups', 'update', 'position'),
    ('menu_items', 'update', 'allergens archived_at category_id description dietary_tags is_available name position price_minor spice station_id tax_rate_bp'),
    ('menu_translations', 'insert', 'category_id description group_id image_id locale menu_item_id name option_id venue_id'),
    ('menu_translations', 'update', 'description name'),
    ('modifier_groups', 'update', 'max_choices min_choices name'),
    ('modifier_options', 'update', 'group_id is_available name position price_delta_minor'),
    ('option_recipe_lines', 'update', 'quantity'),
    ('qr_codes', 'select', 'created_at id kind revoked_at table_id venue_id'),
    ('recipe_lines', 'update', 'quantity'),
    ('suppliers', 'insert', 'email name phone venue_id'),
    ('suppliers', 'update', 'email name phone'),
    ('tables', 'insert', 'area label seats venue_id'),
    ('tables', 'update', 'area is_active label seats'),
    ('venues', 'update', 'address allows_negative_stock cash_needs_drawer cleaning_minutes collection_pays_at_till country day_starts_at hold_minutes locale name no_show_minutes opening_hours overdue_minutes postcode prices_include_tax revives_late_orders service_charge_bp service_type timezone turn_minutes venue_type')$$, 'members reach these columns of tables that they do not reach as a whole');

-- keys
select is_empty($$select f.source, f.name from foreign_keys f where not exists (
    select 1 from pg_constraint k where k.conrelid = f.conrelid and k.conname = f.name and obj_description(k.oid, 'pg_constraint') ~ 'Advisor unindexed_foreign_keys: .'
    union all
    select 1 from pg_index i where i.indrelid = f.conrelid and i.indisvalid and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ ' IS NOT NULL\)$')
      and (select array_agg(k order by k) from unnest((i.indkey::smallint[])[0:cardinality(f.conkey) - 1]) k) = (select array_agg(k order by k) from unnest(f.conkey) k))$$,
  'every foreign key has an index whose leading columns are its own, or says why not');
create temporary table tenants as
select r.oid, r.room || '.' || r.name as name, (select c.attnum from columns c where c.oid = r.oid and c.column_name = case r.name when 'venues' then 'id' else 'venue_id' end) as venue,
  (select c.attnum from columns c where c.oid = r.oid and c.column_name = case r.name when 'organisations' then 'id' else 'organisation_id' end) as organisation from relations r;
select cmp_ok((select count(*) from foreign_keys f join tenants s on s.oid = f.conrelid join tenants t on t.oid = f.confrelid where s.venue is not null and t.venue is not null), '>=', 40::bigint, 'at least 40 foreign keys between a venue''s tables are read');
select is_empty($$select f.source, f.name, f.target from foreign_keys f join tenants s on s.oid = f.conrelid join tenants t on t.oid = f.confrelid
  where s.venue is not null and t.venue is not null and not exists (select 1 from generate_subscripts(f.conkey, 1) i where f.conkey[i] = s.venue and f.confkey[i] = t.venue)$$,
  'every foreign key between a venue''s tables carries the venue: no row points into another');
select is_empty($$select f.source, f.name, f.target from foreign_keys f join tenants s on s.oid = f.conrelid join tenants t on t.oid = f.confrelid
  where s.organisation is not null and t.organisation is not null and not exists (select 1 from generate_subscripts(f.conkey, 1) i where f.conkey[i] = s.organisation and f.confkey[i] = t.organisation or f.conkey[i] = s.venue and f.confkey[i] = t.venue)$$,
  'every foreign key between an organisation''s tables carries the organisation or its venue');
select set_eq($$select t.name from tenants t join relations r on r.oid = t.oid where not exists (select 1 from columns c where c.oid = t.oid and c.attnotnull and c.attnum in (t.venue, t.organisation))$$,
  array['public.roles', 'public.permissions', 'public.role_permissions', 'public.tiers', 'public.tier_entitlements', 'public.add_ons', 'public.menu_labels', 'public.units', 'public.webhook_event_types', -- the same for everybody
    'private.errors', 'private.permission_roles', 'private.order_transitions', 'private.queues', 'private.outbox_routes', 'private.guest_tables', 'private.personal_data', 'private.tenant_views', 'private.assistant_guardrails', 'private.assistant_changes', 'private.outbox', 'private.provider_events', 'private.ai_events', 'private.reconciliation_runs', 'private.reconciliation_seen', 'private.balance_transactions', 'private.application_fees', 'private.rate_limits', 'private.rollup_watermark',
    'private.idempotency_keys' /* scope_id is the tenant */, 'private.ledger_entries' /* through its transaction */, 'private.audit_events' /* either, by what was changed */, 'private.reconciliation_findings' /* nobody's, when nothing says whose */],
  'every other table says whose it is, and never null');
select is_empty($$select r.room, r.name from relations r where not exists (select 1 from pg_constraint k where k.conrelid = r.oid and k.contype = 'p')$$, 'every table has a primary key');

-- types and names
select cmp_ok((select count(*) from columns where column_name ~ '_minor$'), '>=', 20::bigint, 'at least 20 amounts of money are read');
select is_empty($$select name, column_name, type from columns where column_name ~ '_minor$' and type <> 'bigint'$$, 'money is bigint');
select is_empty($$select name, column_name, type from columns where column_name ~ '(price|amount|total|cost|fee|tip|paid|refunded|charge|balance)' and type ~ '^(bigint|integer|smallint|numeric|real|double|money)' and column_name !~ '(_minor|_micro|_bp|_at)$'$$, 'what sounds like money is named _minor, or _micro where a millionth is a lot');
select is_empty($$select name, column_name, type from columns where column_name ~ '_micro$' and type <> 'bigint'$$, 'and that is bigint, too');
select is_empty($$select name, column_name, type from columns where type ~ '^(real|double|money)'$$, 'nothing is a float');
select is_empty($$select name, column_name, type from columns where type ~ 'timestamp' and type !~ 'with time zone' or column_name ~ '_at$' and type <> 'timestamp with time zone' and column_name <> 'day_starts_at'$$, 'every instant has its time zone');
select is_empty($$select room, name from relations where coalesce(trim(obj_description(oid, 'pg_class')), '') !~ '\.$'$$, 'every table says in a sentence what it is');

select * from finish();
rollback;
