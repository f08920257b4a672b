import type { Severity } from "./diagnostic.ts";
import { type Words, words } from "./words.ts";

/** One code of the closed list. */
export interface CodeEntry {
  /** With which severities it is reported. */
  readonly severity: readonly Severity[];
  /** What it says, in one line, for the table of codes in formats/README.md. */
  readonly meaning: Words;
}

const error = (en: string, zh: string): CodeEntry => ({ severity: ["error"], meaning: words(en, zh) });
const warning = (en: string, zh: string): CodeEntry => ({ severity: ["warning"], meaning: words(en, zh) });
const info = (en: string, zh: string): CodeEntry => ({ severity: ["info"], meaning: words(en, zh) });
const either = (severity: readonly Severity[], en: string, zh: string): CodeEntry => ({
  severity,
  meaning: words(en, zh),
});

/** What may be wrong with an option's value, the same in a rule's header, a match and a target. */
const ofOptions = {
  "conflicting-options": error("Two options exclude each other.", "两个选项互相排斥。"),
  "given-twice": error("An option stands twice in one match or target.", "同一选项出现两次。"),
  "not-a-mac": error("A value is no MAC address.", "取值不是 MAC 地址。"),
  "not-a-number": error("A value is no number.", "取值不是数字。"),
  "not-a-port": error("A value is no port.", "取值不是端口。"),
  "not-a-rate": error("A value is no rate.", "取值不是速率。"),
  "not-an-address": error("A value is no IP address.", "取值不是 IP 地址。"),
  "not-negatable": error("An option cannot be negated.", "该选项不能取反。"),
  "option-missing": error("An option that the match or target needs is missing.", "缺少该匹配条件或动作必需的选项。"),
  "other-family": error("An address is of the other IP version.", "地址属于另一个 IP 版本。"),
  "range-reversed": error("A range ends before it begins.", "范围的终点小于起点。"),
  "too-long": error("A text is longer than the kernel allows.", "文本超过内核允许的长度。"),
  "too-many": error("More values than the kernel allows.", "取值个数超过内核允许的数量。"),
  "unknown-option": error("An option belongs to nothing in the rule.", "该选项在规则中没有归属。"),
  "unknown-protocol": error("A protocol's name is not known.", "协议名无法识别。"),
  "unknown-value": error("A word is none of those the option takes.", "取值不在该选项允许的范围内。"),
  "value-empty": error("A value is empty.", "取值为空。"),
  "value-out-of-range": error("A number is too large or too small.", "数值过大或过小。"),
} as const;

const notModelled = warning(
  "Read and printed back, but what it does is not worked out; the rule is undecided.",
  "能读取并原样打印，但不推算其作用；该规则无法判定。",
);

/**
 * Every code a diagnostic may have, by area: the closed list. Codes are stable: `--json` prints them, tests name them. A test
 * demands a case for each (formats/bad-input) and the table in formats/README.md is made from this one.
 */
