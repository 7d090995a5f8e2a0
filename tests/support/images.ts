/** Images as an app has them: uploaded to Storage through supabase-js, then attached. */
import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import type { StackState } from "../../scripts/stack/state.ts";
import type { Actor } from "./actors.ts";
import { type Answer, type Api, must } from "./api.ts";
import type { HttpApi } from "./http-api.ts";
import type { World } from "./world.ts";

export interface Image {
  readonly id: string;
  readonly path: string;
  readonly byte_size: number;
  readonly variants: readonly { readonly path: string; readonly width: number }[];
}

export const PIXELS = new Uint8Array([
  137,
  80,
  78,
  71,
  13,
  10,
  26,
  10,
  ...Array.from({ length: 2000 }, (_, i) => i % 256),
]);
export const PNG = { contentType: "image/png", cacheControl: "31536000" };

/** The bucket, as this actor's app sees it. */
export function imagesAs(stack: StackState, { token }: Actor) {
  const options = token === null ? {} : { accessToken: async () => token };
  return createClient(stack.url, stack.publishableKey, options).storage.from("menu-images");
}

export const imagesOfMachine = (stack: StackState) =>
  createClient(stack.url, stack.secretKey).storage.from("menu-images");

export const imagePath = (venueId: string, itemId: string, extension = "png"): string =>
  `${venueId}/${itemId}/${randomUUID()}.${extension}`;

export const attachImage = (api: Api, by: Actor, path: string): Promise<Answer<Image>> =>
  api.rpc<Image>(by, "attach_menu_image", { p_path: path, p_alt: "A dish", p_width: 800, p_height: 600 });

/** An item's image with a variant. */
export async function picture(
  { api, stack }: World<HttpApi>,
  by: Actor,
  venueId: string,
  itemId: string,
): Promise<Image> {
  const [path, variant] = [imagePath(venueId, itemId), imagePath(venueId, itemId)];
  for (const one of [path, variant]) {
    const { error } = await imagesAs(stack, by).upload(one, PIXELS, PNG);
    if (error) throw error;
  }
  const { id } = must(await attachImage(api, by, path));
  const variants = [{ path: variant, width: 400, height: 300 }];
  return must(await api.rpc<Image>(by, "set_menu_image_variants", { p_image_id: id, p_variants: variants }));
}
