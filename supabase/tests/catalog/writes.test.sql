-- What no write may do and what every write leaves behind, whoever writes: each CHECK constraint is broken once, each unique key met twice, each change
-- is stamped and recorded, history stays as it is, and no update moves a row to where its writer may not write. The
-- constraints, the tables and the policies come from the catalog: a new one is in the lists below, or an assertion fails.
-- In a breach "LONG" stands for a text of 3,000 characters and "SOME" for an id.
begin;
select tests.fixture();

-- a row in every table that has a constraint
select tests.start_payment('open', 'guest_a1', 'waiting_a1'), tests.call('service_role', 'confirm_refund({refund_a1}, ''succeeded'', ''re_1'')'), tests.call('anon', 'get_session_channel({$guest_a1})');
select tests.call('owner_a', $$book_reservation({venue_a1}, 'a', now(), 2, 'Ada')$$), tests.call('owner_a', $$add_waiting_party({venue_a1}, 'b', 2, 'Bob', 10)$$), private.close_due_days(now() + interval '1 day');
select tests.insert('french', 'owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'fr', {cola_a1}, 'Coca')$$), tests.call('owner_a', 'publish_menu({venue_a1})');
select tests.insert('discount', 'owner_a', $$insert into public.discounts (venue_id, name, code, percent_bp) values ({venue_a1}, 'Ten', 'TEN', 1000)$$),
  tests.place('discounted', 'guest_a1', 'table', 'pay_later', 'cola_a1', '{"discount_code": "TEN"}');
select tests.insert('farm', 'owner_a', $$insert into public.suppliers (venue_id, name) values ({venue_a1}, 'Farm')$$),
  tests.call('owner_a', 'insert into public.option_recipe_lines (venue_id, option_id, ingredient_id, quantity) values ({venue_a1}, {cheese_a1}, {beef_a1}, 1)'),
  tests.call('owner_a', format('count_stock(%L, %L)', tests.call('owner_a', 'open_stocktake({venue_a1})') ->> 'stocktake_id', l.line)), tests.call('owner_a', format('save_purchase_order({venue_a1}, {farm}, %L)', l.line))
from (select jsonb_build_array(jsonb_build_object('ingredient_id', tests.id('beef_a1'), 'quantity', 1)) as line) l;
with k as (insert into private.api_keys (organisation_id, name, scopes) values (tests.id('org_a'), 'Writes', '{orders.read}') returning *)
insert into private.api_key_secrets (secret_hash, organisation_id, api_key_id, hint) select '\x00', k.organisation_id, k.id, 'servio_' from k;
insert into private.tenant_schemas (organisation_id, schema_name) values (tests.id('org_a'), 'tenant_pgtap_writes');
insert into private.reconciliation_runs (requested_by, window_from, window_to, finished_at, outcome) values ('clock', now() - interval '1 hour', now(), now(), 'clean');
insert into private.reconciliation_runs (requested_by, window_from, window_to) values ('clock', now() - interval '1 hour', now());
insert into private.reconciliation_findings (kind, subject, organisation_id, venue_id, payment_id, detail) select 'payment_missing_there', 'pi_1', p.organisation_id, p.venue_id, p.id, '{}' from public.payments p limit 1;
insert into private.reconciliation_findings (kind, subject, organisation_id, venue_id, detail, resolved_at) values ('payment_paid_twice', 'pi_2', tests.id('org_a'), tests.id('venue_a1'), '{}', now());
insert into private.balance_transactions (id, category, amount_minor, currency, fee_minor, net_minor, balance_currency, created_at) values ('txn_1', 'charge', 1, 'GBP', 0, 1, 'GBP', now());
insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, transfer_id, stocktake_id) values (tests.id('venue_a1'), tests.id('beef_a1'), 'transfer', 1, gen_random_uuid(), null),
  (tests.id('venue_a1'), tests.id('beef_a1'), 'stocktake', 1, null, (select s.id from public.stocktakes s where s.venue_id = tests.id('venue_a1')));
select tests.call('owner_a', $$plan_shift({venue_a1}, {server_a1}, now(), now() + interval '1 hour')$$), tests.call('server_a1', 'clock_in({venue_a1})'),
  tests.insert('question', 'owner_a', $$insert into public.feedback_questions (venue_id, kind, prompt) values ({venue_a1}, 'stars', 'How?')$$);
update public.orders set status = 'completed' where id = tests.id('later_a1');
select tests.call('anon', format('leave_feedback({$guest_a1}, {later_a1}, %L)', jsonb_build_array(jsonb_build_object('question_id', tests.id('question'), 'answer', 5))));

insert into private.billing_alerts (organisation_id, template) values (tests.id('org_a'), 'read_only');
insert into public.billing_customers (organisation_id, provider_reference) values (tests.id('org_a'), 'cus_a');
insert into public.connected_accounts (organisation_id, provider_reference) values (tests.id('org_a'), 'acct_a');
update public.payments set destination = 'acct_a', application_fee_minor = 5 where id = tests.id('online_a1');
select private.post_transfer(p) from public.payments p where p.id = tests.id('online_a1');
insert into public.billing_changes (organisation_id, kind, request, steps) values (tests.id('org_a'), 'cancel', '{}', '{}');
insert into public.subscriptions (organisation_id, provider_reference, status, tier, items, currency, billing_interval, current_period_ends_at, cancel_at_period_end, started_at, seen_at)
values (tests.id('org_a'), 'sub_a', 'active', 'starter', '{}', 'GBP', 'month', now(), false, now(), now());
insert into public.subscription_events (organisation_id, subscription_id, after) select s.organisation_id, s.id, '{}' from public.subscriptions s;
insert into public.assistant_proposals (organisation_id, venue_id, actor_id, tool, arguments, before, after, impact, measured, hash) values (tests.id('org_a'), tests.id('venue_a1'), tests.id('owner_a'), 'publish_menu', '{}', '{}', '{}', '{}', 1, '\x00');
with c as (insert into public.assistant_conversations (organisation_id, venue_id, actor_id) values (tests.id('org_a'), tests.id('venue_a1'), tests.id('owner_a')) returning *),
  m as (insert into public.assistant_messages (venue_id, actor_id, conversation_id, said_by, text) select c.venue_id, c.actor_id, c.id, 'person', 'Hello' from c)
insert into private.assistant_turns (organisation_id, venue_id, actor_id, conversation_id, day, key_hash, model, prompt_sha256, held_tokens, held_cost_micro) select c.organisation_id, c.venue_id, c.actor_id, c.id, '2026-01-01', '\x00', 'model-1', '\x00', 1, 1 from c;
insert into private.assistant_usage (organisation_id, day) values (tests.id('org_a'), '2026-01-01');
insert into public.assistant_calls (organisation_id, venue_id, actor_id, tool, arguments, outcome, rows_touched, latency_ms) values (tests.id('org_a'), tests.id('venue_a1'), tests.id('owner_a'), 'search_menu', '{}', 'ok', 1, 1);
insert into public.assistant_jobs (id, organisation_id, venue_id, actor_id, kind, arguments, status, reason, response_id, finished_at) values (tests.keep('job', gen_random_uuid()), tests.id('org_a'), tests.id('venue_a1'), tests.id('owner_a'), 'read_menu', '{}', 'requested', null, null, null),
  (gen_random_uuid(), tests.id('org_a'), tests.id('venue_a1'), tests.id('owner_a'), 'read_menu', '{}', 'failed', 'x', 'resp_1', now());
