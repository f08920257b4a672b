import { words } from "../../base/words.ts";
import type { Family } from "../../model/net/ip.ts";
import type { Fix } from "../finding.ts";

export const toolFor = (family: Family): string => (family === 4 ? "iptables" : "ip6tables");
export const hex = (bits: number): string => `0x${bits.toString(16)}`;

/** So many commands of one kind are written out. */
const mostCommands = 20;

/** One command a line; of very many some, and how many are left out. */
export const commandLines = (commands: readonly string[]): string =>
  [
    ...commands.slice(0, mostCommands),
    ...(commands.length > mostCommands ? [`# and ${commands.length - mostCommands} more like it`] : []),
  ].join("\n");

export const restartKubeProxy: Fix = {
  kind: "command",
  text: "kubectl -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName=NODE   # or, on the node: systemctl restart kube-proxy",
  says: words(
    "Restarts kube-proxy on that node, which writes its rules anew. Connections that are open stay open.",
    "重启该节点的 kube-proxy，它会重写规则。已建立的连接不受影响。",
  ),
};
