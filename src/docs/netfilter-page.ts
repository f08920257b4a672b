import { supportWords, type Understood, understood } from "../model/netfilter/understood.ts";
import { madeBy, type Page, table } from "./page.ts";

/** How far each match and target of iptables is understood. */
export const netfilterPage = (): Page => ({
  file: "src/model/netfilter/README.md",
  text: `${madeBy}\n# What natlens understands of iptables\n\n${levels()}\n## Matches (\`-m\`)\n\n${part("match")}\n## Targets (\`-j\`)\n\n${part("target")}`,
});

const levels = (): string =>
  table(
    ["level", "means", "含义"],
    Object.entries(supportWords).map(([level, means]) => [level, means.en, means["zh-CN"]]),
  );

function part(kind: Understood["kind"]): string {
  const rows = understood().filter((each) => each.kind === kind);
  return table(
    ["name", "family", "level", "note", "说明"],
    rows.map(({ name, family, level, note }) => [
      `\`${name}\``,
      family ? `IPv${family}` : "both",
      level,
      note?.en ?? "",
      note?.["zh-CN"] ?? "",
    ]),
  );
}