insert into private.assistant_delegations (job_id, venue_id, person_id, permission) values (tests.id('job'), tests.id('venue_a1'), tests.id('owner_a'), 'menu.edit');
insert into private.ai_events (event_id, type, outcome, created_at) values ('evt_1', 'x', 'ignored', now());
insert into private.notices (venue_id, user_id, template, about) values (tests.id('venue_a1'), tests.id('owner_a'), 'daily_close', '{}');
insert into public.menu_item_images (venue_id, menu_item_id, path, alt, position, width, height, byte_size, mime_type) values (tests.id('venue_a1'), tests.id('cola_a1'), concat_ws('/', tests.id('venue_a1'), tests.id('cola_a1'), 'x.png'), 'Cola', 1, 1, 1, 1, 'image/png');
insert into public.menu_image_variants (path, venue_id, image_id, width, height, byte_size, mime_type) select m.path || '2', m.venue_id, m.id, 1, 1, 1, 'image/png' from public.menu_item_images m;
insert into public.loyalty_programmes (venue_id, name, is_active, earn_points, earn_per_minor, point_value_minor, min_redeem_points, expires_after_days) values (tests.id('venue_a1'), 'Points', true, 1, 100, 5, 1, 365);
insert into public.loyalty_accounts (id, venue_id, user_id) values (tests.keep('account', gen_random_uuid()), tests.id('venue_a1'), tests.id('stranger'));
insert into private.loyalty_cards (account_id, venue_id, card_hash) values (tests.id('account'), tests.id('venue_a1'), '\x00');
insert into public.order_loyalty (venue_id, order_id, account_id, earn_points, earn_per_minor, point_value_minor, redeemed_points) values (tests.id('venue_a1'), tests.id('till_a1'), tests.id('account'), 1, 100, 5, 5);
insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id, step) values (tests.id('venue_a1'), tests.id('account'), 'earn', 10, tests.id('till_a1'), 1);
insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id, step) values (tests.id('venue_a1'), tests.id('account'), 'redeem', -5, tests.id('till_a1'), 2);
insert into public.webhook_endpoints (id, organisation_id, url, event_types) values (tests.keep('hook', gen_random_uuid()), tests.id('org_a'), 'https://hooks.example/', '{order.placed}');
insert into private.webhook_secrets (id, organisation_id, endpoint_id) values (gen_random_uuid(), tests.id('org_a'), tests.id('hook'));
insert into public.webhook_events (id, organisation_id, type, sequence, data, created_at) values (tests.keep('told', gen_random_uuid()), tests.id('org_a'), 'order.placed', 1, '{}', now());
insert into public.webhook_deliveries (organisation_id, endpoint_id, event_id) values (tests.id('org_a'), tests.id('hook'), tests.id('told'));
with t as (insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, provider_reference) select p.organisation_id, p.venue_id, p.currency, 'fee', p.order_id, p.id, 'txn_writes' from public.payments p where p.id = tests.id('online_a1') returning id)
  insert into private.ledger_entries (transaction_id, account, amount_minor) select t.id, e.account, e.amount from t, (values ('provider_fees', 20), ('provider', -20)) e (account, amount);
select tests.call('service_role', tests.event_call('evt_du', 'charge.dispute.created', tests.dispute('du_writes', 'online_a1')));
select private.claim_idempotent(tests.id('venue_a1'), 'user:1', 'test', 'claimed', '{}', '1 minute') ? 'claim_id';
insert into private.provider_checks (kind, subject_id, venue_id) values ('payment', tests.id('open'), tests.id('venue_a1'));
set constraints all immediate;
set constraints all deferred;
select tests.call('owner_a', $$open_drawer({venue_a1}, 'Bar', 100, 'k')$$), tests.call('owner_a', $$split_bill('{"method": "equal", "shares": 2}', 'k', {discounted})$$);
select tests.call('owner_a', format('collect_payment({discounted}, ''cash'', %s, ''share'', 0, null, null, %L)', s.amount_minor, s.id)) from public.bill_shares s where s.number = 1;
set constraints all immediate;
set constraints all deferred;

