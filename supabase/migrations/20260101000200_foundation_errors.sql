-- One registry of every refusal a client can meet. docs/errors.md is this table in prose; a test keeps both equal and
-- finds codes that are raised but not listed, or listed but never raised.

create table private.errors (
  code text primary key,
  http_status integer not null,
  meaning text not null,
  remedy text not null,
  constraint code_is_snake_case check (code ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$'),
  constraint status_is_a_refusal check (http_status between 400 and 499)
);
comment on table private.errors is 'Stable error codes: what each means and what the caller can do. Reference data, changed by migrations only.';
comment on column private.errors.code is 'The machine-readable code; PostgREST returns it as "message", functions as "code".';
comment on column private.errors.http_status is 'HTTP status of the answer.';
comment on column private.errors.meaning is 'One sentence: what was refused and why.';
comment on column private.errors.remedy is 'One sentence: what the caller can do about it; returned as "hint".';

create function private.fail(p_code text, p_detail text default null) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_error private.errors;
begin
  select * into v_error from private.errors e where e.code = p_code;
  if not found then
    raise exception 'unregistered error code %', p_code using errcode = 'XX000';
  end if;
  raise exception using
    errcode = 'PT' || v_error.http_status,
    message = v_error.code,
    detail = coalesce(p_detail, v_error.meaning),
    hint = v_error.remedy;
end $$;
comment on function private.fail(text, text) is
  'Raises a registered error: SQLSTATE PTnnn makes PostgREST answer with HTTP nnn, message is the stable code, detail '
  'says what was wrong with this call (default: the registered meaning), hint is the registered remedy. Definer, '
  'because callers that run with the rights of a client cannot read the registry.';
grant execute on function private.fail(text, text) to anon, authenticated, service_role;

insert into private.errors (code, http_status, meaning, remedy) values
  -- tenancy
  ('not_authenticated', 401, 'This call needs a signed-in user.', 'Sign in and send the access token.'),
  ('permission_denied', 403, 'Your role does not allow this here, or it does not exist for you.', 'Ask an owner or manager of the organisation.'),
  ('subscription_inactive', 403, 'The organisation''s trial or subscription has ended; it is read-only.', 'An owner can choose a plan to continue.'),
  ('entitlement_exceeded', 403, 'The organisation''s plan does not include more of these.', 'Remove one that is not needed, or upgrade the plan.'),
  ('invalid_input', 422, 'An argument is missing or malformed.', 'Correct the argument named in the details.'),
  ('slug_taken', 409, 'Another organisation or venue uses this slug.', 'Choose another slug.'),
  ('role_above_own', 403, 'Nobody can grant, change or remove a role above their own.', 'Ask somebody with the higher role.'),
  ('last_owner', 409, 'An organisation always keeps at least one owner.', 'Make somebody else an owner first.'),
  ('member_not_found', 404, 'There is no such member in this organisation.', 'List the members and use one of their ids.'),
  ('already_member', 409, 'This person is already a member in this scope.', 'Change the existing membership''s role instead.'),
  ('invitation_pending', 409, 'A pending invitation for this e-mail address exists.', 'Cancel it first, or wait until it is answered.'),
  ('invitation_not_found', 404, 'No invitation belongs to this token.', 'Ask for a new invitation.'),
  ('invitation_used', 409, 'This invitation has been accepted or cancelled.', 'Sign in as the person who accepted it, or ask for a new one.'),
  ('invitation_expired', 410, 'This invitation has expired.', 'Ask for a new invitation.'),
  -- idempotency and limits
  ('idempotency_key_invalid', 422, 'The idempotency key must have 1 to 255 characters.', 'Send a fresh random key, such as a UUID, with every new operation.'),
  ('idempotency_key_reused', 422, 'This idempotency key was used with another request.', 'Send a fresh key for a new request.'),
  ('idempotency_key_in_use', 409, 'A request with this idempotency key is still running.', 'Wait a moment and repeat the request with the same key.'),
  ('rate_limited', 429, 'Too many requests in this minute or hour.', 'Wait as long as the details say and try again.'),
  ('post_required', 405, 'Calls of this function are counted, and a GET may only read.', 'Call it by POST, as supabase-js does.'),
  -- menu
  ('venue_not_found', 404, 'There is no such venue.', 'Check the slug or id.'),
  ('menu_not_published', 409, 'The venue has not published a menu.', 'Publish the menu first.'),
  ('menu_incomplete', 422, 'The draft menu cannot be published as it is.', 'Mend what the details name and publish again.'),
  ('menu_item_unknown', 422, 'A line names an item that is not on the published menu.', 'Load the menu again and rebuild the order.'),
  ('menu_item_unavailable', 409, 'A line names an item that is sold out or switched off.', 'Load the menu again and leave the item out.'),
  ('option_unknown', 422, 'A line names an option that its item does not have.', 'Load the menu again and choose from the item''s own options.'),
  ('option_unavailable', 409, 'A line names an option that is switched off.', 'Load the menu again and choose another option.'),
  ('option_count_invalid', 422, 'A line chooses too few or too many options of a group.', 'Respect the group''s minimum and maximum.'),
  -- tables
  ('qr_code_invalid', 404, 'This QR code does not work, or works no longer.', 'Scan the code on the table again, or ask staff.'),
  ('table_not_found', 404, 'There is no such active table.', 'List the venue''s tables and use one of their ids.'),
  ('table_session_not_found', 404, 'There is no such table session.', 'List the open sessions and use one of their ids.'),
  ('table_session_closed', 409, 'The table session has been closed.', 'Scan the QR code again to open a new one.'),
  ('table_session_unsettled', 409, 'The session has orders that are not paid.', 'Collect or cancel them, then close the session.'),
  ('guest_session_invalid', 401, 'The guest''s session token is unknown or has expired.', 'Scan the QR code again.'),
  -- orders
  ('order_invalid', 422, 'The order is malformed.', 'Correct the field named in the details; prices are never part of an order.'),
  ('order_not_found', 404, 'There is no such order in reach of this caller.', 'Check the id.'),
  ('order_transition_invalid', 409, 'The order cannot go from its present status to the one asked for.', 'Load the order again and choose a status that follows its present one.'),
  ('order_unsettled', 409, 'The order is not fully paid.', 'Collect what is due, or force completion with a reason (owner or manager).'),
  ('order_paid', 409, 'The order holds payments that are not refunded.', 'Refund its payments first.'),
  ('order_closed', 409, 'The order is cancelled, expired or completed.', 'Place a new order.'),
  ('payment_mode_not_allowed', 422, 'This kind of QR code or fulfilment does not allow this payment mode.', 'Choose another payment mode.'),
  ('fulfilment_not_allowed', 422, 'This kind of QR code does not allow this fulfilment.', 'Choose another fulfilment.'),
  ('out_of_stock', 409, 'There is not enough stock for this order.', 'Load the menu again and lower the quantity.'),
  -- payments
  ('order_already_paid', 409, 'Nothing is due on this order.', 'Show the guest the receipt.'),
  ('amount_invalid', 422, 'The amount is not acceptable.', 'Correct the amount named in the details.'),
  ('payment_not_found', 404, 'There is no such payment in reach of this caller.', 'Check the id.'),
  ('payment_not_refundable', 409, 'Only a settled payment can be refunded.', 'Wait until it is settled, or cancel it.'),
  ('refund_exceeds_payment', 409, 'The refund exceeds what was paid less what was refunded.', 'Refund at most the remainder named in the details.'),
  ('refund_not_found', 404, 'There is no such refund.', 'Check the id.'),
  ('payment_reference_conflict', 409, 'The payment already belongs to another provider object.', 'Start a new payment.'),
  -- kitchen
  ('ticket_not_found', 404, 'There is no such ticket in reach of this caller.', 'Check the id.'),
  ('ticket_transition_invalid', 409, 'The ticket cannot go from its present status to the one asked for.', 'Load the ticket again.'),
  -- inventory
  ('ingredient_not_found', 404, 'There is no such ingredient in reach of this caller.', 'Check the id.'),
  -- jobs
  ('job_not_found', 404, 'There is no such queue or job.', 'Claim jobs again.');
