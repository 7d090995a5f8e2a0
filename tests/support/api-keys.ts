/** API keys as another system has them: made by an owner, sent beside the publishable key. */
import { createClient } from "@supabase/supabase-js";
import type { Sql } from "postgres";
import type { StackState } from "../../scripts/stack/state.ts";
import type { Actor } from "./actors.ts";
import { type Api, must } from "./api.ts";

export interface ApiKey {
  readonly api_key_id: string;
  readonly secret: string;
}

export const paysForIntegrations = (sql: Sql, organisationId: string) => sql`
  with plan as (update public.organisations set tier = 'pro', subscription_status = 'active' where id = ${organisationId})
  insert into public.organisation_add_ons (organisation_id, add_on) values (${organisationId}, 'integrations') on conflict do nothing`;

export const makeKey = async (
  api: Api,
  owner: Actor,
  key: { p_organisation_id: string; p_name: string; p_scopes: string[]; p_venue_id?: string },
): Promise<ApiKey> => must(await api.rpc<ApiKey>(owner, "create_api_key", key));

/** What an integration writes; `headers` for those that send more than they should. */
export const integration = ({ url, publishableKey }: StackState, secret: string, headers = {}) =>
  createClient(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers: { "x-api-key": secret, ...headers } },
  });
