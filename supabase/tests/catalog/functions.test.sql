-- Contracts over every function, read from the catalogs. The allow-lists are literal: whoever opens a door writes it here, too.
begin;
select plan(30);

create temporary table functions as
select p.oid, n.nspname::text collate "default" as room, p.proname::text collate "default" as name, p.oid::regprocedure::text as signature, p.prosecdef, p.provolatile, p.proconfig, p.prokind,
  l.lanname::text collate "default" as language, p.prosrc, p.prorettype, coalesce(obj_description(p.oid, 'pg_proc'), '') as comment
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang where n.nspname in ('public', 'private', 'request')
  and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e');
create function pg_temp.may(p_role text, p_room text) returns setof text language sql as $$
  select f.name from functions f where f.room = p_room and has_function_privilege(p_role, f.oid, 'execute')
$$;

select cmp_ok((select count(*) from functions where room = 'public'), '>=', 35::bigint, 'at least 35 public functions are read');
select cmp_ok((select count(*) from functions where room = 'private'), '>=', 60::bigint, 'at least 60 private functions are read');

-- who may call what
select is_empty($$select f.signature from functions f, aclexplode(coalesce((select p.proacl from pg_proc p where p.oid = f.oid), acldefault('f', (select p.proowner from pg_proc p where p.oid = f.oid)))) a where a.grantee = 0$$,
  'nobody may call anything just because nobody said no');
select set_eq($$select * from pg_temp.may('anon', 'public')$$, array['get_menu', 'get_venue', 'start_table_session', 'quote_order', 'place_order', 'get_guest_order', 'get_bill', 'start_payment', 'get_session_channel', 'get_feedback_form', 'leave_feedback', 'join_loyalty', 'get_loyalty'], 'guests call these');
select set_eq($$select * from pg_temp.may('authenticated', 'public')$$, array[
  'get_menu', 'get_venue', 'start_table_session', 'quote_order', 'place_order', 'get_guest_order', 'get_bill', 'start_payment', 'get_session_channel',
  'create_organisation', 'create_venue', 'delete_venue', 'invite_member', 'cancel_invitation', 'accept_invitation', 'change_role', 'remove_member', 'get_access_context',
  'set_availability', 'publish_menu', 'rollback_menu', 'diff_menu', 'export_menu', 'import_menu', 'attach_menu_image', 'describe_menu_image', 'order_menu_images', 'remove_menu_image', 'set_menu_image_variants', 'rotate_qr_code', 'open_table_session', 'close_table_session', 'create_qr_codes', 'revoke_qr_code', 'get_qr_sheet',
  'get_floor', 'set_table_state', 'move_table', 'merge_tables', 'unmerge_tables', 'transfer_orders', 'book_reservation', 'assign_reservation',
  'check_in_reservation', 'cancel_reservation', 'add_waiting_party', 'seat_waiting_party', 'leave_waiting_list',
  'place_staff_order', 'amend_order', 'comp_line', 'void_line', 'fire_course', 'get_overdue_orders', 'adjust_stock',
  'transfer_stock', 'set_recipe', 'get_dish_costs', 'open_stocktake', 'count_stock', 'post_stocktake', 'cancel_stocktake', 'get_low_stock', 'propose_purchase_orders',
  'save_purchase_order', 'send_purchase_order', 'receive_purchase_order', 'cancel_purchase_order', 'export_ingredients', 'import_ingredients',
  'advance_tickets', 'get_kitchen_board', 'get_kitchen_boards', 'get_prep_times', 'advance_order', 'cancel_order', 'collect_payment', 'split_bill', 'cancel_bill_split', 'open_drawer', 'pay_into_drawer', 'pay_out_of_drawer', 'close_drawer', 'get_drawers', 'get_drawer_report', 'write_off_order', 'refund_payment', 'advance_ticket', 'get_ledger_balance', 'get_disputes', 'list_quarantined_events', 'resolve_provider_event', 'close_finding',
  'plan_shift', 'change_shift', 'publish_shifts', 'cancel_shift', 'clock_in', 'clock_out', 'correct_time_entry', 'add_time_entry', 'get_timesheet', 'list_members', 'get_staff_performance',
  'get_feedback_form', 'leave_feedback', 'moderate_feedback', 'get_feedback_summary',
  'get_reconciliation_report', 'get_kpis', 'get_organisation_kpis', 'get_top_items', 'get_repeat_guests', 'get_dashboard', 'export_kpis', 'export_item_sales',
  'join_loyalty', 'get_loyalty', 'save_loyalty_programme', 'find_loyalty_account', 'adjust_points', 'get_loyalty_report',
  'export_guest_data', 'erase_guest_data',
  'create_webhook_endpoint', 'update_webhook_endpoint', 'delete_webhook_endpoint', 'rotate_webhook_secret', 'send_test_webhook', 'redeliver_webhook',
  'start_billing_change', 'get_billing_customer', 'start_account_link', 'unlink_account', 'get_payouts',
  'provision_tenant_schema', 'rotate_tenant_password', 'drop_tenant_schema', 'get_tenant_schema',
  'create_api_key', 'rotate_api_key', 'revoke_api_key', 'list_api_keys',
  'begin_assistant_turn', 'continue_assistant_turn', 'finish_assistant_turn', 'get_assistant_summary',
  'use_assistant', 'record_assistant_call', 'propose_change', 'confirm_proposal', 'undo_proposal', 'discard_proposal', 'translate_menu', 'read_menu_files', 'cancel_assistant_job', 'list_open_orders', 'search_menu', 'list_items_without_image', 'list_qr_codes',
  'get_table_revenue', 'list_stock', 'get_team', 'get_schedule', 'compare_kpis', 'get_bottom_items', 'get_item_pairs', 'forecast_demand'], 'members call these');
