import type { Ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";

/** Packets that natlens follows have no IPv6 header but the first; the kernel's ipv6_find_hdr finds none, and no rule on one matches. */
export const noExtensionHeaders = {
  family: 6,
  level: "caveat",
  note: words("Packets are taken to have no IPv6 extension headers.", "假定报文没有 IPv6 扩展头。"),
  test: (): Ternary => "no",
} as const;
