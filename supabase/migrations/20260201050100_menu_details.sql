-- What a guest must know before ordering: allergens, diets, spice. The lists are data with their names in every language
-- a menu can have, because allergens are law and must not be left untranslated.

create table public.menu_labels (
  label text primary key,
  kind text not null,
  position integer not null,
  names jsonb not null,
  constraint label_is_snake_case check (label ~ '^[a-z]+(_[a-z]+)*$'),
  constraint kind_is_known check (kind in ('allergen', 'dietary_tag')),
  constraint one_label_per_position unique (kind, position),
  constraint names_are_in_every_language check (names ?& array['en', 'es', 'ar', 'fr', 'de', 'it', 'pt', 'zh', 'ja'])
);
comment on table public.menu_labels is 'Allergens and dietary tags that items can carry. Reference data, changed by migrations only.';
comment on column public.menu_labels.kind is 'allergen: one of the 14 of Regulation (EU) 1169/2011, annex II, which are also those of United Kingdom law; dietary_tag: a claim that the venue makes.';
comment on column public.menu_labels.names is 'What guests read, by language: {"en": …, "fr": …}.';

alter table public.menu_labels enable row level security;
create policy select_all on public.menu_labels for select to authenticated using (true);
grant select on public.menu_labels to authenticated;

insert into public.menu_labels (kind, position, label, names)
select l.kind, row_number() over (partition by l.kind order by l.nr), l.label,
  jsonb_build_object('en', l.en, 'es', l.es, 'ar', l.ar, 'fr', l.fr, 'de', l.de, 'it', l.it, 'pt', l.pt, 'zh', l.zh, 'ja', l.ja)
from (values
  (1, 'allergen', 'celery', 'Celery', 'Apio', 'الكرفس', 'Céleri', 'Sellerie', 'Sedano', 'Aipo', '芹菜', 'セロリ'),
  (2, 'allergen', 'gluten', 'Cereals containing gluten', 'Cereales con gluten', 'الحبوب المحتوية على الغلوتين', 'Céréales contenant du gluten', 'Glutenhaltiges Getreide', 'Cereali contenenti glutine', 'Cereais com glúten', '含麸质谷物', 'グルテンを含む穀物'),
  (3, 'allergen', 'crustaceans', 'Crustaceans', 'Crustáceos', 'القشريات', 'Crustacés', 'Krebstiere', 'Crostacei', 'Crustáceos', '甲壳类', '甲殻類'),
  (4, 'allergen', 'eggs', 'Eggs', 'Huevos', 'البيض', 'Œufs', 'Eier', 'Uova', 'Ovos', '鸡蛋', '卵'),
  (5, 'allergen', 'fish', 'Fish', 'Pescado', 'السمك', 'Poisson', 'Fisch', 'Pesce', 'Peixe', '鱼', '魚'),
  (6, 'allergen', 'lupin', 'Lupin', 'Altramuces', 'الترمس', 'Lupin', 'Lupinen', 'Lupini', 'Tremoço', '羽扇豆', 'ルピナス'),
  (7, 'allergen', 'milk', 'Milk', 'Leche', 'الحليب', 'Lait', 'Milch', 'Latte', 'Leite', '牛奶', '乳'),
  (8, 'allergen', 'molluscs', 'Molluscs', 'Moluscos', 'الرخويات', 'Mollusques', 'Weichtiere', 'Molluschi', 'Moluscos', '软体动物', '軟体動物'),
  (9, 'allergen', 'mustard', 'Mustard', 'Mostaza', 'الخردل', 'Moutarde', 'Senf', 'Senape', 'Mostarda', '芥末', 'マスタード'),
  (10, 'allergen', 'nuts', 'Tree nuts', 'Frutos de cáscara', 'المكسرات', 'Fruits à coque', 'Schalenfrüchte', 'Frutta a guscio', 'Frutos de casca rija', '坚果', '木の実'),
  (11, 'allergen', 'peanuts', 'Peanuts', 'Cacahuetes', 'الفول السوداني', 'Arachides', 'Erdnüsse', 'Arachidi', 'Amendoins', '花生', '落花生'),
  (12, 'allergen', 'sesame', 'Sesame', 'Sésamo', 'السمسم', 'Sésame', 'Sesam', 'Sesamo', 'Sésamo', '芝麻', 'ごま'),
  (13, 'allergen', 'soya', 'Soya', 'Soja', 'الصويا', 'Soja', 'Soja', 'Soia', 'Soja', '大豆', '大豆'),
  (14, 'allergen', 'sulphites', 'Sulphur dioxide and sulphites', 'Dióxido de azufre y sulfitos', 'ثاني أكسيد الكبريت والكبريتيت', 'Anhydride sulfureux et sulfites', 'Schwefeldioxid und Sulfite', 'Anidride solforosa e solfiti', 'Dióxido de enxofre e sulfitos', '二氧化硫和亚硫酸盐', '二酸化硫黄と亜硫酸塩'),
  (15, 'dietary_tag', 'vegetarian', 'Vegetarian', 'Vegetariano', 'نباتي', 'Végétarien', 'Vegetarisch', 'Vegetariano', 'Vegetariano', '素食', 'ベジタリアン'),
  (16, 'dietary_tag', 'vegan', 'Vegan', 'Vegano', 'نباتي صرف', 'Végan', 'Vegan', 'Vegano', 'Vegano', '纯素', 'ヴィーガン'),
  (17, 'dietary_tag', 'gluten_free', 'Gluten-free', 'Sin gluten', 'خالٍ من الغلوتين', 'Sans gluten', 'Glutenfrei', 'Senza glutine', 'Sem glúten', '无麸质', 'グルテンフリー'),
  (18, 'dietary_tag', 'dairy_free', 'Dairy-free', 'Sin lácteos', 'خالٍ من الألبان', 'Sans produits laitiers', 'Milchfrei', 'Senza latticini', 'Sem laticínios', '无乳制品', '乳製品不使用'),
  (19, 'dietary_tag', 'nut_free', 'Nut-free', 'Sin frutos secos', 'خالٍ من المكسرات', 'Sans noix', 'Nussfrei', 'Senza noci', 'Sem nozes', '无坚果', 'ナッツ不使用'),
  (20, 'dietary_tag', 'halal', 'Halal', 'Halal', 'حلال', 'Halal', 'Halal', 'Halal', 'Halal', '清真', 'ハラール'),
  (21, 'dietary_tag', 'kosher', 'Kosher', 'Kosher', 'كوشير', 'Casher', 'Koscher', 'Kosher', 'Kosher', '犹太洁食', 'コーシャ'),
  (22, 'dietary_tag', 'organic', 'Organic', 'Ecológico', 'عضوي', 'Biologique', 'Bio', 'Biologico', 'Biológico', '有机', 'オーガニック')
) as l (nr, kind, label, en, es, ar, fr, de, it, pt, zh, ja);

