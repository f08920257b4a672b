import { type Words, words } from "../../base/words.ts";
import script from "./collect.sh?raw";

/** The collector: a read-only POSIX shell script that prints a bundle of dumps, which natlens reads back. */
export const collectorScript: string = script;

/** A way to run the collector on a node. */
export interface CollectorVariant {
  readonly id: "node" | "ssh" | "kubectl-debug";
  readonly title: Words;
  /** For a shell, with the script saved as collect.sh; NODE stands for the node's name. */
  readonly command: string;
  /** The same with the script on standard input, and the node's name in a variable. */
  readonly fed: string;
  readonly note: Words;
}

/** In the order in which they are offered. */
export const collectorVariants: readonly CollectorVariant[] = [
  {
    id: "node",
    title: words("On the node", "在节点上"),
    command: "sudo sh collect.sh > bundle.txt",
    fed: "sudo sh -s > bundle.txt",
    note: words(
      "The script only reads. It writes no file but the one its output goes to.",
      "脚本只读取信息。除了保存输出的文件，不写任何文件。",
    ),
  },
  {
    id: "ssh",
    title: words("Through ssh", "通过 ssh"),
    command: "ssh NODE 'sudo sh -s' < collect.sh > NODE.txt",
    fed: `ssh "$NODE" 'sudo sh -s' > "$NODE.txt"`,
    note: words(
      "Nothing is stored on the node. Where sudo asks for a password, log in as root, or run the script on the node.",
      "节点上不保存任何文件。如果 sudo 需要输入密码，请以 root 登录，或在节点上运行脚本。",
    ),
  },
  {
    id: "kubectl-debug",
    title: words("Through kubectl debug", "通过 kubectl debug"),
    command:
      "kubectl debug node/NODE -i --profile=sysadmin --image=busybox -- chroot /host sh -s < collect.sh > NODE.txt",
    fed: `kubectl debug "node/$NODE" -i --profile=sysadmin --image=busybox -- chroot /host sh -s > "$NODE.txt"`,
    note: words(
      "Needs kubectl 1.30 or later. Where the node has no shell, leave out “chroot /host” and name an image with iptables, ipset, ipvsadm and ip. Delete the debugging pod afterwards.",
      "需要 kubectl 1.30 或更高版本。如果节点上没有 shell，请去掉“chroot /host”，并改用带有 iptables、ipset、ipvsadm 和 ip 的镜像。用完请删除调试 Pod。",
    ),
  },
];

/** Ends the here-document that holds the script. */
const end = "END_OF_COLLECTOR";

/** A variant as one text to paste into a shell, the script in it, so that no file has to be saved first. */
export function collectorPaste({ fed }: CollectorVariant): string {
  const node = fed.includes("$NODE") ? ["NODE=node-1 # the node's name"] : [];
  return [...node, `${fed} <<'${end}'`, collectorScript.trimEnd(), end, ""].join("\n");
}
