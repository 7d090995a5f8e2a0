-- The schema that the migrations make. Written by `npm run snapshot`, compared by `npm run lint`; do not edit.

-- extensions
btree_gist in extensions
pg_cron in pg_catalog
pg_net in extensions
pg_stat_statements in extensions
pgcrypto in extensions
pgmq in pgmq
plpgsql in pg_catalog
supabase_vault in vault
uuid-ossp in extensions

-- schemas and who may use them
private:
public: usage to anon, usage to authenticated, create usage to postgres, usage to service_role
request: usage to anon, usage to authenticated, usage to service_role

-- default privileges of what migrations make
execute on functions of every schema: postgres

-- types
c private.actor: kind text, id uuid
c private.change: before jsonb, after jsonb, impact jsonb, measured integer
c private.difference: subject text, kind text, event_type text, event_id text, organisation_id uuid, venue_id uuid, payment_id uuid, detail jsonb
c private.discounting: left_minor bigint[], amounts_minor bigint[]
c private.drawer_sums: float_minor bigint, paid_in_minor bigint, paid_out_minor bigint, payments bigint, sales_minor bigint, tips_minor bigint, refunds bigint, refunded_minor bigint, expected_minor bigint
c private.guest: device_id uuid, venue_id uuid, session_id uuid, table_id uuid, kind text, is_open boolean, arrangement integer
c private.ingredient_row: record integer, name text, unit text, factor numeric, on_hand numeric, cost_per_1000_minor numeric, par_level numeric, reorder_level numeric, supplier text
c private.kpis: orders bigint, cancelled_orders bigint, gross_minor bigint, refunds_minor bigint, tax_minor bigint, net_minor bigint, tips_minor bigint, average_order_minor bigint, refund_rate_bp bigint, prep_p50_seconds integer, prep_p95_seconds integer, table_turn_seconds bigint, costed_net_minor bigint, cost_minor bigint, margin_minor bigint, margin_bp bigint
c private.menu_row: row_no integer, kind text, fields jsonb, id uuid, is_new boolean, parent_id uuid
c private.performed: result jsonb, undo jsonb
c private.priced_discount: discount_id uuid, name text, amount_minor bigint, terms jsonb
c private.priced_line: position integer, menu_item_id uuid, name text, quantity integer, unit_price_minor bigint, options jsonb, options_minor bigint, line_minor bigint, discount_minor bigint, tax_rate_bp integer, tax_minor bigint, station_id uuid, note text, line_id uuid, course integer, comp_minor bigint
c private.priced_order: menu_version integer, currency text, prices_include_tax boolean, subtotal_minor bigint, discount_minor bigint, tax_minor bigint, service_charge_minor bigint, tip_minor bigint, total_minor bigint, lines private.priced_line[], discounts private.priced_discount[]
c private.reach: venue_ids uuid[], organisation_ids uuid[]
c private.share: order_id uuid, number integer, amount_minor bigint, items jsonb
c private.stock_line: position integer, ingredient_id uuid, quantity numeric, cost_minor bigint

-- tables, views and their columns
table private.ai_events
    -- Inbox of the model provider's verified webhooks: each once, for 30 days. They carry ids and no content.
    event_id text not null
    type text not null
    response_id text
    outcome text not null  -- matched: a job waited for it; unmatched: none does, or not yet; ignored: of a type that needs nothing.
    created_at timestamp with time zone not null  -- The provider's clock.
    received_at timestamp with time zone not null default now()
    trace_id text
table private.api_buckets
    -- What is left of an organisation's API requests, in four parts. Unlogged: a crash forgives what was used.
    organisation_id uuid not null
    part integer not null
    tokens numeric not null  -- Requests that were left at filled_at.
    filled_at timestamp with time zone not null default now()
table private.api_key_secrets
    -- The secrets of API keys, as SHA-256: the current one, and those that a rotation lets end.
    secret_hash bytea not null
    organisation_id uuid not null
    api_key_id uuid not null
    hint text not null  -- How the secret begins, to tell it from others.
    created_at timestamp with time zone not null default now()
    ends_at timestamp with time zone  -- Null for the current secret; after a rotation, how long the former one still works.
    used_at timestamp with time zone  -- When it last changed something, to the hour.
table private.api_keys
    -- Keys with which other systems call the API for an organisation.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid  -- The one venue that the key reaches; null means every venue of the organisation.
    name text not null
    scopes text[] not null  -- The permissions of the key, by the names of public.permissions.
    expires_at timestamp with time zone  -- When the key ends by itself; null: it does not.
    revoked_at timestamp with time zone
    revoked_by uuid
    created_by uuid
    created_at timestamp with time zone not null default now()
table private.application_fees
    -- What Servio keeps of an online payment that goes on to an organisation's own account, by plan; the provider's own fee is paid out of it. Without a row for a currency its payments stay with Servio. Reference data, changed by migrations only.
    tier text not null
    currency text not null
    basis_points integer not null  -- Hundredths of a percent of the payment, rounded half up. With fixed_minor at least one, since the provider takes no fee of nothing.
    fixed_minor bigint not null  -- Added to each payment, in minor units.
table private.assistant_changes
    -- The changes that the assistant can propose. Reference data, changed by migrations only.
    tool text not null
    permission text not null  -- What it takes beside ai.use, asked when the change is proposed, confirmed and undone.
    measure text not null
table private.assistant_delegations
    -- Whose right a background job may use, for which permission, where and until when. Written when the person asks, used once.
    job_id uuid not null
    venue_id uuid not null
    person_id uuid not null
    permission text not null
    created_at timestamp with time zone not null default now()
    expires_at timestamp with time zone not null default (now() + '01:00:00'::interval)
    used_at timestamp with time zone  -- When the job's answer was written, or refused, in the person's name.
table private.assistant_guardrails
    -- How much the assistant may change, as counts of what a change is measured in. Reference data, changed by migrations only.
    measure text not null
    per_call integer not null
    per_person_and_day integer not null  -- Confirmed by one person in one venue within any 24 hours; what was undone still counts.
    per_venue_and_day integer not null  -- Confirmed by everybody in one venue within any 24 hours.
table private.assistant_turns
    -- One question to the assistant until its answer, and what of the day's budget it holds meanwhile. Removed after a week: assistant_calls keeps what it came to.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid not null
    actor_id uuid not null
    conversation_id uuid not null
    day date not null
    key_hash bytea not null  -- SHA-256 of a secret that the function makes for this turn and tells nobody: so only the function says what a turn has used.
    model text not null
    prompt_sha256 bytea not null
    requests integer not null default 1
    input_tokens bigint not null default 0
    output_tokens bigint not null default 0
    cost_micro bigint not null default 0
    held_tokens bigint not null
    held_cost_micro bigint not null
    held_until timestamp with time zone not null default (now() + '00:05:00'::interval)  -- A lease: who has not come back by then has crashed, and holds nothing any more.
    started_at timestamp with time zone not null default now()
    finished_at timestamp with time zone
table private.assistant_usage
    -- What an organisation has used of the assistant's model on a business day, beside what turns and background jobs under way hold.
    organisation_id uuid not null
    day date not null  -- The business day of the venue that was asked in.
    requests bigint not null default 0  -- How often the model was asked: once or more for each turn, once for each background job.
    tokens bigint not null default 0
    cost_micro bigint not null default 0  -- In millionths of the currency of the provider's prices.
table private.audit_events
    -- Append-only history of changes to tenancy, menu, table and stock data.
    id bigint not null identity
    occurred_at timestamp with time zone not null default now()
    organisation_id uuid
    venue_id uuid
    actor_id uuid  -- The signed-in user or the API key, or null for guests, machines and migrations.
    actor_role text not null  -- The role that the request's claims name (authenticated, anon, service_role; api_key) or the session's user.
    action text not null
    table_name text not null
    row_id uuid
    before jsonb  -- The changed columns as they were (update), or the whole row (delete); never a secret or its hash.
    after jsonb  -- The changed columns as they are (update), or the whole row (insert); never a secret or its hash.
    trace_id text  -- W3C trace id of the request.
table private.balance_transactions
    -- What moved on the balance at the provider; its word, unchanged.
    id text not null
    category text not null  -- The provider's reporting category: charge, refund, refund_failure, dispute, payout, fee …
    amount_minor bigint not null  -- In the currency of the payment, as the ledger books it; for disputes with their fee.
    currency text not null
    fee_minor bigint not null
    net_minor bigint not null  -- What the balance changed by, in its own currency, after the fee.
    balance_currency text not null
    payment_reference text  -- The provider's payment intent that it belongs to.
    refund_reference text
    payment_id uuid  -- The payment that the provider says it is for, whether there is such a one or not.
    created_at timestamp with time zone not null
table private.billing_alerts
    -- What is amiss with an organisation's subscription, from when it was until it is no longer.
    organisation_id uuid not null
    template text not null
    raised_at timestamp with time zone not null default now()
table private.billing_notices
    -- Mails to owners about an alert, one to each; gone with the alert, or after a week.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    user_id uuid not null
    template text not null
    created_at timestamp with time zone not null default now()
table private.errors
    -- Stable error codes: what each means and what the caller can do. Reference data, changed by migrations only.
    code text not null  -- The machine-readable code; PostgREST returns it as "message", functions as "code".
    http_status integer not null  -- HTTP status of the answer.
    meaning text not null  -- One sentence: what was refused and why.
    remedy text not null  -- One sentence: what the caller can do about it; returned as "hint".
table private.guest_devices
    -- One row per device that scanned a code; its secret is the guest's only credential.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    session_id uuid not null
    table_id uuid  -- Where it sits: the table whose code it scanned, also while another table leads; it goes with that table when tables part. Null at a counter.
    kind text not null  -- Kind of the scanned code: decides which fulfilment and payment modes this device may choose.
    secret_hash bytea not null
    created_at timestamp with time zone not null default now()
    expires_at timestamp with time zone not null default (now() + '12:00:00'::interval)
table private.guest_tables
    -- Tables with personal data of guests; each has a venue_id. Reference data, changed by migrations only.
    table_name regclass not null
    visited text not null  -- The instant or date of the visit, from which the 90 days count: an SQL expression over the row t.
    erasure text not null  -- delete: a row with personal data is nothing else; blank: the row stays, its personal columns become null.
    order_id text  -- Where a row does not say itself whose it is: its order, an SQL expression over the row t; the guest is then the order's customer.
table private.idempotency_keys
    -- Answers of finished operations, replayed for a repeated key; purged hourly after 48 hours.
    scope_id uuid not null  -- The tenant: venue or organisation id.
    caller text not null  -- user:<uuid of the member or API key> or guest:<device uuid>; another caller's key is another key.
    operation text not null
    key text not null
    request_hash bytea not null  -- SHA-256 of the request as canonical jsonb text.
    response jsonb
    claim_id uuid
    claimed_until timestamp with time zone  -- Until then the claim's holder may come back with an answer; afterwards the next caller takes the key over.
    created_at timestamp with time zone not null default now()
    expires_at timestamp with time zone not null default (now() + '48:00:00'::interval)
table private.kpi_items
    -- Rollup: what was sold of an item on a business day, as private.count_items counts it.
    venue_id uuid not null
    business_date date not null
    menu_item_id uuid not null
    orders bigint not null
    quantity bigint not null
    sales_minor bigint not null  -- What the lines cost, less what is on the house, before discounts and refunds.
    net_minor bigint not null  -- Net revenue of the lines: what is left after discounts, refunds and tax; service charge belongs to no item.
    costed_net_minor bigint not null  -- The part of it that belongs to lines of which the cost is known.
    cost_minor bigint not null  -- What the ingredients of these lines cost when they were sold.
table private.kpi_payments
    -- Rollup: how the orders of a business day were paid, as private.count_payments counts it.
    venue_id uuid not null
    business_date date not null
    method text not null
    payments bigint not null
    collected_minor bigint not null  -- What was taken, tips included, before refunds.
    tips_minor bigint not null
    refunded_minor bigint not null
table private.kpi_quarters
    -- Rollup: the sums of the orders placed in a quarter of an hour, as private.count_quarters counts them.
    venue_id uuid not null
    business_date date not null
    quarter_at timestamp with time zone not null
    orders bigint not null  -- Orders that reached the kitchen and were not cancelled.
    cancelled_orders bigint not null  -- Cancelled ones; none of the other sums knows them.
    gross_minor bigint not null  -- Gross revenue: what the orders cost, tax and service charge included, without tips.
    refunds_minor bigint not null  -- What was given back of the gross revenue, whenever; what was overpaid is not revenue.
    tax_minor bigint not null  -- Tax on what was not given back.
    tips_minor bigint not null  -- Tips, less what was given back of them.
    turns bigint not null  -- Parties that left their table; each counts with its first order of the day.
    turn_seconds bigint not null  -- How long these had their tables, together.
    prep_seconds integer[] not null  -- Seconds from fired to ready, of each ticket, ascending: percentiles of percentiles would be none.
    costed_net_minor bigint not null  -- Net revenue of the lines of which the cost is known.
    cost_minor bigint not null  -- What the ingredients of these lines cost when they were sold.
table private.ledger_entries
    -- Append-only: the entries of a transaction sum to zero, by deferred constraint.
    transaction_id uuid not null
    account text not null  -- provider, cash, card_terminal: where money is; write_off: what never came; orders, tips: what it was for; excess: what goes back; provider_fees, dispute_fees: what the provider keeps; disputes: what banks hold until they decide; dispute_losses: what they gave back; drawer: what cash came or went otherwise than by payments; connected: what went to the organisation's own account at the provider; platform_fees: what Servio keeps of that.
    amount_minor bigint not null  -- Debit positive, credit negative, in minor units of the transaction's currency.
table private.ledger_transactions
    -- Append-only: one row per settlement, refund, refund that came back, fee, movement of a dispute, of the cash drawer or to the organisation's own account.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid not null
    currency text not null
    kind text not null
    order_id uuid
    payment_id uuid
    refund_id uuid
    dispute_id uuid
    drawer_movement_id uuid
    provider_reference text  -- The provider's balance transaction that a fee or a movement of a dispute comes from; a lost dispute moves nothing at the provider.
    occurred_at timestamp with time zone not null default now()
    trace_id text
table private.loyalty_cards
    -- The one card of an account: SHA-256 of 256 random bits, which the guest's device shows as a QR code.
    account_id uuid not null
    venue_id uuid not null
    card_hash bytea not null
table private.notices
    -- Mails to members; what they say is read when they are sent. Kept for a week.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    user_id uuid not null
    template text not null
    about jsonb not null  -- low_stock: the ingredients' ids; daily_close: the business date; webhook_disabled: the endpoint's id; payment_trouble: what it is, and the order's number and amount.
    created_at timestamp with time zone not null default now()
table private.order_counters
    -- The last order number of each venue and business day.
    venue_id uuid not null
    business_date date not null
    last_number integer not null
table private.order_transitions
    -- Every change of status there is. Reference data, changed by migrations only.
    from_status text not null
    to_status text not null
    permission text  -- What a member needs to ask for it; null when only a payment or the clock causes it.
    fulfilments text[] not null default '{table,collection,counter}'::text[]
table private.outbox
    -- Messages on their way out; relayed ones are kept for 7 days.
    id bigint not null identity
    topic text not null
    payload jsonb not null  -- Ids, never personal data: who handles a message looks up what is true then. What must not outlive the message, such as a token, goes under the key "secrets": it leaves the outbox with the relay, and never becomes a dead letter.
    trace_id text
    created_at timestamp with time zone not null default now()
    relayed_at timestamp with time zone
table private.outbox_routes
    -- Which queue a topic goes to. Reference data, changed by migrations only.
    topic text not null
    queue text not null
table private.permission_roles
    -- The matrix by permission, as access checks read it: one row per question instead of a join. Kept by a trigger.
    permission text not null
    roles text[] not null
    needs_subscription boolean not null
table private.personal_data
    -- Every column that holds personal data, or sounds as if it did, and whose it is. Reference data, changed by migrations only.
    table_name regclass not null
    column_name name not null
    subject text not null  -- guest: erased on request and after 90 days; member: kept with the organisation's own history; supplier: a business contact, removed with the supplier; nobody: only sounds personal.
    identifies text  -- phone, email, or user (the id of one with that phone or email): a guest's rows are found by this column.
table private.provider_checks
    -- Payments and refunds without an outcome that the provider is asked about; the job itself is in a queue.
    kind text not null
    subject_id uuid not null  -- The payment, or the refund.
    venue_id uuid not null
    requested_at timestamp with time zone not null default now()  -- After an hour without an answer the job counts as lost, or dead, and is asked for again: it has the effect of running once.
    answered_at timestamp with time zone  -- When the provider last said that it does not know the outcome either; it is asked again ten minutes later.
table private.provider_events
    -- Inbox of verified provider events, with what each led to.
    provider text not null
    event_id text not null
    type text not null
    status text not null  -- applied; ignored: needs nothing; deferred: about a payment that has not been reported as paid yet, applied when it is; quarantined: contradicts the books, a person must look; resolved: a person has.
    outcome text not null  -- What was done, or why nothing was.
    payload jsonb not null  -- The event without the personal data that came with it.
    created_at timestamp with time zone not null  -- The provider's clock.
    received_at timestamp with time zone not null default now()
    trace_id text
    venue_id uuid  -- Whose books a quarantined event is about, where that is known.
    resolution text
    resolution_reason text
    resolved_by uuid
    resolved_at timestamp with time zone
table private.queues
    -- The queues that workers drain; each has a dead-letter queue beside it. Reference data, changed by migrations only.
    queue text not null
    attempts integer not null  -- After this many attempts a job is a dead letter.
table private.rate_limits
    -- Successful calls per subject and window, named by its first minute. Unlogged: a crash forgives what was used. Purged hourly.
    scope text not null
    subject uuid not null
    minute timestamp with time zone not null
    used integer not null
table private.reconciliation_findings
    -- Differences between the provider and the books that no rule could settle; docs/reconciliation.md says what to do about each kind.
    id uuid not null default gen_random_uuid()
    kind text not null
    subject text not null  -- The provider's object; a refund of ours that it never heard of; or a currency and day of the balance.
    organisation_id uuid  -- Null when nothing here says whose it is: for the operator alone.
    venue_id uuid  -- Null for what is the organisation's as a whole: its subscriptions.
    payment_id uuid
    detail jsonb not null  -- What each side says.
    first_seen_at timestamp with time zone not null default now()
    last_seen_at timestamp with time zone not null default now()
    resolved_at timestamp with time zone  -- When a run found it gone, or become another one.
    closed_at timestamp with time zone  -- When a person has looked into it: from then on it is not open, though it may differ still.
    closed_by uuid  -- The member; null for the secret key.
    close_reason text
table private.reconciliation_runs
    -- Every reconciliation there was; a finished one is history and changes no more.
    id uuid not null default gen_random_uuid()
    requested_by text not null
    window_from timestamp with time zone not null  -- What was made at the provider from here on is looked at; the windows of good runs overlap, without a gap.
    window_to timestamp with time zone not null
    step text not null default 'events'::text
    page_after text  -- Where the step goes on: the provider's object after which the next page begins.
    counts jsonb not null default '{}'::jsonb  -- How many were seen, compared, recovered and repaired.
    worker uuid  -- Who is at it; whoever writes must be the one.
    lease_until timestamp with time zone  -- Afterwards anybody may take it over.
    last_error text
    requested_at timestamp with time zone not null default now()
    started_at timestamp with time zone
    finished_at timestamp with time zone
    outcome text  -- clean; differences: at least one finding is open; failed: given up after six hours.
table private.reconciliation_seen
    -- The provider's objects that the run under way has met; emptied at its end.
    run_id uuid not null
    object_id text not null
table private.rollup_watermark
    -- Up to when changes have been noticed.
    only_row boolean not null default true
    seen_until timestamp with time zone not null
table private.session_channels
    -- The secret channel that the guests of a session listen on.
    session_id uuid not null
    venue_id uuid not null
    channel text not null default private.random_token()  -- Kept as it is, not hashed: the database must name it to send. It shows statuses of one session's orders, and opens nothing else.
    expires_at timestamp with time zone not null default (now() + '12:00:00'::interval)
table private.stale_days
    -- Business days that changed since they were rolled up. They are read from rows until the clock has counted them again; the current day stays here until it is over.
    venue_id uuid not null
    business_date date not null
table private.stock_alerts
    -- Ingredients that are low, from when they were until they are restocked.
    venue_id uuid not null
    ingredient_id uuid not null
    raised_at timestamp with time zone not null default now()
    told_at timestamp with time zone  -- When a mail about it was asked for; null while it waits for the next one.
table private.stock_tellings
    -- When a venue was last told of low stock.
    venue_id uuid not null
    told_at timestamp with time zone not null
table private.tenant_schemas
    -- The SQL schemas of enterprise organisations. A row and its schema and login role are made and dropped together.
    organisation_id uuid not null
    schema_name text not null  -- Name of the schema and of its login role; stays when the organisation's slug changes.
    views_version text  -- Digest of the views as they were made; null: there are none.
    password_set_at timestamp with time zone not null default clock_timestamp()  -- When the present password was made; sessions from before are ended.
    closed_at timestamp with time zone  -- Since when the plan or subscription no longer includes the schema: the role cannot log in and the views are empty; after 30 days it is dropped.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table private.tenant_views
    -- The views of a tenant's schema. Reference data, changed by migrations only; see docs/tenant-schemas.md.
    view_name text not null
    source regclass not null  -- The table whose rows are shown.
    tenant_column name not null  -- venue_id: rows of the organisation's venues; organisation_id, or id: rows of the organisation itself.
    shown name[] not null  -- The columns, in order. What is added to the table later is not shown before it is added here.
    meaning text not null  -- One sentence, which becomes the view's comment.
table private.venue_jobs
    -- Jobs of venues that were asked for and are not done; the job itself is in a queue.
    topic text not null
    venue_id uuid not null
    requested_at timestamp with time zone not null default now()  -- After an hour it counts as lost, or dead, and is asked for again: every such job has the effect of running once.
table private.webhook_secrets
    -- What deliveries are signed with: the name of a secret in the vault, which has to be read to sign.
    id uuid not null  -- The vault's id of the secret.
    organisation_id uuid not null
    endpoint_id uuid not null
    created_at timestamp with time zone not null default now()
    expires_at timestamp with time zone  -- Until when a replaced secret signs as well; null: the present one.
table public.add_ons, row level security
    -- What can be added to a plan for a price. Reference data, changed by migrations only.
    add_on text not null
    tier text not null  -- The plan it is sold with.
    entitlement text not null
    max_count bigint not null  -- How many it adds to what the plan includes.
    monthly_price_minor bigint not null  -- Price per month in minor units, excluding VAT.
    currency text not null default 'GBP'::text
table public.assistant_calls, row level security
    -- Append-only history of the assistant's tool calls and of questions to its model; it outlives the people and venues that it names.
    id bigint not null identity
    organisation_id uuid not null
    venue_id uuid not null
    actor_id uuid not null
    called_at timestamp with time zone not null default now()
    tool text not null
    arguments jsonb not null  -- Without personal data: addresses, telephone numbers and free words are masked.
    outcome text not null  -- ok, or the code of the refusal.
    rows_touched integer not null  -- How much was read, or changed.
    latency_ms integer not null
    trace_id text
    model text  -- Who answered, for a question to the model or a background job; null for the tools, which have the question's trace id.
    prompt_sha256 bytea  -- Of what was asked, for a background job of its arguments and texts; the words themselves are the asker's alone, and forgotten after 90 days.
    input_tokens bigint
    output_tokens bigint
    cost_micro bigint  -- In millionths of the currency of the provider's prices.
table public.assistant_conversations, row level security
    -- Conversations with the assistant, each of one person in one venue, whom alone it is shown. Forgotten 90 days after its last word.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid not null
    actor_id uuid not null
    created_at timestamp with time zone not null default now()
    used_at timestamp with time zone not null default now()
table public.assistant_jobs, row level security
    -- Work that the assistant does in the background, and what became of it. Kept for 90 days.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid not null
    actor_id uuid not null
    kind text not null
    arguments jsonb not null  -- translate_menu: {locale}; read_menu: {paths}, objects in the bucket menu-files.
    status text not null default 'requested'::text  -- requested: waits for a worker; asked: the provider has it; succeeded; failed: no usable answer; discarded: there was one, and the person had lost the right to it; cancelled by the person; expired: no answer within the hour.
    reason text  -- Why it failed or was discarded: a code.
    input jsonb  -- The texts that were sent, by number, so that an answer can name nothing else; gone when the job has ended.
    result jsonb  -- What was written, in numbers: {written, skipped, remaining} or {items_added, categories_added, skipped}.
    response_id text  -- The provider's name of the answer; opens nothing without the provider's key.
    day date  -- The business day of whose budget it takes; null until it does.
    model text
    input_tokens integer  -- With output_tokens and cost_micro: what it holds of the day's budget at most, and, when it has ended, what it has used.
    output_tokens integer
    cost_micro bigint  -- In millionths of the currency of the provider's prices.
    created_at timestamp with time zone not null default now()
    asked_at timestamp with time zone
    checked_at timestamp with time zone  -- When a clock last had the provider asked, because no webhook had come.
    finished_at timestamp with time zone
    expires_at timestamp with time zone not null default (now() + '01:00:00'::interval)
table public.assistant_messages, row level security
    -- What was said in a conversation: the words alone, not what tools have read for them. Forgotten after 90 days.
    id bigint not null identity
    venue_id uuid not null
    actor_id uuid not null
    conversation_id uuid not null
    said_by text not null
    text text not null
    created_at timestamp with time zone not null default now()
table public.assistant_proposals, row level security
    -- Changes that the assistant has proposed, and what became of them. Kept for 90 days.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid not null
    actor_id uuid not null
    tool text not null
    arguments jsonb not null
    before jsonb not null  -- What is now, as far as the change depends on it; it must still be so when the change is confirmed.
    after jsonb not null
    impact jsonb not null  -- What the change means, in numbers; not compared again.
    measured integer not null  -- How much it changes, in the measure of its tool's guardrail.
    hash bytea not null  -- SHA-256 of who proposes what and of what it was made from: the same proposal, asked for again, is the same row.
    status text not null default 'pending'::text
    undo jsonb  -- What undo_proposal needs; null for what cannot be taken back.
    created_at timestamp with time zone not null default now()
    expires_at timestamp with time zone not null default (now() + '00:10:00'::interval)
    decided_at timestamp with time zone
    undone_at timestamp with time zone
table public.bill_shares, row level security
    -- Append-only: what one of those who share a bill pays of one order.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    order_id uuid not null
    split_id uuid not null
    number integer not null  -- Who pays it: the shares of one bill_id with one number are one person's.
    amount_minor bigint not null
    items jsonb  -- What it is for, when it was split by item: [{line_id, quantity}]; what nobody took is shared by all.
table public.bill_splits, row level security
    -- How the bill of an order is, or was, split into shares; the orders of a table that were split together have one bill_id.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    order_id uuid not null
    bill_id uuid not null
    method text not null
    amount_minor bigint not null  -- What was due when it was split: the sum of its shares, by deferred constraint.
    created_by uuid not null
    created_at timestamp with time zone not null default now()
    ended_at timestamp with time zone
    outcome text  -- paid: nothing is due any more; cancelled: by staff, or with the order; changed: the order's price did; overtaken: a payment came that is no share of it.
table public.billing_changes, row level security
    -- What owners asked of a subscription, and whether the provider took it. What came of it is in subscriptions.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    kind text not null
    request jsonb not null
    steps jsonb not null  -- What the provider is asked for: computed once, so that a repeat asks for the same under the same key.
    status text not null default 'reserved'::text  -- reserved: the provider may have been asked; called; refused by the provider; abandoned: nobody came back within two minutes.
    provider_reference text  -- The Checkout Session, or the subscription that was changed.
    failure_code text
    requested_by uuid
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.billing_customers, row level security
    -- Who an organisation is at the payment provider. Set by its subscription.
    organisation_id uuid not null
    provider_reference text not null
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.connected_accounts, row level security
    -- Accounts of organisations at the payment provider, to which online payments go on.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    provider_reference text  -- Null until the provider has made it.
    charges_enabled boolean not null default false  -- The provider lets it take charges and transfers.
    payouts_enabled boolean not null default false  -- The provider pays out to its bank.
    requirements jsonb not null default '{}'::jsonb  -- What the provider still wants to know, and why it is disabled: {currently_due: [text], disabled_reason: text}.
    is_gone boolean not null default false  -- The provider does not know it, or not as ours; the next link makes another.
    seen_at timestamp with time zone  -- By our clock: the provider was asked after this instant. What was asked earlier changes nothing any more.
    unlinked_at timestamp with time zone  -- The owner wants new payments to stay with Servio.
    closed_at timestamp with time zone  -- Another account has taken its place.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.daily_closes, row level security
    -- One row per venue and business day that was closed: what the close did, and what it left to the manager.
    venue_id uuid not null
    business_date date not null  -- The day that ended; what was open from earlier days is closed with it.
    closed_at timestamp with time zone not null
    expired_orders integer not null default 0
    closed_sessions integer not null default 0
    unsettled jsonb not null default '[]'::jsonb  -- Sessions left open because something is unpaid: [{session_id, table_id, label, opened_at, orders, due_minor}].
    open_drawers jsonb not null default '[]'::jsonb  -- Cash drawers that nobody has counted: [{drawer_session_id, name, business_date}]. They stay open, because only a person can count.
table public.discounts, row level security
    -- What takes something off an order: by itself while its window is open, or when its code is sent.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    name text not null
    code text  -- In capitals; guests may write it as they like. Null: no code is needed.
    percent_bp integer  -- Basis points off what is left after the discounts before it.
    amount_minor bigint  -- Minor units off: each portion of the item or category, or the order once. Never more than is left.
    menu_item_id uuid
    category_id uuid  -- Takes in the items that are in the category now, in the draft.
    scope text not null generated
CASE
    WHEN (menu_item_id IS NOT NULL) THEN 'item'::text
    WHEN (category_id IS NOT NULL) THEN 'category'::text
    ELSE 'order'::text
END  -- item, category or order: what the percentage or amount is taken off, by the target that is set.
    is_stackable boolean not null default false  -- Whether it may meet others that are stackable; otherwise it is the only discount of its order.
    is_active boolean not null default true
    starts_on date  -- First business day of the venue.
    ends_on date  -- Last business day of the venue.
    weekdays integer[]  -- ISO weekdays of the business day, 1 Monday to 7 Sunday; null is every day.
    from_time time without time zone  -- Local time at which it begins each day; later than until_time when it passes midnight.
    until_time time without time zone  -- Local time at which it has ended.
    max_uses integer  -- How many orders may use it; null is any number.
    used_count integer not null default 0  -- Orders that use it, without cancelled and expired ones.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.disputes, row level security
    -- Payments that a guest's bank disputes; answered at the provider, followed here.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    payment_id uuid not null
    provider_reference text not null
    status text not null  -- The provider's word. A warning takes no money yet; won, lost, warning_closed and prevented are decided.
    reason text not null  -- The bank's reason, in the provider's words.
    amount_minor bigint not null
    respond_by timestamp with time zone  -- Until when evidence is taken at the provider.
    opened_at timestamp with time zone not null
    reported_at timestamp with time zone not null  -- The provider's clock of the newest event: older ones do not change the status.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.drawer_movements, row level security
    -- Append-only: what went into or out of a drawer but for payments and refunds.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    drawer_session_id uuid not null
    kind text not null  -- float: there at the beginning; pay_in, pay_out: put in or taken out, for a reason; at the close difference: counted less expected, and taken_out: what was counted.
    amount_minor bigint not null  -- Into the drawer positive, out of it negative.
    reason text
    made_by uuid not null
    created_at timestamp with time zone not null default now()
table public.drawer_sessions, row level security
    -- A cash drawer from its opening to its count.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    name text not null  -- Which drawer: the till's or the device's name.
    business_date date not null  -- The venue's business day on which it was opened.
    is_blind boolean not null default false  -- Counted without being told what should be in it; who may see the figures is told.
    opened_by uuid not null
    opened_at timestamp with time zone not null default now()
    closed_by uuid
    closed_at timestamp with time zone
    expected_minor bigint  -- What should have been in it when it was counted.
    counted_minor bigint
table public.feedback, row level security
    -- One per order: that a guest of its session answered, and whether it counts.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    order_id uuid not null
    is_hidden boolean not null default false  -- Hidden feedback is in no summary; it is kept, and can be shown again.
    moderated_by uuid  -- Who hid it or showed it last; every decision is in the audit history. No foreign key: history outlives accounts.
    moderation_reason text
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.feedback_answers, row level security
    -- One answer to one question, of the kind that the question asks for.
    venue_id uuid not null
    feedback_id uuid not null
    question_id uuid not null
    kind text not null
    stars integer
    choice text
    body text  -- A guest's own words, which may say who they are.
table public.feedback_questions, row level security
    -- What a venue asks. Never reworded: earlier answers would belong to another question. Switch it off and ask anew.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    kind text not null  -- stars: 1 to 5; choice: one of the choices; text: in the guest's own words.
    prompt text not null
    choices text[]
    position integer not null default 0
    is_active boolean not null default true
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.ingredients, row level security
    -- What dishes are made of, counted in a base unit.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    name text not null
    unit text not null
    on_hand numeric(14,3) not null default 0  -- Sum of the ingredient's movements, in its unit. Below zero when a paid order needed more than there was.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
    cost_per_1000_minor bigint  -- What 1000 base units cost (a kilogram, a litre, a thousand pieces), in minor units; null while unknown. Deliveries move it to the weighted average.
    par_level numeric(14,3)  -- How much should be there after a delivery; null for what is not reordered.
    reorder_level numeric(14,3)  -- At or below this it is low; null means as soon as it is below par.
    supplier_id uuid  -- Whom it is reordered from.
table public.invitations, row level security
    -- An offer of membership: valid for 7 days, accepted at most once.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid
    email text not null
    role text not null
    status text not null default 'pending'::text
    token_hash bytea not null  -- SHA-256 of the token in the invitation link; not readable by clients.
    invited_by uuid
    accepted_by uuid
    expires_at timestamp with time zone not null default (now() + '7 days'::interval)
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.kitchen_stations, row level security
    -- Where tickets go. Every venue has exactly one expo, the fallback of all routing.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    name text not null
    kind text not null default 'other'::text
    is_active boolean not null default true
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.kitchen_tickets, row level security
    -- What a station has to cook.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    order_id uuid not null
    order_line_id uuid not null
    station_id uuid not null
    status text not null default 'new'::text  -- held → new → in_progress → ready → bumped; recall goes one back, but never to held; cancelled with its line or order.
    created_at timestamp with time zone not null default now()
    fired_at timestamp with time zone default now()  -- When the kitchen could begin; null while its course is held. Ages and prep times count from here.
    started_at timestamp with time zone
    ready_at timestamp with time zone
    bumped_at timestamp with time zone
    updated_at timestamp with time zone not null default now()
    ready_by uuid  -- The member who called it ready; null after a recall. No foreign key: history outlives accounts.
table public.loyalty_accounts, row level security
    -- A member of a venue's programme: whoever holds the card.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    user_id uuid  -- The user who was signed in when the card was made, and may have a new one; null: only the card says whose it is.
    points bigint not null default 0  -- Sum of the account's movements. Below zero when points were spent before the order that brought them was refunded.
    used_at timestamp with time zone not null default now()  -- When points were last earned, redeemed or adjusted, or the card was made.
    created_at timestamp with time zone not null default now()
table public.loyalty_movements, row level security
    -- Append-only: every change of a member's points, signed.
    id bigint not null identity
    venue_id uuid not null
    account_id uuid not null
    kind text not null  -- earn and reverse: an order brought points, and took them back as it was refunded or cancelled; redeem and return: an order took points off the account, and gave back what it did not need; expire: unused for too long; adjust: by a person.
    points bigint not null
    order_id uuid
    step integer  -- Which of its order's movements it is: by constraint each happens once.
    reason text
    created_by uuid  -- The member of staff who adjusted. No foreign key: history outlives accounts.
    created_at timestamp with time zone not null default now()
table public.loyalty_programmes, row level security
    -- What a venue gives for loyalty. Switched off, no further order redeems or earns, and every balance is kept.
    venue_id uuid not null
    name text not null  -- What the redeemed amount is called among an order's discounts.
    is_active boolean not null
    earn_points integer not null  -- Points for every earn_per_minor paid for what was ordered.
    earn_per_minor bigint not null
    point_value_minor bigint not null  -- What a point takes off an order, in minor units.
    min_redeem_points bigint not null
    expires_after_days integer not null  -- An account that was not used for so long loses its points.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.memberships, row level security
    -- User × organisation with one role, optionally narrowed to one venue.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid  -- The one venue this membership reaches; null means every venue of the organisation.
    user_id uuid not null
    role text not null
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.menu_categories, row level security
    -- Sections of the draft menu, in order of position.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    name text not null
    position integer not null default 0
    station_id uuid  -- Kitchen station of the category's items; null means expo.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.menu_image_variants, row level security
    -- The same image in other sizes and types, each an object of its own, from which a page chooses.
    path text not null  -- Name of the object in the bucket menu-images, in the folder of its image.
    venue_id uuid not null
    image_id uuid not null
    width integer not null
    height integer not null
    byte_size bigint not null
    mime_type text not null
table public.menu_item_images, row level security
    -- Images of the draft menu's items, in order of position; the first one stands for the item.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    menu_item_id uuid not null
    path text not null  -- Name of the object in the bucket menu-images: {venue_id}/{menu_item_id}/{uuid}.{ext}.
    alt text not null  -- What the image shows, for who does not see it, in the venue's language; menu_translations holds it in others.
    position integer not null
    width integer not null  -- Pixels, as who uploaded it says: the database does not read images.
    height integer not null  -- Pixels, as who uploaded it says.
    byte_size bigint not null  -- As Storage has counted.
    mime_type text not null  -- As Storage has accepted.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.menu_item_modifier_groups, row level security
    -- Which items offer which modifier groups, in order of position.
    venue_id uuid not null
    menu_item_id uuid not null
    group_id uuid not null
    position integer not null default 0
table public.menu_items, row level security
    -- Items of the draft menu; also the live switch that takes a published item off sale.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    category_id uuid not null
    name text not null
    description text not null default ''::text
    price_minor bigint not null  -- Price in minor units of the venue's currency, with or without tax as the venue says.
    tax_rate_bp integer not null default 2000  -- Tax rate in basis points (2000 = 20 %, the United Kingdom's standard rate).
    position integer not null default 0
    station_id uuid  -- Overrides the category's station.
    is_available boolean not null default true  -- False takes the item off sale at once ("86"), without publishing.
    archived_at timestamp with time zone  -- Archived items leave the next published menu and do not count against the plan.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
    allergens text[]  -- Allergens the dish contains, in order of name. Empty: it contains none. Null: nobody has said, which guests must not read as none.
    dietary_tags text[] not null default '{}'::text[]  -- Claims that the venue makes about the dish, in order of name.
    spice integer not null default 0  -- From 0, not spicy, to 3.
table public.menu_labels, row level security
    -- Allergens and dietary tags that items can carry. Reference data, changed by migrations only.
    label text not null
    kind text not null  -- allergen: one of the 14 of Regulation (EU) 1169/2011, annex II, which are also those of United Kingdom law; dietary_tag: a claim that the venue makes.
    position integer not null
    names jsonb not null  -- What guests read, by language: {"en": …, "fr": …}.
table public.menu_translations, row level security
    -- Draft translations of the menu's names and descriptions, one row per thing and language.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    locale text not null  -- Language of the translation. Rows in the venue's own language are kept but not published: guests read the source.
    category_id uuid
    menu_item_id uuid
    group_id uuid
    option_id uuid
    image_id uuid
    name text  -- Null: only the description is translated.
    description text  -- Of items, and of images what they show. Null: the source's text is shown.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.menu_version_translations, row level security
    -- Every published menu in every language it was translated to, immutable.
    venue_id uuid not null
    version integer not null
    locale text not null
    etag text not null  -- SHA-256 of the source's etag with this document: equal menus in a language, equal tag.
    document jsonb not null  -- Like menu_versions.document, with the source's text where there is no translation.
table public.menu_versions, row level security
    -- Every published menu of a venue, immutable.
    venue_id uuid not null
    version integer not null
    etag text not null  -- SHA-256 of the document with its tax rates and kitchen routing: equal menus, equal tag.
    document jsonb not null  -- What guests see: {labels:{label:name},categories:[{id,name,items:[{id,name,description,price_minor,allergens,dietary_tags,spice,images:[…],modifier_groups:[…]}]}]}.
    image_paths text[] not null generated private.image_paths(document)  -- The objects that this version shows: they stay as long as it does, because rollback_menu may bring it back.
    published_at timestamp with time zone not null default now()
    published_by uuid
    locale text not null  -- Language of the source text when it was published: the first part of the venue's locale, such as "en".
    restored_from integer  -- The version that this one repeats, when it came from rollback_menu.
table public.modifier_groups, row level security
    -- A choice that items offer, such as "Milk". Required when min_choices > 0, single when max_choices = 1.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    name text not null
    min_choices integer not null default 0
    max_choices integer not null default 1
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.modifier_options, row level security
    -- What can be chosen in a modifier group.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    group_id uuid not null
    name text not null
    price_delta_minor bigint not null default 0  -- Added to the item's price, in minor units; may be negative.
    position integer not null default 0
    is_available boolean not null default true
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.option_recipe_lines, row level security
    -- How much more of an ingredient a portion takes with an option, in the ingredient's unit; below zero for what it leaves out.
    venue_id uuid not null
    option_id uuid not null
    ingredient_id uuid not null
    quantity numeric(14,3) not null
table public.order_customers, row level security
    -- Personal data a guest gave with an order, apart from the order so that it can be erased.
    order_id uuid not null
    venue_id uuid not null
    name text
    phone text
    email text
    created_at timestamp with time zone not null default now()
table public.order_discounts, row level security
    -- What was taken off an order, a snapshot of its discounts in the order in which they were applied.
    venue_id uuid not null
    order_id uuid not null
    position integer not null
    discount_id uuid  -- Null once the discount has been deleted.
    name text not null
    amount_minor bigint not null  -- What it takes off the lines as they are now; nothing, once what it was for has left the order.
    terms jsonb not null  -- What it took off what when the order was placed ({scope, percent_bp or amount_minor, menu_item_id or category_id}): changed lines get the same.
table public.order_events, row level security
    -- Append-only: every change of an order, who made it, when and why.
    id bigint not null identity
    venue_id uuid not null
    order_id uuid not null
    from_status text
    to_status text not null
    actor_kind text not null
    actor_id uuid  -- The member's user id, the API key's id, or the guest's device id.
    reason text
    action text not null default 'moved'::text  -- moved: its status changed; amended, comped, voided: its lines did; fired: a course went to the kitchen.
    details jsonb  -- What was changed when the status was not: ids of lines, amounts, the course.
    occurred_at timestamp with time zone not null default now()
    trace_id text
table public.order_lines, row level security
    -- Lines of an order, a snapshot of the published menu.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    order_id uuid not null
    position integer not null
    menu_item_id uuid not null
    name text not null
    quantity integer not null
    unit_price_minor bigint not null  -- The item's published price for one, without options.
    options jsonb not null  -- Chosen options: [{id, name, price_delta_minor}].
    options_minor bigint not null  -- Sum of the chosen options' price deltas for one.
    line_minor bigint not null  -- max(unit_price_minor + options_minor, 0) × quantity.
    discount_minor bigint not null default 0  -- The line's share of the order's discounts.
    tax_rate_bp integer not null
    tax_minor bigint not null  -- Tax in or on what is left of net_minor after discounts, rounded half-up per line.
    station_id uuid not null  -- The kitchen station that cooks it.
    note text
    course integer not null default 1  -- Course 1 is cooked at once, later ones when they are fired.
    comp_minor bigint not null default 0  -- How much of the line is on the house; its price stays on the bill.
    voided_at timestamp with time zone  -- When it was taken off the order; order_events says by whom and why.
    net_minor bigint not null generated
CASE
    WHEN (voided_at IS NULL) THEN (line_minor - comp_minor)
    ELSE (0)::bigint
END  -- What the line costs before discounts: nothing once voided, else line_minor less comp_minor. The only column to sum.
table public.order_loyalty, row level security
    -- The member of an order, and the programme's terms when it was placed.
    venue_id uuid not null
    order_id uuid not null
    account_id uuid not null
    earn_points integer not null
    earn_per_minor bigint not null
    point_value_minor bigint not null
    redeemed_points bigint not null  -- Taken when it was placed.
    returned_points bigint not null default 0  -- Given back when it was cancelled or expired, or completed without needing them.
    earned_points bigint not null default 0  -- What it has brought so far, as private.points_earned counts.
    steps integer not null default 0  -- How many movements it has made; the number of its next one is one more.
table public.orders, row level security
    -- One order: what was ordered, priced by the database, and how far it and its payment have come.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    organisation_id uuid not null
    number integer not null  -- Counts from 1 per venue and business day; short enough to call out.
    business_date date not null  -- The venue's business day on which it was placed.
    session_id uuid
    table_id uuid
    source text not null
    fulfilment text not null
    payment_mode text not null
    status text not null
    menu_version integer not null
    currency text not null
    prices_include_tax boolean not null
    subtotal_minor bigint not null  -- Sum of what the lines cost (net_minor), before discounts.
    tax_minor bigint not null  -- Sum of the lines' tax; part of what the lines cost when prices include tax, else part of the total.
    service_charge_bp integer not null default 0  -- The venue's service charge when it was placed; what is priced again is charged by it.
    service_charge_minor bigint not null
    tip_minor bigint not null
    total_minor bigint not null
    discount_minor bigint not null default 0  -- Sum of order_discounts, and of what they take off each line.
    paid_minor bigint not null default 0  -- Gross settlements by the ledger, tips included; never written otherwise.
    refunded_minor bigint not null default 0  -- Refunds by the ledger; never written otherwise.
    payment_status text not null generated
CASE
    WHEN ((refunded_minor > 0) AND (refunded_minor >= paid_minor)) THEN 'refunded'::text
    WHEN (refunded_minor > 0) THEN 'partially_refunded'::text
    WHEN (paid_minor >= total_minor) THEN 'paid'::text
    WHEN (paid_minor > 0) THEN 'partially_paid'::text
    ELSE 'unpaid'::text
END  -- Derived from paid_minor, refunded_minor and total_minor.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
    has_member boolean not null default false  -- Whether it came with a loyalty card; order_loyalty says whose. Other orders cost loyalty nothing.
    split_id uuid  -- The split by which it is being paid; null when it is not split, or no longer.
table public.organisation_add_ons, row level security
    -- The add-ons that an organisation pays for, as its subscription says.
    organisation_id uuid not null
    add_on text not null
table public.organisations, row level security
    -- The customer we bill. Has many venues.
    id uuid not null default gen_random_uuid()
    name text not null
    slug text not null
    tier text not null default 'starter'::text  -- The plan; set from verified billing events only, never by a client.
    subscription_status text not null default 'trialing'::text  -- As the payment provider names it; decides read-only mode together with the two timestamps.
    trial_ends_at timestamp with time zone not null default (now() + '14 days'::interval)  -- End of the 14-day trial, which carries pro entitlements.
    past_due_since timestamp with time zone  -- Start of the 7 days of grace after a failed renewal.
    created_by uuid
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.payments, row level security
    -- Every attempt to pay an order, online or at the till, and what was given up because nobody will pay it.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    organisation_id uuid not null
    order_id uuid not null
    method text not null
    status text not null  -- reserved: row exists, provider not asked yet; pending: with the provider; succeeded: settled in the ledger; canceled.
    amount_minor bigint not null  -- What is paid, tip included, in minor units.
    tip_minor bigint not null default 0  -- The part of the amount that is a tip.
    currency text not null
    tendered_minor bigint  -- Cash handed over; the change is tendered less amount.
    refund_claimed_minor bigint not null default 0  -- Refunds made or under way.
    provider text
    provider_reference text  -- The provider's object: a PaymentIntent, or a Checkout Session until it is paid and has one.
    failure_code text  -- Why the last attempt was declined, in the provider's words; the guest may try again.
    terminal_reference text
    share_id uuid  -- The share of a split bill that it pays.
    is_excess boolean not null default false  -- It paid a share that was paid already: it pays nothing of the order and goes back.
    destination text  -- The organisation's own account at the provider that the money goes on to, as it was when the payment was started; null: it stays with Servio.
    application_fee_minor bigint not null default 0  -- What Servio keeps of it.
    reversal_claimed_minor bigint not null default 0  -- What refunds have taken back, or are taking back, from the destination.
    collected_by uuid
    reason text  -- Why it was written off; only then.
    settled_at timestamp with time zone
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
    drawer_session_id uuid  -- The drawer that the cash went into.
table public.permissions, row level security
    -- What can be allowed. Reference data, changed by migrations only.
    permission text not null
    description text not null
    needs_subscription boolean not null  -- False for what stays possible in read-only mode: reading, giving guests their money back, and paying us.
table public.published_menu_items, row level security
    -- The priced items of each published menu; what orders are priced from.
    venue_id uuid not null
    version integer not null
    menu_item_id uuid not null
    name text not null
    price_minor bigint not null
    tax_rate_bp integer not null
    station_id uuid  -- Item's station, else its category's, as of publishing; null means expo.
    options jsonb not null  -- What can be chosen, by option id: {id: {id, name, price_delta_minor, group}}; group counts from 1.
    choice_limits jsonb not null  -- How many options of group 1, 2, … may be chosen: [[min, max], …].
table public.purchase_order_lines, row level security
    -- Ingredients of a purchase order, in their base units.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    purchase_order_id uuid not null
    ingredient_id uuid not null
    quantity numeric(14,3) not null
    cost_minor bigint  -- What the whole line should cost, in minor units; null when not agreed.
    received_quantity numeric(14,3) not null default 0  -- What has come so far: the sum of the line's movements.
    received_cost_minor bigint not null default 0  -- What has been paid for what has come, in minor units.
table public.purchase_orders, row level security
    -- What a venue orders from a supplier.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    supplier_id uuid not null
    status text not null default 'draft'::text  -- draft → sent → partial → received; cancelled ends an order whose rest will not come, and keeps what was received.
    created_by uuid  -- The member. No foreign key: history outlives accounts.
    created_at timestamp with time zone not null default now()
    sent_at timestamp with time zone
    closed_at timestamp with time zone
    updated_at timestamp with time zone not null default now()
table public.qr_codes, row level security
    -- Printed codes. Rotating one revokes it and makes a new one; a revoked code never works again.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    table_id uuid
    kind text not null  -- table: served at the table; table_pickup: ordered at the table, fetched at the counter; counter: no table.
    token_hash bytea not null  -- SHA-256 of the token in the printed link; not readable by clients.
    created_at timestamp with time zone not null default now()
    revoked_at timestamp with time zone
table public.recipe_lines, row level security
    -- How much of an ingredient one portion of an item takes, in the ingredient's unit.
    venue_id uuid not null
    menu_item_id uuid not null
    ingredient_id uuid not null
    quantity numeric(14,3) not null
table public.refunds, row level security
    -- Money given back. Online ones are pending until the provider confirms them.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    payment_id uuid not null
    amount_minor bigint not null
    reason text not null
    status text not null
    provider_reference text
    failure_code text
    reverses_transfer boolean not null default false  -- The provider takes it back from the payment's destination, with our fee in proportion.
    requested_by uuid  -- The member who asked; null when a rule did (late or excess payment) or it came from the provider.
    settled_at timestamp with time zone
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
    drawer_session_id uuid  -- The drawer that the cash came out of.
table public.reservation_customers, row level security
    -- Personal data of who reserved, apart from the reservation so that it can be erased.
    reservation_id uuid not null
    venue_id uuid not null
    name text not null
    phone text
    email text
    note text  -- What the party asked for; it may tell about a person.
    created_at timestamp with time zone not null default now()
table public.reservations, row level security
    -- A table held for a party: booked → checked_in → completed; booked → cancelled or no_show.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    table_id uuid  -- Null until a table is assigned.
    party_size integer not null
    starts_at timestamp with time zone not null
    ends_at timestamp with time zone not null  -- The start plus the turn time that the venue had when it was booked.
    status text not null default 'booked'::text
    session_id uuid  -- The session that check-in opened; follows the party when tables are merged.
    booked_by uuid  -- The member who took it.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.role_permissions, row level security
    -- The matrix: which role may do what. Reference data, changed by migrations only.
    role text not null
    permission text not null
table public.roles, row level security
    -- The roles a member can have. Reference data, changed by migrations only.
    role text not null
    rank integer not null  -- Nobody grants, changes or removes a role of a higher rank than their own.
table public.shifts, row level security
    -- Who is planned to work where and when: draft → published; either → cancelled.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid not null
    user_id uuid not null  -- Who works. No foreign key: the plan of the past outlives accounts.
    starts_at timestamp with time zone not null
    ends_at timestamp with time zone not null
    status text not null default 'draft'::text  -- A draft is seen by those who plan; the person sees it once it is published.
    published_at timestamp with time zone  -- When the person could first see it; stays when it is cancelled later.
    cancel_reason text
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.stock_movements, row level security
    -- Append-only: every change of stock, signed, in the ingredient's unit.
    id bigint not null identity
    venue_id uuid not null
    ingredient_id uuid not null
    kind text not null
    quantity numeric(14,3) not null
    order_line_id uuid
    reason text
    created_by uuid  -- The member, or null for guests and machines. No foreign key: history outlives accounts.
    created_at timestamp with time zone not null default now()
    transfer_id uuid  -- What the two movements of a transfer have in common; together they are zero.
    cost_per_1000_minor bigint  -- Of a sale: what 1000 base units of the ingredient cost at that moment; null when nobody knew. Later deliveries change no margin of the past.
    stocktake_id uuid  -- The stocktake whose difference it books.
    purchase_order_line_id uuid  -- The line of the purchase order that was delivered.
table public.stocktake_counts, row level security
    -- What was counted of each ingredient; what was not counted stays as the books say.
    venue_id uuid not null
    stocktake_id uuid not null
    ingredient_id uuid not null
    counted numeric(14,3) not null  -- What is there, in the ingredient's unit.
    expected numeric(14,3) not null  -- What the books said when it was counted; below zero when more was sold than was there.
    counted_by uuid  -- The member. No foreign key: history outlives accounts.
    counted_at timestamp with time zone not null default now()
table public.stocktakes, row level security
    -- Counts of a venue's stock: open, then posted to the books or cancelled.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    status text not null default 'open'::text
    opened_by uuid  -- The member. No foreign key: history outlives accounts.
    opened_at timestamp with time zone not null default now()
    closed_by uuid  -- Who posted or cancelled it.
    closed_at timestamp with time zone
    updated_at timestamp with time zone not null default now()
table public.subscription_events, row level security
    -- Append-only history: each change of a subscription that we saw, from what to what.
    id bigint not null identity
    organisation_id uuid not null
    subscription_id uuid not null
    occurred_at timestamp with time zone not null default now()
    before jsonb  -- Status, plan, next plan, add-ons, trial, period and cancellation as they were; null for the first sight of a subscription.
    after jsonb not null
    trace_id text  -- W3C trace id of the request that reported it.
table public.subscriptions, row level security
    -- The subscriptions of an organisation, past ones included, as the provider last told us.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    provider_reference text not null
    status text not null  -- In the provider's words.
    tier text not null  -- The plan that is paid for now.
    next_tier text  -- The smaller plan that begins when the period ends; null when none does.
    items jsonb not null  -- The provider's item of the plan and of each add-on: {"pro": "si_…"}.
    currency text not null
    billing_interval text not null
    trial_ends_at timestamp with time zone
    current_period_ends_at timestamp with time zone not null
    cancel_at_period_end boolean not null
    past_due_since timestamp with time zone  -- When the invoice that could not be collected was made; the grace counts from here, however often it is tried again.
    started_at timestamp with time zone not null
    seen_at timestamp with time zone not null  -- By our clock: the provider was asked after this instant. What was asked earlier changes nothing any more.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.suppliers, row level security
    -- Whom a venue buys from, with the contact that a purchase order goes to.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    name text not null
    email text
    phone text
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.table_sessions, row level security
    -- A party at a table from scan to bill, or one guest at a counter. Its guests share the bill.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    table_id uuid  -- Null for a counter session, which nobody else joins.
    opened_by uuid  -- The member who opened it; null when a guest's scan did.
    opened_at timestamp with time zone not null default now()
    closed_by uuid
    closed_at timestamp with time zone
    arrangement integer not null default 0  -- Counts moves and partings: an order that waited for one looks again where its guest sits.
table public.tables, row level security
    -- The tables that guests sit at.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    label text not null  -- What is written on the table, unique in the venue.
    seats integer not null default 2
    area text not null default ''::text
    is_active boolean not null default true
    merged_into uuid  -- The table that leads this one: its code opens the leading table's session. Written by merge_tables and unmerge_tables only.
    blocked_reason text  -- Why nobody can sit here now; null when somebody can.
    cleaned_at timestamp with time zone  -- When somebody last said it is clean; ends the cleaning after a session early.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.tier_entitlements, row level security
    -- What each plan includes. Reference data, changed by migrations only.
    tier text not null
    entitlement text not null
    max_count bigint  -- How many; 0 = not included, null = unlimited (for a feature: included).
table public.tiers, row level security
    -- The plans. Reference data, changed by migrations only.
    tier text not null
    monthly_price_minor bigint not null  -- Price per month in minor units, excluding VAT.
    currency text not null default 'GBP'::text
table public.time_entries, row level security
    -- When somebody was at work. One open per person and organisation, none overlapping, by constraint.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid not null
    user_id uuid not null  -- Who worked. No foreign key: what is owed outlives accounts.
    shift_id uuid  -- The published shift that was on when they clocked in; how late or early they were is derived from it.
    status text not null default 'open'::text  -- forgotten: open for more than 16 hours. It counts no time until a person says when it ended; nothing closes it silently.
    clocked_in_at timestamp with time zone not null default now()
    clocked_out_at timestamp with time zone
    corrected_by uuid  -- The member who last corrected it; every correction is in the audit history. No foreign key, as above.
    correction_reason text
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.units, row level security
    -- What quantities can be entered in. Reference data, changed by migrations only.
    unit text not null
    base_unit text not null  -- The unit of the same dimension in which stock is kept: g (mass), ml (volume) or each (count).
    factor numeric not null  -- How many base units it is, exactly: ounce and pound are the international avoirdupois ones, spoons and cup the metric ones.
table public.venues, row level security
    -- A restaurant, café, bar or truck: the unit of isolation for operations.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    name text not null
    slug text not null  -- Names the venue in public URLs, unique everywhere.
    venue_type text not null default 'restaurant'::text
    service_type text not null default 'both'::text
    currency text not null default 'GBP'::text  -- ISO 4217; every amount of this venue is in its minor units.
    locale text not null default 'en-GB'::text
    timezone text not null default 'Europe/London'::text  -- IANA name; business days are cut in it.
    day_starts_at time without time zone not null default '04:00:00'::time without time zone  -- Local time at which the business day turns, so that a late night belongs to its evening.
    prices_include_tax boolean not null default true  -- Whether menu prices contain tax (United Kingdom: yes) or tax is added on top.
    service_charge_bp integer not null default 0  -- Discretionary service charge at tables, in basis points of what the lines cost after discounts; carries no tax.
    collection_pays_at_till boolean not null default false  -- Whether collection orders may be paid on pick-up.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
    menu_version integer  -- The published version that guests see; null until the first publication.
    turn_minutes integer not null default 90  -- How long a reservation holds its table.
    hold_minutes integer not null default 30  -- How long before a reservation its table counts as reserved.
    no_show_minutes integer not null default 20  -- How long after its time a reservation waits for its party.
    cleaning_minutes integer not null default 5  -- How long a table counts as being cleaned after its session, unless somebody says it is clean.
    allows_negative_stock boolean not null default false  -- Whether guests may order what the books say is gone: then stock neither refuses an order nor takes an item off sale. Paid orders are cooked either way.
    overdue_minutes integer not null default 15  -- How long the kitchen may take over a dish before its order is overdue.
    address text  -- Street and town, as it is written on an envelope; null until somebody has said.
    postcode text
    country text not null default 'GB'::text  -- ISO 3166-1 alpha-2.
    opening_hours jsonb  -- The regular week by the clock on the wall: [{weekday: 1 Monday to 7 Sunday, opens: "HH:MM", closes: "HH:MM"}]. Who closes at or before the hour of opening closes on the next day. Null: nobody has said; empty: never open.
    revives_late_orders boolean not null default false  -- An order that expired and is paid after all goes to the kitchen while its business day lasts; otherwise the money goes back.
    cash_needs_drawer boolean not null default false  -- Whether cash is taken and given back only while a drawer is open.
table public.waiting_parties, row level security
    -- The waiting list: who waits for a table, with name and phone for the members who seat them.
    id uuid not null default gen_random_uuid()
    venue_id uuid not null
    party_size integer not null
    quoted_minutes integer not null  -- How long they were told it would take.
    status text not null default 'waiting'::text
    session_id uuid  -- Where they were seated.
    name text
    phone text
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.webhook_deliveries, row level security
    -- An event on its way to an endpoint, and how far it came. Gone with its event after 30 days.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    endpoint_id uuid not null
    event_id uuid not null
    status text not null default 'pending'::text  -- pending; delivered: answered with 2xx; failed: given up, the tenant's own dead letter; cancelled: its endpoint was switched off.
    attempts integer not null default 0  -- Attempts that were made, those of earlier requests included.
    response_status integer  -- HTTP status of the last answer; null when there was none.
    latency_ms integer  -- How long the last attempt took.
    failure text  -- Of the last attempt. address: it leads to no public one; connection: nobody answered there over TLS with a good certificate; timeout; answer: neither 2xx nor HTTP; redirect: not followed; lost: its worker died.
    next_attempt_at timestamp with time zone default now()  -- Not before this instant; while pending only.
    sending_until timestamp with time zone  -- While a worker is sending it: how long it may.
    finished_at timestamp with time zone
    created_at timestamp with time zone not null default now()
table public.webhook_endpoints, row level security
    -- Where an organisation wants to be told of what happens, and of what.
    id uuid not null default gen_random_uuid()
    organisation_id uuid not null
    venue_id uuid  -- Only what happens there; null: in the whole organisation.
    url text not null
    description text
    event_types text[] not null
    is_enabled boolean not null default true
    disabled_because text  -- by_hand; failing: it had not taken a delivery for days; gone: it answered 410.
    failing_since timestamp with time zone  -- When the first of the present series of failed attempts was made.
    failures integer not null default 0  -- Failed attempts since the last delivery that arrived.
    created_at timestamp with time zone not null default now()
    updated_at timestamp with time zone not null default now()
table public.webhook_event_types, row level security
    -- Everything a webhook can tell of. Reference data, changed by migrations only.
    type text not null
    description text not null
table public.webhook_events, row level security
    -- What endpoints are told: an event is here once it had somebody to be told to. Kept for 30 days.
    id uuid not null
    organisation_id uuid not null
    venue_id uuid
    type text not null
    sequence bigint not null  -- Grows with gaps: of two events of one order the later has the larger.
    data jsonb not null  -- Ids, statuses and amounts; never a name, an address or a free text.
    created_at timestamp with time zone not null

-- constraints
private.ai_events: outcome_is_known CHECK ((outcome = ANY (ARRAY['matched'::text, 'unmatched'::text, 'ignored'::text])))
private.ai_events: ai_events_pkey PRIMARY KEY (event_id)
private.api_buckets: api_buckets_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE
private.api_buckets: api_buckets_pkey PRIMARY KEY (organisation_id, part)
private.api_key_secrets: key_is_in_the_organisation FOREIGN KEY (organisation_id, api_key_id) REFERENCES private.api_keys(organisation_id, id) ON DELETE CASCADE
private.api_key_secrets: api_key_secrets_pkey PRIMARY KEY (secret_hash)
private.api_keys: it_ends_after_it_began CHECK ((expires_at > created_at))
private.api_keys: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 60)))
private.api_keys: people_alone_decide_about_people_and_money_of_ours CHECK ((NOT (scopes && ARRAY['staff.manage'::text, 'staff.roles'::text, 'integrations.manage'::text, 'billing.read'::text, 'billing.edit'::text, 'venue.delete'::text, 'ai.use'::text])))
private.api_keys: scopes_are_named CHECK (((cardinality(scopes) > 0) AND (array_position(scopes, NULL::text) IS NULL)))
private.api_keys: api_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL
private.api_keys: api_keys_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE
private.api_keys: api_keys_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES auth.users(id) ON DELETE SET NULL
private.api_keys: venue_belongs_to_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
private.api_keys: api_keys_pkey PRIMARY KEY (id)
private.api_keys: api_keys_tenant_key UNIQUE (organisation_id, id)
private.application_fees: currency_is_iso_4217 CHECK ((currency ~ '^[A-Z]{3}$'::text))
private.application_fees: rate_is_a_part_of_the_payment CHECK ((((basis_points >= 0) AND (basis_points <= 10000)) AND (fixed_minor >= 0)))
private.application_fees: application_fees_tier_fkey FOREIGN KEY (tier) REFERENCES public.tiers(tier)
private.application_fees: application_fees_pkey PRIMARY KEY (tier, currency)
private.assistant_changes: tool_is_snake_case CHECK ((tool ~ '^[a-z]+(_[a-z]+)*$'::text))
private.assistant_changes: assistant_changes_measure_fkey FOREIGN KEY (measure) REFERENCES private.assistant_guardrails(measure)
private.assistant_changes: assistant_changes_permission_fkey FOREIGN KEY (permission) REFERENCES public.permissions(permission)
private.assistant_changes: assistant_changes_pkey PRIMARY KEY (tool)
private.assistant_delegations: it_lasts_an_hour CHECK ((expires_at = (created_at + '01:00:00'::interval)))
private.assistant_delegations: assistant_delegations_permission_fkey FOREIGN KEY (permission) REFERENCES public.permissions(permission)
private.assistant_delegations: assistant_delegations_person_id_fkey FOREIGN KEY (person_id) REFERENCES auth.users(id) ON DELETE CASCADE
private.assistant_delegations: job_is_in_the_venue FOREIGN KEY (venue_id, job_id) REFERENCES public.assistant_jobs(venue_id, id) ON DELETE CASCADE
private.assistant_delegations: assistant_delegations_pkey PRIMARY KEY (job_id)
private.assistant_guardrails: limits_widen CHECK (((per_call > 0) AND (per_call <= per_person_and_day) AND (per_person_and_day <= per_venue_and_day)))
private.assistant_guardrails: assistant_guardrails_pkey PRIMARY KEY (measure)
private.assistant_turns: it_holds_a_share CHECK ((((held_tokens >= 0) AND (held_tokens <= 10000000)) AND ((held_cost_micro >= 0) AND (held_cost_micro <= 1000000000))))
private.assistant_turns: model_has_a_name CHECK ((model ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$'::text))
private.assistant_turns: nothing_is_held_in_the_end CHECK (((finished_at IS NULL) OR ((held_tokens = 0) AND (held_cost_micro = 0))))
private.assistant_turns: what_it_used_is_not_negative CHECK (((requests > 0) AND (input_tokens >= 0) AND (output_tokens >= 0) AND (cost_micro >= 0)))
private.assistant_turns: conversation_belongs_to_venue_and_person FOREIGN KEY (venue_id, actor_id, conversation_id) REFERENCES public.assistant_conversations(venue_id, actor_id, id) ON DELETE CASCADE
private.assistant_turns: venue_belongs_to_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
private.assistant_turns: assistant_turns_pkey PRIMARY KEY (id)
private.assistant_usage: usage_is_not_negative CHECK (((requests >= 0) AND (tokens >= 0) AND (cost_micro >= 0)))
private.assistant_usage: assistant_usage_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE
private.assistant_usage: assistant_usage_pkey PRIMARY KEY (organisation_id, day)
private.audit_events: action_is_a_change CHECK ((action = ANY (ARRAY['insert'::text, 'update'::text, 'delete'::text])))
private.audit_events: audit_events_pkey PRIMARY KEY (id)
private.balance_transactions: balance_transactions_pkey PRIMARY KEY (id)
private.billing_alerts: template_is_known CHECK ((template = ANY (ARRAY['trial_ending'::text, 'payment_failed'::text, 'read_only'::text])))
private.billing_alerts: billing_alerts_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
private.billing_alerts: billing_alerts_pkey PRIMARY KEY (organisation_id, template)
private.billing_notices: billing_notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
private.billing_notices: notice_is_of_an_alert FOREIGN KEY (organisation_id, template) REFERENCES private.billing_alerts(organisation_id, template) ON DELETE CASCADE
private.billing_notices: billing_notices_pkey PRIMARY KEY (id)
private.errors: code_is_snake_case CHECK ((code ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$'::text))
private.errors: status_is_a_refusal CHECK (((http_status >= 400) AND (http_status <= 499)))
private.errors: errors_pkey PRIMARY KEY (code)
private.guest_devices: kind_is_known CHECK ((kind = ANY (ARRAY['table'::text, 'table_pickup'::text, 'counter'::text])))
private.guest_devices: session_is_in_the_venue FOREIGN KEY (venue_id, session_id) REFERENCES public.table_sessions(venue_id, id) ON DELETE CASCADE
private.guest_devices: table_is_in_the_venue FOREIGN KEY (venue_id, table_id) REFERENCES public.tables(venue_id, id)
private.guest_devices: guest_devices_pkey PRIMARY KEY (id)
private.guest_devices: guest_devices_secret_hash_key UNIQUE (secret_hash)
private.guest_tables: erasure_is_known CHECK ((erasure = ANY (ARRAY['delete'::text, 'blank'::text])))
private.guest_tables: guest_tables_pkey PRIMARY KEY (table_name)
private.idempotency_keys: a_key_is_answered_or_claimed CHECK ((num_nonnulls(response, claim_id) = 1))
private.idempotency_keys: claims_have_an_end CHECK (((claim_id IS NULL) = (claimed_until IS NULL)))
private.idempotency_keys: idempotency_keys_pkey PRIMARY KEY (scope_id, caller, operation, key)
private.kpi_items: item_is_in_the_venue FOREIGN KEY (venue_id, menu_item_id) REFERENCES public.menu_items(venue_id, id) ON DELETE CASCADE
private.kpi_items: kpi_items_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.kpi_items: kpi_items_pkey PRIMARY KEY (venue_id, business_date, menu_item_id)
private.kpi_payments: kpi_payments_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.kpi_payments: kpi_payments_pkey PRIMARY KEY (venue_id, business_date, method)
private.kpi_quarters: kpi_quarters_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.kpi_quarters: kpi_quarters_pkey PRIMARY KEY (venue_id, business_date, quarter_at)
private.ledger_entries: account_is_known CHECK ((account = ANY (ARRAY['provider'::text, 'cash'::text, 'card_terminal'::text, 'write_off'::text, 'orders'::text, 'tips'::text, 'excess'::text, 'provider_fees'::text, 'disputes'::text, 'dispute_fees'::text, 'dispute_losses'::text, 'drawer'::text, 'connected'::text, 'platform_fees'::text])))
private.ledger_entries: amount_is_not_zero CHECK ((amount_minor <> 0))
private.ledger_entries: ledger_entries_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES private.ledger_transactions(id)
private.ledger_entries: ledger_entries_pkey PRIMARY KEY (transaction_id, account)
private.ledger_transactions: currency_is_iso_4217 CHECK ((currency ~ '^[A-Z]{3}$'::text))
private.ledger_transactions: disputes_name_their_dispute CHECK (((kind = 'dispute'::text) = (dispute_id IS NOT NULL)))
private.ledger_transactions: fees_name_their_movement CHECK (((kind <> 'fee'::text) OR (provider_reference IS NOT NULL)))
private.ledger_transactions: kind_is_known CHECK ((kind = ANY (ARRAY['settlement'::text, 'refund'::text, 'refund_failure'::text, 'fee'::text, 'dispute'::text, 'drawer'::text, 'transfer'::text, 'transfer_reversal'::text])))
private.ledger_transactions: only_fees_and_disputes_name_a_movement CHECK (((kind = ANY (ARRAY['fee'::text, 'dispute'::text])) OR (provider_reference IS NULL)))
private.ledger_transactions: only_the_drawer_moves_without_a_payment CHECK (((kind = 'drawer'::text) = (payment_id IS NULL)))
private.ledger_transactions: only_the_drawer_moves_without_an_order CHECK (((kind = 'drawer'::text) = (order_id IS NULL)))
private.ledger_transactions: refunds_name_their_refund CHECK (((kind = ANY (ARRAY['refund'::text, 'refund_failure'::text, 'transfer_reversal'::text])) = (refund_id IS NOT NULL)))
private.ledger_transactions: the_drawer_names_its_movement CHECK (((kind = 'drawer'::text) = (drawer_movement_id IS NOT NULL)))
private.ledger_transactions: dispute_is_of_the_payment FOREIGN KEY (venue_id, payment_id, dispute_id) REFERENCES public.disputes(venue_id, payment_id, id)
private.ledger_transactions: movement_is_in_the_venue FOREIGN KEY (venue_id, drawer_movement_id) REFERENCES public.drawer_movements(venue_id, id)
private.ledger_transactions: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
private.ledger_transactions: payment_is_of_the_order FOREIGN KEY (venue_id, order_id, payment_id) REFERENCES public.payments(venue_id, order_id, id)
private.ledger_transactions: refund_is_of_the_payment FOREIGN KEY (venue_id, payment_id, refund_id) REFERENCES public.refunds(venue_id, payment_id, id)
private.ledger_transactions: venue_is_in_the_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id)
private.ledger_transactions: ledger_transactions_pkey PRIMARY KEY (id)
private.loyalty_cards: account_is_in_the_venue FOREIGN KEY (venue_id, account_id) REFERENCES public.loyalty_accounts(venue_id, id) ON DELETE CASCADE
private.loyalty_cards: loyalty_cards_pkey PRIMARY KEY (account_id)
private.loyalty_cards: loyalty_cards_card_hash_key UNIQUE (card_hash)
private.notices: template_is_known CHECK ((template = ANY (ARRAY['low_stock'::text, 'daily_close'::text, 'webhook_disabled'::text, 'payment_trouble'::text])))
private.notices: notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
private.notices: notices_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.notices: notices_pkey PRIMARY KEY (id)
private.order_counters: order_counters_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.order_counters: order_counters_pkey PRIMARY KEY (venue_id, business_date)
private.order_transitions: order_transitions_permission_fkey FOREIGN KEY (permission) REFERENCES public.permissions(permission)
private.order_transitions: order_transitions_pkey PRIMARY KEY (from_status, to_status)
private.outbox: outbox_topic_fkey FOREIGN KEY (topic) REFERENCES private.outbox_routes(topic)
private.outbox: outbox_pkey PRIMARY KEY (id)
private.outbox_routes: outbox_routes_queue_fkey FOREIGN KEY (queue) REFERENCES private.queues(queue)
private.outbox_routes: outbox_routes_pkey PRIMARY KEY (topic)
private.permission_roles: permission_roles_permission_fkey FOREIGN KEY (permission) REFERENCES public.permissions(permission) ON DELETE CASCADE
private.permission_roles: permission_roles_pkey PRIMARY KEY (permission)
private.personal_data: guests_are_found_by_their_own CHECK (((identifies IS NULL) OR (subject = 'guest'::text)))
private.personal_data: identifies_is_known CHECK ((identifies = ANY (ARRAY['phone'::text, 'email'::text, 'user'::text])))
private.personal_data: subject_is_known CHECK ((subject = ANY (ARRAY['guest'::text, 'member'::text, 'supplier'::text, 'nobody'::text])))
private.personal_data: personal_data_pkey PRIMARY KEY (table_name, column_name)
private.provider_checks: kind_is_known CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text])))
private.provider_checks: provider_checks_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.provider_checks: provider_checks_pkey PRIMARY KEY (kind, subject_id)
private.provider_events: provider_is_known CHECK ((provider = 'stripe'::text))
private.provider_events: resolution_is_known CHECK ((resolution = ANY (ARRAY['apply'::text, 'book'::text, 'refund'::text, 'dismiss'::text])))
private.provider_events: resolved_means_how_why_and_when CHECK (((status = 'resolved'::text) = (num_nonnulls(resolution, resolution_reason, resolved_at) = 3)))
private.provider_events: status_is_known CHECK ((status = ANY (ARRAY['applied'::text, 'ignored'::text, 'deferred'::text, 'quarantined'::text, 'resolved'::text])))
private.provider_events: provider_events_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.provider_events: provider_events_pkey PRIMARY KEY (provider, event_id)
private.queues: attempts_are_positive CHECK ((attempts > 0))
private.queues: queues_pkey PRIMARY KEY (queue)
private.rate_limits: rate_limits_pkey PRIMARY KEY (scope, subject, minute)
private.reconciliation_findings: closed_means_why CHECK (((closed_at IS NULL) = (close_reason IS NULL)))
private.reconciliation_findings: it_is_seen_before_it_is_resolved CHECK (((first_seen_at <= last_seen_at) AND (last_seen_at <= resolved_at)))
private.reconciliation_findings: kind_is_known CHECK ((kind = ANY (ARRAY['payment_unknown_here'::text, 'payment_missing_there'::text, 'payment_status_differs'::text, 'payment_amount_differs'::text, 'payment_paid_twice'::text, 'refund_unknown_here'::text, 'refund_missing_there'::text, 'refund_status_differs'::text, 'refund_amount_differs'::text, 'refund_not_made'::text, 'subscription_unknown_here'::text, 'subscription_missing_there'::text, 'subscription_differs'::text, 'subscription_price_unknown'::text, 'subscription_twice'::text, 'balance_differs'::text])))
private.reconciliation_findings: whose_it_is_is_known_as_a_whole CHECK ((((venue_id IS NULL) OR (organisation_id IS NOT NULL)) AND ((payment_id IS NULL) OR (venue_id IS NOT NULL))))
private.reconciliation_findings: payment_is_in_the_venue FOREIGN KEY (venue_id, payment_id) REFERENCES public.payments(venue_id, id)
private.reconciliation_findings: reconciliation_findings_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
private.reconciliation_findings: venue_is_in_the_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id)
private.reconciliation_findings: reconciliation_findings_pkey PRIMARY KEY (id)
private.reconciliation_runs: a_lease_has_a_worker CHECK (((lease_until IS NULL) = (worker IS NULL)))
private.reconciliation_runs: finished_means_an_outcome CHECK (((finished_at IS NULL) = (outcome IS NULL)))
private.reconciliation_runs: outcome_is_known CHECK ((outcome = ANY (ARRAY['clean'::text, 'differences'::text, 'failed'::text])))
private.reconciliation_runs: requester_is_known CHECK ((requested_by = ANY (ARRAY['clock'::text, 'operator'::text])))
private.reconciliation_runs: step_is_known CHECK ((step = ANY (ARRAY['events'::text, 'payments'::text, 'refunds'::text, 'subscriptions'::text, 'unconfirmed'::text, 'balance'::text, 'findings'::text])))
private.reconciliation_runs: window_has_a_length CHECK ((window_from < window_to))
private.reconciliation_runs: reconciliation_runs_pkey PRIMARY KEY (id)
private.reconciliation_seen: reconciliation_seen_run_id_fkey FOREIGN KEY (run_id) REFERENCES private.reconciliation_runs(id)
private.reconciliation_seen: reconciliation_seen_pkey PRIMARY KEY (run_id, object_id)
private.rollup_watermark: there_is_one_row CHECK (only_row)
private.rollup_watermark: rollup_watermark_pkey PRIMARY KEY (only_row)
private.session_channels: session_is_in_the_venue FOREIGN KEY (venue_id, session_id) REFERENCES public.table_sessions(venue_id, id) ON DELETE CASCADE
private.session_channels: session_channels_pkey PRIMARY KEY (session_id)
private.session_channels: session_channels_channel_key UNIQUE (channel)
private.stale_days: stale_days_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.stale_days: stale_days_pkey PRIMARY KEY (venue_id, business_date)
private.stock_alerts: ingredient_is_in_the_venue FOREIGN KEY (venue_id, ingredient_id) REFERENCES public.ingredients(venue_id, id) ON DELETE CASCADE
private.stock_alerts: stock_alerts_pkey PRIMARY KEY (venue_id, ingredient_id)
private.stock_tellings: stock_tellings_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.stock_tellings: stock_tellings_pkey PRIMARY KEY (venue_id)
private.tenant_schemas: name_is_an_identifier CHECK ((schema_name ~ '^tenant_[a-z0-9_]{3,56}$'::text))
private.tenant_schemas: tenant_schemas_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE
private.tenant_schemas: tenant_schemas_pkey PRIMARY KEY (organisation_id)
private.tenant_schemas: tenant_schemas_schema_name_key UNIQUE (schema_name)
private.tenant_views: tenant_column_is_known CHECK ((tenant_column = ANY (ARRAY['venue_id'::name, 'organisation_id'::name, 'id'::name])))
private.tenant_views: tenant_views_pkey PRIMARY KEY (view_name)
private.venue_jobs: venue_jobs_topic_fkey FOREIGN KEY (topic) REFERENCES private.outbox_routes(topic)
private.venue_jobs: venue_jobs_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
private.venue_jobs: venue_jobs_pkey PRIMARY KEY (topic, venue_id)
private.webhook_secrets: endpoint_is_in_the_organisation FOREIGN KEY (organisation_id, endpoint_id) REFERENCES public.webhook_endpoints(organisation_id, id) ON DELETE CASCADE
private.webhook_secrets: webhook_secrets_pkey PRIMARY KEY (id)
public.add_ons: it_adds_something CHECK ((max_count > 0))
public.add_ons: price_is_not_negative CHECK ((monthly_price_minor >= 0))
public.add_ons: add_ons_tier_fkey FOREIGN KEY (tier) REFERENCES public.tiers(tier)
public.add_ons: add_ons_pkey PRIMARY KEY (add_on)
public.assistant_calls: a_model_has_its_cost CHECK ((num_nulls(model, prompt_sha256, input_tokens, output_tokens, cost_micro) = ANY (ARRAY[0, 5])))
public.assistant_calls: numbers_are_not_negative CHECK (((rows_touched >= 0) AND (latency_ms >= 0) AND (input_tokens >= 0) AND (output_tokens >= 0) AND (cost_micro >= 0)))
public.assistant_calls: outcome_is_a_code CHECK ((outcome ~ '^[a-z0-9_]{1,60}$'::text))
public.assistant_calls: tool_is_a_name CHECK ((tool ~ '^[a-z_]{1,60}$'::text))
public.assistant_calls: assistant_calls_pkey PRIMARY KEY (id)
public.assistant_conversations: assistant_conversations_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES auth.users(id) ON DELETE CASCADE
public.assistant_conversations: venue_belongs_to_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.assistant_conversations: assistant_conversations_pkey PRIMARY KEY (id)
public.assistant_conversations: conversations_are_known_with_their_venue_and_person UNIQUE (venue_id, actor_id, id)
public.assistant_jobs: a_share_is_not_negative CHECK (((input_tokens >= 0) AND (output_tokens >= 0) AND (cost_micro >= 0)))
public.assistant_jobs: a_share_is_whole CHECK ((num_nulls(day, model, input_tokens, output_tokens, cost_micro) = ANY (ARRAY[0, 5])))
public.assistant_jobs: asked_means_a_response CHECK (((status <> 'asked'::text) OR (num_nonnulls(response_id, asked_at, day) = 3)))
public.assistant_jobs: failures_have_a_reason CHECK (((status = ANY (ARRAY['failed'::text, 'discarded'::text])) = (reason IS NOT NULL)))
public.assistant_jobs: input_is_kept_until_the_end CHECK (((input IS NULL) OR (finished_at IS NULL)))
public.assistant_jobs: it_ends_within_an_hour CHECK ((expires_at = (created_at + '01:00:00'::interval)))
public.assistant_jobs: kind_is_known CHECK ((kind = ANY (ARRAY['translate_menu'::text, 'read_menu'::text])))
public.assistant_jobs: model_has_a_name CHECK ((model ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$'::text))
public.assistant_jobs: only_success_has_a_result CHECK (((status = 'succeeded'::text) = (result IS NOT NULL)))
public.assistant_jobs: only_what_has_ended_has_an_end CHECK (((status = ANY (ARRAY['requested'::text, 'asked'::text])) = (finished_at IS NULL)))
public.assistant_jobs: reason_is_a_code CHECK ((reason ~ '^[a-z_]{1,60}$'::text))
public.assistant_jobs: status_is_known CHECK ((status = ANY (ARRAY['requested'::text, 'asked'::text, 'succeeded'::text, 'failed'::text, 'discarded'::text, 'cancelled'::text, 'expired'::text])))
public.assistant_jobs: assistant_jobs_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES auth.users(id) ON DELETE CASCADE
public.assistant_jobs: venue_belongs_to_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.assistant_jobs: assistant_jobs_pkey PRIMARY KEY (id)
public.assistant_jobs: assistant_jobs_tenant_key UNIQUE (venue_id, id)
public.assistant_messages: one_of_two_speaks CHECK ((said_by = ANY (ARRAY['person'::text, 'assistant'::text])))
public.assistant_messages: text_has_a_length CHECK (((length(text) >= 1) AND (length(text) <= 40000)))
public.assistant_messages: conversation_belongs_to_venue_and_person FOREIGN KEY (venue_id, actor_id, conversation_id) REFERENCES public.assistant_conversations(venue_id, actor_id, id) ON DELETE CASCADE
public.assistant_messages: assistant_messages_pkey PRIMARY KEY (id)
public.assistant_proposals: decided_when_not_pending CHECK (((status = 'pending'::text) = (decided_at IS NULL)))
public.assistant_proposals: it_changes_something CHECK ((measured > 0))
public.assistant_proposals: it_expires_after_ten_minutes CHECK ((expires_at = (created_at + '00:10:00'::interval)))
public.assistant_proposals: only_what_was_done_is_undone CHECK (((undo IS NULL) OR (status = ANY (ARRAY['confirmed'::text, 'undone'::text]))))
public.assistant_proposals: status_is_known CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'undone'::text, 'discarded'::text, 'expired'::text])))
public.assistant_proposals: undone_at_when_undone CHECK (((status = 'undone'::text) = (undone_at IS NOT NULL)))
public.assistant_proposals: assistant_proposals_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES auth.users(id) ON DELETE CASCADE
public.assistant_proposals: assistant_proposals_tool_fkey FOREIGN KEY (tool) REFERENCES private.assistant_changes(tool)
public.assistant_proposals: venue_belongs_to_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.assistant_proposals: assistant_proposals_pkey PRIMARY KEY (id)
public.bill_shares: amount_is_positive CHECK ((amount_minor > 0))
public.bill_shares: items_are_a_list CHECK ((jsonb_typeof(items) = 'array'::text))
public.bill_shares: number_counts_from_one CHECK (((number >= 1) AND (number <= 50)))
public.bill_shares: split_is_of_the_order FOREIGN KEY (venue_id, order_id, split_id) REFERENCES public.bill_splits(venue_id, order_id, id)
public.bill_shares: bill_shares_pkey PRIMARY KEY (id)
public.bill_shares: bill_shares_order_key UNIQUE (venue_id, order_id, id)
public.bill_shares: one_share_per_number UNIQUE (venue_id, order_id, split_id, number)
public.bill_splits: amount_is_positive CHECK ((amount_minor > 0))
public.bill_splits: method_is_known CHECK ((method = ANY (ARRAY['equal'::text, 'items'::text, 'amount'::text])))
public.bill_splits: outcome_is_known CHECK ((outcome = ANY (ARRAY['paid'::text, 'cancelled'::text, 'changed'::text, 'overtaken'::text])))
public.bill_splits: what_ended_has_an_outcome CHECK (((ended_at IS NULL) = (outcome IS NULL)))
public.bill_splits: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.bill_splits: bill_splits_pkey PRIMARY KEY (id)
public.bill_splits: bill_splits_order_key UNIQUE (venue_id, order_id, id)
public.bill_splits: one_split_of_an_order_per_bill UNIQUE (venue_id, bill_id, order_id)
public.billing_changes: kind_is_known CHECK ((kind = ANY (ARRAY['checkout'::text, 'plan'::text, 'add_on'::text, 'remove_add_on'::text, 'cancel'::text, 'resume'::text])))
public.billing_changes: status_is_known CHECK ((status = ANY (ARRAY['reserved'::text, 'called'::text, 'refused'::text, 'abandoned'::text])))
public.billing_changes: billing_changes_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
public.billing_changes: billing_changes_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES auth.users(id) ON DELETE SET NULL
public.billing_changes: billing_changes_pkey PRIMARY KEY (id)
public.billing_customers: billing_customers_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
public.billing_customers: billing_customers_pkey PRIMARY KEY (organisation_id)
public.billing_customers: billing_customers_provider_reference_key UNIQUE (provider_reference)
public.connected_accounts: only_what_is_gone_is_closed CHECK (((closed_at IS NULL) OR is_gone))
public.connected_accounts: only_what_was_seen_takes_charges CHECK (((NOT charges_enabled) OR ((provider_reference IS NOT NULL) AND (seen_at IS NOT NULL) AND (NOT is_gone))))
public.connected_accounts: reference_is_an_account CHECK ((provider_reference ~ '^acct_[A-Za-z0-9]+$'::text))
public.connected_accounts: connected_accounts_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
public.connected_accounts: connected_accounts_pkey PRIMARY KEY (id)
public.connected_accounts: connected_accounts_tenant_key UNIQUE (organisation_id, provider_reference)
public.connected_accounts: one_organisation_per_account UNIQUE (provider_reference)
public.daily_closes: open_drawers_are_a_list CHECK ((jsonb_typeof(open_drawers) = 'array'::text))
public.daily_closes: unsettled_is_a_list CHECK ((jsonb_typeof(unsettled) = 'array'::text))
public.daily_closes: daily_closes_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.daily_closes: daily_closes_pkey PRIMARY KEY (venue_id, business_date)
public.discounts: amount_is_plausible CHECK (((amount_minor >= 1) AND (amount_minor <= 100000000)))
public.discounts: at_most_one_target CHECK ((num_nonnulls(menu_item_id, category_id) <= 1))
public.discounts: code_is_in_capitals CHECK ((code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'::text))
public.discounts: either_percent_or_amount CHECK ((num_nonnulls(percent_bp, amount_minor) = 1))
public.discounts: hours_have_two_ends CHECK (((num_nulls(from_time, until_time) <> 1) AND (from_time <> until_time)))
public.discounts: it_starts_before_it_ends CHECK ((starts_on <= ends_on))
public.discounts: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.discounts: percent_is_a_share CHECK (((percent_bp >= 1) AND (percent_bp <= 10000)))
public.discounts: uses_are_at_most_the_maximum CHECK (((used_count >= 0) AND ((max_uses IS NULL) OR ((max_uses > 0) AND (used_count <= max_uses)))))
public.discounts: weekdays_are_iso CHECK (((cardinality(weekdays) > 0) AND (weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7])))
public.discounts: category_is_in_the_venue FOREIGN KEY (venue_id, category_id) REFERENCES public.menu_categories(venue_id, id) ON DELETE CASCADE
public.discounts: discounts_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.discounts: item_is_in_the_venue FOREIGN KEY (venue_id, menu_item_id) REFERENCES public.menu_items(venue_id, id) ON DELETE CASCADE
public.discounts: discounts_pkey PRIMARY KEY (id)
public.discounts: discounts_tenant_key UNIQUE (venue_id, id)
public.disputes: amount_is_positive CHECK ((amount_minor > 0))
public.disputes: status_is_known CHECK ((status = ANY (ARRAY['warning_needs_response'::text, 'warning_under_review'::text, 'warning_closed'::text, 'needs_response'::text, 'under_review'::text, 'appeal_needs_response'::text, 'appeal_under_review'::text, 'won'::text, 'lost'::text, 'prevented'::text])))
public.disputes: payment_is_in_the_venue FOREIGN KEY (venue_id, payment_id) REFERENCES public.payments(venue_id, id)
public.disputes: disputes_pkey PRIMARY KEY (id)
public.disputes: disputes_payment_key UNIQUE (venue_id, payment_id, id)
public.disputes: disputes_provider_reference_key UNIQUE (provider_reference)
public.drawer_movements: people_give_reasons CHECK (
CASE
    WHEN (kind = ANY (ARRAY['pay_in'::text, 'pay_out'::text])) THEN ((reason IS NOT NULL) AND ((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 280)))
    ELSE (reason IS NULL)
END)
public.drawer_movements: sign_fits_the_kind CHECK (
CASE kind
    WHEN 'float'::text THEN (amount_minor > 0)
    WHEN 'pay_in'::text THEN (amount_minor > 0)
    WHEN 'pay_out'::text THEN (amount_minor < 0)
    WHEN 'difference'::text THEN (amount_minor <> 0)
    WHEN 'taken_out'::text THEN (amount_minor < 0)
    ELSE false
END)
public.drawer_movements: drawer_is_in_the_venue FOREIGN KEY (venue_id, drawer_session_id) REFERENCES public.drawer_sessions(venue_id, id)
public.drawer_movements: drawer_movements_pkey PRIMARY KEY (id)
public.drawer_movements: drawer_movements_tenant_key UNIQUE (venue_id, id)
public.drawer_sessions: closes_after_it_opens CHECK ((closed_at >= opened_at))
public.drawer_sessions: closing_is_counting CHECK ((num_nonnulls(closed_by, closed_at, expected_minor, counted_minor) = ANY (ARRAY[0, 4])))
public.drawer_sessions: counted_is_not_negative CHECK ((counted_minor >= 0))
public.drawer_sessions: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 60)))
public.drawer_sessions: drawer_sessions_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.drawer_sessions: drawer_sessions_pkey PRIMARY KEY (id)
public.drawer_sessions: drawer_sessions_tenant_key UNIQUE (venue_id, id)
public.feedback: hiding_is_moderation CHECK (((NOT is_hidden) OR (moderated_by IS NOT NULL)))
public.feedback: moderation_has_an_author_and_a_reason CHECK (((moderated_by IS NULL) = (moderation_reason IS NULL)))
public.feedback: reason_is_short_text CHECK (((length(TRIM(BOTH FROM moderation_reason)) >= 1) AND (length(TRIM(BOTH FROM moderation_reason)) <= 280)))
public.feedback: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.feedback: feedback_pkey PRIMARY KEY (id)
public.feedback: feedback_tenant_key UNIQUE (venue_id, id)
public.feedback: one_feedback_per_order UNIQUE (venue_id, order_id)
public.feedback_answers: answer_fits_its_kind CHECK (((num_nonnulls(stars, choice, body) = 1) AND
CASE kind
    WHEN 'stars'::text THEN (stars IS NOT NULL)
    WHEN 'choice'::text THEN (choice IS NOT NULL)
    ELSE (body IS NOT NULL)
END))
public.feedback_answers: body_is_bounded CHECK (((length(TRIM(BOTH FROM body)) >= 1) AND (length(TRIM(BOTH FROM body)) <= 2000)))
public.feedback_answers: stars_are_one_to_five CHECK (((stars >= 1) AND (stars <= 5)))
public.feedback_answers: feedback_is_in_the_venue FOREIGN KEY (venue_id, feedback_id) REFERENCES public.feedback(venue_id, id) ON DELETE CASCADE
public.feedback_answers: question_is_of_this_kind FOREIGN KEY (venue_id, question_id, kind) REFERENCES public.feedback_questions(venue_id, id, kind)
public.feedback_answers: feedback_answers_pkey PRIMARY KEY (venue_id, feedback_id, question_id)
public.feedback_questions: choice_means_choices CHECK (((kind = 'choice'::text) = (choices IS NOT NULL)))
public.feedback_questions: choices_are_a_few_short_texts CHECK (((array_ndims(choices) = 1) AND ((cardinality(choices) >= 2) AND (cardinality(choices) <= 20)) AND (array_position(choices, NULL::text) IS NULL) AND (''::text <> ALL (choices)) AND (length(array_to_string(choices, ''::text)) <= 1000)))
public.feedback_questions: kind_is_known CHECK ((kind = ANY (ARRAY['stars'::text, 'choice'::text, 'text'::text])))
public.feedback_questions: prompt_is_short_text CHECK (((length(TRIM(BOTH FROM prompt)) >= 1) AND (length(TRIM(BOTH FROM prompt)) <= 280)))
public.feedback_questions: feedback_questions_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.feedback_questions: feedback_questions_pkey PRIMARY KEY (id)
public.feedback_questions: feedback_questions_kind_key UNIQUE (venue_id, id, kind)
public.ingredients: cost_is_plausible CHECK (((cost_per_1000_minor >= 0) AND (cost_per_1000_minor <= '10000000000'::bigint)))
public.ingredients: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.ingredients: par_level_is_positive CHECK ((par_level > (0)::numeric))
public.ingredients: reorder_level_is_below_par CHECK (((reorder_level >= (0)::numeric) AND ((par_level IS NULL) OR (reorder_level <= par_level))))
public.ingredients: unit_is_known CHECK ((unit = ANY (ARRAY['g'::text, 'ml'::text, 'each'::text])))
public.ingredients: ingredients_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.ingredients: supplier_is_in_the_venue FOREIGN KEY (venue_id, supplier_id) REFERENCES public.suppliers(venue_id, id) ON DELETE SET NULL (supplier_id)
public.ingredients: ingredients_pkey PRIMARY KEY (id)
public.ingredients: ingredients_tenant_key UNIQUE (venue_id, id)
public.ingredients: one_ingredient_of_a_name UNIQUE (venue_id, name)
public.invitations: email_is_lower_case CHECK (((email = lower(email)) AND (email ~ '^[^@\s]+@[^@\s]+$'::text) AND (length(email) <= 254)))
public.invitations: owners_own_the_whole_organisation CHECK (((role <> 'owner'::text) OR (venue_id IS NULL)))
public.invitations: status_is_known CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'expired'::text, 'cancelled'::text])))
public.invitations: invitations_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES auth.users(id) ON DELETE SET NULL
public.invitations: invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES auth.users(id) ON DELETE SET NULL
public.invitations: invitations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE
public.invitations: invitations_role_fkey FOREIGN KEY (role) REFERENCES public.roles(role)
public.invitations: venue_belongs_to_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.invitations: invitations_pkey PRIMARY KEY (id)
public.invitations: invitations_token_hash_key UNIQUE (token_hash)
public.kitchen_stations: expo_is_always_active CHECK (((kind <> 'expo'::text) OR is_active))
public.kitchen_stations: kind_is_known CHECK ((kind = ANY (ARRAY['expo'::text, 'grill'::text, 'fryer'::text, 'bar'::text, 'cold'::text, 'other'::text])))
public.kitchen_stations: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 60)))
public.kitchen_stations: kitchen_stations_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.kitchen_stations: kitchen_stations_pkey PRIMARY KEY (id)
public.kitchen_stations: kitchen_stations_tenant_key UNIQUE (venue_id, id)
public.kitchen_stations: one_station_of_a_name UNIQUE (venue_id, name)
public.kitchen_tickets: held_means_not_fired CHECK (
CASE status
    WHEN 'cancelled'::text THEN true
    ELSE ((status = 'held'::text) = (fired_at IS NULL))
END)
public.kitchen_tickets: status_is_known CHECK ((status = ANY (ARRAY['held'::text, 'new'::text, 'in_progress'::text, 'ready'::text, 'bumped'::text, 'cancelled'::text])))
public.kitchen_tickets: line_is_in_the_venue FOREIGN KEY (venue_id, order_line_id) REFERENCES public.order_lines(venue_id, id)
public.kitchen_tickets: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.kitchen_tickets: station_is_in_the_venue FOREIGN KEY (venue_id, station_id) REFERENCES public.kitchen_stations(venue_id, id)
public.kitchen_tickets: kitchen_tickets_pkey PRIMARY KEY (id)
public.kitchen_tickets: kitchen_tickets_tenant_key UNIQUE (venue_id, id)
public.kitchen_tickets: one_ticket_per_line_and_station UNIQUE (venue_id, order_line_id, station_id)
public.loyalty_accounts: loyalty_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE SET NULL
public.loyalty_accounts: loyalty_accounts_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.loyalty_accounts: loyalty_accounts_pkey PRIMARY KEY (id)
public.loyalty_accounts: loyalty_accounts_tenant_key UNIQUE (venue_id, id)
public.loyalty_accounts: one_account_per_member_and_venue UNIQUE (venue_id, user_id)
public.loyalty_movements: adjustments_have_an_author_and_a_reason CHECK ((((kind = 'adjust'::text) = (reason IS NOT NULL)) AND ((kind = 'adjust'::text) = (created_by IS NOT NULL))))
public.loyalty_movements: kind_is_known CHECK ((kind = ANY (ARRAY['earn'::text, 'reverse'::text, 'redeem'::text, 'return'::text, 'expire'::text, 'adjust'::text])))
public.loyalty_movements: orders_earn_and_redeem CHECK ((((kind <> ALL (ARRAY['expire'::text, 'adjust'::text])) = (order_id IS NOT NULL)) AND ((order_id IS NULL) = (step IS NULL))))
public.loyalty_movements: reason_is_short_text CHECK (((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 280)))
public.loyalty_movements: sign_fits_the_kind CHECK (
CASE
    WHEN (kind = ANY (ARRAY['earn'::text, 'return'::text])) THEN (points > 0)
    WHEN (kind = 'adjust'::text) THEN (points <> 0)
    ELSE (points < 0)
END)
public.loyalty_movements: account_is_in_the_venue FOREIGN KEY (venue_id, account_id) REFERENCES public.loyalty_accounts(venue_id, id)
public.loyalty_movements: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.loyalty_movements: loyalty_movements_pkey PRIMARY KEY (id)
public.loyalty_movements: once_per_order_and_step UNIQUE (venue_id, order_id, step)
public.loyalty_programmes: a_point_is_worth_something CHECK (((point_value_minor >= 1) AND (point_value_minor <= 1000000)))
public.loyalty_programmes: minimum_is_plausible CHECK (((min_redeem_points >= 1) AND (min_redeem_points <= 1000000)))
public.loyalty_programmes: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.loyalty_programmes: points_are_earned CHECK ((((earn_points >= 1) AND (earn_points <= 10000)) AND ((earn_per_minor >= 1) AND (earn_per_minor <= 1000000))))
public.loyalty_programmes: points_last_a_month_to_five_years CHECK (((expires_after_days >= 30) AND (expires_after_days <= 1830)))
public.loyalty_programmes: loyalty_programmes_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.loyalty_programmes: loyalty_programmes_pkey PRIMARY KEY (venue_id)
public.memberships: owners_own_the_whole_organisation CHECK (((role <> 'owner'::text) OR (venue_id IS NULL)))
public.memberships: memberships_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE
public.memberships: memberships_role_fkey FOREIGN KEY (role) REFERENCES public.roles(role)
public.memberships: memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
public.memberships: venue_belongs_to_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.memberships: memberships_pkey PRIMARY KEY (id)
public.memberships: one_membership_per_scope UNIQUE NULLS NOT DISTINCT (user_id, organisation_id, venue_id)
public.menu_categories: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.menu_categories: menu_categories_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.menu_categories: station_is_in_the_venue FOREIGN KEY (venue_id, station_id) REFERENCES public.kitchen_stations(venue_id, id) ON DELETE SET NULL (station_id)
public.menu_categories: menu_categories_pkey PRIMARY KEY (id)
public.menu_categories: menu_categories_tenant_key UNIQUE (venue_id, id)
public.menu_image_variants: dimensions_are_plausible CHECK ((((width >= 1) AND (width <= 20000)) AND ((height >= 1) AND (height <= 20000))))
public.menu_image_variants: it_has_bytes CHECK ((byte_size > 0))
public.menu_image_variants: path_is_in_the_venues_folder CHECK (starts_with(path, ((venue_id)::text || '/'::text)))
public.menu_image_variants: type_is_an_image CHECK ((mime_type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'image/webp'::text, 'image/avif'::text])))
public.menu_image_variants: image_is_in_the_venue FOREIGN KEY (venue_id, image_id) REFERENCES public.menu_item_images(venue_id, id) ON DELETE CASCADE
public.menu_image_variants: menu_image_variants_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.menu_image_variants: menu_image_variants_pkey PRIMARY KEY (path)
public.menu_image_variants: one_variant_per_size_and_type UNIQUE (venue_id, image_id, width, mime_type)
public.menu_item_images: alt_is_short_text CHECK (((length(TRIM(BOTH FROM alt)) >= 1) AND (length(TRIM(BOTH FROM alt)) <= 500)))
public.menu_item_images: dimensions_are_plausible CHECK ((((width >= 1) AND (width <= 20000)) AND ((height >= 1) AND (height <= 20000))))
public.menu_item_images: eight_images_at_most CHECK ((("position" >= 1) AND ("position" <= 8)))
public.menu_item_images: it_has_bytes CHECK ((byte_size > 0))
public.menu_item_images: path_is_in_the_items_folder CHECK (starts_with(path, ((((venue_id)::text || '/'::text) || (menu_item_id)::text) || '/'::text)))
public.menu_item_images: type_is_an_image CHECK ((mime_type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'image/webp'::text, 'image/avif'::text])))
public.menu_item_images: item_is_in_the_venue FOREIGN KEY (venue_id, menu_item_id) REFERENCES public.menu_items(venue_id, id) ON DELETE CASCADE
public.menu_item_images: menu_item_images_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.menu_item_images: menu_item_images_pkey PRIMARY KEY (id)
public.menu_item_images: menu_item_images_tenant_key UNIQUE (venue_id, id)
public.menu_item_images: one_image_per_object UNIQUE (path)
public.menu_item_images: one_image_per_place UNIQUE (venue_id, menu_item_id, "position") DEFERRABLE
public.menu_item_modifier_groups: group_is_in_the_venue FOREIGN KEY (venue_id, group_id) REFERENCES public.modifier_groups(venue_id, id) ON DELETE CASCADE
public.menu_item_modifier_groups: item_is_in_the_venue FOREIGN KEY (venue_id, menu_item_id) REFERENCES public.menu_items(venue_id, id) ON DELETE CASCADE
public.menu_item_modifier_groups: menu_item_modifier_groups_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.menu_item_modifier_groups: menu_item_modifier_groups_pkey PRIMARY KEY (venue_id, menu_item_id, group_id)
public.menu_items: description_is_bounded CHECK ((length(description) <= 2000))
public.menu_items: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.menu_items: price_is_plausible CHECK (((price_minor >= 0) AND (price_minor <= 100000000)))
public.menu_items: spice_is_a_level CHECK (((spice >= 0) AND (spice <= 3)))
public.menu_items: tags_do_not_contradict_allergens CHECK (((cardinality(dietary_tags) = 0) OR (NOT private.contradicts_allergens(dietary_tags, allergens))))
public.menu_items: tax_rate_is_a_share CHECK (((tax_rate_bp >= 0) AND (tax_rate_bp <= 10000)))
public.menu_items: category_is_in_the_venue FOREIGN KEY (venue_id, category_id) REFERENCES public.menu_categories(venue_id, id)
public.menu_items: menu_items_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.menu_items: station_is_in_the_venue FOREIGN KEY (venue_id, station_id) REFERENCES public.kitchen_stations(venue_id, id) ON DELETE SET NULL (station_id)
public.menu_items: menu_items_pkey PRIMARY KEY (id)
public.menu_items: menu_items_tenant_key UNIQUE (venue_id, id)
public.menu_labels: kind_is_known CHECK ((kind = ANY (ARRAY['allergen'::text, 'dietary_tag'::text])))
public.menu_labels: label_is_snake_case CHECK ((label ~ '^[a-z]+(_[a-z]+)*$'::text))
public.menu_labels: names_are_in_every_language CHECK ((names ?& ARRAY['en'::text, 'es'::text, 'ar'::text, 'fr'::text, 'de'::text, 'it'::text, 'pt'::text, 'zh'::text, 'ja'::text]))
public.menu_labels: menu_labels_pkey PRIMARY KEY (label)
public.menu_labels: one_label_per_position UNIQUE (kind, "position")
public.menu_translations: description_is_text CHECK (((length(TRIM(BOTH FROM description)) >= 1) AND (length(TRIM(BOTH FROM description)) <= 2000)))
public.menu_translations: images_have_no_name CHECK (((name IS NULL) OR (image_id IS NULL)))
public.menu_translations: it_says_something CHECK ((num_nonnulls(name, description) > 0))
public.menu_translations: it_translates_one_thing CHECK ((num_nonnulls(category_id, menu_item_id, group_id, option_id, image_id) = 1))
public.menu_translations: locale_is_offered CHECK ((locale = ANY (ARRAY['en'::text, 'es'::text, 'ar'::text, 'fr'::text, 'de'::text, 'it'::text, 'pt'::text, 'zh'::text, 'ja'::text])))
public.menu_translations: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.menu_translations: only_items_and_images_are_described CHECK (((description IS NULL) OR (num_nonnulls(menu_item_id, image_id) > 0)))
public.menu_translations: category_is_in_the_venue FOREIGN KEY (venue_id, category_id) REFERENCES public.menu_categories(venue_id, id) ON DELETE CASCADE
public.menu_translations: group_is_in_the_venue FOREIGN KEY (venue_id, group_id) REFERENCES public.modifier_groups(venue_id, id) ON DELETE CASCADE
public.menu_translations: image_is_in_the_venue FOREIGN KEY (venue_id, image_id) REFERENCES public.menu_item_images(venue_id, id) ON DELETE CASCADE
public.menu_translations: item_is_in_the_venue FOREIGN KEY (venue_id, menu_item_id) REFERENCES public.menu_items(venue_id, id) ON DELETE CASCADE
public.menu_translations: menu_translations_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.menu_translations: option_is_in_the_venue FOREIGN KEY (venue_id, option_id) REFERENCES public.modifier_options(venue_id, id) ON DELETE CASCADE
public.menu_translations: menu_translations_pkey PRIMARY KEY (id)
public.menu_translations: one_translation_per_locale UNIQUE NULLS NOT DISTINCT (venue_id, locale, category_id, menu_item_id, group_id, option_id, image_id)
public.menu_version_translations: locale_is_offered CHECK ((locale = ANY (ARRAY['en'::text, 'es'::text, 'ar'::text, 'fr'::text, 'de'::text, 'it'::text, 'pt'::text, 'zh'::text, 'ja'::text])))
public.menu_version_translations: version_is_in_the_venue FOREIGN KEY (venue_id, version) REFERENCES public.menu_versions(venue_id, version) ON DELETE CASCADE
public.menu_version_translations: menu_version_translations_pkey PRIMARY KEY (venue_id, version, locale)
public.menu_versions: restored_version_is_older CHECK ((restored_from < version))
public.menu_versions: version_counts_from_one CHECK ((version > 0))
public.menu_versions: menu_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES auth.users(id) ON DELETE SET NULL
public.menu_versions: menu_versions_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.menu_versions: menu_versions_pkey PRIMARY KEY (venue_id, version)
public.modifier_groups: choices_are_a_range CHECK (((min_choices >= 0) AND ((max_choices >= GREATEST(min_choices, 1)) AND (max_choices <= 50))))
public.modifier_groups: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.modifier_groups: modifier_groups_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.modifier_groups: modifier_groups_pkey PRIMARY KEY (id)
public.modifier_groups: modifier_groups_tenant_key UNIQUE (venue_id, id)
public.modifier_options: delta_is_plausible CHECK (((price_delta_minor >= '-100000000'::integer) AND (price_delta_minor <= 100000000)))
public.modifier_options: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.modifier_options: group_is_in_the_venue FOREIGN KEY (venue_id, group_id) REFERENCES public.modifier_groups(venue_id, id) ON DELETE CASCADE
public.modifier_options: modifier_options_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.modifier_options: modifier_options_pkey PRIMARY KEY (id)
public.modifier_options: modifier_options_tenant_key UNIQUE (venue_id, id)
public.option_recipe_lines: quantity_is_not_zero CHECK ((quantity <> (0)::numeric))
public.option_recipe_lines: ingredient_is_in_the_venue FOREIGN KEY (venue_id, ingredient_id) REFERENCES public.ingredients(venue_id, id) ON DELETE CASCADE
public.option_recipe_lines: option_is_in_the_venue FOREIGN KEY (venue_id, option_id) REFERENCES public.modifier_options(venue_id, id) ON DELETE CASCADE
public.option_recipe_lines: option_recipe_lines_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.option_recipe_lines: option_recipe_lines_pkey PRIMARY KEY (venue_id, option_id, ingredient_id)
public.order_customers: texts_are_bounded CHECK (((length(name) <= 120) AND (length(phone) <= 40) AND (length(email) <= 254)))
public.order_customers: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id) ON DELETE CASCADE
public.order_customers: order_customers_pkey PRIMARY KEY (order_id)
public.order_discounts: it_adds_nothing CHECK ((amount_minor >= 0))
public.order_discounts: discount_is_in_the_venue FOREIGN KEY (venue_id, discount_id) REFERENCES public.discounts(venue_id, id) ON DELETE SET NULL (discount_id)
public.order_discounts: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.order_discounts: order_discounts_pkey PRIMARY KEY (venue_id, order_id, "position")
public.order_discounts: one_use_per_order UNIQUE (venue_id, order_id, discount_id)
public.order_events: action_is_known CHECK ((action = ANY (ARRAY['moved'::text, 'amended'::text, 'comped'::text, 'voided'::text, 'fired'::text])))
public.order_events: actor_kind_is_known CHECK ((actor_kind = ANY (ARRAY['guest'::text, 'member'::text, 'api'::text, 'provider'::text, 'clock'::text])))
public.order_events: only_moves_change_the_status CHECK (((action = 'moved'::text) = (from_status IS DISTINCT FROM to_status)))
public.order_events: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.order_events: order_events_pkey PRIMARY KEY (id)
public.order_lines: comp_is_within_the_line CHECK (((comp_minor >= 0) AND (comp_minor <= line_minor)))
public.order_lines: course_is_in_range CHECK (((course >= 1) AND (course <= 9)))
public.order_lines: discount_is_within_the_line CHECK (((discount_minor >= 0) AND (discount_minor <= net_minor)))
public.order_lines: line_is_price_times_quantity CHECK ((line_minor = (GREATEST((unit_price_minor + options_minor), (0)::bigint) * quantity)))
public.order_lines: quantity_is_in_range CHECK (((quantity >= 1) AND (quantity <= 99)))
public.order_lines: tax_is_within_the_line CHECK (((tax_minor >= 0) AND (tax_minor <= (net_minor - discount_minor))))
public.order_lines: item_is_in_the_venue FOREIGN KEY (venue_id, menu_item_id) REFERENCES public.menu_items(venue_id, id)
public.order_lines: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.order_lines: station_is_in_the_venue FOREIGN KEY (venue_id, station_id) REFERENCES public.kitchen_stations(venue_id, id)
public.order_lines: order_lines_pkey PRIMARY KEY (id)
public.order_lines: one_line_per_position UNIQUE (venue_id, order_id, "position")
public.order_lines: order_lines_tenant_key UNIQUE (venue_id, id)
public.order_loyalty: at_most_what_was_redeemed_is_returned CHECK ((returned_points <= redeemed_points))
public.order_loyalty: points_are_not_negative CHECK ((LEAST(redeemed_points, returned_points, earned_points) >= 0))
public.order_loyalty: account_is_in_the_venue FOREIGN KEY (venue_id, account_id) REFERENCES public.loyalty_accounts(venue_id, id)
public.order_loyalty: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.order_loyalty: order_loyalty_pkey PRIMARY KEY (venue_id, order_id)
public.orders: amounts_are_not_negative CHECK ((LEAST(subtotal_minor, discount_minor, tax_minor, service_charge_minor, tip_minor, paid_minor, refunded_minor) >= 0))
public.orders: discount_is_at_most_the_subtotal CHECK ((discount_minor <= subtotal_minor))
public.orders: fulfilment_is_known CHECK ((fulfilment = ANY (ARRAY['table'::text, 'collection'::text, 'counter'::text])))
public.orders: only_pay_now_waits_for_payment CHECK (((payment_mode = 'pay_now'::text) OR (status <> ALL (ARRAY['pending_payment'::text, 'expired'::text]))))
public.orders: payment_mode_is_known CHECK ((payment_mode = ANY (ARRAY['pay_now'::text, 'pay_later'::text, 'pay_at_till'::text])))
public.orders: refunds_are_at_most_payments CHECK ((refunded_minor <= paid_minor))
public.orders: source_is_known CHECK ((source = ANY (ARRAY['qr'::text, 'counter'::text, 'pos'::text, 'api'::text])))
public.orders: status_is_known CHECK ((status = ANY (ARRAY['pending_payment'::text, 'placed'::text, 'accepted'::text, 'preparing'::text, 'ready'::text, 'served'::text, 'completed'::text, 'cancelled'::text, 'expired'::text])))
public.orders: total_is_the_sum_of_its_parts CHECK ((total_minor = ((((subtotal_minor - discount_minor) + service_charge_minor) + tip_minor) +
CASE
    WHEN prices_include_tax THEN (0)::bigint
    ELSE tax_minor
END)))
public.orders: menu_version_is_in_the_venue FOREIGN KEY (venue_id, menu_version) REFERENCES public.menu_versions(venue_id, version)
public.orders: session_is_in_the_venue FOREIGN KEY (venue_id, session_id) REFERENCES public.table_sessions(venue_id, id)
public.orders: split_is_of_the_order FOREIGN KEY (venue_id, id, split_id) REFERENCES public.bill_splits(venue_id, order_id, id)
public.orders: table_is_in_the_venue FOREIGN KEY (venue_id, table_id) REFERENCES public.tables(venue_id, id)
public.orders: venue_is_in_the_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id)
public.orders: orders_pkey PRIMARY KEY (id)
public.orders: one_number_per_business_day UNIQUE (venue_id, business_date, number)
public.orders: orders_tenant_key UNIQUE (venue_id, id)
public.organisation_add_ons: organisation_add_ons_add_on_fkey FOREIGN KEY (add_on) REFERENCES public.add_ons(add_on)
public.organisation_add_ons: organisation_add_ons_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
public.organisation_add_ons: organisation_add_ons_pkey PRIMARY KEY (organisation_id, add_on)
public.organisations: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.organisations: past_due_has_a_start CHECK (((subscription_status = 'past_due'::text) = (past_due_since IS NOT NULL)))
public.organisations: slug_is_url_safe CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND ((length(slug) >= 3) AND (length(slug) <= 60))))
public.organisations: subscription_status_is_known CHECK ((subscription_status = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text, 'unpaid'::text, 'canceled'::text])))
public.organisations: organisations_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL
public.organisations: tier_exists FOREIGN KEY (tier) REFERENCES public.tiers(tier)
public.organisations: organisations_pkey PRIMARY KEY (id)
public.organisations: organisations_slug_key UNIQUE (slug)
public.payments: amount_is_positive CHECK ((amount_minor > 0))
public.payments: cash_covers_the_amount CHECK ((tendered_minor >= amount_minor))
public.payments: method_is_known CHECK ((method = ANY (ARRAY['online'::text, 'cash'::text, 'card_terminal'::text, 'write_off'::text])))
public.payments: online_means_a_provider CHECK (((method = 'online'::text) = (provider IS NOT NULL)))
public.payments: only_cash_is_in_a_drawer CHECK (((drawer_session_id IS NULL) OR (method = 'cash'::text)))
public.payments: only_online_payments_go_elsewhere CHECK (((destination IS NULL) OR (method = 'online'::text)))
public.payments: only_online_payments_wait CHECK (((method = 'online'::text) OR (status = 'succeeded'::text)))
public.payments: only_online_shares_are_in_excess CHECK (((NOT is_excess) OR ((method = 'online'::text) AND (share_id IS NOT NULL) AND (tip_minor = 0))))
public.payments: our_fee_is_part_of_what_goes_elsewhere CHECK (((application_fee_minor >= 0) AND (application_fee_minor <=
CASE
    WHEN (destination IS NULL) THEN (0)::bigint
    ELSE amount_minor
END)))
public.payments: refunds_fit_into_the_payment CHECK (((refund_claimed_minor >= 0) AND (refund_claimed_minor <= amount_minor)))
public.payments: reversals_fit_into_what_went_elsewhere CHECK (((reversal_claimed_minor >= 0) AND (reversal_claimed_minor <=
CASE
    WHEN (destination IS NULL) THEN (0)::bigint
    ELSE amount_minor
END)))
public.payments: settled_means_succeeded CHECK (((status = 'succeeded'::text) = (settled_at IS NOT NULL)))
public.payments: status_is_known CHECK ((status = ANY (ARRAY['reserved'::text, 'pending'::text, 'succeeded'::text, 'canceled'::text])))
public.payments: tip_is_part_of_the_amount CHECK (((tip_minor >= 0) AND (tip_minor <= amount_minor)))
public.payments: write_offs_have_an_author_and_a_reason CHECK (
CASE method
    WHEN 'write_off'::text THEN ((collected_by IS NOT NULL) AND (reason IS NOT NULL) AND ((length(TRIM(BOTH FROM reason)) >= 1) AND (length(TRIM(BOTH FROM reason)) <= 280)) AND (tip_minor = 0))
    ELSE (reason IS NULL)
END)
public.payments: destination_is_an_account_of_the_organisation FOREIGN KEY (organisation_id, destination) REFERENCES public.connected_accounts(organisation_id, provider_reference)
public.payments: drawer_is_in_the_venue FOREIGN KEY (venue_id, drawer_session_id) REFERENCES public.drawer_sessions(venue_id, id)
public.payments: order_is_in_the_venue FOREIGN KEY (venue_id, order_id) REFERENCES public.orders(venue_id, id)
public.payments: share_is_of_the_order FOREIGN KEY (venue_id, order_id, share_id) REFERENCES public.bill_shares(venue_id, order_id, id)
public.payments: venue_is_in_the_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id)
public.payments: payments_pkey PRIMARY KEY (id)
public.payments: one_payment_per_provider_object UNIQUE (provider, provider_reference)
public.payments: payments_order_key UNIQUE (venue_id, order_id, id)
public.payments: payments_tenant_key UNIQUE (venue_id, id)
public.permissions: permissions_pkey PRIMARY KEY (permission)
public.published_menu_items: item_is_in_the_venue FOREIGN KEY (venue_id, menu_item_id) REFERENCES public.menu_items(venue_id, id)
public.published_menu_items: version_is_in_the_venue FOREIGN KEY (venue_id, version) REFERENCES public.menu_versions(venue_id, version) ON DELETE CASCADE
public.published_menu_items: published_menu_items_pkey PRIMARY KEY (venue_id, version, menu_item_id)
public.purchase_order_lines: cost_is_not_negative CHECK (((cost_minor >= 0) AND (received_cost_minor >= 0)))
public.purchase_order_lines: no_more_is_received_than_ordered CHECK (((received_quantity >= (0)::numeric) AND (received_quantity <= quantity)))
public.purchase_order_lines: quantity_is_positive CHECK ((quantity > (0)::numeric))
public.purchase_order_lines: ingredient_is_in_the_venue FOREIGN KEY (venue_id, ingredient_id) REFERENCES public.ingredients(venue_id, id)
public.purchase_order_lines: purchase_order_is_in_the_venue FOREIGN KEY (venue_id, purchase_order_id) REFERENCES public.purchase_orders(venue_id, id) ON DELETE CASCADE
public.purchase_order_lines: purchase_order_lines_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.purchase_order_lines: purchase_order_lines_pkey PRIMARY KEY (id)
public.purchase_order_lines: one_line_per_ingredient UNIQUE (venue_id, purchase_order_id, ingredient_id)
public.purchase_order_lines: purchase_order_lines_tenant_key UNIQUE (venue_id, id)
public.purchase_orders: closed_when_done CHECK (((status = ANY (ARRAY['received'::text, 'cancelled'::text])) = (closed_at IS NOT NULL)))
public.purchase_orders: sent_before_received CHECK (((status = ANY (ARRAY['draft'::text, 'cancelled'::text])) OR (sent_at IS NOT NULL)))
public.purchase_orders: status_is_known CHECK ((status = ANY (ARRAY['draft'::text, 'sent'::text, 'partial'::text, 'received'::text, 'cancelled'::text])))
public.purchase_orders: purchase_orders_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.purchase_orders: supplier_is_in_the_venue FOREIGN KEY (venue_id, supplier_id) REFERENCES public.suppliers(venue_id, id)
public.purchase_orders: purchase_orders_pkey PRIMARY KEY (id)
public.purchase_orders: purchase_orders_tenant_key UNIQUE (venue_id, id)
public.qr_codes: counter_codes_have_no_table CHECK (((kind = 'counter'::text) = (table_id IS NULL)))
public.qr_codes: kind_is_known CHECK ((kind = ANY (ARRAY['table'::text, 'table_pickup'::text, 'counter'::text])))
public.qr_codes: qr_codes_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.qr_codes: table_is_in_the_venue FOREIGN KEY (venue_id, table_id) REFERENCES public.tables(venue_id, id) ON DELETE CASCADE
public.qr_codes: qr_codes_pkey PRIMARY KEY (id)
public.qr_codes: qr_codes_token_hash_key UNIQUE (token_hash)
public.recipe_lines: quantity_is_positive CHECK ((quantity > (0)::numeric))
public.recipe_lines: ingredient_is_in_the_venue FOREIGN KEY (venue_id, ingredient_id) REFERENCES public.ingredients(venue_id, id) ON DELETE CASCADE
public.recipe_lines: item_is_in_the_venue FOREIGN KEY (venue_id, menu_item_id) REFERENCES public.menu_items(venue_id, id) ON DELETE CASCADE
public.recipe_lines: recipe_lines_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.recipe_lines: recipe_lines_pkey PRIMARY KEY (venue_id, menu_item_id, ingredient_id)
public.refunds: amount_is_positive CHECK ((amount_minor > 0))
public.refunds: reason_is_given CHECK (((length(reason) >= 1) AND (length(reason) <= 280)))
public.refunds: settled_means_succeeded CHECK (((status = 'succeeded'::text) = (settled_at IS NOT NULL)))
public.refunds: status_is_known CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])))
public.refunds: drawer_is_in_the_venue FOREIGN KEY (venue_id, drawer_session_id) REFERENCES public.drawer_sessions(venue_id, id)
public.refunds: payment_is_in_the_venue FOREIGN KEY (venue_id, payment_id) REFERENCES public.payments(venue_id, id)
public.refunds: refunds_pkey PRIMARY KEY (id)
public.refunds: refunds_payment_key UNIQUE (venue_id, payment_id, id)
public.refunds: refunds_provider_reference_key UNIQUE (provider_reference)
public.reservation_customers: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.reservation_customers: texts_are_bounded CHECK (((length(phone) <= 40) AND (length(email) <= 254) AND (length(note) <= 280)))
public.reservation_customers: reservation_is_in_the_venue FOREIGN KEY (venue_id, reservation_id) REFERENCES public.reservations(venue_id, id) ON DELETE CASCADE
public.reservation_customers: reservation_customers_pkey PRIMARY KEY (reservation_id)
public.reservations: ends_after_it_starts CHECK ((ends_at > starts_at))
public.reservations: party_is_plausible CHECK (((party_size >= 1) AND (party_size <= 100)))
public.reservations: status_is_known CHECK ((status = ANY (ARRAY['booked'::text, 'checked_in'::text, 'completed'::text, 'cancelled'::text, 'no_show'::text])))
public.reservations: who_came_has_a_session CHECK (((status = ANY (ARRAY['checked_in'::text, 'completed'::text])) = (session_id IS NOT NULL)))
public.reservations: reservations_booked_by_fkey FOREIGN KEY (booked_by) REFERENCES auth.users(id) ON DELETE SET NULL
public.reservations: reservations_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.reservations: session_is_in_the_venue FOREIGN KEY (venue_id, session_id) REFERENCES public.table_sessions(venue_id, id)
public.reservations: table_is_in_the_venue FOREIGN KEY (venue_id, table_id) REFERENCES public.tables(venue_id, id)
public.reservations: reservations_pkey PRIMARY KEY (id)
public.reservations: reservations_tenant_key UNIQUE (venue_id, id)
public.reservations: one_party_at_a_table_at_a_time EXCLUDE USING gist (venue_id WITH =, table_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ((status = ANY (ARRAY['booked'::text, 'checked_in'::text])))
public.role_permissions: role_permissions_permission_fkey FOREIGN KEY (permission) REFERENCES public.permissions(permission)
public.role_permissions: role_permissions_role_fkey FOREIGN KEY (role) REFERENCES public.roles(role)
public.role_permissions: role_permissions_pkey PRIMARY KEY (role, permission)
public.roles: rank_is_positive CHECK ((rank > 0))
public.roles: roles_pkey PRIMARY KEY (role)
public.shifts: cancelled_means_a_reason CHECK (((status = 'cancelled'::text) = (cancel_reason IS NOT NULL)))
public.shifts: published_means_a_time CHECK (
CASE status
    WHEN 'draft'::text THEN (published_at IS NULL)
    WHEN 'published'::text THEN (published_at IS NOT NULL)
    ELSE true
END)
public.shifts: reason_is_short_text CHECK (((length(TRIM(BOTH FROM cancel_reason)) >= 1) AND (length(TRIM(BOTH FROM cancel_reason)) <= 280)))
public.shifts: shift_is_a_day_of_work CHECK ((((ends_at - starts_at) >= '00:15:00'::interval) AND ((ends_at - starts_at) <= '16:00:00'::interval)))
public.shifts: status_is_known CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text, 'cancelled'::text])))
public.shifts: venue_is_in_the_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.shifts: shifts_pkey PRIMARY KEY (id)
public.shifts: shifts_person_key UNIQUE (venue_id, user_id, id)
public.shifts: one_shift_at_a_time EXCLUDE USING gist (organisation_id WITH =, user_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ((status <> 'cancelled'::text))
public.stock_movements: counts_belong_to_a_stocktake CHECK (((kind = 'stocktake'::text) = (stocktake_id IS NOT NULL)))
public.stock_movements: deliveries_are_received CHECK (((purchase_order_line_id IS NULL) OR (kind = 'receive'::text)))
public.stock_movements: kind_is_known CHECK ((kind = ANY (ARRAY['sale'::text, 'return'::text, 'receive'::text, 'adjust'::text, 'waste'::text, 'stocktake'::text, 'transfer'::text])))
public.stock_movements: only_sales_have_a_cost CHECK (((kind = 'sale'::text) OR (cost_per_1000_minor IS NULL)))
public.stock_movements: sales_belong_to_a_line CHECK (((kind <> ALL (ARRAY['sale'::text, 'return'::text])) OR (order_line_id IS NOT NULL)))
public.stock_movements: sign_fits_the_kind CHECK (
CASE
    WHEN (kind = ANY (ARRAY['sale'::text, 'waste'::text])) THEN (quantity < (0)::numeric)
    WHEN (kind = ANY (ARRAY['return'::text, 'receive'::text])) THEN (quantity > (0)::numeric)
    ELSE (quantity <> (0)::numeric)
END)
public.stock_movements: transfers_have_two_sides CHECK (((kind = 'transfer'::text) = (transfer_id IS NOT NULL)))
public.stock_movements: ingredient_is_in_the_venue FOREIGN KEY (venue_id, ingredient_id) REFERENCES public.ingredients(venue_id, id)
public.stock_movements: line_is_in_the_venue FOREIGN KEY (venue_id, order_line_id) REFERENCES public.order_lines(venue_id, id)
public.stock_movements: purchase_order_line_is_in_the_venue FOREIGN KEY (venue_id, purchase_order_line_id) REFERENCES public.purchase_order_lines(venue_id, id)
public.stock_movements: stocktake_is_in_the_venue FOREIGN KEY (venue_id, stocktake_id) REFERENCES public.stocktakes(venue_id, id)
public.stock_movements: stock_movements_pkey PRIMARY KEY (id)
public.stocktake_counts: counted_is_not_negative CHECK ((counted >= (0)::numeric))
public.stocktake_counts: ingredient_is_in_the_venue FOREIGN KEY (venue_id, ingredient_id) REFERENCES public.ingredients(venue_id, id) ON DELETE CASCADE
public.stocktake_counts: stocktake_counts_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.stocktake_counts: stocktake_is_in_the_venue FOREIGN KEY (venue_id, stocktake_id) REFERENCES public.stocktakes(venue_id, id) ON DELETE CASCADE
public.stocktake_counts: stocktake_counts_pkey PRIMARY KEY (venue_id, stocktake_id, ingredient_id)
public.stocktakes: closed_when_not_open CHECK (((status = 'open'::text) = (closed_at IS NULL)))
public.stocktakes: status_is_known CHECK ((status = ANY (ARRAY['open'::text, 'posted'::text, 'cancelled'::text])))
public.stocktakes: stocktakes_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.stocktakes: stocktakes_pkey PRIMARY KEY (id)
public.stocktakes: stocktakes_tenant_key UNIQUE (venue_id, id)
public.subscription_events: subscription_is_of_the_organisation FOREIGN KEY (organisation_id, subscription_id) REFERENCES public.subscriptions(organisation_id, id)
public.subscription_events: subscription_events_pkey PRIMARY KEY (id)
public.subscriptions: next_plan_is_another CHECK ((next_tier <> tier))
public.subscriptions: past_due_has_a_start CHECK (((status = 'past_due'::text) = (past_due_since IS NOT NULL)))
public.subscriptions: status_is_known CHECK ((status = ANY (ARRAY['incomplete'::text, 'incomplete_expired'::text, 'trialing'::text, 'active'::text, 'past_due'::text, 'canceled'::text, 'unpaid'::text, 'paused'::text])))
public.subscriptions: subscriptions_next_tier_fkey FOREIGN KEY (next_tier) REFERENCES public.tiers(tier)
public.subscriptions: subscriptions_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
public.subscriptions: subscriptions_tier_fkey FOREIGN KEY (tier) REFERENCES public.tiers(tier)
public.subscriptions: subscriptions_pkey PRIMARY KEY (id)
public.subscriptions: subscriptions_provider_reference_key UNIQUE (provider_reference)
public.subscriptions: subscriptions_tenant_key UNIQUE (organisation_id, id)
public.suppliers: email_is_an_address CHECK (((email ~ '^[^@\s]+@[^@\s]+$'::text) AND (length(email) <= 254)))
public.suppliers: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.suppliers: phone_is_short_text CHECK (((length(TRIM(BOTH FROM phone)) >= 1) AND (length(TRIM(BOTH FROM phone)) <= 40)))
public.suppliers: suppliers_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.suppliers: suppliers_pkey PRIMARY KEY (id)
public.suppliers: one_supplier_of_a_name UNIQUE (venue_id, name)
public.suppliers: suppliers_tenant_key UNIQUE (venue_id, id)
public.table_sessions: closes_after_it_opens CHECK ((closed_at >= opened_at))
public.table_sessions: table_is_in_the_venue FOREIGN KEY (venue_id, table_id) REFERENCES public.tables(venue_id, id)
public.table_sessions: table_sessions_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES auth.users(id) ON DELETE SET NULL
public.table_sessions: table_sessions_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES auth.users(id) ON DELETE SET NULL
public.table_sessions: table_sessions_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.table_sessions: table_sessions_pkey PRIMARY KEY (id)
public.table_sessions: table_sessions_tenant_key UNIQUE (venue_id, id)
public.tables: area_is_short_text CHECK ((length(area) <= 60))
public.tables: blocked_reason_is_short_text CHECK (((length(TRIM(BOTH FROM blocked_reason)) >= 1) AND (length(TRIM(BOTH FROM blocked_reason)) <= 120)))
public.tables: label_is_short_text CHECK (((length(TRIM(BOTH FROM label)) >= 1) AND (length(TRIM(BOTH FROM label)) <= 20)))
public.tables: no_table_leads_itself CHECK ((merged_into <> id))
public.tables: seats_are_plausible CHECK (((seats >= 1) AND (seats <= 100)))
public.tables: leading_table_is_in_the_venue FOREIGN KEY (venue_id, merged_into) REFERENCES public.tables(venue_id, id)
public.tables: tables_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.tables: tables_pkey PRIMARY KEY (id)
public.tables: one_table_of_a_label UNIQUE (venue_id, label)
public.tables: tables_tenant_key UNIQUE (venue_id, id)
public.tier_entitlements: max_count_is_not_negative CHECK ((max_count >= 0))
public.tier_entitlements: tier_entitlements_tier_fkey FOREIGN KEY (tier) REFERENCES public.tiers(tier)
public.tier_entitlements: tier_entitlements_pkey PRIMARY KEY (tier, entitlement)
public.tiers: price_is_not_negative CHECK ((monthly_price_minor >= 0))
public.tiers: tiers_pkey PRIMARY KEY (tier)
public.time_entries: closed_means_an_end CHECK (((status = 'closed'::text) = (clocked_out_at IS NOT NULL)))
public.time_entries: corrections_have_an_author_and_a_reason CHECK (((corrected_by IS NULL) = (correction_reason IS NULL)))
public.time_entries: reason_is_short_text CHECK (((length(TRIM(BOTH FROM correction_reason)) >= 1) AND (length(TRIM(BOTH FROM correction_reason)) <= 280)))
public.time_entries: status_is_known CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text, 'forgotten'::text])))
public.time_entries: work_is_at_most_a_day CHECK ((((clocked_out_at - clocked_in_at) >= '00:00:00'::interval) AND ((clocked_out_at - clocked_in_at) <= '16:00:00'::interval)))
public.time_entries: shift_is_of_the_person FOREIGN KEY (venue_id, user_id, shift_id) REFERENCES public.shifts(venue_id, user_id, id)
public.time_entries: venue_is_in_the_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.time_entries: time_entries_pkey PRIMARY KEY (id)
public.time_entries: one_place_at_a_time EXCLUDE USING gist (organisation_id WITH =, user_id WITH =, tstzrange(clocked_in_at, clocked_out_at) WITH &&) WHERE ((status <> 'forgotten'::text))
public.units: a_base_unit_counts_itself_once CHECK (((unit = base_unit) = (factor = (1)::numeric)))
public.units: factor_is_positive CHECK ((factor > (0)::numeric))
public.units: unit_is_short_text CHECK ((unit ~ '^[a-z]{1,10}$'::text))
public.units: units_base_unit_fkey FOREIGN KEY (base_unit) REFERENCES public.units(unit)
public.units: units_pkey PRIMARY KEY (unit)
public.venues: address_is_short_text CHECK (((length(TRIM(BOTH FROM address)) >= 1) AND (length(TRIM(BOTH FROM address)) <= 300)))
public.venues: cleaning_is_plausible CHECK (((cleaning_minutes >= 0) AND (cleaning_minutes <= 120)))
public.venues: country_is_iso_3166 CHECK ((country ~ '^[A-Z]{2}$'::text))
public.venues: currency_is_iso_4217 CHECK ((currency ~ '^[A-Z]{3}$'::text))
public.venues: day_starts_in_the_morning CHECK ((day_starts_at < '12:00:00'::time without time zone))
public.venues: hold_is_plausible CHECK (((hold_minutes >= 0) AND (hold_minutes <= 240)))
public.venues: name_is_short_text CHECK (((length(TRIM(BOTH FROM name)) >= 1) AND (length(TRIM(BOTH FROM name)) <= 120)))
public.venues: no_show_is_plausible CHECK (((no_show_minutes >= 5) AND (no_show_minutes <= 240)))
public.venues: opening_hours_are_periods_of_the_week CHECK (private.is_opening_hours(opening_hours))
public.venues: overdue_is_within_half_a_day CHECK (((overdue_minutes >= 1) AND (overdue_minutes <= 720)))
public.venues: postcode_is_short_text CHECK (((length(TRIM(BOTH FROM postcode)) >= 1) AND (length(TRIM(BOTH FROM postcode)) <= 12)))
public.venues: service_charge_is_at_most_a_quarter CHECK (((service_charge_bp >= 0) AND (service_charge_bp <= 2500)))
public.venues: service_type_is_known CHECK ((service_type = ANY (ARRAY['table_service'::text, 'counter_pickup'::text, 'both'::text])))
public.venues: slug_is_url_safe CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND ((length(slug) >= 3) AND (length(slug) <= 60))))
public.venues: turn_is_plausible CHECK (((turn_minutes >= 15) AND (turn_minutes <= 720)))
public.venues: venue_type_is_known CHECK ((venue_type = ANY (ARRAY['cafe'::text, 'restaurant'::text, 'dessert_lounge'::text, 'food_truck'::text, 'bar_pub'::text, 'other'::text])))
public.venues: menu_version_is_published FOREIGN KEY (id, menu_version) REFERENCES public.menu_versions(venue_id, version) ON DELETE SET NULL (menu_version)
public.venues: venues_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)
public.venues: venues_pkey PRIMARY KEY (id)
public.venues: venues_slug_key UNIQUE (slug)
public.venues: venues_tenant_key UNIQUE (organisation_id, id)
public.waiting_parties: party_is_plausible CHECK (((party_size >= 1) AND (party_size <= 100)))
public.waiting_parties: quote_is_plausible CHECK (((quoted_minutes >= 0) AND (quoted_minutes <= 600)))
public.waiting_parties: seated_means_a_session CHECK (((status = 'seated'::text) = (session_id IS NOT NULL)))
public.waiting_parties: status_is_known CHECK ((status = ANY (ARRAY['waiting'::text, 'seated'::text, 'left'::text])))
public.waiting_parties: texts_are_bounded CHECK (((length(name) <= 120) AND (length(phone) <= 40)))
public.waiting_parties: who_waits_has_a_name CHECK (((status <> 'waiting'::text) OR (COALESCE(length(TRIM(BOTH FROM name)), 0) > 0)))
public.waiting_parties: session_is_in_the_venue FOREIGN KEY (venue_id, session_id) REFERENCES public.table_sessions(venue_id, id)
public.waiting_parties: waiting_parties_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE
public.waiting_parties: waiting_parties_pkey PRIMARY KEY (id)
public.waiting_parties: waiting_parties_tenant_key UNIQUE (venue_id, id)
public.webhook_deliveries: failure_is_known CHECK ((failure = ANY (ARRAY['address'::text, 'connection'::text, 'timeout'::text, 'answer'::text, 'redirect'::text, 'lost'::text])))
public.webhook_deliveries: measures_are_not_negative CHECK (((attempts >= 0) AND (latency_ms >= 0)))
public.webhook_deliveries: only_the_pending_are_being_sent CHECK (((status = 'pending'::text) OR (sending_until IS NULL)))
public.webhook_deliveries: only_the_pending_have_a_next_attempt CHECK (((status = 'pending'::text) = (next_attempt_at IS NOT NULL)))
public.webhook_deliveries: status_is_known CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'cancelled'::text])))
public.webhook_deliveries: the_others_are_finished CHECK (((status <> 'pending'::text) = (finished_at IS NOT NULL)))
public.webhook_deliveries: endpoint_is_in_the_organisation FOREIGN KEY (organisation_id, endpoint_id) REFERENCES public.webhook_endpoints(organisation_id, id) ON DELETE CASCADE
public.webhook_deliveries: event_is_in_the_organisation FOREIGN KEY (organisation_id, event_id) REFERENCES public.webhook_events(organisation_id, id) ON DELETE CASCADE
public.webhook_deliveries: webhook_deliveries_pkey PRIMARY KEY (id)
public.webhook_deliveries: one_delivery_per_endpoint_and_event UNIQUE (organisation_id, endpoint_id, event_id)
public.webhook_endpoints: description_is_short_text CHECK (((length(TRIM(BOTH FROM description)) >= 1) AND (length(TRIM(BOTH FROM description)) <= 280)))
public.webhook_endpoints: failures_have_a_start CHECK ((((failures > 0) = (failing_since IS NOT NULL)) AND (failures >= 0)))
public.webhook_endpoints: only_the_disabled_have_a_reason CHECK ((is_enabled = (disabled_because IS NULL)))
public.webhook_endpoints: reason_is_known CHECK ((disabled_because = ANY (ARRAY['by_hand'::text, 'failing'::text, 'gone'::text])))
public.webhook_endpoints: something_is_chosen CHECK (((cardinality(event_types) >= 1) AND (cardinality(event_types) <= 50)))
public.webhook_endpoints: url_is_https CHECK (((length(url) <= 2000) AND (url ~ '^https://[^[:space:]/?#@]+(/[^[:space:]#]*)?$'::text)))
public.webhook_endpoints: venue_is_in_the_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.webhook_endpoints: webhook_endpoints_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE
public.webhook_endpoints: webhook_endpoints_pkey PRIMARY KEY (id)
public.webhook_endpoints: webhook_endpoints_tenant_key UNIQUE (organisation_id, id)
public.webhook_event_types: type_is_a_subject_and_a_verb CHECK ((type ~ '^[a-z]+\.[a-z]+$'::text))
public.webhook_event_types: webhook_event_types_pkey PRIMARY KEY (type)
public.webhook_events: venue_is_in_the_organisation FOREIGN KEY (organisation_id, venue_id) REFERENCES public.venues(organisation_id, id) ON DELETE CASCADE
public.webhook_events: webhook_events_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE
public.webhook_events: webhook_events_type_fkey FOREIGN KEY (type) REFERENCES public.webhook_event_types(type)
public.webhook_events: webhook_events_pkey PRIMARY KEY (id)
public.webhook_events: webhook_events_tenant_key UNIQUE (organisation_id, id)

-- indexes that no constraint makes
CREATE INDEX ai_events_by_age ON private.ai_events USING btree (received_at)
CREATE INDEX unmatched_ai_events ON private.ai_events USING btree (response_id) WHERE (outcome = 'unmatched'::text)
CREATE INDEX api_key_secrets_by_key ON private.api_key_secrets USING btree (organisation_id, api_key_id)
CREATE UNIQUE INDEX one_current_secret ON private.api_key_secrets USING btree (api_key_id) WHERE (ends_at IS NULL)
CREATE INDEX api_keys_by_maker ON private.api_keys USING btree (created_by)
CREATE INDEX api_keys_by_revoker ON private.api_keys USING btree (revoked_by)
CREATE INDEX api_keys_by_scope ON private.api_keys USING btree (organisation_id, venue_id)
CREATE UNIQUE INDEX one_live_key_per_name ON private.api_keys USING btree (organisation_id, lower(name)) WHERE (revoked_at IS NULL)
CREATE INDEX assistant_changes_by_measure ON private.assistant_changes USING btree (measure)
CREATE INDEX assistant_changes_by_permission ON private.assistant_changes USING btree (permission)
CREATE INDEX assistant_delegations_by_job ON private.assistant_delegations USING btree (venue_id, job_id)
CREATE INDEX assistant_delegations_by_permission ON private.assistant_delegations USING btree (permission)
CREATE INDEX assistant_delegations_by_person ON private.assistant_delegations USING btree (person_id)
CREATE INDEX assistant_turns_by_age ON private.assistant_turns USING btree (started_at)
CREATE INDEX assistant_turns_by_conversation ON private.assistant_turns USING btree (venue_id, actor_id, conversation_id)
CREATE INDEX assistant_turns_by_venue ON private.assistant_turns USING btree (organisation_id, venue_id)
CREATE INDEX assistant_turns_that_hold ON private.assistant_turns USING btree (organisation_id, day) WHERE (finished_at IS NULL)
CREATE UNIQUE INDEX one_turn_per_key ON private.assistant_turns USING btree (key_hash)
CREATE INDEX audit_events_by_organisation ON private.audit_events USING btree (organisation_id, occurred_at DESC)
CREATE INDEX audit_events_by_row ON private.audit_events USING btree (table_name, row_id)
CREATE INDEX balance_transactions_by_payment ON private.balance_transactions USING btree (payment_reference) WHERE (payment_reference IS NOT NULL)
CREATE INDEX balance_transactions_by_refund ON private.balance_transactions USING btree (refund_reference) WHERE (refund_reference IS NOT NULL)
CREATE INDEX balance_transactions_by_time ON private.balance_transactions USING brin (created_at)
CREATE INDEX billing_notices_by_age ON private.billing_notices USING btree (created_at)
CREATE INDEX billing_notices_by_alert ON private.billing_notices USING btree (organisation_id, template)
CREATE INDEX billing_notices_by_member ON private.billing_notices USING btree (user_id)
CREATE INDEX guest_devices_by_expiry ON private.guest_devices USING btree (expires_at)
CREATE INDEX guest_devices_by_session ON private.guest_devices USING btree (venue_id, session_id)
CREATE INDEX guest_devices_by_table ON private.guest_devices USING btree (venue_id, table_id) WHERE (table_id IS NOT NULL)
CREATE INDEX idempotency_keys_by_expiry ON private.idempotency_keys USING btree (expires_at)
CREATE UNIQUE INDEX one_key_per_claim ON private.idempotency_keys USING btree (claim_id) WHERE (claim_id IS NOT NULL)
CREATE INDEX kpi_items_by_item ON private.kpi_items USING btree (venue_id, menu_item_id)
CREATE INDEX ledger_transactions_by_dispute ON private.ledger_transactions USING btree (venue_id, payment_id, dispute_id) WHERE (dispute_id IS NOT NULL)
CREATE INDEX ledger_transactions_by_order ON private.ledger_transactions USING btree (venue_id, order_id, payment_id)
CREATE INDEX ledger_transactions_by_organisation ON private.ledger_transactions USING btree (organisation_id, venue_id, occurred_at)
CREATE INDEX ledger_transactions_by_refund ON private.ledger_transactions USING btree (venue_id, payment_id, refund_id) WHERE (refund_id IS NOT NULL)
CREATE INDEX ledger_transactions_by_time ON private.ledger_transactions USING brin (occurred_at)
CREATE UNIQUE INDEX one_settlement_per_payment ON private.ledger_transactions USING btree (payment_id) WHERE (kind = 'settlement'::text)
CREATE UNIQUE INDEX one_transaction_per_drawer_movement ON private.ledger_transactions USING btree (venue_id, drawer_movement_id) WHERE (drawer_movement_id IS NOT NULL)
CREATE UNIQUE INDEX one_transaction_per_movement ON private.ledger_transactions USING btree (provider_reference) WHERE (provider_reference IS NOT NULL)
CREATE UNIQUE INDEX one_transaction_per_refund ON private.ledger_transactions USING btree (refund_id, kind) WHERE (refund_id IS NOT NULL)
CREATE UNIQUE INDEX one_transfer_per_payment ON private.ledger_transactions USING btree (payment_id) WHERE (kind = 'transfer'::text)
CREATE INDEX loyalty_cards_by_account ON private.loyalty_cards USING btree (venue_id, account_id)
CREATE INDEX notices_by_age ON private.notices USING btree (created_at)
CREATE INDEX notices_by_member ON private.notices USING btree (user_id)
CREATE INDEX notices_by_venue ON private.notices USING btree (venue_id)
CREATE INDEX order_transitions_by_permission ON private.order_transitions USING btree (permission)
CREATE INDEX outbox_by_topic ON private.outbox USING btree (topic)
CREATE INDEX outbox_relayed ON private.outbox USING btree (relayed_at) WHERE (relayed_at IS NOT NULL)
CREATE INDEX outbox_waiting ON private.outbox USING btree (id) WHERE (relayed_at IS NULL)
CREATE INDEX outbox_routes_by_queue ON private.outbox_routes USING btree (queue)
CREATE INDEX provider_checks_by_age ON private.provider_checks USING btree (requested_at)
CREATE INDEX provider_checks_by_venue ON private.provider_checks USING btree (venue_id)
CREATE INDEX deferred_provider_events ON private.provider_events USING btree (((payload #>> '{data,object,payment_intent}'::text[]))) WHERE (status = 'deferred'::text)
CREATE INDEX provider_events_by_age ON private.provider_events USING btree (received_at)
CREATE INDEX provider_events_by_venue ON private.provider_events USING btree (venue_id) WHERE (venue_id IS NOT NULL)
CREATE INDEX quarantined_provider_events ON private.provider_events USING btree (received_at) WHERE (status = 'quarantined'::text)
CREATE UNIQUE INDEX one_open_finding_per_subject ON private.reconciliation_findings USING btree (kind, subject) WHERE (resolved_at IS NULL)
CREATE INDEX reconciliation_findings_by_payment ON private.reconciliation_findings USING btree (venue_id, payment_id)
CREATE INDEX reconciliation_findings_by_venue ON private.reconciliation_findings USING btree (organisation_id, venue_id, last_seen_at)
CREATE UNIQUE INDEX one_run_at_a_time ON private.reconciliation_runs USING btree (((finished_at IS NULL))) WHERE (finished_at IS NULL)
CREATE INDEX reconciliation_runs_by_request ON private.reconciliation_runs USING btree (requested_at)
CREATE INDEX reconciliation_runs_by_window ON private.reconciliation_runs USING btree (window_to) WHERE (outcome = ANY (ARRAY['clean'::text, 'differences'::text]))
CREATE INDEX session_channels_by_session ON private.session_channels USING btree (venue_id, session_id)
CREATE INDEX venue_jobs_by_venue ON private.venue_jobs USING btree (venue_id)
CREATE UNIQUE INDEX one_present_secret_per_endpoint ON private.webhook_secrets USING btree (endpoint_id) WHERE (expires_at IS NULL)
CREATE INDEX webhook_secrets_by_endpoint ON private.webhook_secrets USING btree (organisation_id, endpoint_id)
CREATE INDEX add_ons_by_tier ON public.add_ons USING btree (tier)
CREATE INDEX assistant_calls_by_actor ON public.assistant_calls USING btree (actor_id, called_at DESC)
CREATE INDEX assistant_calls_by_organisation ON public.assistant_calls USING btree (organisation_id, called_at DESC)
CREATE INDEX assistant_conversations_by_actor ON public.assistant_conversations USING btree (actor_id, used_at DESC)
CREATE INDEX assistant_conversations_by_use ON public.assistant_conversations USING btree (used_at)
CREATE INDEX assistant_conversations_by_venue ON public.assistant_conversations USING btree (organisation_id, venue_id)
CREATE UNIQUE INDEX a_response_is_of_one_job ON public.assistant_jobs USING btree (response_id)
CREATE INDEX assistant_jobs_by_actor ON public.assistant_jobs USING btree (actor_id, created_at DESC)
CREATE INDEX assistant_jobs_by_venue ON public.assistant_jobs USING btree (organisation_id, venue_id, created_at)
CREATE INDEX assistant_jobs_that_hold ON public.assistant_jobs USING btree (organisation_id, day) WHERE (finished_at IS NULL)
CREATE UNIQUE INDEX one_job_of_a_kind_at_a_time ON public.assistant_jobs USING btree (venue_id, kind) WHERE (finished_at IS NULL)
CREATE INDEX open_assistant_jobs ON public.assistant_jobs USING btree (created_at) WHERE (finished_at IS NULL)
CREATE INDEX assistant_messages_by_age ON public.assistant_messages USING btree (created_at)
CREATE INDEX assistant_messages_by_conversation ON public.assistant_messages USING btree (venue_id, actor_id, conversation_id, id DESC)
CREATE INDEX assistant_proposals_by_actor ON public.assistant_proposals USING btree (actor_id, created_at DESC)
CREATE INDEX assistant_proposals_by_tool ON public.assistant_proposals USING btree (tool)
CREATE INDEX assistant_proposals_by_venue ON public.assistant_proposals USING btree (organisation_id, venue_id)
CREATE INDEX decided_proposals_by_venue ON public.assistant_proposals USING btree (venue_id, decided_at) WHERE (status = ANY (ARRAY['confirmed'::text, 'undone'::text]))
CREATE UNIQUE INDEX one_pending_proposal_of_a_kind ON public.assistant_proposals USING btree (hash) WHERE (status = 'pending'::text)
CREATE INDEX pending_proposals_by_expiry ON public.assistant_proposals USING btree (expires_at) WHERE (status = 'pending'::text)
CREATE INDEX billing_changes_by_member ON public.billing_changes USING btree (requested_by)
CREATE INDEX billing_changes_by_organisation ON public.billing_changes USING btree (organisation_id, created_at DESC)
CREATE UNIQUE INDEX one_billing_change_at_a_time ON public.billing_changes USING btree (organisation_id) WHERE (status = 'reserved'::text)
CREATE UNIQUE INDEX one_account_per_organisation ON public.connected_accounts USING btree (organisation_id) WHERE (closed_at IS NULL)
CREATE INDEX active_discounts_by_venue ON public.discounts USING btree (venue_id) WHERE is_active
CREATE INDEX discounts_by_category ON public.discounts USING btree (venue_id, category_id)
CREATE INDEX discounts_by_item ON public.discounts USING btree (venue_id, menu_item_id)
CREATE UNIQUE INDEX one_active_discount_of_a_code ON public.discounts USING btree (venue_id, code) WHERE (is_active AND (code IS NOT NULL))
CREATE INDEX drawer_movements_by_session ON public.drawer_movements USING btree (venue_id, drawer_session_id)
CREATE UNIQUE INDEX one_of_a_kind_per_session ON public.drawer_movements USING btree (drawer_session_id, kind) WHERE (kind = ANY (ARRAY['float'::text, 'difference'::text, 'taken_out'::text]))
CREATE INDEX drawer_sessions_by_day ON public.drawer_sessions USING btree (venue_id, business_date)
CREATE UNIQUE INDEX one_open_session_per_drawer ON public.drawer_sessions USING btree (venue_id, lower(TRIM(BOTH FROM name))) WHERE (closed_at IS NULL)
CREATE INDEX feedback_by_time ON public.feedback USING btree (venue_id, created_at)
CREATE INDEX feedback_answers_by_question ON public.feedback_answers USING btree (venue_id, question_id, kind)
CREATE INDEX feedback_answers_in_words ON public.feedback_answers USING btree (venue_id, feedback_id) WHERE (body IS NOT NULL)
CREATE INDEX feedback_questions_by_venue ON public.feedback_questions USING btree (venue_id, "position") WHERE is_active
CREATE INDEX ingredients_by_supplier ON public.ingredients USING btree (venue_id, supplier_id)
CREATE INDEX invitations_by_acceptor ON public.invitations USING btree (accepted_by)
CREATE INDEX invitations_by_inviter ON public.invitations USING btree (invited_by)
CREATE INDEX invitations_by_role ON public.invitations USING btree (role)
CREATE INDEX invitations_by_scope ON public.invitations USING btree (organisation_id, venue_id)
CREATE UNIQUE INDEX one_pending_invitation ON public.invitations USING btree (organisation_id, venue_id, email) NULLS NOT DISTINCT WHERE (status = 'pending'::text)
CREATE INDEX pending_invitations_by_expiry ON public.invitations USING btree (expires_at) WHERE (status = 'pending'::text)
CREATE UNIQUE INDEX one_expo_per_venue ON public.kitchen_stations USING btree (venue_id) WHERE (kind = 'expo'::text)
CREATE INDEX finished_tickets_by_time ON public.kitchen_tickets USING btree (venue_id, ready_at) WHERE (ready_by IS NOT NULL)
CREATE INDEX kitchen_tickets_by_change ON public.kitchen_tickets USING brin (updated_at) WITH (pages_per_range='16', autosummarize='on')
CREATE INDEX kitchen_tickets_by_order ON public.kitchen_tickets USING btree (venue_id, order_id)
CREATE INDEX kitchen_tickets_by_readiness ON public.kitchen_tickets USING btree (venue_id, ready_at) WHERE (ready_at IS NOT NULL)
CREATE INDEX open_kitchen_tickets ON public.kitchen_tickets USING btree (venue_id, station_id, created_at) WHERE (status = ANY (ARRAY['held'::text, 'new'::text, 'in_progress'::text, 'ready'::text]))
CREATE INDEX loyalty_accounts_by_use ON public.loyalty_accounts USING btree (venue_id, used_at)
CREATE INDEX loyalty_accounts_by_user ON public.loyalty_accounts USING btree (user_id)
CREATE INDEX loyalty_movements_by_account ON public.loyalty_movements USING btree (venue_id, account_id, id DESC)
CREATE INDEX loyalty_movements_by_time ON public.loyalty_movements USING btree (venue_id, created_at)
CREATE UNIQUE INDEX redeemed_and_returned_once ON public.loyalty_movements USING btree (order_id, kind) WHERE (kind = ANY (ARRAY['redeem'::text, 'return'::text]))
CREATE INDEX memberships_by_role ON public.memberships USING btree (role)
CREATE INDEX memberships_by_scope ON public.memberships USING btree (organisation_id, venue_id)
CREATE INDEX menu_categories_by_station ON public.menu_categories USING btree (venue_id, station_id)
CREATE INDEX menu_item_modifier_groups_by_group ON public.menu_item_modifier_groups USING btree (venue_id, group_id)
CREATE INDEX menu_items_by_category ON public.menu_items USING btree (venue_id, category_id, "position")
CREATE INDEX menu_items_by_station ON public.menu_items USING btree (venue_id, station_id)
CREATE INDEX menu_translations_by_category ON public.menu_translations USING btree (venue_id, category_id) WHERE (category_id IS NOT NULL)
CREATE INDEX menu_translations_by_group ON public.menu_translations USING btree (venue_id, group_id) WHERE (group_id IS NOT NULL)
CREATE INDEX menu_translations_by_image ON public.menu_translations USING btree (venue_id, image_id) WHERE (image_id IS NOT NULL)
CREATE INDEX menu_translations_by_item ON public.menu_translations USING btree (venue_id, menu_item_id) WHERE (menu_item_id IS NOT NULL)
CREATE INDEX menu_translations_by_option ON public.menu_translations USING btree (venue_id, option_id) WHERE (option_id IS NOT NULL)
CREATE INDEX menu_versions_by_image ON public.menu_versions USING gin (image_paths)
CREATE INDEX menu_versions_by_publisher ON public.menu_versions USING btree (published_by)
CREATE INDEX modifier_options_by_group ON public.modifier_options USING btree (venue_id, group_id, "position")
CREATE INDEX option_recipe_lines_by_ingredient ON public.option_recipe_lines USING btree (venue_id, ingredient_id)
CREATE INDEX order_customers_by_age ON public.order_customers USING btree (created_at)
CREATE INDEX order_customers_by_venue ON public.order_customers USING btree (venue_id, order_id)
CREATE INDEX order_discounts_by_discount ON public.order_discounts USING btree (venue_id, discount_id)
CREATE INDEX order_events_by_member ON public.order_events USING btree (venue_id, occurred_at) WHERE (actor_kind = 'member'::text)
CREATE INDEX order_events_by_order ON public.order_events USING btree (venue_id, order_id, id)
CREATE INDEX order_lines_by_item ON public.order_lines USING btree (venue_id, menu_item_id)
CREATE INDEX order_lines_with_notes ON public.order_lines USING btree (venue_id, order_id) WHERE (note IS NOT NULL)
CREATE INDEX order_loyalty_by_account ON public.order_loyalty USING btree (venue_id, account_id)
CREATE INDEX open_orders_by_venue ON public.orders USING btree (venue_id, status) WHERE (status <> ALL (ARRAY['completed'::text, 'cancelled'::text, 'expired'::text]))
CREATE INDEX orders_by_change ON public.orders USING brin (updated_at) WITH (pages_per_range='16', autosummarize='on')
CREATE INDEX orders_by_session ON public.orders USING btree (venue_id, session_id) WHERE (session_id IS NOT NULL)
CREATE INDEX orders_by_table ON public.orders USING btree (venue_id, table_id) WHERE (table_id IS NOT NULL)
CREATE INDEX orders_by_venue ON public.orders USING btree (venue_id, created_at DESC, id DESC)
CREATE INDEX split_orders ON public.orders USING btree (venue_id, id, split_id) WHERE (split_id IS NOT NULL)
CREATE INDEX unpaid_orders_by_age ON public.orders USING btree (created_at) WHERE (status = 'pending_payment'::text)
CREATE INDEX organisation_add_ons_by_add_on ON public.organisation_add_ons USING btree (add_on)
CREATE INDEX organisations_by_creator ON public.organisations USING btree (created_by)
CREATE INDEX organisations_by_tier ON public.organisations USING btree (tier)
CREATE INDEX collected_payments_by_time ON public.payments USING btree (venue_id, settled_at) WHERE (collected_by IS NOT NULL)
CREATE UNIQUE INDEX one_open_online_payment_per_order ON public.payments USING btree (venue_id, order_id, share_id) NULLS NOT DISTINCT WHERE ((method = 'online'::text) AND (status = ANY (ARRAY['reserved'::text, 'pending'::text])))
CREATE UNIQUE INDEX one_payment_settles_a_share ON public.payments USING btree (share_id) WHERE ((status = 'succeeded'::text) AND (NOT is_excess) AND (share_id IS NOT NULL))
CREATE INDEX payments_by_destination ON public.payments USING btree (organisation_id, destination) WHERE (destination IS NOT NULL)
CREATE INDEX payments_by_drawer ON public.payments USING btree (venue_id, drawer_session_id) WHERE (drawer_session_id IS NOT NULL)
CREATE INDEX payments_by_organisation ON public.payments USING btree (organisation_id, venue_id, created_at DESC)
CREATE INDEX payments_by_share ON public.payments USING btree (venue_id, order_id, share_id) WHERE (share_id IS NOT NULL)
CREATE INDEX payments_by_time ON public.payments USING brin (created_at)
CREATE INDEX published_menu_items_by_item ON public.published_menu_items USING btree (venue_id, menu_item_id)
CREATE INDEX purchase_order_lines_by_ingredient ON public.purchase_order_lines USING btree (venue_id, ingredient_id)
CREATE UNIQUE INDEX one_draft_per_supplier ON public.purchase_orders USING btree (venue_id, supplier_id) WHERE (status = 'draft'::text)
CREATE INDEX purchase_orders_by_supplier ON public.purchase_orders USING btree (venue_id, supplier_id, created_at DESC)
CREATE UNIQUE INDEX one_active_code ON public.qr_codes USING btree (venue_id, table_id, kind) NULLS NOT DISTINCT WHERE (revoked_at IS NULL)
CREATE INDEX qr_codes_by_table ON public.qr_codes USING btree (venue_id, table_id)
CREATE INDEX recipe_lines_by_ingredient ON public.recipe_lines USING btree (venue_id, ingredient_id)
CREATE INDEX pending_refunds ON public.refunds USING btree (created_at) WHERE (status = 'pending'::text)
CREATE INDEX refunds_by_drawer ON public.refunds USING btree (venue_id, drawer_session_id) WHERE (drawer_session_id IS NOT NULL)
CREATE INDEX refunds_by_time ON public.refunds USING brin (created_at)
CREATE INDEX requested_refunds_by_time ON public.refunds USING btree (venue_id, created_at) WHERE (requested_by IS NOT NULL)
CREATE INDEX reservation_customers_by_venue ON public.reservation_customers USING btree (venue_id, reservation_id)
CREATE INDEX open_reservations_by_time ON public.reservations USING btree (starts_at) WHERE (status = ANY (ARRAY['booked'::text, 'checked_in'::text]))
CREATE INDEX reservations_by_member ON public.reservations USING btree (booked_by)
CREATE INDEX reservations_by_session ON public.reservations USING btree (venue_id, session_id) WHERE (session_id IS NOT NULL)
CREATE INDEX reservations_by_table ON public.reservations USING btree (venue_id, table_id, starts_at)
CREATE INDEX reservations_by_time ON public.reservations USING btree (venue_id, starts_at)
CREATE INDEX role_permissions_by_permission ON public.role_permissions USING btree (permission)
CREATE INDEX shifts_by_organisation ON public.shifts USING btree (organisation_id, venue_id)
CREATE INDEX shifts_by_person ON public.shifts USING btree (user_id, starts_at)
CREATE INDEX shifts_by_venue ON public.shifts USING btree (venue_id, starts_at)
CREATE UNIQUE INDEX once_per_line_and_ingredient ON public.stock_movements USING btree (order_line_id, ingredient_id, kind) WHERE (order_line_id IS NOT NULL)
CREATE UNIQUE INDEX once_per_stocktake_and_ingredient ON public.stock_movements USING btree (venue_id, stocktake_id, ingredient_id) WHERE (stocktake_id IS NOT NULL)
CREATE UNIQUE INDEX one_movement_per_side_of_a_transfer ON public.stock_movements USING btree (transfer_id, ingredient_id) WHERE (transfer_id IS NOT NULL)
CREATE INDEX stock_movements_by_ingredient ON public.stock_movements USING btree (venue_id, ingredient_id, created_at DESC)
CREATE INDEX stock_movements_by_line ON public.stock_movements USING btree (venue_id, order_line_id) WHERE (order_line_id IS NOT NULL)
CREATE INDEX stock_movements_by_purchase_order_line ON public.stock_movements USING btree (venue_id, purchase_order_line_id) WHERE (purchase_order_line_id IS NOT NULL)
CREATE INDEX stocktake_counts_by_ingredient ON public.stocktake_counts USING btree (venue_id, ingredient_id)
CREATE UNIQUE INDEX one_open_stocktake ON public.stocktakes USING btree (venue_id) WHERE (status = 'open'::text)
CREATE INDEX subscription_events_by_subscription ON public.subscription_events USING btree (organisation_id, subscription_id, id)
CREATE INDEX subscriptions_by_next_tier ON public.subscriptions USING btree (next_tier) WHERE (next_tier IS NOT NULL)
CREATE INDEX subscriptions_by_tier ON public.subscriptions USING btree (tier)
CREATE UNIQUE INDEX one_open_session_per_table ON public.table_sessions USING btree (venue_id, table_id) WHERE ((closed_at IS NULL) AND (table_id IS NOT NULL))
CREATE INDEX open_sessions_by_venue ON public.table_sessions USING btree (venue_id, opened_at) WHERE (closed_at IS NULL)
CREATE INDEX table_sessions_by_change ON public.table_sessions USING brin (closed_at) WITH (pages_per_range='16', autosummarize='on')
CREATE INDEX table_sessions_by_closer ON public.table_sessions USING btree (closed_by)
CREATE INDEX table_sessions_by_opener ON public.table_sessions USING btree (opened_by)
CREATE INDEX table_sessions_by_table ON public.table_sessions USING btree (venue_id, table_id, closed_at)
CREATE INDEX tables_by_leader ON public.tables USING btree (venue_id, merged_into) WHERE (merged_into IS NOT NULL)
CREATE INDEX open_time_entries_by_age ON public.time_entries USING btree (clocked_in_at) WHERE (status = 'open'::text)
CREATE INDEX time_entries_by_organisation ON public.time_entries USING btree (organisation_id, venue_id)
CREATE INDEX time_entries_by_person ON public.time_entries USING btree (user_id, clocked_in_at)
CREATE INDEX time_entries_by_shift ON public.time_entries USING btree (venue_id, user_id, shift_id)
CREATE INDEX time_entries_by_venue ON public.time_entries USING btree (venue_id, clocked_in_at)
CREATE INDEX units_by_base_unit ON public.units USING btree (base_unit)
CREATE INDEX venues_by_menu_version ON public.venues USING btree (id, menu_version)
CREATE INDEX waiting_parties_by_venue ON public.waiting_parties USING btree (venue_id, created_at) WHERE (status = 'waiting'::text)
CREATE INDEX waiting_parties_of_a_venue ON public.waiting_parties USING btree (venue_id, session_id)
CREATE INDEX pending_webhook_deliveries ON public.webhook_deliveries USING btree (endpoint_id) WHERE (status = 'pending'::text)
CREATE INDEX webhook_deliveries_being_sent ON public.webhook_deliveries USING btree (endpoint_id) WHERE (sending_until IS NOT NULL)
CREATE INDEX webhook_deliveries_by_endpoint ON public.webhook_deliveries USING btree (endpoint_id, created_at DESC)
CREATE INDEX webhook_deliveries_by_event ON public.webhook_deliveries USING btree (organisation_id, event_id)
CREATE INDEX webhook_endpoints_by_venue ON public.webhook_endpoints USING btree (organisation_id, venue_id)
CREATE INDEX webhook_events_by_age ON public.webhook_events USING btree (created_at)
CREATE INDEX webhook_events_by_type ON public.webhook_events USING btree (type)
CREATE INDEX webhook_events_by_venue ON public.webhook_events USING btree (organisation_id, venue_id)

-- policies
public.add_ons: select_all for select to anon, authenticated
    using true
public.assistant_calls: select_owner for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[]))
public.assistant_conversations: select_own for select to authenticated
    using ((actor_id = ( SELECT auth.uid() AS uid)) AND (venue_id = ANY (( SELECT private.venues_with('ai.use'::text) AS venues_with)::uuid[])))
public.assistant_jobs: select_own for select to authenticated
    using ((actor_id = ( SELECT auth.uid() AS uid)) OR (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[])))
public.assistant_messages: select_own for select to authenticated
    using ((actor_id = ( SELECT auth.uid() AS uid)) AND (venue_id = ANY (( SELECT private.venues_with('ai.use'::text) AS venues_with)::uuid[])))
public.assistant_proposals: select_own for select to authenticated
    using ((actor_id = ( SELECT auth.uid() AS uid)) OR (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[])))
public.bill_shares: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.bill_splits: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.billing_changes: select_billing for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[]))
public.billing_customers: select_billing for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[]))
public.connected_accounts: select_billing for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[]))
public.daily_closes: select_manager for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('analytics.read'::text) AS venues_with)::uuid[]))
public.discounts: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.discounts: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.discounts: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.discounts: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.disputes: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.drawer_movements: select_manager for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('analytics.read'::text) AS venues_with)::uuid[]))
public.drawer_sessions: select_manager for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('analytics.read'::text) AS venues_with)::uuid[]))
public.feedback: select_analyst for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('analytics.read'::text) AS venues_with)::uuid[]))
public.feedback_answers: select_analyst for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('analytics.read'::text) AS venues_with)::uuid[]))
public.feedback_questions: insert_settings for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('settings.edit'::text) AS venues_with)::uuid[]))
public.feedback_questions: select_settings for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('settings.read'::text) AS venues_with)::uuid[]))
public.feedback_questions: update_settings for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('settings.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('settings.edit'::text) AS venues_with)::uuid[]))
public.ingredients: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.ingredients: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.ingredients: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.invitations: select_staff for select to authenticated
    using ((organisation_id = ANY (( SELECT private.organisations_with('staff.read'::text) AS organisations_with)::uuid[])) OR (venue_id = ANY (( SELECT private.venues_with('staff.read'::text) AS venues_with)::uuid[])))
public.kitchen_stations: insert_settings for insert to authenticated
    with check ((venue_id = ANY (( SELECT private.venues_with('settings.edit'::text) AS venues_with)::uuid[])) AND (kind <> 'expo'::text))
public.kitchen_stations: select_member for select to authenticated
    using ((venue_id = ANY (( SELECT private.venues_with('kitchen.read'::text) AS venues_with)::uuid[])) OR (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[])))
public.kitchen_stations: update_settings for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('settings.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('settings.edit'::text) AS venues_with)::uuid[]))
public.kitchen_tickets: select_kitchen for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('kitchen.read'::text) AS venues_with)::uuid[]))
public.loyalty_accounts: select_own_or_service for select to authenticated
    using ((id = ANY (( SELECT private.my_loyalty_accounts() AS my_loyalty_accounts)::uuid[])) OR (venue_id = ANY (( SELECT private.venues_with('payments.collect'::text) AS venues_with)::uuid[])))
public.loyalty_movements: select_own_or_service for select to authenticated
    using ((account_id = ANY (( SELECT private.my_loyalty_accounts() AS my_loyalty_accounts)::uuid[])) OR (venue_id = ANY (( SELECT private.venues_with('payments.collect'::text) AS venues_with)::uuid[])))
public.loyalty_programmes: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.memberships: select_own_or_staff for select to authenticated
    using ((user_id = ( SELECT auth.uid() AS uid)) OR (organisation_id = ANY (( SELECT private.organisations_with('staff.read'::text) AS organisations_with)::uuid[])) OR (venue_id = ANY (( SELECT private.venues_with('staff.read'::text) AS venues_with)::uuid[])))
public.menu_categories: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_categories: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_categories: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.menu_categories: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_image_variants: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.menu_item_images: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.menu_item_modifier_groups: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_item_modifier_groups: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_item_modifier_groups: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.menu_item_modifier_groups: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_items: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_items: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_items: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.menu_items: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_labels: select_all for select to authenticated
    using true
public.menu_translations: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_translations: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_translations: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.menu_translations: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.menu_version_translations: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.menu_versions: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.modifier_groups: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.modifier_groups: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.modifier_groups: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.modifier_groups: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.modifier_options: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.modifier_options: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.modifier_options: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.modifier_options: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('menu.edit'::text) AS venues_with)::uuid[]))
public.option_recipe_lines: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.option_recipe_lines: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.option_recipe_lines: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.option_recipe_lines: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.order_customers: select_service for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_once_with('payments.collect'::text) AS venues_once_with)::uuid[]))
public.order_discounts: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.order_events: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.order_lines: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.order_loyalty: select_own_or_service for select to authenticated
    using ((account_id = ANY (( SELECT private.my_loyalty_accounts() AS my_loyalty_accounts)::uuid[])) OR (venue_id = ANY (( SELECT private.venues_with('payments.collect'::text) AS venues_with)::uuid[])))
public.orders: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.organisation_add_ons: select_billing for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[]))
public.organisations: select_member for select to authenticated
    using (id = ANY (( SELECT private.my_organisations() AS my_organisations)::uuid[]))
public.payments: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.permissions: select_all for select to authenticated
    using true
public.published_menu_items: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('menu.read'::text) AS venues_with)::uuid[]))
public.purchase_order_lines: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.purchase_orders: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.qr_codes: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('tables.read'::text) AS venues_with)::uuid[]))
public.recipe_lines: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.recipe_lines: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.recipe_lines: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.recipe_lines: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.refunds: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('orders.read'::text) AS venues_with)::uuid[]))
public.reservation_customers: select_seating for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_once_with('tables.seat'::text) AS venues_once_with)::uuid[]))
public.reservations: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('tables.read'::text) AS venues_with)::uuid[]))
public.role_permissions: select_all for select to authenticated
    using true
public.roles: select_all for select to authenticated
    using true
public.shifts: select_own_or_staff for select to authenticated
    using ((venue_id = ANY (( SELECT private.venues_with('staff.read'::text) AS venues_with)::uuid[])) OR ((user_id = ( SELECT auth.uid() AS uid)) AND (published_at IS NOT NULL) AND (organisation_id = ANY (( SELECT private.my_organisations() AS my_organisations)::uuid[]))))
public.stock_movements: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.stocktake_counts: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.stocktakes: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.subscription_events: select_billing for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[]))
public.subscriptions: select_billing for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_with('billing.read'::text) AS organisations_with)::uuid[]))
public.suppliers: delete_editor for delete to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.suppliers: insert_editor for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.suppliers: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.read'::text) AS venues_with)::uuid[]))
public.suppliers: update_editor for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('inventory.edit'::text) AS venues_with)::uuid[]))
public.table_sessions: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('tables.read'::text) AS venues_with)::uuid[]))
public.tables: insert_manager for insert to authenticated
    with check (venue_id = ANY (( SELECT private.venues_with('tables.manage'::text) AS venues_with)::uuid[]))
public.tables: select_member for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('tables.read'::text) AS venues_with)::uuid[]))
public.tables: update_manager for update to authenticated
    using (venue_id = ANY (( SELECT private.venues_with('tables.manage'::text) AS venues_with)::uuid[]))
    with check (venue_id = ANY (( SELECT private.venues_with('tables.manage'::text) AS venues_with)::uuid[]))
public.tier_entitlements: select_all for select to anon, authenticated
    using true
public.tiers: select_all for select to anon, authenticated
    using true
public.time_entries: select_own_or_staff for select to authenticated
    using ((venue_id = ANY (( SELECT private.venues_with('staff.read'::text) AS venues_with)::uuid[])) OR ((user_id = ( SELECT auth.uid() AS uid)) AND (organisation_id = ANY (( SELECT private.my_organisations() AS my_organisations)::uuid[]))))
public.units: select_all for select to authenticated
    using true
public.venues: select_member for select to authenticated
    using (id = ANY (( SELECT private.my_venues() AS my_venues)::uuid[]))
public.venues: update_settings for update to authenticated
    using (id = ANY (( SELECT private.venues_with('settings.edit'::text) AS venues_with)::uuid[]))
    with check (id = ANY (( SELECT private.venues_with('settings.edit'::text) AS venues_with)::uuid[]))
public.waiting_parties: select_seating for select to authenticated
    using (venue_id = ANY (( SELECT private.venues_once_with('tables.seat'::text) AS venues_once_with)::uuid[]))
public.webhook_deliveries: select_owner for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_once_with('integrations.manage'::text) AS organisations_once_with)::uuid[]))
public.webhook_endpoints: select_owner for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_once_with('integrations.manage'::text) AS organisations_once_with)::uuid[]))
public.webhook_event_types: select_all for select to authenticated
    using true
public.webhook_events: select_owner for select to authenticated
    using (organisation_id = ANY (( SELECT private.organisations_once_with('integrations.manage'::text) AS organisations_once_with)::uuid[]))
realtime.messages: select_listener for select to anon, authenticated
    using ((extension = 'broadcast'::text) AND ( SELECT private.may_listen(( SELECT realtime.topic() AS topic)) AS may_listen))
storage.objects: menu_files_delete_editor for delete to authenticated
    using ((bucket_id = 'menu-files'::text) AND (split_part(name, '/'::text, 1) = ANY (( SELECT (private.venues_with('menu.edit'::text))::text[] AS venues_with)::text[])))
storage.objects: menu_files_insert_editor for insert to authenticated
    with check ((bucket_id = 'menu-files'::text) AND (name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(pdf|jpg|jpeg|png|webp)$'::text) AND (split_part(name, '/'::text, 1) = ANY (( SELECT (private.venues_with('menu.edit'::text))::text[] AS venues_with)::text[])))
storage.objects: menu_files_select_editor for select to authenticated
    using ((bucket_id = 'menu-files'::text) AND (split_part(name, '/'::text, 1) = ANY (( SELECT (private.venues_with('menu.edit'::text))::text[] AS venues_with)::text[])))
storage.objects: menu_images_delete_editor for delete to authenticated
    using ((bucket_id = 'menu-images'::text) AND (split_part(name, '/'::text, 1) = ANY (( SELECT (private.venues_with('menu.edit'::text))::text[] AS venues_with)::text[])) AND (NOT (EXISTS ( SELECT 1
   FROM public.menu_item_images m
  WHERE (m.path = objects.name)))) AND (NOT (EXISTS ( SELECT 1
   FROM public.menu_image_variants v
  WHERE (v.path = objects.name)))) AND (NOT (EXISTS ( SELECT 1
   FROM public.menu_versions mv
  WHERE (mv.image_paths @> ARRAY[objects.name])))))
storage.objects: menu_images_insert_editor for insert to authenticated
    with check ((bucket_id = 'menu-images'::text) AND
CASE
    WHEN (name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpg|jpeg|png|webp|avif)$'::text) THEN ((split_part(name, '/'::text, 1) = ANY (( SELECT (private.venues_with('menu.edit'::text))::text[] AS venues_with)::text[])) AND (EXISTS ( SELECT 1
       FROM public.menu_items i
      WHERE ((i.venue_id = (split_part(objects.name, '/'::text, 1))::uuid) AND (i.id = (split_part(objects.name, '/'::text, 2))::uuid) AND (i.archived_at IS NULL)))))
    ELSE false
END)
storage.objects: menu_images_select_member for select to authenticated
    using ((bucket_id = 'menu-images'::text) AND (split_part(name, '/'::text, 1) = ANY (( SELECT (private.venues_with('menu.read'::text))::text[] AS venues_with)::text[])))

-- triggers
auth.users: lock_organisations BEFORE DELETE ON auth.users FOR EACH ROW EXECUTE FUNCTION private.lock_organisations_of_user()
private.api_key_secrets: audit AFTER INSERT OR DELETE OR UPDATE OF ends_at ON private.api_key_secrets FOR EACH ROW EXECUTE FUNCTION private.audit()
private.api_keys: audit AFTER INSERT OR DELETE OR UPDATE ON private.api_keys FOR EACH ROW EXECUTE FUNCTION private.audit()
private.assistant_delegations: keep_delegation BEFORE UPDATE ON private.assistant_delegations FOR EACH ROW EXECUTE FUNCTION private.keep_delegation()
private.audit_events: audit_events_append_only BEFORE DELETE OR UPDATE ON private.audit_events FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
private.audit_events: audit_events_no_truncate BEFORE TRUNCATE ON private.audit_events FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
private.balance_transactions: balance_transactions_append_only BEFORE DELETE OR UPDATE ON private.balance_transactions FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
private.balance_transactions: balance_transactions_no_truncate BEFORE TRUNCATE ON private.balance_transactions FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
private.ledger_entries: entry_keeps_balance AFTER INSERT ON private.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.check_balance()
private.ledger_entries: ledger_entries_append_only BEFORE DELETE OR UPDATE ON private.ledger_entries FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
private.ledger_entries: ledger_entries_no_truncate BEFORE TRUNCATE ON private.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
private.ledger_entries: move_order_balance AFTER INSERT ON private.ledger_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.move_order_balance()
private.ledger_transactions: ledger_transactions_append_only BEFORE DELETE OR UPDATE ON private.ledger_transactions FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
private.ledger_transactions: ledger_transactions_no_truncate BEFORE TRUNCATE ON private.ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
private.ledger_transactions: transaction_balances AFTER INSERT ON private.ledger_transactions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.check_balance()
private.reconciliation_runs: finished_runs_are_history BEFORE UPDATE ON private.reconciliation_runs FOR EACH ROW WHEN ((old.finished_at IS NOT NULL)) EXECUTE FUNCTION private.forbid_change()
private.reconciliation_runs: runs_are_kept BEFORE DELETE ON private.reconciliation_runs FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
private.reconciliation_runs: runs_are_not_truncated BEFORE TRUNCATE ON private.reconciliation_runs FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
private.tenant_schemas: audit AFTER INSERT OR DELETE OR UPDATE ON private.tenant_schemas FOR EACH ROW EXECUTE FUNCTION private.audit()
private.tenant_schemas: drop_tenant_schema AFTER DELETE ON private.tenant_schemas FOR EACH ROW EXECUTE FUNCTION private.drop_tenant_schema()
private.tenant_schemas: set_updated_at BEFORE UPDATE ON private.tenant_schemas FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
private.webhook_secrets: forget_secret AFTER DELETE ON private.webhook_secrets FOR EACH ROW EXECUTE FUNCTION private.forget_webhook_secret()
public.assistant_calls: assistant_calls_append_only BEFORE DELETE OR UPDATE ON public.assistant_calls FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.assistant_calls: assistant_calls_no_truncate BEFORE TRUNCATE ON public.assistant_calls FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
public.assistant_proposals: keep_proposal BEFORE UPDATE ON public.assistant_proposals FOR EACH ROW EXECUTE FUNCTION private.keep_proposal()
public.bill_shares: bill_shares_append_only BEFORE DELETE OR UPDATE ON public.bill_shares FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.bill_shares: bill_shares_no_truncate BEFORE TRUNCATE ON public.bill_shares FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
public.bill_shares: shares_equal_their_split AFTER INSERT ON public.bill_shares DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.check_split_sums()
public.bill_splits: audit AFTER INSERT OR DELETE OR UPDATE ON public.bill_splits FOR EACH ROW EXECUTE FUNCTION private.audit()
public.bill_splits: split_equals_its_shares AFTER INSERT OR UPDATE ON public.bill_splits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.check_split_sums()
public.billing_changes: set_updated_at BEFORE UPDATE ON public.billing_changes FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.billing_customers: set_updated_at BEFORE UPDATE ON public.billing_customers FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.connected_accounts: audit AFTER INSERT OR DELETE OR UPDATE ON public.connected_accounts FOR EACH ROW EXECUTE FUNCTION private.audit()
public.connected_accounts: set_updated_at BEFORE UPDATE ON public.connected_accounts FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.discounts: audit AFTER INSERT OR DELETE OR UPDATE OF name, code, percent_bp, amount_minor, menu_item_id, category_id, is_stackable, is_active, starts_on, ends_on, weekdays, from_time, until_time, max_uses ON public.discounts FOR EACH ROW EXECUTE FUNCTION private.audit()
public.discounts: set_updated_at BEFORE UPDATE ON public.discounts FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.disputes: set_updated_at BEFORE UPDATE ON public.disputes FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.drawer_movements: book_drawer_movement AFTER INSERT ON public.drawer_movements FOR EACH ROW EXECUTE FUNCTION private.book_drawer_movement()
public.drawer_movements: drawer_movements_append_only BEFORE DELETE OR UPDATE ON public.drawer_movements FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.drawer_movements: drawer_movements_no_truncate BEFORE TRUNCATE ON public.drawer_movements FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
public.drawer_sessions: audit AFTER INSERT OR DELETE OR UPDATE ON public.drawer_sessions FOR EACH ROW EXECUTE FUNCTION private.audit()
public.feedback: audit AFTER DELETE OR UPDATE ON public.feedback FOR EACH ROW EXECUTE FUNCTION private.audit()
public.feedback: set_updated_at BEFORE UPDATE ON public.feedback FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.feedback_questions: audit AFTER INSERT OR DELETE OR UPDATE ON public.feedback_questions FOR EACH ROW EXECUTE FUNCTION private.audit()
public.feedback_questions: set_updated_at BEFORE UPDATE ON public.feedback_questions FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.ingredients: audit AFTER INSERT OR DELETE ON public.ingredients FOR EACH ROW EXECUTE FUNCTION private.audit()
public.ingredients: audit_update AFTER UPDATE OF name, cost_per_1000_minor, par_level, reorder_level, supplier_id ON public.ingredients FOR EACH ROW EXECUTE FUNCTION private.audit()
public.ingredients: guard_entitlement AFTER INSERT ON public.ingredients REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.guard_entitlement('inventory')
public.ingredients: set_updated_at BEFORE UPDATE ON public.ingredients FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.invitations: audit AFTER INSERT OR DELETE OR UPDATE ON public.invitations FOR EACH ROW EXECUTE FUNCTION private.audit()
public.invitations: set_updated_at BEFORE UPDATE ON public.invitations FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.kitchen_stations: audit AFTER INSERT OR DELETE OR UPDATE ON public.kitchen_stations FOR EACH ROW EXECUTE FUNCTION private.audit()
public.kitchen_stations: guard_entitlement AFTER INSERT ON public.kitchen_stations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.guard_entitlement('kitchen_stations')
public.kitchen_stations: guard_entitlement_again AFTER UPDATE OF is_active ON public.kitchen_stations FOR EACH ROW WHEN ((new.is_active AND (NOT old.is_active))) EXECUTE FUNCTION private.guard_entitlement_again('kitchen_stations')
public.kitchen_stations: set_updated_at BEFORE UPDATE ON public.kitchen_stations FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.kitchen_tickets: broadcast_moved AFTER UPDATE ON public.kitchen_tickets REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.broadcast_tickets()
public.kitchen_tickets: broadcast_new AFTER INSERT ON public.kitchen_tickets REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.broadcast_tickets()
public.kitchen_tickets: note_ticket_cook BEFORE UPDATE OF ready_at ON public.kitchen_tickets FOR EACH ROW WHEN ((new.ready_at IS DISTINCT FROM old.ready_at)) EXECUTE FUNCTION private.note_ticket_cook()
public.loyalty_movements: add_points AFTER INSERT ON public.loyalty_movements FOR EACH ROW EXECUTE FUNCTION private.add_points()
public.loyalty_movements: loyalty_movements_append_only BEFORE DELETE OR UPDATE ON public.loyalty_movements FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.loyalty_movements: loyalty_movements_no_truncate BEFORE TRUNCATE ON public.loyalty_movements FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
public.loyalty_programmes: audit AFTER INSERT OR DELETE OR UPDATE ON public.loyalty_programmes FOR EACH ROW EXECUTE FUNCTION private.audit()
public.loyalty_programmes: set_updated_at BEFORE UPDATE ON public.loyalty_programmes FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.memberships: audit AFTER INSERT OR DELETE OR UPDATE ON public.memberships FOR EACH ROW EXECUTE FUNCTION private.audit()
public.memberships: cancel_shifts_of_former_member AFTER DELETE ON public.memberships FOR EACH ROW EXECUTE FUNCTION private.cancel_shifts_of_former_member()
public.memberships: guard_entitlement AFTER INSERT ON public.memberships REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.guard_entitlement('staff')
public.memberships: keep_last_owner BEFORE DELETE OR UPDATE ON public.memberships FOR EACH ROW EXECUTE FUNCTION private.keep_last_owner()
public.memberships: set_updated_at BEFORE UPDATE ON public.memberships FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.menu_categories: audit AFTER DELETE OR UPDATE ON public.menu_categories FOR EACH ROW EXECUTE FUNCTION private.audit()
public.menu_categories: audit_inserts AFTER INSERT ON public.menu_categories REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.audit_inserts()
public.menu_categories: set_updated_at BEFORE UPDATE ON public.menu_categories FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.menu_image_variants: audit AFTER INSERT OR DELETE OR UPDATE ON public.menu_image_variants FOR EACH ROW EXECUTE FUNCTION private.audit()
public.menu_item_images: audit AFTER INSERT OR DELETE OR UPDATE ON public.menu_item_images FOR EACH ROW EXECUTE FUNCTION private.audit()
public.menu_item_images: set_updated_at BEFORE UPDATE ON public.menu_item_images FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.menu_item_modifier_groups: audit AFTER DELETE OR UPDATE ON public.menu_item_modifier_groups FOR EACH ROW EXECUTE FUNCTION private.audit()
public.menu_item_modifier_groups: audit_inserts AFTER INSERT ON public.menu_item_modifier_groups REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.audit_inserts()
public.menu_items: audit AFTER DELETE OR UPDATE ON public.menu_items FOR EACH ROW EXECUTE FUNCTION private.audit()
public.menu_items: audit_inserts AFTER INSERT ON public.menu_items REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.audit_inserts()
public.menu_items: check_menu_labels BEFORE INSERT OR UPDATE OF allergens, dietary_tags ON public.menu_items FOR EACH ROW WHEN (((cardinality(new.allergens) > 0) OR (cardinality(new.dietary_tags) > 0))) EXECUTE FUNCTION private.check_menu_labels()
public.menu_items: guard_entitlement AFTER INSERT ON public.menu_items REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.guard_entitlement('menu_items')
public.menu_items: guard_entitlement_again AFTER UPDATE OF archived_at ON public.menu_items FOR EACH ROW WHEN (((new.archived_at IS NULL) AND (old.archived_at IS NOT NULL))) EXECUTE FUNCTION private.guard_entitlement_again('menu_items')
public.menu_items: set_updated_at BEFORE UPDATE ON public.menu_items FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.menu_translations: audit AFTER DELETE OR UPDATE ON public.menu_translations FOR EACH ROW EXECUTE FUNCTION private.audit()
public.menu_translations: audit_inserts AFTER INSERT ON public.menu_translations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.audit_inserts()
public.menu_translations: set_updated_at BEFORE UPDATE ON public.menu_translations FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.menu_version_translations: menu_version_translations_immutable BEFORE UPDATE ON public.menu_version_translations FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.menu_versions: menu_versions_immutable BEFORE UPDATE ON public.menu_versions FOR EACH ROW WHEN (((old.document IS DISTINCT FROM new.document) OR (old.etag IS DISTINCT FROM new.etag))) EXECUTE FUNCTION private.forbid_change()
public.modifier_groups: audit AFTER DELETE OR UPDATE ON public.modifier_groups FOR EACH ROW EXECUTE FUNCTION private.audit()
public.modifier_groups: audit_inserts AFTER INSERT ON public.modifier_groups REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.audit_inserts()
public.modifier_groups: set_updated_at BEFORE UPDATE ON public.modifier_groups FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.modifier_options: audit AFTER DELETE OR UPDATE ON public.modifier_options FOR EACH ROW EXECUTE FUNCTION private.audit()
public.modifier_options: audit_inserts AFTER INSERT ON public.modifier_options REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.audit_inserts()
public.modifier_options: set_updated_at BEFORE UPDATE ON public.modifier_options FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.option_recipe_lines: audit AFTER INSERT OR DELETE OR UPDATE ON public.option_recipe_lines FOR EACH ROW EXECUTE FUNCTION private.audit()
public.order_discounts: discounts_equal_their_order AFTER INSERT OR DELETE OR UPDATE ON public.order_discounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.check_order_sums()
public.order_events: order_events_append_only BEFORE DELETE OR UPDATE ON public.order_events FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.order_events: order_events_no_truncate BEFORE TRUNCATE ON public.order_events FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
public.order_lines: lines_equal_their_order AFTER DELETE OR UPDATE ON public.order_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.check_order_sums()
public.order_lines: new_lines_equal_their_order AFTER INSERT ON public.order_lines REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.check_new_lines()
public.orders: broadcast_changed AFTER UPDATE ON public.orders FOR EACH ROW WHEN ((((((old.status IS DISTINCT FROM new.status) OR (old.payment_status IS DISTINCT FROM new.payment_status)) OR (old.total_minor IS DISTINCT FROM new.total_minor)) OR (old.session_id IS DISTINCT FROM new.session_id)) OR (old.table_id IS DISTINCT FROM new.table_id))) EXECUTE FUNCTION private.broadcast_order()
public.orders: broadcast_new AFTER INSERT ON public.orders FOR EACH ROW EXECUTE FUNCTION private.broadcast_order()
public.orders: broadcast_split AFTER UPDATE OF split_id, paid_minor ON public.orders FOR EACH ROW WHEN (((old.split_id IS DISTINCT FROM new.split_id) OR ((new.split_id IS NOT NULL) AND (old.paid_minor <> new.paid_minor) AND (old.payment_status = new.payment_status)))) EXECUTE FUNCTION private.broadcast_order()
public.orders: follow_loyalty AFTER UPDATE OF status, subtotal_minor, discount_minor, total_minor, tip_minor, paid_minor, refunded_minor ON public.orders FOR EACH ROW WHEN (new.has_member) EXECUTE FUNCTION private.follow_loyalty()
public.orders: follow_split AFTER UPDATE OF paid_minor, status ON public.orders FOR EACH ROW WHEN ((new.split_id IS NOT NULL)) EXECUTE FUNCTION private.follow_split()
public.orders: new_order_equals_its_ledger AFTER INSERT ON public.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.paid_minor <> 0) OR (new.refunded_minor <> 0))) EXECUTE FUNCTION private.check_order_balance()
public.orders: order_equals_its_ledger AFTER UPDATE OF paid_minor, refunded_minor ON public.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.check_order_balance()
public.orders: order_equals_its_parts AFTER INSERT OR UPDATE OF subtotal_minor, tax_minor, discount_minor ON public.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.check_order_sums()
public.orders: set_updated_at BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.orders: unpaid_shares_are_due AFTER UPDATE OF total_minor, paid_minor, split_id ON public.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.split_id IS NOT NULL) OR (old.split_id IS NOT NULL))) EXECUTE FUNCTION private.check_split_sums()
public.organisations: audit AFTER INSERT OR DELETE OR UPDATE ON public.organisations FOR EACH ROW EXECUTE FUNCTION private.audit()
public.organisations: set_updated_at BEFORE UPDATE ON public.organisations FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.organisations: settle_tenant_schema AFTER UPDATE OF tier, subscription_status, trial_ends_at, past_due_since ON public.organisations FOR EACH ROW EXECUTE FUNCTION private.settle_tenant_schema_of_plan()
public.payments: pay_share_once BEFORE UPDATE OF status ON public.payments FOR EACH ROW WHEN (((new.share_id IS NOT NULL) AND (new.status = 'succeeded'::text) AND (old.status <> 'succeeded'::text))) EXECUTE FUNCTION private.pay_share_once()
public.payments: set_updated_at BEFORE UPDATE ON public.payments FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.payments: tell_webhooks_of_change AFTER UPDATE ON public.payments FOR EACH ROW WHEN (((old.status <> 'succeeded'::text) AND (new.status = 'succeeded'::text))) EXECUTE FUNCTION private.tell_of_payment()
public.payments: tell_webhooks_of_new AFTER INSERT ON public.payments FOR EACH ROW WHEN (((new.status = 'succeeded'::text) AND (new.method <> 'write_off'::text))) EXECUTE FUNCTION private.tell_of_payment()
public.permissions: refresh_permission_roles AFTER INSERT OR UPDATE ON public.permissions FOR EACH STATEMENT EXECUTE FUNCTION private.refresh_permission_roles()
public.published_menu_items: published_menu_items_immutable BEFORE UPDATE ON public.published_menu_items FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.purchase_order_lines: audit AFTER INSERT OR DELETE OR UPDATE ON public.purchase_order_lines FOR EACH ROW EXECUTE FUNCTION private.audit()
public.purchase_orders: audit AFTER INSERT OR DELETE OR UPDATE ON public.purchase_orders FOR EACH ROW EXECUTE FUNCTION private.audit()
public.purchase_orders: set_updated_at BEFORE UPDATE ON public.purchase_orders FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.qr_codes: audit AFTER INSERT OR DELETE OR UPDATE ON public.qr_codes FOR EACH ROW EXECUTE FUNCTION private.audit()
public.recipe_lines: audit AFTER INSERT OR DELETE OR UPDATE ON public.recipe_lines FOR EACH ROW EXECUTE FUNCTION private.audit()
public.refunds: audit AFTER INSERT OR DELETE OR UPDATE ON public.refunds FOR EACH ROW EXECUTE FUNCTION private.audit()
public.refunds: set_updated_at BEFORE UPDATE ON public.refunds FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.refunds: tell_webhooks_of_change AFTER UPDATE ON public.refunds FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION private.tell_of_refund()
public.refunds: tell_webhooks_of_new AFTER INSERT ON public.refunds FOR EACH ROW WHEN ((new.status <> 'pending'::text)) EXECUTE FUNCTION private.tell_of_refund()
public.reservations: audit AFTER INSERT OR DELETE OR UPDATE ON public.reservations FOR EACH ROW EXECUTE FUNCTION private.audit()
public.reservations: set_updated_at BEFORE UPDATE ON public.reservations FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.role_permissions: refresh_permission_roles AFTER INSERT OR DELETE OR UPDATE ON public.role_permissions FOR EACH STATEMENT EXECUTE FUNCTION private.refresh_permission_roles()
public.shifts: audit AFTER INSERT OR DELETE OR UPDATE ON public.shifts FOR EACH ROW EXECUTE FUNCTION private.audit()
public.shifts: set_updated_at BEFORE UPDATE ON public.shifts FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.stock_movements: stock_movements_append_only BEFORE DELETE OR UPDATE ON public.stock_movements FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.stock_movements: stock_movements_no_truncate BEFORE TRUNCATE ON public.stock_movements FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
public.stock_movements: sum_stock AFTER INSERT ON public.stock_movements REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.sum_stock()
public.stocktakes: audit AFTER INSERT OR DELETE OR UPDATE ON public.stocktakes FOR EACH ROW EXECUTE FUNCTION private.audit()
public.stocktakes: set_updated_at BEFORE UPDATE ON public.stocktakes FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.subscription_events: subscription_events_append_only BEFORE DELETE OR UPDATE ON public.subscription_events FOR EACH ROW EXECUTE FUNCTION private.forbid_change()
public.subscription_events: subscription_events_no_truncate BEFORE TRUNCATE ON public.subscription_events FOR EACH STATEMENT EXECUTE FUNCTION private.forbid_change()
public.subscriptions: set_updated_at BEFORE UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.suppliers: audit AFTER INSERT OR DELETE OR UPDATE ON public.suppliers FOR EACH ROW EXECUTE FUNCTION private.audit()
public.suppliers: set_updated_at BEFORE UPDATE ON public.suppliers FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.tables: audit AFTER INSERT OR DELETE OR UPDATE ON public.tables FOR EACH ROW EXECUTE FUNCTION private.audit()
public.tables: guard_entitlement AFTER INSERT ON public.tables REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.guard_entitlement('tables')
public.tables: guard_entitlement_again AFTER UPDATE OF is_active ON public.tables FOR EACH ROW WHEN ((new.is_active AND (NOT old.is_active))) EXECUTE FUNCTION private.guard_entitlement_again('tables')
public.tables: set_updated_at BEFORE UPDATE ON public.tables FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.time_entries: audit AFTER INSERT OR DELETE OR UPDATE ON public.time_entries FOR EACH ROW EXECUTE FUNCTION private.audit()
public.time_entries: set_updated_at BEFORE UPDATE ON public.time_entries FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.venues: audit AFTER INSERT OR DELETE OR UPDATE ON public.venues FOR EACH ROW EXECUTE FUNCTION private.audit()
public.venues: check_timezone BEFORE INSERT OR UPDATE OF timezone ON public.venues FOR EACH ROW EXECUTE FUNCTION private.check_timezone()
public.venues: create_expo_station AFTER INSERT ON public.venues FOR EACH ROW EXECUTE FUNCTION private.create_expo_station()
public.venues: guard_entitlement AFTER INSERT ON public.venues REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.guard_entitlement('venues')
public.venues: set_updated_at BEFORE UPDATE ON public.venues FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.waiting_parties: set_updated_at BEFORE UPDATE ON public.waiting_parties FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()
public.webhook_endpoints: audit AFTER INSERT OR DELETE OR UPDATE OF url, description, event_types, is_enabled ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.audit()
public.webhook_endpoints: set_updated_at BEFORE UPDATE ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.set_updated_at()

-- functions
private.abandon_payments(p_order public.orders, p_share_id uuid DEFAULT NULL::uuid) returns void
    plpgsql volatile set search_path="", body b41f41057351506e
    -- Asks the provider to cancel the open online payments of an order, or of one of its shares, that will not be cooked, or is paid.
private.add_api_secret(p_key private.api_keys) returns text
    plpgsql volatile set search_path="", body ad2d317f4e99036e
    -- Gives a key a new current secret and returns it, this once.
private.add_points() returns trigger
    plpgsql volatile security definer set search_path="", body 4a1177ba3a1e12c8
    -- After-insert trigger: a new movement changes its account's points. Definer, because nobody may write points. Errors: loyalty_points_insufficient.
private.add_webhook_secret(p_endpoint public.webhook_endpoints) returns text
    plpgsql volatile set search_path="", body 20c1fbb2fde70462
    -- A new present secret of an endpoint, in the form of the Standard Webhooks scheme.
private.advance_reservations(p_venue_id uuid DEFAULT NULL::uuid) returns integer
    plpgsql volatile set search_path="", body fe5d02c8456a77a9
    -- At a venue (null: at all): a booked reservation whose party did not come in the venue's no-show time becomes no_show; one whose session is closed becomes completed; who waited since an earlier business day has left. Returns how many.
private.alert_operators(p_alert jsonb) returns void
    plpgsql volatile set search_path="", body 89c024bc1c124003
    -- Tells the platform's operators, once, of something that needs a person: {kind, and what it is about}; ids and codes only.
private.announce_close(p_venue public.venues, p_business_date date) returns void
    plpgsql volatile set search_path="", body d0fd02f162aeb082
    -- Has those who may see a venue's figures told how its day closed, unless nothing happened.
private.api_key_json(p_key private.api_keys) returns jsonb
    sql stable set search_path="", body 25d4ceea1eb06627
    -- A key as RPCs answer it, with how its working secrets begin.
private.api_level(p_bucket private.api_buckets, p_rate bigint) returns numeric
    sql stable set search_path="", body 9a5e16d611d01b9a
    -- What a part of the bucket holds now: a quarter of the rate flows in each minute, up to a quarter of twice the rate.
private.apply_again(p_venue public.venues, p_lines private.priced_line[], p_discounts private.priced_discount[]) returns private.priced_order
    plpgsql stable set search_path="", body 2d71cd2610f4b282
    -- The lines of an order that has changed, with what its discounts take off them now, by the terms of when it was placed: neither windows nor uses nor the choice among discounts are looked at again, nor whether they still exist.
private.apply_deferred_events(p_reference text) returns void
    plpgsql volatile set search_path="", body 6e27a59f9c417b49
    -- Applies what came before its payment was reported as paid, in the order in which it happened.
private.apply_discounts(p_venue public.venues, p_lines private.priced_line[], p_code text) returns private.priced_order
    plpgsql stable set search_path="", body da1604794dab2edf
    -- The lines of an order with their share of what its discounts take off, taxed on what is left, and those discounts. Those without a code apply by themselves. A code takes part, and is refused where it can take nothing off. Errors: discount_code_invalid, discount_used_up, discount_not_applicable.
private.apply_dispute_event(p_object jsonb, p_at timestamp with time zone) returns text
    plpgsql volatile set search_path="", body 0fa54ddc2011193d
    -- Applies the provider's dispute object as of p_at: its status, the movements it lists, and the loss. Returns dispute_<status>, or payment_not_settled or dispute_mismatch.
private.apply_points(p_venue public.venues, p_priced private.priced_order, p_loyalty jsonb) returns private.priced_order
    plpgsql stable set search_path="", body 8f884fa19acd0779
    -- An order's lines and discounts with what a member redeems taken off, after every other discount: an amount off the whole order, at most what is left of it. Errors: loyalty_not_offered, loyalty_card_invalid, loyalty_points_too_few, loyalty_points_insufficient.
private.apply_provider_event(p_type text, p_object jsonb, p_at timestamp with time zone) returns text
    plpgsql volatile set search_path="", body 43a84c210acc2e76
    -- The effect of one event on the books, as the provider's clock dates it. Returns what was done or why nothing was.
private.apply_refund_event(p_object jsonb) returns text
    plpgsql volatile set search_path="", body b5c3ef29e3d166c7
    -- Applies the provider's refund object, whether asked for here or made in its dashboard. Returns refund_<status> or why not.
private.assistant_job_json(p_job public.assistant_jobs) returns jsonb
    sql stable set search_path="", body 24f7c07e5cd069b4
    -- A background job as RPCs return it.
private.audit() returns trigger
    plpgsql volatile security definer set search_path="", body 3485391b43561543
    -- After-row trigger: writes one audit event with only the changed columns. Definer, because the roles that change the audited tables cannot write the history.
private.audit_inserts() returns trigger
    plpgsql volatile security definer set search_path="", body 2110e2cc036d4495
    -- After-insert statement trigger over the transition table "added": what audit writes for inserts, once per statement, for tables that are loaded by the thousand. Definer: see audit.
private.average_cost(p_on_hand numeric, p_cost_per_1000_minor bigint, p_quantity numeric, p_paid_minor bigint) returns bigint
    sql immutable set search_path="", body b67fd5e03d2beab4
    -- Cost per 1000 after a delivery of a quantity > 0 for which so much was paid in all: the weighted average, half-up; null paid leaves it as it was.
private.average_order_minor(p_gross_minor bigint, p_orders bigint) returns bigint
    sql immutable set search_path="", body 13902dc814685893
    -- Average order value: gross revenue per order, rounded half-up; null without orders.
private.balance_days(p_from date, p_until date, p_organisation_id uuid DEFAULT NULL::uuid) returns TABLE(day date, currency text, provider_minor bigint, books_minor bigint, in_transit_minor bigint, unknown_here_minor bigint, missing_there_minor bigint, amount_differs_minor bigint, provider_fees_minor bigint, booked_fees_minor bigint)
    sql stable set search_path="", body ab1d6b512cac1d5f
    -- From a day until before another (UTC), per currency: what moved at the provider for payments of ours, what the ledger's account "provider" says, and what explains the difference: provider − books = in transit + unknown here − missing there + amounts that differ. Fees apart: what the provider kept of these movements, and what is booked of it. Of one organisation, or of all.
private.balance_differences(p_from date, p_until date) returns SETOF private.difference
    sql stable set search_path="", body 63c7cfb8cc19ea89
    -- The days on which ledger and balance differ by more than what is in transit, or in what the provider kept.
private.base_quantity(p_quantity numeric, p_unit text, p_base_unit text) returns numeric
    sql stable set search_path="", body 41b0db8729766d96
    -- A quantity in base units, rounded half away from zero to the thousandth; null when the unit does not convert to that base unit. A unit of null is the base unit.
private.begin_reconciliation(p_requested_by text, p_since timestamp with time zone) returns private.reconciliation_runs
    plpgsql volatile set search_path="", body 554c9c3cd1685258
    -- The run under way, or a new one: from an hour before the end of the last good one, or earlier if asked, until now. A worker is asked to go on with it unless one has it. What could not be finished in six hours is given up, and another begins.
private.bill_json(p_venue_id uuid, p_bill_ids uuid[]) returns jsonb
    plpgsql stable set search_path="", body 0e20adade0b6a1d8
    -- Split bills as guests and staff see them: [{bill_id, method, amount_minor, paid_minor, is_open, shares: [{number, amount_minor, paid_minor, parts: [{share_id, order_id, amount_minor, items, status}]}]}].
private.billing_mail(p_notice_id uuid, p_template text) returns jsonb
    sql stable set search_path="", body e18f9a864072474b
    -- What a notice about a subscription says, and to whom; null when it is true no longer, or none of their concern. ends_at: the end of the trial or of the days of grace.
private.board_tickets(p_venue_ids uuid[], p_station_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql stable set search_path="", plan_cache_mode=force_generic_plan, body f240dce7dbe2e4e8
    -- The open tickets of some venues, or of one station, as a kitchen screen shows them: oldest first, held courses last.
private.book_drawer_movement() returns trigger
    plpgsql volatile security definer set search_path="", body 13fd942c253c4d38
    -- After-insert trigger: a movement of a drawer is in the books, or nowhere. Definer, because nobody may write the ledger.
private.book_fees(p_movements text[]) returns integer
    plpgsql volatile set search_path="", body 0a9c0e25e3fd1797
    -- Books what the provider kept of these balance transactions, in the currency it settles in: each once, whoever asks how often, and only those of settled payments. Returns how many were booked.
private.broadcast_order() returns trigger
    plpgsql volatile security definer set search_path="", body 581658dd241c9515
    -- Trigger: tells the venue, the guests of the session if they listen, and the organisation's webhooks if it has any, that an order is new or changed. Definer, because channels of sessions are secrets.
private.broadcast_tickets() returns trigger
    plpgsql volatile security definer set search_path="", body 8506f0ceb6241c59
    -- Statement trigger over the transition table "changed": tells the kitchen of new and moved tickets, one message per order. Definer, so that it sees every ticket of the statement.
private.bury_job(p_queue text, p_job_id bigint, p_attempts integer, p_message jsonb, p_error text) returns void
    plpgsql volatile set search_path="", body d052c8eb01203b8f
    -- Makes a job a dead letter, with its error and without its secrets, and has the operators told.
private.business_date(p_timezone text, p_day_starts_at time without time zone, p_at timestamp with time zone DEFAULT now()) returns date
    plpgsql stable set search_path="", body 980de6907ee0144a
    -- The business day an instant belongs to: local wall-clock date, where the day turns at p_day_starts_at (a bar's night belongs to the evening before).
private.caller() returns private.actor
    plpgsql stable set search_path="", body 5b0ce43a22d4771d
    -- The member, or the API key, who calls.
private.can_be_revived(p_order public.orders) returns boolean
    plpgsql stable set search_path="", body 1d41e2d117d3c2de
    -- Whether an expired order that was paid after all is cooked instead of refunded.
private.cancel_shifts_of_former_member() returns trigger
    plpgsql volatile security definer set search_path="", body a09355fdfed1dd28
    -- Trigger: who leaves has no shifts to come where no other membership reaches. Definer, because clients do not write shifts.
private.cancel_webhook_deliveries(p_endpoint_id uuid) returns void
    plpgsql volatile set search_path="", body 97c42d0660fefd92
    -- Takes back what waits for an endpoint that the caller has locked.
private.categories_of(p_venue_id uuid, p_lines private.priced_line[]) returns uuid[]
    plpgsql stable set search_path="", body 3945c415593d5b48
    -- The category of each line's item, in the draft, as discounts see it.
private.change_bill(p_order public.orders, p_priced private.priced_order, p_action text, p_reason text, p_details jsonb) returns public.orders
    plpgsql volatile set search_path="", body b3f2347281a5887d
    -- Gives a locked order, its discounts and the lines that it keeps their new amounts, with an event; a split of it is over. Errors: order_below_paid, bill_split_paid.
private.change_split_bill(p_order public.orders) returns void
    plpgsql volatile set search_path="", body b665f147738cd737
    -- The bill of a locked, split order is about to change: the split is over, unless a share of it is paid. Errors: bill_split_paid.
private.change_steps(p_organisation_id uuid, p_kind text, p_item text) returns jsonb
    plpgsql stable set search_path="", body 65961b4c54afa807
    -- What an update of the subscription consists of, in the provider's terms, with lookup keys for prices. Errors: subscription_missing, subscription_unpaid, downgrade_waiting, billing_change_in_progress, add_on_not_offered, plan_too_small, invalid_input.
private.check_answers(p_venue_id uuid, p_answers jsonb) returns void
    plpgsql stable set search_path="", body 01d8e858672fd75f
    -- Refuses answers to questions that the venue does not ask now, or of another kind than asked. Errors: invalid_input.
private.check_api_read(p_organisation_id uuid) returns void
    plpgsql stable set search_path="", body 1e904c6085c61709
    -- Lets a read-only request through while the bucket is not empty and one of four places is free, which it keeps until it ends. Errors: rate_limited.
private.check_balance() returns trigger
    plpgsql volatile security definer set search_path="", body a3aa5371de2885af
    -- Deferred constraint: a ledger transaction has entries, they sum to zero, and none is added or dated later. Definer, so that it sees every entry.
private.check_changes(p_changes jsonb) returns void
    plpgsql immutable set search_path="", body a59ed3bc6ecd9299
    -- Refuses changes that are not {add?: [line of place_order], change?: [{line_id, quantity?, note?}], remove?: [line id]}, each line once. Errors: order_invalid.
private.check_choices(p_guest private.guest, p_venue public.venues, p_order jsonb) returns void
    plpgsql stable set search_path="", body 01eff057b00ae9d3
    -- Refuses a fulfilment or payment mode that the scanned code does not offer. Errors: fulfilment_not_allowed, payment_mode_not_allowed.
private.check_days(p_from date, p_until date, p_most_days integer DEFAULT 92) returns void
    plpgsql stable set search_path="", body 4d31319a31b3a196
    -- Refuses a row of days, of which p_from is the first and p_until the last, that is none or longer than p_most_days. Errors: invalid_input.
private.check_menu_labels() returns trigger
    plpgsql volatile security definer set search_path="", body a0dd73bc2e2b09fe
    -- Trigger: sorts an item's labels and refuses unknown ones. A foreign key cannot reach into an array. Definer: who edits need not be able to read the list. Errors: invalid_input.
private.check_menu_references(p_rows private.menu_row[]) returns void
    plpgsql stable set search_path="", enable_nestloop=off, body 8f462811e6584d0d
    -- Refuses resolved rows that name what is not there, or that name one thing twice. Errors: menu_import_invalid.
private.check_menu_rows(p_venue public.venues, p_rows private.menu_row[]) returns void
    plpgsql stable set search_path="", enable_nestloop=off, body 8beff2072aa14059
    -- Refuses rows with values that no menu could hold, naming each row and column. Errors: menu_import_invalid.
private.check_new_lines() returns trigger
    plpgsql volatile security definer set search_path="", enable_seqscan=off, body c32868188515638f
    -- Statement trigger over the transition table "added": new lines are written after the order has their sums, and all at once. One question per statement, where a deferred constraint asks per line. Without sequential scans: a plan made while the tables were empty would read all lines for each order. Definer, so that it sees every line.
private.check_order(p_order jsonb, p_may_be_empty boolean DEFAULT false) returns void
    plpgsql immutable set search_path="", body caf0287b3b803c62
    -- Refuses an order that is not {fulfilment, payment_mode, customer?: {name?, phone?, email?}, tip_minor?, discount_code?, loyalty?, lines: [{menu_item_id, quantity 1-99, options?: [uuid], note?, course? 1-9}]} with 1 to 100 lines (or none, if it may be empty), naming the first problem. Errors: order_invalid.
private.check_order_balance() returns trigger
    plpgsql volatile security definer set search_path="", body 846e19caf82de782
    -- Deferred constraint: paid_minor and refunded_minor of an order equal its ledger when the transaction ends, whoever wrote them. Definer, so that it sees every entry.
private.check_order_sums() returns trigger
    plpgsql volatile security definer set search_path="", body 35356acad1ee0806
    -- Deferred constraint: when the transaction ends, subtotal, tax and discount of an order equal the sums of its lines, and its discount that of its discounts. Definer, so that it sees every one.
private.check_shift_times(p_starts_at timestamp with time zone, p_ends_at timestamp with time zone) returns void
    plpgsql stable set search_path="", body eafc73791178f4c9
    -- Refuses times that no shift has. Errors: invalid_input.
private.check_split(p_split jsonb) returns void
    plpgsql immutable set search_path="", body 1d7345b48ee05c3d
    -- Refuses what is not {method: equal, shares: 2-50}, {method: amount, shares: [minor units]} or {method: items, shares: [[{line_id, quantity}]]}. Errors: split_invalid.
private.check_split_sums() returns trigger
    plpgsql volatile security definer set search_path="", body 8df672e3e6d96208
    -- Deferred constraint: when the transaction ends, the shares of a split add up to it, it is open exactly while its order says so, and then its unpaid shares are what is due. Definer, so that it sees every row.
private.check_staff_choices(p_venue public.venues, p_order jsonb, p_has_table boolean, p_source text) returns void
    plpgsql stable set search_path="", body bc1815a494338d00
    -- Refuses a source, fulfilment or payment mode that staff cannot choose here: table if and only if there is a table's session. Errors: invalid_input, fulfilment_not_allowed, payment_mode_not_allowed.
private.check_timezone() returns trigger
    plpgsql volatile set search_path="", body a1f5db0630e6bb22
    -- Trigger: refuses a time zone that Postgres does not know. Errors: invalid_input.
private.check_webhook_endpoint(p_endpoint public.webhook_endpoints) returns void
    plpgsql stable set search_path="", body 8e70538d215b488a
    -- Refuses an endpoint that could not be kept, by the argument's name. Errors: invalid_input, venue_not_found.
private.check_window(p_from timestamp with time zone, p_until timestamp with time zone, p_most_days integer DEFAULT 92) returns void
    plpgsql stable set search_path="", body 3902783af8f9acad
    -- Refuses a window of time that is not at most p_most_days; it holds p_from and ends before p_until. Errors: invalid_input.
private.checkout_steps(p_organisation_id uuid, p_plan text, p_currency text, p_interval text) returns jsonb
    plpgsql stable set search_path="", body 0c5fc5ab71a7a09a
    -- What a Checkout Session is made of: {price, organisation_id, email, customer, trial_end, replaces}. Errors: invalid_input, subscription_exists.
private.claim_idempotent(p_scope_id uuid, p_caller text, p_operation text, p_key text, p_request jsonb, p_lease interval) returns jsonb
    plpgsql volatile set search_path="", body 98d3e1c21f6e521e
    -- Opens an idempotent operation that goes on after this transaction: {answer} of a finished one, or {claim_id} of a claim that finish_claim closes. While its lease lasts the key is in use; then the next caller of the same request takes it over. Errors: idempotency_key_invalid, idempotency_key_in_use, idempotency_key_reused.
private.claim_reversal(p_payment_id uuid, p_amount_minor bigint) returns boolean
    plpgsql volatile set search_path="", body 0e5d90929a9f3ec0
    -- Whether a refund takes its amount back from where the payment went: never more than was sent. Callers have claimed the refund.
private.clean_storage() returns text[]
    plpgsql volatile set search_path="", body 98631bb4a57122d4
    -- Clock, daily: has a worker remove the objects that nothing needs, bucket by bucket, and takes the images off items that were archived 30 days ago. Returns the buckets of which a worker was asked.
private.clear_tenant_schema(p_schema text) returns void
    plpgsql volatile set search_path="", body 851705b0b2a3779c
    -- Drops the views of one tenant's schema, and nothing else in it.
private.clear_tenant_schemas() returns integer
    plpgsql volatile set search_path="", body 854786f33f42d3d3
    -- For migrations: the first statement of one that drops or retypes a column that is shown, which no view may then hold. upgrade_tenant_schemas() is the last. Returns how many schemas were cleared.
private.clear_tickets(p_order public.orders) returns void
    plpgsql volatile set search_path="", body fd43c5e737399a38
    -- Bumps what is left on the kitchen's screens of an order that has been handed out.
private.close_day(p_venue public.venues, p_business_date date, p_at timestamp with time zone) returns boolean
    plpgsql volatile set search_path="", body 6834357772ea912d
    -- Closes a business day of a venue, unless that was done: expires orders that wait for payment, closes sessions that owe nothing, reports the others and the cash drawers that are open, also by mail. Tables, unpaid orders and reservations stay as they are. Returns whether it was this call.
private.close_due_days(p_at timestamp with time zone DEFAULT now(), p_venue_id uuid DEFAULT NULL::uuid) returns integer
    plpgsql volatile set search_path="", body 8eb785c611a213bd
    -- Closes the business day that has ended at a venue (null: at every one) where that is not done yet. Returns how many.
private.close_stocktake(p_stocktake_id uuid, p_status text) returns public.stocktakes
    plpgsql volatile set search_path="", body faf2e7858a054228
    -- Posts or cancels an open stocktake: the row if this call did it, null if an earlier one did the same. Errors: not_authenticated, stocktake_not_found, permission_denied, subscription_inactive, stocktake_closed.
private.contradicts_allergens(p_tags text[], p_allergens text[]) returns boolean
    sql immutable set search_path="", body 1f239fd8b18934c1
    granted to authenticated
    -- Whether a dish's tags claim the absence of an allergen that it contains. Members may call it, because a constraint of a table they write does.
private.count_items(p_venue_ids uuid[], p_business_dates date[]) returns SETOF private.kpi_items
    sql stable set search_path="", body a49d73adcba12022
    -- Counts what was sold on business days, by item; arguments as count_quarters.
private.count_payments(p_venue_ids uuid[], p_business_dates date[]) returns SETOF private.kpi_payments
    sql stable set search_path="", body 56e1704c68d9d40c
    -- Counts how the orders of business days were paid, by method, cancelled orders included; arguments as count_quarters.
private.count_quarters(p_venue_ids uuid[], p_business_dates date[]) returns SETOF private.kpi_quarters
    sql stable set search_path="", body 8ff17caf1131b534
    -- Counts business days from their rows, by quarter of an hour; the arrays name venue and day in pairs, each pair once.
private.count_stale_days(p_max_days integer DEFAULT 5000, p_venue_id uuid DEFAULT NULL::uuid) returns integer
    plpgsql volatile set search_path="", plan_cache_mode=force_custom_plan, body a7f35b04e09520c3
    -- Counts the noted days of a venue (null: of all) again that are over, the latest first, at most p_max_days. Returns how many.
private.create_expo_station() returns trigger
    plpgsql volatile security definer set search_path="", body 489115d8ad945ecd
    -- Trigger: gives a new venue its expo station. Definer, because clients may not insert an expo.
private.create_order(p_venue public.venues, p_priced private.priced_order, p_order jsonb, p_source text, p_session_id uuid, p_table_id uuid, p_actor private.actor) returns public.orders
    plpgsql volatile set search_path="", body bdecf3e6d7f3ab1a
    -- Writes a priced order with its lines, event and customer; unless it waits for payment, it reaches the kitchen at once. Errors: discount_used_up, loyalty_*, out_of_stock.
private.create_queue(p_queue text, p_attempts integer) returns void
    plpgsql volatile set search_path="", body 5939f1ce431f6f4e
    -- For migrations: a queue with its dead-letter queue.
private.csv_cell(p_value text) returns text
    sql immutable set search_path="", body 1a8d486c2a2f9f57
    -- A text as an RFC 4180 cell. What a spreadsheet would take for a formula gets a leading apostrophe, and so does what begins with one, so that csv_text can tell them apart.
private.csv_escape(p_text text) returns text
    sql immutable set search_path="", body b22bad72b20d430f
    -- A cell of CSV (RFC 4180). What a spreadsheet would run as a formula gets an apostrophe in front; so does what already looks like that, so that csv_unescape gives back every text exactly. Whole numbers stay numbers.
private.csv_lines(p_csv text) returns TABLE(record integer, cells text[], is_broken boolean)
    plpgsql immutable set search_path="", body 7305da84b15c0c13
    -- The records of an RFC 4180 text in their order, counted from 1 with empty lines, and whether a quote stands where none may; record 0 alone where a quote is not closed. Line breaks may be CRLF, LF or CR, a byte order mark is skipped. The one reader of every CSV import.
private.csv_records(p_csv text, p_max integer) returns TABLE(record integer, cells text[])
    plpgsql stable set search_path="", body 3a04f5c0129fe786
    -- The records of a file of ingredients: at most p_max beside the header, and 1,000,000 characters. Errors: csv_invalid.
private.csv_text(p_cell text) returns text
    sql immutable set search_path="", body 6a18f197872af2ae
    -- The text that csv_cell wrote; null for an empty cell.
private.csv_unescape(p_cell text) returns text
    sql immutable set search_path="", body 560e7f9d89cedb08
    -- The text of a cell that csv_lines has read: what csv_escape was given.
private.current_subscription(p_organisation_id uuid) returns public.subscriptions
    sql stable set search_path="", body d22f3b24b1db335d
    -- The subscription that counts: the newest that has not ended, else the newest. One that was never paid for never counts.
private.daily_close_mail(p_notice_id uuid) returns jsonb
    plpgsql stable set search_path="", body 0c0ecc02619651d5
    -- What the mail about a daily close says: the day's figures as every report defines them, what differs (unpaid, written off, or held for orders that did not take place), and what the close left open.
private.day_of_period(p_business_date date, p_granularity text) returns date
    sql immutable set search_path="", body 4c8ab24a31527287
    -- First day of the period that a business day belongs to; weeks begin on Monday.
private.destination_of(p_organisation_id uuid, p_currency text, p_amount_minor bigint) returns TABLE(destination text, fee_minor bigint)
    sql stable set search_path="", body a973022a96153dea
    -- The account that a new payment goes on to, and what Servio keeps of it; no row when it stays with Servio.
private.differences(p_objects jsonb) returns SETOF private.difference
    sql stable set search_path="", body 5f8de0436a0477c3
    -- In what these objects of the provider differ from the books.
private.discount_is_on(p_discount public.discounts, p_timezone text, p_day_starts_at time without time zone, p_at timestamp with time zone DEFAULT now()) returns boolean
    plpgsql stable set search_path="", body 4bc2c9319a28db2e
    -- Whether a discount's window is open: business days and weekdays as orders count them, hours by the venue's clock on the wall. A Friday's 22:00 to 02:00 therefore ends in the night to Saturday.
private.discounted(p_venue public.venues, p_lines private.priced_line[], p_left_minor bigint[]) returns private.priced_line[]
    plpgsql stable set search_path="", body aa5a6887217abbf6
    -- Lines with their share of the discounts, which have left this much of each, and taxed on it; null leaves everything.
private.dish_costs(p_venue_id uuid) returns TABLE(menu_item_id uuid, cost_minor bigint, unknown_costs text[])
    sql stable set search_path="", body e640c552e858009b
    -- What the ingredients of one portion cost, rounded half-up once, for every item with a recipe; null with the names of the ingredients whose cost is unknown.
private.divide_half_up(p_numerator bigint, p_denominator bigint) returns bigint
    sql immutable, body acbdad40b6e3f679
    -- Integer division rounded half-up, for a numerator >= 0 and a denominator > 0: floor((2n + d) / 2d). Amounts are rounded by nothing else; private.split_minor shares them out. Advisor function_search_path_mutable: a function with settings is never inlined; this one refers to nothing outside of pg_catalog.
private.draft_lines(p_venue_id uuid, p_supplier_id uuid, p_lines private.stock_line[]) returns uuid
    plpgsql volatile set search_path="", body 2c8a54a5057ff85b
    -- Writes lines into the supplier's draft, which it makes or locks; a quantity of zero takes a line out, a cost not given is the present one.
private.draft_locales(p_venue_id uuid, p_source_locale text) returns SETOF text
    sql stable set search_path="", body ea8d7a07e5e7630e
    -- The languages the draft is translated to, without the venue's own.
private.draft_menu(p_venue_id uuid, p_source_locale text, p_locale text) returns jsonb
    sql stable set search_path="", enable_nestloop=off, body 37d5f23c0e7efbf5
    -- The draft as guests would read it in a language: translations where there are any, the source text elsewhere, always in the source's order. In the venue's own language it is the source, whatever a translation says.
private.drawer_json(p_drawer public.drawer_sessions) returns jsonb
    plpgsql stable set search_path="", body b343f56228a6193c
    -- A drawer as its people see it; of one that is counted blind, what should be in it is for those with analytics.read.
private.drawer_sums(p_venue_id uuid, p_drawer_session_id uuid) returns private.drawer_sums
    plpgsql stable set search_path="", body 42b5a078eae67e05
    -- What went through a drawer and what should be in it: the float, what was put in and taken out, cash payments with their tips, and cash refunds.
private.drop_tenant_schema() returns trigger
    plpgsql volatile security definer set search_path="", body 264433158f4c417a
    -- Trigger: with the row go the schema, the role and its sessions; also when the organisation is deleted. Definer, because whoever deletes the row may not drop roles.
private.due_closes(p_at timestamp with time zone, p_venue_id uuid DEFAULT NULL::uuid) returns TABLE(venue public.venues, business_date date)
    sql stable set search_path="", body 60151d5fad87bca8
    -- The business days of a venue (null: of all) that have ended and are not closed. The venue's own wall clock decides, so that a day of 23 or 25 hours has one close as any other.
private.due_of(p_order public.orders, p_share_id uuid) returns bigint
    plpgsql stable set search_path="", body e6871e22c9c86614
    -- What is due on a locked order, or for one share of it that is not paid. Errors: bill_share_not_found, bill_share_paid.
private.due_venues(p_topic text) returns uuid[]
    plpgsql volatile set search_path="", body e9752797684a9056
    -- The venues at which a job of this topic has something to do now; may name one twice.
private.emit(p_topic text, p_payload jsonb) returns void
    plpgsql volatile set search_path="", body 21edb9942b878a6d
    -- Writes a message to the outbox and wakes a worker, both at commit.
private.end_assistant_job(p_job public.assistant_jobs, p_status text, p_reason text DEFAULT NULL::text, p_result jsonb DEFAULT NULL::jsonb, p_input_tokens bigint DEFAULT NULL::bigint, p_output_tokens bigint DEFAULT NULL::bigint, p_cost_micro bigint DEFAULT NULL::bigint) returns jsonb
    plpgsql volatile set search_path="", body 75092cc8acaba653
    -- How every job ends: with its state, without what was sent, with a row in the history, and with what it has used in the day's budget, of which it holds nothing any more.
private.end_refused_job(p_job public.assistant_jobs, p_refusal text, p_input_tokens bigint DEFAULT NULL::bigint, p_output_tokens bigint DEFAULT NULL::bigint, p_cost_micro bigint DEFAULT NULL::bigint) returns jsonb
    sql volatile set search_path="", body f6afa345ddff95f0
    -- A right that was lost discards; what cannot be used fails.
private.end_split(p_order public.orders, p_outcome text) returns void
    plpgsql volatile set search_path="", body 63bf3f97d051ac55
    -- Ends the split of a locked order: what is due on it is due as a whole again.
private.end_tenant_sessions(p_name text, p_begun_before timestamp with time zone, p_transaction_before timestamp with time zone DEFAULT '-infinity'::timestamp with time zone) returns integer
    sql volatile set search_path="", body a801e21718a9f783
    -- Ends a tenant's sessions, or transactions, that began before. Returns how many.
private.end_webhook(p_job_id bigint, p_delivery_id uuid, p_status text, p_failure text) returns void
    plpgsql volatile set search_path="", body 624dbe89efd625eb
    -- Takes a delivery out of the queue: it has arrived, or is given up.
private.ensure_tenant_role(p_name text) returns void
    plpgsql volatile set search_path="", body e3d619bf2d8da2d0
    -- Makes the role, which cannot log in yet, and the empty schema. A restored backup may have brought one without the other.
private.entitlement_limit(p_organisation_id uuid, p_entitlement text) returns bigint
    sql stable set search_path="", body 5468949f275e483a
    -- How many of something an organisation may have: what its plan includes and its add-ons add. A trial carries pro entitlements, without add-ons.
private.entitlement_usage(p_organisation_id uuid, p_entitlement text) returns bigint
    plpgsql stable set search_path="", body f81cf691c5b415a3
    -- How many an organisation has now. Expo, which every venue needs, is not counted as a station.
private.erase_old_guest_data(p_venue_id uuid DEFAULT NULL::uuid) returns integer
    plpgsql volatile set search_path="", body 020786ee78eebd8a
    -- Erases guests' personal data at a venue (null: at all) 90 days after the visit. Returns how many rows.
private.erase_rows(p_table regclass, p_condition text) returns text
    sql volatile set search_path="", body a5943470c29e05ad
    -- The statement that erases the personal data of the rows t that meet a condition.
private.expire_invitations() returns integer
    plpgsql volatile set search_path="", body a00dda54b842b49e
    -- Clock, hourly: marks invitations that were not accepted in time. Returns how many.
private.expire_orders(p_venue_id uuid DEFAULT NULL::uuid) returns integer
    plpgsql volatile set search_path="", body 4d87676e3d3f70b4
    -- Expires orders of a venue (null: of all) whose payment did not arrive within 30 minutes, unless they hold money; at most 500 a run. Returns how many.
private.expire_points() returns integer
    plpgsql volatile set search_path="", body 77e6d5e4a27d7342
    -- Clock, daily: takes the points of accounts that were not used for as long as their venue's programme says, while it is on, and removes those that never were. Returns how many accounts lost points.
private.expire_proposals() returns integer
    plpgsql volatile set search_path="", body 8828fa21a5666b7b
    -- Clock, every minute: closes proposals that nobody confirmed in time, and removes those of more than 90 days. Returns how many expired.
private.expire_unpaid(p_orders public.orders[], p_reason text) returns integer
    plpgsql volatile set search_path="", body 4b21178ce0902f63
    -- Expires orders that wait for payment and that the caller has locked by id. Returns how many.
private.fail(p_code text, p_detail text DEFAULT NULL::text) returns void
    plpgsql stable security definer set search_path="", body 75266ca9271a08e6
    granted to anon, authenticated, service_role
    -- Raises a registered error: SQLSTATE PTnnn makes PostgREST answer with HTTP nnn, message is the stable code, detail says what was wrong with this call (default: the registered meaning), hint is the registered remedy. Definer, because callers that run with the rights of a client cannot read the registry.
private.fill_tenant_schema(p_tenant private.tenant_schemas) returns void
    plpgsql volatile set search_path="", body a2cb2acaeb64685e
    -- Makes the views of one tenant's schema as the list says now, in place of what is there.
private.find_drawer(p_drawer_session_id uuid, p_permission text) returns public.drawer_sessions
    plpgsql stable set search_path="", body 14871851690b2e7c
    -- A drawer of a venue that the signed-in user works at and may do this to. Errors: not_authenticated, drawer_not_found, permission_denied, subscription_inactive.
private.find_stocktake(p_stocktake_id uuid) returns public.stocktakes
    plpgsql volatile set search_path="", body 5b5646cf08cd27d5
    -- A stocktake that the signed-in user may work on, kept from being closed until the transaction ends. Errors: not_authenticated, stocktake_not_found, permission_denied, subscription_inactive.
private.find_table(p_reservation public.reservations) returns uuid
    plpgsql volatile set search_path="", body 0721ead63801c4a4
    -- The smallest free table that seats a party, locked; callers hold the venue's row, so that two of them take turns. Errors: no_table_free, table_not_found.
private.finding(p_finding private.reconciliation_findings) returns jsonb
    sql immutable set search_path="", body 76eec1e68588fd38
    -- A finding as reports show it.
private.flag_forgotten_clock_outs() returns integer
    plpgsql volatile set search_path="", body eb7ea15ca38034e3
    -- Clock, hourly: calls an entry that has been open for more than 16 hours forgotten, for somebody to correct. Returns how many.
private.follow_loyalty() returns trigger
    plpgsql volatile set search_path="", body 285d1beec158b667
    -- Trigger of orders with a member: brings the points earned up to what the order is worth now, and gives back what it redeemed when it is cancelled or expires, or what it did not need when it is completed.
private.follow_split() returns trigger
    plpgsql volatile security definer set search_path="", body 25010066cc6948bd
    -- After-update trigger: a split ends when nothing is due any more, when its order does, or when its order was paid otherwise than by its shares. Definer, because clients write neither orders nor splits.
private.forbid_change() returns trigger
    plpgsql volatile set search_path="", body 58e694afa3209931
    -- Trigger: refuses update, delete and truncate for every role, the owner included.
private.forbid_temporary_tables() returns void
    plpgsql volatile set search_path="", body b959216b07e554a8
    -- Takes from PUBLIC the right to make temporary tables in this database.
private.forecast(p_venue_id uuid, p_menu_item_id uuid, p_today date, p_weeks integer, p_days integer) returns TABLE(day date, is_ahead boolean, amount bigint, expected numeric, weeks bigint)
    sql stable set search_path="", body 12acfbaa87ce1667
    -- By business day, from two spans of p_weeks before p_today on to p_days (at most 7) from it: what came (orders, or how many of an item; null ahead), and what the mean of up to p_weeks earlier same weekdays let expect, of how many; null without one.
private.forget_conversations() returns integer
    plpgsql volatile set search_path="", body 3ca68c97e03912fe
    -- Clock, daily: removes conversations that nobody has used for 90 days, older words of those that go on, and turns after a week. Returns how many words of living conversations were forgotten.
private.forget_webhook_secret() returns trigger
    plpgsql volatile security definer set search_path="", body af4bfceab7c135a4
    -- After-delete trigger: what signs no more is in the vault no more. Definer, because an endpoint may go with its venue.
private.given_answers(p_venue_id uuid, p_feedback_id uuid) returns jsonb
    sql stable set search_path="", body c1a5e77d8d2f0041
    -- The answers of one feedback: {question_id: answer}.
private.guard_entitlement() returns trigger
    plpgsql volatile security definer set search_path="", body 9582c19b2b171494
    -- After-insert statement trigger (entitlement) over the transition table "changed": counts once per statement. Definer, because it counts and locks rows its caller may not. Errors: entitlement_exceeded.
private.guard_entitlement_again() returns trigger
    plpgsql volatile security definer set search_path="", body b15789f9d49c0918
    -- After-update row trigger (entitlement) for a row that counts again, such as a table switched back on. Definer: see guard_entitlement. Errors: entitlement_exceeded.
private.guest_condition(p_table regclass) returns text
    plpgsql stable set search_path="", body c9257b6a0037ce6f
    -- The condition on rows t of a table that belong to a guest of venue $1 with phone $2 (compared by digits) or e-mail $3 (whatever the case).
private.guest_visits(p_venue_id uuid) returns TABLE(guest text, business_date date, visited_at timestamp with time zone, is_repeat boolean)
    sql stable set search_path="", body b9aa8113a956e89a
    -- The orders of a venue whose guests left a phone number (compared by its digits) or an e-mail address, with what tells one guest from another and whether they had been there on an earlier business day. For counting; no answer may hold it.
private.has_tenant_settings(p_name text) returns boolean
    sql stable set search_path="", body b2adf4c120b09c62
    -- Whether a role begins with exactly these settings: everybody may change their own role's.
private.hold_reconciliation(p_run_id uuid, p_worker uuid) returns private.reconciliation_runs
    plpgsql volatile set search_path="", body 90988ae8ff9a5fc3
    -- Every step's first statement: the run is this worker's, and stays so for another 90 seconds. Errors: reconciliation_lost.
private.ids_in(p_list jsonb, p_key text) returns uuid[]
    sql immutable set search_path="", body 99aee8fe1cc751e6
    -- The ids under one key of every object of a list.
private.ids_of(p_arguments jsonb, p_key text, p_most integer) returns uuid[]
    plpgsql stable set search_path="", body 1fa513b4e9fee0e6
    -- The ids of a list among the arguments, each once. Errors: invalid_input.
private.image_paths(p_document jsonb) returns text[]
    sql immutable set search_path="", body 96b7486aaefa39da
    -- The objects that a menu document shows.
private.images_of(p_venue_id uuid, p_menu_item_id uuid) returns jsonb
    sql stable set search_path="", body 4103e6ee41c0531d
    -- The images of an item in their order, as proposals show them: [{path, alt}].
private.is_api_key() returns boolean
    plpgsql stable set search_path="", body 41316ab408f8e0f0
    -- Whether an API key acts, whose id then stands in auth.uid(); request.open sees to it.
private.is_course(p_course jsonb, p_order jsonb) returns boolean
    sql immutable set search_path="", body d2e517776558ffa4
    -- Whether a line of this order may be of this course: 1 to 9, and beyond the first only at tables.
private.is_low(p_on_hand numeric, p_par_level numeric, p_reorder_level numeric) returns boolean
    sql immutable, body afacc0bb5495e508
    -- At or below the reorder level; without one, below par; with either, at zero. Null or false for what is not watched. Advisor function_search_path_mutable: a function with settings is never inlined; this one refers to nothing outside of pg_catalog.
private.is_loyalty(p_loyalty jsonb) returns boolean
    plpgsql immutable set search_path="", body 82209ac73c48b42e
    -- Whether this is {card, points?}: a member's card, and how many points the order may redeem, 1 to 9999999.
private.is_open(p_hours jsonb, p_timezone text, p_at timestamp with time zone DEFAULT now()) returns boolean
    sql stable set search_path="", body fc68b0a1353da200
    -- Whether a venue with these hours is open at an instant, by its own clock on the wall; not when nobody has said.
private.is_opening_hours(p_hours jsonb) returns boolean
    sql immutable security definer set search_path="", body 785e89dc6165f095
    granted to authenticated
    -- Whether these are opening hours: at most 42 periods of the right form, of which no two overlap. Members may call it, because a constraint of a table they write does. Definer: their statements do not reach the function that it asks.
private.is_sale(p_status text) returns boolean
    sql immutable, body e2b1c4405643dc77
    -- Whether an order of this status is one in every KPI: it reached the kitchen and was not cancelled. Advisor function_search_path_mutable: a function with settings is never inlined; this one refers to nothing outside of pg_catalog.
private.is_worked(p_shift public.shifts) returns boolean
    sql stable set search_path="", body 58618de4668e275a
    -- Whether somebody has clocked in for a shift.
private.join_sessions(p_venue_id uuid, p_from uuid[], p_into uuid) returns integer
    plpgsql volatile set search_path="", body c8fc66b4ec4b56c6
    -- Moves everything of some locked sessions into another and closes them, which are then empty. Returns how many orders moved.
private.join_table(p_venue_id uuid, p_table_id uuid, p_opened_by uuid) returns uuid
    plpgsql volatile set search_path="", body b9a9099ee5b537e9
    -- The open session of a table, or of the one that leads it, opened now if there is none; ten devices at once get one session. Errors: table_blocked, table_session_closed.
private.keep_balance_transactions(p_objects jsonb) returns integer
    plpgsql volatile set search_path="", body 82bbf359d0fec270
    -- Keeps what moved at the provider, each once. Returns how many are new.
private.keep_delegation() returns trigger
    plpgsql volatile set search_path="", body 840759dc2cbba9b3
    -- Trigger: nobody widens, prolongs or reuses a delegation.
private.keep_last_owner() returns trigger
    plpgsql volatile security definer set search_path="", body 1de9e41a5b7941f7
    -- Trigger: an organisation never loses its last owner. Definer, because it must see and lock rows its caller may not. Errors: last_owner.
private.keep_proposal() returns trigger
    plpgsql volatile set search_path="", body 3d1003e3504608f9
    -- Trigger: a proposal is decided once, undone at most once, and otherwise stays as it was shown.
private.keep_tenant_schemas() returns integer
    plpgsql volatile set search_path="", body f38a6d8f1ac5e286
    -- Clock, every minute: closes, opens and drops schemas as time passes, upgrades their views, takes back what their users changed about their own role, and ends sessions that were begun with an older password or while closed, and transactions of more than five minutes. Returns how many sessions.
private.kept_lines(p_order public.orders, p_without uuid[] DEFAULT '{}'::uuid[]) returns private.priced_line[]
    sql stable set search_path="", body 01e79f8fe6435cf1
    -- The lines that are on an order, but for some, as price_order takes them; null when none is left.
private.kpis_by(p_venue_ids uuid[], p_from date, p_until date, p_granularity text) returns TABLE(currency text, venue_id uuid, is_total boolean, starts_on date, starts_at timestamp with time zone, local_time text, kpis private.kpis)
    sql stable set search_path="", body 68ef7e250c6f9971
    -- The KPIs of venues from one business day to another, per currency: a row per period with orders (is_total false), one per venue and one over all (is_total). p_granularity: hour, day, week or month, of the venue's own business days.
private.live_days(p_venue_ids uuid[], p_from date, p_until date, OUT venue_ids uuid[], OUT business_dates date[]) returns record
    sql stable set search_path="", body 3fa0135d0cf010b7
    -- The business days of a range that are read from rows: the current one with its neighbours, and those that changed since they were rolled up.
private.lock_api_key(p_key_id uuid) returns private.api_keys
    plpgsql volatile set search_path="", body 0ff3d40a8d6a193a
    -- Locks a key of the caller's organisation, if the caller may manage its integrations. Errors: not_authenticated, api_key_not_found, permission_denied, subscription_inactive.
private.lock_assistant_job(p_job_id uuid) returns public.assistant_jobs
    plpgsql volatile set search_path="", body 7e2d8283fc3a41fc
    -- The job, locked before everything else that it touches. Errors: assistant_job_not_found.
private.lock_bill(p_order_id uuid, p_session_id uuid) returns public.orders[]
    plpgsql volatile set search_path="", body 82bafe87416395f1
    -- The order, or the orders of the session that count, locked by id, oldest first. Errors: as lock_order, invalid_input, table_session_not_found.
private.lock_bookable_table(p_venue_id uuid, p_table_id uuid) returns void
    plpgsql volatile set search_path="", body 81eb17a922a54df4
    -- Locks an active table for a booking. Errors: table_not_found.
private.lock_items(p_venue_id uuid, p_ids uuid[]) returns void
    plpgsql volatile set search_path="", body 98594a2ab7bb5297
    -- Locks items of the venue's draft menu by id, and finds them all. Errors: menu_item_not_found.
private.lock_line_to_change(p_line_id uuid) returns public.order_lines
    plpgsql volatile set search_path="", body 75ea4f49056163a1
    -- A line of an order that the signed-in user may give away, with its order locked. Errors: as lock_order, order_line_not_found.
private.lock_membership(p_membership_id uuid) returns public.memberships
    plpgsql volatile set search_path="", body e4938488e4c72fb9
    -- Locks a membership of the caller's organisation, after the organisation. Errors: not_authenticated, member_not_found.
private.lock_open_sessions(p_venue_id uuid, p_session_ids uuid[]) returns void
    plpgsql volatile set search_path="", body 73280528ce806726
    -- Locks sessions by id, then their orders by id: orders that are being placed are waited for, later ones wait. Not for update: who holds an order may still need its session's key for a foreign key.
private.lock_order(p_order_id uuid, p_permission text) returns public.orders
    plpgsql volatile set search_path="", body 810b1bdf23695d13
    -- Locks an order that the signed-in user can see and may act on. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive.
private.lock_order_to_change(p_order_id uuid, p_permission text) returns public.orders
    plpgsql volatile set search_path="", body b5511932492916fa
    -- Locks an order whose bill the signed-in user may change, after the session that it is in. Errors: as lock_order, table_session_closed.
private.lock_organisations_of_user() returns trigger
    plpgsql volatile security definer set search_path="", body 0ac28282c38f0aee
    -- Trigger: before an account is deleted, locks the organisations it belongs to, by id. Definer, because Auth cannot see them.
private.lock_person(p_organisation_id uuid, p_user_id uuid) returns void
    plpgsql volatile set search_path="", body 9591c1233f7b05c2
    -- Makes changes to the hours of one person in one organisation take turns until the transaction ends; taken before any row. Two that met in an exclusion constraint alone would wait for each other.
private.lock_proposal(p_proposal_id uuid) returns public.assistant_proposals
    plpgsql volatile set search_path="", body e00751e2bb6a9ed8
    -- Locks a proposal of the signed-in user. Errors: not_authenticated, proposal_not_found.
private.lock_purchase_order(p_purchase_order_id uuid) returns public.purchase_orders
    plpgsql volatile set search_path="", body 51aed4c91f8597de
    -- Locks a purchase order that the signed-in user may change. Errors: not_authenticated, purchase_order_not_found, permission_denied, subscription_inactive.
private.lock_shift(p_shift_id uuid) returns public.shifts
    plpgsql volatile set search_path="", body bd6cac74930ad811
    -- Locks a shift that the signed-in user may plan, and its person's hours before it. Errors: not_authenticated, shift_not_found, permission_denied, subscription_inactive.
private.lock_stock(p_order public.orders, p_more private.priced_line[] DEFAULT '{}'::private.priced_line[]) returns void
    plpgsql volatile set search_path="", body 7508693f69b8431e
    -- Locks every ingredient of an order's lines, and of those that it is about to get, in the order of their ids, for who gives stock back and takes other stock: each movement locks in order by itself, two of them would not.
private.lock_tables(p_venue_id uuid, p_table_ids uuid[]) returns void
    plpgsql volatile set search_path="", body d334ee4e41803c2c
    -- Locks the venue, then the tables and everything merged with them, by id. Scans wait; orders do not. Order of locks: organisation → venue → reservation → table → session → order.
private.lock_waiting_party(p_waiting_party_id uuid) returns public.waiting_parties
    plpgsql volatile set search_path="", body 7ebe05705f436552
    -- Locks a party that the signed-in user may act on. Errors: not_authenticated, waiting_party_not_found, permission_denied, subscription_inactive.
private.lock_webhook_endpoint(p_endpoint_id uuid) returns public.webhook_endpoints
    plpgsql volatile set search_path="", body e1aab47ebef2629d
    -- An endpoint, locked, that the signed-in user may manage. Errors: not_authenticated, webhook_endpoint_not_found, permission_denied, subscription_inactive.
private.look_at_accounts() returns void
    plpgsql volatile set search_path="", body 87bc360724566089
    -- With each reconciliation: asks for a look at every account that was not seen for a day.
private.low_stock(p_venue_id uuid) returns TABLE(ingredient_id uuid, name text, unit text, on_hand numeric, par_level numeric, reorder_level numeric, supplier_id uuid, cost_per_1000_minor bigint, on_order numeric, proposed_quantity numeric)
    sql stable set search_path="", body a1ce06f6016711d7
    -- Ingredients that are low, with what is still to come and what to order: ceil((par - on hand) × 1.2), unless some is on its way.
private.low_stock_mail(p_notice_id uuid) returns jsonb
    plpgsql stable set search_path="", body 3fe34344a6bb6a25
    -- What a notice of low stock says now: what is still low of what it is about; null when nothing is.
private.loyalty_json(p_venue_id uuid, p_account public.loyalty_accounts DEFAULT NULL::public.loyalty_accounts) returns jsonb
    plpgsql stable set search_path="", body 986f7fd93e90e979
    -- A venue's programme (null while it is off) and an account with its latest 20 movements: {programme, account}.
private.margin_bp(p_costed_net_minor bigint, p_cost_minor bigint) returns bigint
    sql immutable set search_path="", body 0c90e11ef2d2531f
    -- Margin as a share of the net revenue that it is of, in basis points; null without revenue.
private.margin_minor(p_costed_net_minor bigint, p_cost_minor bigint) returns bigint
    sql immutable set search_path="", body 3f382466bba9ffc8
    -- Margin: net revenue less what its ingredients cost by recipe at the sale, over the lines of which the cost is known; null without one.
private.masked(p_value jsonb, p_depth integer DEFAULT 0) returns jsonb
    plpgsql immutable set search_path="", body a3045bbb6e482020
    -- Arguments as they may be kept: what is an address, a telephone number or somebody's free words is masked, and long texts and lists are cut.
private.may_listen(p_topic text) returns boolean
    plpgsql stable security definer set search_path="", body cfb40cff1e7acfa4
    granted to anon, authenticated
    -- Whether the caller may join a Realtime topic: a venue's by permission, a session's by knowing its name. Definer, because guests and members cannot read memberships and channels.
private.may_use_tenant_schema(p_organisation_id uuid) returns boolean
    sql stable set search_path="", body d85008dfd438bafb
    -- Whether an organisation's plan includes a SQL schema, and the subscription is on.
private.members_with(p_permission text, p_venue_id uuid) returns SETOF uuid
    sql stable set search_path="", body ba7ba034f814f93b
    -- Who has a permission at a venue now: private.reach, seen from the other side.
private.menu_columns() returns TABLE(name text, kinds text[], text text, locale text)
    sql immutable set search_path="", body 31481bb86e947002
    -- The columns of a menu file, the kinds of row each is for, and for texts, which one and its language (null: the venue's own).
private.menu_entries(p_document jsonb) returns TABLE(kind text, id uuid, parent_id uuid, nr bigint, fields jsonb)
    sql stable set search_path="", enable_nestloop=off, body 4551cb24d08bd531
    -- A menu document taken apart: each category, item, modifier group and option once, with the fields that can differ, its parent and its place there.
private.menu_file_rows(p_format text, p_content text) returns private.menu_row[]
    plpgsql stable set search_path="", body d044600f175270a7
    -- The rows of a file in either format, in one shape. Allergens are null where nothing is stated, and empty (in CSV "none") where there are none. Errors: invalid_input, menu_import_invalid.
private.menu_image(p_image public.menu_item_images) returns jsonb
    sql stable set search_path="", body 6514a96e460f1b1e
    -- An image of the draft as RPCs return it.
private.menu_list(p_cell text) returns text[]
    plpgsql immutable set search_path="", body 020664aaadb5febe
    -- The elements of a list cell: separated by commas, quoted where they contain one.
private.menu_list_cell(p_list jsonb) returns text
    sql immutable set search_path="", body 88a05ac847200cfc
    -- A list as the text of a cell, before the cell itself is escaped. menu_list reads it.
private.menu_records(p_venue_id uuid) returns TABLE(nr bigint, fields jsonb)
    sql stable set search_path="", enable_nestloop=off, body 7f53b96602851c01
    -- The draft as the records of a file: categories, groups, options, items, each in its order. Archived items are left out.
private.menu_texts(p_locale text, p_source jsonb, p_document jsonb) returns TABLE(kind text, id uuid, fields jsonb)
    sql stable set search_path="", enable_nestloop=off, body 3b0bd2ca477b8819
    -- What a translated document says otherwise than its source, as fields named like "name.fr".
private.metadata_uuid(p_object jsonb, p_key text) returns uuid
    sql immutable set search_path="", body a3757a6be4ea2927
    -- An id that Servio gave the provider as metadata, or null.
private.move_cash(p_operation text, p_kind text, p_permission text, p_drawer_session_id uuid, p_amount_minor bigint, p_reason text, p_key text) returns jsonb
    plpgsql volatile set search_path="", body f88a8a9b62d7308b
    -- Puts cash into an open drawer or takes it out, for a reason. Errors: as find_drawer, use_drawer, idempotency_key_*, amount_invalid, invalid_input.
private.move_order_balance() returns trigger
    plpgsql volatile security definer set search_path="", body e1bc7db1cddeab86
    -- After-insert trigger: an order's paid and refunded sums follow the ledger. Definer, because nobody may write them.
private.move_tickets(p_ticket_ids uuid[], p_to text) returns jsonb
    plpgsql volatile set search_path="", body 4ed3c2c0b7dac255
    -- Moves different tickets one step, all or none, and their orders with them; at most 500 calls of members per venue and minute. Errors: not_authenticated, ticket_not_found, permission_denied, subscription_inactive, rate_limited, ticket_transition_invalid.
private.movements_without_fee(p_since timestamp with time zone) returns text[]
    sql stable set search_path="", body 15ef67e23cec8b3b
    -- What moved for payments that were settled since: their page may have been read before, when no fee of theirs could be booked.
private.my_loyalty_accounts() returns uuid[]
    plpgsql stable security definer set search_path="", body 858224afc95730d2
    granted to authenticated
    -- Ids of the signed-in user's own loyalty accounts. Definer: see reach.
private.my_organisations() returns uuid[]
    plpgsql stable security definer set search_path="", body 0e1348a3bb03c01c
    granted to authenticated
    -- Ids of every organisation the signed-in user belongs to; may name one twice. Definer: see reach.
private.my_rank(p_organisation_id uuid, p_venue_id uuid) returns integer
    sql stable set search_path="", body d1a85b1352c3e63c
    -- The highest rank the signed-in user has in a scope; 0 for a stranger.
private.my_venues() returns uuid[]
    plpgsql stable security definer set search_path="", body 34b6221bbcac6119
    granted to authenticated
    -- Ids of every venue the signed-in user belongs to, whatever the role; may name one twice. Definer: see reach.
private.net_revenue_minor(p_gross_minor bigint, p_refunds_minor bigint, p_tax_minor bigint) returns bigint
    sql immutable set search_path="", body 85db05d4b7463f76
    -- Net revenue: what sales came to, less what was given back of them, less the tax on the rest. Tips are in none of the three.
private.network() returns text
    plpgsql stable set search_path="", body 99aed5c561aaede0
    -- Where the request of PostgREST comes from, as the nearest proxy saw it: the address that the edge of hosted Supabase writes over whatever a caller claims, else the last of x-forwarded-for; of IPv6 the 64 bits that one household has. Null outside of a request, empty if no proxy says.
private.note_account_event(p_object jsonb) returns text
    plpgsql volatile set search_path="", body 800b083f38fd2852
    -- Takes notice of an event about a connected account. Nothing in it is believed but whose it is.
private.note_decision(p_proposal public.assistant_proposals, p_decision text, p_started timestamp with time zone) returns void
    plpgsql volatile set search_path="", body ac621b3309fa112f
    -- Writes down, with the change itself, that a proposal was confirmed, undone or discarded.
private.note_findings(p_found private.difference[], p_subjects text[]) returns integer
    plpgsql volatile set search_path="", body 30d0e50c244fa215
    -- Of these subjects, all of which have just been looked at, these differences are there and no others; what a person has closed stays closed for as long as it is the same. Returns how many are new.
private.note_stale_days() returns void
    plpgsql volatile set search_path="", plan_cache_mode=force_custom_plan, body aa200e7fc269cfae
    -- Notes the business days whose orders, tickets or sessions changed, for every venue.
private.note_subscription_event(p_object jsonb) returns text
    plpgsql volatile set search_path="", body 1623a936caeccff2
    -- Takes notice of an event about a subscription, an invoice or a checkout. Nothing in it is believed but whose it is.
private.note_ticket_cook() returns trigger
    plpgsql volatile set search_path="", body 64a8a43b35f15723
    -- Trigger: notes who made a ticket ready, or forgets it when it is recalled.
private.notice_mail(p_notice_id uuid, p_template text, p_permission text) returns jsonb
    sql stable set search_path="", body f35e108a8f22d210
    -- To whom a notice goes, and from where; null when they may not know it any more.
private.notify_members(p_template text, p_permission text, p_venue_id uuid, p_about jsonb) returns integer
    plpgsql volatile set search_path="", body ec3cd59df10c3579
    -- Has everybody who has a permission at a venue told by mail. Returns how many.
private.opening_periods(p_hours jsonb) returns int4range[]
    sql immutable set search_path="", body ebda62e602711068
    -- Opening hours of the right form as minutes of the week, counted from Monday 00:00; what passes the end of the week goes on at its beginning.
private.order_json(p_venue_id uuid, p_order_id uuid) returns jsonb
    plpgsql stable set search_path="", body dc4fd8b30bbd3ce3
    -- An order as guests and receipts see it; amounts in minor units. Not in language sql: such a function is planned at each call.
private.organisations_once_with(p_permission text) returns uuid[]
    plpgsql stable security definer set search_path="", body e2bc73d381fb4ea1
    granted to authenticated
    -- As organisations_with, whether or not the subscription still allows it: see venues_once_with. Definer: see reach.
private.organisations_with(p_permission text) returns uuid[]
    plpgsql stable security definer set search_path="", body 2ec3679e89303068
    granted to authenticated
    -- Ids of the organisations in which the signed-in user has a permission through an organisation-wide membership. Definer: see reach.
private.over_plan(p_organisation_id uuid, p_tier text, p_add_ons text[]) returns text
    sql stable set search_path="", body 4bea6ab768781e85
    -- What an organisation uses beyond a plan with these add-ons: "tables: 7 of 5; venues: 2 of 1"; null when it fits.
private.overdue_webhooks() returns jsonb
    sql stable set search_path="", body 77e10c4a3098781b
    -- Deliveries that are due while nobody sends anything to their endpoint, {length, oldest_seconds}: what is late by our fault. Those that wait behind a slow receiver, or for another try, are not.
private.part_table(p_venue_id uuid, p_session_id uuid, p_table_id uuid) returns uuid
    plpgsql volatile set search_path="", body a3b9a8708e9a8b0f
    -- Gives the guests who scanned a merged table's own code a session there, with what they ordered. Returns it, or null when there are none.
private.pay_share_once() returns trigger
    plpgsql volatile security definer set search_path="", body 3dada02e57683d83
    -- Before-update trigger: of two payments that succeed for one share, the second is in excess. The order's lock orders them. Definer, because clients do not write payments.
private.payment_differences(p_objects jsonb) returns SETOF private.difference
    sql stable set search_path="", body ca027bb61bbdf108
    -- In what these payment intents (the provider's objects; status missing when it has none of that id) differ from the payments here. Those that carry none of our ids are somebody else's business.
private.payment_json(p_payment public.payments) returns jsonb
    sql stable set search_path="", body d0b84cc018232663
    -- An online payment as the functions that speak with the provider see it.
private.payment_trouble_mail(p_notice_id uuid) returns jsonb
    sql stable set search_path="", body f7afbedfe943c4d8
    -- What a notice of trouble with a payment says: what it is, the order's number and the amount.
private.perform_change(p_proposal public.assistant_proposals) returns private.performed
    plpgsql volatile set search_path="", body 75535fe54cd84b9e
    -- Does what a proposal says, as the signed-in user: each RPC asks again whether they may. Errors: those of what it calls, invalid_input.
private.perform_floor_change(p_proposal public.assistant_proposals) returns private.performed
    plpgsql volatile set search_path="", body 9645f4116327189e
    -- Does what a proposal of codes and tables says. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, table_not_found, table_merged, table_blocked, table_reserved, merge_unconfirmed, entitlement_exceeded.
private.perform_item_image(p_proposal public.assistant_proposals) returns private.performed
    plpgsql volatile set search_path="", body aafa1a82e366d7a9
    -- Attaches the upload, if it is one, and puts it first. Errors: those of put_images, menu_image_limit, menu_image_not_uploaded, menu_image_invalid.
private.perform_menu_change(p_proposal public.assistant_proposals) returns private.performed
    plpgsql volatile set search_path="", body d8e0823249215f81
    -- Does what a proposal of the menu says, as its tables and RPCs allow it: prices, items, discounts and translations are rows that menu.edit writes. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, menu_incomplete, menu_item_not_found, menu_image_*, entitlement_exceeded.
private.perform_stockroom_change(p_proposal public.assistant_proposals) returns private.performed
    plpgsql volatile set search_path="", body 3e7781f335506ced
    -- Does what a proposal of stock or staff says. Errors: not_authenticated, ingredient_not_found, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, unit_mismatch, role_above_own, invitation_pending, rate_limited.
private.person() returns uuid
    plpgsql stable set search_path="", body 8386eee2a6d6af66
    -- The signed-in user's id for columns that name a person; null when an API key acts.
private.person_name(p_metadata jsonb) returns text
    sql immutable set search_path="", body 87740d92c6df0b74
    -- The name that a user gave to Auth, or null. Users write it themselves: it is shown, never trusted.
private.personal_condition(p_table regclass) returns text
    sql stable set search_path="", body b0fdf9110f3b1f63
    -- The condition on rows t of a table that hold personal data of a guest at all.
private.place_if_settled(p_order public.orders) returns void
    plpgsql volatile set search_path="", body ec7792c039e3081e
    -- An order that waited for its payment and now owes nothing goes to the kitchen.
private.plan_adjust_stock(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 4329222fb741db60
    -- Plans {kind, reason, lines: [{ingredient_id, quantity}]}: what is added or (below zero) taken, in the ingredient's own unit. Errors: invalid_input, ingredient_not_found.
private.plan_advance_order(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 8b679ce36aa396ed
    -- Plans {order_id, to}. Errors: invalid_input, and those of plan_order.
private.plan_advance_tickets(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 9711e775358767eb
    -- Plans {ticket_ids, to}: up to 50 tickets of the venue, all or none. Errors: invalid_input, ticket_not_found.
private.plan_archive_items(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 44e14c037405bc3d
    -- Plans {menu_item_ids}: 1 to 10 items leave the draft. Errors: invalid_input, menu_item_not_found.
private.plan_availability(p_venue_id uuid, p_item_ids uuid[], p_option_ids uuid[], p_is_available boolean) returns private.change
    plpgsql volatile set search_path="", body aab803686dfa8d80
    -- What switching these on or off would change: only those that are otherwise. Errors: invalid_input, menu_item_not_found.
private.plan_cancel_order(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 481957c44010efa4
    -- Plans {order_id, reason}. Errors: invalid_input, and those of plan_order.
private.plan_change(p_tool text, p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body a7c5559a8997a55b
    -- What a change would do now. The tools that can be proposed are those named here. Errors: those of its plan, invalid_input.
private.plan_codes(p_venue_id uuid, p_ids uuid[], p_kind text) returns private.change
    plpgsql volatile set search_path="", body d716a52c2a28c73e
    -- What new codes of tables would replace. Errors: invalid_input, table_not_found.
private.plan_complete_order(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 1c6b0d36b6a0ee48
    -- Plans {order_id}: without force, so only what is paid is completed. Errors: invalid_input, and those of plan_order.
private.plan_create_discount(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 2ea4c79544082660
    -- Plans {name, percent_bp, code?, menu_item_id? or category_id?, starts_on?, ends_on?, max_uses?}; measured in what it takes off. Errors: invalid_input.
private.plan_create_item(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 4494cc3a2875545b
    -- Plans {category_id, name, price_minor, description?, tax_rate_bp?}: a new item of the draft. Errors: invalid_input.
private.plan_create_qr_code(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 73b6851b32f0bfab
    -- Plans {table_id, kind}. Errors: invalid_input, table_not_found.
private.plan_create_qr_codes(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 2dfcd237f8f9eb81
    -- Plans {table_ids, kind}: 1 to 100 tables. Errors: invalid_input, table_not_found.
private.plan_create_tables(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 9aa362c61950e5f2
    -- Plans {tables: [{label, seats?, area?}]}: 1 to 20 new tables. Errors: invalid_input.
private.plan_draft_purchase_orders(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 3cd0e6535d7c2448
    -- Plans {}: drafts of what runs low, which nobody sends yet. Errors: invalid_input.
private.plan_invite_member(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 7349a2e9e926a2b3
    -- Plans {email, role}: for this one venue. Errors: invalid_input.
private.plan_limit(p_tier text, p_add_ons text[], p_entitlement text) returns bigint
    sql stable set search_path="", body 5e7c127ba92b6292
    -- How many of something a plan with these add-ons includes: 0 none, null unlimited; none of what neither names.
private.plan_merge_tables(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 011bfad6de837bfa
    -- Plans {table_id, table_ids}: the first leads the others. What is occupied is seen in the proposal, and confirmed with it. Errors: invalid_input, table_not_found, table_merged.
private.plan_order(p_venue_id uuid, p_arguments jsonb, p_permission text, p_to text) returns private.change
    plpgsql volatile set search_path="", body 383d4b4c1bfe3909
    -- What moving an order of the venue to p_to would change. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive.
private.plan_publish_menu(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 6151e856d3947930
    -- Plans {}: the whole draft, as diff_menu shows it. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
private.plan_rotate_qr_code(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 78852282111481a6
    -- Plans {qr_code_id}: a working code of a table or the counter. Errors: invalid_input, qr_code_not_found.
private.plan_set_availability(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body f025e1d9112ef377
    -- Plans {is_available, menu_item_ids?, option_ids?}. Errors: invalid_input, menu_item_not_found.
private.plan_set_category_availability(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 459e4ab59ef3572c
    -- Plans {is_available, category_id}: every item of a category. Errors: invalid_input, menu_item_not_found.
private.plan_set_item_image(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 669f1c2c7aca81a5
    -- Plans {image_id, alt?} or, for what was uploaded within 24 hours, {path, alt, width, height}: it becomes the item's first image. Errors: invalid_input, menu_image_not_found, menu_item_not_found.
private.plan_set_par_levels(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body df365c2ca38b2a9e
    -- Plans {usage_days, cover_days, ingredient_ids}: as much as was used in cover_days of the last usage_days. What was not used keeps its level. Errors: invalid_input, ingredient_not_found.
private.plan_translate_items(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body fbd652d9612614e9
    -- Plans {locale, texts: [{menu_item_id, name, description?}]}: beside the source, never over it. Errors: invalid_input, menu_item_not_found.
private.plan_update_prices(p_venue_id uuid, p_arguments jsonb) returns private.change
    plpgsql volatile set search_path="", body 28d986f8469e466b
    -- Plans {prices: [{menu_item_id, price_minor}]}: 1 to 50 items of the draft. Errors: invalid_input, menu_item_not_found, guardrail_exceeded.
private.points_earned(p_order public.orders, p_earn_points integer, p_earn_per_minor bigint) returns bigint
    plpgsql stable set search_path="", body c86c0563b87e08bf
    -- The points that an order has brought as it is now: on what its lines cost after comps and discounts, in proportion to how much of the bill is paid, not written off and not refunded, rounded down once. Neither tip nor service charge nor tax on top brings any.
private.points_for(p_amount_minor bigint, p_point_value_minor bigint) returns bigint
    plpgsql immutable set search_path="", body 636b99d2fe735676
    -- How many points an amount takes: one that is used in part is used.
private.post_dispute(p_payment public.payments, p_dispute_id uuid, p_reference text, p_currency text, p_entries jsonb) returns void
    plpgsql volatile set search_path="", body 7c097196f3dfb624
    -- Books a movement of a dispute, {account: amount}; one that names the provider's balance transaction is booked once.
private.post_refund(p_payment public.payments, p_refund public.refunds) returns void
    plpgsql volatile set search_path="", body 57806cb0b7c2572b
    -- Books a refund; by constraint it can be booked once.
private.post_settlement(p_order public.orders, p_payment public.payments) returns void
    plpgsql volatile set search_path="", body e0f294868be799b0
    -- Books a payment; by constraint it can be booked once.
private.post_transfer(p_payment public.payments) returns void
    plpgsql volatile set search_path="", body b2dfe31c55808d5b
    -- Books that a settled payment went on to its destination, less what Servio keeps; by constraint it can be booked once.
private.price_again(p_order public.orders, p_kept private.priced_line[], p_more jsonb DEFAULT '[]'::jsonb) returns private.priced_order
    plpgsql stable set search_path="", body 27594c2d64e6773f
    -- What an order costs with these lines kept and more from the menu as it is published now; discounts, tax and service charge follow the rules of when it was placed. Errors: as price_order.
private.price_key(p_item text, p_currency text, p_interval text) returns text
    sql immutable set search_path="", body e50e865a3f939fe4
    -- The provider's lookup key of a plan's or an add-on's price; scripts/stripe-setup makes the prices.
private.price_order(p_venue public.venues, p_order jsonb, p_kept private.priced_line[] DEFAULT NULL::private.priced_line[], p_discounts private.priced_discount[] DEFAULT NULL::private.priced_discount[]) returns private.priced_order
    plpgsql stable set search_path="", body 2490c8e84fa44f32
    -- Prices an order from the venue's published menu: lines with options, discounts, tax half-up per line (inclusive or exclusive by venue), service charge at tables, tip. p_kept: lines that the order already has, which keep the prices they were ordered at, less what is on the house; the order's own lines follow them, and all get the discounts that the order already has, p_discounts, by their terms. Errors: order_invalid, menu_not_published, menu_item_unknown, menu_item_unavailable, option_unknown, option_unavailable, option_count_invalid, discount_code_invalid, discount_used_up, discount_not_applicable, loyalty_not_offered, loyalty_card_invalid, loyalty_points_too_few, loyalty_points_insufficient.
private.proposal_json(p_proposal public.assistant_proposals) returns jsonb
    sql stable set search_path="", body 55894984524d9956
    -- A proposal as its author sees it.
private.purchase_order_json(p_venue_id uuid, p_purchase_order_id uuid) returns jsonb
    sql stable set search_path="", body 96f9ae2e19468d7a
    -- A purchase order with its lines, as its RPCs return it.
private.purge_expired() returns integer
    plpgsql volatile set search_path="", body 40eaa3fa9f4d0a37
    -- Clock, hourly: removes expired idempotency keys, old rate counters, guest devices a day past their end, replaced webhook secrets past their overlap, week-old relayed messages, notices and clock records, and webhook events after 30 days. Returns how many rows.
private.put_images(p_venue_id uuid, p_side jsonb) returns void
    plpgsql volatile set search_path="", body 08ca061cc6324394
    -- Orders and describes the images of an item as a side of a proposal says. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, menu_item_not_found, menu_image_not_found.
private.quarantine(p_event private.provider_events) returns private.provider_events
    plpgsql volatile set search_path="", body 403b646731cac8df
    -- Keeps an event for a person, and has the operators and the people of its venue told; readiness reports it, too.
private.random_token() returns text
    sql volatile set search_path="", body bed67dd67f74f9ad
    -- 256 random bits as URL-safe text. Shown once to whoever it is for; only its hash is stored.
private.reach(p_permission text) returns private.reach
    plpgsql stable security definer set search_path="", body eef28734aa85564e
    -- Where the signed-in user has a permission now: membership × matrix × subscription; and where an API key does. The only function that decides. Definer, because it must read every membership of the caller below their own policies; plpgsql, because it measured faster than sql.
private.read_ingredients_csv(p_venue_id uuid, p_csv text, OUT o_header text[], OUT o_rows private.ingredient_row[]) returns record
    plpgsql stable set search_path="", body 673615adcdf82253
    -- Reads and judges every cell of an ingredient file before anything is written; at most 100 errors are told. Errors: csv_invalid.
private.read_menu_csv(p_content text) returns private.menu_row[]
    plpgsql stable set search_path="", body ceef49ec23967d69
    -- The rows of a CSV file (RFC 4180, header first; LF and a byte order mark are accepted). Fields are texts. Errors: menu_import_invalid.
private.read_menu_json(p_content text) returns private.menu_row[]
    plpgsql stable set search_path="", body 04f0e8fadc0a5196
    -- The rows of a JSON file: an array of objects. Errors: menu_import_invalid.
private.read_rollup(p_shape anyelement, p_venue_ids uuid[], p_from date, p_until date) returns SETOF anyelement
    plpgsql stable set search_path="", body 45afb54707d91084
    -- The rows of a rollup, named by a null of its type (null::private.kpi_items), of venues from one business day to another: rolled up, or counted by the function of the same name (private.count_items).
private.read_stock_lines(p_venue_id uuid, p_lines jsonb, p_fields text[]) returns private.stock_line[]
    plpgsql stable set search_path="", body b617dc80c38cceba
    -- Checks [{ingredient_id, quantity, unit?, cost_minor?}] of a venue's ingredients, with no other fields than those given, and converts the quantities. Errors: invalid_input, ingredient_not_found, unit_mismatch.
private.read_subscription(p_object jsonb, p_seen_at timestamp with time zone) returns public.subscriptions
    plpgsql stable set search_path="", body 46acaf79d0862299
    -- The provider's object as a row of ours; null when its prices are not exactly one plan and known add-ons. A latest_invoice that is expanded says since when it is past due.
private.receive_stock(p_venue_id uuid, p_deliveries private.stock_line[], p_reason text, p_line_ids uuid[] DEFAULT NULL::uuid[]) returns void
    plpgsql volatile set search_path="", body 13e88a6a93ac03f3
    -- Books deliveries of different ingredients and moves their costs to the weighted average. p_line_ids names the purchase order line of each, in the same order.
private.reconcile_by_clock() returns uuid
    sql volatile set search_path="", body 51861aab1eb1661b
    -- Clock, every 15 minutes: begins a reconciliation, or has the one under way continued. Returns its id.
private.reconciliation_summary(p_run private.reconciliation_runs) returns jsonb
    sql immutable set search_path="", body 76a91f8c69e3d16a
    -- A run as reports show it.
private.refresh_permission_roles() returns trigger
    plpgsql volatile security definer set search_path="", body 11c873026311e523
    -- After-statement trigger: permission_roles follows the matrix. Definer, because nobody may write it.
private.refund_differences(p_objects jsonb) returns SETOF private.difference
    sql stable set search_path="", body dfb5dc088d6481ca
    -- The same for refunds, whoever made them.
private.refund_rate_bp(p_refunds_minor bigint, p_gross_minor bigint) returns bigint
    sql immutable set search_path="", body c7bccbbaf953b626
    -- Refund rate: refunds as a share of gross revenue, in basis points; null without revenue.
private.refunds_minor(p_total_minor bigint, p_tip_minor bigint, p_paid_minor bigint, p_refunded_minor bigint) returns bigint
    sql immutable, body ae7e5c4bcc50455b
    -- Refunds of an order: what was given back of its bill. What was paid beyond the total was never revenue, nor is giving it back a refund; the bill is given back before the tip. Advisor function_search_path_mutable: as is_sale.
private.refunds_not_made() returns SETOF private.difference
    sql stable set search_path="", body 5d8da692a05db1e1
    -- Refunds that were asked for an hour ago and that the provider has not heard of.
private.refuse(p_permission text, p_organisation_id uuid, p_venue_id uuid) returns void
    plpgsql stable set search_path="", body 19ceb1ed53c4823b
    -- Raises the refusal that fits. Errors: subscription_inactive, permission_denied.
private.refuse_api_request(p_organisation_id uuid, p_rate bigint) returns void
    plpgsql stable set search_path="", body f2b8608cb1509e29
    -- Says when the next token comes; a second, if it is a place that is lacking. Errors: rate_limited.
private.refuse_arguments(p_constraint text, p_message text) returns void
    plpgsql stable set search_path="", body 8334fb5cace71942
    -- What a cast or a constraint has refused is an argument that is none. Errors: invalid_input.
private.refuse_menu_file(p_mistakes jsonb) returns void
    plpgsql stable set search_path="", body 04186e52bb1140e8
    -- Refuses a file for its mistakes [{row, column, problem}]: their count and the first 100, as JSON in the details. Errors: menu_import_invalid.
private.release_discounts(p_venue_id uuid, p_order_id uuid) returns void
    plpgsql volatile set search_path="", body ad6048edbcb8f78a
    -- Gives back the uses of an order that was cancelled or has expired.
private.removable_objects(p_bucket_id text, p_limit integer) returns SETOF text
    sql stable set search_path="", body d67ef7411ecf2aa5
    -- Names of objects in a bucket that nothing needs: menu-images that no menu shows or has shown, a day after their upload; menu-files that no job can read any more, when a day for asking, and an hour for the job, have passed. None of any other bucket.
private.repeat_guests_by(p_venue_id uuid, p_from date, p_until date, p_granularity text) returns TABLE(is_total boolean, starts_on date, starts_at timestamp with time zone, local_time text, guests bigint, repeat_guests bigint, repeat_guest_rate_bp bigint)
    sql stable set search_path="", body 5d6e8677e9d40444
    -- Repeat guests: of the guests of a period who can be told apart, those who had been there on an earlier business day. A row per period, one over all (is_total): whoever comes twice in it is one guest.
private.replay_idempotent(p_scope_id uuid, p_caller text, p_operation text, p_key text, p_request jsonb) returns jsonb
    plpgsql volatile set search_path="", body 55f9afbebf52e4d2
    -- Opens an idempotent operation: the stored answer of a finished one, or null, which gives this transaction the key until it ends. Errors: idempotency_key_invalid, idempotency_key_in_use, idempotency_key_reused (the semantics of https://docs.stripe.com/api/idempotent_requests).
private.request_account_look(p_reference text) returns void
    plpgsql volatile set search_path="", body df01eb8d5255c8f3
    -- Asks for a job that looks at a connected account and hands in what it sees.
private.request_assistant_job(p_venue public.venues, p_permission text, p_kind text, p_arguments jsonb) returns jsonb
    plpgsql volatile set search_path="", body bd8025ae1b10d3e6
    -- Writes down what is asked for and lends it the right of whoever asks. Errors: not_authenticated, person_required, assistant_job_limit, assistant_job_running, assistant_budget_exhausted.
private.request_due(p_topic text) returns integer
    plpgsql volatile set search_path="", body 2d72f4071e0827c5
    -- Clock: asks for a job of this topic at every venue where something is due and none is under way. Returns how many.
private.request_refund(p_payment public.payments, p_amount_minor bigint, p_reason text, p_requested_by uuid) returns public.refunds
    plpgsql volatile set search_path="", body 53924cf7f5609302
    -- Claims a part of a payment and refunds it: at the till at once, online through the provider. Errors: amount_invalid, payment_not_refundable, refund_exceeds_payment.
private.request_subscription_look(p_reference text) returns void
    plpgsql volatile set search_path="", body 79033a7d29e8b340
    -- Asks for a job that looks at a subscription and hands in what it sees.
private.request_venue_jobs(p_topic text, p_venue_ids uuid[]) returns integer
    plpgsql volatile set search_path="", body 453fba0752acd045
    -- Asks for a job at each venue, unless one is under way. Returns how many.
private.require_active(p_organisation_id uuid) returns void
    plpgsql stable set search_path="", body c41335cff8b1f185
    -- Refuses work for a read-only organisation. Errors: subscription_inactive.
private.require_assistant(p_permission text, p_venue_id uuid) returns public.venues
    plpgsql stable set search_path="", body 4ad8b90003199ec6
    -- The venue, if the signed-in user may use the assistant there and has this permission, and the plan includes it. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.
private.require_assistant_budget(p_organisation_id uuid, p_venue_id uuid, p_day date, p_more integer) returns void
    plpgsql volatile set search_path="", body 63ffdbf2ef2dae8e
    -- Refuses when what an organisation has used of the assistant on a day, with what turns and background jobs hold and p_more of each, is more than its plan includes. Errors: assistant_budget_exhausted.
private.require_card(p_venue_id uuid, p_card text) returns public.loyalty_accounts
    plpgsql stable set search_path="", body 9aa0fd2d33dd2ac2
    -- The account that a card belongs to, in this venue. Errors: loyalty_card_invalid.
private.require_entitlement(p_organisation_id uuid, p_entitlement text) returns void
    plpgsql volatile set search_path="", body dc18d0cdf9d6c395
    -- Refuses when an organisation has, with what this transaction added, more than its plan includes. Errors: entitlement_exceeded.
private.require_feature(p_organisation_id uuid, p_feature text) returns void
    plpgsql stable set search_path="", body fa24108d46127f9c
    -- Refuses what the organisation's plan does not include at all; for features, which are not counted. Errors: entitlement_exceeded.
private.require_guardrail(p_venue_id uuid, p_tool text, p_measured integer) returns void
    plpgsql stable set search_path="", body 9d90deea932f9377
    -- Refuses what is too much at once or with what was confirmed within 24 hours. Whoever confirms holds the venue's turn meanwhile. Errors: guardrail_exceeded.
private.require_guest(p_session_token text) returns private.guest
    plpgsql stable set search_path="", body f5685b75dcf16ef8
    -- The device and session that a guest's secret belongs to. A closed session may still read its bill. Errors: guest_session_invalid.
private.require_guest_order(p_guest private.guest, p_order_id uuid) returns public.orders
    plpgsql stable set search_path="", body 4c5c51e5f2290f29
    -- An order of the guest's own session. Errors: order_not_found.
private.require_guest_search(p_venue_id uuid, p_phone text, p_email text) returns public.venues
    plpgsql stable set search_path="", body 696cba20bcfb32d1
    -- Owners and managers answer guests' requests, by settings.read: the duty to answer does not end with the subscription. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
private.require_ids(p_argument text, p_ids uuid[], p_most integer) returns void
    plpgsql stable set search_path="", body 5fdc67d657559530
    -- Refuses what is no list of 1 to p_most ids. Errors: invalid_input.
private.require_keys(p_arguments jsonb, p_required text[], p_optional text[] DEFAULT '{}'::text[]) returns void
    plpgsql stable set search_path="", body f7ace45201ded312
    -- Refuses arguments that miss a key or have one too many. Errors: invalid_input.
private.require_loyalty(p_venue public.venues) returns public.loyalty_programmes
    plpgsql stable set search_path="", body f963f8ae29db31b0
    -- The venue's programme, if it is on and the organisation's plan includes it. Errors: loyalty_not_offered.
private.require_menu_files(p_venue_id uuid, p_paths text[]) returns void
    plpgsql stable set search_path="", body 44c43dd53d259ff9
    -- Refuses paths that are not fresh uploads of the signed-in user in this venue's folder, and too much of them. What the client said a file is, is not believed here: see the worker. Errors: invalid_input, menu_file_not_uploaded, menu_file_invalid.
private.require_menu_image(p_image_id uuid) returns public.menu_item_images
    plpgsql volatile set search_path="", body 2947bc9c22f2319f
    -- The image, if the signed-in user may edit its menu, with venue and item locked. Errors: not_authenticated, menu_image_not_found, permission_denied, subscription_inactive.
private.require_open_bill(p_order public.orders) returns void
    plpgsql volatile set search_path="", body 995ad05fde5f7828
    -- Refuses to change the bill of a locked order that is over, or whose session is. Errors: order_closed, table_session_closed.
private.require_organisation(p_permission text, p_organisation_id uuid) returns void
    plpgsql stable set search_path="", body 6d85f3d92000e4fd
    -- Refuses unless the signed-in user has the permission organisation-wide. Errors: not_authenticated, permission_denied, subscription_inactive.
private.require_person() returns uuid
    plpgsql stable set search_path="", body c807e6e5b014d49b
    -- The signed-in user's id, for what people do for themselves. Errors: not_authenticated, person_required.
private.require_queue(p_queue text) returns integer
    plpgsql stable set search_path="", body 2f19f727f8022473
    -- How many attempts a job of this queue has; refuses an unknown queue. Errors: job_not_found.
private.require_range(p_from date, p_until date, p_granularity text) returns void
    plpgsql stable set search_path="", body 6c39ff047e6aedde
    -- Refuses a period that is none, or too long. Errors: invalid_input.
private.require_reason(p_reason text) returns text
    plpgsql immutable set search_path="", body d4f01e2ead2936b9
    -- The reason, trimmed. Errors: invalid_input.
private.require_reservation(p_reservation_id uuid) returns public.reservations
    plpgsql volatile set search_path="", body f0ef3e9869aac94b
    -- Locks a reservation that the signed-in user may act on. Errors: not_authenticated, reservation_not_found, permission_denied, subscription_inactive.
private.require_staff_scope(p_permission text, p_organisation_id uuid, p_venue_id uuid, p_role text) returns void
    plpgsql stable set search_path="", body 294f23a7f591f0ec
    -- Refuses unless the user may manage staff in this scope and p_role is not above their own. Errors: as require_venue and require_organisation, invalid_input, role_above_own.
private.require_table(p_permission text, p_table_id uuid) returns public.tables
    plpgsql stable set search_path="", body 2dc19bc1bcabba5c
    -- An active table, if the signed-in user has the permission in its venue. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive.
private.require_tenant_schema(p_organisation_id uuid) returns public.organisations
    plpgsql volatile set search_path="", body 30f7b8307af022c3
    -- The organisation, locked, if the signed-in user may manage its integrations and its plan includes a SQL schema. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.
private.require_used(p_input_tokens bigint, p_output_tokens bigint, p_cost_micro bigint) returns void
    plpgsql stable set search_path="", body f5284a6548802d0c
    -- Refuses what no request can have used. Errors: invalid_input.
private.require_user() returns uuid
    plpgsql stable set search_path="", body 24de1cee4623dd51
    -- The id of the signed-in user, or of the API key that acts instead. Errors: not_authenticated.
private.require_venue(p_permission text, p_venue_id uuid) returns public.venues
    plpgsql stable set search_path="", body b06a9f4a8161852d
    -- The venue, if the signed-in user has the permission there. A venue that does not exist and one of a stranger are the same refusal. Errors: not_authenticated, permission_denied, subscription_inactive.
private.reservation_json(p_reservation public.reservations) returns jsonb
    sql stable set search_path="", body 8ff7aa942ab229cf
    -- A reservation as its RPCs answer it, without the person.
private.resolve_by_applying(p_event private.provider_events) returns void
    plpgsql volatile set search_path="", body a646e537a7ccf545
    -- Applies an event that was in quarantine, or refuses. Errors: resolution_not_applicable.
private.resolve_menu_parents(p_venue_id uuid, p_rows private.menu_row[]) returns private.menu_row[]
    plpgsql stable set search_path="", enable_nestloop=off, body 932979a89d615e87
    -- The categories and groups of the draft as they will be after the import: those sent and those implied with their row, those that stay as they are with row 0. A field "mistake" names the column that finds none, or several.
private.resolve_menu_rows(p_venue_id uuid, p_rows private.menu_row[], p_parents private.menu_row[]) returns private.menu_row[]
    plpgsql stable set search_path="", enable_nestloop=off, body cc01b44e846ae3f7
    -- The items and options of a file with what they are in the draft: by id, else by their name in their category or group, else new. A field "mistake" names the column that does not fit; "group_ids" are the groups found.
private.retry_delay(p_attempt integer, p_longest_seconds integer) returns integer
    sql volatile set search_path="", body d29317d7bde1e087
    -- Exponential backoff with full jitter: a random number of seconds up to 2^attempt, at most p_longest_seconds.
private.roll_up(p_max_days integer DEFAULT 5000) returns integer
    plpgsql volatile set search_path="", body 19575dc057e1599c
    -- By hand, after loading data: notes and counts what the clock and the jobs of the venues otherwise do apart. Returns how many days.
private.roll_up_order(p_order public.orders, p_actor private.actor) returns public.orders
    plpgsql volatile set search_path="", body 5c2b3b097a3882ac
    -- Moves a locked order as its tickets say: the first start to preparing, all ready or bumped to ready. A recall leaves the order as it is.
private.scram_verifier(p_password text, p_salt bytea DEFAULT extensions.gen_random_bytes(16)) returns text
    plpgsql volatile set search_path="", body 090a96f0fa656bc0
    -- What Postgres stores for a password of ASCII characters (RFC 5803): "alter role … password" takes it as it is, so that no statement and no log has the password itself.
private.seat_party(p_venue_id uuid, p_table_id uuid, p_reservation_id uuid, p_join boolean) returns uuid
    plpgsql volatile set search_path="", body 3d4d4efe4d219896
    -- Opens a session for a party at a table that nobody has or holds but p_reservation_id; with p_join one that is open is taken. Errors: table_not_found, table_reserved, table_blocked, table_occupied, table_session_closed.
private.send_to_kitchen(p_order public.orders, p_stock_may_go_negative boolean, p_from_position integer DEFAULT 1) returns void
    plpgsql volatile set search_path="", body a432046b1ee9d3dc
    -- Creates the order's tickets and takes its stock, from a line's position on; later courses are held. A paid order may take stock below zero: the guest's money is in, a person decides. Errors: out_of_stock.
private.send_webhook(p_delivery public.webhook_deliveries) returns void
    plpgsql volatile set search_path="", body e5bd856aa10c240a
    -- Puts a delivery into the queue; the caller holds a lock of its endpoint.
private.set_tenant_password(p_name text) returns text
    plpgsql volatile set search_path="", body 6c43ad9e43e2651d
    -- Gives a tenant's role a new password, its settings and the right to log in, and ends its sessions. Returns the password, which is nowhere else.
private.set_tenant_settings(p_name text) returns void
    plpgsql volatile set search_path="", body ec2d2c80713ecb14
    -- Gives a tenant's role its settings back, whatever its user has made of them.
private.set_updated_at() returns trigger
    plpgsql volatile set search_path="", body 841a7f70d98dd76c
    -- Trigger: stamps updated_at on every update.
private.settle_payment(p_payment_id uuid, p_provider_reference text, p_amount_minor bigint, p_currency text) returns text
    plpgsql volatile set search_path="", body 723f9b2d96f11bb6
    -- The provider says an online payment succeeded. Books it once; sends a paid order to the kitchen, a late one if the venue wants that; refunds what came too late or too much. Returns settled, already_settled, refunded_closed_order, refunded_paid_share, or why nothing was applied: unknown_payment, reference_mismatch, amount_mismatch.
private.settle_plan(p_organisation_id uuid) returns void
    plpgsql volatile set search_path="", body f8b7044dc1ba148e
    -- Plan, status and add-ons of an organisation, from its subscription that counts. The only function that writes them; call it with the organisation locked.
private.settle_refund(p_refund_id uuid, p_status text, p_provider_reference text, p_failure_code text) returns text
    plpgsql volatile set search_path="", body 97d2c68c34efbb8e
    -- The provider's word on a pending refund: books it, frees its claim, or notes its reference. Returns the status, or already_settled. Errors: refund_not_found.
private.settle_reversal(p_payment public.payments, p_refund public.refunds) returns void
    plpgsql volatile set search_path="", body 23d3a2aa6a52b455
    -- Books what a refund that the provider has taken up brought back from the destination, with our fee in proportion; one that it refused frees its claim. Callers hold the order's lock.
private.settle_tenant_schema(p_organisation_id uuid) returns void
    plpgsql volatile set search_path="", body 590d142e2bb5a9d3
    -- Closes an organisation's schema when its plan or subscription ends, and opens it again, with the password it had, when they are back. The caller holds the organisation's lock.
private.settle_tenant_schema_of_plan() returns trigger
    plpgsql volatile security definer set search_path="", body 1b3364fb8804e8f4
    -- Trigger: a change of plan or subscription closes or opens the schema in the same transaction. Definer, because it alters a role.
private.share_amounts(p_orders public.orders[], p_split jsonb) returns private.share[]
    plpgsql stable set search_path="", body 26beede21ad14bb6
    -- Shares of so much each, or of the same each, over what is due on locked orders in turn; what the amounts leave is one more share. Errors: split_invalid.
private.share_items(p_orders public.orders[], p_split jsonb) returns private.share[]
    plpgsql stable set search_path="", body 4bbea2bd173c4220
    -- Shares of what is due on each of some locked orders, in proportion to what everybody took of its lines after discounts and with tax: service charge, tip and what is paid already fall on everybody alike. What nobody took is shared by all. Errors: split_invalid.
private.shift_json(p_shift public.shifts) returns jsonb
    sql stable set search_path="", body 0bcafc11cd793be2
    -- A shift as its RPCs answer it.
private.sold_lines(p_venue_ids uuid[], p_business_dates date[]) returns TABLE(venue_id uuid, business_date date, order_id uuid, sold_at timestamp with time zone, menu_item_id uuid, quantity integer, sales_minor bigint, net_minor bigint, cost_minor bigint)
    sql stable set search_path="", body 5a7d5e70d8c2dd97
    -- What was sold on business days, line by line, with its net revenue and what its ingredients cost at the sale, rounded half-up once; null for a line without a recipe, or with an ingredient whose cost nobody knew. Arguments as count_quarters.
private.sold_out_items(p_venue_id uuid) returns SETOF uuid
    plpgsql stable set search_path="", body bdebc87257be5111
    -- Items of which not one portion can be made: an ingredient of the recipe is missing, or too few options of a required group can be chosen. May name one twice. Derived, not stored: receiving stock lifts exactly what stock had closed.
private.sold_out_options(p_venue_id uuid) returns SETOF uuid
    sql stable set search_path="", body 03a4db5043198a6a
    -- Options of which not one portion can be made. Derived, not stored: see sold_out_items.
private.split_minor(p_amount bigint, p_weights numeric[]) returns bigint[]
    plpgsql immutable set search_path="", body 524ef73fb2201254
    -- Splits an amount >= 0 in proportion to whole weights >= 0, to the penny: everybody gets the integer part of their quota, and what is left goes, a penny each, to the largest remainders, the first of equals first (the method of largest remainders: Hamilton 1792, Balinski and Young, Fair Representation). Nobody is more than a penny off, and an amount of at most the sum of the weights gives nobody more than their weight. Weights that are all zero count as equal.
private.store_idempotent(p_scope_id uuid, p_caller text, p_operation text, p_key text, p_request jsonb, p_response jsonb) returns jsonb
    plpgsql volatile set search_path="", body 5b3f71c8e8cdeb60
    -- Closes an idempotent operation with its answer and returns that answer. Only an expired key can be in the way.
private.subscription_alerts(p_organisation_id uuid) returns TABLE(organisation_id uuid, template text)
    sql stable set search_path="", body 3d4f4c850bd27d6d
    -- What is amiss now, with one organisation or with any: at most one thing each.
private.subscription_differences(p_objects jsonb) returns SETOF private.difference
    plpgsql stable set search_path="", body 0d4a9e95a380c005
    -- The same for subscriptions. No event is made up for one that differs: like after every event, the provider is asked what is true.
private.subscription_facts(p_subscription public.subscriptions) returns jsonb
    sql stable set search_path="", body e6ff73bc1a002c7d
    -- What the history keeps of a subscription.
private.subscription_is_active(p_status text, p_trial_ends_at timestamp with time zone, p_past_due_since timestamp with time zone) returns boolean
    sql stable, body d8f09768bef8a2b4
    -- Whether an organisation may change anything: trial running, paid, or in the 7 days of grace. Otherwise it is read-only. Advisor function_search_path_mutable: a function with settings is never inlined; this one refers to nothing outside of pg_catalog.
private.sum_stock() returns trigger
    plpgsql volatile security definer set search_path="", body d6853081d13c1a48
    -- After-insert trigger: adds new movements to on_hand. Definer, because nobody may write on_hand.
private.sweep_events() returns integer
    plpgsql volatile set search_path="", body 9088436a4f46545a
    -- Clock, every minute: applies what waits for its payment if that is paid now; what has waited for an hour is for a person. Returns how many wait no longer.
private.sweep_payments() returns integer
    plpgsql volatile set search_path="", body 0ba5d0db62afe887
    -- Clock, every minute: asks for a job for each payment and refund that has no outcome in time, unless one is under way; at most 500 a run. Returns how many.
private.switch_back(p_venue_id uuid, p_list jsonb) returns void
    plpgsql volatile set search_path="", body ff4e07d4c792010d
    -- Switches items and options as a side of a proposal says. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
private.switch_webhook_off(p_endpoint public.webhook_endpoints, p_because text) returns void
    plpgsql volatile set search_path="", body 5b810c575a937ea1
    -- Switches off an endpoint that the caller has locked, takes back what waits for it, and has the owners told by mail.
private.table_states(p_venue_id uuid) returns TABLE(table_id uuid, leader_id uuid, state text, session_id uuid, reservation_id uuid)
    plpgsql stable set search_path="", body e9fe806c820be27d
    -- Every table in use with its state: occupied, blocked, cleaning, reserved or free, in this order of precedence; its leading table (itself when it is not merged), open session, and next reservation. A merged table is as occupied as the one that leads it.
private.table_turn_seconds(p_turn_seconds bigint, p_turns bigint) returns bigint
    sql immutable set search_path="", body d6829771b62d37a3
    -- Table turn: how long parties that ordered had their table, on average, from opening to closing; null without one that left.
private.take_api_request(p_organisation_id uuid) returns void
    plpgsql volatile set search_path="", body 3c2c661e73a3a84a
    -- Takes one of the requests that the plan allows: so many a minute, and twice as many at once. A request that fails gives it back. Errors: rate_limited.
private.take_assistant_budget(p_organisation_id uuid, p_venue_id uuid, p_day date) returns void
    plpgsql volatile set search_path="", body 308e894dc62390c2
    -- Takes one request, and what the turn or the background job holds, from what its organisation's plan includes for the day; what is held is written already. Errors: assistant_budget_exhausted.
private.take_effect(p_event private.provider_events, p_livemode boolean DEFAULT NULL::boolean) returns private.provider_events
    plpgsql volatile set search_path="", body e6751cbd2c7fdacb
    -- Applies a stored event to the books and notes what came of it. Not applied: events of connected accounts, except that one has changed, and of the other mode (p_livemode: the one worked in).
private.take_network_limit(p_scope text, p_limit integer) returns void
    plpgsql volatile set search_path="", body 15819a88352fe456
    -- Takes one of p_limit calls that a network has in a minute; requests of which no proxy says whence they come share one count. Kept is a hash of the address, for at most two hours. Errors: rate_limited, post_required.
private.take_off(p_lines private.priced_line[], p_categories uuid[], p_discounts public.discounts[]) returns private.discounting
    plpgsql stable set search_path="", body b5583382a126334e
    -- Takes discounts off lines, one after the other, each off what those before it have left. Items and categories: percent half-up per line, amount per portion. Order: percent half-up or amount once, split over the lines.
private.take_rate_limit(p_scope text, p_subject uuid, p_limit integer, p_window interval DEFAULT '00:01:00'::interval) returns void
    plpgsql volatile set search_path="", body 7280f46230ce4d51
    -- Takes one of p_limit calls that a subject (a device, a QR code, a member; a network by take_network_limit) has in a window of at most an hour. Calls that fail roll back with their count: what they cannot do is succeed more often. Errors: rate_limited.
private.take_stock(p_venue_id uuid, p_order_line_ids uuid[], p_may_go_negative boolean) returns void
    plpgsql volatile set search_path="", body 779a754c565f4440
    -- Takes what order lines need by the recipes of items and options: one movement per line and ingredient, line by line, none for what options leave out. Errors: out_of_stock.
private.take_turn(p_proposal public.assistant_proposals) returns void
    plpgsql volatile set search_path="", body b35b03dcfc1f32be
    -- Asks again whether the person may, and waits for the venue's turn. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.
private.tax_of(p_amount_minor bigint, p_rate_bp integer, p_is_included boolean) returns bigint
    sql immutable, body 1c753a3f72bc7c3c
    -- Tax in or on an amount, half-up: contained in a gross amount it is gross × rate / (1 + rate), on a net amount net × rate. Advisor function_search_path_mutable: a function with settings is never inlined; this one qualifies what it names.
private.team(p_venue public.venues) returns TABLE(user_id uuid, name text, role text, is_organisation_wide boolean)
    sql stable set search_path="", body 2b6c6c6181549e4a
    -- Who works in a venue, as far as list_members shows them to the signed-in user. Errors: not_authenticated, permission_denied.
private.tell_of_order(p_order public.orders, p_status_before text, p_payment_status_before text) returns void
    plpgsql volatile set search_path="", body 489396b846f952d2
    -- An order that has come to another status, or is paid, is an event. Called by the trigger that broadcasts orders, of organisations with an endpoint.
private.tell_of_payment() returns trigger
    plpgsql volatile security definer set search_path="", body 3c3746091c549455
    -- Trigger: a payment that was settled is an event. Definer, because whoever pays or refunds knows no endpoints.
private.tell_of_refund() returns trigger
    plpgsql volatile security definer set search_path="", body 1bc818111d3e8722
    -- Trigger: a refund that succeeded or failed is an event. Definer, because whoever pays or refunds knows no endpoints.
private.tell_of_trouble(p_kind text, p_order public.orders, p_amount_minor bigint) returns void
    plpgsql volatile set search_path="", body 92c4c6cc39cc4181
    -- Has those who may see a venue's figures told of money that needs a person: event_quarantined, refund_failed, dispute_opened, dispute_won or dispute_lost.
private.tell_webhooks(p_organisation_id uuid, p_venue_id uuid, p_type text, p_data jsonb) returns void
    plpgsql volatile set search_path="", body b6ba5b40d634b4ca
    -- Has an event told to the endpoints that want it, if there are any.
private.tenant_role_settings(p_name text) returns text[]
    sql stable set search_path="", body 001178882554414b
    -- With which settings a tenant's sessions begin, as pg_db_role_setting shows them.
private.tenant_schema_answer(p_tenant private.tenant_schemas) returns jsonb
    sql stable set search_path="", body dbaf1b0118f5eca1
    -- What an owner is told about their schema.
private.tenant_schema_name(p_slug text, p_organisation_id uuid) returns text
    plpgsql stable set search_path="", body 38cf6ff1c7ad8e28
    -- tenant_<slug>, with _ for -. Where that is longer than a name may be, or taken (by an organisation that had the slug before), it ends in __ and a digest of the id: no slug has two hyphens in a row, so the two forms never meet.
private.tenant_view_statement(p_view private.tenant_views, p_schema text, p_organisation_id uuid) returns text
    sql stable set search_path="", body f518d39528721622
    -- The statement that makes one view of one organisation. Its owner is postgres, so that it reads below row-level security; the barrier keeps a reader's own conditions from seeing a row before the tenant's condition has let it through.
private.tenant_views_version() returns text
    sql stable set search_path="", body d2ea825cb12ff1b5
    -- A digest of all views as they would be made now: it changes when a row of the list does, and nobody has to think of it.
private.terms_of(p_discount public.discounts) returns jsonb
    plpgsql immutable set search_path="", body c4e77443f55a97d2
    -- What a discount takes off what, as an order keeps it.
private.texts_to_translate(p_job public.assistant_jobs) returns jsonb
    sql stable set search_path="", body f77b317ae17bfdde
    -- What one answer can hold of what is not translated, numbered from 1.
private.ticket_age(p_seconds integer) returns text
    sql immutable set search_path="", body c1eeae2d8480fa09
    -- Colour of a ticket's age: green below 5 minutes, yellow below 10, orange below 15, red after.
private.time_entry_json(p_entry public.time_entries) returns jsonb
    sql stable set search_path="", body 241122ed0e983c04
    -- A time entry as RPCs answer it. shift is null without one; late_minutes is negative for who came early, overtime_minutes for who left early; each null where another entry of the shift says it.
private.tip_part(p_order public.orders, p_amount_minor bigint) returns bigint
    sql stable set search_path="", body 71ce4992a1c7417c
    -- The part of a payment that is a tip: payments fill the bill first, what exceeds it is tip.
private.token_hash(p_token text) returns bytea
    plpgsql immutable set search_path="", body f0015c6f43a47c05
    -- SHA-256 of a secret. A slow hash is not needed: the secrets are 256 random bits, not passwords.
private.top_items(p_venue_id uuid, p_from date, p_until date, p_limit integer) returns TABLE(menu_item_id uuid, name text, orders bigint, quantity bigint, sales_minor bigint, net_minor bigint, costed_net_minor bigint, cost_minor bigint, margin_minor bigint, margin_bp bigint)
    sql stable set search_path="", body 2bb8d4b35320daff
    -- Top items: what was sold most often, by quantity, then by sales.
private.trace_id() returns text
    plpgsql stable set search_path="", body 0f667f9ca810404f
    -- The W3C trace id of the present PostgREST request (32 hex digits), or null outside of one.
private.transition_order(p_order public.orders, p_to text, p_actor private.actor, p_reason text DEFAULT NULL::text) returns public.orders
    plpgsql volatile set search_path="", body cb44e08cf62dc291
    -- Moves an order that the caller has locked to another status, with its event and effects. Returns the order after. Errors: order_transition_invalid.
private.turn_json(p_turn private.assistant_turns) returns jsonb
    sql stable set search_path="", body cb850a690602de5f
    -- What a turn has used.
private.undo_change(p_proposal public.assistant_proposals) returns boolean
    plpgsql volatile set search_path="", body 48e2e341f8f9b5b9
    -- Takes back what a proposal did; false when it is not there as it was made, or what was before does not fit any more. Errors: those of what it calls.
private.undo_floor_change(p_proposal public.assistant_proposals) returns boolean
    plpgsql volatile set search_path="", body 7e3625eb450afba3
    -- Takes new tables out of use, or apart again what was put together, unless they are otherwise by now. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive.
private.undo_item_image(p_proposal public.assistant_proposals) returns boolean
    plpgsql volatile set search_path="", body 51234b1c98b42300
    -- Takes an attached image off again, or puts the item's images back as they were. Errors: those of put_images.
private.undo_menu_change(p_proposal public.assistant_proposals) returns boolean
    plpgsql volatile set search_path="", body 30bfd9a256015ebf
    -- Takes a change of the menu back, or says that it is not there any more as it was made. Errors: those of perform_menu_change, menu_version_not_found.
private.undo_refund(p_refund_id uuid, p_failure_code text) returns text
    plpgsql volatile set search_path="", body 4b55ce38bc1f79c0
    -- A refund that had succeeded came back: the money is with the provider again, and so say the books; whether the guest gets it otherwise is for the people who are told. Callers hold the order's lock. Returns refund_failed_late, or refund_already_settled.
private.undo_stockroom_change(p_proposal public.assistant_proposals) returns boolean
    plpgsql volatile set search_path="", body 548a8645854d66bd
    -- Takes a change of stock or staff back, or says that it is otherwise by now. Errors: those of perform_stockroom_change, invitation_used.
private.undo_translations(p_proposal public.assistant_proposals) returns boolean
    plpgsql volatile set search_path="", body 88a3b4421ac80760
    -- Translations become what they were, or go again; says whether all were as they had been written.
private.unpaid_shares_minor(p_split_id uuid) returns bigint
    plpgsql stable set search_path="", body 9b132b9741b56f94
    -- The sum of the shares of a split that are not paid.
private.untranslated_texts(p_venue_id uuid, p_locale text) returns TABLE(nr bigint, kind text, id uuid, name text, description text)
    sql stable set search_path="", body 52c78affa8f9cec9
    -- What of the draft menu has no translation in a language: what somebody has translated, in part or whole, is theirs and left alone.
private.upgrade_tenant_schemas() returns integer
    plpgsql volatile set search_path="", lock_timeout=2s, body 14b1996579d52fb4
    -- Brings the views of every tenant's schema to what the list says now; for migrations, and for the clock, which takes what was being read. Returns how many.
private.uploaded_image(p_path text, p_folder text, p_is_known boolean, OUT byte_size bigint, OUT mime_type text) returns record
    plpgsql stable set search_path="", body a1a43d344ee81fef
    -- Size and type of a fresh upload, or of one that is shown already (p_is_known), in this folder ({venue_id}/{menu_item_id}/), as Storage knows them. Errors: invalid_input, menu_image_not_uploaded, menu_image_invalid.
private.use_assistant_budget(p_organisation_id uuid, p_day date, p_tokens bigint, p_cost_micro bigint) returns void
    plpgsql volatile set search_path="", body c84264c923e64814
    -- Writes what the model has used to the organisation's day.
private.use_discounts(p_venue_id uuid, p_discount_ids uuid[]) returns void
    plpgsql volatile set search_path="", body 83bbcd39ef6ee43b
    -- Takes one use of each discount for an order; the last use goes to one order only, however many were priced with it. Errors: discount_used_up.
private.use_drawer(p_venue_id uuid, p_method text, p_drawer_session_id uuid) returns uuid
    plpgsql volatile set search_path="", body c695877e6461548b
    -- The open drawer that cash goes into or comes out of, held open until the commit: the named one, else the only one, else the caller's own; null for what is no cash, and where none is open and the venue allows that. Errors: invalid_input, drawer_required, drawer_closed, drawer_not_found.
private.use_points(p_order public.orders, p_card text, p_discounts private.priced_discount[]) returns void
    plpgsql volatile set search_path="", body 42a8140ea16c30f6
    -- Notes the member of a new order with the terms of now, and takes the points that it redeems, before the order's discounts are locked. Errors: loyalty_card_invalid, loyalty_points_insufficient.
private.venues_once_with(p_permission text) returns uuid[]
    plpgsql stable security definer set search_path="", body 428b37971837dfd7
    granted to authenticated
    -- As venues_with, whether or not the subscription still allows it: for what those who do something may see, because read-only mode ends changing and not seeing. Definer: see reach.
private.venues_with(p_permission text) returns uuid[]
    plpgsql stable security definer set search_path="", body d1fe8c3605748933
    granted to authenticated
    -- Ids of the venues in which the signed-in user has a permission now; may name one twice. Policies compare with "= any ((select private.venues_with(…))::uuid[])": one call per statement and an index condition. Definer: see reach.
private.venues_with_stock_news() returns uuid[]
    plpgsql stable set search_path="", body ae8afaa51b85a597
    -- Venues where something became low or was restocked, or where it is time to tell of what became low.
private.void_lines(p_order public.orders, p_line_ids uuid[], p_reason text) returns void
    plpgsql volatile set search_path="", body 19756be50b550cc7
    -- Takes lines off an order: their tickets are cancelled, and their stock goes back, or is waste if they were cooked.
private.wake_if_waiting() returns boolean
    plpgsql volatile set search_path="", body 1795eac738be4fc4
    -- Clock, every minute: wakes a worker when messages or jobs wait. Returns whether.
private.wake_worker() returns void
    plpgsql volatile set search_path="", body fbcdbfe5967e1bf8
    -- Asks the worker function to drain the queues; the request leaves when the transaction commits, one for each transaction. Needs the vault secrets functions_url and functions_secret_key; without them the queues wait and health says so.
private.watch_assistant_jobs() returns integer
    plpgsql volatile set search_path="", body 7d226eff874ad4a5
    -- Clock, every minute: has the provider asked for answers of which no webhook has told for two minutes, ends jobs that have taken an hour, and removes jobs of more than 90 days and events of more than 30. Returns how many jobs it has touched.
private.watch_stock(p_venue_id uuid) returns integer
    plpgsql volatile set search_path="", body af3f272b67ed26ba
    -- Raises and ends the alerts of a venue, and has those who may change its inventory told of the new ones, all in one mail, at most once an hour. Returns how many mails were asked for.
private.watch_subscriptions(p_organisation_id uuid DEFAULT NULL::uuid) returns integer
    plpgsql volatile set search_path="", body 17cf1e67f0a694d1
    -- Clock, every five minutes, and after each look at a subscription: raises and ends alerts, and has those who can pay told of the new ones. Returns how many mails were asked for.
private.webhook_disabled_mail(p_notice_id uuid) returns jsonb
    plpgsql stable set search_path="", body 9d543ccec00658b2
    -- What a notice of an endpoint that was switched off says; null when it is on again, or gone.
private.webhook_endpoint_answer(p_endpoint public.webhook_endpoints) returns jsonb
    sql stable set search_path="", body 934c43e3839f570c
    -- What an owner is told about an endpoint.
private.with_delegation(p_job public.assistant_jobs, p_answer jsonb, OUT result jsonb, OUT refusal text) returns record
    plpgsql volatile set search_path="", body f2c5fef3fbc5e74d
    -- Does the one thing that a locked job is for, prepare (p_answer null) or write, as the person who asked for it, if they still may: their delegation has not ended, and the permission, the membership and the plan are asked for as they are now. Nobody can call it but the two functions below, and they let nobody choose the person. Returns the result, or the code of the refusal and nothing written.
private.withdraw_from_kitchen(p_order public.orders, p_reason text, p_is_waste boolean, p_line_ids uuid[] DEFAULT NULL::uuid[]) returns void
    plpgsql volatile set search_path="", body 3383b12ca146ba3e
    -- Cancels the tickets of an order, or of some of its lines, and books their stock back, or as waste if they were cooked.
private.without_personal_data(p_object jsonb) returns jsonb
    plpgsql immutable set search_path="", body 1797627d1be83e2d
    -- A provider's object without who paid, or whose account it is: names, addresses, phone numbers and e-mail addresses at any depth. The books need none of them.
private.write_lines(p_order public.orders, p_lines private.priced_line[], p_shift integer DEFAULT 0) returns void
    plpgsql volatile set search_path="", body 694f6f833f1587ef
    -- Writes the priced lines that an order does not have yet, p_shift places after the positions they were priced at.
private.write_menu_parents(p_venue_id uuid, p_rows private.menu_row[]) returns void
    plpgsql volatile set search_path="", enable_nestloop=off, body a401231e2a5c606b
    -- Writes the categories and groups of an import. Errors: menu_import_invalid.
private.write_menu_reading(p_job public.assistant_jobs, p_answer jsonb) returns jsonb
    plpgsql volatile set search_path="", body bf363df776894fa4
    -- Adds {items: [{category, name, description, price_minor}]} to the draft as an import, and changes nothing that is there. Errors: invalid_input, menu_import_invalid, and those of import_menu.
private.write_menu_rows(p_venue_id uuid, p_rows private.menu_row[]) returns void
    plpgsql volatile set search_path="", enable_nestloop=off, body a2599044f84be51e
    -- Writes the options and items of an import, and which groups an item offers. Errors: entitlement_exceeded.
private.write_menu_texts(p_venue_id uuid, p_rows private.menu_row[]) returns void
    plpgsql volatile set search_path="", enable_nestloop=off, body 9d04c7704c47cfe5
    -- Writes the translations of an import: an empty text removes one, a column that is not there leaves it.
private.write_translations(p_job public.assistant_jobs, p_answer jsonb) returns jsonb
    plpgsql volatile set search_path="", body 88340c111b40ed67
    -- Writes {texts: [{ref, name, description}]} into the draft. Errors: invalid_input.
public.accept_invitation(p_token text) returns jsonb
    plpgsql volatile security definer set search_path="", body fb7baa6b4274ffe0
    granted to authenticated
    -- Makes the signed-in user a member by an invitation token; the first statement decides who wins, so a token works once. Returns {membership_id, organisation_id, venue_id, role}. Definer: the caller is not a member yet. Errors: not_authenticated, person_required, invitation_not_found, invitation_used, invitation_expired, already_member, entitlement_exceeded.
public.add_time_entry(p_venue_id uuid, p_user_id uuid, p_clocked_in_at timestamp with time zone, p_clocked_out_at timestamp with time zone, p_reason text) returns jsonb
    plpgsql volatile security definer set search_path="", body 45ffc1ff7a6928cd
    granted to authenticated
    -- Writes down work of a member who did not clock in, of at most 16 hours within the last year, with a reason; it belongs to the published shift that was on or began within two hours. Who added it stays with the entry and in the audit history. Needs staff.schedule. Returns the entry as clock_in does; a repeat returns the same. Definer: clients do not write time entries. Errors: not_authenticated, permission_denied, subscription_inactive, member_not_found, invalid_input, time_entry_overlap.
public.add_waiting_party(p_venue_id uuid, p_idempotency_key text, p_party_size integer, p_name text, p_quoted_minutes integer, p_phone text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 29995c73c4358b78
    granted to authenticated
    -- Puts a party on the waiting list with the time it was told. Needs tables.seat. Returns {waiting_party_id, status, position}; the same key with the same request returns the first answer. Definer: clients do not write the list. Errors: not_authenticated, permission_denied, subscription_inactive, idempotency_key_*, invalid_input.
public.adjust_points(p_account_id uuid, p_points bigint, p_reason text, p_idempotency_key text) returns jsonb
    plpgsql volatile security definer set search_path="", body 4b2b3b720a2225ba
    granted to authenticated
    -- Gives a member points or takes some away, never below zero, with a reason; who and why stay with the movement for good. Needs orders.cancel, as what gives parts of an order away. Returns {account_id, points}. Definer: clients do not write points. Errors: not_authenticated, loyalty_account_not_found, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, loyalty_points_insufficient.
public.adjust_stock(p_ingredient_id uuid, p_kind text, p_quantity numeric, p_reason text, p_idempotency_key text, p_unit text DEFAULT NULL::text, p_cost_minor bigint DEFAULT NULL::bigint) returns jsonb
    plpgsql volatile security definer set search_path="", body 335abeabae9dbbb1
    granted to authenticated
    -- Books a stock movement (receive > 0, waste < 0, adjust either) in p_unit, any unit of the ingredient's dimension, by default its own. p_cost_minor is what a delivery cost in all, and moves the ingredient's cost to the weighted average. What happened is booked, below zero too. Needs inventory.edit. Returns {ingredient_id, on_hand, unit}. Definer: clients do not write movements. Errors: not_authenticated, ingredient_not_found, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, unit_mismatch.
public.advance_order(p_order_id uuid, p_to text, p_reason text DEFAULT NULL::text, p_force boolean DEFAULT false) returns jsonb
    plpgsql volatile security definer set search_path="", body d9636026ea4ed3e8
    granted to authenticated
    -- Moves an order to the status that follows: accepted, preparing, ready, served (tables), completed. Needs orders.update. Completing needs a settled bill, or p_force with a reason by somebody with orders.cancel. Returns the order; a repeat returns the same. Definer: clients do not write orders. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive, order_transition_invalid, order_unsettled, course_held.
public.advance_ticket(p_ticket_id uuid, p_to text) returns jsonb
    plpgsql volatile security definer set search_path="", body 6ea86da435db02d7
    granted to authenticated
    -- Moves a ticket one step: in_progress, ready, bumped; or one back (recall). The order follows: preparing with the first start, ready with the last ready. Needs kitchen.update. At most 500 such calls per venue and minute. Returns {ticket_id, status, order_id, order_status}; a repeat returns the same. Definer: clients do not write tickets. Errors: not_authenticated, ticket_not_found, permission_denied, subscription_inactive, rate_limited, ticket_transition_invalid.
public.advance_tickets(p_ticket_ids uuid[], p_to text) returns jsonb
    plpgsql volatile security definer set search_path="", body 23148bbd13ada544
    granted to authenticated
    -- Moves up to 50 tickets one step, all or none, as advance_ticket does. Needs kitchen.update. Returns [{ticket_id, status, order_id, order_status}]; a repeat returns the same. Definer: clients do not write tickets. Errors: not_authenticated, invalid_input, ticket_not_found, permission_denied, subscription_inactive, rate_limited, ticket_transition_invalid.
public.amend_order(p_order_id uuid, p_idempotency_key text, p_changes jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", body ca31666ec3d48686
    granted to authenticated
    -- Changes an order that nobody cooks yet: p_changes = {add?: [line of place_order], change?: [{line_id, quantity?, note?}], remove?: [line id]}. What is added costs what the menu says now, what stays keeps its price, the discounts stay those it was placed with; a changed quantity makes a new line. Tickets and stock follow. Refused once the order is prepared, and when it would cost less than is paid. Needs payments.collect. Returns the order. Definer: clients do not write orders. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive, idempotency_key_*, order_closed, table_session_closed, order_in_preparation, order_invalid, order_line_not_found, order_below_paid, bill_split_paid, menu_*, option_*, out_of_stock.
public.apply_account(p_object jsonb, p_seen_at timestamp with time zone) returns jsonb
    plpgsql volatile security definer set search_path="", body 601e6cb5bd4bfd69
    granted to service_role
    -- Takes the provider's account object ({id, object, deleted: true} where it knows none) as what is true, asked for after p_seen_at by the database's clock: an answer asked for earlier than the last one taken is stale and changes nothing, so order and repeats do not matter. For workers only. Returns {outcome: applied | stale | not_ours, organisation_id?, charges_enabled?, payouts_enabled?}. Definer: the service role has no table access. Errors: invalid_input.
public.apply_subscription(p_object jsonb, p_seen_at timestamp with time zone DEFAULT now()) returns jsonb
    plpgsql volatile security definer set search_path="", body 173da6b5d09fdc8b
    granted to service_role
    -- Takes the provider's subscription object (latest_invoice expanded) as what is true, asked for after p_seen_at by the database's clock: an answer asked for earlier than the last one taken is stale and changes nothing, so order and repeats do not matter. For workers and reconciliation only. Returns {outcome: changed | unchanged | stale | not_ours | unknown_price | second_subscription, organisation_id?, subscription_id?, status?, tier?}; unknown_price and second_subscription need a person. Definer: the service role has no table access. Errors: invalid_input.
public.assign_reservation(p_reservation_id uuid, p_table_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 9b566167ae4b4dec
    granted to authenticated
    -- Gives a booked reservation a table: the one named, whatever its size, or else the smallest free one that seats the party. Needs tables.seat. Returns the reservation as book_reservation does. Definer: clients do not write reservations. Errors: not_authenticated, reservation_not_found, permission_denied, subscription_inactive, reservation_closed, table_not_found, reservation_overlap, no_table_free.
public.attach_account(p_account_id uuid, p_provider_reference text) returns jsonb
    plpgsql volatile security definer set search_path="", body ce1c61e78503819a
    granted to service_role
    -- Notes the provider's account for a reserved one. For the billing function only. Returns {account_id, provider_reference}; a repeat returns the same. Definer: the service role has no table access. Errors: invalid_input, account_not_found, account_reference_conflict.
public.attach_menu_image(p_path text, p_alt text, p_width integer, p_height integer) returns jsonb
    plpgsql volatile security definer set search_path="", body 2a32fb4182e3a5fe
    granted to authenticated
    -- Makes what was uploaded to the bucket menu-images as {venue_id}/{menu_item_id}/{uuid}.{ext} within the last 24 hours the last image of its item, in the draft; asked again, it answers with the image as it is. p_alt says in the venue's language what it shows; size and type are Storage's. Needs menu.edit. Returns {id, menu_item_id, path, alt, position, width, height, byte_size, mime_type, variants}. Definer: clients cannot claim what Storage has not. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, menu_item_not_found, menu_image_limit, menu_image_not_uploaded, menu_image_invalid.
public.attach_payment(p_payment_id uuid, p_provider_reference text) returns jsonb
    plpgsql volatile security definer set search_path="", body 5d277af084b8ea60
    granted to service_role
    -- Notes the provider's object for a reserved payment. For the payments function only. Returns {payment_id, status}; a repeat returns the same. Definer: the service role has no table access. Errors: payment_not_found, payment_reference_conflict.
public.begin_assistant_turn(p_venue_id uuid, p_conversation_id uuid, p_text text, p_model text, p_key text, p_held_tokens bigint, p_held_cost_micro bigint) returns jsonb
    plpgsql volatile security definer set search_path="", body 275ee7fe66f0b836
    granted to authenticated
    -- Says something to the assistant, in a conversation of the signed-in user's own or, if p_conversation_id is null, a new one, and takes a request and what it may use at most from the day's budget: so much is held until the turn is finished, or for 5 minutes. p_key is a secret that the function makes for this turn; with the same one the call is the same turn. For the function that asks the model; at most 20 a minute. Returns {turn_id, conversation_id, earlier, venue}: the last 40 words said before, oldest first. Needs ai.use and a plan with the assistant. Definer: clients write neither words nor budgets. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, rate_limited, conversation_not_found, assistant_turn_not_found, assistant_budget_exhausted.
public.book_reservation(p_venue_id uuid, p_idempotency_key text, p_starts_at timestamp with time zone, p_party_size integer, p_name text, p_phone text DEFAULT NULL::text, p_email text DEFAULT NULL::text, p_note text DEFAULT NULL::text, p_table_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body da96c7a5562cf200
    granted to authenticated
    -- Takes a reservation for the venue's turn time, at a table or without one yet. Needs tables.seat. Returns {reservation_id, table_id, status, party_size, starts_at, ends_at, session_id}; the same key with the same request returns the first answer. Definer: clients do not write reservations. Errors: not_authenticated, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, table_not_found, reservation_overlap.
public.cancel_assistant_job(p_job_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body ff61f6afdcf70302
    granted to authenticated
    -- Calls off a background job of the signed-in user, whatever they may do by now; an answer that still comes is not used. Returns the job as translate_menu does; a repeat returns the same. Definer: clients do not write jobs. Errors: not_authenticated, person_required, assistant_job_not_found, assistant_job_closed.
public.cancel_bill_split(p_bill_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 12e3d00e175f219e
    granted to authenticated
    -- Ends a split: what has been paid of it stays paid, and what is left is due on the orders as a whole, to be paid or split anew. Needs payments.collect. Returns the bill as split_bill does, with is_open false; a repeat returns the same. Definer: clients do not write splits. Errors: not_authenticated, bill_split_not_found, permission_denied, subscription_inactive.
public.cancel_invitation(p_invitation_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 816db4ab78efb349
    granted to authenticated
    -- Cancels a pending invitation; its token stops working. Needs staff.manage. Returns {invitation_id, status}; a repeat returns the same. Definer: clients do not update invitations. Errors: not_authenticated, permission_denied, subscription_inactive, role_above_own, invitation_used.
public.cancel_order(p_order_id uuid, p_reason text) returns jsonb
    plpgsql volatile security definer set search_path="", body a53991ec7bc955d9
    granted to authenticated
    -- Cancels an order that is not completed and holds no money, with a reason. Before cooking its stock goes back, later it is waste. A running online payment is cancelled at the provider; should it succeed all the same, it is refunded. Needs orders.cancel. Returns the order; a repeat returns the same. Definer: clients do not write orders. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive, invalid_input, order_paid, order_transition_invalid.
public.cancel_payment(p_payment_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 58fe6045dd56cb8d
    granted to service_role
    -- Gives up an online payment that has not succeeded. For the payments function and workers only, who then cancel it at the provider. Returns {payment_id, status, amount_minor, currency, provider_reference, order_id, venue_id, created_at, description}. Definer: the service role has no table access. Errors: payment_not_found.
public.cancel_purchase_order(p_purchase_order_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 59189de42c545439
    granted to authenticated
    -- Ends a purchase order of which nothing more will come; what was received stays. Needs inventory.edit. Returns the purchase order; a repeat returns the same. Definer: clients do not write purchase orders. Errors: not_authenticated, purchase_order_not_found, permission_denied, subscription_inactive, purchase_order_transition_invalid.
public.cancel_reservation(p_reservation_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 45b4b15b9e44a911
    granted to authenticated
    -- Cancels a booked reservation; its time is free at once. Needs tables.seat. Returns the reservation as book_reservation does; a repeat returns the same. Definer: clients do not write reservations. Errors: not_authenticated, reservation_not_found, permission_denied, subscription_inactive, reservation_closed.
public.cancel_shift(p_shift_id uuid, p_reason text) returns jsonb
    plpgsql volatile security definer set search_path="", body f097f0d5f7f49360
    granted to authenticated
    -- Cancels a shift that nobody has clocked in for, with a reason that its person sees if it was published. Needs staff.schedule. Returns the shift as plan_shift does; a repeat returns the same. Definer: clients do not write shifts. Errors: not_authenticated, shift_not_found, permission_denied, subscription_inactive, invalid_input, shift_closed.
public.cancel_stocktake(p_stocktake_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body f345e0bb96cc3e4f
    granted to authenticated
    -- Closes an open stocktake without booking anything. Needs inventory.edit. Returns {stocktake_id, status}; a repeat returns the same. Definer: clients do not write stocktakes. Errors: not_authenticated, stocktake_not_found, permission_denied, subscription_inactive, stocktake_closed.
public.change_role(p_membership_id uuid, p_role text) returns jsonb
    plpgsql volatile security definer set search_path="", body 329eba9de963b28c
    granted to authenticated
    -- Gives a member another role. Needs staff.roles. Returns {membership_id, role}; a repeat returns the same. Definer: clients do not update memberships. Errors: not_authenticated, member_not_found, permission_denied, subscription_inactive, role_above_own, last_owner, invalid_input.
public.change_shift(p_shift_id uuid, p_starts_at timestamp with time zone, p_ends_at timestamp with time zone) returns jsonb
    plpgsql volatile security definer set search_path="", body 0fd7ee2a27ac3fcc
    granted to authenticated
    -- Moves a shift that nobody has clocked in for; a published one stays published. Needs staff.schedule. Returns the shift as plan_shift does. Definer: clients do not write shifts. Errors: not_authenticated, shift_not_found, permission_denied, subscription_inactive, invalid_input, shift_closed, shift_overlap.
public.check_in_reservation(p_reservation_id uuid, p_table_id uuid DEFAULT NULL::uuid, p_join boolean DEFAULT false) returns jsonb
    plpgsql volatile security definer set search_path="", body 64b2823c3256a56b
    granted to authenticated
    -- The party has come: opens the session of its table, or of another one. With p_join it takes the session that the party's own phones have opened already. Needs tables.seat. Returns the reservation as book_reservation does, with session_id; a repeat returns the same. Definer: clients do not write reservations. Errors: not_authenticated, reservation_not_found, permission_denied, subscription_inactive, reservation_closed, invalid_input, table_not_found, table_occupied, table_reserved, table_blocked, reservation_overlap, table_session_closed.
public.claim_jobs(p_queue text, p_limit integer DEFAULT 10, p_lease_seconds integer DEFAULT 60) returns TABLE(job_id bigint, attempt integer, message jsonb)
    plpgsql volatile security definer set search_path="", body a474be5e211c9b10
    granted to service_role
    -- Claims up to p_limit (1-100) jobs for p_lease_seconds (1-3600); unfinished ones come back after the lease, and become dead letters after the queue's number of attempts. For workers only. Returns (job_id, attempt, message). Definer: the service role has no queue access. Errors: job_not_found.
public.claim_reconciliation(p_run_id uuid, p_worker uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 5315aeb40ebdd1c7
    granted to service_role
    -- Takes a reconciliation for 90 seconds, which every further call extends, unless another worker has it. For workers only. Returns {claimed, run_id} and, when claimed, the run as request_reconciliation returns it with {page_after}. Definer: the service role has no table access. Errors: invalid_input, reconciliation_not_found.
public.claim_webhooks(p_limit integer DEFAULT 10, p_lease_seconds integer DEFAULT 60) returns TABLE(job_id bigint, attempt integer, endpoint_id uuid, url text, secrets text[], event jsonb)
    plpgsql volatile security definer set search_path="", body 5d21c20a1120074b
    granted to service_role
    -- Claims up to p_limit (1-100) deliveries that are due, of every endpoint a few, for p_lease_seconds (1-3600), with what is needed to send them: address, secrets to sign with, the event as it is told. What is not settled comes back after the lease; 20 times lost is failed. For workers only. Returns (job_id, attempt, endpoint_id, url, secrets, event). Definer: the service role has neither queues nor tables. Errors: job_not_found.
public.clock_in(p_venue_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 00bed743d534ca20
    granted to authenticated
    -- Begins the signed-in member's working time in a venue that their membership reaches, for the published shift that is on or begins within two hours. An entry open for more than 16 hours becomes forgotten first. Returns {time_entry_id, venue_id, user_id, status, clocked_in_at, clocked_out_at, worked_minutes, shift: {shift_id, starts_at, ends_at, late_minutes, overtime_minutes}, corrected_by, correction_reason}; who is clocked in there gets the open entry. Definer: clients do not write time entries. Errors: not_authenticated, person_required, permission_denied, subscription_inactive, already_clocked_in, time_entry_overlap.
public.clock_out(p_time_entry_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 2b37ba9f5b6bc1ae
    granted to authenticated
    -- Ends the signed-in person's own working time, also after they left or the plan ended. More than 16 hours after clocking in it becomes forgotten instead of closed, and whoever plans has to correct it. Returns the entry as clock_in does; a repeat returns the same. Definer: clients do not write time entries. Errors: not_authenticated, time_entry_not_found.
public.close_drawer(p_drawer_session_id uuid, p_counted_minor bigint, p_idempotency_key text) returns jsonb
    plpgsql volatile security definer set search_path="", body e19936bb4aa0c84c
    granted to authenticated
    -- Closes a drawer with what was counted in it; the difference to what should be there is booked, and what was counted leaves it. Needs payments.collect. Returns the drawer as open_drawer does. Definer: clients do not write drawers. Errors: not_authenticated, drawer_not_found, permission_denied, subscription_inactive, idempotency_key_*, amount_invalid, drawer_closed.
public.close_finding(p_finding_id uuid, p_reason text) returns jsonb
    plpgsql volatile security definer set search_path="", body adcea507ddce2ff6
    granted to authenticated, service_role
    -- Closes a finding of the reconciliation that somebody has looked into, with a reason (1-280 characters), on record. It counts as open no longer, until it becomes another difference. Members need orders.cancel at the finding's venue, billing.edit where it is about the subscription; what is nobody's is closed with the secret key. Returns the finding as get_reconciliation_report does; a repeat returns the same. Definer: findings are not writable by clients. Errors: not_authenticated, finding_not_found, permission_denied, subscription_inactive, finding_not_open, invalid_input.
public.close_table_session(p_session_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 5c253624a23bfe8a
    granted to authenticated
    -- Closes a session whose orders are all settled or cancelled; its guests can then only read. Needs tables.seat. Returns {session_id, closed_at}; a repeat returns the same. Definer: clients do not write sessions. Errors: not_authenticated, table_session_not_found, permission_denied, subscription_inactive, table_session_unsettled.
public.collect_payment(p_order_id uuid, p_method text, p_amount_minor bigint, p_idempotency_key text, p_tip_minor bigint DEFAULT 0, p_tendered_minor bigint DEFAULT NULL::bigint, p_terminal_reference text DEFAULT NULL::text, p_share_id uuid DEFAULT NULL::uuid, p_drawer_session_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body b4445d49c8bf0b16
    granted to authenticated
    -- Takes cash or a card-terminal payment for an order: p_amount_minor of what is due, p_tip_minor on top, p_tendered_minor the cash handed over. A split order is paid by p_share_id, share by share, or by all of the rest at once. Cash goes into p_drawer_session_id, else the only open drawer, else the caller's own; into none where none is open, unless the venue says cash_needs_drawer. Needs payments.collect. Returns {payment_id, order_id, amount_minor, tip_minor, change_minor, order_status, payment_status, due_minor}. Definer: clients do not write payments. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive, idempotency_key_*, order_closed, order_already_paid, bill_is_split, bill_share_not_found, bill_share_paid, amount_invalid, invalid_input, drawer_required, drawer_not_found, drawer_closed.
public.comp_line(p_line_id uuid, p_reason text, p_amount_minor bigint DEFAULT NULL::bigint) returns jsonb
    plpgsql volatile security definer set search_path="", body 8be26b2a12898a29
    granted to authenticated
    -- Puts a line, or p_amount_minor of it, on the house, with a reason: the line and its price stay on the bill, its comp_minor is not owed and carries no tax or service charge. 0 lifts a comp. Refused when the order would cost less than is paid: refund instead. Needs orders.cancel. Returns the order; a repeat returns the same. Definer: clients do not write orders. Errors: not_authenticated, order_line_not_found, permission_denied, subscription_inactive, order_closed, table_session_closed, invalid_input, amount_invalid, order_below_paid, bill_split_paid.
public.compare_kpis(p_venue_id uuid, p_from date, p_until date) returns jsonb
    plpgsql stable security definer set search_path="", body 7689ddfe9633eb88
    granted to authenticated
    -- The numbers of a period and of the one as long before it: {venue_id, currency, from, until, previous_from, previous_until, current, previous, change_bp: {number: basis points}}; current and previous are the total of get_kpis, null without orders. Needs analytics.read. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.compare_with_provider(p_run_id uuid, p_worker uuid, p_objects jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", body fda1855302d16d0d
    granted to service_role
    -- In what these objects of the provider differ from the books, and what it would have told us, had its events come: with event_id and type null where no event would settle it. For workers only, who hand the others to record_provider_event; where seen_at is set the provider is asked once more, for apply_subscription. Returns [{object_id, event_id, type, seen_at}]. Definer: the service role has no table access. Errors: reconciliation_lost.
public.confirm_proposal(p_proposal_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 72c8870d733cd818
    granted to authenticated
    -- Does what a proposal of the signed-in user says, once, in one transaction and with their own rights, through the RPCs that apps use; asked again are their permission, the guardrails, and that "before" still holds. Returns the proposal with {result}, in which secrets such as the tokens of new QR codes are shown this once. Needs what propose_change needs. Definer: clients do not write proposals. Errors: not_authenticated, proposal_not_found, permission_denied, subscription_inactive, entitlement_exceeded, proposal_closed, proposal_expired, proposal_stale, guardrail_exceeded, invalid_input, rate_limited, order_not_found, order_transition_invalid, order_unsettled, order_paid, course_held, ticket_not_found, ticket_transition_invalid, menu_item_not_found, menu_image_*, menu_incomplete, table_not_found, table_merged, table_blocked, table_reserved, merge_unconfirmed, qr_code_not_found, ingredient_not_found, unit_mismatch, idempotency_key_*, role_above_own, invitation_pending.
public.confirm_refund(p_refund_id uuid, p_status text, p_provider_reference text DEFAULT NULL::text, p_failure_code text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body d722282214477af8
    granted to service_role
    -- The provider's answer to a refund. For the payments function only. Returns {refund_id, outcome}; a repeat says already_settled. Definer: the service role has no table access. Errors: refund_not_found, invalid_input.
public.continue_assistant_turn(p_turn_id uuid, p_key text, p_request_number integer, p_input_tokens bigint, p_output_tokens bigint, p_cost_micro bigint, p_held_tokens bigint, p_held_cost_micro bigint) returns jsonb
    plpgsql volatile security definer set search_path="", body 0a60206c00a82708
    granted to authenticated
    -- Before the model is asked again within a turn: writes down what the request before has used, and takes the next one, of which p_request_number is the number, from the day's budget. Refused, it has written nothing. Returns {turn_id, requests}. Needs p_key, the secret of the turn, and what beginning one needs. Definer: clients write no budgets. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, assistant_turn_not_found, assistant_budget_exhausted.
public.correct_time_entry(p_time_entry_id uuid, p_clocked_out_at timestamp with time zone, p_reason text, p_clocked_in_at timestamp with time zone DEFAULT NULL::timestamp with time zone) returns jsonb
    plpgsql volatile security definer set search_path="", body d96ded82e5841ad2
    granted to authenticated
    -- Says when somebody's work ended (and began, if that is wrong), with a reason: the way out of a forgotten clock-out. Who, why and what it was before stay in the audit history. Needs staff.schedule. Returns the entry as clock_in does. Definer: clients do not write time entries. Errors: not_authenticated, time_entry_not_found, permission_denied, subscription_inactive, invalid_input, time_entry_overlap.
public.count_stock(p_stocktake_id uuid, p_lines jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", body 2c6a7b37ffecbdce
    granted to authenticated
    -- Notes what was counted, [{ingredient_id, quantity, unit?}], beside what the books say at this moment; a recount replaces both. Guests may go on ordering. Needs inventory.edit. Returns {stocktake_id, status, counted}, the number of ingredients counted so far. Definer: clients do not write counts. Errors: not_authenticated, stocktake_not_found, permission_denied, subscription_inactive, stocktake_closed, invalid_input, ingredient_not_found, unit_mismatch.
public.create_api_key(p_organisation_id uuid, p_name text, p_scopes text[], p_venue_id uuid DEFAULT NULL::uuid, p_expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone) returns jsonb
    plpgsql volatile security definer set search_path="", body 3315b16a6a6e8735
    granted to authenticated
    -- Makes an API key with some of the caller's permissions (p_scopes), for the organisation or for one venue, for ever or until p_expires_at. Needs integrations.manage, and integrations in the plan. Returns {api_key_id, organisation_id, venue_id, name, scopes, expires_at, revoked_at, created_by, created_at, secrets: [{hint, created_at, ends_at, used_at}], secret}; the secret is shown this once. Definer: no client reaches the keys. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, api_key_name_taken.
public.create_organisation(p_name text, p_slug text) returns jsonb
    plpgsql volatile security definer set search_path="", body a5d54c33f00c4bb5
    granted to authenticated
    -- Creates an organisation with a 14-day trial and makes the signed-in user its owner. Returns {id, name, slug, subscription_status, trial_ends_at}; a repeat by the creator returns the same. Definer: the first membership cannot come from a member. Errors: not_authenticated, person_required, invalid_input, slug_taken.
public.create_qr_codes(p_venue_id uuid, p_table_ids uuid[], p_kind text DEFAULT 'table'::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 0f773ad7c20404b5
    granted to authenticated
    -- Makes new codes of a kind for up to 100 tables and revokes the ones before: all of them or none. Needs tables.manage. Returns [{qr_code_id, kind, table_id, label, area, token}] for printing; the tokens are shown this once. Definer: clients do not write codes. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, table_not_found.
public.create_venue(p_organisation_id uuid, p_name text, p_slug text, p_venue_type text DEFAULT 'restaurant'::text, p_currency text DEFAULT 'GBP'::text, p_locale text DEFAULT 'en-GB'::text, p_timezone text DEFAULT 'Europe/London'::text) returns jsonb
    plpgsql volatile security definer set search_path="", body fefd2b76abbc421f
    granted to authenticated
    -- Creates a venue with its expo station. Needs settings.edit for the whole organisation. Returns {id, organisation_id, name, slug, currency, timezone}; a repeat returns the same. Definer: clients do not insert venues. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, slug_taken.
public.create_webhook_endpoint(p_organisation_id uuid, p_url text, p_event_types text[], p_venue_id uuid DEFAULT NULL::uuid, p_description text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 8ab807dc768e2f67
    granted to authenticated
    -- Adds an address that is told of events of p_event_types (see webhook_event_types) at p_venue_id, or in the whole organisation. p_url: https alone; it must lead to the public internet whenever something is sent. Needs integrations.manage for the whole organisation, and integrations in the plan. Returns {endpoint_id, organisation_id, venue_id, url, description, event_types, is_enabled, disabled_because, failing_since, failures, secret}; the secret is shown this once. Definer: clients write no endpoints. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, venue_not_found.
public.delete_venue(p_venue_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body c3b05a025a968c14
    granted to authenticated
    -- Deletes a venue that has never had an order, a stock movement or working hours, with its menu, tables, plans and members of its own; its slug and its place in the plan are free again. Needs venue.delete. Returns {venue_id, slug, deleted}. Definer: clients do not delete venues. Errors: not_authenticated, permission_denied, subscription_inactive, venue_in_use.
public.delete_webhook_endpoint(p_endpoint_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body ae9a3c605b5c5bf7
    granted to authenticated
    -- Removes an endpoint with its secrets and deliveries. Needs integrations.manage for the whole organisation. Returns {endpoint_id, deleted}. Definer: see create_webhook_endpoint. Errors: not_authenticated, webhook_endpoint_not_found, permission_denied, subscription_inactive.
public.describe_menu_image(p_image_id uuid, p_alt text) returns jsonb
    plpgsql volatile security definer set search_path="", body f5ad253aeed2e922
    granted to authenticated
    -- Says in the venue's language what an image shows; other languages are rows of menu_translations with image_id and description. Needs menu.edit. Returns the image as attach_menu_image does. Definer: clients write no images. Errors: not_authenticated, menu_image_not_found, permission_denied, subscription_inactive, invalid_input.
public.diff_menu(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", enable_nestloop=off, body 2032369e83912f9f
    granted to authenticated
    -- What publishing the draft would change: {venue_id, version, locale, added: [{kind, id, name}], removed: […], changed: [{kind, id, name, fields: {field: {from, to}}}]}; kind is category, item, modifier_group or option, translations are fields such as "name.fr", "position" is the place among those that stayed, and locale is {from, to} when the venue's own language changed. Against nothing published, everything is added and version is null. Needs menu.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive.
public.discard_proposal(p_proposal_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body ea799a3e6a7a1925
    granted to authenticated
    -- Throws a pending proposal of the signed-in user away, whatever they may do by now. Returns the proposal; a repeat returns the same. Definer: clients do not write proposals. Errors: not_authenticated, proposal_not_found, proposal_closed.
public.drop_tenant_schema(p_organisation_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 4cf8edc7721d5f24
    granted to authenticated
    -- Drops the organisation's SQL schema, its role and its sessions; the rows it showed are not touched. Needs integrations.manage for the whole organisation, whatever the plan. Returns {organisation_id, dropped}; a repeat has nothing to drop. Definer: clients drop neither schemas nor roles. Errors: not_authenticated, permission_denied, subscription_inactive.
public.erase_guest_data(p_venue_id uuid, p_phone text DEFAULT NULL::text, p_email text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 3c9f4f8050f0cff2
    granted to authenticated
    -- Erases what a venue holds about the guest with this phone number (compared by its digits) or e-mail address, for good; orders and payments stay, without a person. Needs settings.read. Returns {venue_id, erased: {<table>: rows}}; a repeat finds nothing. Definer: clients do not delete these rows. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.export_guest_data(p_venue_id uuid, p_phone text DEFAULT NULL::text, p_email text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body ca9380352896832f
    granted to authenticated
    -- Everything a venue holds about the guest with this phone number (compared by its digits) or e-mail address. Needs settings.read. Returns {venue_id, exported_at, tables: {<table>: [rows]}, orders: [{order_id, number, business_date, currency, total_minor, lines}], points: [{account_id, kind, points, order_id, reason, moved_at}]}. Definer: reads whatever the list names. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.export_ingredients(p_venue_id uuid) returns text
    plpgsql stable security definer set search_path="", body 27232c4b5baefc0e
    granted to authenticated
    -- The ingredients of a venue as RFC 4180 text: name, unit, on_hand, cost_per_unit_minor, par_level, reorder_level, supplier; safe to open in a spreadsheet, and import_ingredients takes it back. Needs inventory.read and csv_export. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.
public.export_item_sales(p_venue_id uuid, p_from date, p_until date) returns text
    plpgsql stable security definer set search_path="", body fc49de9f0a6036bf
    granted to authenticated
    -- Every item sold from one business day to another as CSV (RFC 4180) with a header; no name can act as a formula. Needs analytics.read and csv_export. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.export_kpis(p_venue_id uuid, p_from date, p_until date, p_granularity text DEFAULT 'day'::text) returns text
    plpgsql stable security definer set search_path="", body 4894af88331bb422
    granted to authenticated
    -- The periods of get_kpis as CSV (RFC 4180) with a header; local_time is empty but by the hour. Needs analytics.read and csv_export. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.export_menu(p_venue_id uuid, p_format text, p_with_ids boolean DEFAULT true) returns text
    plpgsql stable security definer set search_path="", body 4d32a06afb7fb686
    granted to authenticated
    -- The draft menu as a file for import_menu: p_format is csv (RFC 4180, safe to open in a spreadsheet) or json. Without ids (p_with_ids false) it can be imported into another venue. Archived items are left out. Needs menu.read, and csv the plan's csv_export. Returns the text. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.fail_assistant_job(p_job_id uuid, p_reason text, p_input_tokens bigint DEFAULT NULL::bigint, p_output_tokens bigint DEFAULT NULL::bigint, p_cost_micro bigint DEFAULT NULL::bigint) returns jsonb
    plpgsql volatile security definer set search_path="", body b1bf6300b14dabaa
    granted to service_role
    -- Ends a job for which there is no usable answer, with the reason. Tokens and cost are told all or not at all: then it has used what it held if it was asked, or nothing. Returns the job as translate_menu does; one that has ended stays as it is. For workers only. Definer: the service role has no table access. Errors: assistant_job_not_found, invalid_input.
public.fail_job(p_queue text, p_job_id bigint, p_error text, p_final boolean DEFAULT false, p_attempt integer DEFAULT NULL::integer) returns jsonb
    plpgsql volatile security definer set search_path="", body 1379e85a4e76dd6b
    granted to service_role
    -- Puts a failed job back with backoff, or into the dead-letter queue after the queue's number of attempts or when p_final. p_attempt, as claimed, keeps a worker whose lease has run out from giving back what another one is doing. For workers only. Returns {job_id, dead, retry_in_seconds?}. Definer: the service role has no queue access. Errors: job_not_found.
public.find_loyalty_account(p_venue_id uuid, p_card text) returns jsonb
    plpgsql stable security definer set search_path="", body 68d5135add8d8ff9
    granted to authenticated
    -- What staff see of the card that a member shows: {programme, account} as in get_loyalty. Needs payments.collect. Definer: cards are not readable by clients. Errors: not_authenticated, permission_denied, subscription_inactive, loyalty_card_invalid.
public.finish_assistant_job(p_job_id uuid, p_answer jsonb, p_input_tokens bigint DEFAULT NULL::bigint, p_output_tokens bigint DEFAULT NULL::bigint, p_cost_micro bigint DEFAULT NULL::bigint) returns jsonb
    plpgsql volatile security definer set search_path="", body 5cfbb55e8276fd8a
    granted to service_role
    -- Writes a checked answer in the name of whoever asked for the job, once, if they still may; otherwise the job is discarded with the reason. An answer that does not fit fails it, and leaves nothing half written. Tokens and cost are told all or not at all: then it has used what it held. Returns the job as translate_menu does; a repeat returns the same. For workers only. Definer: the service role has no table access. Errors: assistant_job_not_found, invalid_input.
public.finish_assistant_turn(p_turn_id uuid, p_key text, p_input_tokens bigint, p_output_tokens bigint, p_cost_micro bigint, p_outcome text, p_text text, p_tools jsonb, p_latency_ms integer) returns jsonb
    plpgsql volatile security definer set search_path="", body 3aecfaca8364e29e
    granted to authenticated
    -- Ends a turn, however it went: what its last request has used is written to the day's budget and the rest given back, the answer to the conversation, and the whole to the history (p_outcome is ok or a code; p_tools says what became of the tools that the model asked for). Done again, it answers as before and writes nothing; it also works after the lease has ended and for who has lost the right meanwhile. Returns {turn_id, requests, input_tokens, output_tokens, cost_micro} of the whole turn. Needs p_key, the secret of the turn. Definer: clients write neither words nor budgets nor history. Errors: not_authenticated, invalid_input, assistant_turn_not_found.
public.finish_billing_change(p_change_id uuid, p_status text, p_provider_reference text DEFAULT NULL::text, p_failure_code text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 28b694cc5b0c742b
    granted to service_role
    -- The provider's answer to a reserved change: called, or refused with its code. For the billing function only. Returns {change_id, status}; a repeat returns what was. Definer: the service role has no table access. Errors: billing_change_not_found, invalid_input.
public.finish_claim(p_claim_id uuid, p_answer jsonb DEFAULT NULL::jsonb) returns boolean
    plpgsql volatile security definer set search_path="", body 04e4e526e5b3e16c
    granted to service_role
    -- Closes a claimed key with its answer, or frees it when there is none. For functions only. Returns whether the claim was still held: one that was taken over, or is closed, changes nothing. Definer: the service role has no table access. Errors: invalid_input.
public.finish_job(p_queue text, p_job_id bigint) returns boolean
    plpgsql volatile security definer set search_path="", body 64b2116928c64227
    granted to service_role
    -- Removes a job that is done. For workers only. Returns whether it was still there. Definer: the service role has no queue access. Errors: job_not_found.
public.finish_reconciliation(p_run_id uuid, p_worker uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 83f20abd1ca15f95
    granted to service_role
    -- Ends a reconciliation: books the fees of what was settled late, looks for refunds that were never made and for days on which ledger and balance differ. For workers only. Returns the run as request_reconciliation does, with {open_findings}. Definer: the service role has no table access. Errors: reconciliation_lost.
public.fire_course(p_order_id uuid, p_course integer) returns jsonb
    plpgsql volatile security definer set search_path="", body 204c5936fe9a0d81
    granted to authenticated
    -- Sends the held tickets of a course to the kitchen; their age counts from now. Needs orders.update. Returns {order_id, course, tickets_fired}; a repeat fires none. Definer: clients do not write tickets. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive, order_closed, course_not_found.
public.forecast_demand(p_venue_id uuid, p_menu_item_id uuid DEFAULT NULL::uuid, p_weeks integer DEFAULT 8, p_days integer DEFAULT 7) returns jsonb
    plpgsql stable security definer set search_path="", body 68304057f1847ace
    granted to authenticated
    -- What to expect of the current and the next business days, p_days (1-7) in all: {venue_id, menu_item_id, measure: orders or quantity (of p_menu_item_id), method, weeks, days: [{business_date, weekday, expected, weeks}], error: {mean_absolute_error, mean_actual, tested_days}}. expected is the mean of the same weekday in the last p_weeks (2-12), from the first day in reach with any; weeks says of how many, null and 0 without one. The error is what the same reckoning missed by, on average, on the last 7 x p_weeks days of which it could tell; it knows nothing of holidays, weather or trends. Needs analytics.read and advanced_analytics. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, menu_item_not_found.
public.get_access_context() returns jsonb
    plpgsql stable security definer set search_path="", body eb618c13e7a69865
    granted to authenticated
    -- Everything the signed-in user may do: {user_id, email, organisations: [{id, name, slug, tier, subscription: {status, trial_ends_at, past_due_since, is_active}, entitlements: {key: {limit, used}}, roles, permissions, venues: [{id, name, slug, currency, locale, timezone, roles, permissions}]}]}. A limit of null is unlimited. Roles and permissions of an organisation come from organisation-wide memberships, those of a venue from both kinds. In read-only mode only the permissions that remain are listed. Definer: usage is counted beyond what each role may read. Errors: not_authenticated.
public.get_assistant_job(p_job_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body edd4e08aba7ff085
    granted to service_role
    -- A job as translate_menu returns it, with response_id and the number of texts that were sent. For workers only. Definer: the service role has no table access. Errors: assistant_job_not_found.
public.get_assistant_summary(p_organisation_id uuid, p_from date, p_until date) returns jsonb
    plpgsql stable security definer set search_path="", body 3360e45bed0e6e33
    granted to authenticated
    -- The assistant by business day, at most 92: {organisation_id, from, until, days: [{day, turns, tool_calls, refused, confirmed, people, requests, tokens, cost_micro}], tools: [{tool, calls, refused}], daily_limits}. Turns are questions, and background jobs that took from the budget. Costs are in millionths of the currency of the provider's prices; days without a call are left out. Needs billing.read. Definer: what is used is not readable below the policies. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.get_bill(p_session_token text) returns jsonb
    plpgsql stable security definer set search_path="", body f22ddbf1826e3407
    granted to anon, authenticated
    -- The shared bill of the guest's session: {session_id, is_open, total_minor, paid_minor, refunded_minor, due_minor, orders, splits: by whom what is paid while a part of it is split, as split_bill returns it}. Definer: guests have no access to tables. Errors: guest_session_invalid.
public.get_billing_customer(p_organisation_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 5aea7d29dcfc13ab
    granted to authenticated
    -- Who the organisation is at the provider, for the billing function, which opens the portal. Needs billing.edit. Returns {customer}. Definer: it decides by itself who may. Errors: not_authenticated, permission_denied, subscription_missing.
public.get_bottom_items(p_venue_id uuid, p_from date, p_until date, p_limit integer DEFAULT 10) returns jsonb
    plpgsql stable security definer set search_path="", body 3ebccb3ab5cc602a
    granted to authenticated
    -- What of the published menu was sold least from one business day to another, never counted too: {venue_id, currency, from, until, items: [{menu_item_id, name, orders, quantity, sales_minor}]}, at most p_limit, 1 to 100. Needs analytics.read and advanced_analytics. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.get_dashboard(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 205a4309ca85ee97
    granted to authenticated
    -- The venue's business day so far, from rows: {venue_id, business_date, currency, shown_at, today, hours: [{starts_at, local_time, orders, gross_minor}], week_ago, top_items: as get_top_items, open: {orders, due_minor, by_status}}; today and week_ago hold the numbers of get_kpis, or null. Needs analytics.read. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive.
public.get_dish_costs(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body bd709294bf2b42c8
    granted to authenticated
    -- Cost and margin of every item of the draft menu from its recipe: {currency, items: [{menu_item_id, name, price_minor, net_price_minor, has_recipe, cost_minor, unknown_costs, margin_minor, margin_bp}], options: [{option_id, name, price_delta_minor, cost_minor, unknown_costs}]}. Margins are on the price without tax, in basis points of it; null while a cost is unknown. Needs inventory.read. Definer: one answer over tables of two permissions. Errors: not_authenticated, permission_denied, subscription_inactive.
public.get_disputes(p_organisation_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 51b15e3a19a3d2a8
    granted to authenticated
    -- The disputes of an organisation, newest first, with what the books say of each: [{dispute_id, venue_id, order_id, order_number, business_date, payment_id, status, reason, amount_minor, currency, respond_by, opened_at, held_minor, lost_minor, fees_minor}]. Needs analytics.read for the whole organisation. Definer: the ledger is not readable by clients. Errors: not_authenticated, permission_denied.
public.get_drawer_report(p_venue_id uuid, p_business_date date) returns jsonb
    plpgsql stable security definer set search_path="", body 4c43c94db21f1cb1
    granted to authenticated
    -- The drawers that were opened on a business day: {venue_id, business_date, currency, counted_minor, difference_minor, open_drawers, drawers: [drawer as open_drawer returns it, with movements: [{kind, amount_minor, reason, made_by, at}]], outside_minor: cash for that day's orders that went into no drawer}. Needs analytics.read. Definer: reads what its caller may see anyway, in one call. Errors: not_authenticated, permission_denied, invalid_input.
public.get_drawers(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body aa21d87a02724570
    granted to authenticated
    -- The drawers of a venue that are open: [drawer as open_drawer returns it]. Needs payments.collect. Definer: not everybody at the till may read the figures. Errors: not_authenticated, permission_denied, subscription_inactive.
public.get_feedback_form(p_session_token text, p_order_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 67acbda0c339ba15
    granted to anon, authenticated
    -- What a guest may be asked about an order of their session: {order_id, is_open, is_given, questions: [{question_id, kind, prompt, choices}]}. Definer: guests have no access to tables. Errors: guest_session_invalid, order_not_found.
public.get_feedback_summary(p_venue_id uuid, p_from timestamp with time zone, p_until timestamp with time zone) returns jsonb
    plpgsql stable security definer set search_path="", body 085ef24e1dbc0831
    granted to authenticated
    -- Feedback of a venue in a window of at most 92 days, without what is hidden: {venue_id, from, until, given, hidden, questions: [{question_id, kind, prompt, is_active, answers, average_stars, counts: {stars or choice: times}, texts: [the latest 20: {feedback_id, order_id, left_at, text}]}]}; questions that are off are listed when they were answered. Needs analytics.read. Definer: read below the policies, in one query. Errors: not_authenticated, permission_denied, invalid_input.
public.get_floor(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 496241a784196def
    granted to authenticated
    -- The floor at a glance: {venue_id, currency, at, tables: [{table_id, label, area, seats, state: free | occupied | reserved | blocked | cleaning, led_by, blocked_reason, session: {session_id, opened_at, devices, orders, total_minor, paid_minor, due_minor}, next_reservation: {reservation_id, starts_at, ends_at, party_size}}], waiting_parties, unassigned_reservations (within a day)}. A merged table names its leader in led_by and leaves the session to it. Needs tables.read. Definer: guest devices are in no client's reach. Errors: not_authenticated, permission_denied, subscription_inactive.
public.get_guest_order(p_session_token text, p_order_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body e44b3c9f21cf7c35
    granted to anon, authenticated
    -- An order of the guest's own session: {id, number, status, payment_status, totals in minor units, due_minor, lines, …}. Definer: guests have no access to tables. Errors: guest_session_invalid, order_not_found.
public.get_health() returns jsonb
    plpgsql stable security definer set search_path="", body 13d4192de36179c2
    granted to service_role
    -- What readiness is judged by: {database_time, started_seconds_ago, outbox, queues, clocks, quarantined_events, reconciliation, worker_configured}; ages in seconds. For the health function only. Definer: the service role has no table access. Errors: none.
public.get_item_pairs(p_venue_id uuid, p_from date, p_until date, p_limit integer DEFAULT 10) returns jsonb
    plpgsql stable security definer set search_path="", body d3b46d3ed0a9bbf0
    granted to authenticated
    -- Which two items were ordered together most often from one business day to another, at most 92: {venue_id, from, until, orders (how many there were), pairs: [{orders, items: [{menu_item_id, name}, …]}]}, at most p_limit, 1 to 100. Needs analytics.read and advanced_analytics. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.get_kitchen_board(p_venue_id uuid, p_station_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql stable security definer set search_path="", body ac6180bc883b51d7
    granted to authenticated
    -- The open tickets of a venue or of one station, oldest first, held courses last: {venue_id, station_id, shown_at, tickets: [{ticket_id, status, venue_id, station_id, fired_at, started_at, ready_at, age_seconds, age, order_id, number, fulfilment, table, course, name, quantity, options, note}]}. age is green below 5 minutes, yellow below 10, orange below 15, red after, and stands still once the ticket is ready; held tickets have none. Needs kitchen.read. Definer: cooks may not read tables. Errors: not_authenticated, permission_denied, station_not_found.
public.get_kitchen_boards(p_organisation_id uuid, p_venue_ids uuid[] DEFAULT NULL::uuid[]) returns jsonb
    plpgsql stable security definer set search_path="", body 61838e3b3e56210f
    granted to authenticated
    -- The open tickets of all venues of an organisation in which the caller has kitchen.read, or of p_venue_ids among them, as one board: {organisation_id, shown_at, venues: [{venue_id, name}], tickets: as get_kitchen_board, over all of them in one order}. Needs multi_venue_kitchen. For what changes, listen on venue:{venue_id}:kitchen of each venue. Definer: as get_kitchen_board. Errors: not_authenticated, permission_denied, entitlement_exceeded.
public.get_kpis(p_venue_id uuid, p_from date, p_until date, p_granularity text DEFAULT 'day'::text) returns jsonb
    plpgsql stable security definer set search_path="", body 97287a1955ee2f4d
    granted to authenticated
    -- The numbers of a venue from one business day to another, both included: {venue_id, currency, timezone, granularity, from, until, total, periods: [{starts_on, starts_at?, local_time?, …}], payments: [{method, payments, collected_minor, tips_minor, refunded_minor}]}. Total and periods hold orders, cancelled_orders, gross_minor, refunds_minor, tax_minor, net_minor, tips_minor, average_order_minor, refund_rate_bp, prep_p50_seconds, prep_p95_seconds, table_turn_seconds, costed_net_minor, cost_minor, margin_minor and margin_bp; the margin is that of what has a recipe and known costs. Periods without orders are left out, and total is null without any. p_granularity: hour (advanced_analytics; at most 31 days), day, week or month. Current to the moment for today, to five minutes for what changes in the past. Needs analytics.read. Definer: the rollups are not readable by clients. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.get_ledger_balance(p_organisation_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body fbefca528d7f7c4f
    granted to authenticated
    -- The organisation's trial balance, per currency: [{currency, sum_minor, accounts: {account: sum_minor}}], debits positive; sum_minor is 0 when the books balance, which they do by constraint. Needs analytics.read for the whole organisation. Definer: the ledger is not readable by clients. Errors: not_authenticated, permission_denied.
public.get_low_stock(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 0c305dca7ba293af
    granted to authenticated
    -- What runs low, derived from the books at each call: {ingredients: [{ingredient_id, name, unit, on_hand, par_level, reorder_level, supplier_id, on_order, proposed_quantity}]}. Needs inventory.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive.
public.get_loyalty(p_session_token text, p_card text DEFAULT NULL::text) returns jsonb
    plpgsql stable security definer set search_path="", body 3235f96f83eb6434
    granted to anon, authenticated
    -- The programme of the guest's venue, null while there is none, and with a card its account: {programme: {name, is_active, earn_points, earn_per_minor, point_value_minor, min_redeem_points, expires_after_days}, account: {account_id, points, worth_minor, expires_at, movements: [the latest 20: {kind, points, order_id, moved_at}]}}. Definer: guests have no access to tables. Errors: guest_session_invalid, loyalty_card_invalid.
public.get_loyalty_report(p_venue_id uuid, p_from timestamp with time zone, p_until timestamp with time zone) returns jsonb
    plpgsql stable security definer set search_path="", body 362a20ce74fafead
    granted to authenticated
    -- What a venue owes its members now, and how points moved in a window of at most 92 days: {venue_id, currency, from, until, accounts, outstanding_points, outstanding_minor, moved: {kind: points}}. Needs analytics.read. Definer: read below the policies, in one query. Errors: not_authenticated, permission_denied, invalid_input.
public.get_mail(p_template text, p_subject_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body a4bc12efc28c9994
    granted to service_role
    -- What a mail of this template about this subject says now, and to whom; null when there is nothing to send any more. For workers only. Templates: invitation → {to, organisation, venue, role, expires_at}; low_stock → {…, ingredients}; daily_close → {…, business_date, figures, payments, unsettled}; webhook_disabled → {…, host, because, failing_since}; payment_trouble → {…, kind, order_number, amount_minor}; trial_ending, payment_failed, read_only → {to, organisation, locale, ends_at?}. Definer: the service role has no table access. Errors: invalid_input.
public.get_menu(p_venue_slug text, p_locale text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 4bf8d940dcab5e7f
    granted to anon, authenticated
    -- The published menu of a venue by slug, for anybody: {venue, version, etag, published_at, locale, locales, categories, labels, unavailable_item_ids, unavailable_option_ids}. p_locale is a language or tag such as "fr" or "fr-CA"; a language that the menu is not translated to gets the source, and single missing texts are the source's, too. "locale" is what was served, "locales" what there is. Categories and labels change with the version only, so clients may cache them by etag, which is one per language; the unavailable ids are live. Paths of images are those of the public bucket menu-images. An item's allergens are null where nobody has stated them. At most 600 a minute from one address, counted, and so by POST. Definer: guests have no access to tables. Errors: rate_limited, post_required, venue_not_found, menu_not_published.
public.get_missing_events(p_run_id uuid, p_worker uuid, p_event_ids text[]) returns jsonb
    plpgsql volatile security definer set search_path="", body 2a4d84d48870f396
    granted to service_role
    -- Which of these events (100 at most) never came, in the order given. For workers only, who then hand them to record_provider_event. Returns [event_id]. Definer: the service role has no table access. Errors: invalid_input, reconciliation_lost.
public.get_organisation_kpis(p_organisation_id uuid, p_from date, p_until date, p_granularity text DEFAULT 'day'::text) returns jsonb
    plpgsql stable security definer set search_path="", body 57ebca6a0139d1f2
    granted to authenticated
    -- The numbers of all venues together, per currency: {organisation_id, granularity, from, until, currencies: [{currency, total, periods: [{starts_on, …}], venues: [{venue_id, name, …}]}]}, with the numbers of get_kpis; each venue by its own business day. p_granularity: day, week or month. Needs analytics.read for the whole organisation and cross_venue_analytics. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.get_overdue_orders(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body b09f03507d177277
    granted to authenticated
    -- Orders of which a dish is not ready overdue_minutes (a setting of the venue) after the kitchen could begin it, oldest first: {venue_id, overdue_minutes, orders: [{order_id, number, status, fulfilment, table, waiting_since, waiting_seconds, open_tickets}]}. Held courses do not count. Needs orders.read. Definer: not everybody who serves may read tickets. Errors: not_authenticated, permission_denied.
public.get_payment_check(p_payment_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 732e2bb1fb45bb39
    granted to service_role
    -- What is known of an online payment, before the provider is asked about it. For workers only. Returns {payment_id, status, amount_minor, currency, provider_reference, order_id, venue_id, created_at, description, is_over}: is_over when the guest has had half an hour, and the attempt is to be ended. Definer: the service role has no table access. Errors: payment_not_found.
public.get_payouts(p_organisation_id uuid, p_from date DEFAULT NULL::date, p_until date DEFAULT NULL::date) returns jsonb
    plpgsql stable security definer set search_path="", body 551dd9da472a8c34
    granted to authenticated
    -- What became of the money that guests paid online, from one day to another (UTC, up to 92 days, by default the last seven), per day and currency: gross − refunds − provider fees − platform fees − disputes = transferred to the organisation's own account + owed by Servio. Needs billing.read. Returns {organisation_id, from, until, account: {account_id, provider_reference, is_linked, charges_enabled, payouts_enabled, requirements, seen_at} | null, balances: [{currency, transferred_minor, owed_minor}] of all time, days: [{day, currency, gross_minor, refunds_minor, provider_fees_minor, platform_fees_minor, disputes_minor, transferred_minor, owed_minor}]}. Definer: clients do not read the ledger. Errors: not_authenticated, permission_denied, invalid_input.
public.get_prep_times(p_venue_id uuid, p_from timestamp with time zone, p_until timestamp with time zone DEFAULT now()) returns jsonb
    plpgsql stable security definer set search_path="", body 3579675fed07843b
    granted to authenticated
    -- How long dishes that became ready in a window of at most 92 days took, from when the kitchen could begin until they were ready: {venue_id, from, until, stations: [{station_id, name, tickets, p50_seconds, p95_seconds}], items: [{menu_item_id, …}]}. Needs kitchen.read. Definer: as get_kitchen_board. Errors: not_authenticated, permission_denied, invalid_input.
public.get_qr_sheet(p_venue_id uuid, p_tokens text[]) returns jsonb
    plpgsql stable security definer set search_path="", body 00657dbb93eddb0b
    granted to authenticated
    -- Whose 1 to 100 codes of a venue are, in the order of their tokens, for printing: {venue: {name, slug, locale}, codes: [{qr_code_id, kind, table_id, label, area}]}; label and area are null at a counter. All of them work, or none is answered. Needs tables.manage. Definer: hashes are not readable by clients. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, qr_code_invalid.
public.get_reconciliation_report(p_organisation_id uuid, p_from date DEFAULT NULL::date, p_until date DEFAULT NULL::date) returns jsonb
    plpgsql stable security definer set search_path="", body 5e4af6f6f2ff950d
    granted to authenticated
    -- How the organisation's books stand beside the payment provider, from one day to another (UTC, up to 92 days, by default the last seven): the differences that were open then, and per day and currency what moved there and here and what explains the difference. Needs analytics.read for the whole organisation. Returns {organisation_id, from, until, reconciled_until, findings: [{finding_id, kind, subject, venue_id, payment_id, detail, first_seen_at, last_seen_at, resolved_at, closed_at, closed_by, close_reason}], days: [{day, currency, provider_minor, books_minor, in_transit_minor, unknown_here_minor, missing_there_minor, amount_differs_minor, provider_fees_minor, booked_fees_minor}]}. Definer: clients do not read the ledger. Errors: not_authenticated, permission_denied, invalid_input.
public.get_reconciliation_status(p_run_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql stable security definer set search_path="", body bf020a53c3955a13
    granted to service_role
    -- A run, or the latest, with the 200 oldest open findings of all tenants and the balance by day. For operators with the secret key. Returns {run, open_findings, findings: [{finding_id, kind, subject, organisation_id, venue_id, payment_id, detail, first_seen_at, last_seen_at, resolved_at}], days: [{day, currency, provider_minor, books_minor, in_transit_minor, unknown_here_minor, missing_there_minor, amount_differs_minor, provider_fees_minor, booked_fees_minor}]}. Definer: the service role has no table access. Errors: reconciliation_not_found.
public.get_removable_objects(p_bucket_id text, p_limit integer DEFAULT 100) returns jsonb
    plpgsql stable security definer set search_path="", body 3c9fa8601fa3820a
    granted to service_role
    -- Up to p_limit (1-1000) names of objects in a bucket that can be removed. For workers only. Returns [name]. Definer: the service role has no table access. Errors: invalid_input.
public.get_repeat_guests(p_venue_id uuid, p_from date, p_until date, p_granularity text DEFAULT 'day'::text) returns jsonb
    plpgsql stable security definer set search_path="", body 944409fce701e77c
    granted to authenticated
    -- How many guests came back, of those who left a phone number or an e-mail address with an order: {venue_id, timezone, granularity, from, until, total: {guests, repeat_guests, repeat_guest_rate_bp}, periods: [{starts_on, starts_at?, local_time?, guests, repeat_guests, repeat_guest_rate_bp}]}. Known are the last 90 days: what was erased counts no more. Periods without such guests are left out, and total is null without any. Arguments as get_kpis. Needs analytics.read and advanced_analytics. Definer: contact data is not readable with analytics.read. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.get_schedule(p_venue_id uuid, p_from timestamp with time zone, p_until timestamp with time zone) returns jsonb
    plpgsql stable security definer set search_path="", body 45705aefc8b5844e
    granted to authenticated
    -- The shifts of a venue that start in a window of at most 31 days, without cancelled ones: {venue_id, from, until, shifts: [{shift_id, user_id, name, starts_at, ends_at, status}]}. Needs staff.read. Definer: as list_members. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.get_session_channel(p_session_token text) returns jsonb
    plpgsql volatile security definer set search_path="", body d70eb13d8f64f50a
    granted to anon, authenticated
    -- The private Realtime topic on which the guests of a session hear of their orders: {topic, expires_at}. The topic is a secret of the session. Definer: guests have no access to tables. Errors: guest_session_invalid, table_session_closed.
public.get_staff_performance(p_venue_id uuid, p_from timestamp with time zone, p_until timestamp with time zone) returns jsonb
    plpgsql stable security definer set search_path="", body 55d36662869a3986
    granted to authenticated
    -- What each member did in a venue in a window of at most 92 days: {venue_id, from, until, currency, members: [{user_id, name, orders_advanced, orders_served, payments, collected_minor, tips_minor, refunds, refunded_minor, tickets_done, worked_minutes, forgotten_clock_outs}]}; who did nothing is not listed. Work in progress counts up to now, forgotten clock-outs count no time. Needs staff.read. Definer: names are Auth's. Errors: not_authenticated, permission_denied, invalid_input.
public.get_table_revenue(p_venue_id uuid, p_from date, p_until date) returns jsonb
    plpgsql stable security definer set search_path="", body d5766e6a672b2574
    granted to authenticated
    -- What each table in use sold from one business day to another, both included, at most 92: {venue_id, currency, from, until, tables: [{table_id, label, seats, orders, sales_minor, per_seat_minor}]}; totals with service charge, without tips and refunds. An order counts for the table it ended at. Needs analytics.read. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.get_team(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 50426a5c4ab668c6
    granted to authenticated
    -- Who works in a venue, without addresses, and what each role may do: {venue_id, members: [{user_id, name, role, is_organisation_wide}], roles: [{role, permissions}]}. Needs staff.read. Definer: as list_members. Errors: not_authenticated, permission_denied, subscription_inactive.
public.get_tenant_schema(p_organisation_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 6d19590562e2abb6
    granted to authenticated
    -- The organisation's SQL schema: does the plan include one, is it open, when is it dropped, which views has it or would it have. Needs billing.read, which a lapsed subscription keeps. Returns {schema, role, database, is_open, closed_at, dropped_at, password_set_at, is_included, views: {<view>: {meaning, columns}}}; schema is null as long as there is none. Definer: no client reads the register. Errors: not_authenticated, permission_denied.
public.get_timesheet(p_venue_id uuid, p_from timestamp with time zone, p_until timestamp with time zone) returns jsonb
    plpgsql stable security definer set search_path="", body db50b3de4108ae16
    granted to authenticated
    -- The time entries of a venue that began in a window of at most 92 days, and the published shifts that ended without anybody clocking in: {venue_id, from, until, entries: [as clock_in], missed_shifts: [as plan_shift]}. With staff.read everybody's, otherwise the caller's own. Definer: shifts and entries are read below the policies, which would ask twice. Errors: not_authenticated, permission_denied, invalid_input.
public.get_top_items(p_venue_id uuid, p_from date, p_until date, p_limit integer DEFAULT 10) returns jsonb
    plpgsql stable security definer set search_path="", body d7307b52903fd9b3
    granted to authenticated
    -- What was sold most often from one business day to another: {venue_id, currency, from, until, items: [{menu_item_id, name, orders, quantity, sales_minor, net_minor, costed_net_minor, cost_minor, margin_minor, margin_bp}]}; sales before discounts and refunds, net revenue after them and tax, the margin of what was sold at a known cost (null without). At most p_limit, 1 to 100. Needs analytics.read and advanced_analytics. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.get_unconfirmed_objects(p_run_id uuid, p_worker uuid, p_limit integer DEFAULT 20) returns jsonb
    plpgsql volatile security definer set search_path="", body b269a3df8afb235d
    granted to service_role
    -- What the books, or open findings, say is at the provider, and its lists did not show: up to p_limit (1-100), in order. For workers only, who ask for each by its id. Returns [{object_id, object: payment | refund | subscription}]. Definer: the service role has no table access. Errors: reconciliation_lost.
public.get_venue(p_venue_slug text) returns jsonb
    plpgsql stable security definer set search_path="", body c8db05217c81dab0
    granted to anon, authenticated
    -- What a venue tells of itself, by slug, for anybody: {name, slug, venue_type, service_type, address, postcode, country, currency, locale, timezone, opening_hours: [{weekday, opens, closes}], is_open}; opening_hours and is_open are null where nobody has said. Definer: guests have no access to tables. Errors: venue_not_found.
public.import_ingredients(p_venue_id uuid, p_csv text) returns jsonb
    plpgsql volatile security definer set search_path="", body f8aad4e5f004c0b2
    granted to authenticated
    -- Creates and updates ingredients by name from RFC 4180 text of at most 5000 rows: name, unit, on_hand?, cost_per_unit_minor?, par_level?, reorder_level?, supplier? in any order, quantities and cost per the row's unit. All rows or none. on_hand is the opening stock of new ingredients; that of present ones is kept (a stocktake is for that) and counted in the answer. Needs inventory.edit. Returns {created, updated, suppliers_created, stock_kept}; csv_invalid has a JSON array of {row, column, problem} in its details, rows counted as in a spreadsheet. Definer: it writes opening movements. Errors: not_authenticated, permission_denied, subscription_inactive, csv_invalid, entitlement_exceeded.
public.import_menu(p_venue_id uuid, p_format text, p_content text) returns jsonb
    plpgsql volatile security definer set search_path="", body 84d37fcf0ae1b217
    granted to authenticated
    -- Imports a file as export_menu writes it (p_format csv or json, up to 20,000 rows) into the draft: all rows or none. Rows are found by id, else by name (items in their category, options in their group), else added; a category that only items name is added, too. Nothing is removed. A column that is absent leaves what is there; an empty cell clears description, station, allergens, tags, groups and translations, and leaves or defaults the rest. The only needed columns are name and, for new items, category and price_minor. Mistakes are in the details of menu_import_invalid as {count, mistakes: [{row, column, problem}]}; the header is row 1 of a CSV file. Needs menu.edit. Returns {venue_id, added, matched, categories_added, items_added}. Definer: one file over several tables. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, menu_import_invalid, entitlement_exceeded.
public.invite_member(p_organisation_id uuid, p_email text, p_role text, p_venue_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 7b047d33345a3554
    granted to authenticated
    -- Invites an e-mail address with a role, organisation-wide or for one venue, for 7 days, and has it mailed. Returns {invitation_id, email, role, token, expires_at}; the token is shown this once. Needs staff.manage. At most 50 an hour by one member, and 200 in one organisation. Definer: clients do not insert invitations. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, role_above_own, invitation_pending, rate_limited.
public.join_loyalty(p_session_token text) returns jsonb
    plpgsql volatile security definer set search_path="", body 0b5786feb9689717
    granted to anon, authenticated
    -- Makes a guest a member of the venue's programme and returns {card, programme, account}; the card is shown this once. A signed-in guest gets a new card for the account they have here, and the one before stops working. At most 5 per device and minute. Definer: guests have no access to tables. Errors: guest_session_invalid, subscription_inactive, loyalty_not_offered, rate_limited.
public.leave_feedback(p_session_token text, p_order_id uuid, p_answers jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", body c39958159b35ab75
    granted to anon, authenticated
    -- A guest's answers about an order of their session that is ready, served or completed: p_answers = [{question_id, answer}], 1 to 50 of them, answer being 1 to 5 (stars), one of the choices, or a text of up to 2000 characters. Once per order. Returns {feedback_id, order_id, answers: {question_id: answer}}; a repeat with the same answers returns the same. Definer: guests have no access to tables. Errors: guest_session_invalid, order_not_found, feedback_not_open, feedback_given, invalid_input.
public.leave_waiting_list(p_waiting_party_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 34a73224f453ddb7
    granted to authenticated
    -- Notes that a waiting party has left. Needs tables.seat. Returns {waiting_party_id, status}; a repeat returns the same. Definer: clients do not write the list. Errors: not_authenticated, waiting_party_not_found, permission_denied, subscription_inactive, waiting_party_gone.
public.list_api_keys(p_organisation_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body a334536621a1baae
    granted to authenticated
    -- The organisation's API keys, revoked ones too: [{api_key_id, organisation_id, venue_id, name, scopes, expires_at, revoked_at, created_by, created_at, secrets}]. Needs integrations.manage. Definer: no client reaches the keys. Errors: not_authenticated, permission_denied, subscription_inactive.
public.list_dead_letters(p_queue text, p_limit integer DEFAULT 50, p_after bigint DEFAULT 0) returns TABLE(letter_id bigint, topic text, error text, attempts integer, failed_at timestamp with time zone, replayable boolean, payload jsonb)
    plpgsql volatile security definer set search_path="", body 12b2cebee5c9f7d6
    granted to service_role
    -- Up to p_limit (1-500) dead letters of a queue after the letter p_after, oldest first. For operators only. Returns (letter_id, topic, error, attempts, failed_at, replayable, payload). Definer: the service role has no queue access. Errors: job_not_found.
public.list_items_without_image(p_venue_id uuid, p_limit integer DEFAULT 50) returns jsonb
    plpgsql stable security definer set search_path="", body 65f63d4bb82d4601
    granted to authenticated
    -- Items of the draft menu that have no image, at most p_limit, 1 to 100: {venue_id, without_image (how many there are), items: [{menu_item_id, name}]}. Needs menu.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.list_members(p_organisation_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body bc71f49bab122eca
    granted to authenticated
    -- The memberships of an organisation with names and e-mail addresses: [{membership_id, user_id, name, email, role, venue_id, joined_at}]. Needs staff.read; who has it in single venues only sees those venues' own members. Definer: clients cannot read the users of Auth. Errors: not_authenticated, permission_denied.
public.list_open_orders(p_venue_id uuid, p_limit integer DEFAULT 50, p_table_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql stable security definer set search_path="", body bc029d6fa51e1563
    granted to authenticated
    -- The oldest open orders of a venue, or of one of its tables, at most p_limit, 1 to 100: {venue_id, currency, open (how many there are), orders: [{order_id, number, status, payment_status, fulfilment, table, placed_at, total_minor, due_minor, lines: [{name, quantity}]}]}. No word of guests is in it. Needs orders.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.list_qr_codes(p_venue_id uuid) returns jsonb
    plpgsql stable security definer set search_path="", body 9a4241ef02284332
    granted to authenticated
    -- The working QR codes of a venue, without their secrets: {venue_id, codes: [{qr_code_id, kind, table_id, label, area, made_at}], tables_without_code: [{table_id, label}]}. Needs tables.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive.
public.list_quarantined_events(p_organisation_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 50) returns jsonb
    plpgsql stable security definer set search_path="", body 10da8d4c030d6374
    granted to authenticated, service_role
    -- Up to p_limit (1-500) provider events that contradict the books, oldest first: [{event_id, type, outcome, venue_id, created_at, received_at, object}]. Members name an organisation and need analytics.read for all of it; the secret key may leave it out, and sees those that belong to nobody, too. Definer: the inbox is not readable by clients. Errors: not_authenticated, permission_denied.
public.list_stock(p_venue_id uuid, p_query text, p_limit integer DEFAULT 50) returns jsonb
    plpgsql stable security definer set search_path="", body db79c6e61c845883
    granted to authenticated
    -- Stock of the ingredients of which the name contains p_query, at most p_limit, 1 to 100; an empty one finds all: {venue_id, ingredients: [{ingredient_id, name, unit, on_hand, par_level, reorder_level, is_low}]}. Needs inventory.read. Definer: as get_low_stock. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.merge_tables(p_table_id uuid, p_table_ids uuid[], p_confirm boolean DEFAULT false) returns jsonb
    plpgsql volatile security definer set search_path="", body 931a4da9a13ecb9e
    granted to authenticated
    -- Puts tables together: p_table_ids are led by p_table_id, their codes open its session, and what is on their bills comes to one bill. Several occupied tables are merged with p_confirm only; a reserved one is not merged with an occupied or another reserved one. Needs tables.manage. Returns {table_id, session_id, moved_orders, merged_table_ids}; a repeat changes nothing. Definer: clients do not write sessions. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive, invalid_input, table_merged, table_blocked, table_reserved, merge_unconfirmed.
public.moderate_feedback(p_feedback_id uuid, p_is_hidden boolean, p_reason text) returns jsonb
    plpgsql volatile security definer set search_path="", body 347fda226a2e3b0e
    granted to authenticated
    -- Hides feedback from the summary, or shows it again, with a reason; who and why stay with it and in the audit history. Needs settings.edit. Returns {feedback_id, is_hidden, moderated_by, moderation_reason}; a repeat returns the first decision. Definer: clients do not write feedback. Errors: not_authenticated, feedback_not_found, permission_denied, subscription_inactive, invalid_input.
public.move_table(p_session_id uuid, p_table_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 8a6384f0e7ace5b8
    granted to authenticated
    -- Moves a party with its bill, guests and open orders to another table that is neither occupied nor reserved nor blocked. Needs tables.seat. Returns {session_id, table_id}; a repeat returns the same. Definer: clients do not write sessions. Errors: not_authenticated, table_session_not_found, permission_denied, subscription_inactive, table_session_closed, invalid_input, table_not_found, table_occupied, table_reserved, table_blocked.
public.note_assistant_response(p_job_id uuid, p_response_id text) returns jsonb
    plpgsql volatile security definer set search_path="", body 71bebbf2a0e77b62
    granted to service_role
    -- Notes by which name the provider will answer. Returns the job with the response_id that it waits for: another one, or none, means that this one is not needed. For workers only. Definer: the service role has no table access. Errors: assistant_job_not_found, invalid_input.
public.open_drawer(p_venue_id uuid, p_name text, p_float_minor bigint, p_idempotency_key text, p_is_blind boolean DEFAULT false) returns jsonb
    plpgsql volatile security definer set search_path="", body f72691937d83bcc5
    granted to authenticated
    -- Opens a cash drawer with a float. From then on cash goes into it: into the one that collect_payment names, the only one, or the caller's own. p_is_blind: who counts it is not told what should be in it. Needs payments.collect. Returns {drawer_session_id, name, business_date, is_blind, opened_by, opened_at, closed_by, closed_at, float_minor, paid_in_minor, paid_out_minor, counted_minor}, and, unless it is blind to the caller, {payments, sales_minor, tips_minor, refunds, refunded_minor, expected_minor, difference_minor}. Definer: clients do not write drawers. Errors: not_authenticated, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, amount_invalid, drawer_open.
public.open_stocktake(p_venue_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 374a05fac69474c2
    granted to authenticated
    -- Opens a stocktake; a venue has one open at a time, and a second call returns it. Needs inventory.edit. Returns {stocktake_id, status, opened_at, created}. Definer: clients do not write stocktakes. Errors: not_authenticated, permission_denied, subscription_inactive.
public.open_table_session(p_table_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 581e6325e5cd566f
    granted to authenticated
    -- Seats a party: opens the table's session, or returns the open one; a merged table's is its leading table's. Needs tables.seat. Returns {session_id, table_id, label}. Definer: clients do not write sessions. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive, table_blocked, table_session_closed.
public.order_menu_images(p_menu_item_id uuid, p_image_ids uuid[]) returns jsonb
    plpgsql volatile security definer set search_path="", body 6176f63e6d4a5a4f
    granted to authenticated
    -- Puts the images of an item in this order; each is named once. Needs menu.edit. Returns {menu_item_id, images}. Definer: clients write no images. Errors: not_authenticated, menu_item_not_found, permission_denied, subscription_inactive, invalid_input.
public.pay_into_drawer(p_drawer_session_id uuid, p_amount_minor bigint, p_reason text, p_idempotency_key text) returns jsonb
    plpgsql volatile security definer set search_path="", body f74fab64156343f3
    granted to authenticated
    -- Puts cash that is no payment into an open drawer, with a reason. Needs payments.collect. Returns the drawer as open_drawer does. Definer: clients do not write drawers. Errors: not_authenticated, drawer_not_found, permission_denied, subscription_inactive, idempotency_key_*, amount_invalid, invalid_input, drawer_closed.
public.pay_out_of_drawer(p_drawer_session_id uuid, p_amount_minor bigint, p_reason text, p_idempotency_key text) returns jsonb
    plpgsql volatile security definer set search_path="", body b5fb5caf0da04700
    granted to authenticated
    -- Takes cash that is no refund out of an open drawer, with a reason. Needs payments.refund, as whatever gives cash away, which read-only mode leaves. Returns the drawer as open_drawer does. Definer: clients do not write drawers. Errors: not_authenticated, drawer_not_found, permission_denied, idempotency_key_*, amount_invalid, invalid_input, drawer_closed.
public.place_order(p_session_token text, p_idempotency_key text, p_order jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", plan_cache_mode=force_generic_plan, body 4bff28f2df585d15
    granted to anon, authenticated
    -- Places an order, priced now by the database, and returns it as get_guest_order does. pay_now waits in pending_payment until the payment settles; the other modes reach the kitchen at once. The same key with the same order returns the first answer. At most 30 orders per device and minute. Definer: guests have no access to tables. Errors: guest_session_invalid, table_session_closed, idempotency_key_*, rate_limited, subscription_inactive, order_invalid, menu_*, option_*, discount_*, loyalty_*, fulfilment_not_allowed, payment_mode_not_allowed, out_of_stock.
public.place_staff_order(p_venue_id uuid, p_idempotency_key text, p_order jsonb, p_table_session_id uuid DEFAULT NULL::uuid, p_source text DEFAULT 'pos'::text) returns jsonb
    plpgsql volatile security definer set search_path="", body c549376e6cab48b5
    granted to authenticated
    -- Places an order for a guest, priced now by the database, and returns it as place_order does. p_order is that of place_order; with the open session of a table it is served there and joins its bill, without one it is for counter or collection. p_source: pos or counter; what an API key places is an order of source api whatever it says. pay_now reaches the kitchen when collect_payment has taken the money, the other modes at once. Needs payments.collect. The same key with the same order returns the first answer. Definer: clients do not write orders. Errors: not_authenticated, permission_denied, subscription_inactive, idempotency_key_*, table_session_not_found, table_session_closed, invalid_input, order_invalid, menu_*, option_*, discount_*, loyalty_*, fulfilment_not_allowed, payment_mode_not_allowed, out_of_stock.
public.plan_shift(p_venue_id uuid, p_user_id uuid, p_starts_at timestamp with time zone, p_ends_at timestamp with time zone) returns jsonb
    plpgsql volatile security definer set search_path="", body 7a18e178a0a0d4b1
    granted to authenticated
    -- Drafts a shift of 15 minutes to 16 hours for a member who works in the venue. A person has one shift at a time in all venues of the organisation. Needs staff.schedule. Returns {shift_id, venue_id, user_id, starts_at, ends_at, status}; a repeat returns the same. Definer: clients do not write shifts. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, member_not_found, shift_overlap.
public.post_stocktake(p_stocktake_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 93af0b4dfa719c59
    granted to authenticated
    -- Books the differences between what was counted and what the books said at each count, and closes the stocktake. Needs inventory.edit. Returns {stocktake_id, status, value_minor, lines: [{ingredient_id, name, unit, expected, counted, difference, value_minor}]}; value_minor is the difference at the present cost, null where that is unknown. A repeat books nothing. Definer: clients do not write movements. Errors: not_authenticated, stocktake_not_found, permission_denied, subscription_inactive, stocktake_closed, invalid_input.
public.propose_change(p_venue_id uuid, p_tool text, p_arguments jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", body ce78651b5c2ab7a2
    granted to authenticated
    -- Writes down a change that the assistant would make, and makes none: {proposal_id, venue_id, tool, status, arguments, before, after, impact, hash, expires_at, can_be_undone}. p_arguments are those of the tool. It is rehearsed, so that what could not be done is refused at once. The same change, proposed again while nothing has changed, is the same proposal. Needs ai.use, the tool's own permission, and a plan with the assistant; at most 60 a minute. Definer: clients do not write proposals. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, tool_not_found, rate_limited, guardrail_exceeded, invalid_input, order_not_found, order_transition_invalid, order_unsettled, order_paid, course_held, ticket_not_found, ticket_transition_invalid, menu_item_not_found, menu_image_*, menu_incomplete, table_not_found, table_merged, table_blocked, table_reserved, merge_unconfirmed, qr_code_not_found, ingredient_not_found, unit_mismatch, idempotency_key_*, role_above_own, invitation_pending.
public.propose_purchase_orders(p_venue_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body b9eec07d914b9e63
    granted to authenticated
    -- Adds what runs low to each supplier's draft: ceil((par - on hand) × 1.2) of what has a par level and is not on its way. Needs inventory.edit. Returns {purchase_orders: [{purchase_order_id, status, supplier, cost_minor, lines, …}], without_supplier: [{ingredient_id, name, unit, quantity}]}; a repeat proposes nothing. Definer: clients do not write purchase orders. Errors: not_authenticated, permission_denied, subscription_inactive.
public.provision_tenant_schema(p_organisation_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body dc771cddfe364065
    granted to authenticated
    -- Makes the organisation's SQL schema with read-only views of its rows, and its login role. Needs integrations.manage for the whole organisation and the enterprise plan. Returns {schema, role, database, is_open, closed_at, dropped_at, password_set_at, password}; a repeat returns the same without password, which is shown this once. Definer: clients make neither schemas nor roles. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.
public.publish_menu(p_venue_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", enable_nestloop=off, body 3abf14be8312640a
    granted to authenticated
    -- Publishes the draft menu with its translations atomically as a new version; an unchanged draft keeps its version. Needs menu.edit. Returns {venue_id, version, etag, changed}. Definer: versions are immutable for clients. Errors: not_authenticated, permission_denied, subscription_inactive, menu_incomplete.
public.publish_shifts(p_venue_id uuid, p_from timestamp with time zone, p_until timestamp with time zone) returns jsonb
    plpgsql volatile security definer set search_path="", body 44900d352c52a3db
    granted to authenticated
    -- Shows the drafted shifts of a venue that start in a window of at most 92 days to the people who work them. Needs staff.schedule. Returns {published}: how many were drafts. Definer: clients do not write shifts. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.purge_dead_letters(p_queue text, p_letter_ids bigint[] DEFAULT NULL::bigint[], p_failed_before timestamp with time zone DEFAULT NULL::timestamp with time zone) returns integer
    plpgsql volatile security definer set search_path="", body 0142f996552b2e95
    granted to service_role
    -- Throws dead letters away: the ones named, the ones that failed before an instant, or both conditions together. For operators only. Returns how many. Definer: the service role has no queue access. Errors: job_not_found, invalid_input.
public.quote_order(p_session_token text, p_order jsonb) returns jsonb
    plpgsql stable security definer set search_path="", body ee197c9bd5da16ec
    granted to anon, authenticated
    -- What an order would cost now, changing nothing: {currency, menu_version, prices_include_tax, subtotal_minor, discount_minor, tax_minor, service_charge_minor, tip_minor, total_minor, discounts, lines}. p_order = {fulfilment, payment_mode, customer?, tip_minor?, discount_code?, loyalty?: {card, points?}, lines: [{menu_item_id, quantity, options?, note?, course?}]}, without prices. Definer: guests have no access to tables. Errors: guest_session_invalid, order_invalid, menu_*, option_*, discount_*, loyalty_*, fulfilment_not_allowed, payment_mode_not_allowed.
public.read_menu_files(p_venue_id uuid, p_paths text[]) returns jsonb
    plpgsql volatile security definer set search_path="", body ed1ce163852cf1c4
    granted to authenticated
    -- Asks for a menu to be read from 1 to 5 files (PDF, JPEG, PNG, WebP; 10 MiB in all) that the signed-in user has uploaded to the bucket menu-files as {venue_id}/{uuid}.{ext} within 24 hours. What the draft does not have yet is added to it; nothing is changed or removed, no allergen is stated, and guests see it after the menu is published. Needs menu.edit and ai.use; one at a time in a venue, 20 jobs of an organisation within 24 hours. Returns the job as translate_menu does. Definer: clients do not write jobs. Errors: not_authenticated, person_required, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, menu_file_not_uploaded, menu_file_invalid, assistant_job_limit, assistant_job_running, assistant_budget_exhausted.
public.receive_purchase_order(p_purchase_order_id uuid, p_lines jsonb, p_idempotency_key text) returns jsonb
    plpgsql volatile security definer set search_path="", body 20bba9aa0737f077
    granted to authenticated
    -- Books a delivery, in parts if need be: [{ingredient_id, quantity, unit?, cost_minor?}], where cost_minor is what this part cost (by default its share of the agreed cost). Stock grows, the ingredient's cost moves to the weighted average, and the order becomes partial or received. Needs inventory.edit. Returns the purchase order. Definer: clients do not write movements. Errors: not_authenticated, purchase_order_not_found, permission_denied, subscription_inactive, idempotency_key_*, purchase_order_transition_invalid, invalid_input, ingredient_not_found, unit_mismatch, delivery_exceeds_order.
public.record_ai_event(p_event_id text, p_type text, p_created_at timestamp with time zone, p_response_id text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body ac992174846bedad
    granted to service_role
    -- Stores a verified event of the model provider, once, and has a worker look at the job that it is about. It carries no answer: the worker asks the provider. For the webhook function only. Returns {event_id, duplicate, outcome: matched | unmatched | ignored}. Definer: the service role has no table access. Errors: invalid_input.
public.record_assistant_call(p_venue_id uuid, p_tool text, p_arguments jsonb, p_outcome text, p_rows integer, p_latency_ms integer) returns jsonb
    plpgsql volatile security definer set search_path="", body 807eb64c0838aa4e
    granted to authenticated
    -- Writes down that the signed-in user called a tool in a venue they belong to, whatever came of it: p_outcome is ok or the code of the refusal. Arguments are masked here. At most 300 a minute. Returns {call_id}. Definer: clients do not write the history. Errors: not_authenticated, permission_denied, rate_limited, invalid_input.
public.record_provider_event(p_provider text, p_event_id text, p_type text, p_created_at timestamp with time zone, p_payload jsonb, p_livemode boolean DEFAULT NULL::boolean) returns jsonb
    plpgsql volatile security definer set search_path="", body 70b13e95b169b3d1
    granted to service_role
    -- Stores a verified provider event and applies its effect in the same transaction, once. For the webhook functions only. p_livemode is the mode this deployment works in: events of the other mode, and of connected accounts, are stored and ignored. Returns {event_id, duplicate, status: applied | ignored | deferred | quarantined, outcome}. May meet a deadlock or a lock timeout: the provider repeats. Definer: the service role has no table access. Errors: invalid_input.
public.redeliver_webhook(p_delivery_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 17961ed5f20fa792
    granted to authenticated
    -- Sends a delivery that has arrived, failed or been cancelled once more, under the same event id, with as many attempts as the first time; at most 30 tests and repeats a minute and organisation. Needs integrations.manage for the whole organisation, and integrations in the plan. Returns {delivery_id, event_id}. Definer: clients write no deliveries. Errors: not_authenticated, webhook_delivery_not_found, webhook_endpoint_not_found, permission_denied, subscription_inactive, entitlement_exceeded, webhook_endpoint_disabled, webhook_delivery_pending, rate_limited.
public.refund_payment(p_payment_id uuid, p_amount_minor bigint, p_reason text, p_idempotency_key text, p_drawer_session_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body a3af5be22c78986b
    granted to authenticated
    -- Refunds a part or all of a settled payment: at the till at once, online through the provider (status pending until it confirms); cash comes out of a drawer as collect_payment puts it in. Needs payments.refund, which read-only mode leaves: the money is the guests'. Returns {refund_id, payment_id, amount_minor, status}. Definer: clients do not write refunds. Errors: not_authenticated, payment_not_found, permission_denied, idempotency_key_*, invalid_input, amount_invalid, payment_not_refundable, refund_exceeds_payment, drawer_required, drawer_not_found, drawer_closed.
public.refuse_destination(p_payment_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 7eb591d43b8b4d40
    granted to service_role
    -- The provider does not take a reserved payment for the account that it was to go on to: the payment is given up, new ones stay with Servio, and a look at the account says when they go on again. For the payments function only. Returns {payment_id, status}; a repeat changes nothing. Definer: the service role has no table access. Errors: payment_not_found.
public.relay_outbox() returns integer
    plpgsql volatile security definer set search_path="", body ce89452b226a9553
    granted to service_role
    -- Moves up to 500 waiting messages to their queues; their secrets go along and are not kept here. For workers only. Returns how many. Definer: the service role has no table access. Errors: none.
public.release_reconciliation(p_run_id uuid, p_worker uuid, p_error text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body ff980f9303adbcfa
    granted to service_role
    -- Gives a reconciliation back: without an error because the worker's time is over, so that another job goes on; with one, the job itself is repeated. For workers only. Returns {run_id, released}. Definer: the service role has no table access. Errors: reconciliation_lost.
public.remove_member(p_membership_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body c4c4ef29d7604ee9
    granted to authenticated
    -- Removes a member, or lets the caller leave. Needs staff.manage for others. Returns {membership_id, removed}. Definer: clients do not delete memberships. Errors: not_authenticated, member_not_found, permission_denied, subscription_inactive, role_above_own, last_owner.
public.remove_menu_image(p_image_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 126ce4d88963851b
    granted to authenticated
    -- Takes an image and its variants off the draft. Their objects stay while a published version shows them, and are otherwise removed by a clock. Needs menu.edit. Returns {id, menu_item_id, removed}. Definer: clients write no images. Errors: not_authenticated, menu_image_not_found, permission_denied, subscription_inactive.
public.replay_dead_letters(p_queue text, p_letter_ids bigint[] DEFAULT NULL::bigint[]) returns jsonb
    plpgsql volatile security definer set search_path="", body 0c6a6d261fdd4cef
    granted to service_role
    -- Puts dead letters (null: all) back into their queue, as new jobs, oldest first. Those that have lost a secret, or never were messages, are kept. For operators only. Returns {replayed, kept}. Definer: the service role has no queue access. Errors: job_not_found.
public.report_payment(p_payment_id uuid, p_state text, p_provider_reference text DEFAULT NULL::text, p_amount_minor bigint DEFAULT NULL::bigint, p_currency text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 21eb20cb00d3d4e9
    granted to service_role
    -- What the provider says of a payment when it is asked: open and processing are asked about again, dead gives the payment up, succeeded has the effect of the event that did not come. For workers only. Returns {payment_id, outcome}; a repeat says already_settled; unknown_payment, reference_mismatch and amount_mismatch change nothing. Definer: the service role has no table access. Errors: payment_not_found, invalid_input.
public.request_reconciliation(p_since timestamp with time zone DEFAULT NULL::timestamp with time zone) returns jsonb
    plpgsql volatile security definer set search_path="", body 77b8734560eda62a
    granted to service_role
    -- Asks for a reconciliation that looks back to p_since at least (400 days at most), or joins the one under way. For operators with the secret key. Returns {run_id, requested_by, window_from, window_to, step, counts, last_error, requested_at, started_at, finished_at, outcome}. Definer: the service role has no table access. Errors: invalid_input, reconciliation_running.
public.resolve_provider_event(p_event_id text, p_resolution text, p_reason text) returns jsonb
    plpgsql volatile security definer set search_path="", body 925d4b66b00dfcad
    granted to authenticated, service_role
    -- Ends the quarantine of a provider event, with a reason, on record. p_resolution: apply (what was wrong has been put right, take it as it is), book (another amount was charged than was asked: what was charged counts, a rest stays due, what is too much goes back), refund (the charge is in no books: the provider gives it back), dismiss (nothing needs doing). Members need orders.cancel at the event's venue; the secret key resolves every event. Returns {event_id, resolution, outcome}; a repeat returns the same. Definer: the inbox is not writable by clients. Errors: not_authenticated, provider_event_not_found, permission_denied, subscription_inactive, provider_event_not_open, resolution_not_applicable, invalid_input.
public.revoke_api_key(p_api_key_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body d8e1cddc6a57ef96
    granted to authenticated
    -- Ends an API key with all its secrets, from the next request on. Needs integrations.manage. Returns the key as list_api_keys does; a repeat returns the same. Definer: no client reaches the keys. Errors: not_authenticated, api_key_not_found, permission_denied, subscription_inactive.
public.revoke_qr_code(p_qr_code_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body ded618baba3565df
    granted to authenticated
    -- Takes a code out of use without a new one; guests who are seated stay. Needs tables.manage. Returns {qr_code_id, revoked_at}; a repeat returns the same. Definer: clients do not write codes. Errors: not_authenticated, qr_code_not_found, permission_denied, subscription_inactive.
public.rollback_menu(p_venue_id uuid, p_version integer) returns jsonb
    plpgsql volatile security definer set search_path="", body a611c54fe6f2e55e
    granted to authenticated
    -- Publishes an earlier version again, as a new version: guests see it at once, and history stays as it was. The draft is not touched, so publish_menu brings its menu back; what is unavailable now stays unavailable. Asked for the version that guests see, it changes nothing. Needs menu.edit. Returns {venue_id, version, etag, changed}. Definer: versions are immutable for clients. Errors: not_authenticated, permission_denied, subscription_inactive, menu_version_not_found.
public.rotate_api_key(p_api_key_id uuid, p_overlap_minutes integer DEFAULT 60) returns jsonb
    plpgsql volatile security definer set search_path="", body 20e8cebda874a60d
    granted to authenticated
    -- Gives an API key a new secret; the former one works for p_overlap_minutes more (an hour, unless told; at most a week; 0 ends it now). The key, its rights and its name in every history stay. Needs integrations.manage, and integrations in the plan. Returns what create_api_key does. Definer: no client reaches the keys. Errors: not_authenticated, api_key_not_found, permission_denied, subscription_inactive, entitlement_exceeded, api_key_revoked, api_key_expired, invalid_input.
public.rotate_qr_code(p_venue_id uuid, p_kind text, p_table_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 2d47b9797708336d
    granted to authenticated
    -- Makes a new QR code of a kind for a table (or the counter) and revokes the one before. Needs tables.manage. Returns {qr_code_id, kind, table_id, token}; the token is shown this once. Definer: clients do not write codes. Errors: not_authenticated, permission_denied, subscription_inactive, table_not_found, invalid_input.
public.rotate_tenant_password(p_organisation_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body fc3781c2c3b2f306
    granted to authenticated
    -- Gives the organisation's SQL role a new password and ends its sessions: whoever knows the old one is out. Needs integrations.manage for the whole organisation and the enterprise plan. Returns as provision_tenant_schema, with the password, each time another. Definer: clients alter no roles. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, tenant_schema_not_found.
public.rotate_webhook_secret(p_endpoint_id uuid, p_overlap_hours integer DEFAULT 24) returns jsonb
    plpgsql volatile security definer set search_path="", body 1842f8916671ec24
    granted to authenticated
    -- A new secret. For p_overlap_hours (0-168) the one before signs, too: each delivery carries both signatures, and a receiver that knows either accepts it; one that was replaced even earlier is forgotten at once. Needs integrations.manage for the whole organisation. Returns {endpoint_id, secret, previous_signs_until}; the secret is shown this once. Definer: see create_webhook_endpoint. Errors: not_authenticated, webhook_endpoint_not_found, permission_denied, subscription_inactive, invalid_input.
public.run_venue_job(p_topic text, p_venue_id uuid) returns integer
    plpgsql volatile security definer set search_path="", statement_timeout=30s, body 1fc8ab4910ead897
    granted to service_role
    -- Does what is due at one venue: orders.expire, day.close, reservations.advance, stock.watch, sales.roll_up or guests.erase. Each may be repeated, at the same time too, and has the effect of running once. For workers only. Returns how much was done; 0 for a venue that is gone. Definer: the service role has no table access. Errors: invalid_input.
public.save_loyalty_programme(p_venue_id uuid, p_name text, p_is_active boolean, p_earn_points integer, p_earn_per_minor bigint, p_point_value_minor bigint, p_min_redeem_points bigint, p_expires_after_days integer) returns jsonb
    plpgsql volatile security definer set search_path="", body 78540b8b0b0f70bc
    granted to authenticated
    -- Sets a venue's loyalty programme, or switches it on or off: p_earn_points for every p_earn_per_minor, each worth p_point_value_minor, redeemed from p_min_redeem_points on, lost after p_expires_after_days without use. Orders keep the terms they were placed with; balances stay. Needs settings.edit, and the loyalty entitlement while it is on. Returns the programme; a repeat returns the same. Definer: clients do not write programmes. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, entitlement_exceeded.
public.save_purchase_order(p_venue_id uuid, p_supplier_id uuid, p_lines jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", body 8e51fd5e57caa7af
    granted to authenticated
    -- Writes lines [{ingredient_id, quantity, unit?, cost_minor?}] into the supplier's draft, which it makes when there is none; a quantity of zero takes a line out, cost_minor is for the whole line. Needs inventory.edit. Returns the purchase order {purchase_order_id, status, supplier, cost_minor, lines, …}. Definer: clients do not write purchase orders. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, ingredient_not_found, unit_mismatch, supplier_not_found.
public.save_reconciliation_page(p_run_id uuid, p_worker uuid, p_step text, p_page_after text, p_objects jsonb DEFAULT '[]'::jsonb, p_counts jsonb DEFAULT '{}'::jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", body 6cd61e327b609ad5
    granted to service_role
    -- What a page of the provider's objects comes to, after the rules: differences become findings, findings that are gone are resolved, balance transactions are kept and their fees booked, and the run goes on at p_step after p_page_after. For workers only. Returns {run_id, new_findings}. Definer: the service role has no table access. Errors: reconciliation_lost, invalid_input.
public.search_menu(p_venue_id uuid, p_query text, p_limit integer DEFAULT 20) returns jsonb
    plpgsql stable security definer set search_path="", body e23593cb49ee674a
    granted to authenticated
    -- Items of the draft menu of which name, description or category contain p_query, at most p_limit, 1 to 100; an empty one finds all: {venue_id, currency, items: [{menu_item_id, name, description, price_minor, is_available, category_id, category}]}. Needs menu.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.seat_waiting_party(p_waiting_party_id uuid, p_table_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 6527c1e7b3c6fad4
    granted to authenticated
    -- Seats a waiting party: opens the session of a table that nobody has or holds. Needs tables.seat. Returns {waiting_party_id, status, session_id}; a repeat returns the same. Definer: clients do not write the list. Errors: not_authenticated, waiting_party_not_found, permission_denied, subscription_inactive, waiting_party_gone, table_not_found, table_occupied, table_reserved, table_blocked, table_session_closed.
public.send_purchase_order(p_purchase_order_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body b3e5c231090fc9dc
    granted to authenticated
    -- Marks a draft as sent to its supplier; from then on it can be received and no longer edited. Needs inventory.edit. Returns the purchase order; a repeat returns the same. Definer: clients do not write purchase orders. Errors: not_authenticated, purchase_order_not_found, permission_denied, subscription_inactive, invalid_input, purchase_order_transition_invalid.
public.send_test_webhook(p_endpoint_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body c840766daa9c0eed
    granted to authenticated
    -- Sends the event webhook.test to an endpoint, whatever it has chosen; at most 30 tests and repeats a minute and organisation. Needs integrations.manage for the whole organisation, and integrations in the plan. Returns {delivery_id, event_id}; the delivery says what became of it. Definer: clients write no deliveries. Errors: not_authenticated, webhook_endpoint_not_found, permission_denied, subscription_inactive, entitlement_exceeded, webhook_endpoint_disabled, rate_limited.
public.set_availability(p_venue_id uuid, p_is_available boolean, p_menu_item_ids uuid[] DEFAULT '{}'::uuid[], p_option_ids uuid[] DEFAULT '{}'::uuid[]) returns jsonb
    plpgsql volatile security definer set search_path="", body f94c20cca8dbed62
    granted to authenticated
    -- Switches up to 100 items and options of a venue on or off, at once for guests. Needs menu.availability. Returns {items_changed, options_changed}; ids of another venue change nothing. Definer: kitchen and staff may not edit the menu otherwise. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.
public.set_menu_image_variants(p_image_id uuid, p_variants jsonb) returns jsonb
    plpgsql volatile security definer set search_path="", body 6241dc0b3c8118b2
    granted to authenticated
    -- Replaces the variants of an image by [{path, width, height}], at most 12, one for each width and type: uploads in the image's own folder. Needs menu.edit. Returns the image as attach_menu_image does. Definer: clients cannot claim what Storage has not. Errors: not_authenticated, menu_image_not_found, permission_denied, subscription_inactive, invalid_input, menu_image_not_uploaded, menu_image_invalid.
public.set_recipe(p_venue_id uuid, p_lines jsonb, p_menu_item_id uuid DEFAULT NULL::uuid, p_option_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 7ca8d9cded242b12
    granted to authenticated
    -- Replaces the whole recipe of an item or of an option with [{ingredient_id, quantity, unit?}], in any unit of the ingredient's dimension; an option may take less than nothing of what it leaves out. Needs inventory.edit. Returns {menu_item_id, option_id, lines: [{ingredient_id, name, quantity, unit}]} in base units; orders take it from now on. Definer: it locks menu rows that its caller may not edit. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, ingredient_not_found, unit_mismatch.
public.set_table_state(p_table_id uuid, p_state text, p_reason text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 9308e3adcced9578
    granted to authenticated
    -- Takes a table out of use (blocked, with a reason), or says that it is clean and usable again (free). An occupied or merged table is not blocked. Needs tables.seat. Returns {table_id, state}, the state as it then is: a table that is free but held for somebody is reserved. Definer: clients do not write these columns. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive, invalid_input, table_merged, table_occupied.
public.settle_webhook(p_job_id bigint, p_attempt integer, p_response_status integer DEFAULT NULL::integer, p_latency_ms integer DEFAULT NULL::integer, p_failure text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body be3e94bf1796168a
    granted to service_role
    -- Notes what became of an attempt: the status of the answer, or p_failure (address, connection, timeout, answer) when there was none. 2xx is delivered; everything else is tried again, 20 times in all with up to 8 hours between two tries, and then failed. 410, or ten failures over five days without a success, switch the endpoint off. p_attempt as claimed. For workers only. Returns {status, retry_in_seconds?}. Definer: the service role has neither queues nor tables. Errors: job_not_found.
public.split_bill(p_split jsonb, p_idempotency_key text, p_order_id uuid DEFAULT NULL::uuid, p_session_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body f3b393030bdb6a0c
    granted to authenticated
    -- Splits what is due on an order, or on every unpaid order of a table session, into shares that add up to it. p_split = {method: equal, shares: how many} | {method: amount, shares: [minor units]}, where what they leave is one more share, | {method: items, shares: [[{line_id, quantity}]]}, where what nobody took is shared by all. Each part of a share is one order's and is paid by its share_id (collect_payment, or the payments function). Needs payments.collect. Returns {bill_id, method, amount_minor, paid_minor, is_open, shares: [{number, amount_minor, paid_minor, parts: [{share_id, order_id, amount_minor, items, status: open | being_paid | paid | over}]}]}. Definer: clients do not write splits. Errors: not_authenticated, invalid_input, order_not_found, table_session_not_found, permission_denied, subscription_inactive, idempotency_key_*, order_closed, order_already_paid, bill_is_split, split_invalid.
public.spread_webhook_event(p_event jsonb) returns integer
    plpgsql volatile security definer set search_path="", body a04b951063c22077
    granted to service_role
    -- Makes an event a delivery to each endpoint that wants it; a repeat makes none twice. For workers only. Returns how many. Definer: the service role has no table access. Errors: invalid_input.
public.start_account_link(p_organisation_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 2668f6bbe5e357ec
    granted to authenticated
    -- Reserves the organisation's account at the payment provider, or takes the one that is there up again, and asks the provider how it is. Needs billing.edit, with or without a running subscription. Returns {account_id, organisation_id, provider_reference, email}. Clients call the billing function, which calls this, makes the account where there is none, and then a link to fill it in. Definer: clients do not write accounts. Errors: not_authenticated, permission_denied.
public.start_assistant_job(p_job_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body a573d65895ee4391
    granted to service_role
    -- What a worker needs to hand a job to the model, if whoever asked for it still may: the job as translate_menu returns it and, while it is requested, {person (a pseudonym), texts: [{ref, kind, name, description}], venue: {locale, currency}}. May be repeated. For workers only. Definer: the service role has no table access. Errors: assistant_job_not_found.
public.start_billing_change(p_organisation_id uuid, p_kind text, p_item text DEFAULT NULL::text, p_currency text DEFAULT 'GBP'::text, p_interval text DEFAULT 'month'::text) returns jsonb
    plpgsql volatile security definer set search_path="", body c88939542b6534a8
    granted to authenticated
    -- Reserves a change of an organisation's subscription: p_kind checkout (p_item: the plan), plan (p_item: another plan; a dearer one at once and prorated, a smaller one when the period ends), add_on, remove_add_on (p_item: which), cancel (when the period ends) or resume (takes back a cancellation or a smaller plan that waits). Details of plan_too_small list what is over. A repeat within two minutes returns the same. Needs billing.edit, with or without a running subscription. Returns {change_id, kind, steps, subscription_reference}. Clients call the billing function, which calls this and then the provider. Definer: clients do not write changes. Errors: not_authenticated, permission_denied, invalid_input, subscription_exists, subscription_missing, subscription_unpaid, downgrade_waiting, billing_change_in_progress, add_on_not_offered, plan_too_small.
public.start_payment(p_session_token text, p_order_id uuid, p_idempotency_key text DEFAULT NULL::text, p_request jsonb DEFAULT '{}'::jsonb, p_share_id uuid DEFAULT NULL::uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 26e0b846e7def9a8
    granted to anon, authenticated
    -- Reserves an online payment of what is due on an order of the guest's session, or for one share of it; while one is open, returns that one, so that an order or share has one open payment however often it is asked for. Returns {payment_id, status, amount_minor, currency, provider_reference, order_id, venue_id, created_at, description}, with {destination, application_fee_minor} where the money goes on to the organisation's own account; with p_idempotency_key also claim_id, to be closed by finish_claim when the provider has answered, or replayed: true with the payment that the key has started. p_request is what else the request says: the same key stands for the same request. At most 20 per session and minute. Clients call the payments function, which calls this and then the provider. Definer: guests have no access to tables. Errors: guest_session_invalid, idempotency_key_*, order_not_found, order_closed, order_already_paid, bill_share_not_found, bill_share_paid, rate_limited.
public.start_table_session(p_qr_token text) returns jsonb
    plpgsql volatile security definer set search_path="", body 5671d1771c4bc111
    granted to anon, authenticated
    -- What a scan calls: opens the table's session or joins it, and gives this device its own secret for 12 hours. Returns {session_token, session_id, kind, venue, table}; the token is shown this once. At most 120 scans of a code per minute. Definer: guests have no access to tables. Errors: qr_code_invalid, rate_limited, subscription_inactive, table_blocked, table_session_closed.
public.take_assistant_job_budget(p_job_id uuid, p_model text, p_input_tokens bigint, p_output_tokens bigint, p_cost_micro bigint) returns jsonb
    plpgsql volatile security definer set search_path="", body 37497e89cb061e9f
    granted to service_role
    -- Before a worker hands a job to the model: takes a request, and what it may use at most, from the day's budget. So much is held until the job ends or its hour is over; if there is not so much, the job fails with assistant_budget_exhausted. Returns the job as translate_menu does: one that is still requested may be asked. A repeat takes nothing more. For workers only. Definer: the service role has no table access. Errors: assistant_job_not_found, invalid_input.
public.transfer_orders(p_order_ids uuid[], p_session_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 3b53c12f284afedb
    granted to authenticated
    -- Moves up to 100 open orders with what is paid on them to another open session of the venue: all of them or none. Needs tables.seat. Returns {session_id, table_id, order_ids}; a repeat returns the same. Definer: clients do not write orders. Errors: not_authenticated, invalid_input, table_session_not_found, permission_denied, subscription_inactive, table_session_closed, order_closed, order_not_found.
public.transfer_stock(p_ingredient_id uuid, p_to_ingredient_id uuid, p_quantity numeric, p_reason text, p_idempotency_key text, p_unit text DEFAULT NULL::text) returns jsonb
    plpgsql volatile security definer set search_path="", body 74aa49edb017381a
    granted to authenticated
    -- Moves stock to the same kind of ingredient of another venue of the organisation, with its cost where both venues have one currency. p_unit is any unit of the dimension, by default the base unit. Needs inventory.edit in both venues. Returns {transfer_id, quantity, unit, from_on_hand, to_on_hand}. Definer: clients do not write movements. Errors: not_authenticated, ingredient_not_found, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, unit_mismatch, out_of_stock.
public.translate_menu(p_venue_id uuid, p_locale text) returns jsonb
    plpgsql volatile security definer set search_path="", body 06ead9323f5a531e
    granted to authenticated
    -- Asks for a translation of what on the draft menu has none in this language: up to 400 texts or 60,000 characters at once, the rest when asked again. It is written into the draft when it is there, beside the source and never over what people have translated; guests see it after the menu is published. Needs menu.edit and ai.use; one at a time in a venue, 20 jobs of an organisation within 24 hours. Returns the job: {job_id, venue_id, kind, arguments, status, reason, result, created_at, expires_at, finished_at}. Definer: clients do not write jobs. Errors: not_authenticated, person_required, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, nothing_to_translate, assistant_job_limit, assistant_job_running, assistant_budget_exhausted.
public.undo_proposal(p_proposal_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body d7241cc39a75e807
    granted to authenticated
    -- Takes back what confirm_proposal did, once, by the same person and while it is still there as it was made; guardrails go on counting it. Returns the proposal. Needs what propose_change needs. Definer: clients do not write proposals. Errors: not_authenticated, proposal_not_found, permission_denied, subscription_inactive, entitlement_exceeded, proposal_not_undoable, proposal_stale, invalid_input, menu_item_not_found, menu_image_not_found, menu_version_not_found, table_not_found, ingredient_not_found, unit_mismatch, idempotency_key_*, role_above_own, invitation_used.
public.unlink_account(p_organisation_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 4116c0ba523ab2c3
    granted to authenticated
    -- From now on new payments stay with Servio. What was paid before is refunded from where it went, and the account itself stays the owner's at the provider. Linking again takes it up again. Needs billing.edit, with or without a running subscription. Returns {account_id, unlinked_at}; a repeat returns the same. Definer: clients do not write accounts. Errors: not_authenticated, permission_denied, account_not_found.
public.unmerge_tables(p_table_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body bcfc4674f677c7a5
    granted to authenticated
    -- Takes a table out of its group, or a leading table's group apart. Guests who scanned the parting table's code get a session there with the orders they placed; the rest of the bill stays at the leading table (transfer_orders moves more). Needs tables.manage. Returns {table_id, parted_tables: [{table_id, label, session_id}]}; a repeat parts nothing. Definer: clients do not write sessions. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive.
public.update_webhook_endpoint(p_endpoint_id uuid, p_url text DEFAULT NULL::text, p_event_types text[] DEFAULT NULL::text[], p_description text DEFAULT NULL::text, p_is_enabled boolean DEFAULT NULL::boolean) returns jsonb
    plpgsql volatile security definer set search_path="", body 62ef3ce2b3416bbd
    granted to authenticated
    -- Changes an endpoint; what is null stays. Switching it off cancels what waits for it; switched on again it starts afresh. Needs integrations.manage for the whole organisation. Returns as create_webhook_endpoint, without secret. Definer: see there. Errors: not_authenticated, webhook_endpoint_not_found, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.
public.use_assistant(p_venue_id uuid) returns jsonb
    plpgsql volatile security definer set search_path="", body 94fd302f317666e8
    granted to authenticated
    -- Asked before a tool reads: may the signed-in user use the assistant in this venue, and does the plan include it? Returns {venue_id, name, currency, locale, timezone, business_date}. Needs ai.use; at most 120 a minute. Definer: plans are not readable below the policies. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, rate_limited.
public.void_line(p_line_id uuid, p_reason text) returns jsonb
    plpgsql volatile security definer set search_path="", body 9eaff77f624e4aa3
    granted to authenticated
    -- Takes a line off an order that is not completed, with a reason: it costs nothing, its ticket is cancelled, its stock goes back, or is waste once a cook had begun it. Refused for the last line (cancel the order), and when the order would cost less than is paid: refund instead. Needs orders.cancel. Returns the order; a repeat returns the same. Definer: clients do not write orders. Errors: not_authenticated, order_line_not_found, permission_denied, subscription_inactive, order_closed, table_session_closed, invalid_input, order_invalid, order_below_paid, bill_split_paid.
public.write_off_order(p_order_id uuid, p_reason text, p_idempotency_key text) returns jsonb
    plpgsql volatile security definer set search_path="", body 9b76f006d80c680b
    granted to authenticated
    -- Gives up what is unpaid on a completed order, with a reason: a balanced entry of the account write_off, no money. The order is settled and its session can be closed; a write-off is not refunded. Needs orders.cancel. Returns {payment_id, order_id, amount_minor, payment_status, due_minor}. Definer: clients do not write payments. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive, idempotency_key_*, invalid_input, order_not_completed, order_already_paid.
request.enter(p_secret text) returns uuid
    plpgsql volatile security definer set search_path="", body b7b66d648ed979a9
    granted to anon, authenticated, service_role
    -- The API key that a secret belongs to, if it may make a request now. Definer: no client reaches the keys. Errors: api_key_not_alone, api_key_invalid, api_key_revoked, api_key_expired, subscription_inactive, entitlement_exceeded, rate_limited.
request.open() returns void
    plpgsql volatile set search_path="", body b51a5b46cbab2f16
    granted to anon, authenticated, service_role
    -- Makes a request with the header x-api-key one of that API key; any other it leaves as it is. Invoker, because the role changes for the rest of the transaction. Errors: those of request.enter.

-- grants on tables, views and sequences
public.add_ons: select to anon
public.add_ons: select to authenticated
public.assistant_calls: select to authenticated
public.assistant_conversations: select to authenticated
public.assistant_jobs: select to authenticated
public.assistant_messages: select to authenticated
public.assistant_proposals: select to authenticated
public.bill_shares: select to authenticated
public.bill_splits: select to authenticated
public.billing_changes: select to authenticated
public.billing_customers: select to authenticated
public.connected_accounts: select to authenticated
public.daily_closes: select to authenticated
public.discounts: delete to authenticated
public.discounts: insert (amount_minor, category_id, code, ends_on, from_time, is_active, is_stackable, max_uses, menu_item_id, name, percent_bp, starts_on, until_time, venue_id, weekdays) to authenticated
public.discounts: select to authenticated
public.discounts: update (amount_minor, category_id, code, ends_on, from_time, is_active, is_stackable, max_uses, menu_item_id, name, percent_bp, starts_on, until_time, weekdays) to authenticated
public.disputes: select to authenticated
public.drawer_movements: select to authenticated
public.drawer_sessions: select to authenticated
public.feedback: select to authenticated
public.feedback_answers: select to authenticated
public.feedback_questions: insert (choices, kind, position, prompt, venue_id) to authenticated
public.feedback_questions: select to authenticated
public.feedback_questions: update (is_active, position) to authenticated
public.ingredients: insert (cost_per_1000_minor, name, par_level, reorder_level, supplier_id, unit, venue_id) to authenticated
public.ingredients: select to authenticated
public.ingredients: update (cost_per_1000_minor, name, par_level, reorder_level, supplier_id) to authenticated
public.invitations: select (accepted_by, created_at, email, expires_at, id, invited_by, organisation_id, role, status, updated_at, venue_id) to authenticated
public.kitchen_stations: insert (kind, name, venue_id) to authenticated
public.kitchen_stations: select to authenticated
public.kitchen_stations: update (is_active, name) to authenticated
public.kitchen_tickets: select to authenticated
public.loyalty_accounts: select (created_at, id, points, used_at, venue_id) to authenticated
public.loyalty_movements: select (account_id, created_at, id, kind, order_id, points, reason, venue_id) to authenticated
public.loyalty_programmes: select to authenticated
public.memberships: select to authenticated
public.menu_categories: delete to authenticated
public.menu_categories: insert to authenticated
public.menu_categories: select to authenticated
public.menu_categories: update (name, position, station_id) to authenticated
public.menu_image_variants: select to authenticated
public.menu_item_images: select to authenticated
public.menu_item_modifier_groups: delete to authenticated
public.menu_item_modifier_groups: insert to authenticated
public.menu_item_modifier_groups: select to authenticated
public.menu_item_modifier_groups: update (position) to authenticated
public.menu_items: delete to authenticated
public.menu_items: insert to authenticated
public.menu_items: select to authenticated
public.menu_items: update (allergens, archived_at, category_id, description, dietary_tags, is_available, name, position, price_minor, spice, station_id, tax_rate_bp) to authenticated
public.menu_labels: select to authenticated
public.menu_translations: delete to authenticated
public.menu_translations: insert (category_id, description, group_id, image_id, locale, menu_item_id, name, option_id, venue_id) to authenticated
public.menu_translations: select to authenticated
public.menu_translations: update (description, name) to authenticated
public.menu_version_translations: select to authenticated
public.menu_versions: select to authenticated
public.modifier_groups: delete to authenticated
public.modifier_groups: insert to authenticated
public.modifier_groups: select to authenticated
public.modifier_groups: update (max_choices, min_choices, name) to authenticated
public.modifier_options: delete to authenticated
public.modifier_options: insert to authenticated
public.modifier_options: select to authenticated
public.modifier_options: update (group_id, is_available, name, position, price_delta_minor) to authenticated
public.option_recipe_lines: delete to authenticated
public.option_recipe_lines: insert to authenticated
public.option_recipe_lines: select to authenticated
public.option_recipe_lines: update (quantity) to authenticated
public.order_customers: select to authenticated
public.order_discounts: select to authenticated
public.order_events: select to authenticated
public.order_lines: select to authenticated
public.order_loyalty: select to authenticated
public.orders: select to authenticated
public.organisation_add_ons: select to authenticated
public.organisations: select to authenticated
public.payments: select to authenticated
public.permissions: select to authenticated
public.published_menu_items: select to authenticated
public.purchase_order_lines: select to authenticated
public.purchase_orders: select to authenticated
public.qr_codes: select (created_at, id, kind, revoked_at, table_id, venue_id) to authenticated
public.recipe_lines: delete to authenticated
public.recipe_lines: insert to authenticated
public.recipe_lines: select to authenticated
public.recipe_lines: update (quantity) to authenticated
public.refunds: select to authenticated
public.reservation_customers: select to authenticated
public.reservations: select to authenticated
public.role_permissions: select to authenticated
public.roles: select to authenticated
public.shifts: select to authenticated
public.stock_movements: select to authenticated
public.stocktake_counts: select to authenticated
public.stocktakes: select to authenticated
public.subscription_events: select to authenticated
public.subscriptions: select to authenticated
public.suppliers: delete to authenticated
public.suppliers: insert (email, name, phone, venue_id) to authenticated
public.suppliers: select to authenticated
public.suppliers: update (email, name, phone) to authenticated
public.table_sessions: select to authenticated
public.tables: insert (area, label, seats, venue_id) to authenticated
public.tables: select to authenticated
public.tables: update (area, is_active, label, seats) to authenticated
public.tier_entitlements: select to anon
public.tier_entitlements: select to authenticated
public.tiers: select to anon
public.tiers: select to authenticated
public.time_entries: select to authenticated
public.units: select to authenticated
public.venues: select to authenticated
public.venues: update (address, allows_negative_stock, cash_needs_drawer, cleaning_minutes, collection_pays_at_till, country, day_starts_at, hold_minutes, locale, name, no_show_minutes, opening_hours, overdue_minutes, postcode, prices_include_tax, revives_late_orders, service_charge_bp, service_type, timezone, turn_minutes, venue_type) to authenticated
public.waiting_parties: select to authenticated
public.webhook_deliveries: select to authenticated
public.webhook_endpoints: select to authenticated
public.webhook_event_types: select to authenticated
public.webhook_events: select to authenticated

-- clocks
*/5 * * * *  advance-reservations  select private.request_due('reservations.advance')
47 3 * * *  clean-storage  select private.clean_storage()
* * * * *  daily-close  select private.request_due('day.close')
37 3 * * *  erase-guest-data  select private.request_due('guests.erase')
7 * * * *  expire-invitations  select private.expire_invitations()
* * * * *  expire-orders  select private.request_due('orders.expire')
57 3 * * *  expire-points  select private.expire_points()
* * * * *  expire-proposals  select private.expire_proposals()
37 * * * *  flag-forgotten-clock-outs  select private.flag_forgotten_clock_outs()
27 3 * * *  forget-conversations  select private.forget_conversations()
* * * * *  keep-tenant-schemas  select private.keep_tenant_schemas()
17 * * * *  purge-expired  select private.purge_expired()
*/15 * * * *  reconcile  select private.reconcile_by_clock()
*/5 * * * *  roll-up  select private.request_due('sales.roll_up')
* * * * *  sweep-payments  select private.sweep_payments(), private.sweep_events()
* * * * *  wake-worker  select private.wake_if_waiting()
* * * * *  watch-assistant-jobs  select private.watch_assistant_jobs()
* * * * *  watch-stock  select private.request_due('stock.watch')
*/5 * * * *  watch-subscriptions  select private.watch_subscriptions()

-- queues
alerts
alerts_dead
assistant_jobs
assistant_jobs_dead
mail
mail_dead
payment_checks
payment_checks_dead
provider_calls
provider_calls_dead
reconciliation
reconciliation_dead
storage
storage_dead
venue_jobs
venue_jobs_dead
venue_upkeep
venue_upkeep_dead
webhook_events
webhook_events_dead
webhooks
webhooks_dead

-- rows of private.application_fees
{"tier": "enterprise", "currency": "EUR", "fixed_minor": 25, "basis_points": 175}
{"tier": "enterprise", "currency": "GBP", "fixed_minor": 20, "basis_points": 175}
{"tier": "pro", "currency": "EUR", "fixed_minor": 25, "basis_points": 200}
{"tier": "pro", "currency": "GBP", "fixed_minor": 20, "basis_points": 200}
{"tier": "starter", "currency": "EUR", "fixed_minor": 25, "basis_points": 250}
{"tier": "starter", "currency": "GBP", "fixed_minor": 20, "basis_points": 250}

-- rows of private.assistant_changes
{"tool": "adjust_stock", "measure": "stock_lines", "permission": "inventory.edit"}
{"tool": "advance_order", "measure": "orders", "permission": "orders.update"}
{"tool": "advance_tickets", "measure": "tickets", "permission": "kitchen.update"}
{"tool": "archive_items", "measure": "archived_items", "permission": "menu.edit"}
{"tool": "cancel_order", "measure": "cancellations", "permission": "orders.cancel"}
{"tool": "complete_order", "measure": "orders", "permission": "orders.update"}
{"tool": "create_discount", "measure": "discount_bp", "permission": "menu.edit"}
{"tool": "create_item", "measure": "new_items", "permission": "menu.edit"}
{"tool": "create_qr_code", "measure": "qr_codes", "permission": "tables.manage"}
{"tool": "create_qr_codes", "measure": "qr_codes", "permission": "tables.manage"}
{"tool": "create_tables", "measure": "tables", "permission": "tables.manage"}
{"tool": "draft_purchase_orders", "measure": "purchase_drafts", "permission": "inventory.edit"}
{"tool": "invite_member", "measure": "invitations", "permission": "staff.manage"}
{"tool": "merge_tables", "measure": "merges", "permission": "tables.manage"}
{"tool": "publish_menu", "measure": "publications", "permission": "menu.edit"}
{"tool": "rotate_qr_code", "measure": "qr_codes", "permission": "tables.manage"}
{"tool": "set_availability", "measure": "availability", "permission": "menu.availability"}
{"tool": "set_category_availability", "measure": "availability", "permission": "menu.availability"}
{"tool": "set_item_image", "measure": "images", "permission": "menu.edit"}
{"tool": "set_par_levels", "measure": "par_levels", "permission": "inventory.edit"}
{"tool": "translate_items", "measure": "translations", "permission": "menu.edit"}
{"tool": "update_prices", "measure": "prices", "permission": "menu.edit"}

-- rows of private.assistant_guardrails
{"measure": "archived_items", "per_call": 10, "per_venue_and_day": 20, "per_person_and_day": 10}
{"measure": "availability", "per_call": 100, "per_venue_and_day": 1200, "per_person_and_day": 400}
{"measure": "cancellations", "per_call": 1, "per_venue_and_day": 30, "per_person_and_day": 10}
{"measure": "discount_bp", "per_call": 3000, "per_venue_and_day": 6000, "per_person_and_day": 3000}
{"measure": "images", "per_call": 1, "per_venue_and_day": 100, "per_person_and_day": 50}
{"measure": "invitations", "per_call": 1, "per_venue_and_day": 10, "per_person_and_day": 5}
{"measure": "merges", "per_call": 1, "per_venue_and_day": 60, "per_person_and_day": 20}
{"measure": "new_items", "per_call": 1, "per_venue_and_day": 40, "per_person_and_day": 20}
{"measure": "orders", "per_call": 1, "per_venue_and_day": 2000, "per_person_and_day": 500}
{"measure": "par_levels", "per_call": 50, "per_venue_and_day": 100, "per_person_and_day": 50}
{"measure": "price_change_bp", "per_call": 2000, "per_venue_and_day": 2000, "per_person_and_day": 2000}
{"measure": "prices", "per_call": 50, "per_venue_and_day": 100, "per_person_and_day": 50}
{"measure": "publications", "per_call": 1, "per_venue_and_day": 30, "per_person_and_day": 10}
{"measure": "purchase_drafts", "per_call": 1, "per_venue_and_day": 20, "per_person_and_day": 10}
{"measure": "qr_codes", "per_call": 100, "per_venue_and_day": 200, "per_person_and_day": 100}
{"measure": "stock_lines", "per_call": 50, "per_venue_and_day": 100, "per_person_and_day": 50}
{"measure": "tables", "per_call": 20, "per_venue_and_day": 40, "per_person_and_day": 20}
{"measure": "tickets", "per_call": 50, "per_venue_and_day": 2000, "per_person_and_day": 500}
{"measure": "translations", "per_call": 100, "per_venue_and_day": 800, "per_person_and_day": 400}

-- rows of private.errors
{"code": "account_not_found", "remedy": "Link one first.", "meaning": "The organisation has no account at the payment provider.", "http_status": 404}
{"code": "account_reference_conflict", "remedy": "Load the account again.", "meaning": "The account is another one at the payment provider already.", "http_status": 409}
{"code": "add_on_not_offered", "remedy": "Choose an add-on of the plan, or another plan.", "meaning": "This add-on is not sold with the organisation's plan.", "http_status": 409}
{"code": "already_clocked_in", "remedy": "Clock out there first.", "meaning": "The person is clocked in at another venue of the organisation.", "http_status": 409}
{"code": "already_member", "remedy": "Change the existing membership's role instead.", "meaning": "This person is already a member in this scope.", "http_status": 409}
{"code": "amount_invalid", "remedy": "Correct the amount named in the details.", "meaning": "The amount is not acceptable.", "http_status": 422}
{"code": "api_key_expired", "remedy": "Use the secret that the last rotation gave, or ask an owner for another key.", "meaning": "This API key, or this secret of it, has ended.", "http_status": 401}
{"code": "api_key_invalid", "remedy": "Send the secret as it was shown when the key was made or rotated.", "meaning": "No API key has this secret.", "http_status": 401}
{"code": "api_key_name_taken", "remedy": "Choose another name, or revoke the other key.", "meaning": "Another API key of the organisation that is not revoked has this name.", "http_status": 409}
{"code": "api_key_not_alone", "remedy": "Send the API key with the publishable key of the project and nothing else.", "meaning": "A request with an API key carries another credential, too.", "http_status": 401}
{"code": "api_key_not_found", "remedy": "List the organisation's API keys and use one of their ids.", "meaning": "There is no such API key in reach of this caller.", "http_status": 404}
{"code": "api_key_revoked", "remedy": "Ask an owner of the organisation for another key.", "meaning": "This API key has been revoked.", "http_status": 401}
{"code": "assistant_budget_exhausted", "remedy": "Wait until the time in detail, or call the tools directly: they cost nothing.", "meaning": "The organisation has used what its plan includes of the assistant for the day.", "http_status": 429}
{"code": "assistant_job_closed", "remedy": "Look at its result or its reason; ask again if it is still wanted.", "meaning": "The job has ended already.", "http_status": 409}
{"code": "assistant_job_limit", "remedy": "Wait until the instant that the details name.", "meaning": "The organisation has asked for as many background jobs as it may within 24 hours.", "http_status": 429}
{"code": "assistant_job_not_found", "remedy": "List your jobs and use one of their ids.", "meaning": "There is no such background job in reach of this caller.", "http_status": 404}
{"code": "assistant_job_running", "remedy": "Wait until it has ended, or cancel it.", "meaning": "A job of this kind is under way in this venue.", "http_status": 409}
{"code": "assistant_turn_not_found", "remedy": "Begin another.", "meaning": "This turn is over, or it is not the function's that asks.", "http_status": 404}
{"code": "bill_is_split", "remedy": "Pay a share or the whole rest, or cancel the split.", "meaning": "The order is split: it is paid share by share, or all of the rest at once.", "http_status": 409}
{"code": "bill_share_not_found", "remedy": "Load the bill again and use one of its shares' ids.", "meaning": "The order has no such share, or its split is over.", "http_status": 404}
{"code": "bill_share_paid", "remedy": "Pay another one.", "meaning": "The share is paid.", "http_status": 409}
{"code": "bill_split_not_found", "remedy": "Use a bill_id that split_bill returned.", "meaning": "There is no such split that the caller can see.", "http_status": 404}
{"code": "bill_split_paid", "remedy": "Cancel the split first; what is paid stays paid.", "meaning": "A share of the order has been paid: its price does not change any more.", "http_status": 409}
{"code": "billing_change_in_progress", "remedy": "Wait a moment, load the subscription, and try again.", "meaning": "Another change of the subscription is under way.", "http_status": 409}
{"code": "billing_change_not_found", "remedy": "Check the id.", "meaning": "There is no such change of a subscription.", "http_status": 404}
{"code": "conversation_not_found", "remedy": "Start a new one.", "meaning": "This person has no such conversation in this venue.", "http_status": 404}
{"code": "course_held", "remedy": "Fire the course, or void its lines.", "meaning": "A course of the order has not been fired.", "http_status": 409}
{"code": "course_not_found", "remedy": "Load the order again and use one of its lines' courses.", "meaning": "The order has no line of this course in the kitchen.", "http_status": 404}
{"code": "csv_invalid", "remedy": "Mend the cells named in the details, a JSON array of {row, column, problem}, and send it again.", "meaning": "The CSV text has errors; none of its rows was taken.", "http_status": 422}
{"code": "delivery_exceeds_order", "remedy": "Receive at most the remainder named in the details; book the rest with adjust_stock.", "meaning": "The delivery is more than what is still to come.", "http_status": 409}
{"code": "discount_code_invalid", "remedy": "Check the code, or order without it.", "meaning": "The discount code is unknown, or not valid now.", "http_status": 422}
{"code": "discount_not_applicable", "remedy": "Order what the code is for, or leave the code out.", "meaning": "The discount code takes nothing off this order.", "http_status": 409}
{"code": "discount_used_up", "remedy": "Quote the order again; leave the code out if one was sent.", "meaning": "A discount of this order has been used as often as it may be.", "http_status": 409}
{"code": "downgrade_waiting", "remedy": "Resume the present plan first.", "meaning": "The subscription changes to a smaller plan when its period ends.", "http_status": 409}
{"code": "drawer_closed", "remedy": "Use a drawer that is open.", "meaning": "The drawer has been closed.", "http_status": 409}
{"code": "drawer_not_found", "remedy": "Use an id that open_drawer or get_drawers returned.", "meaning": "The venue has no such drawer session.", "http_status": 404}
{"code": "drawer_open", "remedy": "Use it, or close it first.", "meaning": "A drawer of this name is open.", "http_status": 409}
{"code": "drawer_required", "remedy": "Open a drawer, or name one of those that are open.", "meaning": "Cash belongs into one open drawer, and it is not clear into which.", "http_status": 409}
{"code": "entitlement_exceeded", "remedy": "Remove one that is not needed, or upgrade the plan.", "meaning": "The organisation's plan does not include more of these.", "http_status": 403}
{"code": "feedback_given", "remedy": "Thank the guest; every order is answered once.", "meaning": "Feedback about this order has been given.", "http_status": 409}
{"code": "feedback_not_found", "remedy": "Check the id.", "meaning": "There is no such feedback in reach of this caller.", "http_status": 404}
{"code": "feedback_not_open", "remedy": "Wait until the order is ready.", "meaning": "Feedback is taken for orders that are ready, served or completed.", "http_status": 409}
{"code": "finding_not_found", "remedy": "Load the reconciliation report again.", "meaning": "There is no such finding in your books.", "http_status": 404}
{"code": "finding_not_open", "remedy": "Nothing to do.", "meaning": "The finding differs no longer: a reconciliation has resolved it.", "http_status": 409}
{"code": "fulfilment_not_allowed", "remedy": "Choose another fulfilment.", "meaning": "This kind of QR code does not allow this fulfilment.", "http_status": 422}
{"code": "guardrail_exceeded", "remedy": "Propose less, wait, or make the change in the app.", "meaning": "The assistant may not change this much, at once or within 24 hours.", "http_status": 403}
{"code": "guest_session_invalid", "remedy": "Scan the QR code again.", "meaning": "The guest's session token is unknown or has expired.", "http_status": 401}
{"code": "idempotency_key_in_use", "remedy": "Wait a moment and repeat the request with the same key.", "meaning": "A request with this idempotency key is still running.", "http_status": 409}
{"code": "idempotency_key_invalid", "remedy": "Send a fresh random key, such as a UUID, with every new operation.", "meaning": "The idempotency key must have 1 to 255 characters.", "http_status": 422}
{"code": "idempotency_key_reused", "remedy": "Send a fresh key for a new request.", "meaning": "This idempotency key was used with another request.", "http_status": 422}
{"code": "ingredient_not_found", "remedy": "Check the id.", "meaning": "There is no such ingredient in reach of this caller.", "http_status": 404}
{"code": "invalid_input", "remedy": "Correct the argument named in the details.", "meaning": "An argument is missing or malformed.", "http_status": 422}
{"code": "invitation_expired", "remedy": "Ask for a new invitation.", "meaning": "This invitation has expired.", "http_status": 410}
{"code": "invitation_not_found", "remedy": "Ask for a new invitation.", "meaning": "No invitation belongs to this token.", "http_status": 404}
{"code": "invitation_pending", "remedy": "Cancel it first, or wait until it is answered.", "meaning": "A pending invitation for this e-mail address exists.", "http_status": 409}
{"code": "invitation_used", "remedy": "Sign in as the person who accepted it, or ask for a new one.", "meaning": "This invitation has been accepted or cancelled.", "http_status": 409}
{"code": "job_not_found", "remedy": "Claim jobs again.", "meaning": "There is no such queue or job.", "http_status": 404}
{"code": "last_owner", "remedy": "Make somebody else an owner first.", "meaning": "An organisation always keeps at least one owner.", "http_status": 409}
{"code": "loyalty_account_not_found", "remedy": "Check the id.", "meaning": "There is no such loyalty account in reach of this caller.", "http_status": 404}
{"code": "loyalty_card_invalid", "remedy": "Show the member's present card, or order without one.", "meaning": "The loyalty card is not one of this venue, or has been replaced.", "http_status": 422}
{"code": "loyalty_not_offered", "remedy": "Order without the card; its points are kept.", "meaning": "The venue has no loyalty programme now.", "http_status": 409}
{"code": "loyalty_points_insufficient", "remedy": "Read the balance again and redeem or deduct at most that.", "meaning": "The member does not have these points.", "http_status": 409}
{"code": "loyalty_points_too_few", "remedy": "Redeem at least the minimum named in the details, or none.", "meaning": "The venue redeems no fewer points than its minimum.", "http_status": 422}
{"code": "member_not_found", "remedy": "List the members and use one of their ids.", "meaning": "There is no such member in this organisation.", "http_status": 404}
{"code": "menu_file_invalid", "remedy": "Upload PDF, JPEG, PNG or WebP, of at most 10 MiB in all.", "meaning": "What was uploaded is too large, or of a type that is not read.", "http_status": 422}
{"code": "menu_file_not_uploaded", "remedy": "Upload the file under a new name, and ask within a day.", "meaning": "This person has uploaded nothing under this path within the last 24 hours.", "http_status": 409}
{"code": "menu_image_invalid", "remedy": "Upload a JPEG, PNG, WebP or AVIF of at most 5 MiB under a name with the fitting ending.", "meaning": "What was uploaded under this path is not an image that a menu takes.", "http_status": 422}
{"code": "menu_image_limit", "remedy": "Remove one first.", "meaning": "The item has as many images as it can.", "http_status": 409}
{"code": "menu_image_not_found", "remedy": "List the item's images and use one of their ids.", "meaning": "There is no such image in reach of this caller.", "http_status": 404}
{"code": "menu_image_not_uploaded", "remedy": "Upload the image under a new name, and attach it within a day.", "meaning": "Nothing was uploaded under this path within the last 24 hours.", "http_status": 409}
{"code": "menu_import_invalid", "remedy": "Mend the rows and columns that the details list as JSON, and import the file again.", "meaning": "The menu file has mistakes; nothing was imported.", "http_status": 422}
{"code": "menu_incomplete", "remedy": "Mend what the details name and publish again.", "meaning": "The draft menu cannot be published as it is.", "http_status": 422}
{"code": "menu_item_not_found", "remedy": "List the venue's items and use the id of one that is not archived.", "meaning": "There is no such item on the draft menu in reach of this caller.", "http_status": 404}
{"code": "menu_item_unavailable", "remedy": "Load the menu again and leave the item out.", "meaning": "A line names an item that is sold out or switched off.", "http_status": 409}
{"code": "menu_item_unknown", "remedy": "Load the menu again and rebuild the order.", "meaning": "A line names an item that is not on the published menu.", "http_status": 422}
{"code": "menu_not_published", "remedy": "Publish the menu first.", "meaning": "The venue has not published a menu.", "http_status": 409}
{"code": "menu_version_not_found", "remedy": "List the venue's menu versions and use one of their numbers.", "meaning": "The venue has not published such a version.", "http_status": 404}
{"code": "merge_unconfirmed", "remedy": "Ask the parties, then repeat with p_confirm.", "meaning": "Several of the tables are occupied; merging them joins their bills.", "http_status": 409}
{"code": "no_table_free", "remedy": "Choose another time, or assign a table by hand.", "meaning": "No table of this size is free at that time.", "http_status": 409}
{"code": "not_authenticated", "remedy": "Sign in and send the access token.", "meaning": "This call needs a signed-in user.", "http_status": 401}
{"code": "nothing_to_translate", "remedy": "Change or remove translations in the app, if others are wanted.", "meaning": "Everything on the draft menu has a translation in this language.", "http_status": 409}
{"code": "option_count_invalid", "remedy": "Respect the group's minimum and maximum.", "meaning": "A line chooses too few or too many options of a group.", "http_status": 422}
{"code": "option_unavailable", "remedy": "Load the menu again and choose another option.", "meaning": "A line names an option that is switched off.", "http_status": 409}
{"code": "option_unknown", "remedy": "Load the menu again and choose from the item's own options.", "meaning": "A line names an option that its item does not have.", "http_status": 422}
{"code": "order_already_paid", "remedy": "Show the guest the receipt.", "meaning": "Nothing is due on this order.", "http_status": 409}
{"code": "order_below_paid", "remedy": "Refund the difference first.", "meaning": "The order would cost less than what has been paid and not refunded.", "http_status": 409}
{"code": "order_closed", "remedy": "Place a new order.", "meaning": "The order is cancelled, expired or completed.", "http_status": 409}
{"code": "order_in_preparation", "remedy": "Void the line, or place a further order.", "meaning": "The kitchen has begun; the order is not amended any more.", "http_status": 409}
{"code": "order_invalid", "remedy": "Correct the field named in the details; prices are never part of an order.", "meaning": "The order is malformed.", "http_status": 422}
{"code": "order_line_not_found", "remedy": "Load the order again and use one of its lines' ids.", "meaning": "The order has no such line, or it has been taken off.", "http_status": 404}
{"code": "order_not_completed", "remedy": "Complete the order first (by force, with a reason), or cancel it.", "meaning": "Only what is left unpaid on a completed order can be written off.", "http_status": 409}
{"code": "order_not_found", "remedy": "Check the id.", "meaning": "There is no such order in reach of this caller.", "http_status": 404}
{"code": "order_paid", "remedy": "Refund its payments first.", "meaning": "The order holds payments that are not refunded.", "http_status": 409}
{"code": "order_transition_invalid", "remedy": "Load the order again and choose a status that follows its present one.", "meaning": "The order cannot go from its present status to the one asked for.", "http_status": 409}
{"code": "order_unsettled", "remedy": "Collect what is due, or force completion with a reason (owner or manager).", "meaning": "The order is not fully paid.", "http_status": 409}
{"code": "out_of_stock", "remedy": "Load the menu again and lower the quantity.", "meaning": "There is not enough stock for this order.", "http_status": 409}
{"code": "payment_mode_not_allowed", "remedy": "Choose another payment mode.", "meaning": "This kind of QR code or fulfilment does not allow this payment mode.", "http_status": 422}
{"code": "payment_not_found", "remedy": "Check the id.", "meaning": "There is no such payment in reach of this caller.", "http_status": 404}
{"code": "payment_not_refundable", "remedy": "Wait until it is settled, or cancel it.", "meaning": "Only a settled payment can be refunded.", "http_status": 409}
{"code": "payment_reference_conflict", "remedy": "Start a new payment.", "meaning": "The payment already belongs to another provider object.", "http_status": 409}
{"code": "permission_denied", "remedy": "Ask an owner or manager of the organisation.", "meaning": "Your role does not allow this here, or it does not exist for you.", "http_status": 403}
{"code": "person_required", "remedy": "Sign in and send the access token.", "meaning": "People do this for themselves; an API key is nobody.", "http_status": 403}
{"code": "plan_too_small", "remedy": "Remove what the details name, or keep the plan.", "meaning": "More is in use than what would be left includes.", "http_status": 409}
{"code": "post_required", "remedy": "Call it by POST, as supabase-js does.", "meaning": "Calls of this function are counted, and a GET may only read.", "http_status": 405}
{"code": "proposal_closed", "remedy": "Propose the change again if it is still wanted.", "meaning": "The proposal has been decided already.", "http_status": 409}
{"code": "proposal_expired", "remedy": "Propose the change again.", "meaning": "The proposal was not confirmed within 10 minutes.", "http_status": 410}
{"code": "proposal_not_found", "remedy": "List your proposals, or propose the change again.", "meaning": "There is no such proposal of this person.", "http_status": 404}
{"code": "proposal_not_undoable", "remedy": "Make the opposite change in the app.", "meaning": "This change was not made, is undone already, or cannot be taken back.", "http_status": 409}
{"code": "proposal_stale", "remedy": "Propose the change again and look at it anew.", "meaning": "What the proposal was made from has changed meanwhile.", "http_status": 409}
{"code": "provider_event_not_found", "remedy": "List the quarantined events again.", "meaning": "There is no such provider event in your books.", "http_status": 404}
{"code": "provider_event_not_open", "remedy": "Nothing: somebody resolved it, or it never needed anybody.", "meaning": "The provider event is not in quarantine (any more).", "http_status": 409}
{"code": "purchase_order_not_found", "remedy": "Check the id.", "meaning": "There is no such purchase order in reach of this caller.", "http_status": 404}
{"code": "purchase_order_transition_invalid", "remedy": "Load the purchase order again.", "meaning": "The purchase order's status does not allow this.", "http_status": 409}
{"code": "qr_code_invalid", "remedy": "Scan the code on the table again, or ask staff.", "meaning": "This QR code does not work, or works no longer.", "http_status": 404}
{"code": "qr_code_not_found", "remedy": "List the venue's codes and use one of their ids.", "meaning": "There is no such QR code in reach of this caller.", "http_status": 404}
{"code": "rate_limited", "remedy": "Wait as long as the details say and try again.", "meaning": "Too many requests in this minute or hour.", "http_status": 429}
{"code": "reconciliation_lost", "remedy": "Nothing to do: whoever has it goes on.", "meaning": "Another worker has this reconciliation, or it is finished.", "http_status": 409}
{"code": "reconciliation_not_found", "remedy": "Use the id that request_reconciliation returned.", "meaning": "There is no such reconciliation.", "http_status": 404}
{"code": "reconciliation_running", "remedy": "Wait until it is finished, then ask again.", "meaning": "A reconciliation of a shorter time is under way.", "http_status": 409}
{"code": "refund_exceeds_payment", "remedy": "Refund at most the remainder named in the details.", "meaning": "The refund exceeds what was paid less what was refunded.", "http_status": 409}
{"code": "refund_not_found", "remedy": "Check the id.", "meaning": "There is no such refund.", "http_status": 404}
{"code": "reservation_closed", "remedy": "Load it again; make a new one if it was cancelled or missed.", "meaning": "The reservation is no longer open for this.", "http_status": 409}
{"code": "reservation_not_found", "remedy": "Check the id.", "meaning": "There is no such reservation in reach of this caller.", "http_status": 404}
{"code": "reservation_overlap", "remedy": "Choose another table or time.", "meaning": "Another reservation has the table at that time.", "http_status": 409}
{"code": "resolution_not_applicable", "remedy": "Choose another of apply, book, refund and dismiss.", "meaning": "This resolution does not fit the event: the details say why.", "http_status": 409}
{"code": "role_above_own", "remedy": "Ask somebody with the higher role.", "meaning": "Nobody can grant, change or remove a role above their own.", "http_status": 403}
{"code": "shift_closed", "remedy": "Plan another shift; what was worked is corrected in its time entry.", "meaning": "The shift is cancelled, or somebody has clocked in for it.", "http_status": 409}
{"code": "shift_not_found", "remedy": "Check the id.", "meaning": "There is no such shift in reach of this caller.", "http_status": 404}
{"code": "shift_overlap", "remedy": "Choose another time or person, or cancel the other shift.", "meaning": "The person has another shift at that time, in this venue or another of the organisation.", "http_status": 409}
{"code": "slug_taken", "remedy": "Choose another slug.", "meaning": "Another organisation or venue uses this slug.", "http_status": 409}
{"code": "split_invalid", "remedy": "Send {method: equal | items | amount, shares}.", "meaning": "The bill cannot be split this way; detail says what is wrong.", "http_status": 422}
{"code": "station_not_found", "remedy": "List the venue's stations and use one of their ids.", "meaning": "There is no such kitchen station in this venue.", "http_status": 404}
{"code": "stocktake_closed", "remedy": "Open a new one.", "meaning": "The stocktake has been posted or cancelled.", "http_status": 409}
{"code": "stocktake_not_found", "remedy": "Check the id.", "meaning": "There is no such stocktake in reach of this caller.", "http_status": 404}
{"code": "subscription_exists", "remedy": "Change the plan, or open the portal to pay.", "meaning": "The organisation has a subscription already.", "http_status": 409}
{"code": "subscription_inactive", "remedy": "An owner can choose a plan to continue.", "meaning": "The organisation's trial or subscription has ended; it is read-only.", "http_status": 403}
{"code": "subscription_missing", "remedy": "Choose a plan first.", "meaning": "The organisation has no subscription that this could be done with.", "http_status": 409}
{"code": "subscription_unpaid", "remedy": "Open the portal and pay it, then try again.", "meaning": "The last invoice of the subscription is not paid.", "http_status": 409}
{"code": "supplier_not_found", "remedy": "Check the id.", "meaning": "There is no such supplier in this venue.", "http_status": 404}
{"code": "table_blocked", "remedy": "Choose another table, or free it first.", "meaning": "The table is out of use.", "http_status": 409}
{"code": "table_merged", "remedy": "Use the leading table, or unmerge it first.", "meaning": "The table belongs to another one at present.", "http_status": 409}
{"code": "table_not_found", "remedy": "List the venue's tables and use one of their ids.", "meaning": "There is no such active table.", "http_status": 404}
{"code": "table_occupied", "remedy": "Choose another table, or close or merge its session.", "meaning": "Another party has an open session at this table.", "http_status": 409}
{"code": "table_reserved", "remedy": "Choose another table, or move or cancel the reservation.", "meaning": "The table is held for a reservation.", "http_status": 409}
{"code": "table_session_closed", "remedy": "Scan the QR code again to open a new one.", "meaning": "The table session has been closed.", "http_status": 409}
{"code": "table_session_not_found", "remedy": "List the open sessions and use one of their ids.", "meaning": "There is no such table session.", "http_status": 404}
{"code": "table_session_unsettled", "remedy": "Collect or cancel them, then close the session.", "meaning": "The session has orders that are not paid.", "http_status": 409}
{"code": "tenant_schema_not_found", "remedy": "Provision it first.", "meaning": "This organisation has no SQL schema.", "http_status": 404}
{"code": "ticket_not_found", "remedy": "Check the id.", "meaning": "There is no such ticket in reach of this caller.", "http_status": 404}
{"code": "ticket_transition_invalid", "remedy": "Load the ticket again.", "meaning": "The ticket cannot go from its present status to the one asked for.", "http_status": 409}
{"code": "time_entry_not_found", "remedy": "Check the id.", "meaning": "There is no such time entry in reach of this caller.", "http_status": 404}
{"code": "time_entry_overlap", "remedy": "Correct the other entry first, or choose other times.", "meaning": "The person has another time entry at that time.", "http_status": 409}
{"code": "tool_not_found", "remedy": "List the tools and use one of their names.", "meaning": "The assistant has no such tool.", "http_status": 404}
{"code": "unit_mismatch", "remedy": "Use a unit that converts to the ingredient's base unit; the table units lists them.", "meaning": "The unit is unknown or measures another dimension than the ingredient's own.", "http_status": 422}
{"code": "venue_in_use", "remedy": "Keep it: what is on record stays. Switch its tables off, so that nobody orders there.", "meaning": "The venue has orders, stock movements or working hours on record.", "http_status": 409}
{"code": "venue_not_found", "remedy": "Check the slug or id.", "meaning": "There is no such venue.", "http_status": 404}
{"code": "waiting_party_gone", "remedy": "Load the waiting list again.", "meaning": "The party has been seated or has left.", "http_status": 409}
{"code": "waiting_party_not_found", "remedy": "Load the waiting list again.", "meaning": "There is no such party in reach of this caller.", "http_status": 404}
{"code": "webhook_delivery_not_found", "remedy": "Deliveries are kept for 30 days: list them and use one of their ids.", "meaning": "There is no such webhook delivery in reach of this caller.", "http_status": 404}
{"code": "webhook_delivery_pending", "remedy": "Wait until it has been delivered or given up.", "meaning": "The delivery is still under way.", "http_status": 409}
{"code": "webhook_endpoint_disabled", "remedy": "Switch it on first.", "meaning": "The webhook endpoint is switched off.", "http_status": 409}
{"code": "webhook_endpoint_not_found", "remedy": "List the organisation's endpoints and use one of their ids.", "meaning": "There is no such webhook endpoint in reach of this caller.", "http_status": 404}

-- rows of private.guest_tables
{"erasure": "blank", "visited": "(select o.created_at from public.orders o where o.venue_id = t.venue_id and o.id = t.order_id)", "order_id": "t.order_id", "table_name": "public.order_lines"}
{"erasure": "blank", "visited": "t.used_at + (select make_interval(days => p.expires_after_days) from public.loyalty_programmes p where p.venue_id = t.venue_id)", "order_id": null, "table_name": "public.loyalty_accounts"}
{"erasure": "delete", "visited": "(select o.created_at from public.feedback f join public.orders o on o.venue_id = f.venue_id and o.id = f.order_id where f.venue_id = t.venue_id and f.id = t.feedback_id)", "order_id": "(select f.order_id from public.feedback f where f.venue_id = t.venue_id and f.id = t.feedback_id)", "table_name": "public.feedback_answers"}
{"erasure": "delete", "visited": "(select r.ends_at from public.reservations r where r.venue_id = t.venue_id and r.id = t.reservation_id)", "order_id": null, "table_name": "public.reservation_customers"}
{"erasure": "delete", "visited": "t.created_at", "order_id": null, "table_name": "public.order_customers"}
{"erasure": "delete", "visited": "t.created_at", "order_id": null, "table_name": "public.waiting_parties"}

-- rows of private.order_transitions
{"to_status": "accepted", "permission": "orders.update", "from_status": "placed", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "cancelled", "permission": "orders.cancel", "from_status": "accepted", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "cancelled", "permission": "orders.cancel", "from_status": "pending_payment", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "cancelled", "permission": "orders.cancel", "from_status": "placed", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "cancelled", "permission": "orders.cancel", "from_status": "preparing", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "cancelled", "permission": "orders.cancel", "from_status": "ready", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "cancelled", "permission": "orders.cancel", "from_status": "served", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "completed", "permission": "orders.update", "from_status": "ready", "fulfilments": ["collection", "counter"]}
{"to_status": "completed", "permission": "orders.update", "from_status": "served", "fulfilments": ["table"]}
{"to_status": "expired", "permission": null, "from_status": "pending_payment", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "placed", "permission": null, "from_status": "expired", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "placed", "permission": null, "from_status": "pending_payment", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "preparing", "permission": "orders.update", "from_status": "accepted", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "ready", "permission": "orders.update", "from_status": "preparing", "fulfilments": ["table", "collection", "counter"]}
{"to_status": "served", "permission": "orders.update", "from_status": "ready", "fulfilments": ["table"]}

-- rows of private.outbox_routes
{"queue": "alerts", "topic": "operators.alerted"}
{"queue": "alerts", "topic": "operators.mailed"}
{"queue": "assistant_jobs", "topic": "assistant_job.answered"}
{"queue": "assistant_jobs", "topic": "assistant_job.cancelled"}
{"queue": "assistant_jobs", "topic": "assistant_job.requested"}
{"queue": "mail", "topic": "mail.requested"}
{"queue": "payment_checks", "topic": "payment.check_requested"}
{"queue": "payment_checks", "topic": "refund.check_requested"}
{"queue": "provider_calls", "topic": "account.changed"}
{"queue": "provider_calls", "topic": "charge.refund_requested"}
{"queue": "provider_calls", "topic": "payment.cancel_requested"}
{"queue": "provider_calls", "topic": "refund.requested"}
{"queue": "provider_calls", "topic": "subscription.changed"}
{"queue": "reconciliation", "topic": "provider.reconcile"}
{"queue": "storage", "topic": "objects.removable"}
{"queue": "venue_jobs", "topic": "day.close"}
{"queue": "venue_jobs", "topic": "orders.expire"}
{"queue": "venue_jobs", "topic": "reservations.advance"}
{"queue": "venue_jobs", "topic": "stock.watch"}
{"queue": "venue_upkeep", "topic": "guests.erase"}
{"queue": "venue_upkeep", "topic": "sales.roll_up"}
{"queue": "webhook_events", "topic": "webhook.happened"}
{"queue": "webhooks", "topic": "webhook.due"}

-- rows of private.personal_data
{"subject": "guest", "identifies": "email", "table_name": "public.order_customers", "column_name": "email"}
{"subject": "guest", "identifies": "email", "table_name": "public.reservation_customers", "column_name": "email"}
{"subject": "guest", "identifies": "phone", "table_name": "public.order_customers", "column_name": "phone"}
{"subject": "guest", "identifies": "phone", "table_name": "public.reservation_customers", "column_name": "phone"}
{"subject": "guest", "identifies": "phone", "table_name": "public.waiting_parties", "column_name": "phone"}
{"subject": "guest", "identifies": "user", "table_name": "public.loyalty_accounts", "column_name": "user_id"}
{"subject": "guest", "identifies": null, "table_name": "public.feedback_answers", "column_name": "body"}
{"subject": "guest", "identifies": null, "table_name": "public.order_customers", "column_name": "name"}
{"subject": "guest", "identifies": null, "table_name": "public.order_lines", "column_name": "note"}
{"subject": "guest", "identifies": null, "table_name": "public.reservation_customers", "column_name": "name"}
{"subject": "guest", "identifies": null, "table_name": "public.reservation_customers", "column_name": "note"}
{"subject": "guest", "identifies": null, "table_name": "public.waiting_parties", "column_name": "name"}
{"subject": "member", "identifies": null, "table_name": "private.assistant_delegations", "column_name": "person_id"}
{"subject": "member", "identifies": null, "table_name": "private.audit_events", "column_name": "after"}
{"subject": "member", "identifies": null, "table_name": "private.audit_events", "column_name": "before"}
{"subject": "member", "identifies": null, "table_name": "public.assistant_messages", "column_name": "text"}
{"subject": "member", "identifies": null, "table_name": "public.assistant_proposals", "column_name": "after"}
{"subject": "member", "identifies": null, "table_name": "public.assistant_proposals", "column_name": "arguments"}
{"subject": "member", "identifies": null, "table_name": "public.assistant_proposals", "column_name": "before"}
{"subject": "member", "identifies": null, "table_name": "public.billing_changes", "column_name": "steps"}
{"subject": "member", "identifies": null, "table_name": "public.invitations", "column_name": "email"}
{"subject": "nobody", "identifies": null, "table_name": "private.api_keys", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "private.audit_events", "column_name": "table_name"}
{"subject": "nobody", "identifies": null, "table_name": "private.idempotency_keys", "column_name": "response"}
{"subject": "nobody", "identifies": null, "table_name": "private.notices", "column_name": "about"}
{"subject": "nobody", "identifies": null, "table_name": "private.outbox", "column_name": "payload"}
{"subject": "nobody", "identifies": null, "table_name": "private.provider_events", "column_name": "payload"}
{"subject": "nobody", "identifies": null, "table_name": "private.reconciliation_findings", "column_name": "detail"}
{"subject": "nobody", "identifies": null, "table_name": "private.reconciliation_runs", "column_name": "counts"}
{"subject": "nobody", "identifies": null, "table_name": "private.tenant_schemas", "column_name": "schema_name"}
{"subject": "nobody", "identifies": null, "table_name": "private.tenant_views", "column_name": "view_name"}
{"subject": "nobody", "identifies": null, "table_name": "public.assistant_calls", "column_name": "arguments"}
{"subject": "nobody", "identifies": null, "table_name": "public.assistant_jobs", "column_name": "arguments"}
{"subject": "nobody", "identifies": null, "table_name": "public.assistant_jobs", "column_name": "input"}
{"subject": "nobody", "identifies": null, "table_name": "public.assistant_jobs", "column_name": "result"}
{"subject": "nobody", "identifies": null, "table_name": "public.assistant_proposals", "column_name": "impact"}
{"subject": "nobody", "identifies": null, "table_name": "public.assistant_proposals", "column_name": "undo"}
{"subject": "nobody", "identifies": null, "table_name": "public.bill_shares", "column_name": "items"}
{"subject": "nobody", "identifies": null, "table_name": "public.billing_changes", "column_name": "request"}
{"subject": "nobody", "identifies": null, "table_name": "public.connected_accounts", "column_name": "requirements"}
{"subject": "nobody", "identifies": null, "table_name": "public.daily_closes", "column_name": "open_drawers"}
{"subject": "nobody", "identifies": null, "table_name": "public.daily_closes", "column_name": "unsettled"}
{"subject": "nobody", "identifies": null, "table_name": "public.discounts", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.drawer_sessions", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.ingredients", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.kitchen_stations", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.loyalty_programmes", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.menu_categories", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.menu_items", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.menu_labels", "column_name": "names"}
{"subject": "nobody", "identifies": null, "table_name": "public.menu_translations", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.menu_version_translations", "column_name": "document"}
{"subject": "nobody", "identifies": null, "table_name": "public.menu_versions", "column_name": "document"}
{"subject": "nobody", "identifies": null, "table_name": "public.modifier_groups", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.modifier_options", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.order_discounts", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.order_discounts", "column_name": "terms"}
{"subject": "nobody", "identifies": null, "table_name": "public.order_events", "column_name": "details"}
{"subject": "nobody", "identifies": null, "table_name": "public.order_lines", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.order_lines", "column_name": "options"}
{"subject": "nobody", "identifies": null, "table_name": "public.organisations", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.published_menu_items", "column_name": "choice_limits"}
{"subject": "nobody", "identifies": null, "table_name": "public.published_menu_items", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.published_menu_items", "column_name": "options"}
{"subject": "nobody", "identifies": null, "table_name": "public.subscription_events", "column_name": "after"}
{"subject": "nobody", "identifies": null, "table_name": "public.subscription_events", "column_name": "before"}
{"subject": "nobody", "identifies": null, "table_name": "public.subscriptions", "column_name": "items"}
{"subject": "nobody", "identifies": null, "table_name": "public.venues", "column_name": "address"}
{"subject": "nobody", "identifies": null, "table_name": "public.venues", "column_name": "name"}
{"subject": "nobody", "identifies": null, "table_name": "public.venues", "column_name": "opening_hours"}
{"subject": "nobody", "identifies": null, "table_name": "public.venues", "column_name": "postcode"}
{"subject": "nobody", "identifies": null, "table_name": "public.webhook_events", "column_name": "data"}
{"subject": "supplier", "identifies": null, "table_name": "public.suppliers", "column_name": "email"}
{"subject": "supplier", "identifies": null, "table_name": "public.suppliers", "column_name": "name"}
{"subject": "supplier", "identifies": null, "table_name": "public.suppliers", "column_name": "phone"}

-- rows of private.queues
{"queue": "alerts", "attempts": 50}
{"queue": "assistant_jobs", "attempts": 8}
{"queue": "mail", "attempts": 50}
{"queue": "payment_checks", "attempts": 12}
{"queue": "provider_calls", "attempts": 10}
{"queue": "reconciliation", "attempts": 10}
{"queue": "storage", "attempts": 10}
{"queue": "venue_jobs", "attempts": 8}
{"queue": "venue_upkeep", "attempts": 8}
{"queue": "webhook_events", "attempts": 20}
{"queue": "webhooks", "attempts": 20}

-- rows of public.add_ons
{"tier": "pro", "add_on": "integrations", "currency": "GBP", "max_count": 1, "entitlement": "integrations", "monthly_price_minor": 2900}
{"tier": "starter", "add_on": "kitchen_display", "currency": "GBP", "max_count": 1, "entitlement": "kitchen_stations", "monthly_price_minor": 1900}

-- rows of public.menu_labels
{"kind": "allergen", "label": "celery", "names": {"ar": "الكرفس", "de": "Sellerie", "en": "Celery", "es": "Apio", "fr": "Céleri", "it": "Sedano", "ja": "セロリ", "pt": "Aipo", "zh": "芹菜"}, "position": 1}
{"kind": "allergen", "label": "crustaceans", "names": {"ar": "القشريات", "de": "Krebstiere", "en": "Crustaceans", "es": "Crustáceos", "fr": "Crustacés", "it": "Crostacei", "ja": "甲殻類", "pt": "Crustáceos", "zh": "甲壳类"}, "position": 3}
{"kind": "allergen", "label": "eggs", "names": {"ar": "البيض", "de": "Eier", "en": "Eggs", "es": "Huevos", "fr": "Œufs", "it": "Uova", "ja": "卵", "pt": "Ovos", "zh": "鸡蛋"}, "position": 4}
{"kind": "allergen", "label": "fish", "names": {"ar": "السمك", "de": "Fisch", "en": "Fish", "es": "Pescado", "fr": "Poisson", "it": "Pesce", "ja": "魚", "pt": "Peixe", "zh": "鱼"}, "position": 5}
{"kind": "allergen", "label": "gluten", "names": {"ar": "الحبوب المحتوية على الغلوتين", "de": "Glutenhaltiges Getreide", "en": "Cereals containing gluten", "es": "Cereales con gluten", "fr": "Céréales contenant du gluten", "it": "Cereali contenenti glutine", "ja": "グルテンを含む穀物", "pt": "Cereais com glúten", "zh": "含麸质谷物"}, "position": 2}
{"kind": "allergen", "label": "lupin", "names": {"ar": "الترمس", "de": "Lupinen", "en": "Lupin", "es": "Altramuces", "fr": "Lupin", "it": "Lupini", "ja": "ルピナス", "pt": "Tremoço", "zh": "羽扇豆"}, "position": 6}
{"kind": "allergen", "label": "milk", "names": {"ar": "الحليب", "de": "Milch", "en": "Milk", "es": "Leche", "fr": "Lait", "it": "Latte", "ja": "乳", "pt": "Leite", "zh": "牛奶"}, "position": 7}
{"kind": "allergen", "label": "molluscs", "names": {"ar": "الرخويات", "de": "Weichtiere", "en": "Molluscs", "es": "Moluscos", "fr": "Mollusques", "it": "Molluschi", "ja": "軟体動物", "pt": "Moluscos", "zh": "软体动物"}, "position": 8}
{"kind": "allergen", "label": "mustard", "names": {"ar": "الخردل", "de": "Senf", "en": "Mustard", "es": "Mostaza", "fr": "Moutarde", "it": "Senape", "ja": "マスタード", "pt": "Mostarda", "zh": "芥末"}, "position": 9}
{"kind": "allergen", "label": "nuts", "names": {"ar": "المكسرات", "de": "Schalenfrüchte", "en": "Tree nuts", "es": "Frutos de cáscara", "fr": "Fruits à coque", "it": "Frutta a guscio", "ja": "木の実", "pt": "Frutos de casca rija", "zh": "坚果"}, "position": 10}
{"kind": "allergen", "label": "peanuts", "names": {"ar": "الفول السوداني", "de": "Erdnüsse", "en": "Peanuts", "es": "Cacahuetes", "fr": "Arachides", "it": "Arachidi", "ja": "落花生", "pt": "Amendoins", "zh": "花生"}, "position": 11}
{"kind": "allergen", "label": "sesame", "names": {"ar": "السمسم", "de": "Sesam", "en": "Sesame", "es": "Sésamo", "fr": "Sésame", "it": "Sesamo", "ja": "ごま", "pt": "Sésamo", "zh": "芝麻"}, "position": 12}
{"kind": "allergen", "label": "soya", "names": {"ar": "الصويا", "de": "Soja", "en": "Soya", "es": "Soja", "fr": "Soja", "it": "Soia", "ja": "大豆", "pt": "Soja", "zh": "大豆"}, "position": 13}
{"kind": "allergen", "label": "sulphites", "names": {"ar": "ثاني أكسيد الكبريت والكبريتيت", "de": "Schwefeldioxid und Sulfite", "en": "Sulphur dioxide and sulphites", "es": "Dióxido de azufre y sulfitos", "fr": "Anhydride sulfureux et sulfites", "it": "Anidride solforosa e solfiti", "ja": "二酸化硫黄と亜硫酸塩", "pt": "Dióxido de enxofre e sulfitos", "zh": "二氧化硫和亚硫酸盐"}, "position": 14}
{"kind": "dietary_tag", "label": "dairy_free", "names": {"ar": "خالٍ من الألبان", "de": "Milchfrei", "en": "Dairy-free", "es": "Sin lácteos", "fr": "Sans produits laitiers", "it": "Senza latticini", "ja": "乳製品不使用", "pt": "Sem laticínios", "zh": "无乳制品"}, "position": 4}
{"kind": "dietary_tag", "label": "gluten_free", "names": {"ar": "خالٍ من الغلوتين", "de": "Glutenfrei", "en": "Gluten-free", "es": "Sin gluten", "fr": "Sans gluten", "it": "Senza glutine", "ja": "グルテンフリー", "pt": "Sem glúten", "zh": "无麸质"}, "position": 3}
{"kind": "dietary_tag", "label": "halal", "names": {"ar": "حلال", "de": "Halal", "en": "Halal", "es": "Halal", "fr": "Halal", "it": "Halal", "ja": "ハラール", "pt": "Halal", "zh": "清真"}, "position": 6}
{"kind": "dietary_tag", "label": "kosher", "names": {"ar": "كوشير", "de": "Koscher", "en": "Kosher", "es": "Kosher", "fr": "Casher", "it": "Kosher", "ja": "コーシャ", "pt": "Kosher", "zh": "犹太洁食"}, "position": 7}
{"kind": "dietary_tag", "label": "nut_free", "names": {"ar": "خالٍ من المكسرات", "de": "Nussfrei", "en": "Nut-free", "es": "Sin frutos secos", "fr": "Sans noix", "it": "Senza noci", "ja": "ナッツ不使用", "pt": "Sem nozes", "zh": "无坚果"}, "position": 5}
{"kind": "dietary_tag", "label": "organic", "names": {"ar": "عضوي", "de": "Bio", "en": "Organic", "es": "Ecológico", "fr": "Biologique", "it": "Biologico", "ja": "オーガニック", "pt": "Biológico", "zh": "有机"}, "position": 8}
{"kind": "dietary_tag", "label": "vegan", "names": {"ar": "نباتي صرف", "de": "Vegan", "en": "Vegan", "es": "Vegano", "fr": "Végan", "it": "Vegano", "ja": "ヴィーガン", "pt": "Vegano", "zh": "纯素"}, "position": 2}
{"kind": "dietary_tag", "label": "vegetarian", "names": {"ar": "نباتي", "de": "Vegetarisch", "en": "Vegetarian", "es": "Vegetariano", "fr": "Végétarien", "it": "Vegetariano", "ja": "ベジタリアン", "pt": "Vegetariano", "zh": "素食"}, "position": 1}

-- rows of public.permissions
{"permission": "ai.use", "description": "Use the assistant", "needs_subscription": true}
{"permission": "analytics.read", "description": "See the numbers", "needs_subscription": false}
{"permission": "billing.edit", "description": "Choose and pay a plan", "needs_subscription": false}
{"permission": "billing.read", "description": "See plan and invoices", "needs_subscription": false}
{"permission": "integrations.manage", "description": "Manage API keys and webhooks", "needs_subscription": true}
{"permission": "inventory.edit", "description": "Change ingredients, recipes and stock", "needs_subscription": true}
{"permission": "inventory.read", "description": "See ingredients, recipes and stock", "needs_subscription": false}
{"permission": "kitchen.read", "description": "See kitchen stations and tickets", "needs_subscription": false}
{"permission": "kitchen.update", "description": "Start, finish, bump and recall tickets", "needs_subscription": true}
{"permission": "menu.availability", "description": "Switch items and options on and off", "needs_subscription": true}
{"permission": "menu.edit", "description": "Write and publish the menu", "needs_subscription": true}
{"permission": "menu.read", "description": "See the draft and published menu", "needs_subscription": false}
{"permission": "orders.cancel", "description": "Cancel orders and force their completion", "needs_subscription": true}
{"permission": "orders.read", "description": "See orders, bills and payments", "needs_subscription": false}
{"permission": "orders.update", "description": "Accept, serve and complete orders", "needs_subscription": true}
{"permission": "payments.collect", "description": "Take payments at the till", "needs_subscription": true}
{"permission": "payments.refund", "description": "Refund payments", "needs_subscription": false}
{"permission": "settings.edit", "description": "Change venue settings", "needs_subscription": true}
{"permission": "settings.read", "description": "See venue settings", "needs_subscription": false}
{"permission": "staff.manage", "description": "Invite and remove members", "needs_subscription": true}
{"permission": "staff.read", "description": "See members and invitations", "needs_subscription": false}
{"permission": "staff.roles", "description": "Change members' roles", "needs_subscription": true}
{"permission": "staff.schedule", "description": "Plan shifts", "needs_subscription": true}
{"permission": "tables.manage", "description": "Create tables and rotate their QR codes", "needs_subscription": true}
{"permission": "tables.read", "description": "See tables and their sessions", "needs_subscription": false}
{"permission": "tables.seat", "description": "Open and close table sessions", "needs_subscription": true}
{"permission": "venue.delete", "description": "Delete a venue", "needs_subscription": true}

-- rows of public.role_permissions
{"role": "cashier", "permission": "menu.read"}
{"role": "cashier", "permission": "orders.read"}
{"role": "cashier", "permission": "payments.collect"}
{"role": "cashier", "permission": "payments.refund"}
{"role": "cashier", "permission": "tables.read"}
{"role": "kitchen", "permission": "inventory.read"}
{"role": "kitchen", "permission": "kitchen.read"}
{"role": "kitchen", "permission": "kitchen.update"}
{"role": "kitchen", "permission": "menu.availability"}
{"role": "kitchen", "permission": "menu.read"}
{"role": "kitchen", "permission": "orders.read"}
{"role": "kitchen", "permission": "orders.update"}
{"role": "manager", "permission": "ai.use"}
{"role": "manager", "permission": "analytics.read"}
{"role": "manager", "permission": "inventory.edit"}
{"role": "manager", "permission": "inventory.read"}
{"role": "manager", "permission": "kitchen.read"}
{"role": "manager", "permission": "kitchen.update"}
{"role": "manager", "permission": "menu.availability"}
{"role": "manager", "permission": "menu.edit"}
{"role": "manager", "permission": "menu.read"}
{"role": "manager", "permission": "orders.cancel"}
{"role": "manager", "permission": "orders.read"}
{"role": "manager", "permission": "orders.update"}
{"role": "manager", "permission": "payments.collect"}
{"role": "manager", "permission": "payments.refund"}
{"role": "manager", "permission": "settings.edit"}
{"role": "manager", "permission": "settings.read"}
{"role": "manager", "permission": "staff.manage"}
{"role": "manager", "permission": "staff.read"}
{"role": "manager", "permission": "staff.schedule"}
{"role": "manager", "permission": "tables.manage"}
{"role": "manager", "permission": "tables.read"}
{"role": "manager", "permission": "tables.seat"}
{"role": "owner", "permission": "ai.use"}
{"role": "owner", "permission": "analytics.read"}
{"role": "owner", "permission": "billing.edit"}
{"role": "owner", "permission": "billing.read"}
{"role": "owner", "permission": "integrations.manage"}
{"role": "owner", "permission": "inventory.edit"}
{"role": "owner", "permission": "inventory.read"}
{"role": "owner", "permission": "kitchen.read"}
{"role": "owner", "permission": "kitchen.update"}
{"role": "owner", "permission": "menu.availability"}
{"role": "owner", "permission": "menu.edit"}
{"role": "owner", "permission": "menu.read"}
{"role": "owner", "permission": "orders.cancel"}
{"role": "owner", "permission": "orders.read"}
{"role": "owner", "permission": "orders.update"}
{"role": "owner", "permission": "payments.collect"}
{"role": "owner", "permission": "payments.refund"}
{"role": "owner", "permission": "settings.edit"}
{"role": "owner", "permission": "settings.read"}
{"role": "owner", "permission": "staff.manage"}
{"role": "owner", "permission": "staff.read"}
{"role": "owner", "permission": "staff.roles"}
{"role": "owner", "permission": "staff.schedule"}
{"role": "owner", "permission": "tables.manage"}
{"role": "owner", "permission": "tables.read"}
{"role": "owner", "permission": "tables.seat"}
{"role": "owner", "permission": "venue.delete"}
{"role": "server", "permission": "menu.read"}
{"role": "server", "permission": "orders.read"}
{"role": "server", "permission": "orders.update"}
{"role": "server", "permission": "payments.collect"}
{"role": "server", "permission": "tables.read"}
{"role": "server", "permission": "tables.seat"}
{"role": "staff", "permission": "ai.use"}
{"role": "staff", "permission": "inventory.read"}
{"role": "staff", "permission": "menu.availability"}
{"role": "staff", "permission": "menu.read"}
{"role": "staff", "permission": "orders.read"}
{"role": "staff", "permission": "tables.read"}
{"role": "staff", "permission": "tables.seat"}

-- rows of public.roles
{"rank": 10, "role": "cashier"}
{"rank": 10, "role": "kitchen"}
{"rank": 10, "role": "server"}
{"rank": 20, "role": "staff"}
{"rank": 50, "role": "manager"}
{"rank": 60, "role": "owner"}

-- rows of public.tier_entitlements
{"tier": "enterprise", "max_count": 1000, "entitlement": "assistant_requests"}
{"tier": "enterprise", "max_count": 10000, "entitlement": "api_requests"}
{"tier": "enterprise", "max_count": 20, "entitlement": "webhook_endpoints"}
{"tier": "enterprise", "max_count": 5000000, "entitlement": "assistant_cost_micro"}
{"tier": "enterprise", "max_count": 5000000, "entitlement": "assistant_tokens"}
{"tier": "enterprise", "max_count": null, "entitlement": "advanced_analytics"}
{"tier": "enterprise", "max_count": null, "entitlement": "assistant"}
{"tier": "enterprise", "max_count": null, "entitlement": "cross_venue_analytics"}
{"tier": "enterprise", "max_count": null, "entitlement": "csv_export"}
{"tier": "enterprise", "max_count": null, "entitlement": "integrations"}
{"tier": "enterprise", "max_count": null, "entitlement": "inventory"}
{"tier": "enterprise", "max_count": null, "entitlement": "kitchen_stations"}
{"tier": "enterprise", "max_count": null, "entitlement": "loyalty"}
{"tier": "enterprise", "max_count": null, "entitlement": "menu_items"}
{"tier": "enterprise", "max_count": null, "entitlement": "multi_venue_kitchen"}
{"tier": "enterprise", "max_count": null, "entitlement": "staff"}
{"tier": "enterprise", "max_count": null, "entitlement": "tables"}
{"tier": "enterprise", "max_count": null, "entitlement": "tenant_schema"}
{"tier": "enterprise", "max_count": null, "entitlement": "venues"}
{"tier": "pro", "max_count": 0, "entitlement": "assistant"}
{"tier": "pro", "max_count": 0, "entitlement": "assistant_cost_micro"}
{"tier": "pro", "max_count": 0, "entitlement": "assistant_requests"}
{"tier": "pro", "max_count": 0, "entitlement": "assistant_tokens"}
{"tier": "pro", "max_count": 0, "entitlement": "cross_venue_analytics"}
{"tier": "pro", "max_count": 0, "entitlement": "integrations"}
{"tier": "pro", "max_count": 0, "entitlement": "multi_venue_kitchen"}
{"tier": "pro", "max_count": 0, "entitlement": "tenant_schema"}
{"tier": "pro", "max_count": 15, "entitlement": "staff"}
{"tier": "pro", "max_count": 200, "entitlement": "menu_items"}
{"tier": "pro", "max_count": 3, "entitlement": "venues"}
{"tier": "pro", "max_count": 3, "entitlement": "webhook_endpoints"}
{"tier": "pro", "max_count": 40, "entitlement": "tables"}
{"tier": "pro", "max_count": 600, "entitlement": "api_requests"}
{"tier": "pro", "max_count": null, "entitlement": "advanced_analytics"}
{"tier": "pro", "max_count": null, "entitlement": "csv_export"}
{"tier": "pro", "max_count": null, "entitlement": "inventory"}
{"tier": "pro", "max_count": null, "entitlement": "kitchen_stations"}
{"tier": "pro", "max_count": null, "entitlement": "loyalty"}
{"tier": "starter", "max_count": 0, "entitlement": "advanced_analytics"}
{"tier": "starter", "max_count": 0, "entitlement": "assistant"}
{"tier": "starter", "max_count": 0, "entitlement": "assistant_cost_micro"}
{"tier": "starter", "max_count": 0, "entitlement": "assistant_requests"}
{"tier": "starter", "max_count": 0, "entitlement": "assistant_tokens"}
{"tier": "starter", "max_count": 0, "entitlement": "cross_venue_analytics"}
{"tier": "starter", "max_count": 0, "entitlement": "csv_export"}
{"tier": "starter", "max_count": 0, "entitlement": "integrations"}
{"tier": "starter", "max_count": 0, "entitlement": "inventory"}
{"tier": "starter", "max_count": 0, "entitlement": "kitchen_stations"}
{"tier": "starter", "max_count": 0, "entitlement": "loyalty"}
{"tier": "starter", "max_count": 0, "entitlement": "multi_venue_kitchen"}
{"tier": "starter", "max_count": 0, "entitlement": "tenant_schema"}
{"tier": "starter", "max_count": 0, "entitlement": "webhook_endpoints"}
{"tier": "starter", "max_count": 1, "entitlement": "venues"}
{"tier": "starter", "max_count": 100, "entitlement": "api_requests"}
{"tier": "starter", "max_count": 3, "entitlement": "staff"}
{"tier": "starter", "max_count": 5, "entitlement": "tables"}
{"tier": "starter", "max_count": 50, "entitlement": "menu_items"}

-- rows of public.tiers
{"tier": "enterprise", "currency": "GBP", "monthly_price_minor": 49900}
{"tier": "pro", "currency": "GBP", "monthly_price_minor": 24900}
{"tier": "starter", "currency": "GBP", "monthly_price_minor": 9900}

-- rows of public.units
{"unit": "cup", "factor": 250, "base_unit": "ml"}
{"unit": "each", "factor": 1, "base_unit": "each"}
{"unit": "g", "factor": 1, "base_unit": "g"}
{"unit": "kg", "factor": 1000, "base_unit": "g"}
{"unit": "l", "factor": 1000, "base_unit": "ml"}
{"unit": "lb", "factor": 453.59237, "base_unit": "g"}
{"unit": "ml", "factor": 1, "base_unit": "ml"}
{"unit": "oz", "factor": 28.349523125, "base_unit": "g"}
{"unit": "tbsp", "factor": 15, "base_unit": "ml"}
{"unit": "tsp", "factor": 5, "base_unit": "ml"}

-- rows of public.webhook_event_types
{"type": "order.accepted", "description": "The kitchen or a server accepted the order."}
{"type": "order.cancelled", "description": "The order was cancelled."}
{"type": "order.completed", "description": "The order is finished."}
{"type": "order.expired", "description": "The order was not paid in time."}
{"type": "order.paid", "description": "Nothing is due on the order any more."}
{"type": "order.placed", "description": "An order reached the kitchen: placed, and paid first if it had to be."}
{"type": "order.preparing", "description": "Cooking has begun."}
{"type": "order.ready", "description": "Everything of the order is ready."}
{"type": "order.served", "description": "The order was brought to its table."}
{"type": "payment.succeeded", "description": "A payment was settled, online or at the till."}
{"type": "refund.failed", "description": "The provider refused a refund; the money stays with the venue."}
{"type": "refund.succeeded", "description": "Money was given back."}
{"type": "webhook.test", "description": "Asked for by somebody who tries the endpoint; sent whatever it has chosen."}