select set_eq($$select * from pg_temp.may('service_role', 'public')$$, array['request_reconciliation', 'claim_reconciliation', 'release_reconciliation', 'get_missing_events', 'compare_with_provider', 'get_unconfirmed_objects', 'save_reconciliation_page', 'finish_reconciliation', 'get_reconciliation_status',
  'record_provider_event', 'attach_payment', 'confirm_refund', 'cancel_payment', 'relay_outbox', 'claim_jobs', 'finish_job', 'fail_job', 'get_health',
  'apply_subscription', 'finish_billing_change', 'attach_account', 'apply_account', 'refuse_destination', 'get_mail', 'run_venue_job', 'spread_webhook_event', 'claim_webhooks', 'settle_webhook', 'get_removable_objects', 'list_dead_letters', 'replay_dead_letters', 'purge_dead_letters',
  'start_assistant_job', 'take_assistant_job_budget', 'note_assistant_response', 'get_assistant_job', 'finish_assistant_job', 'fail_assistant_job', 'record_ai_event',
  'finish_claim', 'get_payment_check', 'report_payment', 'list_quarantined_events', 'resolve_provider_event', 'close_finding'], 'machines call these');
select set_eq($$select * from pg_temp.may('anon', 'private')$$, array['fail', 'may_listen'], 'of the back room guests'' statements reach the error function, and the policy on what they may listen to');
select set_eq($$select * from pg_temp.may('service_role', 'private')$$, array['fail'], 'machines'' too');
select set_eq($$select * from pg_temp.may('authenticated', 'private')$$, array['fail', 'may_listen', 'venues_with', 'venues_once_with', 'organisations_with', 'organisations_once_with', 'my_venues', 'my_organisations', 'my_loyalty_accounts', 'contradicts_allergens', 'is_opening_hours'], 'members'' policies also ask who they are, and constraints what a tag and an opening hour mean');
select set_eq(format('select * from pg_temp.may(%L, ''request'')', r), array['open', 'enter'], 'every request of ' || r || ' comes by the door for API keys') from unnest(array['anon', 'authenticated', 'service_role']) r;
select is_empty($$select name from functions where room = 'public' group by name having count(*) > 1$$, 'no public function is overloaded: its name says which is meant');
select is_empty($$select signature from functions where room = 'public' and has_function_privilege('anon', oid, 'execute') and has_function_privilege('service_role', oid, 'execute')$$, 'no function is for guests and machines alike');

