-- Mail leaves through a queue of its own. A message names a template and what it is about; who gets it, and what it
-- says, is read at the moment of sending, so a cancelled invitation is not mailed.

-- 50 attempts with at most 15 minutes between them: a mail server may be away for half a night.
select private.create_queue('mail', 50);
insert into private.outbox_routes (topic, queue) values ('mail.requested', 'mail');

create function public.get_mail(p_template text, p_subject_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  case p_template
    when 'invitation' then
      return (
        select jsonb_build_object('to', i.email, 'organisation', o.name, 'venue', v.name, 'role', i.role, 'expires_at', i.expires_at)
        from public.invitations i
        join public.organisations o on o.id = i.organisation_id
        left join public.venues v on v.id = i.venue_id
        where i.id = p_subject_id and i.status = 'pending' and i.expires_at > now());
    when 'low_stock' then
      return private.low_stock_mail(p_subject_id);
    when 'daily_close' then
      return private.daily_close_mail(p_subject_id);
    when 'webhook_disabled' then
      return private.webhook_disabled_mail(p_subject_id);
    when 'payment_trouble' then
      return private.payment_trouble_mail(p_subject_id);
    when 'trial_ending', 'payment_failed', 'read_only' then
      return private.billing_mail(p_subject_id, p_template);
    else
      perform private.fail('invalid_input', 'template: unknown');
      return null;
  end case;
end $$;
comment on function public.get_mail(text, uuid) is
  'What a mail of this template about this subject says now, and to whom; null when there is nothing to send any more. For '
  'workers only. Templates: invitation → {to, organisation, venue, role, expires_at}; low_stock → {…, ingredients}; daily_close → '
  '{…, business_date, figures, payments, unsettled}; webhook_disabled → {…, host, because, failing_since}; payment_trouble → {…, kind, order_number, '
  'amount_minor}; trial_ending, payment_failed, read_only → {to, organisation, locale, ends_at?}. Definer: the service role has no table '
  'access. Errors: invalid_input.';
grant execute on function public.get_mail(text, uuid) to service_role;
