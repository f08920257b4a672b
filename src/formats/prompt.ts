/** A shown prompt and the command after it, e.g. `[root@198.51.100.7]# ip addr | grep kube`. */
const prompts = [
  /^\[[^\]]*\]\s*[#$%>]+\s*(\S.*)$/,
  /^[\w.-]+@[\w.-]+(?::\S*|\s+\S+)?\s?[#$%]\s+(\S.*)$/,
  /^(?:bash|sh|ash)-[\d.]+[#$]\s+(\S.*)$/,
  /^(?:~|\/\S*)\s[#$]\s+(\S.*)$/,
  /^[$%]\s+(\S.*)$/,
  /^\+{1,2} (\S.*)$/,
];
const hashPrompt = /^#\s+(\S.*)$/;
const known =
  /^(?:ip6?tables(?:-nft|-legacy)?(?:-save)?|ipset|ipvsadm|ip|sysctl|kubectl|tcpdump|dmesg|journalctl|conntrack|nft|ps|cat|uname|telnet|curl|ping|grep|ifconfig|route|bridge|ss)$/;
const wrappers = /^(?:sudo|nsenter|chroot|env|time|watch|ssh|docker|crictl|kubectl)$/;
const filters = /\|\s*(?:grep|egrep|fgrep|head|tail|awk|sed|less|cut|sort|uniq|wc)\b/;

export interface Prompt {
  readonly words: readonly string[];
  readonly filtered: boolean;
}

/** Reads a prompt line; undefined if the line is none. A lone `#` is a prompt only before a known command. */
export function promptOf(line: string): Prompt | undefined {
  const bare = hashPrompt.exec(line)?.[1];
  const command =
    bare !== undefined && known.test(firstCommand(bare)[0] ?? "")
      ? bare
      : prompts.map((p) => p.exec(line)?.[1]).find((c) => c !== undefined);
  if (command === undefined) return undefined;
  return { words: firstCommand(command), filtered: filters.test(command) };
}

/** Words of the first command of a pipeline, wrappers such as sudo and kubectl exec taken off. */
function firstCommand(text: string): string[] {
  const list = (text.split(/\s*(?:\||>|;|&&)\s*/)[0] ?? "").split(/\s+/).filter(Boolean);
  const inner = list.findIndex((word, i) => i > 0 && known.test(base(word)) && !wrappers.test(word));
  const first = base(list[0] ?? "");
  const start =
    wrappers.test(first) && inner !== -1 && (first !== "kubectl" || list.includes("exec") || list.includes("debug"))
      ? inner
      : 0;
  return list.slice(start).map((word, i) => (i === 0 ? base(word) : word));
}

const base = (word: string): string => word.slice(word.lastIndexOf("/") + 1);
