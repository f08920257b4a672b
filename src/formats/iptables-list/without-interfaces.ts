import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";

/** The most misread dump there is: a rule for one interface looks as if it were for all. */
export const withoutInterfaces = (at: Span): Diagnostic => ({
  code: "iptables-list/without-interfaces",
  severity: "warning",
  at,
  message: words(
    "Without -v a listing does not show interfaces (-i, -o): each of these rules may have such a condition unseen.",
    "没有 -v 的列表不显示接口条件（-i、-o）：每条规则都可能带有看不见的接口条件。",
  ),
  advice: words(
    "Paste iptables-save, or the listing with -v: iptables -t nat -nvL.",
    "请粘贴 iptables-save 的输出，或带 -v 的列表：iptables -t nat -nvL。",
  ),
});