export const diagnosticCodes = {
  paste: {
    binary: error("The text is a binary file.", "该文本是二进制文件。"),
    diff: info("A diff: its newer text is read.", "这是 diff，读取其中较新的文本。"),
    empty: warning("The text holds nothing but blanks.", "该文本是空的或只有空白。"),
    "utf-16": info("The text was UTF-16 and is shown as UTF-8.", "文本原为 UTF-16，已转为 UTF-8 显示。"),
    encoding: warning("Some bytes are no UTF-8 and are replaced.", "部分字节不是 UTF-8，已被替换。"),
    "line-too-long": error("A line is longer than 1 MiB and is not read.", "某行超过 1 MiB，未读取。"),
    noise: info("Prompts, markup or messages of tools.", "提示符、标记或工具的提示信息。"),
    "nothing-recognised": warning("No dump was found in a text.", "文本中没有找到任何导出内容。"),
    "several-nodes": info("One text seems to hold dumps of several nodes.", "一段文本似乎包含多个节点的转储。"),
    "other-host": warning("Routes or devices of another host are set aside.", "属于另一台主机的路由或网卡，不予采用。"),
    "repaired-escapes": info("Backslashes of Markdown are left out.", "Markdown 的反斜杠转义已去掉。"),
    "repaired-lines": info("Lines that were run together are read apart.", "连成一行的多行已拆开读取。"),
    "repaired-typography": info(
      'Typographic quotes and dashes are read as “"” and “-”.',
      '排版引号和破折号按“"”和“-”读取。',
    ),
    "repaired-wrap": info("Lines that a window or mail has broken are joined.", "被终端或邮件折断的行已合并读取。"),
    "repaired-width": info("Full-width characters are read as ASCII.", "全角字符按半角读取。"),
    "second-node": warning(
      "Two dumps contradict each other: two nodes, or two moments.",
      "两份导出互相矛盾：来自两个节点或两个时刻。",
    ),
    "too-many-dumps": error("Reading ends after 2000 dumps in one text.", "一份文本中超过 2000 份导出，不再读取。"),
    unrecognised: either(
      ["info", "warning"],
      "Lines in no format that natlens reads.",
      "不是 natlens 能读的格式的行。",
    ),
    "unrecognised-many": warning("Many more such lines, told together.", "还有许多这样的行，合并告知。"),
  },
  bundle: {
    "cut-off": warning("The collector's bundle is not whole.", "采集结果不完整。"),
    failed: either(["info", "warning"], "A command of the bundle failed.", "采集中的某条命令失败。"),
    "lines-lost": warning("Lines of a command's output were lost or wrapped.", "某条命令的输出丢失了行或被折行。"),
    newer: warning("The bundle is of a newer collector.", "采集结果来自更新版本的采集脚本。"),
    "no-module": info("The kernel lacks the module, so there is nothing to print.", "内核没有该模块，因此没有内容。"),
    "no-tool": either(["info", "warning"], "A tool is not installed on the node.", "节点上没有安装某个工具。"),
    "not-root": warning("The collector did not run as root.", "采集脚本不是以 root 身份运行的。"),
    "not-used": info("The bundle holds more than natlens uses.", "采集结果中有 natlens 尚不使用的内容。"),
    "other-namespace": warning(
      "The collector ran in another network namespace than the node's.",
      "采集脚本运行在节点以外的网络命名空间中。",
    ),
    shortened: info("Lines were left out to keep the bundle short.", "为控制篇幅省略了一些行。"),
    "timed-out": either(
      ["info", "warning"],
      "A command took too long and was stopped.",
      "某条命令耗时过长，已被中止。",
    ),
    "unknown-module": either(
      ["info", "warning"],
      "A command was not run, since it might have loaded a kernel module.",
      "某条命令可能会加载内核模块，因此没有运行。",
    ),
  },
  "iptables-save": {
    "after-commit": warning("A rule stands behind its table's COMMIT.", "规则位于该表的 COMMIT 之后。"),
    "built-in-missing": info("A built-in chain is not in the dump.", "导出中缺少某条内置链。"),
    "chain-missing": error("A rule leads to a chain that the table does not have.", "规则跳转到表中不存在的链。"),
    "chain-not-declared": error("A chain has rules but is not declared.", "某条链有规则但没有声明。"),
    "chain-twice": error("A chain is declared twice.", "同一条链声明了两次。"),
    "changes-rules": warning(
      "Lines change rules instead of listing them; what they leave behind is worked out.",
      "这些行是修改规则的命令，而不是列出规则；这里推算其结果。",
    ),
    "cut-off": either(
      ["warning"],
      "The dump ends before its COMMIT or within a rule.",
      "导出在 COMMIT 之前或规则中间被截断。",
    ),
    "cyclic-jump": error("Chains lead back to themselves.", "链之间循环跳转。"),
    "incompatible-table": error("iptables-nft could not print a table.", "iptables-nft 无法打印某张表。"),
    "jump-to-built-in": error("A rule leads to a built-in chain.", "规则跳转到内置链。"),
    "not-understood": error("A line in a table is neither chain nor rule.", "表中的某行既不是链也不是规则。"),
    "nothing-to-change": info(
      "A rule that is taken away or replaced is not among those here.",
      "要删除或替换的规则不在此处。",
    ),
    "other-backend": warning(
      "Rules of the other iptables backend exist and are not in the dump.",
      "另一个 iptables 后端还有规则，不在该导出中。",
    ),
    "partial-table": info("Only part of a table was pasted.", "只粘贴了表的一部分。"),
    "place-unknown": info(
      "A rule is put at a place whose rules before are not known.",
      "规则插入的位置之前有哪些规则不得而知。",
    ),
    "policy-missing": error("A built-in chain is declared without a policy.", "内置链的声明缺少默认策略。"),
    "policy-on-user-chain": error("A user-defined chain is declared with a policy.", "自定义链的声明带有默认策略。"),
    "stray-commit": warning("COMMIT stands outside any table.", "COMMIT 不属于任何表。"),
    "table-inferred": either(
      ["info", "warning"],
      "The dump does not name its table; it was inferred.",
      "导出没有写明表名，表名是推断的。",
    ),
    "table-twice": warning(
      "A table stands twice in one dump; the two are kept apart.",
      "同一份导出中某张表出现两次；两份分开处理。",
    ),
    "target-in-wrong-table": error("The target does not exist in this table.", "该表中没有这种动作（target）。"),
    "two-backends": warning(
      "Both iptables backends hold rules, and the kernel runs both.",
      "两个 iptables 后端都有规则，内核都会执行。",
    ),
    "unknown-policy": error("A policy is neither ACCEPT nor DROP.", "默认策略既不是 ACCEPT 也不是 DROP。"),
    "unknown-table": error("The kernel has no table of this name.", "内核没有这个名字的表。"),
  },
  "iptables-list": {
    "incompatible-table": error("A table or chain cannot be printed by iptables.", "iptables 无法打印某张表或某条链。"),
    "line-structure-lost": error("A listing stands on one line.", "整个列表在同一行，换行已丢失。"),
    "not-understood": error("iptables -L prints no such line.", "iptables -L 不会打印这样的行。"),
    "row-without-chain": warning("The chain of a row is not known.", "不知道某行属于哪条链。"),
    "rows-missing": either(["info", "warning"], "Rows of a listing are missing.", "列表缺少若干行。"),
    "without-interfaces": warning(
      "Listed without -v: conditions on interfaces are hidden.",
      "列表没有 -v：看不到接口条件。",
    ),
  },
  rule: {
    ...ofOptions,
    "ambiguous-text": warning(
      "A listing's row can be read in two ways; the rule is undecided.",
      "列表中的一行有两种读法；该规则无法判定。",
    ),
    "argument-missing": error("An option has no value.", "选项缺少取值。"),
    "chain-missing": error("The line names no chain.", "该行没有写明链。"),
    "host-name": warning(
      "A listing without -n shows a host's name instead of its address; the rule is undecided.",
      "没有 -n 的列表写的是主机名而不是地址；该规则无法判定。",
    ),
    "not-listed": info("A listing leaves out part of a match or target.", "列表省略了匹配条件或动作的一部分。"),
    "open-quote": error("A quote is not closed.", "引号没有闭合。"),
    "service-name": info("A port's name is taken for its usual number.", "端口名称按常见的编号处理。"),
    "stray-word": error("A word belongs to nothing in the rule.", "某个词在规则中没有归属。"),
    "two-targets": error("The rule has a second target.", "规则有第二个动作（target）。"),
    "unknown-match": warning("natlens does not know the match.", "natlens 不认识该匹配条件。"),
    "unknown-target": warning("natlens does not know the target.", "natlens 不认识该动作（target）。"),
    "unread-text": warning(
      "Words in a listing's row that no match or target prints; the rule is undecided.",
      "列表某行中有任何匹配条件或动作都不会打印的词；该规则无法判定。",
    ),
  },
  match: { ...ofOptions, "not-modelled": notModelled },
  target: { ...ofOptions, "not-modelled": notModelled },
  "iptables-commands": {
    "not-followed": warning("Conditions and loops of the shell are not followed.", "不推演 shell 的条件与循环。"),
    "not-the-state": warning("Commands were pasted; they are not what the node has.", "粘贴的是命令，不是节点的现状。"),
    "unknown-table": error("A command names a table that does not exist.", "命令指定的表不存在。"),
  },
  "ipset-save": {
    "bad-element": error("An entry does not fit its set's type.", "元素与集合类型不符。"),
    commands: info("Commands for ipset, not what is in the kernel.", "这是 ipset 命令，不是内核中的内容。"),
    "old-ipset": warning("A set of ipset 4, which is not looked into.", "ipset 4 的集合，不查看其内容。"),
    "set-not-created": warning("Entries of a set whose create line is missing.", "集合缺少 create 行，元素无法归属。"),
    tested: info("What ipset test says of one element.", "ipset test 对单个元素的回答。"),
    "unknown-word": warning("An option of a set or an entry is not known.", "集合或集合项的选项无法识别。"),
  },
  "ipset-list": {
    "bad-element": error("An entry does not fit its set's type.", "元素与集合类型不符。"),
    "entries-missing": warning("A set counts more or fewer entries than it shows.", "集合记录的项数与列出的不同。"),
    "headers-only": info("The members of a set are not shown.", "集合的成员没有列出。"),
    "set-not-named": warning("Entries stand before any set's name.", "元素之前没有集合名。"),
    "unknown-word": warning("An option of an entry is not known.", "集合项的选项无法识别。"),
    xml: warning("The XML of ipset list is not read.", "不读取 ipset list 的 XML 输出。"),
  },
  "ipvsadm-save": {
    "bad-address": error("A service or server is no address with a port.", "服务或后端不是带端口的地址。"),
    "bad-weight": error("A weight is no number.", "权重不是数字。"),
    commands: info("Commands for ipvsadm, not what is in the kernel.", "这是 ipvsadm 命令，不是内核中的内容。"),
    "port-name": info("A port is written as a name.", "端口以名称书写。"),
    "server-not-declared": error("No virtual server stands above a real server.", "真实服务器上方没有虚拟服务。"),
    "unknown-word": warning("An option of ipvsadm is not known.", "ipvsadm 的选项无法识别。"),
  },
  "ipvsadm-list": {
    "bad-address": error("A service or server is no address with a port.", "服务或后端不是带端口的地址。"),
    "not-understood": error("The columns of a line are not known.", "某行的列无法识别。"),
    "other-columns": warning(
      "A listing without the columns of ipvsadm -L -n, as with --stats.",
      "列表没有 ipvsadm -L -n 的列，例如 --stats。",
    ),
    "port-name": info("A port is written as a name.", "端口以名称书写。"),
    "server-not-declared": error("No virtual server stands above a real server.", "真实服务器上方没有虚拟服务。"),
    setting: info("Timeouts and sync daemons of IPVS are not used.", "IPVS 的超时和同步守护进程未使用。"),
    "unknown-word": warning("Part of a virtual server's line is not known.", "虚拟服务行的一部分无法识别。"),
  },
  "ipvsadm-connections": {
    "not-understood": warning("The addresses of a connection cannot be read.", "连接的地址无法读取。"),
  },
  "ip-addr": {
    "unknown-word": info("Part of an address line is not known.", "地址行的一部分无法识别。"),
    "bad-address": error("An address cannot be read.", "地址无法读取。"),
  },
  ifconfig: {
    "bad-address": error("An address cannot be read.", "地址无法读取。"),
    "one-address": info("ifconfig shows one IPv4 address for each label.", "ifconfig 每个标签只显示一个 IPv4 地址。"),
  },
  "proc-net": {
    "not-used": warning("Tables under /proc/net are recognised and not read.", "识别到 /proc/net 下的表，但不读取。"),
  },
  "ip-route": {
    "nexthop-objects": info("Objects of ip nexthop are not used.", "ip nexthop 的对象未使用。"),
    "no-hop": error("A route has neither device nor gateway.", "路由没有网卡也没有网关。"),
    "not-modelled": warning("A route wraps packets in a way that is not modelled.", "路由的封装方式尚未建模。"),
    "not-understood": error("A route cannot be read.", "路由无法读取。"),
    "one-answer": info(
      "ip route get answers one question; it is no table.",
      "ip route get 只回答一个问题，不是路由表。",
    ),
    "unknown-word": warning("Part of a route is not known.", "路由的一部分无法识别。"),
  },
  "route-n": {
    "bad-row": error("A row of route -n cannot be read.", "route -n 的某行无法读取。"),
    "first-hop": info("route -n shows part of what a route is.", "route -n 只显示路由的一部分。"),
    names: warning("Addresses are printed as names.", "地址以名称打印。"),
  },
  "ip-neigh": {
    "not-used": info("Neighbours are recognised and not used.", "邻居表已识别，但未使用。"),
  },
  "ip-json": {
    "bad-json": error("The text is no complete JSON.", "不是完整的 JSON。"),
    "not-used": info("Objects of a kind that natlens does not use.", "natlens 不使用的对象类型。"),
  },
  sysctl: {
    "no-key": warning("A value stands without its key.", "值没有对应的键。"),
  },
  "ip-rule": {
    "not-modelled": warning("A routing rule has a condition that is not modelled.", "策略路由规则含有未建模的条件。"),
  },
  tcpdump: {
    names: warning("Addresses are printed as names.", "地址以名称打印。"),
    "other-packets": info("Packets that natlens does not read.", "natlens 不读取的报文。"),
  },
  tshark: {
    "other-packets": info("Packets that natlens does not read.", "natlens 不读取的报文。"),
  },
  "netfilter-log": {
    "cut-line": warning("A log line is cut off.", "日志行被截断。"),
    "lines-missing": info("The kernel dropped log lines.", "内核丢弃了部分日志。"),
  },
  "conntrack-list": {
    "not-understood": error("A connection cannot be read.", "连接无法读取。"),
    "unknown-word": info("Part of a connection is not known.", "连接的一部分无法识别。"),
    xml: warning("The XML of conntrack is not read.", "不读取 conntrack 的 XML 输出。"),
  },
  "nft-list": {
    "bad-json": error("The text is no complete JSON of nft.", "不是完整的 nft JSON。"),
    "cut-off": warning("The text ends within a table.", "文本在表的中间结束。"),
    "not-understood": warning("A line in a table is not understood.", "表中有无法理解的行。"),
    "too-long": warning("JSON of more than 8 MB is not read.", "超过 8 MB 的 JSON 未读取。"),
    "iptables-nft": warning(
      "These rules are iptables-nft's; nft leaves out part of them.",
      "这些是 iptables-nft 的规则，nft 的输出不完整。",
    ),
    "not-modelled": warning("nftables rules are recognised and not evaluated.", "nftables 规则已识别，但不推算。"),
  },
  "kubectl-get": {
    "bad-port": warning("A port column cannot be read.", "端口列无法读取。"),
    "bad-yaml": error("The text is no valid YAML or JSON.", "不是合法的 YAML 或 JSON。"),
    "endpoints-cut": info("kubectl left endpoints out (“+ 2 more”).", "kubectl 省略了部分端点（“+ 2 more”）。"),
    "no-object": warning("The JSON is no Kubernetes object.", "该 JSON 不是 Kubernetes 对象。"),
    "not-understood": warning("A row does not fit the table's header.", "某行与表头不符。"),
    "not-used": info("Objects of a kind that natlens does not use.", "natlens 不使用的对象类型。"),
    "too-long": warning("YAML or JSON of more than 8 MB is not read.", "超过 8 MB 的 YAML 或 JSON 未读取。"),
  },
  "kube-proxy-config": {
    "bad-value": error("A setting's value cannot be read.", "配置项的取值无法读取。"),
    "unknown-setting": info("A setting that natlens does not know.", "natlens 不认识的配置项。"),
    "bad-yaml": error("The text is no valid YAML or JSON.", "不是合法的 YAML 或 JSON。"),
    "too-long": warning("YAML or JSON of more than 8 MB is not read.", "超过 8 MB 的 YAML 或 JSON 未读取。"),
  },
  "xtables-monitor": {
    "rules-changed": info("Rules were changed while it ran.", "运行期间规则被修改。"),
    "without-packet": warning("The packet of trace lines is missing.", "跟踪行缺少对应的报文。"),
  },
  "nft-monitor": {
    "without-packet": warning("The packet of trace lines is missing.", "跟踪行缺少对应的报文。"),
  },
  "kubectl-describe": {
    "not-used": info("Described objects that natlens does not use.", "natlens 不使用的 describe 对象。"),
  },
  "k3s-config": {
    "bad-yaml": error("The text is no valid YAML or JSON.", "不是合法的 YAML 或 JSON。"),
    "no-kube-proxy": warning("kube-proxy is switched off.", "kube-proxy 已停用。"),
    "too-long": warning("YAML or JSON of more than 8 MB is not read.", "超过 8 MB 的 YAML 或 JSON 未读取。"),
  },
  "kube-proxy-flags": {
    "bad-value": error("A flag's value cannot be read.", "命令行参数的取值无法读取。"),
    shortened: warning("The command line is cut off.", "命令行被截断。"),
    "unknown-setting": info("A flag that natlens does not know.", "natlens 不认识的参数。"),
    variable: info("Flags stand in a variable that was not pasted.", "参数在没有粘贴的变量中。"),
    void: warning("A flag has no effect beside --config.", "与 --config 同用时该参数无效。"),
  },
  "kube-proxy": {
    "file-not-read": warning("kube-proxy reads a file that was not pasted.", "kube-proxy 读取的配置文件没有粘贴。"),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CodeEntry>>>>;

type Table = typeof diagnosticCodes;

/** First part of a code: a format, or what the diagnostic is about. */
export type CodeArea = keyof Table;

/** Last part of the codes of an area. */
export type Defect<A extends CodeArea> = keyof Table[A] & string;

/** What may be wrong with an option's value, whoever owns the option. */
export type OptionDefect = keyof typeof ofOptions;

/** `area/defect` in kebab-case. */
export type DiagnosticCode = { [A in CodeArea]: `${A}/${Defect<A>}` }[CodeArea];
