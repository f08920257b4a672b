/** One command of a shown command line, without what only wraps it. */
export interface ParsedCommand {
  readonly words: readonly string[];
  readonly filtered: boolean;
}

/** Commands whose name alone, behind `#` or in a heading, makes a line a command line. */
const known = new Set(
  (
    "iptables ip6tables iptables-save ip6tables-save iptables-nft iptables-legacy ip6tables-nft ip6tables-legacy " +
    "iptables-nft-save iptables-legacy-save ip6tables-nft-save ip6tables-legacy-save iptables-restore ipset ipvsadm ip " +
    "sysctl kubectl tcpdump dmesg journalctl conntrack nft ps cat uname telnet curl wget ping grep egrep zgrep ifconfig " +
    "route netstat ss bridge brctl ebtables ebtables-save nc dig nslookup lsmod modprobe systemctl tail head less hostname kube-proxy tracepath " +
    "traceroute arp arping cilium cilium-dbg docker crictl ssh sudo nsenter watch"
  ).split(" "),
);
/** What runs another command given behind it. */
const wrappers = new Set(
  "sudo doas nsenter chroot env time timeout watch ssh docker podman nerdctl crictl kubectl oc ip sh bash ash exec nohup unshare".split(
    " ",
  ),
);
const filters = new Set("grep egrep fgrep zgrep rg head tail awk sed cut uniq less more wc jq column".split(" "));

const baseName = (word: string): string => word.slice(word.lastIndexOf("/") + 1);
export const isKnownCommand = (word: string): boolean => known.has(baseName(word));

/** Words as a shell makes them, with `|`, `;`, `&&`, `||`, `>` and `<` as words of their own outside quotes. */
export function shellWords(text: string): string[] {
  const out: string[] = [];
  let word = "";
  let open = "";
  let started = false;
  const close = (): void => {
    if (started) out.push(word);
    word = "";
    started = false;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (open !== "") {
      if (c === open) open = "";
      else if (c === "\\" && open === '"' && i + 1 < text.length) word += text[++i];
      else word += c;
    } else if (c === '"' || c === "'") {
      open = c;
      started = true;
    } else if (c === "\\" && i + 1 < text.length) {
      word += text[++i];
      started = true;
    } else if (/\s/.test(c)) close();
    else if ("|;&<>".includes(c)) {
      if ((c === ">" || c === "<") && /^\d$/.test(word)) word = "";
      else close();
      let sign = c;
      while (text[i + 1] === c || (sign.startsWith(">") && text[i + 1] === "&")) sign += text[++i];
      out.push(sign);
      started = false;
      word = "";
    } else {
      word += c;
      started = true;
    }
  }
  close();
  return out;
}

/** The commands of a line as typed: `sudo ip rule; ip route | grep eth0` gives `ip rule` and, filtered, `ip route`. */
export function parseCommandLine(text: string): ParsedCommand[] {
  const commands: ParsedCommand[] = [];
  let stages: string[][] = [[]];
  const close = (): void => {
    const [first = []] = stages;
    if (first.length > 0) commands.push(commandOf(first, stages.slice(1)));
    stages = [[]];
  };
  const list = shellWords(text.slice(0, 4096));
  for (let i = 0; i < list.length; i++) {
    const word = list[i] ?? "";
    if (word === ";" || word === "&&" || word === "||" || word === "&") close();
    else if (word === "|") stages.push([]);
    else if (/^[<>]/.test(word)) {
      if (!word.endsWith("&")) i++;
      else if (/^\d$/.test(list[i + 1] ?? "")) i++;
    } else stages[stages.length - 1]?.push(word);
  }
  close();
  return commands.flatMap((c) => {
    // ssh n1 'ip rule; ip route', sh -c "…"
    const [only = ""] = c.words;
    return c.words.length === 1 && only !== text && /\s/.test(only)
      ? parseCommandLine(only).map((inner) => ({ ...inner, filtered: inner.filtered || c.filtered }))
      : [c];
  });
}

function commandOf(first: readonly string[], later: readonly (readonly string[])[]): ParsedCommand {
  const words = unwrapped(first);
  const head = words[0] ?? "";
  // tail -f and less show what a file holds; the file's kind is not known from that
  const filtered =
    filters.has(head) || later.some((s) => !substitutes(s) && s.some((w, i) => i < 3 && filters.has(baseName(w))));
  return { words, filtered };
}

/** `sed -E 's/a/b/g'`: lines are changed, and none is left out. */
const substitutes = (stage: readonly string[]): boolean =>
  stage[0] === "sed" && stage.slice(1).every((w) => w === "-E" || w === "-r" || /^s([/|#,]).*\1.*\1g?$/.test(w));

function unwrapped(list: readonly string[]): string[] {
  let words = [...list];
  for (let depth = 0; depth < 6; depth++) {
    while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) words.shift();
    const head = baseName(words[0] ?? "");
    if (!wrappers.has(head) || !wraps(head, words)) break;
    const from = words.indexOf("--");
    const behind = from > 0 ? from + 1 : words.findIndex((w, i) => i > 0 && (isKnownCommand(w) || /\s/.test(w)));
    if (behind <= 0 || behind >= words.length) break;
    words = words.slice(behind);
  }
  return words.map((word, i) => (i === 0 && !/\s/.test(word) ? baseName(word) : word));
}

/** ip and kubectl are commands themselves, but for `ip netns exec` and `kubectl exec|debug`. */
function wraps(head: string, words: readonly string[]): boolean {
  if (head === "ip") return words.includes("netns") && words.includes("exec");
  if (head === "kubectl" || head === "oc") return words.includes("exec") || words.includes("debug");
  if (head === "docker" || head === "crictl" || head === "podman" || head === "nerdctl")
    return words.includes("exec") || words.includes("run");
  return true;
}