-- a copy of a real row with one thing wrong: refused by that constraint and no other, although the table's owner writes it
create temporary table breaches (relation text, name text, wrong text, which text default 'true');
insert into breaches values
  ('private.errors', 'code_is_snake_case', '{"code": "No"}'), ('private.errors', 'status_is_a_refusal', '{"http_status": 200}'), ('private.audit_events', 'action_is_a_change', '{"action": "look"}'),
  ('private.reconciliation_runs', 'requester_is_known', '{"requested_by": "guest"}'), ('private.reconciliation_runs', 'window_has_a_length', '{"window_to": "2000-01-01"}'),
  ('private.reconciliation_runs', 'step_is_known', '{"step": "dance"}'), ('private.reconciliation_runs', 'outcome_is_known', '{"outcome": "fine"}'),
  ('private.reconciliation_runs', 'finished_means_an_outcome', '{"finished_at": "2026-01-01", "outcome": null}'), ('private.reconciliation_runs', 'a_lease_has_a_worker', '{"worker": "SOME"}'),
  ('private.reconciliation_findings', 'kind_is_known', '{"kind": "mood"}'), ('private.reconciliation_findings', 'whose_it_is_is_known_as_a_whole', '{"organisation_id": null}'),
  ('private.reconciliation_findings', 'closed_means_why', '{"closed_at": "2026-01-01"}'),
  ('private.reconciliation_findings', 'it_is_seen_before_it_is_resolved', '{"last_seen_at": "2000-01-01"}'),
  ('public.roles', 'rank_is_positive', '{"rank": 0}'),
  ('public.organisations', 'name_is_short_text', '{"name": " "}'), ('public.organisations', 'past_due_has_a_start', '{"subscription_status": "past_due", "past_due_since": null}'),
  ('public.organisations', 'slug_is_url_safe', '{"slug": "No!"}'), ('public.organisations', 'subscription_status_is_known', '{"subscription_status": "lost", "past_due_since": null}'),
  ('public.venues', 'cleaning_is_plausible', '{"cleaning_minutes": 121}'), ('public.venues', 'currency_is_iso_4217', '{"currency": "gbp"}'), ('public.venues', 'day_starts_in_the_morning', '{"day_starts_at": "12:00"}'),
  ('public.venues', 'hold_is_plausible', '{"hold_minutes": 241}'), ('public.venues', 'name_is_short_text', '{"name": "LONG"}'), ('public.venues', 'no_show_is_plausible', '{"no_show_minutes": 4}'), ('public.venues', 'overdue_is_within_half_a_day', '{"overdue_minutes": 721}'),
  ('public.venues', 'service_charge_is_at_most_a_quarter', '{"service_charge_bp": 2501}'), ('public.venues', 'service_type_is_known', '{"service_type": "drive_in"}'), ('public.venues', 'slug_is_url_safe', '{"slug": "a--b"}'),
  ('public.venues', 'turn_is_plausible', '{"turn_minutes": 14}'), ('public.venues', 'venue_type_is_known', '{"venue_type": "ship"}'),
  ('public.venues', 'address_is_short_text', '{"address": " "}'), ('public.venues', 'postcode_is_short_text', '{"postcode": " "}'), ('public.venues', 'country_is_iso_3166', '{"country": "gb"}'),
  ('public.venues', 'opening_hours_are_periods_of_the_week', '{"opening_hours": {"mon": "always"}}'),
  ('public.payments', 'write_offs_have_an_author_and_a_reason', '{"reason": "x"}'), ('private.notices', 'template_is_known', '{"template": "poem"}'),
  ('public.add_ons', 'price_is_not_negative', '{"monthly_price_minor": -1}'), ('public.add_ons', 'it_adds_something', '{"max_count": 0}'), ('private.billing_alerts', 'template_is_known', '{"template": "poem"}'),
  ('public.subscriptions', 'status_is_known', '{"status": "lost"}'), ('public.subscriptions', 'past_due_has_a_start', '{"status": "past_due"}'), ('public.subscriptions', 'next_plan_is_another', '{"next_tier": "starter"}'),
  ('public.connected_accounts', 'reference_is_an_account', '{"provider_reference": "cus_a"}'), ('public.connected_accounts', 'only_what_was_seen_takes_charges', '{"charges_enabled": true}'), ('public.connected_accounts', 'only_what_is_gone_is_closed', '{"closed_at": "2026-01-01"}'),
  ('private.application_fees', 'currency_is_iso_4217', '{"currency": "gbp"}'), ('private.application_fees', 'rate_is_a_part_of_the_payment', '{"basis_points": 10001}'),
  ('public.billing_changes', 'kind_is_known', '{"kind": "wish"}'), ('public.billing_changes', 'status_is_known', '{"status": "lost"}'),
  ('public.memberships', 'owners_own_the_whole_organisation', '{"role": "owner", "venue_id": "SOME"}'),
  ('public.invitations', 'email_is_lower_case', '{"email": "A@example.test"}'), ('public.invitations', 'owners_own_the_whole_organisation', '{"role": "owner", "venue_id": "SOME"}'), ('public.invitations', 'status_is_known', '{"status": "lost"}'),
  ('public.tiers', 'price_is_not_negative', '{"monthly_price_minor": -1}'), ('public.tier_entitlements', 'max_count_is_not_negative', '{"max_count": -1}'),
  ('public.kitchen_stations', 'expo_is_always_active', '{"kind": "expo", "is_active": false}'), ('public.kitchen_stations', 'kind_is_known', '{"kind": "sushi"}'), ('public.kitchen_stations', 'name_is_short_text', '{"name": ""}'),
  ('public.menu_categories', 'name_is_short_text', '{"name": " "}'),
  ('public.menu_items', 'description_is_bounded', '{"description": "LONG"}'), ('public.menu_items', 'name_is_short_text', '{"name": " "}'), ('public.menu_items', 'price_is_plausible', '{"price_minor": -1}'), ('public.menu_items', 'spice_is_a_level', '{"spice": 4}'),
  ('public.menu_items', 'tags_do_not_contradict_allergens', '{"allergens": ["milk"], "dietary_tags": ["vegan"]}'), ('public.menu_items', 'tax_rate_is_a_share', '{"tax_rate_bp": 10001}'),
  ('public.modifier_groups', 'choices_are_a_range', '{"min_choices": 2, "max_choices": 1}'), ('public.modifier_groups', 'name_is_short_text', '{"name": " "}'),
  ('public.modifier_options', 'delta_is_plausible', '{"price_delta_minor": 100000001}'), ('public.modifier_options', 'name_is_short_text', '{"name": " "}'),
  ('public.menu_versions', 'restored_version_is_older', '{"restored_from": 2, "version": 2}'), ('public.menu_versions', 'version_counts_from_one', '{"version": 0, "restored_from": null}'),
  ('public.tables', 'area_is_short_text', '{"area": "LONG"}'), ('public.tables', 'blocked_reason_is_short_text', '{"blocked_reason": " "}'), ('public.tables', 'label_is_short_text', '{"label": " "}'),
  ('public.tables', 'no_table_leads_itself', '{"id": "SOME", "merged_into": "SOME"}'), ('public.tables', 'seats_are_plausible', '{"seats": 0}'),
  ('public.qr_codes', 'counter_codes_have_no_table', '{"kind": "counter", "table_id": "SOME"}'), ('public.qr_codes', 'kind_is_known', '{"kind": "wall", "table_id": "SOME"}'),
  ('public.table_sessions', 'closes_after_it_opens', '{"opened_at": "2026-01-02", "closed_at": "2026-01-01"}'), ('private.guest_devices', 'kind_is_known', '{"kind": "drone"}'),
  ('public.ingredients', 'cost_is_plausible', '{"cost_per_1000_minor": -1}'), ('public.ingredients', 'name_is_short_text', '{"name": " "}'), ('public.ingredients', 'par_level_is_positive', '{"par_level": 0}'),
  ('public.ingredients', 'reorder_level_is_below_par', '{"par_level": 1, "reorder_level": 2}'), ('public.ingredients', 'unit_is_known', '{"unit": "stone"}'), ('public.recipe_lines', 'quantity_is_positive', '{"quantity": 0}'),
  ('public.stock_movements', 'counts_belong_to_a_stocktake', '{"kind": "stocktake", "stocktake_id": null}'), ('public.stock_movements', 'deliveries_are_received', '{"kind": "adjust", "stocktake_id": null, "purchase_order_line_id": "SOME"}'),
  ('public.stock_movements', 'kind_is_known', '{"kind": "gift", "stocktake_id": null, "purchase_order_line_id": null}'), ('public.stock_movements', 'sales_belong_to_a_line', '{"kind": "sale", "order_line_id": null, "stocktake_id": null}'),
  ('public.stock_movements', 'sign_fits_the_kind', '{"kind": "receive", "quantity": -1, "stocktake_id": null}'), ('public.stock_movements', 'transfers_have_two_sides', '{"kind": "transfer", "quantity": 1, "transfer_id": null, "stocktake_id": null}'),
  ('public.orders', 'amounts_are_not_negative', '{"tip_minor": -1}'), ('public.orders', 'discount_is_at_most_the_subtotal', '{"subtotal_minor": 100, "discount_minor": 101}'), ('public.orders', 'fulfilment_is_known', '{"fulfilment": "moon"}'),
  ('public.orders', 'only_pay_now_waits_for_payment', '{"payment_mode": "pay_later", "status": "expired"}'), ('public.orders', 'payment_mode_is_known', '{"payment_mode": "barter", "status": "placed"}'),
  ('public.orders', 'refunds_are_at_most_payments', '{"paid_minor": 1, "refunded_minor": 2}'), ('public.orders', 'source_is_known', '{"source": "pigeon"}'), ('public.orders', 'status_is_known', '{"status": "lost"}'), ('public.orders', 'total_is_the_sum_of_its_parts', '{"total_minor": 7}'),
  ('public.order_lines', 'comp_is_within_the_line', '{"comp_minor": -1}'), ('public.order_lines', 'course_is_in_range', '{"course": 10}'), ('public.order_lines', 'discount_is_within_the_line', '{"discount_minor": -1}'),
  ('public.order_lines', 'line_is_price_times_quantity', '{"unit_price_minor": 5, "options_minor": 0, "quantity": 1, "line_minor": 6, "discount_minor": 0}'),
  ('public.order_lines', 'quantity_is_in_range', '{"unit_price_minor": 1, "options_minor": 0, "quantity": 100, "line_minor": 100, "discount_minor": 0}'), ('public.order_lines', 'tax_is_within_the_line', '{"tax_minor": -1}'),
  ('public.order_discounts', 'it_adds_nothing', '{"amount_minor": -1}'), ('public.order_events', 'action_is_known', '{"action": "danced"}'), ('public.order_events', 'actor_kind_is_known', '{"actor_kind": "robot"}'),
  ('public.order_events', 'only_moves_change_the_status', '{"action": "amended", "from_status": "placed", "to_status": "ready"}'), ('public.order_customers', 'texts_are_bounded', '{"name": "LONG"}'),
  ('private.ledger_transactions', 'currency_is_iso_4217', '{"currency": "gbp"}'), ('private.ledger_transactions', 'kind_is_known', '{"kind": "gift", "refund_id": null}'), ('private.ledger_transactions', 'refunds_name_their_refund', '{"kind": "refund", "refund_id": null}'),
  ('private.ledger_transactions', 'disputes_name_their_dispute', '{"dispute_id": "SOME"}'), ('private.ledger_transactions', 'fees_name_their_movement', '{"kind": "fee"}'),
  ('private.ledger_transactions', 'only_fees_and_disputes_name_a_movement', '{"provider_reference": "txn_1"}'),
  ('private.ledger_transactions', 'only_the_drawer_moves_without_a_payment', '{"payment_id": null}'), ('private.ledger_transactions', 'only_the_drawer_moves_without_an_order', '{"order_id": null}'),
  ('private.ledger_entries', 'account_is_known', '{"account": "sock"}'), ('private.ledger_entries', 'amount_is_not_zero', '{"amount_minor": 0}'),
  ('public.payments', 'amount_is_positive', '{"amount_minor": 0}'), ('public.payments', 'cash_covers_the_amount', '{"amount_minor": 10, "tendered_minor": 9}'), ('public.payments', 'method_is_known', '{"method": "barter", "tendered_minor": null}'),
  ('public.payments', 'online_means_a_provider', '{"method": "online", "provider": null}'), ('public.payments', 'only_online_payments_wait', '{"method": "cash", "provider": null, "provider_reference": null, "destination": null, "application_fee_minor": 0, "reversal_claimed_minor": 0, "status": "pending"}'),
  ('public.payments', 'only_online_payments_go_elsewhere', '{"method": "cash", "provider": null, "provider_reference": null, "destination": "acct_a", "status": "succeeded", "settled_at": "2026-01-01", "reason": null}'),
  ('public.payments', 'our_fee_is_part_of_what_goes_elsewhere', '{"destination": null, "application_fee_minor": 1}'), ('public.payments', 'reversals_fit_into_what_went_elsewhere', '{"reversal_claimed_minor": -1}'),
  ('public.payments', 'refunds_fit_into_the_payment', '{"refund_claimed_minor": -1}'), ('public.payments', 'settled_means_succeeded', '{"status": "succeeded", "settled_at": null}'),
  ('public.payments', 'status_is_known', '{"method": "online", "provider": "stripe", "tendered_minor": null, "status": "lost", "settled_at": null}'), ('public.payments', 'tip_is_part_of_the_amount', '{"tip_minor": -1}'),
  ('public.refunds', 'amount_is_positive', '{"amount_minor": 0}'), ('public.refunds', 'reason_is_given', '{"reason": ""}'), ('public.refunds', 'settled_means_succeeded', '{"status": "succeeded", "settled_at": null}'), ('public.refunds', 'status_is_known', '{"status": "lost", "settled_at": null}'),
  ('private.idempotency_keys', 'a_key_is_answered_or_claimed', '{"key": "other", "response": null, "claim_id": null, "claimed_until": null}'), ('private.idempotency_keys', 'claims_have_an_end', '{"key": "other", "response": {}, "claim_id": null, "claimed_until": "2026-01-01"}'),
  ('private.provider_checks', 'kind_is_known', '{"kind": "rumour"}'), ('private.provider_events', 'resolution_is_known', '{"event_id": "other", "status": "resolved", "resolution": "shrug", "resolution_reason": "x", "resolved_at": "2026-01-01"}'),
  ('private.provider_events', 'resolved_means_how_why_and_when', '{"event_id": "other", "status": "resolved"}'), ('public.disputes', 'amount_is_positive', '{"amount_minor": 0}'), ('public.disputes', 'status_is_known', '{"status": "forgotten"}'),
  ('private.provider_events', 'provider_is_known', '{"provider": "other"}'), ('private.provider_events', 'status_is_known', '{"status": "lost"}'),
  ('public.kitchen_tickets', 'held_means_not_fired', '{"status": "held", "fired_at": "2026-01-01"}'), ('public.kitchen_tickets', 'status_is_known', '{"status": "burnt", "fired_at": "2026-01-01"}'), ('private.queues', 'attempts_are_positive', '{"attempts": 0}'),
  ('public.reservations', 'ends_after_it_starts', '{"starts_at": "2026-01-02", "ends_at": "2026-01-02"}'), ('public.reservations', 'party_is_plausible', '{"party_size": 0}'), ('public.reservations', 'status_is_known', '{"status": "lost", "session_id": null}'),
  ('public.reservations', 'who_came_has_a_session', '{"status": "checked_in", "session_id": null}'), ('public.reservation_customers', 'name_is_short_text', '{"name": " "}'), ('public.reservation_customers', 'texts_are_bounded', '{"phone": "LONG"}'),
  ('public.waiting_parties', 'party_is_plausible', '{"party_size": 0}'), ('public.waiting_parties', 'quote_is_plausible', '{"quoted_minutes": -1}'), ('public.waiting_parties', 'seated_means_a_session', '{"status": "seated", "session_id": null}'),
  ('public.waiting_parties', 'status_is_known', '{"status": "lost", "session_id": null}'), ('public.waiting_parties', 'texts_are_bounded', '{"phone": "LONG"}'), ('public.waiting_parties', 'who_waits_has_a_name', '{"status": "waiting", "session_id": null, "name": " "}'),
  ('public.daily_closes', 'unsettled_is_a_list', '{"unsettled": {}}'), ('public.daily_closes', 'open_drawers_are_a_list', '{"open_drawers": {}}'),
  ('public.bill_splits', 'amount_is_positive', '{"amount_minor": 0}'), ('public.bill_splits', 'method_is_known', '{"method": "guess"}'), ('public.bill_splits', 'outcome_is_known', '{"outcome": "lost", "ended_at": "2026-01-01"}'),
  ('public.bill_splits', 'what_ended_has_an_outcome', '{"ended_at": "2026-01-01"}'), ('public.bill_shares', 'amount_is_positive', '{"amount_minor": 0}'), ('public.bill_shares', 'items_are_a_list', '{"items": {}}'), ('public.bill_shares', 'number_counts_from_one', '{"number": 0}'),
  ('public.payments', 'only_online_shares_are_in_excess', '{"is_excess": true}'), ('public.payments', 'only_cash_is_in_a_drawer', '{"method": "online", "provider": "stripe", "tendered_minor": null, "drawer_session_id": "SOME"}'),
  ('public.drawer_sessions', 'closes_after_it_opens', '{"closed_at": "2020-01-01", "closed_by": "SOME", "expected_minor": 1, "counted_minor": 1}'), ('public.drawer_sessions', 'closing_is_counting', '{"counted_minor": 5}'),
  ('public.drawer_sessions', 'counted_is_not_negative', '{"closed_at": "2100-01-01", "closed_by": "SOME", "expected_minor": 1, "counted_minor": -1}'), ('public.drawer_sessions', 'name_is_short_text', '{"name": " "}'),
  ('public.drawer_movements', 'people_give_reasons', '{"kind": "pay_in"}'), ('public.drawer_movements', 'sign_fits_the_kind', '{"amount_minor": -5}'), ('private.ledger_transactions', 'the_drawer_names_its_movement', '{"drawer_movement_id": "SOME"}'),
  ('public.units', 'a_base_unit_counts_itself_once', '{"unit": "st", "base_unit": "st", "factor": 2}'), ('public.units', 'factor_is_positive', '{"unit": "st", "base_unit": "g", "factor": 0}'), ('public.units', 'unit_is_short_text', '{"unit": "St", "base_unit": "g", "factor": 2}'),
  ('public.suppliers', 'email_is_an_address', '{"email": "x@y@z"}'), ('public.suppliers', 'name_is_short_text', '{"name": " "}'), ('public.suppliers', 'phone_is_short_text', '{"phone": " "}'), ('public.option_recipe_lines', 'quantity_is_not_zero', '{"quantity": 0}'),
  ('public.stocktakes', 'closed_when_not_open', '{"status": "posted", "closed_at": null}'), ('public.stocktakes', 'status_is_known', '{"status": "lost", "closed_at": "2026-01-01"}'), ('public.stocktake_counts', 'counted_is_not_negative', '{"counted": -1}'),
  ('public.purchase_orders', 'closed_when_done', '{"status": "cancelled", "closed_at": null}'), ('public.purchase_orders', 'sent_before_received', '{"status": "sent", "sent_at": null, "closed_at": null}'),
  ('public.purchase_orders', 'status_is_known', '{"status": "lost", "sent_at": "2026-01-01", "closed_at": null}'), ('public.purchase_order_lines', 'cost_is_not_negative', '{"cost_minor": -1}'),
  ('public.purchase_order_lines', 'no_more_is_received_than_ordered', '{"received_quantity": 2}'), ('public.purchase_order_lines', 'quantity_is_positive', '{"quantity": 0, "received_quantity": 0}'),
  ('public.discounts', 'amount_is_plausible', '{"percent_bp": null, "amount_minor": 0}'), ('public.discounts', 'at_most_one_target', '{"menu_item_id": "SOME", "category_id": "SOME"}'), ('public.discounts', 'code_is_in_capitals', '{"code": "ten"}'),
  ('public.discounts', 'either_percent_or_amount', '{"percent_bp": null, "amount_minor": null}'), ('public.discounts', 'hours_have_two_ends', '{"from_time": "10:00", "until_time": null}'),
  ('public.discounts', 'it_starts_before_it_ends', '{"starts_on": "2026-01-02", "ends_on": "2026-01-01"}'), ('public.discounts', 'name_is_short_text', '{"name": " "}'), ('public.discounts', 'percent_is_a_share', '{"percent_bp": 10001}'),
  ('public.discounts', 'uses_are_at_most_the_maximum', '{"used_count": 2, "max_uses": 1}'), ('public.discounts', 'weekdays_are_iso', '{"weekdays": [8]}'),
  ('public.menu_labels', 'kind_is_known', '{"kind": "smell"}'), ('public.menu_labels', 'label_is_snake_case', '{"label": "No"}'), ('public.menu_labels', 'names_are_in_every_language', '{"names": {"en": "Milk"}}'),
  ('public.menu_translations', 'description_is_text', '{"description": " "}'), ('public.menu_translations', 'it_says_something', '{"name": null, "description": null}'), ('public.menu_translations', 'it_translates_one_thing', '{"category_id": "SOME"}'),
  ('public.menu_translations', 'locale_is_offered', '{"locale": "xx"}'), ('public.menu_translations', 'name_is_short_text', '{"name": " "}'), ('public.menu_translations', 'only_items_and_images_are_described', '{"menu_item_id": null, "category_id": "SOME", "description": "x"}'),
  ('public.menu_version_translations', 'locale_is_offered', '{"locale": "xx"}'),
  ('public.shifts', 'cancelled_means_a_reason', '{"status": "cancelled", "cancel_reason": null}'), ('public.shifts', 'published_means_a_time', '{"status": "published", "published_at": null}'), ('public.shifts', 'reason_is_short_text', '{"status": "cancelled", "cancel_reason": " "}'),
  ('public.shifts', 'shift_is_a_day_of_work', '{"starts_at": "2026-01-01T00:00Z", "ends_at": "2026-01-01T16:01Z"}'), ('public.shifts', 'status_is_known', '{"status": "lost"}'),
  ('public.time_entries', 'closed_means_an_end', '{"status": "closed", "clocked_out_at": null}'), ('public.time_entries', 'corrections_have_an_author_and_a_reason', '{"corrected_by": "SOME", "correction_reason": null}'),
  ('public.time_entries', 'reason_is_short_text', '{"corrected_by": "SOME", "correction_reason": " "}'), ('public.time_entries', 'status_is_known', '{"status": "lost"}'),
  ('public.time_entries', 'work_is_at_most_a_day', '{"status": "closed", "clocked_in_at": "2026-01-01T00:00Z", "clocked_out_at": "2026-01-01T16:01Z"}'),
  ('public.feedback_questions', 'choice_means_choices', '{"choices": ["a", "b"]}'), ('public.feedback_questions', 'choices_are_a_few_short_texts', '{"kind": "choice", "choices": ["a"]}'), ('public.feedback_questions', 'kind_is_known', '{"kind": "smell"}'), ('public.feedback_questions', 'prompt_is_short_text', '{"prompt": " "}'),
  ('public.feedback', 'hiding_is_moderation', '{"is_hidden": true}'), ('public.feedback', 'moderation_has_an_author_and_a_reason', '{"moderated_by": "SOME"}'), ('public.feedback', 'reason_is_short_text', '{"moderated_by": "SOME", "moderation_reason": " "}'),
  ('public.feedback_answers', 'answer_fits_its_kind', '{"stars": null}'), ('public.feedback_answers', 'body_is_bounded', '{"kind": "text", "stars": null, "body": " "}'), ('public.feedback_answers', 'stars_are_one_to_five', '{"stars": 6}'),
  ('public.menu_translations', 'images_have_no_name', '{"menu_item_id": null, "image_id": "SOME", "name": "x", "description": "x"}'),
  ('public.menu_item_images', 'alt_is_short_text', '{"alt": " "}'), ('public.menu_item_images', 'dimensions_are_plausible', '{"width": 0}'), ('public.menu_item_images', 'eight_images_at_most', '{"position": 9}'),
  ('public.menu_item_images', 'it_has_bytes', '{"byte_size": 0}'), ('public.menu_item_images', 'path_is_in_the_items_folder', '{"path": "elsewhere/x.png"}'), ('public.menu_item_images', 'type_is_an_image', '{"mime_type": "text/html"}'),
  ('public.menu_image_variants', 'dimensions_are_plausible', '{"width": 0}'), ('public.menu_image_variants', 'it_has_bytes', '{"byte_size": 0}'),
  ('public.menu_image_variants', 'path_is_in_the_venues_folder', '{"path": "elsewhere/x.png"}'), ('public.menu_image_variants', 'type_is_an_image', '{"mime_type": "text/html"}'),
  ('public.loyalty_programmes', 'name_is_short_text', '{"name": " "}'), ('public.loyalty_programmes', 'points_are_earned', '{"earn_points": 0}'), ('public.loyalty_programmes', 'a_point_is_worth_something', '{"point_value_minor": 0}'),
  ('public.loyalty_programmes', 'minimum_is_plausible', '{"min_redeem_points": 0}'), ('public.loyalty_programmes', 'points_last_a_month_to_five_years', '{"expires_after_days": 29}'),
  ('public.order_loyalty', 'points_are_not_negative', '{"redeemed_points": -1, "returned_points": -1}'), ('public.order_loyalty', 'at_most_what_was_redeemed_is_returned', '{"redeemed_points": 1, "returned_points": 2}'),
  ('public.loyalty_movements', 'kind_is_known', '{"kind": "gift"}'), ('public.loyalty_movements', 'sign_fits_the_kind', '{"kind": "earn", "points": -1}'), ('public.loyalty_movements', 'orders_earn_and_redeem', '{"kind": "expire", "points": -1}'),
  ('public.loyalty_movements', 'adjustments_have_an_author_and_a_reason', '{"reason": "x"}'), ('public.loyalty_movements', 'reason_is_short_text', '{"kind": "adjust", "order_id": null, "step": null, "created_by": "SOME", "reason": " "}'),
  ('private.api_keys', 'name_is_short_text', '{"name": " "}'), ('private.api_keys', 'scopes_are_named', '{"scopes": []}'), ('private.api_keys', 'people_alone_decide_about_people_and_money_of_ours', '{"scopes": ["staff.roles"]}'), ('private.api_keys', 'it_ends_after_it_began', '{"expires_at": "2000-01-01"}'),
  ('private.tenant_schemas', 'name_is_an_identifier', '{"schema_name": "public"}'), ('private.tenant_views', 'tenant_column_is_known', '{"tenant_column": "name"}'),
  ('public.stock_movements', 'only_sales_have_a_cost', '{"kind": "adjust", "stocktake_id": null, "transfer_id": null, "purchase_order_line_id": null, "cost_per_1000_minor": 1}'),
  ('public.webhook_event_types', 'type_is_a_subject_and_a_verb', '{"type": "Order placed"}'),
  ('public.webhook_endpoints', 'url_is_https', '{"url": "http://hooks.example/"}'), ('public.webhook_endpoints', 'description_is_short_text', '{"description": " "}'), ('public.webhook_endpoints', 'something_is_chosen', '{"event_types": []}'),
  ('public.webhook_endpoints', 'only_the_disabled_have_a_reason', '{"is_enabled": false}'), ('public.webhook_endpoints', 'reason_is_known', '{"is_enabled": false, "disabled_because": "bored"}'), ('public.webhook_endpoints', 'failures_have_a_start', '{"failures": 1}'),
  ('public.webhook_deliveries', 'status_is_known', '{"status": "lost", "next_attempt_at": null, "finished_at": "2026-01-01"}'), ('public.webhook_deliveries', 'failure_is_known', '{"failure": "rain"}'),
  ('public.webhook_deliveries', 'only_the_pending_have_a_next_attempt', '{"next_attempt_at": null}'), ('public.webhook_deliveries', 'the_others_are_finished', '{"finished_at": "2026-01-01"}'),
  ('public.webhook_deliveries', 'only_the_pending_are_being_sent', '{"status": "failed", "next_attempt_at": null, "finished_at": "2026-01-01", "sending_until": "2026-01-01"}'), ('public.webhook_deliveries', 'measures_are_not_negative', '{"attempts": -1}'),
  ('private.assistant_guardrails', 'limits_widen', '{"per_call": 2, "per_person_and_day": 1}'), ('private.assistant_changes', 'tool_is_snake_case', '{"tool": "No"}'),
  ('public.assistant_proposals', 'status_is_known', '{"status": "lost", "decided_at": "2026-01-01"}'), ('public.assistant_proposals', 'it_changes_something', '{"measured": 0}'), ('public.assistant_proposals', 'it_expires_after_ten_minutes', '{"expires_at": "2126-01-01"}'),
  ('public.assistant_proposals', 'decided_when_not_pending', '{"decided_at": "2026-01-01"}'), ('public.assistant_proposals', 'undone_at_when_undone', '{"undone_at": "2026-01-01"}'), ('public.assistant_proposals', 'only_what_was_done_is_undone', '{"undo": {}}'),
  ('public.assistant_calls', 'tool_is_a_name', '{"tool": "No!"}'), ('public.assistant_calls', 'outcome_is_a_code', '{"outcome": "No!"}'), ('public.assistant_calls', 'numbers_are_not_negative', '{"latency_ms": -1}'), ('public.assistant_calls', 'a_model_has_its_cost', '{"model": "model-1"}'),
  ('public.assistant_messages', 'one_of_two_speaks', '{"said_by": "dog"}'), ('public.assistant_messages', 'text_has_a_length', '{"text": ""}'), ('private.assistant_usage', 'usage_is_not_negative', '{"tokens": -1}'),
  ('private.assistant_turns', 'model_has_a_name', '{"model": "No model!"}'), ('private.assistant_turns', 'what_it_used_is_not_negative', '{"requests": 0}'), ('private.assistant_turns', 'it_holds_a_share', '{"held_tokens": -1}'),
  ('private.assistant_turns', 'nothing_is_held_in_the_end', '{"finished_at": "2026-01-01"}'),
  ('private.rollup_watermark', 'there_is_one_row', '{"only_row": false}'), ('private.guest_tables', 'erasure_is_known', '{"erasure": "burn"}'),
  ('private.personal_data', 'guests_are_found_by_their_own', '{"subject": "member", "identifies": "phone"}'), ('private.personal_data', 'identifies_is_known', '{"subject": "guest", "identifies": "shoe"}'), ('private.personal_data', 'subject_is_known', '{"subject": "dog", "identifies": null}');
