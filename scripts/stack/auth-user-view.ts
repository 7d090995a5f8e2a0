// A user as hosted Auth's admin API shows it. Columns are named one by one: password hashes and one-time tokens live in
// the same row and must never be selected.
export type UserRow = {
  id: string;
  aud: string;
  role: string;
  email: string | null;
  phone: string | null;
  email_confirmed_at: Date | null;
  last_sign_in_at: Date | null;
  raw_app_meta_data: Record<string, unknown> | null;
  raw_user_meta_data: Record<string, unknown> | null;
  is_anonymous: boolean;
  created_at: Date;
  updated_at: Date;
  identities: unknown[];
};

export const USER_COLUMNS = `
  u.id, u.aud, u.role, u.email, u.phone, u.email_confirmed_at, u.last_sign_in_at, u.raw_app_meta_data,
  u.raw_user_meta_data, u.is_anonymous, u.created_at, u.updated_at,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'identity_data', i.identity_data,
      'provider', i.provider, 'last_sign_in_at', i.last_sign_in_at, 'created_at', i.created_at,
      'updated_at', i.updated_at, 'email', i.email) order by i.created_at), '[]')
   from auth.identities i where i.user_id = u.id) as identities`;

export function userView(user: UserRow) {
  const { raw_app_meta_data, raw_user_meta_data, phone, ...rest } = user;
  return {
    ...rest,
    phone: phone ?? "",
    confirmed_at: user.email_confirmed_at,
    app_metadata: raw_app_meta_data ?? {},
    user_metadata: raw_user_meta_data ?? {},
  };
}
