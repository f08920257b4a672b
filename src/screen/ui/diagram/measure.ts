import type { Measure } from "../../diagram/place-stops.ts";

const SANS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace';
const fonts = {
  label: `11px ${SANS}`,
  mono: `11px ${MONO}`,
  bold: `bold 11px ${MONO}`,
  strong: `bold 11px ${SANS}`,
} as const;

const context = document.createElement("canvas").getContext("2d");
const known = new Map<string, number>();

/** Widths of labels in the fonts that this browser really has. */
export const measureText: Measure = (text, face) => {
  const key = `${face}|${text}`;
  const width = known.get(key);
  if (width !== undefined) return width;
  if (!context) return text.length * 7;
  context.font = fonts[face];
  const measured = context.measureText(text).width;
  if (known.size > 4000) known.clear();
  known.set(key, measured);
  return measured;
};
