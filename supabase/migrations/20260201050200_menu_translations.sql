-- Translations stand beside the source text, never over it: a missing one falls back to the source, and deleting all of
-- them leaves the menu as it was written.

create table public.menu_translations (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  locale text not null,
  category_id uuid,
  menu_item_id uuid,
  group_id uuid,
  option_id uuid,
  image_id uuid,
  name text,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint locale_is_offered check (locale in ('en', 'es', 'ar', 'fr', 'de', 'it', 'pt', 'zh', 'ja')),
  constraint it_translates_one_thing check (num_nonnulls(category_id, menu_item_id, group_id, option_id, image_id) = 1),
  constraint it_says_something check (num_nonnulls(name, description) > 0),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint description_is_text check (length(trim(description)) between 1 and 2000),
  constraint only_items_and_images_are_described check (description is null or num_nonnulls(menu_item_id, image_id) > 0),
  constraint images_have_no_name check (name is null or image_id is null),
  constraint one_translation_per_locale unique nulls not distinct (venue_id, locale, category_id, menu_item_id, group_id, option_id, image_id),
  constraint category_is_in_the_venue foreign key (venue_id, category_id) references public.menu_categories (venue_id, id) on delete cascade,
  constraint item_is_in_the_venue foreign key (venue_id, menu_item_id) references public.menu_items (venue_id, id) on delete cascade,
  constraint group_is_in_the_venue foreign key (venue_id, group_id) references public.modifier_groups (venue_id, id) on delete cascade,
  constraint option_is_in_the_venue foreign key (venue_id, option_id) references public.modifier_options (venue_id, id) on delete cascade,
  constraint image_is_in_the_venue foreign key (venue_id, image_id) references public.menu_item_images (venue_id, id) on delete cascade
);
comment on table public.menu_translations is 'Draft translations of the menu''s names and descriptions, one row per thing and language.';
comment on column public.menu_translations.locale is 'Language of the translation. Rows in the venue''s own language are kept but not published: guests read the source.';
comment on column public.menu_translations.name is 'Null: only the description is translated.';
comment on column public.menu_translations.description is 'Of items, and of images what they show. Null: the source''s text is shown.';
create index menu_translations_by_category on public.menu_translations (venue_id, category_id) where category_id is not null;
create index menu_translations_by_item on public.menu_translations (venue_id, menu_item_id) where menu_item_id is not null;
create index menu_translations_by_group on public.menu_translations (venue_id, group_id) where group_id is not null;
create index menu_translations_by_option on public.menu_translations (venue_id, option_id) where option_id is not null;
create index menu_translations_by_image on public.menu_translations (venue_id, image_id) where image_id is not null;

alter table public.menu_translations enable row level security;
create policy select_member on public.menu_translations for select to authenticated
  using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
create policy insert_editor on public.menu_translations for insert to authenticated
  with check (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]));
create policy update_editor on public.menu_translations for update to authenticated
  using (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]));
create policy delete_editor on public.menu_translations for delete to authenticated
  using (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]));
grant select, insert (venue_id, locale, category_id, menu_item_id, group_id, option_id, image_id, name, description),
  update (name, description), delete on public.menu_translations to authenticated;
create trigger set_updated_at before update on public.menu_translations for each row execute function private.set_updated_at();
create trigger audit after update or delete on public.menu_translations for each row execute function private.audit();
create trigger audit_inserts after insert on public.menu_translations
  referencing new table as added for each statement execute function private.audit_inserts();

-- One whole document per language, so that a guest's read is one row in any language. What is not translated is the
-- source's text already: the fallback is decided when publishing.
create table public.menu_version_translations (
  venue_id uuid not null,
  version integer not null,
  locale text not null,
  etag text not null,
  document jsonb not null,
  primary key (venue_id, version, locale),
  constraint version_is_in_the_venue foreign key (venue_id, version) references public.menu_versions (venue_id, version) on delete cascade,
  constraint locale_is_offered check (locale in ('en', 'es', 'ar', 'fr', 'de', 'it', 'pt', 'zh', 'ja'))
);
comment on table public.menu_version_translations is 'Every published menu in every language it was translated to, immutable.';
comment on column public.menu_version_translations.etag is 'SHA-256 of the source''s etag with this document: equal menus in a language, equal tag.';
comment on column public.menu_version_translations.document is 'Like menu_versions.document, with the source''s text where there is no translation.';
alter table public.menu_version_translations enable row level security;
create policy select_member on public.menu_version_translations for select to authenticated
  using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
grant select on public.menu_version_translations to authenticated;
create trigger menu_version_translations_immutable before update on public.menu_version_translations
  for each row execute function private.forbid_change();

alter table public.menu_versions add column locale text not null default 'en', add column restored_from integer;
alter table public.menu_versions alter column locale drop default;
alter table public.menu_versions add constraint restored_version_is_older check (restored_from < version);
comment on column public.menu_versions.locale is 'Language of the source text when it was published: the first part of the venue''s locale, such as "en".';
comment on column public.menu_versions.restored_from is 'The version that this one repeats, when it came from rollback_menu.';