-- rights and search path
select cmp_ok((select count(*) from functions where prosecdef), '>=', 45::bigint, 'at least 45 definer functions are read');
select is_empty($$select signature from functions where prosecdef and not coalesce(proconfig @> array['search_path=""'], false)$$, 'every definer function has an empty search path');
select set_eq($$select name from functions where not coalesce(proconfig @> array['search_path=""'], false)$$, array['subscription_is_active', 'divide_half_up', 'tax_of', 'is_sale', 'refunds_minor', 'is_low'], 'every other one, too, but for six that are inlined');
select is_empty($$select signature from functions where prosecdef and comment !~ 'Definer'$$, 'every definer function says why it is one');
select is_empty($$select signature from functions where not prosecdef and room = 'public'$$, 'public functions are definers: clients have no tables to work on');
select is_empty($$select signature from functions where prosecdef and (select r.rolname from pg_proc p join pg_roles r on r.oid = p.proowner where p.oid = functions.oid) <> 'postgres'$$, 'with the rights of the database''s owner');

-- comments
select is_empty($$select signature from functions where comment !~ '\.$'$$, 'every function says in a sentence what it does');
select is_empty($$select signature from functions where room = 'public' and comment !~ 'Errors: [a-z]'$$, 'every public one names its errors');

-- volatility and danger
select is_empty($$select signature, m[1] from functions f, regexp_matches(f.prosrc, '(?<![a-z_.])(insert into|update [a-z]+\.|delete from|perform pgmq\.|pgmq\.(send|read|delete)|private\.(emit|store_idempotent|take_rate_limit|take_network_limit|transition_order|replay_idempotent))', 'g') m
  where f.provolatile <> 'v'$$, 'what writes is volatile');
select is_empty($$select signature from functions where provolatile = 'i' and prosrc ~* '(?<![a-z_])(now\(|clock_timestamp|current_|auth\.|from public|from private|random\()'$$, 'what is immutable reads nothing');
select is_empty($$select signature from functions where prosrc ~* 'when others' or prosrc ~* 'execute [^f]' and language = 'plpgsql' and prosrc !~* 'execute format'$$, 'no error is swallowed, no statement is glued together');

-- the way out and the way in: one function calls another host, and one asks for the caller's network address
select set_eq($$select name from functions where prosrc ~* '\m(net\.http|http_(get|post|delete|request)|dblink|pg_read_file|pg_read_server_files)'$$, array['wake_worker'], 'one function alone calls out, to the address that is in the vault');
select set_eq($$select name from functions where prosrc ~* '(forwarded|x-real-ip|cf-connecting|inet_client_addr|remote_addr)'$$, array['network'], 'one function alone reads whence a request comes, as the nearest proxy saw it');
select set_eq($$select name from functions where prosrc ~* '(user|app)_meta'$$, array['list_members', 'get_staff_performance'], 'what users say about themselves is read to show their names, and by nothing else');

-- who acts may be an API key: one function knows
select set_eq($$select name from functions where prosrc ~* '''member''[^;]{0,12}auth\.uid'$$, array['caller'], 'one function alone says that it is a member who acts');

-- locks: an order is placed under a share lock of its session; a key share would let the session close or move meanwhile, and
-- a lock for update would meet the foreign keys of who holds an order already
select is_empty($$select signature from functions where prosrc ~* 'table_sessions [a-z]+\s[^;]*for (key share|update)'$$, 'sessions are locked for share or for no key update, never otherwise');

select * from finish();
rollback;
