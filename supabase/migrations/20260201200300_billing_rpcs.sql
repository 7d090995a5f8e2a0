-- What an owner asks of a subscription: reserve (here) → call the provider under the reservation's key (function billing) →
-- confirm (here). Nothing here changes a plan: that follows from what the provider then says.

create function private.price_key(p_item text, p_currency text, p_interval text) returns text
language sql immutable set search_path = '' as $$
  select lower(concat_ws('_', 'servio', p_item, p_currency, p_interval))
$$;
comment on function private.price_key(text, text, text) is 'The provider''s lookup key of a plan''s or an add-on''s price; scripts/stripe-setup makes the prices.';

create function private.over_plan(p_organisation_id uuid, p_tier text, p_add_ons text[]) returns text
language sql stable set search_path = '' as $$
  select string_agg(x.entry, '; ' order by x.entry)
  from (
    select format('%s: %s of %s', e.entitlement, u.used, l.included) as entry
    from (select distinct t.entitlement from public.tier_entitlements t) e
    cross join lateral (select private.plan_limit(p_tier, p_add_ons, e.entitlement) as included) l
    cross join lateral (select private.entitlement_usage(p_organisation_id, e.entitlement) as used) u
    where u.used > l.included
    union all
    select format('add-on %s: not sold with %s', a.add_on, p_tier) from public.add_ons a where a.add_on = any (p_add_ons) and a.tier <> p_tier
  ) x
$$;
comment on function private.over_plan(uuid, text, text[]) is
  'What an organisation uses beyond a plan with these add-ons: "tables: 7 of 5; venues: 2 of 1"; null when it fits.';

