import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";

/**
 * `sysctl -a`, sysctl.conf, `grep . /proc/sys/…`, `head /proc/sys/…`; values alone where the command names the keys:
 *   net.ipv4.ip_forward = 1                 net.ipv4.conf.eth0/100.rp_filter = 1       (of interface eth0.100)
 *   -net/ipv4/ip_forward=1                  /proc/sys/net/ipv4/conf/eth0/rp_filter:2
 *   ==> /proc/sys/net/ipv4/ip_forward <==
 *   $ cat /proc/sys/net/ipv4/ip_forward
 *   1
 * Keys of br_netfilter are there both or none: what is bridged then passes iptables by, as if they were 0.
 *   sysctl: cannot stat /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory
 */
const dotted = /^-?((?:net|kernel|vm|fs|dev|user|abi|debug|crypto|sunrpc)[./][^\s=]+?)\s*=\s*(.*)$/;
const path = /^\/proc\/sys\/([^:\s]+):(.*)$/;
const heading = /^==> \/proc\/sys\/(\S+) <==\s*$/;
const bare = /^-?\d[\d\s]*$/;
const comment = /^\s*[#;]/;
const file = /^\/proc\/sys\/(.+)$/;

const bridgeKeys = ["net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"];
const withoutModule =
  /^(?:sysctl: cannot stat|\w+:) .?\/proc\/sys\/net\/bridge\/bridge-nf-call-ip6?tables\W.*No such file/;

/** In the dotted form a slash stands for a dot of an interface's name, in a path a dot is one: both become dots. */
const keyOf = (text: string): string => text.replaceAll("/", ".");

export const sysctl: Format = {
  id: "sysctl",
  title: words("sysctl", "sysctl"),
  sniff(line, inside) {
    if (dotted.test(line) || path.test(line) || heading.test(line) || withoutModule.test(line)) return "strong";
    return inside && (bare.test(line) || comment.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "sysctl" ||
    (/^(?:cat|head|tail|more|less|grep|egrep)$/.test(command[0] ?? "") && command.some((w) => file.test(w))),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const sysctls = new Map<string, { value: string; at: Span }>();
    // sysctl -n KEY…, cat FILE…: their values stand alone, in this order
    const asked = (command?.words.slice(1) ?? [])
      .filter((w) => file.test(w) || dotted.test(`${w}=`))
      .map((w) => keyOf(file.exec(w)?.[1] ?? w));
    const named = asked.some((key) => key.includes("*")) ? [] : asked;
    let values = 0;
    let above: string | undefined;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i).trim();
      const found = dotted.exec(text) ?? path.exec(text);
      if (found) {
        const [, key = "", value = ""] = found;
        sysctls.set(keyOf(key), { value: value.trim(), at: lines.span(i) });
        continue;
      }
      if (withoutModule.test(text)) {
        for (const key of bridgeKeys) sysctls.set(key, { value: "0", at: lines.span(i) });
        continue;
      }
      const head = heading.exec(text)?.[1];
      if (head !== undefined) above = keyOf(head);
      else if (bare.test(text)) {
        const key = above ?? named[values++];
        if (key !== undefined) sysctls.set(key, { value: text, at: lines.span(i) });
        else
          diagnostics.push({
            code: "sysctl/no-key",
            severity: "warning",
            at: lines.span(i),
            message: words("This value stands without its key.", "该值没有对应的键。"),
            advice: words("Print with the key: sysctl KEY.", "请连同键一起打印：sysctl KEY。"),
          });
        above = undefined;
      }
    }
    return {
      value: {
        contributions: [{ kind: "sysctls", sysctls }],
        coverage: cut || command?.filtered ? "partial" : "whole",
        counts: [counted(sysctls.size, "setting", "settings", "项设置")],
      },
      diagnostics,
    };
  },
};
