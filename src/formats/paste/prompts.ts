import { isKnownCommand } from "./command-line.ts";

/** What is written behind a prompt; empty behind one that waits. */
const shells: readonly RegExp[] = [
  // [root@198.51.100.7]# ip addr      [root@n1 ~]$ ip addr      (venv) [core@n1 ~]$
  /^(?:\([\w.-]{1,40}\) )?\[[^\]@]{1,64}@[^\]]{1,128}\] ?[#$%](?:\s+(.*))?$/,
  // root@n1:/home# ip addr      user@n1:~$ ip addr      root@n1 ~ # ip addr
  /^(?:\([\w.-]{1,40}\) )?[\w.-]{1,64}@[\w.-]{1,128}(?::[^\s#$]{0,200}| [~/][^\s#$]{0,200})? ?[#$%](?:\s+(.*))?$/,
  // bash-4.2# ip addr      sh-5.1$ ip addr
  /^(?:bash|sh|ash)-\d[\d.]{0,8}[#$](?:\s+(.*))?$/,
  // ~ # ip addr      / # ip addr      n1:~ # ip addr
  /^(?:[\w.-]{1,64}:)?(?:~|\/)[\w./-]{0,200} [#$](?:\s+(.*))?$/,
  // what watch prints on top, with the host and the time behind many blanks
  /^Every \d+(?:\.\d+)?s: (.+?)(?:\s{2,}\S.*)?$/,
  // ➜  ~ ip addr
  /^[➜❯]\s+(?:~\S{0,200}\s+)?(.*)$/,
  // PS C:\Users\x> kubectl …      C:\> kubectl …
  /^(?:PS )?[A-Z]:\\[^>]{0,200}>\s?(.*)$/,
  // $ ip addr      % ip addr
  /^[$%]\s+(\S.*)$/,
];
/** `# iptables-save` (a root prompt) and `+ iptables-save` (set -x): only before a known command. */
const sharp = /^(?:#{1,4}\s*|\+{1,3}\s+|>\s+)([^\s#].*)$/;
/** `== ip addr ==`, `--- ip rule ---`, `### ipset save`, `==> ip-route.txt <==`, `ip rule:`. */
const heading = /^[=#*\->–—\s]{0,12}(.{1,200}?)[=#*\-<:–—\s]{0,12}$/;
const subcommands =
  /^(?:-{1,2}\w\S*|(?:addr|address|a|route|r|ro|rule|ru|link|l|neigh|n|save|list|get|describe|exec|netns|show)$)/;
const sentence =
  /[.。，,？?！!]$|[\u3000-\u9fff]| (?:is|are|was|were|the|an|says?|shows|prints|printed|output|of|that|which) /;

/** The command line that a line shows; undefined: it shows none. */
export function promptOf(line: string): string | undefined {
  const text = line.trimEnd();
  for (const shell of shells) {
    const found = shell.exec(text);
    if (found) return found[1] ?? "";
  }
  const behind = sharp.exec(text)?.[1];
  return behind !== undefined && isCommandLine(behind) ? behind : undefined;
}

/** A heading or a bare line that is nothing but a command: `ipset save`, `== ip rule ==`. */
export function headingOf(line: string): string | undefined {
  if (line.length > 240) return undefined;
  const text = heading.exec(line.trim())?.[1] ?? "";
  return isCommandLine(text) ? text : undefined;
}

/** A known command with a subcommand or an option, or one that needs none; no sentence about a command. */
function isCommandLine(text: string): boolean {
  const [first = "", second] = text.split(/[\s;|&]+/);
  if (!isKnownCommand(first) || sentence.test(`${text} `) || sentence.test(text)) return false;
  const name = first.slice(first.lastIndexOf("/") + 1);
  if (second === undefined) return alone.test(name);
  return ofFiles.test(name) ? true : subcommands.test(second);
}
const alone = /^(?:ip6?tables\S*-save|dmesg|lsmod|ifconfig|hostname|kube-proxy|route|conntrack)$/;
/** Commands whose first argument may be any word. */
const ofFiles =
  /^(?:e?grep|zgrep|cat|tail|head|less|telnet|curl|wget|ping|nc|ssh|sudo|nsenter|systemctl|docker|crictl|watch|modprobe|dig|nslookup|trace(?:route|path)|nft|sysctl|tcpdump|ps)$/;