insert into breaches values
  ('public.assistant_jobs', 'kind_is_known', '{"kind": "dance"}', default), ('public.assistant_jobs', 'status_is_known', '{"status": "lost", "finished_at": "2026-01-01"}', 't.status = ''requested'''), ('public.assistant_jobs', 'asked_means_a_response', '{"status": "asked"}', 't.status = ''requested'''),
  ('public.assistant_jobs', 'only_what_has_ended_has_an_end', '{"finished_at": "2026-01-01"}', 't.status = ''requested'''), ('public.assistant_jobs', 'only_success_has_a_result', '{"result": {}}', 't.status = ''requested'''), ('public.assistant_jobs', 'failures_have_a_reason', '{"reason": "x"}', 't.status = ''requested'''),
  ('public.assistant_jobs', 'reason_is_a_code', '{"reason": "No!"}', 't.status = ''failed'''), ('public.assistant_jobs', 'input_is_kept_until_the_end', '{"input": []}', 't.status = ''failed'''), ('public.assistant_jobs', 'it_ends_within_an_hour', '{"expires_at": "2126-01-01"}', default),
  ('public.assistant_jobs', 'a_share_is_whole', '{"day": "2026-01-01"}', default), ('public.assistant_jobs', 'a_share_is_not_negative', '{"cost_micro": -1, "day": "2026-01-01", "model": "m", "input_tokens": 1, "output_tokens": 1}', default),
  ('public.assistant_jobs', 'model_has_a_name', '{"model": "No model!", "day": "2026-01-01", "input_tokens": 1, "output_tokens": 1, "cost_micro": 1}', default), ('private.assistant_delegations', 'it_lasts_an_hour', '{"expires_at": "2126-01-01"}', default), ('private.ai_events', 'outcome_is_known', '{"outcome": "lost"}', default);

