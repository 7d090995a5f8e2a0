// /v1/billing_portal and /v1/webhook_endpoints: how the customer's own pages are set up and opened, and who hears of events.
// Endpoints are kept and listed only: this provider's courier goes where its configuration says.
import type Stripe from "stripe";
import { z } from "zod";
import { missing } from "../failure.ts";
import { flag, listParams, metadata, text, unsettable, url } from "../params.ts";
import { listOf, mergeMetadata, route } from "./route.ts";

const features = z.strictObject({
  customer_update: z
    .strictObject({
      enabled: flag,
      allowed_updates: z.array(z.enum(["address", "email", "name", "phone", "shipping", "tax_id"])).optional(),
    })
    .optional(),
  invoice_history: z.strictObject({ enabled: flag }).optional(),
  payment_method_update: z.strictObject({ enabled: flag }).optional(),
  subscription_cancel: z
    .strictObject({ enabled: flag, mode: z.enum(["at_period_end", "immediately"]).default("at_period_end") })
    .optional(),
  subscription_update: z.strictObject({ enabled: flag }).optional(),
});
const fields = {
  business_profile: z.strictObject({ headline: unsettable.optional() }).optional(),
  default_return_url: url.optional(),
  features: features.optional(),
  metadata: metadata.optional(),
  name: text.optional(),
};

function withParams(
  configuration: Stripe.BillingPortal.Configuration,
  params: z.output<z.ZodObject<typeof fields>>,
  now: number,
): Stripe.BillingPortal.Configuration {
  const given = params.features ?? {};
  const old = configuration.features;
  return {
    ...configuration,
    business_profile: {
      ...configuration.business_profile,
      headline: params.business_profile?.headline ?? configuration.business_profile.headline,
    },
    default_return_url: params.default_return_url ?? configuration.default_return_url,
    features: {
      ...old,
      customer_update: {
        enabled: given.customer_update?.enabled ?? old.customer_update.enabled,
        allowed_updates: given.customer_update?.allowed_updates ?? old.customer_update.allowed_updates,
      },
      invoice_history: given.invoice_history ?? old.invoice_history,
      payment_method_update: { ...old.payment_method_update, ...given.payment_method_update },
      subscription_cancel: { ...old.subscription_cancel, ...given.subscription_cancel },
      subscription_update: { ...old.subscription_update, ...given.subscription_update },
    },
    metadata: mergeMetadata(configuration.metadata ?? {}, params.metadata),
    name: params.name ?? configuration.name,
    updated: now,
  };
}

const blank = (id: string, now: number): Stripe.BillingPortal.Configuration => ({
  id,
  object: "billing_portal.configuration",
  active: true,
  application: null,
  business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
  created: now,
  default_return_url: null,
  features: {
    customer_update: { allowed_updates: [], enabled: false },
    invoice_history: { enabled: false },
    payment_method_update: { enabled: false, payment_method_configuration: null },
    subscription_cancel: {
      cancellation_reason: { enabled: false, feedback_options: null, options: [] },
      enabled: false,
      mode: "at_period_end",
      proration_behavior: "none",
    },
    subscription_pause: { duration: { interval_options: [], type: "indefinite" }, enabled: false },
    subscription_update: {
      billing_cycle_anchor: null,
      default_allowed_updates: [],
      enabled: false,
      proration_behavior: "none",
      schedule_at_period_end: { conditions: [] },
      trial_update_behavior: "end_trial",
    },
  },
  is_default: false,
  livemode: false,
  login_page: { enabled: false, url: null },
  metadata: {},
  name: null,
  updated: now,
});

const endpointFields = {
  description: unsettable.optional(),
  enabled_events: z.array(text).min(1).max(250),
  metadata: metadata.optional(),
  url,
};

const configurations = "/v1/billing_portal/configurations";
const endpoints = "/v1/webhook_endpoints";
export const billingPortalRoutes = [
  route("POST", configurations, z.strictObject(fields), ({ desk }, params) => {
    const { now } = desk.mint;
    const made = withParams(blank(desk.mint.id("bpc"), now), params, now);
    desk.save([made], [{ type: "billing_portal.configuration.created", object: made }]);
    return made;
  }),
  route(
    "GET",
    configurations,
    z.strictObject({ ...listParams, active: flag.optional() }),
    ({ desk }, { active, ...page }) => {
      const { data, has_more } = desk.store.list("billing_portal.configuration", page);
      return listOf(configurations, {
        data: data.filter((one) => active === undefined || one.active === active),
        has_more,
      });
    },
  ),
  route("POST", `${configurations}/:id`, z.strictObject(fields), ({ desk, id }, params) => {
    const next = withParams(desk.need("billing_portal.configuration", id), params, desk.mint.now);
    desk.save([next], [{ type: "billing_portal.configuration.updated", object: next }]);
    return next;
  }),
  route(
    "POST",
    "/v1/billing_portal/sessions",
    z.strictObject({
      configuration: text.optional(),
      customer: text,
      locale: text.optional(),
      return_url: url.optional(),
    }),
    ({ desk }, params) => {
      desk.need("customer", params.customer, "customer");
      const [first] = desk.store.all("billing_portal.configuration");
      const configuration = params.configuration ?? first?.id;
      if (!configuration) throw missing("configuration", "default", "configuration");
      desk.need("billing_portal.configuration", configuration, "configuration");
      const id = desk.mint.id("bps");
      const session: Stripe.BillingPortal.Session = {
        id,
        object: "billing_portal.session",
        configuration,
        created: desk.mint.now,
        customer: params.customer,
        customer_account: null,
        flow: null,
        livemode: false,
        locale: null,
        on_behalf_of: null,
        return_url: params.return_url ?? null,
        url: `${desk.baseUrl}/c/portal/${id}`,
      };
      desk.save([session], [{ type: "billing_portal.session.created", object: session }]);
      return session;
    },
  ),
  route(
    "POST",
    endpoints,
    z.strictObject({ ...endpointFields, api_version: text.optional(), connect: flag.optional() }),
    ({ desk }, params) => {
      const endpoint: Stripe.WebhookEndpoint = {
        id: desk.mint.id("we"),
        object: "webhook_endpoint",
        api_version: params.api_version ?? null,
        application: null,
        created: desk.mint.now,
        description: params.description ?? null,
        enabled_events: params.enabled_events,
        livemode: false,
        metadata: mergeMetadata({}, params.metadata),
        status: "enabled",
        url: params.url,
      };
      desk.save([endpoint]);
      // Shown in this one answer, as on Stripe.
      return { ...endpoint, secret: desk.mint.id("whsec", 32) };
    },
  ),
  route("GET", endpoints, z.strictObject(listParams), ({ desk }, page) =>
    listOf(endpoints, desk.store.list("webhook_endpoint", page)),
  ),
  route("POST", `${endpoints}/:id`, z.strictObject(endpointFields).partial(), ({ desk, id }, params) => {
    const endpoint = desk.need("webhook_endpoint", id);
    const next: Stripe.WebhookEndpoint = {
      ...endpoint,
      description: params.description ?? endpoint.description,
      enabled_events: params.enabled_events ?? endpoint.enabled_events,
      metadata: mergeMetadata(endpoint.metadata, params.metadata),
      url: params.url ?? endpoint.url,
    };
    desk.save([next]);
    return next;
  }),
];
