import { type Words, words } from "../base/words.ts";
import type { Diagnosis, SideName } from "../diagnose/finding.ts";
import { modesOf } from "../kube-proxy/mode.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";

/** Something that was not pasted, as the command that prints it. */
export interface Missing {
  /** Absent: of whichever node it is asked. */
  readonly side?: SideName;
  readonly command: string;
  readonly why: Words;
  /**
   * decides: without it a question stays open; firms: the verdict rests on a guess about it; adds: natlens does without
   * it, and says what it takes for granted instead.
   */
  readonly weight: "decides" | "firms" | "adds";
}

const order: readonly Missing["weight"][] = ["decides", "firms", "adds"];
/** More than a person pastes in one go. */
const most = 24;

/**
 * What to paste for a firm verdict, the weightiest first: what open questions ask for, what decisive assumptions rest
 * on, and what was not pasted of each side. A command stands there once for each side.
 */
export function missingFor(
  sides: Readonly<Partial<Record<SideName, NodeSnapshot>>>,
  diagnosis?: Diagnosis,
): readonly Missing[] {
  const asked: Missing[] = [
    ...(diagnosis?.undecidable ?? []).map(({ question, paste, side }): Missing => {
      return { ...(side ? { side } : {}), command: paste, why: question, weight: "decides" };
    }),
    ...(diagnosis?.assumptions ?? []).flatMap(({ about, because, settledBy, decisive, id }): Missing[] => {
      if (!decisive || settledBy === undefined) return [];
      const side = /^borrowed:(healthy|broken):/.exec(id)?.[1] as SideName | undefined;
      const why = words(`${about.en} ${because.en}`, `${about["zh-CN"]}${because["zh-CN"]}`);
      return [{ ...(side ? { side } : {}), command: settledBy, why, weight: "firms" }];
    }),
    ...(["broken", "healthy"] as const).flatMap((side) => {
      const node = sides[side];
      return node ? notPasted(node).map((one) => ({ side, ...one })) : [];
    }),
  ];
  const known = new Set<string>();
  const found: Missing[] = [];
  for (const one of asked.sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight))) {
    const parts = one.command.split(/;\s*/);
    if (parts.every((part) => known.has(`${one.side ?? ""} ${part}`) || known.has(` ${part}`))) continue;
    for (const part of parts) known.add(`${one.side ?? ""} ${part}`);
    found.push(one);
  }
  return found.slice(0, most);
}

type Absent = Omit<Missing, "side">;

/** What of a node no text shows. */
function notPasted(node: NodeSnapshot): Absent[] {
  const list: Absent[] = [];
  const add = (weight: Missing["weight"], command: string, en: string, zh: string): void =>
    void list.push({ weight, command, why: words(en, zh) });
  const tables = [...node.iptables.values()].flatMap((ruleset) => [...ruleset.tables.values()]);
  if (tables.length === 0)
    add("decides", "iptables-save", "No rules of this node were pasted.", "没有粘贴该节点的规则。");
  else if (!tables.some((table) => table.name === "nat"))
    add("decides", "iptables-save -t nat", "The nat table was not pasted.", "没有粘贴 nat 表。");
  else if (tables.some((table) => table.name === "nat" && table.state === "partial"))
    add("firms", "iptables-save", "Only some lines of the nat table are here.", "nat 表只有部分内容。");
  if (tables.length > 0 && modesOf(node).some(({ mode }) => mode === "ipvs")) {
    if (node.ipvs.coverage === "absent")
      add(
        "firms",
        "ipvsadm -S -n",
        "kube-proxy runs in IPVS mode; its virtual servers were not pasted.",
        "kube-proxy 运行在 IPVS 模式，但没有粘贴虚拟服务。",
      );
    if (node.sets.coverage === "absent")
      add(
        "firms",
        "ipset save",
        "The rules look into ipsets; their members were not pasted.",
        "规则会查询 ipset，但没有粘贴集合的成员。",
      );
  }
  if (node.links.coverage === "absent")
    add("adds", "ip addr", "Which addresses and devices the node has is not known.", "不知道节点有哪些地址和网卡。");
  if (![...node.routes.coverage.keys()].includes("main"))
    add("adds", "ip route show table all", "Where packets leave the node is not known.", "不知道报文从哪里离开节点。");
  if (node.rules.coverage === "absent")
    add("adds", "ip rule", "The usual three routing rules are assumed.", "按通常的三条路由策略处理。");
  if (node.sysctls.size === 0)
    add(
      "adds",
      "sysctl -a",
      "Forwarding, reverse path filtering and bridge settings are assumed.",
      "转发、反向路径过滤和网桥参数均为推定。",
    );
  if (!node.kubeProxy)
    add(
      "adds",
      "ps -ef | grep kube-proxy",
      "kube-proxy's flags are judged from its rules only.",
      "kube-proxy 的参数只能从规则推断。",
    );
  return list;
}
