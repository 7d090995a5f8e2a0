-- Pictures of dishes. The bytes are objects in Storage (20260201090100); here stands what a menu needs to know of them:
-- which item they show, in which order, what they show in words, and how large they are, so that a page keeps the room.
-- An object never changes and is never taken over by another row: a published menu shows what was published.

create table public.menu_item_images (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  menu_item_id uuid not null,
  path text not null,
  alt text not null,
  position integer not null,
  width integer not null,
  height integer not null,
  byte_size bigint not null,
  mime_type text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint menu_item_images_tenant_key unique (venue_id, id),
  constraint item_is_in_the_venue foreign key (venue_id, menu_item_id) references public.menu_items (venue_id, id) on delete cascade,
  constraint one_image_per_object unique (path),
  constraint path_is_in_the_items_folder check (starts_with(path, venue_id::text || '/' || menu_item_id::text || '/')),
  constraint alt_is_short_text check (length(trim(alt)) between 1 and 500),
  constraint one_image_per_place unique (venue_id, menu_item_id, position) deferrable initially immediate,
  constraint eight_images_at_most check (position between 1 and 8),
  constraint dimensions_are_plausible check (width between 1 and 20000 and height between 1 and 20000),
  constraint it_has_bytes check (byte_size > 0),
  constraint type_is_an_image check (mime_type in ('image/jpeg', 'image/png', 'image/webp', 'image/avif'))
);
comment on table public.menu_item_images is 'Images of the draft menu''s items, in order of position; the first one stands for the item.';
comment on column public.menu_item_images.path is 'Name of the object in the bucket menu-images: {venue_id}/{menu_item_id}/{uuid}.{ext}.';
comment on column public.menu_item_images.alt is 'What the image shows, for who does not see it, in the venue''s language; menu_translations holds it in others.';
comment on column public.menu_item_images.width is 'Pixels, as who uploaded it says: the database does not read images.';
comment on column public.menu_item_images.height is 'Pixels, as who uploaded it says.';
comment on column public.menu_item_images.byte_size is 'As Storage has counted.';
comment on column public.menu_item_images.mime_type is 'As Storage has accepted.';

create table public.menu_image_variants (
  path text primary key,
  venue_id uuid not null references public.venues on delete cascade,
  image_id uuid not null,
  width integer not null,
  height integer not null,
  byte_size bigint not null,
  mime_type text not null,
  constraint image_is_in_the_venue foreign key (venue_id, image_id) references public.menu_item_images (venue_id, id) on delete cascade,
  constraint path_is_in_the_venues_folder check (starts_with(path, venue_id::text || '/')),
  constraint one_variant_per_size_and_type unique (venue_id, image_id, width, mime_type),
  constraint dimensions_are_plausible check (width between 1 and 20000 and height between 1 and 20000),
  constraint it_has_bytes check (byte_size > 0),
  constraint type_is_an_image check (mime_type in ('image/jpeg', 'image/png', 'image/webp', 'image/avif'))
);
comment on table public.menu_image_variants is 'The same image in other sizes and types, each an object of its own, from which a page chooses.';
comment on column public.menu_image_variants.path is 'Name of the object in the bucket menu-images, in the folder of its image.';

alter table public.menu_item_images enable row level security;
alter table public.menu_image_variants enable row level security;
create policy select_member on public.menu_item_images for select to authenticated
  using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
create policy select_member on public.menu_image_variants for select to authenticated
  using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
-- Written by RPCs only, which look into Storage first.
grant select on public.menu_item_images, public.menu_image_variants to authenticated;
create trigger set_updated_at before update on public.menu_item_images for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.menu_item_images for each row execute function private.audit();
create trigger audit after insert or update or delete on public.menu_image_variants for each row execute function private.audit();
