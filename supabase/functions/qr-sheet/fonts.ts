// The fonts of printed sheets: Noto Sans, which has the letters of Latin, Greek and Cyrillic. They are files beside the
// code, so that a sheet looks the same everywhere and nothing is fetched.
import * as fontkit from "fontkit";

export type Weight = "regular" | "bold";

export interface Fonts {
  readonly files: Readonly<Record<Weight, Uint8Array<ArrayBuffer>>>;
  /** The width of a text as a multiple of its size; what the font lacks counts as a square. */
  width(text: string, weight: Weight): number;
  /** The letters of a text that the fonts lack, each once. */
  missing(text: string): string[];
}

export async function loadFonts(): Promise<Fonts> {
  const read = (name: string) => Deno.readFile(new URL(`./fonts/${name}.ttf`, import.meta.url));
  const [regular, bold] = await Promise.all([read("NotoSans-Regular"), read("NotoSans-Bold")]);
  const fonts = { regular: open(regular), bold: open(bold) };
  const has = (letter: string) => fonts.regular.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0);
  return {
    files: { regular, bold },
    width: (text, weight) => {
      const known = [...text].filter(has);
      const { advanceWidth } = fonts[weight].layout(known.join(""));
      return advanceWidth / fonts[weight].unitsPerEm + [...text].length - known.length;
    },
    missing: (text) => [...new Set(text)].filter((letter) => !has(letter)),
  };
}

function open(file: Uint8Array): fontkit.Font {
  // Its types ask for Node's Buffer; a Uint8Array is all it needs.
  const font = fontkit.create(file as Parameters<typeof fontkit.create>[0]);
  if ("fonts" in font) throw new Error("a font of a sheet is a collection of fonts");
  return font;
}