-- what may be there once is refused the second time: a copy of a row that differs in nothing but the other keys. "NEW" is a new id
create temporary table doubles (like breaches including defaults);
insert into doubles values
  ('public.organisations', 'organisations_slug_key', '{"id": "NEW"}', default), ('public.venues', 'venues_slug_key', '{"id": "NEW"}', default), ('public.memberships', 'one_membership_per_scope', '{"id": "NEW"}', default),
  ('private.reconciliation_runs', 'one_run_at_a_time', '{"id": "NEW"}', 't.finished_at is null'), ('private.reconciliation_findings', 'one_open_finding_per_subject', '{"id": "NEW"}', 't.resolved_at is null'),
  ('public.invitations', 'invitations_token_hash_key', '{"id": "NEW", "email": "new@example.test"}', default), ('public.invitations', 'one_pending_invitation', '{"id": "NEW", "token_hash": "\\x00"}', 't.status = ''pending'''),
  ('public.kitchen_stations', 'one_station_of_a_name', '{"id": "NEW"}', 't.kind <> ''expo'''), ('public.kitchen_stations', 'one_expo_per_venue', '{"id": "NEW", "name": "Other"}', 't.kind = ''expo'''),
  ('public.tables', 'one_table_of_a_label', '{"id": "NEW"}', default), ('public.qr_codes', 'qr_codes_token_hash_key', '{"id": "NEW", "revoked_at": "2026-01-01"}', default), ('public.qr_codes', 'one_active_code', '{"id": "NEW", "token_hash": "\\x00"}', 't.revoked_at is null'),
  ('public.table_sessions', 'one_open_session_per_table', '{"id": "NEW"}', 't.closed_at is null and t.table_id is not null'), ('private.guest_devices', 'guest_devices_secret_hash_key', '{"id": "NEW"}', default),
  ('public.ingredients', 'one_ingredient_of_a_name', '{"id": "NEW"}', default), ('public.stock_movements', 'once_per_line_and_ingredient', '{"id": 99999999}', 't.order_line_id is not null'),
  ('public.stock_movements', 'one_movement_per_side_of_a_transfer', '{"id": 99999999}', 't.transfer_id is not null'), ('public.stock_movements', 'once_per_stocktake_and_ingredient', '{"id": 99999999}', 't.stocktake_id is not null'),
  ('public.orders', 'one_number_per_business_day', '{"id": "NEW"}', default), ('public.order_lines', 'one_line_per_position', '{"id": "NEW"}', default), ('public.order_discounts', 'one_use_per_order', '{"position": 9}', default),
  ('private.ledger_transactions', 'one_settlement_per_payment', '{"id": "NEW"}', 't.kind = ''settlement'''), ('private.ledger_transactions', 'one_transfer_per_payment', '{"id": "NEW"}', 't.kind = ''transfer'''), ('private.ledger_transactions', 'one_transaction_per_refund', '{"id": "NEW"}', 't.refund_id is not null'), ('private.ledger_transactions', 'one_transaction_per_movement', '{"id": "NEW"}', 't.kind = ''fee'''),
  ('public.kitchen_tickets', 'one_ticket_per_line_and_station', '{"id": "NEW"}', default), ('public.payments', 'one_payment_per_provider_object', '{"id": "NEW", "status": "canceled", "settled_at": null}', 't.provider_reference is not null'),
  ('public.payments', 'one_open_online_payment_per_order', '{"id": "NEW", "provider_reference": "pi_new"}', 't.status = ''pending'''), ('public.refunds', 'refunds_provider_reference_key', '{"id": "NEW"}', 't.provider_reference is not null'),
  ('private.idempotency_keys', 'one_key_per_claim', '{"key": "other"}', 't.claim_id is not null'), ('public.disputes', 'disputes_provider_reference_key', '{"id": "NEW"}', default),
  ('public.suppliers', 'one_supplier_of_a_name', '{"id": "NEW"}', default), ('public.stocktakes', 'one_open_stocktake', '{"id": "NEW"}', 't.status = ''open'''), ('public.purchase_orders', 'one_draft_per_supplier', '{"id": "NEW"}', 't.status = ''draft'''),
  ('public.purchase_order_lines', 'one_line_per_ingredient', '{"id": "NEW"}', default), ('private.session_channels', 'session_channels_channel_key', '{"session_id": "NEW"}', default), ('public.discounts', 'one_active_discount_of_a_code', '{"id": "NEW"}', default),
  ('public.menu_labels', 'one_label_per_position', '{"label": "other"}', default), ('public.menu_translations', 'one_translation_per_locale', '{"id": "NEW"}', default), ('public.feedback', 'one_feedback_per_order', '{"id": "NEW"}', default),
  ('public.menu_item_images', 'one_image_per_object', '{"id": "NEW", "position": 2}', default), ('public.menu_item_images', 'one_image_per_place', format('{"id": "NEW", "path": "%s/%s/y.png"}', tests.id('venue_a1'), tests.id('cola_a1')), default),
  ('public.menu_image_variants', 'one_variant_per_size_and_type', format('{"path": "%s/y.png"}', tests.id('venue_a1')), default),
  ('public.loyalty_accounts', 'one_account_per_member_and_venue', '{"id": "NEW"}', default), ('private.loyalty_cards', 'loyalty_cards_card_hash_key', '{"account_id": "NEW"}', default),
  ('public.loyalty_movements', 'once_per_order_and_step', '{"id": 99999999}', 't.kind = ''earn'''), ('public.loyalty_movements', 'redeemed_and_returned_once', '{"id": 99999999, "step": 99}', 't.kind = ''redeem'''),
  ('private.api_keys', 'one_live_key_per_name', '{"id": "NEW"}', 't.revoked_at is null'), ('private.api_key_secrets', 'one_current_secret', '{"secret_hash": "\\x01"}', 't.ends_at is null'),
  ('private.webhook_secrets', 'one_present_secret_per_endpoint', '{"id": "NEW"}', default), ('public.webhook_deliveries', 'one_delivery_per_endpoint_and_event', '{"id": "NEW"}', default),
  ('public.billing_customers', 'billing_customers_provider_reference_key', '{"organisation_id": "NEW"}', default), ('public.subscriptions', 'subscriptions_provider_reference_key', '{"id": "NEW"}', default),
  ('public.bill_splits', 'one_split_of_an_order_per_bill', '{"id": "NEW"}', default), ('public.bill_shares', 'one_share_per_number', '{"id": "NEW"}', default), ('public.payments', 'one_payment_settles_a_share', '{"id": "NEW"}', 't.share_id is not null'),
  ('public.drawer_sessions', 'one_open_session_per_drawer', '{"id": "NEW", "name": " bar"}', default), ('public.drawer_movements', 'one_of_a_kind_per_session', '{"id": "NEW"}', default),
  ('public.assistant_proposals', 'one_pending_proposal_of_a_kind', '{"id": "NEW"}', default), ('private.assistant_turns', 'one_turn_per_key', '{"id": "NEW"}', default),
  ('public.assistant_jobs', 'one_job_of_a_kind_at_a_time', '{"id": "NEW"}', 't.finished_at is null'), ('public.assistant_jobs', 'a_response_is_of_one_job', '{"id": "NEW"}', 't.response_id is not null'),
  ('private.ledger_transactions', 'one_transaction_per_drawer_movement', '{"id": "NEW"}', 't.kind = ''drawer'''),
  ('public.connected_accounts', 'one_account_per_organisation', '{"id": "NEW", "provider_reference": "acct_b"}', default), ('public.connected_accounts', 'connected_accounts_tenant_key', '{"id": "NEW"}', default), ('public.connected_accounts', 'one_organisation_per_account', format('{"id": "NEW", "organisation_id": "%s"}', tests.id('org_b')), default),
  ('public.billing_changes', 'one_billing_change_at_a_time', '{"id": "NEW"}', 't.status = ''reserved'''), ('private.tenant_schemas', 'tenant_schemas_schema_name_key', '{"organisation_id": "NEW"}', default);