create function private.checkout_steps(p_organisation_id uuid, p_plan text, p_currency text, p_interval text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_trial_ends_at timestamptz := (select o.trial_ends_at from public.organisations o where o.id = p_organisation_id);
  v_is_first boolean := (private.current_subscription(p_organisation_id)).id is null;
begin
  if not exists (select 1 from public.tiers t where t.tier = p_plan) then
    perform private.fail('invalid_input', 'p_item: no such plan');
  elsif coalesce(p_currency, '') !~ '^[A-Z]{3}$' or coalesce(p_interval, '') not in ('month', 'year') then
    perform private.fail('invalid_input', 'p_currency: ISO 4217; p_interval: month or year');
  elsif (private.current_subscription(p_organisation_id)).status <> 'canceled' then
    perform private.fail('subscription_exists');
  end if;
  return jsonb_build_object('price', private.price_key(p_plan, p_currency, p_interval), 'organisation_id', p_organisation_id, 'email', auth.email(),
    'customer', (select c.provider_reference from public.billing_customers c where c.organisation_id = p_organisation_id),
    -- One trial for each organisation: a first subscription carries what is left of it. The provider takes no trial of less than two days.
    'trial_end', case when v_is_first and v_trial_ends_at > now() + interval '49 hours' then floor(extract(epoch from v_trial_ends_at))::bigint end,
    -- Pages that may still be paid: those made since the last subscription was first seen.
    'replaces', (
      select coalesce(jsonb_agg(c.provider_reference order by c.created_at), '[]') from public.billing_changes c
      where c.organisation_id = p_organisation_id and c.kind = 'checkout' and c.status = 'called' and c.created_at > now() - interval '25 hours'
        and not exists (select 1 from public.subscriptions s where s.organisation_id = p_organisation_id and s.created_at >= c.created_at)));
end $$;
comment on function private.checkout_steps(uuid, text, text, text) is
  'What a Checkout Session is made of: {price, organisation_id, email, customer, trial_end, replaces}. Errors: invalid_input, subscription_exists.';

create function private.change_steps(p_organisation_id uuid, p_kind text, p_item text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_now public.subscriptions := private.current_subscription(p_organisation_id);
  v_add_ons text[] := array(select a.add_on from public.add_ons a where v_now.items ? a.add_on order by a.add_on);
  v_wants_more boolean := p_kind in ('plan', 'add_on', 'remove_add_on');
  v_is_dearer boolean;
  v_over text;
  c_paid_now constant jsonb := '{"proration_behavior": "always_invoice", "payment_behavior": "error_if_incomplete"}';
begin
  if v_now.id is null or v_now.status = 'canceled' then
    perform private.fail('subscription_missing');
  elsif v_wants_more and v_now.status not in ('active', 'trialing') then
    perform private.fail('subscription_unpaid');
  elsif v_wants_more and v_now.next_tier is not null then
    perform private.fail('downgrade_waiting');
  elsif v_wants_more and v_now.current_period_ends_at <= now() then
    perform private.fail('billing_change_in_progress', 'the period is just being renewed');
  end if;
  case p_kind
    when 'cancel' then
      return '{"cancel_at_period_end": true}';
    when 'resume' then
      return jsonb_strip_nulls(jsonb_build_object('cancel_at_period_end', case when v_now.cancel_at_period_end then false end)) || case
        when v_now.next_tier is not null then jsonb_build_object('proration_behavior', 'none', 'metadata', '{"servio_keeps_tier": "", "servio_keeps_until": ""}'::jsonb,
          'items', jsonb_build_array(jsonb_build_object('id', v_now.items ->> v_now.next_tier, 'price', private.price_key(v_now.tier, v_now.currency, v_now.billing_interval))))
        else '{}' end;
    when 'add_on' then
      if not exists (select 1 from public.add_ons a where a.add_on = p_item and a.tier = v_now.tier) then
        perform private.fail('add_on_not_offered');
      elsif v_now.items ? p_item then
        perform private.fail('invalid_input', 'p_item: it is there already');
      end if;
      return c_paid_now || jsonb_build_object('items', jsonb_build_array(jsonb_build_object('price', private.price_key(p_item, v_now.currency, v_now.billing_interval))));
    when 'remove_add_on' then
      if not coalesce(p_item = any (v_add_ons), false) then
        perform private.fail('invalid_input', 'p_item: it is not there');
      end if;
      select format('%s: %s of %s', x.entitlement, x.used, x.included) into v_over
      from (
        select a.entitlement, private.entitlement_usage(p_organisation_id, a.entitlement) as used,
          private.plan_limit(v_now.tier, array_remove(v_add_ons, p_item), a.entitlement) as included
        from public.add_ons a where a.add_on = p_item) x
      where x.used > x.included;
      if v_over is not null then
        perform private.fail('plan_too_small', v_over);
      end if;
      return jsonb_build_object('proration_behavior', 'create_prorations', 'items', jsonb_build_array(jsonb_build_object('id', v_now.items ->> p_item, 'deleted', true)));
    when 'plan' then
      select wanted.monthly_price_minor > present.monthly_price_minor into v_is_dearer
      from public.tiers wanted, public.tiers present where wanted.tier = p_item and wanted.tier <> v_now.tier and present.tier = v_now.tier;
      if v_is_dearer is null then
        perform private.fail('invalid_input', 'p_item: another plan');
      elsif v_is_dearer then
        -- Paid at once, and the smaller plan's add-ons go with it. A card that is declined changes nothing.
        return c_paid_now || jsonb_build_object('items', (
          select jsonb_agg(case when i.key = v_now.tier then jsonb_build_object('id', i.value, 'price', private.price_key(p_item, v_now.currency, v_now.billing_interval))
            else jsonb_build_object('id', i.value, 'deleted', true) end order by i.key)
          from jsonb_each(v_now.items) i left join public.add_ons a on a.add_on = i.key where i.key = v_now.tier or a.tier <> p_item));
      end if;
      v_over := private.over_plan(p_organisation_id, p_item, v_add_ons);
      if v_over is not null then
        perform private.fail('plan_too_small', v_over);
      end if;
      -- The next invoice is the smaller plan's; until then what was paid for is kept.
      return jsonb_build_object('proration_behavior', 'none',
        'metadata', jsonb_build_object('servio_keeps_tier', v_now.tier, 'servio_keeps_until', floor(extract(epoch from v_now.current_period_ends_at))::bigint::text),
        'items', jsonb_build_array(jsonb_build_object('id', v_now.items ->> v_now.tier, 'price', private.price_key(p_item, v_now.currency, v_now.billing_interval))));
  end case;
end $$;
comment on function private.change_steps(uuid, text, text) is
  'What an update of the subscription consists of, in the provider''s terms, with lookup keys for prices. Errors: subscription_missing, '
  'subscription_unpaid, downgrade_waiting, billing_change_in_progress, add_on_not_offered, plan_too_small, invalid_input.';

create function public.start_billing_change(
  p_organisation_id uuid, p_kind text, p_item text default null, p_currency text default 'GBP', p_interval text default 'month') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_request jsonb := jsonb_build_object('item', p_item, 'currency', p_currency, 'interval', p_interval);
  v_change public.billing_changes;
begin
  perform private.require_organisation('billing.edit', p_organisation_id);
  if coalesce(p_kind, '') not in ('checkout', 'plan', 'add_on', 'remove_add_on', 'cancel', 'resume') then
    perform private.fail('invalid_input', 'p_kind: checkout, plan, add_on, remove_add_on, cancel or resume');
  end if;
  perform 1 from public.organisations o where o.id = p_organisation_id for no key update;
  update public.billing_changes c set status = 'abandoned'
  where c.organisation_id = p_organisation_id and c.status = 'reserved' and c.created_at < now() - interval '2 minutes';
  select * into v_change from public.billing_changes c where c.organisation_id = p_organisation_id and c.status = 'reserved';
  if not found then
    insert into public.billing_changes (organisation_id, kind, request, steps, requested_by)
    values (p_organisation_id, p_kind, v_request, case p_kind
      when 'checkout' then private.checkout_steps(p_organisation_id, p_item, p_currency, p_interval)
      else private.change_steps(p_organisation_id, p_kind, p_item) end, auth.uid())
    returning * into v_change;
  elsif (v_change.kind, v_change.request) is distinct from (p_kind, v_request) then
    perform private.fail('billing_change_in_progress');
  end if;
  return jsonb_build_object('change_id', v_change.id, 'kind', v_change.kind, 'steps', v_change.steps,
    'subscription_reference', (private.current_subscription(p_organisation_id)).provider_reference);
end $$;
comment on function public.start_billing_change(uuid, text, text, text, text) is
  'Reserves a change of an organisation''s subscription: p_kind checkout (p_item: the plan), plan (p_item: another plan; a dearer one '
  'at once and prorated, a smaller one when the period ends), add_on, remove_add_on (p_item: which), cancel (when the period ends) or '
  'resume (takes back a cancellation or a smaller plan that waits). Details of plan_too_small list what is over. A repeat within two minutes returns the same. Needs billing.edit, '
  'with or without a running subscription. Returns {change_id, kind, steps, subscription_reference}. Clients call the billing function, '
  'which calls this and then the provider. Definer: clients do not write changes. Errors: not_authenticated, permission_denied, '
  'invalid_input, subscription_exists, subscription_missing, subscription_unpaid, downgrade_waiting, billing_change_in_progress, '
  'add_on_not_offered, plan_too_small.';
grant execute on function public.start_billing_change(uuid, text, text, text, text) to authenticated;

create function public.finish_billing_change(p_change_id uuid, p_status text, p_provider_reference text default null, p_failure_code text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_change public.billing_changes;
begin
  if coalesce(p_status, '') not in ('called', 'refused') then
    perform private.fail('invalid_input', 'p_status: called or refused');
  end if;
  -- One that was given up is finished all the same: whoever comes next must know of the session that was made.
  update public.billing_changes c set status = p_status, provider_reference = p_provider_reference, failure_code = p_failure_code
  where c.id = p_change_id and c.status in ('reserved', 'abandoned') returning * into v_change;
  if found and p_status = 'called' and v_change.kind <> 'checkout' then
    -- Should the event of it never come, this look sees it.
    perform private.request_subscription_look(p_provider_reference);
  elsif not found then
    select * into v_change from public.billing_changes c where c.id = p_change_id;
    if not found then
      perform private.fail('billing_change_not_found');
    end if;
  end if;
  return jsonb_build_object('change_id', v_change.id, 'status', v_change.status);
end $$;
comment on function public.finish_billing_change(uuid, text, text, text) is
  'The provider''s answer to a reserved change: called, or refused with its code. For the billing function only. Returns {change_id, '
  'status}; a repeat returns what was. Definer: the service role has no table access. Errors: billing_change_not_found, invalid_input.';
grant execute on function public.finish_billing_change(uuid, text, text, text) to service_role;

create function public.get_billing_customer(p_organisation_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_reference text;
begin
  perform private.require_organisation('billing.edit', p_organisation_id);
  select c.provider_reference into v_reference from public.billing_customers c where c.organisation_id = p_organisation_id;
  if not found then
    perform private.fail('subscription_missing', 'there is nothing to show in the portal yet');
  end if;
  return jsonb_build_object('customer', v_reference);
end $$;
comment on function public.get_billing_customer(uuid) is
  'Who the organisation is at the provider, for the billing function, which opens the portal. Needs billing.edit. Returns {customer}. '
  'Definer: it decides by itself who may. Errors: not_authenticated, permission_denied, subscription_missing.';
grant execute on function public.get_billing_customer(uuid) to authenticated;