-- A guest who trusts a tag must not meet what it excludes.
create function private.contradicts_allergens(p_tags text[], p_allergens text[]) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select coalesce(
    p_tags && array['vegan', 'vegetarian'] and p_allergens && array['fish', 'crustaceans', 'molluscs']
    or p_tags @> array['vegan'] and p_allergens && array['milk', 'eggs']
    or p_tags @> array['gluten_free'] and p_allergens @> array['gluten']
    or p_tags @> array['dairy_free'] and p_allergens @> array['milk']
    or p_tags @> array['nut_free'] and p_allergens && array['nuts', 'peanuts'], false)
$$;
comment on function private.contradicts_allergens(text[], text[]) is
  'Whether a dish''s tags claim the absence of an allergen that it contains. Members may call it, because a constraint of a table they write does.';
grant execute on function private.contradicts_allergens(text[], text[]) to authenticated;

alter table public.menu_items
  add column allergens text[],
  add column dietary_tags text[] not null default '{}',
  add column spice integer not null default 0,
  add constraint spice_is_a_level check (spice between 0 and 3),
  add constraint tags_do_not_contradict_allergens check (cardinality(dietary_tags) = 0 or not private.contradicts_allergens(dietary_tags, allergens));
comment on column public.menu_items.allergens is 'Allergens the dish contains, in order of name. Empty: it contains none. Null: nobody has said, which guests must not read as none.';
comment on column public.menu_items.dietary_tags is 'Claims that the venue makes about the dish, in order of name.';
comment on column public.menu_items.spice is 'From 0, not spicy, to 3.';
grant update (allergens, dietary_tags, spice) on public.menu_items to authenticated;

create function private.check_menu_labels() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_unknown text;
begin
  -- One order, once each: equal sets are equal arrays, for the etag and the diff. One statement: imports come by the thousand.
  select case when new.allergens is not null then array(select distinct a from unnest(new.allergens) a order by a) end,
    array(select distinct t from unnest(new.dietary_tags) t order by t), (
      select min(coalesce(g.label, 'null'))
      from (select a, 'allergen' from unnest(new.allergens) a union all select t, 'dietary_tag' from unnest(new.dietary_tags) t) g (label, kind)
      where not exists (select 1 from public.menu_labels l where l.label = g.label and l.kind = g.kind))
  into new.allergens, new.dietary_tags, v_unknown;
  if v_unknown is not null then
    perform private.fail('invalid_input', format('unknown allergen or dietary tag: %s', v_unknown));
  end if;
  return new;
end $$;
comment on function private.check_menu_labels() is
  'Trigger: sorts an item''s labels and refuses unknown ones. A foreign key cannot reach into an array. Definer: who edits '
  'need not be able to read the list. Errors: invalid_input.';
create trigger check_menu_labels before insert or update of allergens, dietary_tags on public.menu_items
  for each row when (cardinality(new.allergens) > 0 or cardinality(new.dietary_tags) > 0) execute function private.check_menu_labels();