-- the column that is changed, so that there is something to record
create temporary table recorded (relation text, change text);
insert into recorded values ('public.organisations', 'name = ''New'''), ('public.venues', 'name = ''New'''), ('public.memberships', 'role = case role when ''kitchen'' then ''staff'' else ''kitchen'' end'), ('public.invitations', 'status = ''cancelled'''), ('public.kitchen_stations', 'name = ''New'''), ('public.menu_categories', 'position = 77'),
  ('public.menu_items', 'position = 77'), ('public.modifier_groups', 'name = ''New'''), ('public.modifier_options', 'position = 77'), ('public.menu_item_modifier_groups', 'position = 77'), ('public.menu_translations', 'name = ''Neu'''), ('public.discounts', 'name = ''New'''), ('public.tables', 'seats = 77'),
  ('public.qr_codes', 'revoked_at = now()'), ('public.recipe_lines', 'quantity = 77'), ('public.refunds', 'reason = ''new'''), ('public.reservations', 'party_size = 77'), ('public.suppliers', 'name = ''New'''), ('public.ingredients', 'name = ''New'''), ('public.option_recipe_lines', 'quantity = 77'),
  ('public.stocktakes', 'status = ''cancelled'', closed_at = now()'), ('public.purchase_orders', 'status = ''cancelled'', closed_at = now()'), ('public.purchase_order_lines', 'quantity = 77'), ('public.shifts', 'ends_at = ends_at + interval ''1 minute'''),
  ('public.time_entries', 'status = ''forgotten'''), ('public.feedback_questions', 'position = 77'), ('public.feedback', 'moderated_by = gen_random_uuid(), moderation_reason = ''rude'''),
  ('private.api_keys', 'revoked_at = now()'), ('private.api_key_secrets', 'ends_at = now()'),
  ('private.tenant_schemas', 'password_set_at = now()'), ('public.loyalty_programmes', 'name = ''New'''), ('public.webhook_endpoints', 'description = ''New'''), ('public.menu_item_images', 'alt = ''New'''), ('public.menu_image_variants', 'width = 77'),
  ('public.bill_splits', 'created_by = gen_random_uuid()'), ('public.drawer_sessions', 'name = ''New'''), ('public.connected_accounts', 'unlinked_at = now()');
