// A page as SVG, in millimetres. Text stays text and is shown in the reader's fonts, so any script can be printed.
import { html } from "../_shared/html.ts";
import type { QrCode } from "./qr-code.ts";
import type { Page } from "./sheet.ts";

const FONTS = "Noto Sans, Helvetica Neue, Arial, sans-serif";
const n = (value: number): string => String(Number(value.toFixed(3)));

/** One shape, so that no seam shows between rows. */
const pathOf = ({ runs }: QrCode): string =>
  runs.map(([column, row, length]) => `M${column} ${row}h${length}v1h-${length}z`).join("");

export function svgOf(page: Page, title: string): string {
  const [width, height] = [n(page.width), n(page.height)];
  const cuts = page.cuts.map(({ x1, y1, x2, y2 }) => html`<path d="M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}"/>`);
  const codes = page.codes.map(
    ({ code, x, y, side }) =>
      html`<path transform="translate(${n(x)} ${n(y)}) scale(${String(side / code.side)})" d="${pathOf(code)}"/>`,
  );
  const texts = page.texts.map(
    ({ text, x, y, size, weight, isFaint }) =>
      html`<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}" font-weight="${weight === "bold" ? "700" : "400"}" fill="${isFaint ? "#666" : "#000"}">${text}</text>`,
  );
  return [
    html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">`,
    html`<title>${title}</title>`,
    html`<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<g fill="none" stroke="#999" stroke-width="0.15" stroke-dasharray="1.5 1.5">${cuts.join("")}</g>`,
    ...codes,
    html`<g font-family="${FONTS}" text-anchor="middle">`,
    ...texts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}
