/** Names of priorities that nft prints (nft(8), BASE CHAINS); bridge has numbers of its own. */
const common: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};
const bridge: Readonly<Record<string, number>> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 };

/** `-100`, `dstnat`, `filter + 10`, `dstnat - 10`. */
export function priorityOf(text: string, family: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text);
  const [, name = "", sign, offset] = /^([a-z]+)(?:\s*([+-])\s*(\d+))?$/.exec(text.trim()) ?? [];
  const names = family === "bridge" ? bridge : common;
  const base = Object.hasOwn(names, name) ? names[name] : undefined;
  if (base === undefined || offset === undefined) return base;
  return sign === "-" ? base - Number(offset) : base + Number(offset);
}