create temporary table histories (relation text, change text, commands text[]);
insert into histories values ('private.audit_events', 'action = action', '{update,delete,truncate}'), ('public.stock_movements', 'kind = kind', '{update,delete,truncate}'), ('public.order_events', 'action = action', '{update,delete,truncate}'),
  ('private.ledger_transactions', 'kind = kind', '{update,delete,truncate}'), ('private.ledger_entries', 'account = account', '{update,delete,truncate}'), ('public.loyalty_movements', 'kind = kind', '{update,delete,truncate}'), ('public.assistant_calls', 'tool = tool', '{update,delete,truncate}'),
  ('private.balance_transactions', 'category = category', '{update,delete,truncate}'), ('private.reconciliation_runs', 'step = step where outcome is not null', '{update,delete,truncate}'),
  ('public.bill_shares', 'number = number', '{update,delete,truncate}'), ('public.drawer_movements', 'kind = kind', '{update,delete,truncate}'),
  ('public.subscription_events', 'after = after', '{update,delete,truncate}'),
  ('public.menu_versions', 'etag = etag || ''x''', '{update}'), ('public.published_menu_items', 'venue_id = venue_id', '{update}'), ('public.menu_version_translations', 'locale = locale', '{update}');
create temporary table stamped as
select c.table_schema || '.' || c.table_name as relation from information_schema.columns c where c.column_name = 'updated_at' and c.table_schema in ('public', 'private')
  and c.table_name <> 'kitchen_tickets'; -- stamped by the function that moves them: a trigger per ticket would cost every order
create temporary table update_policies as
select c.relname::text collate "default" as name, case c.relname when 'venues' then 'id' else 'venue_id' end as tenant from pg_policy p join pg_class c on c.oid = p.polrelid where p.polcmd = 'w' and c.relnamespace = 'public'::regnamespace;
select plan((9 + (select count(*) from breaches) + (select count(*) from doubles) + (select count(*) from recorded) + (select sum(cardinality(commands)) from histories) + (select count(*) from stamped) + 2 * (select count(*) from update_policies))::integer);

-- constraints
select set_eq($$select n.nspname || '.' || c.relname, k.conname::text collate "default" from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace where k.contype = 'c' and n.nspname in ('public', 'private')$$,
  'select relation, name from breaches', 'every CHECK constraint of the catalog is broken below');
select cmp_ok((select count(*) from breaches), '>=', 180::bigint, 'and the catalog is not empty');

create function pg_temp.refuser_of(b breaches) returns text language plpgsql as $$
declare
  v_refuser text := 'nothing';
  v_table text := '';
  v_columns text := (select string_agg(quote_ident(a.attname), ', ') from pg_attribute a where a.attrelid = b.relation::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '');
begin
  begin
    execute format('insert into %1$s (%2$s) overriding system value select %2$s from (select (jsonb_populate_record(t, %3$L)).* from %1$s t where %4$s limit 1) changed',
      b.relation, v_columns, replace(replace(replace(b.wrong, 'LONG', repeat('x', 3000)), 'SOME', '00000000-0000-4000-8000-000000000000'), 'NEW', gen_random_uuid()::text), b.which);
    set constraints all immediate; -- some unique keys may wait for the end
  exception when integrity_constraint_violation then
    get stacked diagnostics v_refuser = constraint_name, v_table = table_name;
  end;
  set constraints all deferred;
  return case when v_refuser = 'nothing' then v_refuser else v_table || ': ' || v_refuser end;
end $$;
select is(pg_temp.refuser_of(b), split_part(b.relation, '.', 2) || ': ' || b.name, format('%s: %s', b.relation, b.wrong)) from breaches b order by b.relation, b.name;

-- unique keys: but for those that only repeat the primary key with the tenant, for other tables to point at
select set_eq($$select n.nspname || '.' || r.relname, c.relname::text collate "default" from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class r on r.oid = i.indrelid join pg_namespace n on n.oid = r.relnamespace
    where i.indisunique and not i.indisprimary and n.nspname in ('public', 'private') and not exists (select 1 from pg_index k where k.indrelid = i.indrelid and k.indisprimary and k.indkey::smallint[] <@ i.indkey::smallint[])$$,
  'select relation, name from doubles', 'every unique key of the catalog is met twice below');
select cmp_ok((select count(*) from doubles), '>=', 34::bigint, 'and the catalog is not empty');
select is(pg_temp.refuser_of((d.relation, d.name, d.wrong, d.which)::breaches), split_part(d.relation, '.', 2) || ': ' || d.name, format('%s twice: %s', d.relation, d.name)) from doubles d order by d.relation, d.name;

-- the time of a change is the database's, whatever the writer says
create function pg_temp.changed(p_relation text, p_change text, p_returning text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  execute format('update %1$s t set %2$s where t.ctid = (select x.ctid from %1$s x where to_jsonb(x) ->> ''role'' is distinct from ''owner'' limit 1) returning %3$s', p_relation, p_change, p_returning) into v_answer;
  return v_answer;
end $$;
select cmp_ok((select count(*) from stamped), '>=', 25::bigint, 'the tables with the time of their last change are read');
select is(pg_temp.changed(s.relation, 'updated_at = ''2000-01-01''', 'updated_at = now()'), 'true', s.relation || ': a change is stamped') from stamped s order by s.relation;

-- people's changes are recorded
select set_eq($$select distinct n.nspname || '.' || c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where t.tgfoid = 'private.audit()'::regprocedure$$,
  'select relation from recorded', 'these tables are audited');
create function pg_temp.events_of(p_relation text) returns bigint language sql as $$ select count(*) from private.audit_events e where e.table_name = split_part(p_relation, '.', 2) and e.action = 'update' $$;
create function pg_temp.recorded_by(r recorded) returns bigint language plpgsql as $$
declare
  v_before bigint := pg_temp.events_of(r.relation);
begin
  perform pg_temp.changed(r.relation, r.change, 'true');
  return pg_temp.events_of(r.relation) - v_before;
end $$;
select is(pg_temp.recorded_by(r), 1::bigint, r.relation || ': a change is recorded once') from recorded r order by r.relation;
select tests.insert('salt', 'owner_a', $$insert into public.ingredients (venue_id, name, unit) values ({venue_a1}, 'Salt', 'g')$$);
select is((select count(*) from private.audit_events e where e.row_id = tests.id('salt') and e.action = 'insert'), 1::bigint, 'ingredients, whose updates have a trigger of their own: so is a new one');

-- history is not rewritten
select set_eq($$select distinct n.nspname || '.' || c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where t.tgfoid = 'private.forbid_change()'::regprocedure$$,
  'select relation from histories', 'these tables are histories');
select tests.refused('postgres', case c when 'update' then format('update %s set %s', h.relation, h.change) when 'delete' then 'delete from ' || h.relation else format('truncate %s cascade', h.relation) end,
  '42501', format('%s: no %s, by its owner neither', h.relation, c)) from histories h, unnest(h.commands) c order by h.relation, c;

-- a policy's WITH CHECK holds by itself: even with a right to the column nobody moves a row out of their reach
select cmp_ok((select count(*) from update_policies), '>=', 15::bigint, 'the policies on updates are read');
do $$
declare
  u record;
begin
  for u in select * from update_policies loop
    execute format('grant update (%I) on public.%I to authenticated', u.tenant, u.name);
  end loop;
end $$;
select tests.refused('owner_a', format('update public.%I set %I = {venue_b1}', u.name, u.tenant), '42501', u.name || ': no update moves a row to another tenant') from update_policies u order by u.name;
select tests.affects('stranger', format('update public.%I set %I = {venue_b1}', u.name, u.tenant), 0, u.name || ': and one that reads no column finds no row of others') from update_policies u order by u.name;

select * from finish();
rollback;
